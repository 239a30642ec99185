//! Sparse symmetric quasi-definite systems, solved with iterative refinement.

use super::condense::Condensed;
use crate::matrix::SparseMatrix;
use crate::solve::descent::lbfgs::norm;

const MOST_REFINEMENTS: usize = 3;
/// Of systems whose diagonal has been softened.
const MOST_SOFTENED: usize = 12;
/// Relative residual that needs no refinement.
const REFINED: f64 = 1e-13;

#[derive(Debug)]
pub struct QuasiDefinite {
    /// Lower triangle.
    pub matrix: SparseMatrix,
    factor: Condensed,
    /// What the diagonal that is factorised has more; solutions are refined towards those without.
    softening: Vec<f64>,
}

impl QuasiDefinite {
    /// With positive pivots for the first `unknowns` rows and `signs` for all; `None` when a
    /// factorisation takes more multiplications than `most_work`.
    pub fn new(
        matrix: SparseMatrix,
        signs: &[i8],
        unknowns: usize,
        most_work: f64,
    ) -> Option<Self> {
        let factor = Condensed::new(&matrix, signs, unknowns, most_work)?;
        Some(QuasiDefinite {
            matrix,
            factor,
            softening: Vec::new(),
        })
    }

    /// Multiplications of one factorisation.
    pub fn work(&self) -> f64 {
        self.factor.work()
    }

    /// Factorises the present entries; whether that succeeded.
    pub fn factorise(&mut self) -> bool {
        self.factorise_softened(Vec::new())
    }

    /// Factorises the present entries with so much more on the first entries of the diagonal; whether that succeeded.
    pub fn factorise_softened(&mut self, softening: Vec<f64>) -> bool {
        for (j, more) in softening.iter().enumerate() {
            self.matrix.values[self.matrix.column_starts[j]] += more;
        }
        self.softening = softening;
        self.factor.factorise(&self.matrix)
    }

    /// The solution by the last factorisation.
    pub fn substitute(&mut self, right: &[f64]) -> Option<Vec<f64>> {
        let mut solution = right.to_vec();
        self.factor.solve_in_place(&self.matrix, &mut solution);
        self.refine(right, &mut solution);
        solution.iter().all(|v| v.is_finite()).then_some(solution)
    }

    /// x += K⁻¹(b - K*x) while that brings the residual down.
    fn refine(&mut self, right: &[f64], solution: &mut [f64]) {
        let size = norm(right);
        let mut best = f64::INFINITY;
        let mut step = vec![0.0; right.len()];
        let mut residual = vec![0.0; right.len()];
        let most = match self.softening.is_empty() {
            true => MOST_REFINEMENTS,
            false => MOST_SOFTENED,
        };
        for _ in 0..=most {
            residual.copy_from_slice(right);
            subtract_product(&self.matrix, solution, &mut residual);
            let soft = self.softening.iter().zip(&*solution);
            residual
                .iter_mut()
                .zip(soft)
                .for_each(|(r, (more, x))| *r += more * x);
            let error = norm(&residual);
            if error >= 0.5 * best {
                if error > best {
                    solution.iter_mut().zip(&step).for_each(|(s, d)| *s -= d);
                }
                return;
            }
            best = error;
            if error <= REFINED * size {
                return;
            }
            step.copy_from_slice(&residual);
            self.factor.solve_in_place(&self.matrix, &mut step);
            solution.iter_mut().zip(&step).for_each(|(s, d)| *s += d);
        }
    }
}

/// out -= K*x, K given by its lower triangle.
fn subtract_product(lower: &SparseMatrix, x: &[f64], out: &mut [f64]) {
    for j in 0..lower.cols {
        let mut own = 0.0;
        for (i, value) in lower.column(j) {
            out[i] -= value * x[j];
            if i != j {
                own += value * x[i];
            }
        }
        out[j] -= own;
    }
}
