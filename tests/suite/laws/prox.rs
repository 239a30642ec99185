//! Proximal points beat their neighbours.

use super::sample::{Half, Trial};
use bowl::expr::Kink;
use bowl::matrix::Matrix;
use std::sync::Arc;

const ROUNDS: usize = 30;
const NEIGHBOURS: usize = 60;

pub fn law(trial: &mut Trial<'_>) -> Result<(), String> {
    let Kink::Proximal(proximal) = trial.specimen.atom.kink() else {
        return Ok(());
    };
    let varying: Vec<usize> = trial.varying().collect();
    let [argument] = varying.as_slice() else {
        return Err("a proximal operator of several arguments".to_owned());
    };
    if trial.half != Half::Whole {
        return Ok(());
    }
    for _ in 0..ROUNDS {
        let Some(mut point) = trial.points() else {
            return Ok(());
        };
        let z = point[*argument].clone();
        let step = trial.random.between(0.05, 2.0);
        let mut found = vec![0.0; z.shape().size()];
        proximal.prox(z.shape(), &z.entries(), step, &mut found);
        let mut cost = |trial: &Trial<'_>, y: &[f64]| -> Result<f64, String> {
            point[*argument] = Arc::new(Matrix::from_columns(z.shape(), y.to_vec()));
            let value: f64 = trial.value(&point)?.iter().sum();
            let distance: f64 = y
                .iter()
                .zip(z.entries().iter())
                .map(|(y, z)| (y - z).powi(2))
                .sum();
            Ok(value + distance / (2.0 * step))
        };
        let best = cost(trial, &found)?;
        for neighbour in 0..NEIGHBOURS {
            let size = 10f64.powi(-(neighbour as i32 % 6));
            let symmetric = !trial.is_entrywise(*argument);
            let moved = moved(trial, &found, z.shape(), size, symmetric);
            let other = cost(trial, &moved)?;
            if other < best - 1e-9 * best.abs().max(1.0) {
                return Err(format!("prox costs {best}, a neighbour {other}"));
            }
        }
    }
    Ok(())
}

fn moved(
    trial: &mut Trial<'_>,
    found: &[f64],
    shape: bowl::shape::Shape,
    size: f64,
    symmetric: bool,
) -> Vec<f64> {
    let mut noise = trial.random.matrix(shape, -size, size).into_dense();
    if symmetric {
        noise = (&noise + noise.transpose()) * 0.5;
    }
    found.iter().zip(noise.iter()).map(|(y, d)| y + d).collect()
}
