//! Lines in the look of their curve.

use super::clip::{Window, is_inside, pieces};
use super::palette::Line;
use super::scene::Curve;
use super::{Area, Chart, DOT, Drawn, THICK};
use plotters::element::DashedPathElement;
use plotters::prelude::*;

/// The path of a curve through a window, with a dot at each iterate when they are few, else at the
/// first alone. There is a dot only where an iterate is.
pub fn path(
    chart: &mut Chart<'_, '_>,
    curve: &Curve<'_>,
    points: &[(f64, f64)],
    window: Window,
    most: usize,
) -> Drawn {
    for piece in pieces(points, window) {
        on_chart(chart, piece, curve.line, THICK)?;
    }
    let inside = points.iter().filter(|&&point| is_inside(point, window));
    let count = inside.clone().count();
    let dots = inside.take(if count <= most { count } else { 1 });
    let dot = |point: &(f64, f64)| Circle::new(*point, DOT, curve.line.color.filled());
    chart.draw_series(dots.map(dot))?;
    Ok(())
}

pub fn on_chart(
    chart: &mut Chart<'_, '_>,
    points: Vec<(f64, f64)>,
    line: Line,
    width: u32,
) -> Drawn {
    let style = line.color.stroke_width(width);
    match line.dash {
        Some((dash, gap)) => chart.draw_series(DashedLineSeries::new(points, dash, gap, style))?,
        None => chart.draw_series(LineSeries::new(points, style))?,
    };
    Ok(())
}

pub fn on_area(area: &Area<'_>, points: [(i32, i32); 2], line: Line, width: u32) -> Drawn {
    let style = line.color.stroke_width(width);
    match line.dash {
        Some((dash, gap)) => area.draw(&DashedPathElement::new(points, dash, gap, style))?,
        None => area.draw(&PathElement::new(points, style))?,
    }
    Ok(())
}
