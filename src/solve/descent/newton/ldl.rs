//! LDL' of sparse symmetric quasi-definite matrices: positive pivots for some rows, negative for
//! the others, in any order.
//!
//! R. Vanderbei, "Symmetric quasi-definite matrices", 1995.

use crate::matrix::SparseMatrix;
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

/// A matrix of fixed pattern with its factorisation.
pub struct Ldl {
    /// Lower triangle.
    pub matrix: SparseMatrix,
    /// 1 or -1 for each row.
    signs: Vec<i8>,
    symbolic: SymbolicCholesky<usize>,
    factor: Vec<f64>,
    memory: MemBuffer,
}

impl std::fmt::Debug for Ldl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ldl")
            .field("rows", &self.matrix.rows)
            .field("factor", &self.factor.len())
            .finish()
    }
}

impl Ldl {
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
        Some(Ldl {
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

    /// Factorises the present entries; whether that succeeded.
    pub fn factorise(&mut self) -> bool {
        let regularization = LdltRegularization {
            dynamic_regularization_signs: Some(&self.signs),
            dynamic_regularization_delta: REPLACED_PIVOT,
            dynamic_regularization_epsilon: LEAST_PIVOT,
        };
        let factorised = self.symbolic.factorize_numeric_ldlt(
            &mut self.factor,
            SparseColMatRef::new(pattern(&self.matrix), &self.matrix.values),
            Side::Lower,
            regularization,
            Par::Seq,
            MemStack::new(&mut self.memory),
            Default::default(),
        );
        factorised.is_ok()
    }

    /// v = K⁻¹*v by the last factorisation.
    pub fn solve_in_place(&mut self, v: &mut [f64]) {
        let rows = v.len();
        LdltRef::new(&self.symbolic, &self.factor).solve_in_place_with_conj(
            Conj::No,
            MatMut::from_column_major_slice_mut(v, rows, 1),
            Par::Seq,
            MemStack::new(&mut self.memory),
        );
    }
}

fn pattern(matrix: &SparseMatrix) -> SymbolicSparseColMatRef<'_, usize> {
    let n = matrix.cols;
    let (starts, rows) = (&matrix.column_starts, &matrix.row_indices);
    SymbolicSparseColMatRef::new_checked(n, n, starts, None, rows)
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
