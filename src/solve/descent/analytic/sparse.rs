//! Sparse KKT systems: `[H + δI, A'; A, -δI]` scaled to entries near one, factored as it is in any
//! order of elimination. What δ takes away, refinement with the true residual gives back.

use super::kkt::Inverse;
use crate::matrix::SparseMatrix;
use crate::shape::Shape;
use crate::solve::descent::affine::{AffineForm, AffineMap};
use crate::solve::descent::newton::QuasiDefinite;
use crate::solve::descent::quadratic::lower_triangle;

/// δ.
const SHIFT: f64 = 1e-9;
/// Rounds of scaling; see D. Ruiz, "A scaling algorithm to equilibrate both rows and columns norms in
/// matrices", 2001.
const SCALINGS: usize = 4;
/// Multiplications of the factorisation up to which it is tried.
const MOST_WORK: f64 = 2e10;

pub(super) struct Regularised {
    system: QuasiDefinite,
    scales: Vec<f64>,
}

impl Regularised {
    pub fn new(slope: &AffineForm, rows: &AffineMap) -> Option<Self> {
        let (n, m) = (slope.rows(), rows.rows());
        let mut lower: Vec<(usize, usize, f64)> = lower_triangle(slope).triplets().collect();
        let equations = rows.all_rows();
        lower.extend(
            equations
                .triplets()
                .map(|(j, row, value)| (n + row, j, value)),
        );
        let scales = equilibrate(&lower, n + m);
        for (row, column, value) in &mut lower {
            *value *= scales[*row] * scales[*column];
        }
        lower.extend((0..n + m).map(|k| (k, k, if k < n { SHIFT } else { -SHIFT })));
        let matrix = SparseMatrix::from_triplets(Shape::new(n + m, n + m), &lower);
        let signs: Vec<i8> = (0..n + m).map(|k| if k < n { 1 } else { -1 }).collect();
        let mut system = QuasiDefinite::new(matrix, &signs, n, MOST_WORK)?;
        system.factorise().then_some(Regularised { system, scales })
    }
}

impl Inverse for Regularised {
    fn apply(&mut self, v: &[f64]) -> Option<Vec<f64>> {
        let scaled: Vec<f64> = v.iter().zip(&self.scales).map(|(v, s)| v * s).collect();
        let mut solution = self.system.substitute(&scaled)?;
        solution
            .iter_mut()
            .zip(&self.scales)
            .for_each(|(v, s)| *v *= s);
        Some(solution)
    }
}

/// s with max_j |s_i a_ij s_j| near 1 for every row.
fn equilibrate(lower: &[(usize, usize, f64)], size: usize) -> Vec<f64> {
    let mut scales = vec![1.0; size];
    for _ in 0..SCALINGS {
        let mut largest = vec![0.0f64; size];
        for &(row, column, value) in lower {
            let entry = (value * scales[row] * scales[column]).abs();
            largest[row] = largest[row].max(entry);
            largest[column] = largest[column].max(entry);
        }
        for (scale, largest) in scales.iter_mut().zip(&largest) {
            if *largest > 0.0 && largest.is_finite() {
                *scale /= largest.sqrt();
            }
        }
    }
    scales
}
