//! Pictures of descents as SVG: the path over contours (two unknowns) or on the curve (one), and
//! value and gradient norm by step on logarithmic scales.

mod contour;
mod convergence;
mod curve;
mod isolines;
mod legend;
mod palette;
mod window;

use crate::problem::Problem;
use crate::solve::descent::methods::Lecture;
use plotters::prelude::*;

/// Units of drawing in a pixel: places are whole numbers of units, and whole pixels would make
/// stairs of curves.
const FINE: u32 = 8;
const HEIGHT: u32 = 560 * FINE;
const WIDE: u32 = 1180 * FINE;
/// Width of the map or the curve.
const MAP: u32 = 640 * FINE;
const MARGIN: u32 = 12 * FINE;
const LABELS_BELOW: u32 = 34 * FINE;
const CAPTION: (&str, u32) = ("sans-serif", 16 * FINE);
const LABEL: (&str, u32) = ("sans-serif", 12 * FINE);
const TICK: u32 = 5 * FINE;
const THIN: u32 = FINE;
const THICK: u32 = 2 * FINE;
const DOT: u32 = 3 * FINE;
const CROSS: u32 = 6 * FINE;

/// What can go wrong in drawing.
type Drawn = Result<(), Box<dyn std::error::Error>>;
/// A part of the picture.
type Area<'s> = DrawingArea<SVGBackend<'s>, plotters::coord::Shift>;

/// The picture as SVG text.
pub fn lecture_svg(problem: &Problem, lecture: &mut Lecture) -> Result<String, String> {
    let names = names(problem);
    let mut text = String::new();
    let height = HEIGHT + legend::height(lecture);
    {
        let root = SVGBackend::with_string(&mut text, (WIDE, height)).into_drawing_area();
        draw(lecture, &names, &root).map_err(|error| error.to_string())?;
    }
    Ok(in_pixels(&text, height))
}

/// The same picture with its size told in pixels; `viewBox` keeps the units.
fn in_pixels(svg: &str, height: u32) -> String {
    let units = format!("width=\"{WIDE}\" height=\"{height}\"");
    let pixels = format!("width=\"{}\" height=\"{}\"", WIDE / FINE, height / FINE);
    svg.replacen(&units, &pixels, 1)
}

fn draw(lecture: &mut Lecture, names: &[String], root: &Area<'_>) -> Drawn {
    root.fill(&WHITE)?;
    let (strip, body) = root.split_vertically(legend::height(lecture));
    legend::draw(lecture, &strip)?;
    let kept = lecture.told.iter().all(|t| !t.run.first().x.is_empty());
    let (values, slopes) = match lecture.objective.packing.size {
        1 | 2 if kept => {
            let (map, rest) = body.split_horizontally(MAP);
            if lecture.objective.packing.size == 1 {
                curve::draw(lecture, names, &map)?;
            } else {
                contour::draw(lecture, names, &map)?;
            }
            rest.split_vertically(HEIGHT / 2)
        }
        _ => body.split_horizontally(WIDE / 2),
    };
    convergence::draw(lecture, &values, convergence::Quantity::Distance)?;
    convergence::draw(lecture, &slopes, convergence::Quantity::Gradient)?;
    root.present()?;
    Ok(())
}

/// `x[1]`, `x[2]`: the unknowns of full variables in their order.
fn names(problem: &Problem) -> Vec<String> {
    let mut names = Vec::new();
    for variable in &problem.variables {
        let shape = variable.shape;
        let entries = (0..shape.cols).flat_map(|j| (0..shape.rows).map(move |i| (i, j)));
        for (i, j) in entries.take(2) {
            let (row, col) = variable.first_index;
            let (i, j) = (row + i as i64, col + j as i64);
            names.push(if shape.is_scalar() {
                variable.name.to_string()
            } else if shape.is_column() {
                format!("{}[{i}]", variable.name)
            } else {
                format!("{}[{i}, {j}]", variable.name)
            });
        }
    }
    names
}
