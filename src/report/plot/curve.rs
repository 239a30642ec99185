//! One unknown: the objective's curve, and the iterates on it.

use super::axis::Axis;
use super::palette::{self, Line};
use super::scene::Scene;
use super::window::range;
use super::{Area, CROSS, Chart, Drawn, MAP, THICK, chart, region, stroke};
use crate::solve::descent::oracle::Smooth;
use plotters::prelude::*;

const POINTS: usize = 400;
/// A curve that spans more than so many times what the iterates do is cut off.
const MOST_SPANS: f64 = 12.0;
/// Iterates get a dot each up to this many.
const MOST_DOTS: usize = 80;

/// Whether the objective is defined on all that is shown.
pub fn draw(scene: &mut Scene<'_>, area: &Area<'_>) -> Result<bool, Box<dyn std::error::Error>> {
    let x = range(scene, 0);
    let curve = sampled(scene, x);
    let defined = curve.iter().filter(|(_, value)| value.is_finite());
    let (low, high) = ends(defined.map(|(_, value)| *value));
    if !low.is_finite() {
        return Ok(false);
    }
    let window = (x, heights(scene, x, (low, high)));
    let axes = (
        Axis::level(x, MAP / super::FINE - 100),
        Axis::upright(window.1),
    );
    let name = scene.names.first().map_or("", String::as_str);
    let mut chart = chart(area, "objective and iterates", axes, (name, ""), true)?;
    let whole = outside(&mut chart, &curve, window.1)?;
    let line = Line {
        color: palette::level(0.15),
        dash: None,
    };
    for piece in super::clip::pieces(&curve, window) {
        stroke::on_chart(&mut chart, piece, line, THICK)?;
    }
    for curve in &scene.curves {
        let points: Vec<(f64, f64)> = curve.trace.iter().map(|i| (i.x[0], i.value)).collect();
        stroke::path(&mut chart, curve, &points, window, MOST_DOTS)?;
    }
    marks(scene, &mut chart, x)?;
    Ok(whole)
}

/// The least and the largest; infinite ones the wrong way round where there is none.
fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

/// The range of values shown: that of the curve, where it is not so much that the iterates and marks lie flat in it.
fn heights(scene: &mut Scene<'_>, x: (f64, f64), (low, high): (f64, f64)) -> (f64, f64) {
    let is_shown = |entry: f64| (x.0..=x.1).contains(&entry);
    let iterates = scene.curves.iter().flat_map(|curve| curve.trace);
    let shown = iterates.filter(|i| is_shown(i.x[0])).map(|i| i.value);
    let marks = scene.marks.iter().filter(|mark| is_shown(mark[0]));
    let sign = scene.objective.sign;
    let marks = marks.map(|mark| sign * scene.objective.evaluate(mark, &mut [0.0]));
    let finite = shown.chain(marks).filter(|value| value.is_finite());
    let (least, most) = ends(finite);
    let span = most - least;
    let fits = span.is_nan() || span <= 0.0 || high - low <= MOST_SPANS * span;
    let (low, high) = match fits {
        true => (low, high),
        false => (low.max(least - 2.0 * span), high.min(most + 2.0 * span)),
    };
    let rounding = 1e-12 * low.abs();
    let space = match high - low > rounding {
        true => 0.06 * (high - low),
        false => low.abs().max(1e-3),
    };
    (low - space, high + space)
}

fn sampled(scene: &mut Scene<'_>, x: (f64, f64)) -> Vec<(f64, f64)> {
    let sign = scene.objective.sign;
    let mut slope = [0.0];
    (0..=POINTS)
        .map(|k| x.0 + (x.1 - x.0) * k as f64 / POINTS as f64)
        .map(|px| (px, sign * scene.objective.evaluate(&[px], &mut slope)))
        .collect()
}

/// Hatches where the objective is not finite; `true` where it is nowhere so.
fn outside(
    chart: &mut Chart<'_, '_>,
    curve: &[(f64, f64)],
    y: (f64, f64),
) -> Result<bool, Box<dyn std::error::Error>> {
    let mut strips: Vec<[(f64, f64); 2]> = Vec::new();
    for pair in curve
        .windows(2)
        .filter(|pair| pair.iter().any(|(_, value)| !value.is_finite()))
    {
        match strips.last_mut() {
            Some(strip) if strip[1].0 == pair[0].0 => strip[1].0 = pair[1].0,
            Some(_) | None => strips.push([(pair[0].0, y.0), (pair[1].0, y.1)]),
        }
    }
    region::hatch(chart, &strips)?;
    Ok(strips.is_empty())
}

fn marks(scene: &mut Scene<'_>, chart: &mut Chart<'_, '_>, x: (f64, f64)) -> Drawn {
    let sign = scene.objective.sign;
    for mark in scene.marks.clone() {
        if (x.0..=x.1).contains(&mark[0]) {
            let value = sign * scene.objective.evaluate(&mark, &mut [0.0]);
            chart.draw_series([Cross::new(
                (mark[0], value),
                CROSS,
                BLACK.stroke_width(THICK),
            )])?;
        }
    }
    Ok(())
}
