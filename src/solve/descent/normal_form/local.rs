//! Kinks of problems that need not be convex.
//!
//! Where smaller values of a node are better all the way up, a convex node may be replaced by a new
//! variable above it; where larger ones are, a concave node by one below it. Any other kinked node
//! stays as it is: there its slope is one of many, and the report says so.

use super::{Builder, Unhandled};
use crate::dcp::{Curvature, Facts, Monotonicity};
use crate::expr::{ExprId, Kink};
use rustc_hash::FxHashMap;

/// What the problem asks of a node's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Small values are good.
    Up,
    /// Large values are good.
    Down,
    /// Neither alone.
    Both,
}

impl Direction {
    pub fn of_sign(positive: bool) -> Self {
        match positive {
            true => Direction::Up,
            false => Direction::Down,
        }
    }

    /// Of a term with these weights in what is minimised.
    pub fn of_weights(weights: &[f64]) -> Self {
        if weights.iter().all(|&w| w >= 0.0) {
            Direction::Up
        } else if weights.iter().all(|&w| w <= 0.0) {
            Direction::Down
        } else {
            Direction::Both
        }
    }

    /// For an argument in which the node changes so.
    fn through(self, monotonicity: Monotonicity) -> Self {
        match (self, monotonicity) {
            (_, Monotonicity::Unknown) | (Direction::Both, _) => Direction::Both,
            (same, Monotonicity::Increasing | Monotonicity::Constant) => same,
            (Direction::Up, Monotonicity::Decreasing) => Direction::Down,
            (Direction::Down, Monotonicity::Decreasing) => Direction::Up,
        }
    }

    fn join(self, other: Self) -> Self {
        if self == other { self } else { Direction::Both }
    }
}

impl Builder {
    /// Whether a variable on the outer side may stand for a rough node.
    pub(super) fn is_bounding(&mut self, id: ExprId, direction: Direction) -> bool {
        match direction {
            Direction::Up => self.own_curvature(id).is_convex(),
            Direction::Down => self.own_curvature(id).is_concave(),
            Direction::Both => false,
        }
    }

    /// The curvature of a node's function itself, in arguments of these ranges.
    fn own_curvature(&mut self, id: ExprId) -> Curvature {
        let Some(atom) = self.graph.atom(id).cloned() else {
            return Curvature::Affine;
        };
        let arguments = self.graph.arguments(id).to_vec();
        let facts: Vec<Facts> = arguments
            .iter()
            .map(|&a| Facts {
                curvature: match self.graph.is_constant(a) {
                    true => Curvature::Constant,
                    false => Curvature::Affine,
                },
                ..*self.knowledge.facts(&self.graph, a)
            })
            .collect();
        atom.curvature(&facts)
    }

    /// What is asked of argument `k` where `direction` is asked of the node.
    pub(super) fn argument_direction(
        &mut self,
        id: ExprId,
        k: usize,
        direction: Direction,
    ) -> Direction {
        let atom = self.graph.atom(id).cloned();
        let arguments = self.graph.arguments(id).to_vec();
        direction.through(self.monotonicity(atom.as_ref(), &arguments, k))
    }

    /// The expression with each outermost rough node replaced by a variable, where one may stand
    /// for it.
    pub(super) fn lifted(&mut self, root: ExprId, direction: Direction) -> ExprId {
        self.knowledge.grow(&self.graph);
        let (order, cuts) = self.cuts(root, direction);
        let mut images: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for (cut, direction) in cuts {
            match self.bounding(cut, direction) {
                Ok(variable) => {
                    images.insert(cut, variable);
                }
                Err(_) => self.keep(cut),
            }
        }
        for id in order {
            let arguments = self.graph.arguments(id).to_vec();
            let image = |a: &ExprId| images.get(a).copied().unwrap_or(*a);
            let replaced: Vec<ExprId> = arguments.iter().map(image).collect();
            if replaced != arguments
                && let Ok(image) = self.applied_like(id, &replaced)
            {
                images.insert(id, image);
            }
        }
        images.get(&root).copied().unwrap_or(root)
    }

    /// The nodes with something rough below that stay, rising, and those to replace. Arguments come
    /// before their uses, so that each direction is complete when its node is reached.
    fn cuts(
        &mut self,
        root: ExprId,
        direction: Direction,
    ) -> (Vec<ExprId>, Vec<(ExprId, Direction)>) {
        let mut directions: FxHashMap<ExprId, Direction> = FxHashMap::default();
        directions.insert(root, direction);
        let (mut order, mut cuts) = (Vec::new(), Vec::new());
        for id in self.graph.reachable(&[root]).into_iter().rev() {
            let Some(&direction) = directions.get(&id) else {
                continue;
            };
            let rough = self.knowledge.is_rough(id);
            if rough && self.is_bounding(id, direction) {
                cuts.push((id, direction));
                continue;
            }
            if rough {
                self.keep(id);
            }
            order.push(id);
            for (k, argument) in self.graph.arguments(id).to_vec().into_iter().enumerate() {
                if self.knowledge.is_rough_below(argument) {
                    let asked = self.argument_direction(id, k, direction);
                    let all = directions.entry(argument).or_insert(asked);
                    *all = all.join(asked);
                }
            }
        }
        order.reverse();
        (order, cuts)
    }

    fn bounding(&mut self, id: ExprId, direction: Direction) -> Result<ExprId, Unhandled> {
        let variable = self.lift_for(id);
        match direction {
            Direction::Up => self.epigraph(id, variable, None)?,
            Direction::Down | Direction::Both => self.hypograph(id, variable, None)?,
        }
        Ok(variable)
    }

    fn keep(&mut self, id: ExprId) {
        let kink = self.graph.atom(id).map(|atom| atom.kink());
        let kinked = matches!(kink, Some(Kink::Kinked | Kink::Proximal(_)));
        if kinked && !self.kept_kinks.contains(&id) {
            self.kept_kinks.push(id);
        }
    }
}
