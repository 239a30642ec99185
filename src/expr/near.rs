//! Values at points that rounding has carried out of the domain of a function.

use super::atom::{Atom, Domain};
use super::evaluate::{Evaluator, evaluate_atom};
use super::graph::NodeKind;
use crate::matrix::{Eigen, Matrix, symmetric_part};
use crate::shape::Shape;
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;
use std::sync::Arc;

/// How far inside an open domain arguments are put, relative to max(1, |bound|).
const INSIDE: f64 = 1e-9;

/// Values of the roots, with what it took to have them.
#[derive(Clone, Debug)]
pub struct NearValues {
    pub values: Vec<Arc<Matrix>>,
    /// How far arguments were moved, relative to max(1, largest entry); 0 where none was.
    pub distance: f64,
}

impl Evaluator<'_> {
    /// Values of the roots, in their order, each argument that lies outside its function's domain
    /// by at most `most` moved onto the domain. A domain is a constraint that the text does not
    /// spell out: it may be violated by as much as a constraint may. Linear in the values, but for
    /// the eigenvalues of matrices outside a semidefinite domain.
    pub fn evaluate_near(&self, variables: &[Arc<Matrix>], most: f64) -> NearValues {
        let mut values = FxHashMap::with_capacity_and_hasher(self.order.len(), FxBuildHasher);
        let mut farthest = 0.0f64;
        for &id in &self.order {
            let mut value = self.node_value(id, variables, &values);
            if let NodeKind::Apply(atom) = self.graph.kind(id)
                && !is_finite(&value)
            {
                let arguments = self.argument_values(id, &values);
                if let Some((near, distance)) =
                    moved_in(atom.as_ref(), &arguments, value.shape(), most)
                {
                    farthest = farthest.max(distance);
                    value = Arc::new(near);
                }
            }
            values.insert(id, value);
        }
        NearValues {
            values: self.root_values(&values),
            distance: farthest,
        }
    }
}

/// The value with every argument in its domain, and how far the farthest was moved. `None` where
/// none was outside, one was by more than `most`, or the value is not finite there either.
fn moved_in(
    atom: &dyn Atom,
    arguments: &[&Matrix],
    shape: Shape,
    most: f64,
) -> Option<(Matrix, f64)> {
    let several = arguments.len() > 1;
    // At the edge of a closed domain a function of several arguments may be infinite, as s*f(x/s)
    // is at s = 0 where x is not 0.
    let edges: &[Edge] = match several {
        true => &[Edge::Closed, Edge::Open],
        false => &[Edge::Closed],
    };
    let mut tried = edges.iter();
    tried.find_map(|edge| moved_to(*edge, atom, arguments, shape, most))
}

/// Where an argument outside a closed domain goes.
#[derive(Clone, Copy, PartialEq)]
enum Edge {
    /// To its edge.
    Closed,
    /// Inside, as if it were open.
    Open,
}

fn moved_to(
    edge: Edge,
    atom: &dyn Atom,
    arguments: &[&Matrix],
    shape: Shape,
    most: f64,
) -> Option<(Matrix, f64)> {
    let mut farthest = 0.0f64;
    let mut inside: SmallVec<[Matrix; 4]> = SmallVec::new();
    for (k, argument) in arguments.iter().enumerate() {
        let domain = match (atom.domain(k), edge) {
            (Domain::AtLeast(bound), Edge::Open) => Domain::Above(bound),
            (domain, _) => domain,
        };
        let near = nearest(domain, arguments.len() > 1, argument)?;
        farthest = farthest.max(distance(argument, &near));
        inside.push(near);
    }
    if farthest == 0.0 || farthest.is_nan() || farthest > most {
        return None;
    }
    let inside: SmallVec<[&Matrix; 4]> = inside.iter().collect();
    let value = evaluate_atom(atom, &inside, shape);
    is_finite(&value).then_some((value, farthest))
}

fn is_finite(value: &Matrix) -> bool {
    value.stored().iter().all(|v| v.is_finite())
}

/// The point of the domain nearest to the argument; `None` where the argument is not finite. At the
/// edge of an open domain a function of this argument alone is infinite; where there are several,
/// what it tends to depends on the way there, like y*log(y/x) at 0, 0.
fn nearest(domain: Domain, several: bool, argument: &Matrix) -> Option<Matrix> {
    if !is_finite(argument) {
        return None;
    }
    let within = |lower: f64, upper: f64| {
        let entries = argument.entries();
        let clamped = entries.iter().map(|x| x.clamp(lower, upper)).collect();
        Some(Matrix::from_columns(argument.shape(), clamped))
    };
    match domain {
        Domain::Reals => Some(argument.clone()),
        Domain::Above(_) | Domain::PositiveDefinite if !several => Some(argument.clone()),
        Domain::AtLeast(bound) => within(bound, f64::INFINITY),
        Domain::Above(bound) => within(bound + INSIDE * bound.abs().max(1.0), f64::INFINITY),
        Domain::Within(lower, upper) => within(lower, upper),
        Domain::Symmetric => Some(Matrix::Dense(symmetric_part(argument))),
        Domain::PositiveSemidefinite => with_eigenvalues_from(0.0, argument),
        Domain::PositiveDefinite => with_eigenvalues_from(INSIDE, argument),
    }
}

/// The symmetric part with its eigenvalues raised to `least`.
fn with_eigenvalues_from(least: f64, matrix: &Matrix) -> Option<Matrix> {
    let eigen = Eigen::of_symmetric(&symmetric_part(matrix))?;
    Some(Matrix::Dense(eigen.map(|value| value.max(least))))
}

fn distance(from: &Matrix, to: &Matrix) -> f64 {
    let (from, to) = (from.entries(), to.entries());
    let scale = from.iter().fold(1.0f64, |most, x| most.max(x.abs()));
    let differences = from.iter().zip(to.iter()).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, f64::max) / scale
}
