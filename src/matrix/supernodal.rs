//! The Cholesky factor of a sparse positive definite matrix, with dense kernels on the columns
//! that share a pattern.

use super::SparseMatrix;
use crate::shape::Shape;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::sparse::linalg::cholesky::supernodal::SupernodalLltRef;
use faer::sparse::linalg::cholesky::{
    SymbolicCholesky, SymbolicCholeskyRaw, SymmetricOrdering, factorize_symbolic_cholesky,
};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMatRef};
use faer::{Par, Side};

/// F with F'F = A and every squared pivot above the tolerance; `None` when there is none.
pub(super) fn definite_factor(matrix: &SparseMatrix, tolerance: f64) -> Option<SparseMatrix> {
    let n = matrix.cols;
    let (starts, rows) = (&matrix.column_starts, &matrix.row_indices);
    let pattern = SymbolicSparseColMatRef::new_checked(n, n, starts, None, rows);
    let ordering = SymmetricOrdering::Amd;
    let symbolic =
        factorize_symbolic_cholesky(pattern, Side::Upper, ordering, Default::default()).ok()?;
    let mut values = vec![0.0; symbolic.len_val()];
    let scratch = symbolic.factorize_numeric_llt_scratch::<f64>(Par::Seq, Default::default());
    let mut memory = MemBuffer::new(scratch);
    symbolic
        .factorize_numeric_llt(
            &mut values,
            SparseColMatRef::new(pattern, &matrix.values),
            Side::Upper,
            Default::default(),
            Par::Seq,
            MemStack::new(&mut memory),
            Default::default(),
        )
        .ok()?;
    let triplets = transposed_triplets(&symbolic, &values);
    let pivots = triplets.iter().filter(|(k, row, _)| k == row);
    let definite = pivots.clone().count() == n && pivots.clone().all(|p| p.2 * p.2 > tolerance);
    definite.then(|| restored(n, &symbolic, triplets))
}

/// (k, i, l_ik) for the lower factor L in the order of elimination.
fn transposed_triplets(
    symbolic: &SymbolicCholesky<usize>,
    values: &[f64],
) -> Vec<(usize, usize, f64)> {
    match symbolic.raw() {
        SymbolicCholeskyRaw::Simplicial(columns) => {
            let (starts, rows) = (columns.col_ptr(), columns.row_idx());
            let column =
                |k: usize| (starts[k]..starts[k + 1]).map(move |p| (k, rows[p], values[p]));
            (0..columns.ncols()).flat_map(column).collect()
        }
        SymbolicCholeskyRaw::Supernodal(columns) => {
            let factor = SupernodalLltRef::new(columns, values);
            let mut triplets = Vec::with_capacity(values.len());
            for s in 0..columns.n_supernodes() {
                let node = factor.supernode(s);
                let (start, block, pattern) = (node.start(), node.val(), node.pattern());
                let width = block.ncols();
                for j in 0..width {
                    let inside = (j..width).map(|i| (start + j, start + i, block[(i, j)]));
                    triplets.extend(inside.filter(|t| t.2 != 0.0));
                    let below = pattern.iter().enumerate();
                    let below = below.map(|(p, &i)| (start + j, i, block[(width + p, j)]));
                    triplets.extend(below.filter(|t| t.2 != 0.0));
                }
            }
            triplets
        }
    }
}

/// L' with its columns back in the order of the matrix.
fn restored(
    n: usize,
    symbolic: &SymbolicCholesky<usize>,
    mut triplets: Vec<(usize, usize, f64)>,
) -> SparseMatrix {
    if let Some(permutation) = symbolic.perm() {
        let (order, _) = permutation.arrays();
        triplets.iter_mut().for_each(|t| t.1 = order[t.1]);
    }
    SparseMatrix::from_triplets(Shape::new(n, n), &triplets)
}
