//! tr_inv(X) as matrix_frac(I, X): a semidefinite block takes rows and columns of any size, the eigenvalues of
//! moments of degree 0 to 6 on [0, 10] do not.

use super::rebuild::rebuild;
use crate::atoms::construct;
use crate::atoms::quadratic::MatrixFraction;
use crate::atoms::spectral::TraceInverse;
use crate::problem::Problem;
use rustc_hash::FxHashMap;

/// The problem with all its tr_inv written so; `None` where there is none.
pub fn with_fractions(problem: &Problem) -> Option<Problem> {
    let roots = problem.roots();
    let mut nodes = problem.graph.reachable(&roots).into_iter();
    nodes.find(|&id| problem.graph.atom_as::<TraceInverse>(id).is_some())?;
    let mut written = problem.clone();
    rebuild(
        &mut written,
        FxHashMap::default(),
        |graph, id, arguments| {
            graph.atom_as::<TraceInverse>(id)?;
            let side = graph.shape(arguments[0]).rows;
            let identity = construct::identity(graph, side);
            Some(construct::apply(
                graph,
                MatrixFraction,
                &[identity, arguments[0]],
            ))
        },
    )?;
    Some(written)
}
