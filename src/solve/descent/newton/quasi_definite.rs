//! Sparse symmetric quasi-definite systems: positive pivots for some rows, negative for the
//! others, in any order.
//!
//! R. Vanderbei, "Symmetric quasi-definite matrices", 1995.

use crate::matrix::SparseMatrix;
use crate::solve::descent::lbfgs::norm;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::ldlt::factor::LdltRegularization;
use faer::sparse::linalg::cholesky::{
    LdltRef, SymbolicCholesky, SymbolicCholeskyRaw, SymmetricOrdering, factorize_symbolic_cholesky,
};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMatRef};
use faer::{Conj, MatMut, Par, Side};

/// Pivots below this, or of the wrong sign, become [`REPLACED_PIVOT`].
const LEAST_PIVOT: f64 = 1e-14;
const REPLACED_PIVOT: f64 = 1e-9;
const MOST_REFINEMENTS: usize = 3;
/// Relative residual that needs no refinement.
const REFINED: f64 = 1e-13;

/// A matrix of fixed pattern with its factorisation.
pub struct QuasiDefinite {
    /// Lower triangle.
    pub matrix: SparseMatrix,
    /// 1 or -1 for each row.
    signs: Vec<i8>,
    symbolic: SymbolicCholesky<usize>,
    factor: Vec<f64>,
    memory: MemBuffer,
}

impl std::fmt::Debug for QuasiDefinite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QuasiDefinite")
            .field("rows", &self.matrix.rows)
            .field("factor", &self.factor.len())
            .finish()
    }
}

impl QuasiDefinite {
    /// Orders and analyses the pattern; `None` when a factorisation takes more multiplications
    /// than `most_work`.
    pub fn new(matrix: SparseMatrix, signs: Vec<i8>, most_work: f64) -> Option<Self> {
        let pattern = pattern(&matrix);
        let ordering = SymmetricOrdering::Amd;
        let symbolic =
            factorize_symbolic_cholesky(pattern, Side::Lower, ordering, Default::default()).ok()?;
        if work(&symbolic) > most_work {
            return None;
        }
        let factorise =
            symbolic.factorize_numeric_ldlt_scratch::<f64>(Par::Seq, Default::default());
        let solve = symbolic.solve_in_place_scratch::<f64>(1, Par::Seq);
        Some(QuasiDefinite {
            factor: vec![0.0; symbolic.len_val()],
            memory: MemBuffer::new(factorise.or(solve)),
            matrix,
            signs,
            symbolic,
        })
    }

    /// Multiplications of one factorisation.
    pub fn work(&self) -> f64 {
        work(&self.symbolic)
    }

    /// The solution for the present entries, refined; `None` when the factorisation fails.
    pub fn solve(&mut self, right: &[f64]) -> Option<Vec<f64>> {
        let regularization = LdltRegularization {
            dynamic_regularization_signs: Some(&self.signs),
            dynamic_regularization_delta: REPLACED_PIVOT,
            dynamic_regularization_epsilon: LEAST_PIVOT,
        };
        let factor = self
            .symbolic
            .factorize_numeric_ldlt(
                &mut self.factor,
                SparseColMatRef::new(pattern(&self.matrix), &self.matrix.values),
                Side::Lower,
                regularization,
                Par::Seq,
                MemStack::new(&mut self.memory),
                Default::default(),
            )
            .ok()?;
        let mut solution = right.to_vec();
        solve_in_place(factor, &mut solution, &mut self.memory);
        refine(&self.matrix, factor, &mut self.memory, right, &mut solution);
        solution.iter().all(|v| v.is_finite()).then_some(solution)
    }
}

fn pattern(matrix: &SparseMatrix) -> SymbolicSparseColMatRef<'_, usize> {
    let n = matrix.cols;
    SymbolicSparseColMatRef::new_checked(n, n, &matrix.column_starts, None, &matrix.row_indices)
}

/// Σ (entries of a column of the factor)².
fn work(symbolic: &SymbolicCholesky<usize>) -> f64 {
    let square = |count: usize| (count as f64).powi(2);
    match symbolic.raw() {
        SymbolicCholeskyRaw::Simplicial(columns) => {
            let starts = columns.col_ptr();
            starts.windows(2).map(|w| square(w[1] - w[0])).sum()
        }
        SymbolicCholeskyRaw::Supernodal(columns) => {
            let rows = columns.col_ptr_for_row_idx();
            let ends = columns
                .supernode_begin()
                .iter()
                .zip(columns.supernode_end());
            let node = |(k, (begin, end)): (usize, (&usize, &usize))| -> f64 {
                let (width, below) = (end - begin, rows[k + 1] - rows[k]);
                (0..width).map(|j| square(width - j + below)).sum()
            };
            ends.enumerate().map(node).sum()
        }
    }
}

fn solve_in_place(factor: LdltRef<'_, usize, f64>, vector: &mut [f64], memory: &mut MemBuffer) {
    let rows = vector.len();
    factor.solve_in_place_with_conj(
        Conj::No,
        MatMut::from_column_major_slice_mut(vector, rows, 1),
        Par::Seq,
        MemStack::new(memory),
    );
}

/// x += K⁻¹(b - K*x) while that brings the residual down.
fn refine(
    matrix: &SparseMatrix,
    factor: LdltRef<'_, usize, f64>,
    memory: &mut MemBuffer,
    right: &[f64],
    solution: &mut [f64],
) {
    let size = norm(right);
    let mut best = f64::INFINITY;
    let mut step = vec![0.0; right.len()];
    for _ in 0..=MOST_REFINEMENTS {
        let mut residual = right.to_vec();
        subtract_product(matrix, solution, &mut residual);
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
        step = residual;
        solve_in_place(factor, &mut step, memory);
        solution.iter_mut().zip(&step).for_each(|(s, d)| *s += d);
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
