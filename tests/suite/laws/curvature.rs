//! Jensen's inequality, steps in one argument, ranges.

use super::sample::{Half, Trial, between};
use bowl::dcp::{Curvature, Monotonicity};
use bowl::expr::Domain;
use bowl::matrix::Matrix;
use std::sync::Arc;

const ROUNDS: usize = 60;

fn slack(values: &[f64]) -> f64 {
    1e-9 * values.iter().fold(1.0, |m: f64, v| m.max(v.abs()))
}

pub fn law(trial: &mut Trial<'_>) -> Result<(), String> {
    let facts = trial.facts();
    let stated = trial.specimen.atom.curvature(&facts);
    let range = trial.specimen.atom.range(&facts);
    for _ in 0..ROUNDS {
        let (Some(a), Some(b)) = (trial.points(), trial.points()) else {
            return Ok(());
        };
        let t = trial.random.uniform();
        let middle: Vec<Arc<Matrix>> = a
            .iter()
            .zip(&b)
            .map(|(a, b)| Arc::new(between(a, b, t)))
            .collect();
        let (fa, fb, fm) = (trial.value(&a)?, trial.value(&b)?, trial.value(&middle)?);
        for k in 0..fa.len() {
            let tolerance = slack(&[fa[k], fb[k], fm[k]]);
            if fa[k] < range.lower - tolerance || fa[k] > range.upper + tolerance {
                return Err(format!("value {} outside the range {range:?}", fa[k]));
            }
            let chord = fa[k] + t * (fb[k] - fa[k]);
            let above = fm[k] > chord + tolerance;
            let below = fm[k] < chord - tolerance;
            let broken = match stated {
                Curvature::Convex => above,
                Curvature::Concave => below,
                Curvature::Affine => above || below,
                Curvature::Constant => (fa[k] - fb[k]).abs() > tolerance,
                Curvature::Unknown => false,
            };
            if broken || (stated != Curvature::Unknown && fm[k].is_nan()) {
                return Err(format!("{stated:?}, but {} against {chord} between", fm[k]));
            }
        }
        monotone(trial, &a, &b)?;
    }
    Ok(())
}

fn monotone(trial: &Trial<'_>, a: &[Arc<Matrix>], b: &[Arc<Matrix>]) -> Result<(), String> {
    let facts = trial.facts();
    for k in trial.varying().filter(|k| trial.is_entrywise(*k)) {
        let higher: Vec<f64> = a[k]
            .entries()
            .iter()
            .zip(b[k].entries().iter())
            .map(|(a, b)| a.max(*b))
            .collect();
        let mut raised = a.to_vec();
        raised[k] = Arc::new(Matrix::from_columns(a[k].shape(), higher));
        let (low, high) = (trial.value(a)?, trial.value(&raised)?);
        let stated = trial.specimen.atom.monotonicity(k, &facts);
        for (low, high) in low.iter().zip(&high) {
            let tolerance = slack(&[*low, *high]);
            let broken = match stated {
                Monotonicity::Increasing => *high < low - tolerance,
                Monotonicity::Decreasing => *high > low + tolerance,
                Monotonicity::Constant => (high - low).abs() > tolerance,
                Monotonicity::Unknown => false,
            };
            if broken {
                return Err(format!(
                    "{stated:?} in argument {k}, but {low} became {high}"
                ));
            }
        }
    }
    Ok(())
}

/// Points of an argument outside its domain, when it has an outside: on the side of the half, as a
/// function may be convex on one and concave on the other.
pub fn outside(domain: Domain, half: Half) -> Option<f64> {
    match domain {
        Domain::AtLeast(bound) | Domain::Above(bound) => Some(bound - 0.7),
        Domain::Within(_, high) if half == Half::Nonnegative => Some(high + 0.7),
        Domain::Within(low, _) => Some(low - 0.7),
        Domain::Reals
        | Domain::Symmetric
        | Domain::PositiveSemidefinite
        | Domain::PositiveDefinite => None,
    }
}

pub fn outside_law(trial: &mut Trial<'_>) -> Result<(), String> {
    let curvature = trial.specimen.atom.curvature(&trial.facts());
    let varying: Vec<usize> = trial.varying().collect();
    for k in varying {
        let (Some(bad), Some(mut point)) = (
            outside(trial.specimen.atom.domain(k), trial.half),
            trial.points(),
        ) else {
            continue;
        };
        let shape = point[k].shape();
        point[k] = Arc::new(Matrix::filled(shape, bad));
        for value in trial.value(&point)? {
            let right = match curvature {
                Curvature::Convex => value == f64::INFINITY,
                Curvature::Concave => value == f64::NEG_INFINITY,
                Curvature::Affine | Curvature::Constant | Curvature::Unknown => !value.is_finite(),
            };
            if !right {
                return Err(format!("{value} outside the domain of argument {k}"));
            }
        }
    }
    Ok(())
}
