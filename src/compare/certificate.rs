//! Proofs that no answer exists, checked on the user's own expressions.

use super::judge::Judge;
use crate::atoms::{Along, construct};
use crate::differentiate::gradient;
use crate::expr::{Evaluator, ExprId, Graph};
use crate::matrix::Matrix;
use crate::problem::{Problem, Relation};
use crate::solve::Certificate;
use std::sync::Arc;

/// Multipliers smaller than this share of the largest are taken as rounding.
const NEGLIGIBLE: f64 = 1e-7;
/// A combination must exclude points at least this far around the origin to count as proof.
const LEAST_RADIUS: f64 = 1e4;

/// A combination of the constraints that no point near can satisfy.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction {
    /// Position and multiplier of each constraint that takes part, largest first.
    pub parts: Vec<(usize, f64)>,
    /// The combination requires 0 >= this, with the largest multiplier 1.
    pub excess: f64,
    /// No point closer to the origin satisfies the constraints; infinite when none does at all.
    pub radius: f64,
}

/// Checks multipliers λ: h(x) = Σ λ'(left - right) is convex, so h(y) >= h(0) + h'(0)y, and every
/// feasible y has h(y) <= 0. With h(0) > 0 no feasible point lies within h(0)/|h'(0)|. `None` when
/// the multipliers prove nothing.
pub fn contradiction(problem: &Problem, certificate: &Certificate) -> Option<Contradiction> {
    let scale = largest(&certificate.multipliers);
    if certificate.multipliers.len() != problem.constraints.len() || scale == 0.0 {
        return None;
    }
    let multipliers: Vec<Arc<Matrix>> = problem
        .constraints
        .iter()
        .zip(&certificate.multipliers)
        .map(|(c, m)| Arc::new(cleaned(c.relation, m, scale)))
        .collect();
    let mut graph = problem.graph.clone();
    let total = combination(problem, &mut graph, &multipliers)?;
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let slopes = gradient(&mut graph, total, &nodes);
    let mut roots = vec![total];
    roots.extend(slopes);
    let origin: Vec<Arc<Matrix>> = problem
        .variables
        .iter()
        .map(|v| Arc::new(Matrix::zeros(v.shape)))
        .collect();
    let values = Evaluator::new(&graph, &roots).evaluate(&origin);
    let excess = values.first()?.as_scalar()?;
    let squares: f64 = values[1..]
        .iter()
        .flat_map(|v| v.entries().into_owned())
        .map(|g| g * g)
        .sum();
    let radius = excess / squares.sqrt();
    if !(excess > 0.0 && radius > LEAST_RADIUS) {
        return None;
    }
    Some(Contradiction {
        parts: parts(&multipliers),
        excess,
        radius,
    })
}

fn largest(multipliers: &[Arc<Matrix>]) -> f64 {
    let entries = multipliers.iter().flat_map(|m| m.stored().iter());
    entries.fold(0.0, |most: f64, e| most.max(e.abs()))
}

/// Scaled to a largest entry of 1, rounding errors off, signs as the relation asks.
fn cleaned(relation: Relation, multiplier: &Matrix, scale: f64) -> Matrix {
    let clean = |e: &f64| {
        let e = e / scale;
        match relation {
            Relation::LessEqual if e < NEGLIGIBLE => 0.0,
            Relation::Equal if e.abs() < NEGLIGIBLE => 0.0,
            Relation::Equal | Relation::LessEqual | Relation::Precedes => e,
        }
    };
    let entries = multiplier.entries().iter().map(clean).collect();
    Matrix::from_columns(multiplier.shape(), entries)
}

/// Σ λ'(left - right).
fn combination(
    problem: &Problem,
    graph: &mut Graph,
    multipliers: &[Arc<Matrix>],
) -> Option<ExprId> {
    let mut terms = Vec::new();
    for (constraint, multiplier) in problem.constraints.iter().zip(multipliers) {
        if multiplier.stored().iter().all(|&e| e == 0.0) {
            continue;
        }
        if multiplier.shape() != problem.constraint_shape(constraint) {
            return None;
        }
        let weight = graph.constant(multiplier.clone(), None, constraint.span);
        let residual = construct::subtract(graph, constraint.left, constraint.right);
        let product = construct::element_times(graph, weight, residual);
        terms.push(construct::sum_along(graph, product, Along::All));
    }
    (!terms.is_empty()).then(|| construct::sum(graph, &terms))
}

/// Constraints with their largest multiplier, largest first.
fn parts(multipliers: &[Arc<Matrix>]) -> Vec<(usize, f64)> {
    let mut parts: Vec<(usize, f64)> = multipliers
        .iter()
        .enumerate()
        .map(|(k, m)| (k, m.stored().iter().copied().fold(0.0, farther)))
        .filter(|(_, m)| m.abs() > NEGLIGIBLE)
        .collect();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    parts
}

fn farther(a: f64, b: f64) -> f64 {
    if b.abs() > a.abs() { b } else { a }
}

/// How fast the objective improves along a direction in which no constraint is violated further;
/// `None` when the direction proves nothing.
pub fn improvement(problem: &Problem, judge: &Judge<'_>, certificate: &Certificate) -> Option<f64> {
    let scale = largest(&certificate.direction);
    if certificate.direction.len() != problem.variables.len() || scale == 0.0 {
        return None;
    }
    let at = |t: f64| {
        let point: Vec<Arc<Matrix>> = certificate
            .direction
            .iter()
            .map(|d| {
                let entries = d.entries().iter().map(|e| t * e / scale).collect();
                Arc::new(Matrix::from_columns(d.shape(), entries))
            })
            .collect();
        judge.point(&point)
    };
    let (near, far) = (at(1e4), at(1e8));
    let slope = (far.objective? - near.objective?) / (1e8 - 1e4);
    let grows = far.violation > near.violation.max(1e-6);
    (slope.is_finite() && slope != 0.0 && !grows).then_some(slope.abs())
}
