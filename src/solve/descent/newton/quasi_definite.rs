//! Sparse symmetric quasi-definite systems: a factorisation, and steps that take off what it leaves.

use super::condense::Condensed;
use super::krylov::Krylov;
use crate::matrix::SparseMatrix;
use crate::solve::descent::lbfgs::{add_scaled, norm};

/// Directions of one round, of systems whose diagonal has been softened too, and rounds.
const MOST_DIRECTIONS: usize = 3;
const MOST_SOFTENED: usize = 12;
const MOST_ROUNDS: usize = 3;
/// What a round leaves of the residual for another to be worth it.
const WORTHWHILE: f64 = 0.5;
/// Relative residual that needs no more.
const REFINED: f64 = 1e-13;

#[derive(Debug)]
pub struct QuasiDefinite {
    /// Lower triangle.
    pub matrix: SparseMatrix,
    factor: Condensed,
    /// What the diagonal that is factorised has more; solutions are those without.
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

    /// x becomes the x whose b - K*x is smallest along a few directions of the factorisation, again from there while
    /// that brings the residual down.
    fn refine(&mut self, right: &[f64], solution: &mut [f64]) {
        let enough = REFINED * norm(right);
        let most = match self.softening.is_empty() {
            true => MOST_DIRECTIONS,
            false => MOST_SOFTENED,
        };
        let mut residual = self.residual(right, solution);
        let mut error = norm(&residual);
        for _ in 0..MOST_ROUNDS {
            if error <= enough || !error.is_finite() {
                return;
            }
            let step = self.best_step(residual, enough, most);
            add_scaled(1.0, &step, solution);
            residual = self.residual(right, solution);
            let now = norm(&residual);
            if now.is_nan() || now >= error {
                add_scaled(-1.0, &step, solution);
                return;
            }
            if now > WORTHWHILE * error {
                return;
            }
            error = now;
        }
    }

    /// What leaves least of a residual along so many directions at most, fewer where that is enough.
    fn best_step(&mut self, residual: Vec<f64>, enough: f64, most: usize) -> Vec<f64> {
        let mut space = Krylov::new(residual, most);
        while space.is_open(enough) {
            let mut direction = space.next_direction();
            self.factor.solve_in_place(&self.matrix, &mut direction);
            let image = self.image(&direction);
            space.push(direction, image);
        }
        space.step()
    }

    /// K*x.
    fn image(&self, x: &[f64]) -> Vec<f64> {
        let mut out = product(&self.matrix, x);
        let soft = self.softening.iter().zip(x);
        let pairs = out.iter_mut().zip(soft);
        pairs.for_each(|(out, (more, x))| *out -= more * x);
        out
    }

    /// b - K*x.
    fn residual(&self, right: &[f64], x: &[f64]) -> Vec<f64> {
        let mut residual = self.image(x);
        let pairs = residual.iter_mut().zip(right);
        pairs.for_each(|(r, b)| *r = b - *r);
        residual
    }
}

/// K*x, K given by its lower triangle.
fn product(lower: &SparseMatrix, x: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; lower.cols];
    for j in 0..lower.cols {
        let mut own = 0.0;
        for (i, value) in lower.column(j) {
            out[i] += value * x[j];
            if i != j {
                own += value * x[i];
            }
        }
        out[j] += own;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shape;

    /// Rows that hold stiff unknowns weakly: beside what softens the diagonal their own share is small, and every
    /// correction takes a tenth of the error off.
    #[test]
    fn softened_systems_are_solved_as_they_stand() {
        let (unknowns, rows) = (12, 6);
        let mut entries: Vec<(usize, usize, f64)> =
            (0..unknowns).map(|j| (j, j, 1.0 + j as f64)).collect();
        for k in 0..rows {
            let row = unknowns + k;
            entries.extend((0..unknowns).map(|j| (row, j, ((k * 7 + j * 3) % 5) as f64 * 0.1)));
            entries.push((row, row, -1.0));
        }
        let side = unknowns + rows;
        let matrix = SparseMatrix::from_triplets(Shape::new(side, side), &entries);
        let signs: Vec<i8> = (0..side)
            .map(|k| if k < unknowns { 1 } else { -1 })
            .collect();
        let mut softening = vec![0.0; side];
        softening[unknowns..].fill(-9.0);
        let mut system =
            QuasiDefinite::new(matrix, &signs, unknowns, f64::INFINITY).expect("a pattern");
        assert!(system.factorise_softened(softening));
        let right: Vec<f64> = (0..side).map(|k| (k as f64).sin()).collect();
        let solution = system.substitute(&right).expect("a solution");
        let left = norm(&system.residual(&right, &solution)) / norm(&right);
        assert!(left < 1e-12, "{left:.1e}");
    }
}
