//! Signs that bounds of single entries give: c - x >= 0 where x <= 0.9*c, though not every entry of c is above every
//! entry of x. Ranges of whole expressions, which the rules go by, hold the bounds of all entries together.

use super::dcp::Analysis;
use super::quadratic::Coordinates;
use crate::cone::AffineMap;
use crate::dcp::Interval;
use crate::expr::ExprId;
use crate::problem::{Constraint, Relation, Variable};
use std::sync::Arc;

/// Larger problems and expressions are left alone.
const MOST_ENTRIES: usize = 100_000;

/// By coordinate.
#[derive(Debug)]
pub(super) struct EntryRanges(Vec<Interval>);

impl EntryRanges {
    /// From declarations and from constraints between single entries and numbers.
    pub fn of(analysis: &mut Analysis<'_>, coordinates: &mut Coordinates) -> Self {
        let problem = analysis.problem;
        let total = coordinates.total();
        if total > MOST_ENTRIES {
            return EntryRanges(Vec::new());
        }
        let declared = |k: usize| {
            let (variable, entry) = coordinates.entry(problem, k);
            entry_range(&problem.variables[variable], entry)
        };
        let mut ranges = EntryRanges((0..total).map(declared).collect());
        for constraint in &problem.constraints {
            ranges.narrow(analysis, coordinates, constraint);
        }
        ranges
    }

    fn narrow(
        &mut self,
        analysis: &mut Analysis<'_>,
        coordinates: &mut Coordinates,
        constraint: &Constraint,
    ) -> Option<()> {
        let (left, right) = (constraint.left, constraint.right);
        if constraint.relation == Relation::Precedes {
            return None;
        }
        let is_bound = analysis.graph().is_constant(left) != analysis.graph().is_constant(right);
        let (left, right) = match is_bound {
            true => (
                affine(analysis, coordinates, left)?,
                affine(analysis, coordinates, right)?,
            ),
            false => return None,
        };
        for k in 0..left.rows().max(right.rows()) {
            self.narrow_entry(&left, &right, k, constraint.relation);
        }
        Some(())
    }

    /// a*x + b <= c and c <= a*x + b for one entry x.
    fn narrow_entry(
        &mut self,
        left: &AffineMap,
        right: &AffineMap,
        k: usize,
        relation: Relation,
    ) -> Option<()> {
        let place = |map: &AffineMap| if map.rows() == 1 { 0 } else { k };
        let (i, j) = (place(left), place(right));
        let mut terms = left.row(i).chain(right.row(j).map(|(x, a)| (x, -a)));
        let (x, a) = terms.next().filter(|(_, a)| *a != 0.0)?;
        if terms.next().is_some() {
            return None;
        }
        let bound = (right.constants()[j] - left.constants()[i]) / a;
        let range = match (relation, a > 0.0) {
            (Relation::Equal, _) => Interval::new(bound, bound),
            (_, true) => Interval::new(f64::NEG_INFINITY, bound),
            (_, false) => Interval::new(bound, f64::INFINITY),
        };
        self.0[x] = self.0[x].meet(range);
        Some(())
    }

    /// The smallest value of any entry.
    fn lower(&self, map: &AffineMap) -> f64 {
        let smallest = |(x, a): (usize, f64)| match a > 0.0 {
            true => a * self.0[x].lower,
            false if a == 0.0 => 0.0,
            false => a * self.0[x].upper,
        };
        let lower = |k: usize| map.constants()[k] + map.row(k).map(smallest).sum::<f64>();
        (0..map.rows()).map(lower).fold(f64::INFINITY, f64::min)
    }
}

/// What the declaration says of an entry; a positive semidefinite matrix has a nonnegative diagonal.
fn entry_range(variable: &Variable, entry: usize) -> Interval {
    let on_diagonal = entry.is_multiple_of(variable.shape.rows + 1);
    match variable.psd && on_diagonal {
        true => variable.range.meet(Interval::NONNEGATIVE),
        false => variable.range,
    }
}

/// Takes note that an affine expression is nonnegative, where the bounds of single entries say so; whether that was news.
pub(super) fn learn_nonnegative(
    analysis: &mut Analysis<'_>,
    coordinates: &mut Coordinates,
    ranges: &EntryRanges,
    id: ExprId,
) -> bool {
    if ranges.0.is_empty() {
        return false;
    }
    let lower = affine(analysis, coordinates, id).map(|map| ranges.lower(&map));
    let lower = lower.filter(|lower| *lower >= 0.0);
    if let Some(lower) = lower {
        analysis.learn_lower(id, lower);
    }
    lower.is_some()
}

fn affine(
    analysis: &mut Analysis<'_>,
    coordinates: &mut Coordinates,
    id: ExprId,
) -> Option<Arc<AffineMap>> {
    let small = analysis.graph().shape(id).size() <= MOST_ENTRIES;
    let is_affine = small && analysis.curvature(id).is_affine();
    is_affine.then(|| coordinates.map(analysis, id)).flatten()
}
