//! By step: how far the value is above the best known, and the size of the gradient.

use super::{Area, CAPTION, Drawn, FINE, LABEL, LABELS_BELOW, MARGIN, THICK, THIN, TICK, palette};
use crate::solve::descent::methods::{Lecture, Run};
use plotters::prelude::*;

/// Smaller numbers are rounding.
const LEAST: f64 = 1e-18;
/// Larger ones have diverged beyond any picture.
const MOST: f64 = 1e100;
/// The scale shows so many decades at most.
const DECADES: f64 = 20.0;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// |f - best|.
    Distance,
    /// |f'|.
    Gradient,
}

pub fn draw(lecture: &Lecture, area: &Area<'_>, quantity: Quantity) -> Drawn {
    let reference = reference(lecture);
    let lines: Vec<Vec<(f64, f64)>> = lecture
        .told
        .iter()
        .map(|told| line(&told.run, quantity, reference))
        .collect();
    let points = lines.iter().flatten();
    let (mut low, mut high) = (f64::INFINITY, 0.0f64);
    let mut longest = 1.0f64;
    for (k, value) in points {
        (low, high) = (low.min(*value), high.max(*value));
        longest = longest.max(*k);
    }
    if !low.is_finite() {
        (low, high) = (0.1, 1.0);
    }
    low = low.max(high * 10f64.powf(-DECADES)) * 0.5;
    let title = match (quantity, lecture.analytic.is_some()) {
        (Quantity::Gradient, _) => "gradient norm",
        (Quantity::Distance, true) => "objective beside the analytic one",
        (Quantity::Distance, false) => "objective beside the best seen",
    };
    let mut chart = ChartBuilder::on(area)
        .margin(MARGIN)
        .x_label_area_size(LABELS_BELOW)
        .y_label_area_size(64 * FINE)
        .caption(title, CAPTION)
        .build_cartesian_2d(0.0..longest, (low..high * 2.0).log_scale())?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(BLACK.mix(0.1).stroke_width(THIN))
        .axis_style(BLACK.stroke_width(THIN))
        .label_style(LABEL)
        .set_all_tick_mark_size(TICK)
        .x_labels(6)
        .y_labels(8)
        .x_label_formatter(&|k| format!("{k:.0}"))
        .y_label_formatter(&|value| format!("{value:.0e}"))
        .x_desc("step")
        .draw()?;
    for (k, line) in lines.into_iter().enumerate() {
        let shown = line.into_iter().filter(|(_, value)| *value >= low);
        let style = palette::method(k).stroke_width(THICK);
        chart.draw_series(LineSeries::new(shown, style))?;
    }
    Ok(())
}

/// The analytic value, or the best that any method met.
fn reference(lecture: &Lecture) -> f64 {
    if let Some(analytic) = &lecture.analytic {
        return analytic.value;
    }
    let sign = lecture.objective.sign;
    let iterates = lecture.told.iter().flat_map(|told| &told.run.trace);
    let values = iterates.map(|i| sign * i.value).filter(|v| v.is_finite());
    sign * values.fold(f64::INFINITY, f64::min)
}

fn line(run: &Run, quantity: Quantity, reference: f64) -> Vec<(f64, f64)> {
    let value = |k: usize| match quantity {
        Quantity::Distance => (run.trace[k].value - reference).abs(),
        Quantity::Gradient => run.trace[k].gradient_norm,
    };
    (0..run.trace.len())
        .map(|k| (k as f64, value(k)))
        .filter(|(_, value)| (LEAST..MOST).contains(value))
        .collect()
}
