//! Pictures of descents as SVG: the paths over contours (two unknowns) or on the curve (one), and
//! value and gradient norm by step on logarithmic scales.

mod axis;
mod clip;
mod color_key;
mod contour;
mod convergence;
mod curve;
mod isolines;
mod legend;
mod palette;
mod region;
mod scene;
mod stroke;
mod window;

use crate::problem::Problem;
use crate::solve::descent::methods::{Lecture, Restarts};
use axis::Axis;
use legend::{Key, Sample};
use plotters::coord::Shift;
use plotters::prelude::*;
use scene::Scene;

/// Units of drawing in a pixel: places are whole numbers of units, and whole pixels would make
/// stairs of curves.
const FINE: u32 = 8;
const HEIGHT: u32 = 560 * FINE;
const WIDE: u32 = 1180 * FINE;
/// Width of the map or the curve.
const MAP: u32 = 660 * FINE;
const MARGIN: u32 = 12 * FINE;
const LABELS_BELOW: u32 = 36 * FINE;
/// Beside an upright axis: ticks and space, and a name.
const BESIDE: u32 = 14 * FINE;
const NAME: u32 = 20 * FINE;
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
type Area<'s> = DrawingArea<SVGBackend<'s>, Shift>;
/// A part with axes.
type Chart<'c, 's> = ChartContext<'c, SVGBackend<'s>, Cartesian2d<Axis, Axis>>;

/// The picture of methods from one start, as SVG text.
pub fn lecture_svg(problem: &Problem, lecture: &Lecture) -> Result<String, String> {
    svg(Scene::of_lecture(problem, lecture))
}

/// The picture of one method from many starts, as SVG text.
pub fn restarts_svg(problem: &Problem, restarts: &Restarts) -> Result<String, String> {
    svg(Scene::of_restarts(problem, restarts)?)
}

fn svg(mut scene: Scene<'_>) -> Result<String, String> {
    let mut text = String::new();
    // The strip has room for what the map may add.
    let height = HEIGHT + legend::height(&with_outside(&scene.keys));
    {
        let root = SVGBackend::with_string(&mut text, (WIDE, height)).into_drawing_area();
        draw(&mut scene, &root).map_err(|error| error.to_string())?;
    }
    Ok(in_pixels(&text, height))
}

fn with_outside(keys: &[Key]) -> Vec<Key> {
    let mut keys = keys.to_vec();
    keys.push(Key::new(Sample::Outside, "outside the objective's domain"));
    keys
}

/// The same picture with its size told in pixels; `viewBox` keeps the units.
fn in_pixels(svg: &str, height: u32) -> String {
    let units = format!("width=\"{WIDE}\" height=\"{height}\"");
    let pixels = format!("width=\"{}\" height=\"{}\"", WIDE / FINE, height / FINE);
    svg.replacen(&units, &pixels, 1)
}

fn draw(scene: &mut Scene<'_>, root: &Area<'_>) -> Drawn {
    root.fill(&WHITE)?;
    let (strip, body) = root.split_vertically(legend::height(&with_outside(&scene.keys)));
    let mut whole = true;
    let (values, slopes) = match scene.objective.packing.size {
        1 | 2 if scene.has_points() => {
            let (map, rest) = body.split_horizontally(MAP);
            whole = if scene.objective.packing.size == 1 {
                curve::draw(scene, &map)?
            } else {
                contour::draw(scene, &map)?
            };
            rest.split_vertically(HEIGHT / 2)
        }
        _ => body.split_horizontally(WIDE / 2),
    };
    let keys = if whole {
        scene.keys.clone()
    } else {
        with_outside(&scene.keys)
    };
    legend::draw(&keys, &strip)?;
    convergence::draw(scene, &values, convergence::Quantity::Distance)?;
    convergence::draw(scene, &slopes, convergence::Quantity::Gradient)?;
    root.present()?;
    Ok(())
}

/// Axes with names and room for their labels, and a faint mesh if asked for.
fn chart<'c, 's>(
    area: &'c Area<'s>,
    title: &str,
    axes: (Axis, Axis),
    names: (&str, &str),
    mesh: bool,
) -> Result<Chart<'c, 's>, Box<dyn std::error::Error>> {
    let name = if names.1.is_empty() { 0 } else { NAME };
    let mut chart = ChartBuilder::on(area)
        .margin(MARGIN)
        .x_label_area_size(LABELS_BELOW)
        .y_label_area_size(axes.1.label_width() + BESIDE + name)
        .caption(title, CAPTION)
        .build_cartesian_2d(axes.0, axes.1)?;
    let lines = if mesh { BLACK.mix(0.1) } else { BLACK.mix(0.0) };
    chart
        .configure_mesh()
        .bold_line_style(lines.stroke_width(THIN))
        .axis_style(BLACK.stroke_width(THIN))
        .label_style(LABEL)
        .set_all_tick_mark_size(TICK)
        .x_desc(names.0)
        .y_desc(names.1)
        .draw()?;
    Ok(chart)
}
