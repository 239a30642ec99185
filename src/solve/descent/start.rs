//! First points.

use super::packing::Packing;
use crate::matrix::{Matrix, SparseMatrix};
use crate::problem::{Problem, Variable};
use std::sync::Arc;

/// The declared starts, and zeros elsewhere; `size` counts lifted variables too.
pub fn point(problem: &Problem, size: usize) -> Vec<f64> {
    let packing = Packing::new(problem);
    let mut x = vec![0.0; size.max(packing.size)];
    for (k, variable) in problem.variables.iter().enumerate() {
        if let Some(start) = &variable.start {
            packing.pack_into(k, start, &mut x);
        }
    }
    x
}

/// The problem with identities as first points of square matrices, which are inside most domains; `None` where all
/// have one declared.
pub fn with_identities(problem: &Problem) -> Option<Problem> {
    let is_open = |variable: &Variable| {
        let shape = variable.shape;
        variable.start.is_none() && shape.rows == shape.cols && shape.rows > 1
    };
    problem.variables.iter().any(is_open).then(|| {
        let mut started = problem.clone();
        let open = started.variables.iter_mut().filter(|v| is_open(v));
        open.for_each(|variable| {
            let identity = SparseMatrix::identity(variable.shape.rows);
            variable.start = Some(Arc::new(Matrix::Sparse(identity)));
        });
        started
    })
}

/// Other first points to try where values or slopes are not finite, or no step leads on: the entries
/// moved up by about one, each by another amount, so that none sits on a kink with its neighbours,
/// then all by a little and all by one; of a square matrix only the diagonal, which makes it definite.
/// Where starts are declared, zeros and what lies as near to these follow.
pub fn others(start: &[f64], packing: &Packing) -> impl Iterator<Item = Vec<f64>> {
    let zeros = vec![0.0; start.len()];
    let declared = start != zeros;
    let near_zeros = declared.then(|| std::iter::once(zeros.clone()).chain(near(&zeros, packing)));
    near(start, packing)
        .into_iter()
        .chain(near_zeros.into_iter().flatten())
}

fn near(start: &[f64], packing: &Packing) -> Vec<Vec<f64>> {
    let mut moves = vec![true; start.len()];
    for packed in &packing.variables {
        let shape = packed.shape;
        if shape.rows == shape.cols && shape.rows > 1 {
            moves[packed.range()].fill(false);
            let diagonal = (0..shape.rows).filter_map(|k| packed.free_entry(k * (shape.rows + 1)));
            diagonal.for_each(|free| moves[packed.start + free] = true);
        }
    }
    let moves_of = [(1.0, 0.1), (0.01, 0.0), (1.0, 0.0)];
    let points = moves_of.into_iter().map(|(size, spread)| {
        let step = |k: usize| size * (1.0 + spread * ((k % 7) as f64) / 7.0);
        let moved = |(k, x): (usize, &f64)| if moves[k] { x + step(k) } else { *x };
        start.iter().enumerate().map(moved).collect()
    });
    points.collect()
}
