//! What the residuals of an answer leave open of its objective.
//!
//! With r = Px + q + A'z and ρ = b - Ax - s the objectives of point and multipliers are apart by
//! s'z + r'x - ρ'z: residuals that are small beside the data are large where unknowns or multipliers are.

use super::assemble::Assembly;
use super::layout::entries;
use clarabel::solver::DefaultSolution;

/// Parts of an objective.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    /// Σ |ρ_i z_i|: how far the objective may be from its value at the point.
    pub primal: f64,
    /// Σ |r_j x_j|: how far the optimum may be below what the multipliers say.
    pub dual: f64,
}

impl Open {
    pub(super) const ALL: Open = Open {
        primal: f64::INFINITY,
        dual: f64::INFINITY,
    };

    /// Of an objective of this size.
    pub(super) fn of(assembly: &Assembly, solution: &DefaultSolution<f64>, size: f64) -> Self {
        let (x, z) = (&solution.x, &solution.z);
        let mut primal = slacks(assembly, x);
        let rows = primal.iter_mut().zip(&solution.s);
        rows.for_each(|(slack, s)| *slack -= s);
        Open {
            primal: products(&primal, z) / size,
            dual: products(&gradient(assembly, x, z), x) / size,
        }
    }

    pub(super) fn both(self) -> f64 {
        self.primal + self.dual
    }
}

/// Px + q + A'z.
pub(super) fn gradient(assembly: &Assembly, x: &[f64], z: &[f64]) -> Vec<f64> {
    let mut gradient = assembly.linear.clone();
    for (i, j, value) in entries(&assembly.quadratic) {
        gradient[i] += value * x[j];
        gradient[j] += if i == j { 0.0 } else { value * x[i] };
    }
    for (row, j, value) in entries(&assembly.matrix) {
        gradient[j] += value * z[row];
    }
    gradient
}

/// b - Ax.
pub(super) fn slacks(assembly: &Assembly, x: &[f64]) -> Vec<f64> {
    let mut slacks = assembly.constants.clone();
    for (row, j, value) in entries(&assembly.matrix) {
        slacks[row] -= value * x[j];
    }
    slacks
}

/// Σ |r_k x_k|; infinite where it is no number.
fn products(residuals: &[f64], sizes: &[f64]) -> f64 {
    let pairs = residuals.iter().zip(sizes);
    let sum: f64 = pairs.map(|(residual, size)| (residual * size).abs()).sum();
    if sum.is_nan() { f64::INFINITY } else { sum }
}
