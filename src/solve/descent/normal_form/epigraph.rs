//! `f(arguments) <= t` for convex and `t <= f(arguments)` for concave functions, in the pieces that
//! the function states of itself.

use super::parts::{Part, Place, Share};
use super::proximal::LaneTerm;
use super::{Bounded, Builder, Task, Unhandled};
use crate::atoms::Lanes;
use crate::dcp::Interval;
use crate::expr::{ExprId, Graph, Kink, Splitting, Whole};
use crate::matrix::far_from_one;
use crate::problem::Structure;
use crate::shape::Shape;
use crate::solve::descent::affine::AffineForm;
use crate::solve::descent::blocks::{RankedCone, Triple};
use std::iter;
use std::rc::Rc;

impl Builder {
    /// node <= bound, both of one shape; the multipliers are those of the user's constraint.
    pub(super) fn epigraph(
        &mut self,
        id: ExprId,
        bound: ExprId,
        source: Option<Place>,
    ) -> Result<(), Unhandled> {
        self.bounded(id, bound, source, true)
    }

    /// node >= bound.
    pub(super) fn hypograph(
        &mut self,
        id: ExprId,
        bound: ExprId,
        source: Option<Place>,
    ) -> Result<(), Unhandled> {
        self.bounded(id, bound, source, false)
    }

    /// A node that several expressions bound is taken apart for a variable of its own: else shared
    /// nodes would be taken apart once for each path to them.
    fn bounded(
        &mut self,
        id: ExprId,
        bound: ExprId,
        source: Option<Place>,
        convex: bool,
    ) -> Result<(), Unhandled> {
        if source.is_some() {
            return self.split(id, bound, source, convex);
        }
        if self.bounds.contains_key(&id) {
            let variable = self.bounding_variable(id, convex)?;
            match convex {
                true => self.push_below(variable, bound, None),
                false => self.push_below(bound, variable, None),
            }
            return Ok(());
        }
        self.bounds.insert(id, Bounded::Once);
        self.split(id, bound, None, convex)
    }

    /// A variable t on the outer side of a node: t >= node where it is convex, <= where concave.
    pub(super) fn bounding_variable(
        &mut self,
        id: ExprId,
        convex: bool,
    ) -> Result<ExprId, Unhandled> {
        if let Some(Bounded::By(variable)) = self.bounds.get(&id) {
            return Ok(*variable);
        }
        let variable = self.lift_for(id);
        self.bounds.insert(id, Bounded::By(variable));
        self.split(id, variable, None, convex)?;
        Ok(variable)
    }

    pub(super) fn split(
        &mut self,
        id: ExprId,
        bound: ExprId,
        source: Option<Place>,
        convex: bool,
    ) -> Result<(), Unhandled> {
        let Some(atom) = self.graph.atom(id).cloned() else {
            return Err(self.refusal(id, "inside a constraint or another function"));
        };
        let arguments = self.affine_arguments(id, convex)?;
        if convex && self.ranked_below(id, arguments[0], bound, source) {
            return Ok(());
        }
        let mut pieces = Pieces {
            builder: self,
            bound,
            source,
            convex,
            own_bound: None,
            failure: None,
        };
        let outcome = atom.split(&arguments, &mut pieces);
        let failure = pieces.failure;
        match (outcome, failure, atom.kink()) {
            (Ok(()), None, _) => Ok(()),
            (Ok(()), Some(failure), _) => Err(failure),
            (Err(Whole), _, Kink::Smooth) => {
                let value = self.applied_like(id, &arguments)?;
                self.inside_domain(value, bound, source, convex);
                Ok(())
            }
            (Err(Whole), _, Kink::Proximal(_) | Kink::Kinked) => {
                Err(self.refusal(id, "inside a constraint or another function"))
            }
        }
    }

    /// A sorted product of an affine argument under its bounds, lane by lane; whether it is one.
    fn ranked_below(
        &mut self,
        id: ExprId,
        argument: ExprId,
        bound: ExprId,
        source: Option<Place>,
    ) -> bool {
        let Some((LaneTerm::Ranked(weights), along)) = self.lane_term(id) else {
            return false;
        };
        let (Some(form), Some(bounds)) = (self.form(argument), self.form(bound)) else {
            return false;
        };
        let shape = self.graph.shape(argument);
        let lanes = Lanes { along, shape };
        for lane in 0..lanes.count() {
            let mut rows = form.gather(lanes.positions(lane));
            rows.append(&bounds.gather(std::iter::once(lane)));
            let share = |place: Place| Share {
                constraint: place.constraint,
                entry: place.entry + lane,
                row: weights.len(),
                count: 1,
                factor: -1.0,
                triangle: None,
            };
            self.parts.push(Part {
                rule: Box::new(RankedCone::new(weights.clone())),
                form: rows,
                shares: source.map(share).into_iter().collect(),
            });
        }
        true
    }

    /// A function without a form of its own, smooth inside its domain, as it stands.
    fn inside_domain(&mut self, value: ExprId, bound: ExprId, source: Option<Place>, convex: bool) {
        let expression = if convex {
            self.difference(value, bound)
        } else {
            self.difference(bound, value)
        };
        self.push_rows(expression, (0.0, f64::INFINITY), source);
    }

    fn push_below(&mut self, left: ExprId, right: ExprId, source: Option<Place>) {
        let gap = self.difference(left, right);
        self.tasks.push(Task::Below(gap, source));
    }
}

/// One function on its way into pieces.
#[derive(Debug)]
struct Pieces<'a> {
    builder: &'a mut Builder,
    bound: ExprId,
    /// The user's constraint `f(x) <= bound`.
    source: Option<Place>,
    convex: bool,
    /// A variable on the inner side of the bound, whose row carries the user's multiplier.
    own_bound: Option<ExprId>,
    failure: Option<Unhandled>,
}

impl Pieces<'_> {
    fn form(&mut self, id: ExprId) -> Rc<AffineForm> {
        self.builder.form_or_equal(id).unwrap_or_else(|| {
            let refusal = self
                .builder
                .refusal(id, "of an argument that is not affine");
            self.failure = Some(refusal);
            Rc::new(AffineForm::constant(&crate::matrix::Matrix::filled(
                self.builder.graph.shape(id),
                0.0,
            )))
        })
    }

    /// Rows of several expressions side by side: for each entry of the longest one row of each.
    fn interleaved(&mut self, expressions: &[ExprId]) -> AffineForm {
        let forms: Vec<Rc<AffineForm>> = expressions.iter().map(|&e| self.form(e)).collect();
        beside_each_other(&forms)
    }

    /// The head and all entries of the tail, one below the other.
    fn stacked(&mut self, head: ExprId, tail: &[ExprId]) -> AffineForm {
        let mut rows = AffineForm {
            sorted: true,
            ..AffineForm::default()
        };
        for &part in [head].iter().chain(tail) {
            let form = self.form(part);
            rows.append(&form);
        }
        rows
    }

    /// The multiplier of a bound whose row is the head of a cone.
    fn share_of_head(&self, row: usize) -> Option<Share> {
        self.source.map(|place| Share {
            constraint: place.constraint,
            entry: place.entry,
            row,
            count: 1,
            factor: -1.0,
            triangle: None,
        })
    }
}

impl Splitting for Pieces<'_> {
    fn graph(&mut self) -> &mut Graph {
        &mut self.builder.graph
    }

    fn range(&mut self, expression: ExprId) -> Interval {
        let graph = &self.builder.graph;
        self.builder.knowledge.facts(graph, expression).range
    }

    fn variable(&mut self, shape: Shape) -> ExprId {
        self.builder.lift(shape)
    }

    fn nonnegative_variable(&mut self, shape: Shape) -> ExprId {
        let range = Interval::NONNEGATIVE;
        self.builder.new_variable(shape, Structure::Full, range)
    }

    fn symmetric_variable(&mut self, side: usize) -> ExprId {
        let (shape, all) = (Shape::new(side, side), Interval::REALS);
        self.builder.new_variable(shape, Structure::Symmetric, all)
    }

    fn bound(&mut self) -> ExprId {
        if self.source.is_none() {
            return self.bound;
        }
        if let Some(own) = self.own_bound {
            return own;
        }
        let shape = self.builder.graph.shape(self.bound);
        let own = self.builder.lift(shape);
        self.limit(own);
        self.own_bound = Some(own);
        own
    }

    fn limit(&mut self, side: ExprId) {
        let (left, right) = if self.convex {
            (side, self.bound)
        } else {
            (self.bound, side)
        };
        self.builder.push_below(left, right, self.source);
    }

    fn limit_norm(&mut self, tail: &[ExprId]) {
        let rows = self.stacked(self.bound, tail);
        let row = self.builder.stack.cone(&rows);
        if let Some(share) = self.share_of_head(row) {
            self.builder.stack.share_cone(share);
        }
    }

    fn limit_power_norm(&mut self, p: f64, tail: ExprId) {
        let rows = self.stacked(self.bound, &[tail]);
        let row = self.builder.stack.power_norm(&rows, p);
        if let Some(share) = self.share_of_head(row) {
            self.builder.stack.share_power_norm(share);
        }
    }

    fn below(&mut self, left: ExprId, right: ExprId) {
        self.builder.push_below(left, right, None);
    }

    fn equal(&mut self, left: ExprId, right: ExprId) {
        let difference = self.builder.difference(left, right);
        self.builder.tasks.push(Task::Zero(difference, None));
    }

    fn second_order(&mut self, head: ExprId, tail: &[ExprId]) {
        if self.builder.graph.shape(head).is_scalar() {
            let rows = self.stacked(head, tail);
            self.builder.stack.cone(&rows);
            return;
        }
        let parts: Vec<ExprId> = [head].iter().chain(tail).copied().collect();
        let rows = self.interleaved(&parts);
        self.builder.stack.equal_cones(&rows, parts.len());
    }

    fn power_norm(&mut self, p: f64, head: ExprId, tail: ExprId) {
        let rows = self.stacked(head, &[tail]);
        self.builder.stack.power_norm(&rows, p);
    }

    fn relative_entropy(&mut self, x: ExprId, y: ExprId, t: ExprId) {
        let forms = [x, y, t].map(|side| {
            let shared = self.builder.shared_form(side);
            shared.unwrap_or_else(|| self.form(side))
        });
        let rows = in_sizes_of_second(beside_each_other(&forms));
        self.builder.stack.triples(&rows, Triple::Exponential);
    }

    fn power(&mut self, alpha: f64, x: ExprId, y: ExprId, z: ExprId) {
        let rows = self.interleaved(&[x, y, z]);
        self.builder.stack.triples(&rows, Triple::Power(alpha));
    }

    fn semidefinite(&mut self, matrix: ExprId) {
        self.builder.tasks.push(Task::Semidefinite(matrix, None));
    }
}

/// Rows of several forms side by side: for each entry of the longest one row of each.
fn beside_each_other(forms: &[Rc<AffineForm>]) -> AffineForm {
    let rows = forms.iter().map(|f| f.rows()).max().unwrap_or(0);
    let mut all = AffineForm {
        sorted: true,
        ..AffineForm::default()
    };
    let mut starts = Vec::with_capacity(forms.len());
    for form in forms {
        starts.push((all.rows(), form.rows()));
        all.append(form);
    }
    let place = |k: usize, (start, count): (usize, usize)| start + k.min(count - 1);
    let sources = (0..rows).flat_map(|k| starts.iter().map(move |&s| place(k, s)));
    let sources: Vec<usize> = sources.collect();
    all.gather(sources.iter().copied())
}

/// Rows (x, y, t) of cones x*log(x/y) <= t as (x, y/k, t + x*log k), k the size of y where that is far from 1: beside
/// it a y of 1e-30 has no digits.
fn in_sizes_of_second(rows: AffineForm) -> AffineForm {
    let mut sizes: Vec<f64> = rows
        .offset
        .iter()
        .skip(1)
        .step_by(3)
        .map(|b| b.abs())
        .collect();
    for term in rows.all_terms().filter(|term| term.row % 3 == 1) {
        let size = &mut sizes[term.row / 3];
        *size = size.max(term.value.abs());
    }
    sizes
        .iter_mut()
        .for_each(|size| *size = far_from_one(*size));
    if sizes.iter().all(|&size| size == 1.0) {
        return rows;
    }
    rows.mapped(rows.rows(), |row| {
        let size = sizes[row / 3];
        let factor = if row % 3 == 1 { 1.0 / size } else { 1.0 };
        let shift = (row % 3 == 0).then(|| (row + 2, size.ln()));
        iter::once((row, factor)).chain(shift)
    })
}
