//! Proofs that no point satisfies the constraints, checked on the user's own expressions.

use super::combination::{Contradiction, parts};
use super::cuts::{Cut, lower_bound};
use super::points::{factor, flat, largest, mapped};
use crate::atoms::{Along, construct};
use crate::differentiate::gradient;
use crate::expr::{Evaluator, ExprId, Graph, NodeKind};
use crate::matrix::{Eigen, Matrix, SparseMatrix, symmetric_part};
use crate::problem::{Problem, Relation, Structure};
use crate::shape::Shape;
use crate::solve::Certificate;
use std::sync::Arc;

/// Multipliers smaller than this share of the largest are taken as rounding, at first; where that
/// proves nothing, only those smaller still.
const NEGLIGIBLE: [f64; 3] = [1e-7, 1e-10, 0.0];
/// A combination must exclude points at least this far around the origin, times the largest number of
/// the constraints, to count as proof.
const LEAST_RADIUS: f64 = 1e4;
/// How far out it is also looked at where it falls fastest: what is left of a linear term is more
/// than rounding if it carries the combination below zero there.
const FAR_OUT: [f64; 2] = [1e10, 1e15];
/// What is left of terms that cancel, relative to these, is taken as rounding.
const CANCELLED: f64 = 1e-6;
/// The same for the value: constraints that miss each other by less are not said to.
const NO_EXCESS: f64 = 1e-8;

/// Steps of descent spent on finding the lowest point of a curved combination.
const DESCENT_STEPS: usize = 500;

/// At kinks, slopes are gathered around a point of up to so many entries, at this relative distance.
const MOST_ENTRIES: usize = 200;
const AROUND: f64 = 1e-6;

/// Combinations with other factors that are looked at.
const MIXTURES: u64 = 3;

/// Checks multipliers λ: h(x) = Σ λ'(left - right) is convex, so h(y) >= h(x) + h'(x)(y - x), and
/// every feasible y has h(y) <= 0. With h(x) > 0 no feasible point lies within h(x)/|h'(x)| of x.
/// `None` when the multipliers prove nothing.
pub fn contradiction(problem: &Problem, certificate: &Certificate) -> Option<Contradiction> {
    let scale = largest(&certificate.multipliers);
    if certificate.multipliers.len() != problem.constraints.len() || scale == 0.0 {
        return None;
    }
    NEGLIGIBLE.into_iter().find_map(|negligible| {
        let pairs = problem.constraints.iter().zip(&certificate.multipliers);
        let multipliers: Vec<Arc<Matrix>> = pairs
            .map(|(c, m)| Arc::new(cleaned(c.relation, m, scale, negligible)))
            .collect();
        proved(problem, &multipliers)
    })
}

fn proved(problem: &Problem, multipliers: &[Arc<Matrix>]) -> Option<Contradiction> {
    let mut graph = problem.graph.clone();
    let total = combination(problem, &mut graph, multipliers)?;
    let least_radius = LEAST_RADIUS * largest_number(problem).max(1.0);
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let mut roots = vec![total];
    roots.extend(gradient(&mut graph, total, &nodes));
    for seed in 1..=MIXTURES {
        let mixed = mixed(multipliers, seed);
        let total = combination(problem, &mut graph, &mixed)?;
        roots.push(total);
        roots.extend(gradient(&mut graph, total, &nodes));
    }
    let evaluator = Evaluator::new(&graph, &roots);
    let found = [0.0, 1.0]
        .map(|size| lowest_point(problem, &evaluator, origin(problem, size), least_radius));
    let lowest = found
        .into_iter()
        .flatten()
        .max_by(|a, b| a.radius.total_cmp(&b.radius))?;
    let parts = parts(multipliers);
    Some(Contradiction {
        multipliers: parts.iter().map(|(k, _)| multipliers[*k].clone()).collect(),
        parts,
        excess: lowest.value,
        radius: lowest.radius,
    })
}

/// Of the finite ones that stand in the constraints: answers may lie as far out.
fn largest_number(problem: &Problem) -> f64 {
    let sides = problem.constraints.iter().flat_map(|c| [c.left, c.right]);
    let nodes = problem.graph.reachable(&sides.collect::<Vec<_>>());
    let entries = |id: ExprId| match problem.graph.kind(id) {
        NodeKind::Constant(constant) => {
            let finite = constant.value.stored().iter().filter(|v| v.is_finite());
            finite.fold(0.0, |most: f64, v| most.max(v.abs()))
        }
        NodeKind::Variable(_) | NodeKind::Apply(_) => 0.0,
    };
    nodes.into_iter().map(entries).fold(0.0, f64::max)
}

/// The multipliers times numbers by chance: the slopes of their combination tell how large the terms
/// are that cancel in the combination without them.
fn mixed(multipliers: &[Arc<Matrix>], seed: u64) -> Vec<Arc<Matrix>> {
    mapped(multipliers, |k, e| e * factor(k, seed))
}

/// h at a point.
struct Height {
    /// h and its slopes, these without what counts as rounding.
    values: Vec<Arc<Matrix>>,
    /// |h'| with it.
    slope: f64,
}

/// Where h is seen to stay positive far around.
struct Lowest {
    value: f64,
    radius: f64,
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
    let mut point: Vec<_> = variables.map(|v| Arc::new(matrix(v.shape))).collect();
    keep_structure(problem, &mut point);
    point
}

/// Projects onto the symmetric or diagonal matrices that a variable ranges over.
fn keep_structure(problem: &Problem, values: &mut [Arc<Matrix>]) {
    for (variable, value) in problem.variables.iter().zip(values) {
        let kept = match variable.structure {
            Structure::Full => continue,
            Structure::Symmetric => Matrix::Dense(symmetric_part(value)),
            Structure::Diagonal => diagonal_part(value),
        };
        *value = Arc::new(kept);
    }
}

fn diagonal_part(matrix: &Matrix) -> Matrix {
    let entries: Vec<f64> = (0..matrix.shape().rows).map(|i| matrix.get(i, i)).collect();
    Matrix::Sparse(SparseMatrix::diagonal(&entries))
}

/// Steepest descent on h with Armijo steps until h(x)/|h'(x)| is large, which for affine h holds at
/// once. Where no step descends, as at a kink, the slopes around tell. `None` when h falls to zero.
fn lowest_point(
    problem: &Problem,
    evaluator: &Evaluator<'_>,
    start: Vec<Arc<Matrix>>,
    least_radius: f64,
) -> Option<Lowest> {
    let evaluate = |point: &[Arc<Matrix>]| {
        let values = evaluator.evaluate(point);
        let mut mixtures = values.chunks(1 + point.len()).map(<[_]>::to_vec);
        let mut own = mixtures.next().unwrap_or_default();
        keep_structure(problem, &mut own[1..]);
        let slope = squares(&own[1..]).sqrt();
        mixtures.for_each(|mut terms| {
            keep_structure(problem, &mut terms[1..]);
            own = without_rounding(&own, &terms);
        });
        Height { values: own, slope }
    };
    let mut point = start;
    let mut height = evaluate(&point);
    let mut step = 1.0;
    for _ in 0..DESCENT_STEPS {
        let lowest = Lowest::at(&height)?;
        if lowest.value > LEAST_RADIUS * height.slope
            && lowest.radius > least_radius
            && stays_positive(&point, flat(&height.values[1..]), lowest.radius, evaluate)
        {
            return Some(lowest);
        }
        step *= 4.0;
        match descended(&point, &height.values, &mut step, evaluate) {
            Some(lower) => (point, height) = lower,
            None => break,
        }
    }
    around(problem, &point, evaluate, least_radius)
}

impl Lowest {
    /// From h and its slopes at one point; `None` unless h is positive there.
    fn at(height: &Height) -> Option<Self> {
        let values = &height.values;
        let value = values.first()?.as_scalar();
        let value = value.filter(|v| v.is_finite() && *v > 0.0)?;
        let radius = value / squares(&values[1..]).sqrt();
        Some(Lowest { value, radius })
    }
}

/// The value and the slopes, zeros for what is nothing beside its terms.
fn without_rounding(values: &[Arc<Matrix>], terms: &[Arc<Matrix>]) -> Vec<Arc<Matrix>> {
    let mut terms = flat(terms);
    mapped(values, |k, value| {
        let share = if k == 0 { NO_EXCESS } else { CANCELLED };
        let size = terms.next().unwrap_or(0.0).abs();
        if value.abs() <= share * size {
            0.0
        } else {
            value
        }
    })
}

fn squares(slopes: &[Arc<Matrix>]) -> f64 {
    flat(slopes).map(|g| g * g).sum()
}

type Evaluated = (Vec<Arc<Matrix>>, Height);

/// A lower point by halving the step; `None` where none is found.
fn descended(
    point: &[Arc<Matrix>],
    values: &[Arc<Matrix>],
    step: &mut f64,
    evaluate: impl Fn(&[Arc<Matrix>]) -> Height,
) -> Option<Evaluated> {
    let value = values.first()?.as_scalar()?;
    let squares = squares(&values[1..]);
    while *step >= 1e-30 {
        let mut slopes = flat(&values[1..]);
        let moved = mapped(point, |_, x| x - *step * slopes.next().unwrap_or(0.0));
        let there = evaluate(&moved);
        if there.values.first()?.as_scalar()? <= value - 0.3 * *step * squares {
            return Some((moved, there));
        }
        *step *= 0.5;
    }
    None
}

/// A bound of h from below by its slopes at points around.
fn around(
    problem: &Problem,
    point: &[Arc<Matrix>],
    evaluate: impl Fn(&[Arc<Matrix>]) -> Height,
    least_radius: f64,
) -> Option<Lowest> {
    let entries: usize = point.iter().map(|v| v.shape().size()).sum();
    if entries > MOST_ENTRIES {
        return None;
    }
    let size = largest(point).max(1.0);
    let mut cuts = vec![Cut::new(&evaluate(point).values, point)?];
    for k in 0..2 * entries {
        let distance = if k < entries { AROUND } else { -AROUND };
        let moved = |e, x: f64| {
            if e == k % entries {
                x + distance * size
            } else {
                x
            }
        };
        let mut near = mapped(point, moved);
        keep_structure(problem, &mut near);
        cuts.push(Cut::new(&evaluate(&near).values, &near)?);
    }
    let (value, slope) = lower_bound(&cuts);
    let radius = value / slope.norm();
    let proves = value > 0.0
        && radius > least_radius
        && stays_positive(point, slope.iter().copied(), radius, evaluate);
    proves.then_some(Lowest { value, radius })
}

/// Whether h stays positive against its slope, beyond the radius that the slope allows.
fn stays_positive(
    point: &[Arc<Matrix>],
    slope: impl Iterator<Item = f64>,
    radius: f64,
    evaluate: impl Fn(&[Arc<Matrix>]) -> Height,
) -> bool {
    let slope: Vec<f64> = slope.collect();
    let length = slope.iter().map(|g| g * g).sum::<f64>().sqrt();
    if length == 0.0 {
        return true;
    }
    let distances =
        std::iter::once(2.0 * radius).chain(FAR_OUT.into_iter().filter(|t| *t > radius));
    distances.into_iter().all(|t| {
        let there = mapped(point, |k, x| x - t * slope[k] / length);
        let value = evaluate(&there).values.first().and_then(|v| v.as_scalar());
        value.is_some_and(|v| v > 0.0)
    })
}

/// Scaled to a largest entry of 1, rounding errors off, in the cone that the relation asks for.
fn cleaned(relation: Relation, multiplier: &Matrix, scale: f64, negligible: f64) -> Matrix {
    if relation == Relation::Precedes {
        return semidefinite(multiplier, scale, negligible);
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

/// The nearest positive semidefinite matrix to multiplier/scale; 0 when it is not finite.
fn semidefinite(multiplier: &Matrix, scale: f64, negligible: f64) -> Matrix {
    let kept = |value: f64| if value > negligible { value } else { 0.0 };
    let eigen = Eigen::of_symmetric(&(symmetric_part(multiplier) / scale));
    eigen.map_or(Matrix::zeros(multiplier.shape()), |e| {
        Matrix::Dense(e.map(kept))
    })
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
