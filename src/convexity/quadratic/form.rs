//! A collected polynomial and the terms beside it as an expression that the composition rule knows.

use super::Collected;
use super::coordinates::Coordinates;
use super::definite::{Bend, prove};
use super::polynomial::Polynomial;
use super::weights::{Term, Weight};
use crate::atoms::affine::{Add, Concatenate, Direction, ElementMultiply, Index, Multiply, Negate};
use crate::atoms::elementwise::Power;
use crate::atoms::reductions::Sum;
use crate::atoms::{Along, BuildInput, Entrywise, Reduce, find};
use crate::convexity::dcp::Analysis;
use crate::dcp::Curvature;
use crate::expr::ExprId;
use crate::matrix::{Matrix, SparseMatrix};
use crate::problem::Variable;
use crate::shape::Shape;
use crate::span::Span;
use std::sync::Arc;

/// What stands behind coordinates and rewritten terms.
pub(super) struct Form<'a, F> {
    pub coordinates: &'a Coordinates,
    pub image: &'a F,
}

impl<F: Fn(ExprId) -> ExprId> Form<'_, F> {
    /// v'Pv + q'v + r + rest, when its curvature is then known.
    pub fn assemble<'t>(
        &self,
        analysis: &mut Analysis<'_>,
        polynomial: &Polynomial,
        rest: impl Iterator<Item = &'t Term>,
    ) -> Option<Collected> {
        let mut parts = Vec::new();
        let mut proof = None;
        if !polynomial.bent.is_empty() {
            let (found, factor) = prove(&polynomial.matrix)?;
            let places: Vec<usize> = polynomial.bent.iter().map(|(c, _)| *c).collect();
            let vector = coordinate_vector(analysis, self.coordinates, &places)?;
            let bend = found.bend;
            parts.push(quadratic_form(
                analysis,
                vector,
                &polynomial.matrix,
                factor,
                bend,
            )?);
            proof = Some(found);
        }
        parts.extend(linear(analysis, self.coordinates, &polynomial.bent));
        parts.extend(linear(analysis, self.coordinates, &polynomial.straight));
        if polynomial.constant != 0.0 {
            parts.push(analysis.build(|graph| graph.number(polynomial.constant)));
        }
        for term in rest {
            let own = Term {
                expression: (self.image)(term.expression),
                weight: term.weight.clone(),
            };
            let bends = !analysis.curvature(own.expression).is_affine();
            if let Some(proof) = proof.as_mut().filter(|_| bends) {
                proof.is_part = true;
            }
            parts.push(weighted_sum(analysis, &own)?);
        }
        let expression = total(analysis, &parts)?;
        let known = analysis.curvature(expression) != Curvature::Unknown;
        known.then_some(Collected { expression, proof })
    }
}

fn total(analysis: &mut Analysis<'_>, parts: &[ExprId]) -> Option<ExprId> {
    match parts {
        [] => Some(analysis.build(|graph| graph.number(0.0))),
        [only] => Some(*only),
        _ => analysis.apply(Arc::new(Add), parts),
    }
}

/// v'Pv; F'F = P or, where P is negative semidefinite, -P.
fn quadratic_form(
    analysis: &mut Analysis<'_>,
    vector: ExprId,
    matrix: &SparseMatrix,
    factor: Matrix,
    bend: Bend,
) -> Option<ExprId> {
    if let Some(form) = by_name(analysis, vector, matrix) {
        return Some(form);
    }
    let factor = analysis.build(|graph| graph.constant(factor, None, Span::default()));
    let product = analysis.apply(Arc::new(Multiply), &[factor, vector])?;
    let squares = analysis.apply(Arc::new(Entrywise(Power::new(2.0))), &[product])?;
    let sum = analysis.apply(Arc::new(Reduce::all(Sum)), &[squares])?;
    match bend {
        Bend::Convex => Some(sum),
        Bend::Concave => analysis.apply(Arc::new(Negate), &[sum]),
    }
}

/// `quad_form(v, P)` where the language has it and agrees on its curvature.
fn by_name(analysis: &mut Analysis<'_>, vector: ExprId, matrix: &SparseMatrix) -> Option<ExprId> {
    let entry = find("quad_form")?;
    let whole = compact(matrix);
    let input = BuildInput {
        shapes: vec![analysis.graph().shape(vector), whole.shape()],
        parameters: entry.parameters,
        constants: Vec::new(),
        along: Along::All,
    };
    let atom = (entry.build)(&input).ok()?;
    let whole = analysis.build(|graph| graph.constant(whole, None, Span::default()));
    let form = analysis.apply(atom, &[vector, whole])?;
    (analysis.curvature(form) != Curvature::Unknown).then_some(form)
}

/// Dense when most entries are there.
fn compact(matrix: &SparseMatrix) -> Matrix {
    if 2 * matrix.nonzeros() > matrix.rows * matrix.cols {
        Matrix::Dense(matrix.to_dense())
    } else {
        Matrix::Sparse(matrix.clone())
    }
}

/// q'v over the coordinates with q != 0; `None` when there is none.
fn linear(
    analysis: &mut Analysis<'_>,
    coordinates: &Coordinates,
    terms: &[(usize, f64)],
) -> Option<ExprId> {
    let nonzero = || terms.iter().filter(|(_, q)| *q != 0.0);
    let places: Vec<usize> = nonzero().map(|(c, _)| *c).collect();
    let factors: Vec<f64> = nonzero().map(|(_, q)| *q).collect();
    let vector = coordinate_vector(analysis, coordinates, &places)?;
    let row = Matrix::from_columns(Shape::new(1, factors.len()), factors);
    let row = analysis.build(|graph| graph.constant(row, None, Span::default()));
    analysis.apply(Arc::new(Multiply), &[row, vector])
}

/// The sum of all terms, those of weight zero left out.
pub(in crate::convexity) fn weighted_total(
    analysis: &mut Analysis<'_>,
    terms: &[Term],
) -> Option<ExprId> {
    let mut parts = Vec::with_capacity(terms.len());
    for term in terms
        .iter()
        .rev()
        .filter(|t| t.weight != Weight::Uniform(0.0))
    {
        parts.push(weighted_sum(analysis, term)?);
    }
    total(analysis, &parts)
}

/// sum(weight .* expression).
fn weighted_sum(analysis: &mut Analysis<'_>, term: &Term) -> Option<ExprId> {
    let shape = analysis.graph().shape(term.expression);
    let sum = |analysis: &mut Analysis<'_>, id: ExprId| match shape.is_scalar() {
        true => Some(id),
        false => analysis.apply(Arc::new(Reduce::all(Sum)), &[id]),
    };
    match &term.weight {
        Weight::Each(weights) => {
            let weights = Matrix::from_columns(shape, weights.clone());
            let weights = analysis.build(|graph| graph.constant(weights, None, Span::default()));
            let product = analysis.apply(Arc::new(ElementMultiply), &[weights, term.expression])?;
            sum(analysis, product)
        }
        Weight::Uniform(1.0) => sum(analysis, term.expression),
        Weight::Uniform(-1.0) => {
            let sum = sum(analysis, term.expression)?;
            analysis.apply(Arc::new(Negate), &[sum])
        }
        Weight::Uniform(weight) => {
            let sum = sum(analysis, term.expression)?;
            let weight = analysis.build(|graph| graph.number(*weight));
            analysis.apply(Arc::new(Multiply), &[weight, sum])
        }
    }
}

/// The entries at rising coordinates, one above the other; `None` when there is none.
pub(in crate::convexity) fn coordinate_vector(
    analysis: &mut Analysis<'_>,
    coordinates: &Coordinates,
    places: &[usize],
) -> Option<ExprId> {
    let problem = analysis.problem;
    let entries: Vec<(usize, usize)> = places
        .iter()
        .map(|&c| coordinates.entry(problem, c))
        .collect();
    let mut blocks = Vec::new();
    for group in entries.chunk_by(|a, b| a.0 == b.0) {
        let positions: Vec<usize> = group.iter().map(|(_, position)| *position).collect();
        let variable = &problem.variables[group[0].0];
        blocks.push(block(analysis, variable, positions)?);
    }
    match blocks.as_slice() {
        [] => None,
        [only] => Some(*only),
        _ => {
            let direction = Direction::Vertical;
            analysis.apply(Arc::new(Concatenate { direction }), &blocks)
        }
    }
}

/// Entries of one variable as a column.
fn block(
    analysis: &mut Analysis<'_>,
    variable: &Variable,
    positions: Vec<usize>,
) -> Option<ExprId> {
    if variable.shape.is_column() && positions.len() == variable.shape.rows {
        return Some(variable.node);
    }
    let index = Index {
        shape: Shape::vector(positions.len()),
        text: position_text(variable, &positions).into(),
        positions: positions.into(),
    };
    analysis.apply(Arc::new(index), &[variable.node])
}

/// What stands in the brackets, in the variable's own numbering.
fn position_text(variable: &Variable, positions: &[usize]) -> String {
    let (row, column) = variable.first_index;
    let rows = variable.shape.rows.max(1);
    match positions {
        [p] if variable.shape.is_column() => format!("{}", row + *p as i64),
        [p] => format!(
            "{}, {}",
            row + (p % rows) as i64,
            column + (p / rows) as i64
        ),
        [first, .., last] if variable.shape.is_column() && last - first + 1 == positions.len() => {
            format!("{}..{}", row + *first as i64, row + *last as i64)
        }
        _ => "…".to_owned(),
    }
}
