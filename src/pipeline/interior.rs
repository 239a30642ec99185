//! Whether the duals that stand for inner problems have the same value: Slater's condition.
//!
//! An inner problem F w + g in K has the value of its dual where some F w + g lies strictly inside
//! of the cones that are no polyhedra. The deepest such point is looked for, max { s : F w + g -
//! s e in K, s <= 1 } with e inside of the cones, and tested on F and g.

use crate::cone::{AffineMap, Block, Cone, ConeProgram, Owner};
use crate::matrix::{Matrix, SparseMatrix, cholesky};
use crate::problem::Problem;
use crate::shape::Shape;
use crate::solve::Settings;
use crate::solve::conic::{self, ConicStatus};
use crate::span::Span;
use miette::Diagnostic;
use std::f64::consts::FRAC_1_SQRT_2;
use thiserror::Error;

/// A point that is less deep counts as none: the solver is about as exact as this.
const SHALLOWEST: f64 = 1e-6;
/// Equations and linear inequalities may be missed by so much of the depth.
const ROUNDING: f64 = 1e-2;

/// A dual that is not shown to have the value of the inner problem.
#[derive(Debug, Error, Diagnostic)]
#[error(
    "no value of the inner variables of `{name}` was found that satisfies its constraints strictly"
)]
#[diagnostic(
    code(bowl::call::interior),
    help(
        "where arguments and inner variables are multiplied, the inner problem is solved by its dual, which has the same value only if all constraints but equations and linear inequalities can hold strictly: none of norms, squares, logarithms or matrices may be held at its very bound"
    )
)]
pub(super) struct NoInterior {
    name: String,
    #[label("the inner problem")]
    span: Span,
}

/// One for each definition whose dual is not shown to have its value.
pub(super) fn missing(problem: &Problem) -> Vec<NoInterior> {
    let mut missing: Vec<NoInterior> = Vec::new();
    for inner in &problem.inner {
        let told = missing.iter().any(|m| m.span == inner.definition);
        if !told && !inner.interior.iter().all(|program| has_interior(program)) {
            let function = inner.name.split('#').next().unwrap_or_default();
            missing.push(NoInterior {
                name: function.to_owned(),
                span: inner.definition,
            });
        }
    }
    missing
}

fn has_interior(program: &ConeProgram) -> bool {
    let answer = conic::solve(&deepest(program), &Settings::default());
    let Some((&depth, point)) = answer.x.split_last() else {
        return false;
    };
    let ended = matches!(answer.status, ConicStatus::Solved | ConicStatus::Stopped(_));
    ended && depth >= SHALLOWEST && (program.blocks.iter()).all(|block| holds(block, point, depth))
}

/// max s over (w, s).
fn deepest(program: &ConeProgram) -> ConeProgram {
    let last = program.variables;
    let depth = AffineMap::pick(Shape::SCALAR, last);
    let mut blocks: Vec<Block> = program.blocks.iter().map(|b| raised(b, &depth)).collect();
    blocks.push(Block {
        cone: Cone::Nonnegative(1),
        count: 1,
        map: depth.scaled(-1.0).shifted(1.0),
        owner: Owner::GraphForm,
    });
    let mut linear = vec![0.0; last + 1];
    linear[last] = -1.0;
    ConeProgram {
        variables: last + 1,
        quadratic: SparseMatrix::zeros(Shape::new(last + 1, last + 1)),
        linear,
        constant: 0.0,
        blocks,
    }
}

/// F w + g - s e.
fn raised(block: &Block, depth: &AffineMap) -> Block {
    let centre = centre(&block.cone);
    let rows = block.map.rows();
    let entries = (0..rows).map(|row| (row, 0, centre[row % centre.len()]));
    let entries: Vec<_> = entries.filter(|entry| entry.2 != 0.0).collect();
    let column = SparseMatrix::from_triplets(Shape::vector(rows), &entries);
    let column = depth.premultiplied(&Matrix::Sparse(column));
    let map = block.map.clone().reshaped(Shape::vector(rows));
    Block {
        map: map.minus(&column),
        ..block.clone()
    }
}

/// A point inside of a cone; 0 for polyhedra.
fn centre(cone: &Cone) -> Vec<f64> {
    let mut centre = vec![0.0; cone.dimension()];
    match cone {
        Cone::Zero(_) | Cone::Nonnegative(_) => {}
        Cone::SecondOrder(_) => centre[0] = 1.0,
        Cone::PositiveSemidefinite(side) => {
            (0..*side).for_each(|j| centre[j * (j + 1) / 2 + j] = 1.0);
        }
        Cone::Exponential => centre = vec![-1.0, 1.0, 1.0],
        Cone::Power(_) => centre[..2].fill(1.0),
        Cone::GeneralizedPower(exponents, _) => centre[..exponents.len()].fill(1.0),
    }
    centre
}

/// Whether F w + g - s e/2 lies in the block's cones, and in polyhedra nearly.
fn holds(block: &Block, point: &[f64], depth: f64) -> bool {
    let values = block.map.evaluate(point);
    let slack = ROUNDING * depth;
    let centre = centre(&block.cone);
    match &block.cone {
        Cone::Zero(_) => values.iter().all(|v| v.abs() <= slack),
        Cone::Nonnegative(_) => values.iter().all(|v| *v >= -slack),
        cone => values.chunks(centre.len().max(1)).all(|chunk| {
            let pairs = chunk.iter().zip(&centre);
            let lowered: Vec<f64> = pairs.map(|(v, e)| v - depth / 2.0 * e).collect();
            contains(cone, &lowered)
        }),
    }
}

fn contains(cone: &Cone, x: &[f64]) -> bool {
    let norm = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>().sqrt();
    match cone {
        Cone::Zero(_) => x.iter().all(|v| *v == 0.0),
        Cone::Nonnegative(_) => x.iter().all(|v| *v >= 0.0),
        Cone::SecondOrder(_) => norm(&x[1..]) <= x[0],
        Cone::PositiveSemidefinite(side) => {
            cholesky(&Matrix::of_triangle(*side, x, FRAC_1_SQRT_2)).is_some()
        }
        Cone::Exponential => x[1] > 0.0 && x[2] > 0.0 && x[1] * (x[2] / x[1]).ln() >= x[0],
        Cone::Power(a) => power_mean(&x[..2], &[*a, 1.0 - a]) >= x[2].abs(),
        Cone::GeneralizedPower(exponents, _) => {
            let (base, tail) = x.split_at(exponents.len());
            power_mean(base, exponents) >= norm(tail)
        }
    }
}

/// prod x_i^(a_i), negative where an x_i is.
fn power_mean(x: &[f64], exponents: &[f64]) -> f64 {
    if x.iter().any(|v| *v < 0.0) {
        return -1.0;
    }
    x.iter().zip(exponents).map(|(x, a)| x.powf(*a)).product()
}
