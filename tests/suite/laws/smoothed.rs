//! What rounds off kinks: on the right side, near, and as convex and monotone as the function.

use super::sample::{Trial, between};
use bowl::dcp::{Curvature, Monotonicity};
use bowl::expr::{ExprId, Graph, Kink, evaluate_constant};
use bowl::matrix::Matrix;
use bowl::span::Span;
use std::sync::Arc;

const ROUNDS: usize = 20;
const WIDTHS: [f64; 3] = [1.0, 0.1, 1e-3];
const TOLERANCE: f64 = 1e-9;

pub fn law(trial: &mut Trial<'_>) -> Result<(), String> {
    for round in 0..ROUNDS {
        let (Some(a), Some(b)) = (trial.points(), trial.points()) else {
            return Ok(());
        };
        let width = WIDTHS[round % WIDTHS.len()];
        let Some(smooth_a) = smoothed(trial, &a, width)? else {
            return Ok(());
        };
        let smooth = |point: &[Arc<Matrix>]| {
            let value = smoothed(trial, point, width)?;
            value.ok_or_else(|| "smoothed at some points only".to_owned())
        };
        near(trial, &a, &smooth_a, width)?;
        let middle: Vec<Arc<Matrix>> = a
            .iter()
            .zip(&b)
            .map(|(a, b)| Arc::new(between(a, b, 0.5)))
            .collect();
        bent(trial, &smooth_a, &smooth(&b)?, &smooth(&middle)?)?;
        for k in trial.varying().filter(|k| trial.is_entrywise(*k)) {
            let mut higher = a.clone();
            higher[k] = Arc::new(larger(&a[k], &b[k]));
            rising(trial, k, &smooth_a, &smooth(&higher)?)?;
        }
    }
    Ok(())
}

/// The smooth function's values; `None` where there is none.
fn smoothed(
    trial: &Trial<'_>,
    arguments: &[Arc<Matrix>],
    width: f64,
) -> Result<Option<Vec<f64>>, String> {
    let mut graph = Graph::new();
    let constant =
        |graph: &mut Graph, a: &Arc<Matrix>| graph.constant(a.clone(), None, Span::default());
    let ids: Vec<ExprId> = arguments.iter().map(|a| constant(&mut graph, a)).collect();
    let atom = &trial.specimen.atom;
    let Some(root) = atom.smoothed(&mut graph, &ids, width) else {
        return Ok(None);
    };
    for id in graph.reachable(&[root]) {
        let kinked = graph.atom(id).map(|atom| atom.kink());
        if matches!(kinked, Some(Kink::Kinked | Kink::Proximal(_))) {
            return Err(format!("{:?} still has kinks", graph.kind(id)));
        }
    }
    let value = evaluate_constant(&graph, root).ok_or("no value")?;
    let size = trial.value(arguments)?.len();
    match value.shape().size() == size {
        true => Ok(Some(value.entries().into_owned())),
        false => Err(format!("{} values for {size}", value.shape().size())),
    }
}

/// On the right side of the function, within some widths of each entry, and no lower than zero where it is not.
fn near(
    trial: &Trial<'_>,
    point: &[Arc<Matrix>],
    smooth: &[f64],
    width: f64,
) -> Result<(), String> {
    let values = trial.value(point)?;
    let facts = trial.facts();
    let convex = trial.specimen.atom.curvature(&facts).is_convex();
    let entries: usize = point.iter().map(|a| a.shape().size()).sum();
    for (value, smooth) in values.iter().zip(smooth) {
        let below = if convex {
            value - smooth
        } else {
            smooth - value
        };
        if below < -TOLERANCE || below > 4.0 * entries as f64 * width + TOLERANCE {
            return Err(format!("{smooth} for {value} at a width of {width}"));
        }
        if trial.specimen.atom.range(&facts).lower >= 0.0 && *smooth < -TOLERANCE {
            return Err(format!("{smooth} for a value that is never negative"));
        }
    }
    Ok(())
}

fn bent(trial: &Trial<'_>, a: &[f64], b: &[f64], middle: &[f64]) -> Result<(), String> {
    let stated = trial.specimen.atom.curvature(&trial.facts());
    for ((a, b), middle) in a.iter().zip(b).zip(middle) {
        let above = middle - 0.5 * (a + b);
        let broken = match stated {
            Curvature::Convex => above > TOLERANCE,
            Curvature::Concave => above < -TOLERANCE,
            Curvature::Affine | Curvature::Constant => above.abs() > TOLERANCE,
            Curvature::Unknown => true,
        };
        if broken {
            return Err(format!("smoothed, {stated:?} is broken by {above}"));
        }
    }
    Ok(())
}

fn rising(trial: &Trial<'_>, argument: usize, low: &[f64], high: &[f64]) -> Result<(), String> {
    let facts = trial.facts();
    let stated = trial.specimen.atom.monotonicity(argument, &facts);
    for (low, high) in low.iter().zip(high) {
        let rise = high - low;
        let broken = match stated {
            Monotonicity::Increasing => rise < -TOLERANCE,
            Monotonicity::Decreasing => rise > TOLERANCE,
            Monotonicity::Constant => rise.abs() > TOLERANCE,
            Monotonicity::Unknown => false,
        };
        if broken {
            return Err(format!("smoothed, {stated:?} is broken by {rise}"));
        }
    }
    Ok(())
}

/// Entry by entry.
fn larger(a: &Matrix, b: &Matrix) -> Matrix {
    let (a_entries, b_entries) = (a.entries(), b.entries());
    let pairs = a_entries.iter().zip(b_entries.iter());
    Matrix::from_columns(a.shape(), pairs.map(|(a, b)| a.max(*b)).collect())
}
