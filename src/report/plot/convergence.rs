//! By step: how far the value is from the best known, and the size of the gradient.

use super::axis::Axis;
use super::scene::{Curve, Scene};
use super::{Area, Drawn, chart, stroke};

/// The scale shows so many decades below the largest start, and above it.
const BELOW: f64 = 20.0;
const ABOVE: f64 = 6.0;
/// Iterates get a dot each up to this many.
const MOST_DOTS: usize = 12;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// |f - best|.
    Distance,
    /// |f'|.
    Gradient,
}

pub fn draw(scene: &Scene<'_>, area: &Area<'_>, quantity: Quantity) -> Drawn {
    let lines: Vec<Vec<f64>> = scene
        .curves
        .iter()
        .map(|curve| logarithms(curve, quantity, scene.reference))
        .collect();
    let scale = Scale::of(&lines);
    let longest = lines.iter().map(Vec::len).max().unwrap_or(0);
    let last = longest.saturating_sub(1) as f64;
    let title = match quantity {
        Quantity::Gradient => "gradient norm",
        Quantity::Distance => scene.beside,
    };
    let axes = (Axis::steps(last), scale.axis.clone());
    let mut chart = chart(area, title, axes, (scene.unit, ""), true)?;
    let window = ((0.0, last.max(1.0)), (scale.low, scale.high));
    for (curve, line) in scene.curves.iter().zip(&lines) {
        let points: Vec<(f64, f64)> = line
            .iter()
            .enumerate()
            .map(|(k, value)| (k as f64, value.max(scale.low)))
            .collect();
        let dots = if points.len() <= MOST_DOTS {
            MOST_DOTS
        } else {
            0
        };
        stroke::path(&mut chart, curve, &points, window, dots)?;
    }
    Ok(())
}

/// Decimal logarithms, -inf of zero, as far as the values are numbers.
fn logarithms(curve: &Curve<'_>, quantity: Quantity, reference: f64) -> Vec<f64> {
    let value = |k: usize| match quantity {
        Quantity::Distance => (curve.trace[k].value - reference).abs(),
        Quantity::Gradient => curve.trace[k].gradient_norm,
    };
    (0..curve.trace.len())
        .map(|k| value(k).log10())
        .take_while(|value| *value < f64::INFINITY)
        .collect()
}

/// The range of logarithms that is shown; what lies below stands at the lower edge.
struct Scale {
    low: f64,
    high: f64,
    axis: Axis,
}

impl Scale {
    fn of(lines: &[Vec<f64>]) -> Self {
        let all = || lines.iter().flatten().copied();
        let firsts = lines.iter().filter_map(|line| line.first().copied());
        let start = firsts.fold(f64::NEG_INFINITY, f64::max);
        let top = all().fold(f64::NEG_INFINITY, f64::max);
        if !top.is_finite() {
            return Scale::new((0.0, 1.0), |range| Axis::edge(range, "0"));
        }
        let start = if start.is_finite() { start } else { top };
        let (floor, high) = (start - BELOW, top.min(start + ABOVE));
        let shown = all().filter(|value| *value >= floor);
        let least = shown.fold(high, f64::min);
        let below = || all().filter(|value| *value < floor);
        if below().next().is_none() {
            return Scale::new((least - 0.1, high + 0.1), Axis::logarithms);
        }
        let low = least.floor() - 1.0;
        let zeros = below().all(|value| value == f64::NEG_INFINITY);
        let edge = match zeros {
            true => "0".to_owned(),
            false => format!("≤1e{low}"),
        };
        Scale::new((low, high + 0.1), |range| {
            Axis::logarithms_above(range, &edge)
        })
    }

    fn new(range: (f64, f64), axis: impl FnOnce((f64, f64)) -> Axis) -> Self {
        Scale {
            low: range.0,
            high: range.1,
            axis: axis(range),
        }
    }
}
