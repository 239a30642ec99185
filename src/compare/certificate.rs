//! Proofs that no point satisfies the constraints, checked on the user's own expressions.

use super::combination::{Contradiction, combination, parts};
use super::corrected::corrected;
use super::lowest::Function;
use super::minorant;
use super::points::{definite, factor, largest, mapped};
use super::small_numbers::largest_number;
use crate::differentiate::gradient;
use crate::expr::ExprId;
use crate::matrix::{Eigen, Matrix, symmetric_part};
use crate::problem::{Problem, Relation};
use crate::shape::Shape;
use crate::solve::Certificate;
use std::sync::Arc;

/// Multipliers smaller than this share of the largest are taken as rounding, at first; where that
/// proves nothing, only those smaller still.
const NEGLIGIBLE: [f64; 3] = [1e-7, 1e-10, 0.0];
/// A combination must exclude points at least this far around the origin, times the largest number of
/// the constraints, to count as proof.
const LEAST_RADIUS: f64 = 1e4;
/// Shares of the largest number of kinks to which these are rounded off, where their slopes prove nothing.
const WIDTHS: [f64; 4] = [0.1, 1e-2, 1e-3, 1e-4];
/// Combinations with other factors that are looked at.
const MIXTURES: u64 = 3;
/// An excess below this, relative to the sum of the multipliers, is no contradiction: sin(pi) is 1.2e-16, and a
/// point that misses constraints by so little satisfies them.
const LEAST_EXCESS: f64 = 1e-9;

/// Checks multipliers λ: h(x) = Σ λ'(left - right) is convex, so h(y) >= h(x) + h'(x)(y - x), and
/// every feasible y has h(y) <= 0. With h(x) > 0 no feasible point lies within h(x)/|h'(x)| of x.
/// `None` when the multipliers prove nothing. Functions that end near the origin are also read from the points of `near`.
pub fn contradiction(
    problem: &Problem,
    certificate: &Certificate,
    near: &[&[Arc<Matrix>]],
) -> Option<Contradiction> {
    let scale = largest(&certificate.multipliers);
    if certificate.multipliers.len() != problem.constraints.len() || scale == 0.0 {
        return None;
    }
    let mut relations = problem.constraints.iter().map(|c| c.relation);
    let kinds: &[Semidefinite] = match relations.any(|r| r == Relation::Precedes) {
        true => &[Semidefinite::Projected, Semidefinite::Sparse],
        false => &[Semidefinite::Projected],
    };
    let ways = || kinds.iter().flat_map(|kind| NEGLIGIBLE.map(|n| (*kind, n)));
    let multipliers = |(kind, negligible)| -> Vec<Arc<Matrix>> {
        let pairs = problem.constraints.iter().zip(&certificate.multipliers);
        pairs
            .map(|(c, m)| Arc::new(cleaned(c.relation, m, scale, negligible, kind)))
            .collect()
    };
    let as_given = ways().find_map(|way| proved(problem, &multipliers(way), None, near));
    let by_minorants = || {
        let multipliers = multipliers(ways().next()?);
        let mut widths = WIDTHS.into_iter();
        widths.find_map(|width| proved(problem, &multipliers, Some(width), near))
    };
    let by_corrected = || {
        ways().find_map(|way| proved(problem, &corrected(problem, &multipliers(way))?, None, near))
    };
    as_given.or_else(by_minorants).or_else(by_corrected)
}

/// By the combination itself, or with its kinks rounded off to this share of their largest number.
fn proved(
    problem: &Problem,
    multipliers: &[Arc<Matrix>],
    width: Option<f64>,
    near: &[&[Arc<Matrix>]],
) -> Option<Contradiction> {
    let mut graph = problem.graph.clone();
    let mut total = combination(problem, &mut graph, multipliers.iter().enumerate())?;
    if let Some(width) = width {
        total = minorant::below(problem, &mut graph, total, width)?;
    }
    let least_radius = LEAST_RADIUS * size_of_numbers(problem);
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let mut roots = vec![total];
    roots.extend(gradient(&mut graph, total, &nodes));
    for seed in 1..=MIXTURES {
        let mixed = mixed(multipliers, seed);
        let total = combination(problem, &mut graph, mixed.iter().enumerate())?;
        roots.push(total);
        roots.extend(gradient(&mut graph, total, &nodes));
    }
    let mut function = Function::new(problem, &graph, &roots, width.is_none());
    let found = [0.0, 1.0].map(|size| function.lowest(origin(problem, size), least_radius));
    let lowest = found
        .into_iter()
        .flatten()
        .max_by(|a, b| a.radius.total_cmp(&b.radius))
        .or_else(|| function.lowest(definite(&origin(problem, 0.0)), least_radius))
        .or_else(|| {
            let mut near = near.iter().filter(|p| p.len() == problem.variables.len());
            near.find_map(|point| function.lowest(point.to_vec(), least_radius))
        })?;
    let sizes = multipliers.iter().flat_map(|m| m.stored().iter());
    if lowest.value <= LEAST_EXCESS * sizes.map(|m| m.abs()).sum::<f64>() {
        return None;
    }
    let parts = parts(multipliers);
    Some(Contradiction {
        multipliers: parts.iter().map(|(k, _)| multipliers[*k].clone()).collect(),
        parts,
        excess: lowest.value,
        radius: lowest.radius,
    })
}

/// Of the constraints: answers may lie as far out.
fn size_of_numbers(problem: &Problem) -> f64 {
    let sides = problem.constraints.iter().flat_map(|c| [c.left, c.right]);
    largest_number(&problem.graph, &sides.collect::<Vec<_>>()).max(1.0)
}

/// The multipliers times numbers by chance: the slopes of their combination tell how large the terms
/// are that cancel in the combination without them.
fn mixed(multipliers: &[Arc<Matrix>], seed: u64) -> Vec<Arc<Matrix>> {
    mapped(multipliers, |k, e| e * factor(k, seed))
}

/// Entries `size`, a little apart so that no kink is hit at their equality.
fn origin(problem: &Problem, size: f64) -> Vec<Arc<Matrix>> {
    let mut count = 0.0;
    let mut entry = || {
        count += 1.0;
        size * (1.0 + 0.1 / count)
    };
    let mut matrix =
        |shape: Shape| Matrix::from_columns(shape, (0..shape.size()).map(|_| entry()).collect());
    let variables = problem.variables.iter();
    variables.map(|v| Arc::new(matrix(v.shape))).collect()
}

/// How rounding errors are taken off multipliers of matrix inequalities.
#[derive(Clone, Copy, Debug)]
enum Semidefinite {
    /// Eigenvalues that may be rounding become 0.
    Projected,
    /// Entries that may be rounding become 0: those at entries of a matrix that nothing else holds must be.
    Sparse,
}

/// Scaled to a largest entry of 1, rounding errors off, in the cone that the relation asks for.
fn cleaned(
    relation: Relation,
    multiplier: &Matrix,
    scale: f64,
    negligible: f64,
    kind: Semidefinite,
) -> Matrix {
    if relation == Relation::Precedes {
        return match kind {
            Semidefinite::Projected => semidefinite(multiplier, scale, negligible),
            Semidefinite::Sparse => sparse_semidefinite(multiplier, scale, negligible),
        };
    }
    let clean = |e: &f64| {
        let e = e / scale;
        match relation {
            Relation::LessEqual if e < negligible => 0.0,
            Relation::Equal if e.abs() < negligible => 0.0,
            Relation::Equal | Relation::LessEqual | Relation::Precedes => e,
        }
    };
    let entries = multiplier.entries().iter().map(clean).collect();
    Matrix::from_columns(multiplier.shape(), entries)
}

/// multiplier/scale without its small entries, its diagonal raised to what keeps it positive semidefinite.
fn sparse_semidefinite(multiplier: &Matrix, scale: f64, negligible: f64) -> Matrix {
    let whole = symmetric_part(multiplier) / scale;
    let mut kept = whole.map(|entry| if entry.abs() > negligible { entry } else { 0.0 });
    let least = Eigen::of_symmetric(&kept).and_then(|e| e.values.into_iter().reduce(f64::min));
    let Some(least) = least else {
        return Matrix::zeros(multiplier.shape());
    };
    for k in (0..kept.nrows()).filter(|&k| whole[(k, k)] > negligible) {
        kept[(k, k)] += (-least).max(0.0);
    }
    Matrix::Dense(kept)
}

/// The nearest positive semidefinite matrix to multiplier/scale; 0 when it is not finite.
fn semidefinite(multiplier: &Matrix, scale: f64, negligible: f64) -> Matrix {
    let kept = |value: f64| if value > negligible { value } else { 0.0 };
    let eigen = Eigen::of_symmetric(&(symmetric_part(multiplier) / scale));
    eigen.map_or(Matrix::zeros(multiplier.shape()), |e| {
        Matrix::Dense(e.map(kept))
    })
}
