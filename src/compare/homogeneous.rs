//! Directions moved onto those along which linear equations stay as they are.

use crate::matrix::{Cholesky, Matrix};
use crate::problem::{Problem, Relation};
use crate::solve::descent::affine::{AffineForm, AffineForms};
use crate::solve::descent::packing::Packing;
use faer::Mat;
use std::sync::Arc;

/// Equations, and equations times unknowns, up to which this is tried.
const MOST_EQUATIONS: usize = 1000;
const MOST_ENTRIES: usize = 4_000_000;
/// Keeps dependent equations solvable, relative.
const RIDGE: f64 = 1e-13;
const TURNS: usize = 3;

/// d - D²E'(ED²E')⁻¹Ed, D = |d|, by turns: the least relative change with Ed = 0. `None` where there are no equations, or
/// too many.
pub(super) fn along_equations(
    problem: &Problem,
    direction: &[Arc<Matrix>],
) -> Option<Vec<Arc<Matrix>>> {
    let packing = Packing::new(problem);
    let equations = equations(problem, &packing);
    let (m, n) = (equations.rows(), packing.size);
    if m == 0 || m > MOST_EQUATIONS || m * n > MOST_ENTRIES {
        return None;
    }
    let mut d = vec![0.0; n];
    let values = direction.iter().enumerate();
    values.for_each(|(k, value)| packing.pack_into(k, value, &mut d));
    let sizes: Vec<f64> = d.iter().map(|d| d.abs()).collect();
    let mut scaled = Mat::<f64>::zeros(m, n);
    for term in equations.all_terms() {
        scaled[(term.row, term.column)] += term.value * sizes[term.column];
    }
    let mut gram = &scaled * scaled.transpose();
    (0..m).for_each(|k| gram[(k, k)] += RIDGE * gram[(k, k)] + f64::MIN_POSITIVE);
    let factor = Cholesky::of(gram)?;
    for _ in 0..TURNS {
        let mut left = Mat::<f64>::zeros(m, 1);
        for term in equations.all_terms() {
            left[(term.row, 0)] += term.value * d[term.column];
        }
        factor.solve_in_place(&mut left);
        let step = scaled.transpose() * left;
        for (j, d) in d.iter_mut().enumerate() {
            *d -= step[(j, 0)] * sizes[j];
        }
    }
    let is_finite = d.iter().all(|d| d.is_finite());
    is_finite.then(|| packing.unpack(&d, problem.variables.len()))
}

/// left - right of all linear equations.
fn equations(problem: &Problem, packing: &Packing) -> AffineForm {
    let constraints = problem.constraints.iter();
    let equal: Vec<_> = constraints
        .filter(|c| c.relation == Relation::Equal)
        .collect();
    let sides: Vec<_> = equal.iter().flat_map(|c| [c.left, c.right]).collect();
    let mut forms = AffineForms::default();
    forms.learn(&problem.graph, &sides, packing);
    let mut equations = AffineForm::default();
    for constraint in equal {
        if let Some(difference) = forms.difference(problem, constraint) {
            equations.append(&difference);
        }
    }
    equations
}
