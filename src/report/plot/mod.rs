//! Pictures of descents as SVG: the path over contours (two unknowns) or on the curve (one), and
//! value and gradient norm by step on logarithmic scales.

mod contour;
mod convergence;
mod curve;
mod isolines;
mod legend;
mod palette;
mod window;

use crate::solve::descent::methods::Lecture;
use plotters::prelude::*;

const HEIGHT: u32 = 560;
const WIDE: u32 = 1180;
/// Width of the map or the curve.
const MAP: u32 = 640;

/// What can go wrong in drawing.
type Drawn = Result<(), Box<dyn std::error::Error>>;
/// A part of the picture.
type Area<'s> = DrawingArea<SVGBackend<'s>, plotters::coord::Shift>;

/// The picture as SVG text.
pub fn lecture_svg(lecture: &mut Lecture) -> Result<String, String> {
    let mut text = String::new();
    let height = HEIGHT + legend::height(lecture);
    {
        let root = SVGBackend::with_string(&mut text, (WIDE, height)).into_drawing_area();
        draw(lecture, &root).map_err(|error| error.to_string())?;
    }
    Ok(text)
}

fn draw(lecture: &mut Lecture, root: &Area<'_>) -> Drawn {
    root.fill(&WHITE)?;
    let (names, body) = root.split_vertically(legend::height(lecture));
    legend::draw(lecture, &names)?;
    let kept = lecture.told.iter().all(|t| !t.run.first().x.is_empty());
    let (values, slopes) = match lecture.objective.packing.size {
        1 | 2 if kept => {
            let (map, rest) = body.split_horizontally(MAP);
            if lecture.objective.packing.size == 1 {
                curve::draw(lecture, &map)?;
            } else {
                contour::draw(lecture, &map)?;
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
