//! Directions D along which parts of the objective stay level. For a definite matrix with the linear part trace(S*X), S
//! positive semidefinite, these have S*D = 0: log_det(X) - trace(S*X) has no bound where samples are too few. Squares
//! |A*x + b|² stay where they are along A*d = 0.

use crate::atoms::affine::{Add, Negate};
use crate::atoms::elementwise::Power;
use crate::atoms::reductions::SumSquares;
use crate::atoms::{Entrywise, Reduce};
use crate::expr::{ExprId, Graph};
use crate::matrix::{Matrix, definiteness};
use crate::problem::{Problem, Structure};
use crate::shape::Shape;
use crate::solve::descent::affine::{AffineForm, AffineForms};
use crate::solve::descent::packing::Packing;

/// Larger matrices are left alone.
const MOST_SIDE: usize = 31;

/// One row of a linear map, as (unknown, coefficient).
pub(super) type Row = Vec<(usize, f64)>;

/// The rows of S*D = 0 for each symmetric variable whose linear part is positive semidefinite, and those of squares.
pub(super) fn level_rows(problem: &Problem, packing: &Packing) -> Vec<Row> {
    let slope = linear_slope(problem, packing);
    let mut rows = square_rows(problem, packing);
    for (variable, packed) in problem.variables.iter().zip(&packing.variables) {
        let shape = variable.shape;
        let fits = variable.structure == Structure::Symmetric && shape.rows <= MOST_SIDE;
        if !fits || slope.is_empty() {
            continue;
        }
        let s = matrix_of(&slope[packed.range()], shape, |place| {
            packed.free_entry(place)
        });
        if !definiteness(&s).0 {
            continue;
        }
        let unknown = |i: usize, j: usize| {
            packed
                .free_entry(j * shape.rows + i)
                .map(|k| packed.start + k)
        };
        for (i, j) in (0..shape.size()).map(|place| (place % shape.rows, place / shape.rows)) {
            let term = |k: usize| Some((unknown(k, j)?, s.get(i, k)));
            rows.push((0..shape.rows).filter_map(term).collect());
        }
    }
    rows
}

/// The rows of A in squares |A*x + b|² of what is minimised.
fn square_rows(problem: &Problem, packing: &Packing) -> Vec<Row> {
    let graph = &problem.graph;
    let Some(objective) = problem.objective.expression else {
        return Vec::new();
    };
    let squares = addends(graph, objective, problem.objective.goal.sign()).into_iter();
    let arguments = squares.filter_map(|(_, id)| squared(graph, id));
    let arguments: Vec<ExprId> = arguments.collect();
    let mut forms = AffineForms::default();
    forms.learn(graph, &arguments, packing);
    let forms = arguments.into_iter().filter_map(|id| forms.get(id));
    forms.flat_map(|form| rows_of(&form)).collect()
}

/// The rows of A of A*x + b.
pub(super) fn rows_of(form: &AffineForm) -> Vec<Row> {
    let mut rows = vec![Row::new(); form.rows()];
    for term in form.all_terms() {
        rows[term.row].push((term.column, term.value));
    }
    rows
}

/// What a term is the sum of the squares of, times a constant.
fn squared(graph: &Graph, id: ExprId) -> Option<ExprId> {
    let arguments = graph.arguments(id);
    if graph.atom_as::<Reduce<SumSquares>>(id).is_some() {
        return Some(arguments[0]);
    }
    if let Some(power) = graph.atom_as::<Entrywise<Power>>(id) {
        return (power.0 == Power::new(2.0)).then_some(arguments[0]);
    }
    let varying = arguments.iter().filter(|&&a| !graph.is_constant(a));
    match varying.collect::<Vec<_>>()[..] {
        [&only] if arguments.len() == 2 => squared(graph, only),
        _ => None,
    }
}

/// The symmetric S with trace(S*X) = s'x over the free entries x of a symmetric X.
fn matrix_of(slope: &[f64], shape: Shape, free: impl Fn(usize) -> Option<usize>) -> Matrix {
    let entry = |place: usize| {
        let on_diagonal = place % shape.rows == place / shape.rows;
        let share = if on_diagonal { 1.0 } else { 0.5 };
        free(place).map_or(0.0, |k| share * slope[k])
    };
    Matrix::from_columns(shape, (0..shape.size()).map(entry).collect())
}

/// The coefficients of the affine addends of what is minimised; empty where there are none.
fn linear_slope(problem: &Problem, packing: &Packing) -> Vec<f64> {
    let Some(objective) = problem.objective.expression else {
        return Vec::new();
    };
    let addends = addends(&problem.graph, objective, problem.objective.goal.sign());
    let nodes: Vec<ExprId> = addends.iter().map(|(_, id)| *id).collect();
    let mut forms = AffineForms::default();
    forms.learn(&problem.graph, &nodes, packing);
    let mut slope = Vec::new();
    for (weight, id) in addends {
        let Some(form) = forms.get(id) else { continue };
        slope.resize(packing.size, 0.0);
        for term in form.all_terms() {
            slope[term.column] += weight * term.value;
        }
    }
    slope
}

/// The terms of a sum, with their signs.
fn addends(graph: &Graph, root: ExprId, sign: f64) -> Vec<(f64, ExprId)> {
    let (mut found, mut pending) = (Vec::new(), vec![(sign, root)]);
    while let Some((sign, id)) = pending.pop() {
        let arguments = graph.arguments(id).iter();
        if graph.atom_as::<Add>(id).is_some() {
            pending.extend(arguments.map(|&a| (sign, a)));
        } else if graph.atom_as::<Negate>(id).is_some() {
            pending.extend(arguments.map(|&a| (-sign, a)));
        } else {
            found.push((sign, id));
        }
    }
    found
}
