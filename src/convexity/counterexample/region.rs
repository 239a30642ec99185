//! The points among which a part must be convex: those that other constraints `e <= c` and `e << c` with affine e
//! allow, on which proofs build too.

use super::{Point, used_variables};
use crate::convexity::dcp::Analysis;
use crate::convexity::part::Part;
use crate::dcp::Interval;
use crate::expr::{Evaluator, ExprId};
use crate::problem::{Constraint, Relation, Variable};
use rustc_hash::FxHashMap;

/// Entries of the constraints that are evaluated for each point.
const MOST_ENTRIES: usize = 2_000;
/// Points may miss a constraint by the rounding of its sides, relative.
const ROUNDING: f64 = 1e-12;

pub(super) struct Region<'p> {
    evaluator: Evaluator<'p>,
    relations: Vec<Relation>,
    /// Bounds of definite matrices, which samples need not satisfy.
    ranges: Vec<(usize, Interval)>,
}

impl<'p> Region<'p> {
    /// Of constraints other than the part itself that name its variables alone.
    pub(super) fn of(
        analysis: &Analysis<'p>,
        part: Part,
        narrowed: &FxHashMap<usize, Variable>,
    ) -> Self {
        let problem = analysis.problem;
        let definite = narrowed
            .iter()
            .filter(|(_, v)| (v.psd || v.nsd) && v.range != Interval::REALS);
        let mut entries = 0;
        let mut sides: Vec<ExprId> = Vec::new();
        let mut relations = Vec::new();
        for (k, constraint) in problem.constraints.iter().enumerate() {
            if part == Part::Constraint(k) || !is_bound(analysis, constraint) {
                continue;
            }
            let named = problem.graph.below(&[constraint.left, constraint.right]);
            let is_known = |k: &usize| narrowed.contains_key(k);
            entries += named.len() + problem.constraint_shape(constraint).size();
            if entries > MOST_ENTRIES {
                break;
            }
            if used_variables(&problem.graph, &named).iter().all(is_known) {
                sides.extend([constraint.left, constraint.right]);
                relations.push(constraint.relation);
            }
        }
        Region {
            evaluator: Evaluator::new(&problem.graph, &sides),
            relations,
            ranges: definite.map(|(&k, v)| (k, v.range)).collect(),
        }
    }

    pub(super) fn holds(&self, point: &Point) -> bool {
        let within = |(k, range): &(usize, Interval)| {
            let entries = point[*k].entries();
            let mut entries = entries.iter();
            entries.all(|&entry| (range.lower..=range.upper).contains(&entry))
        };
        if !self.ranges.iter().all(within) {
            return false;
        }
        if self.relations.is_empty() {
            return true;
        }
        let sides = self.evaluator.evaluate(point);
        let mut pairs = self.relations.iter().zip(sides.chunks(2));
        pairs.all(|(relation, sides)| relation.violation(&sides[0], &sides[1]) <= ROUNDING)
    }
}

/// affine <= number or affine << number, either way.
fn is_bound(analysis: &Analysis<'_>, constraint: &Constraint) -> bool {
    let graph = &analysis.problem.graph;
    let (left, right) = (constraint.left, constraint.right);
    let has_number = graph.is_constant(left) != graph.is_constant(right);
    let is_affine = |id: ExprId| analysis.curvature(id).is_affine();
    constraint.relation != Relation::Equal && has_number && is_affine(left) && is_affine(right)
}

/// The variable with the range that constraints on it as a whole leave.
pub(super) fn narrowed(analysis: &Analysis<'_>, position: usize) -> Variable {
    let mut variable = analysis.problem.variables[position].clone();
    let facts = analysis.facts(variable.node);
    variable.range = facts.range;
    let is_matrix = !variable.shape.is_scalar();
    variable.psd |= is_matrix && facts.psd;
    variable.nsd |= is_matrix && facts.nsd;
    variable
}
