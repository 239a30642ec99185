//! One unknown: the objective's curve, and the iterates on it.

use super::window::{best, range};
use super::{
    Area, CAPTION, CROSS, DOT, Drawn, FINE, LABEL, LABELS_BELOW, MARGIN, THICK, THIN, TICK, palette,
};
use crate::solve::descent::methods::Lecture;
use crate::solve::descent::oracle::Smooth;
use plotters::prelude::*;

const POINTS: usize = 400;
/// Iterates get a dot each up to this many.
const MOST_DOTS: usize = 80;

pub fn draw(lecture: &mut Lecture, names: &[String], area: &Area<'_>) -> Drawn {
    let x = range(lecture, 0);
    let sign = lecture.objective.sign;
    let mut slope = [0.0];
    let curve: Vec<(f64, f64)> = (0..=POINTS)
        .map(|k| x.0 + (x.1 - x.0) * k as f64 / POINTS as f64)
        .map(|px| (px, sign * lecture.objective.evaluate(&[px], &mut slope)))
        .filter(|(_, value)| value.is_finite())
        .collect();
    let values = curve.iter().map(|(_, value)| *value);
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
        (l.min(v), h.max(v))
    });
    if !low.is_finite() {
        return Ok(());
    }
    let space = (0.06 * (high - low)).max(1e-9 * low.abs().max(1e-3));
    let y = (low - space, high + space);
    let mut chart = ChartBuilder::on(area)
        .margin(MARGIN)
        .x_label_area_size(LABELS_BELOW)
        .y_label_area_size(64 * FINE)
        .caption("objective and iterates", CAPTION)
        .build_cartesian_2d(x.0..x.1, y.0..y.1)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(BLACK.mix(0.08).stroke_width(THIN))
        .axis_style(BLACK.stroke_width(THIN))
        .label_style(LABEL)
        .set_all_tick_mark_size(TICK)
        .x_desc(names.first().map_or("", String::as_str))
        .draw()?;
    chart.draw_series(LineSeries::new(
        curve,
        palette::level(0.15).stroke_width(THICK),
    ))?;
    for (k, told) in lecture.told.iter().enumerate() {
        let points = told.run.trace.iter().map(|i| (i.x[0], i.value));
        let inside = |p: &(f64, f64)| (x.0..=x.1).contains(&p.0) && (y.0..=y.1).contains(&p.1);
        let path: Vec<(f64, f64)> = points.take_while(inside).collect();
        let color = palette::method(k);
        chart.draw_series(LineSeries::new(
            path.clone(),
            color.mix(0.5).stroke_width(THIN),
        ))?;
        let dots = path.iter().take(MOST_DOTS);
        chart.draw_series(dots.map(|p| Circle::new(*p, DOT, color.filled())))?;
    }
    if let [px] = best(lecture)[..]
        && (x.0..=x.1).contains(&px)
    {
        let value = sign * lecture.objective.evaluate(&[px], &mut slope);
        chart.draw_series([Cross::new((px, value), CROSS, BLACK.stroke_width(THICK))])?;
    }
    Ok(())
}
