//! The objective, term by term: weights run down through affine operations to the terms that
//! bend.

use super::local::Direction;
use super::{Builder, Unhandled};
use crate::atoms::{Along, construct};
use crate::expr::{Call, ExprId};
use crate::matrix::Matrix;
use crate::solve::descent::affine::is_linear;
use std::collections::btree_map::Entry;

impl Builder {
    /// Adds weights'expression to the objective.
    pub(super) fn weigh(&mut self, id: ExprId, weights: Vec<f64>) -> Result<(), Unhandled> {
        if weights.iter().all(|&w| w == 0.0) {
            return Ok(());
        }
        if let Some(form) = self.form(id) {
            for term in form.all_terms() {
                self.linear
                    .push((term.column, weights[term.row] * term.value));
            }
            self.constant += form
                .offset
                .iter()
                .zip(&weights)
                .map(|(b, w)| b * w)
                .sum::<f64>();
            return Ok(());
        }
        self.knowledge.grow(&self.graph);
        if !self.knowledge.is_rough_below(id) {
            self.smooth_term(id, &weights);
            return Ok(());
        }
        if is_linear(&self.graph, id) && !self.knowledge.is_rough(id) {
            return self.pass_down(id, &weights);
        }
        if self.local {
            return self.weigh_locally(id, weights);
        }
        if !self.knowledge.is_rough(id) {
            let smoothed = self.smoothed(id)?;
            self.smooth_term(smoothed, &weights);
            return Ok(());
        }
        if self.proximal_term(id, &weights)? {
            return Ok(());
        }
        if let Some(separate) = self.separate(id) {
            self.forms.learn_node(&self.graph, separate, &self.packing);
            self.add_weights(separate, weights);
            return Ok(());
        }
        if self.is_whole(id) {
            self.smooth_term(id, &weights);
            return Ok(());
        }
        let smoothed = self.smoothed(id)?;
        self.forms.learn_node(&self.graph, smoothed, &self.packing);
        self.add_weights(smoothed, weights);
        Ok(())
    }

    /// Adds weights'expression to what is to be taken apart.
    pub(super) fn add_weights(&mut self, id: ExprId, weights: Vec<f64>) {
        match self.weights.entry(id) {
            Entry::Vacant(slot) => {
                slot.insert(weights);
            }
            Entry::Occupied(mut known) => {
                let pairs = known.get_mut().iter_mut().zip(weights);
                pairs.for_each(|(known, weight)| *known += weight);
            }
        }
    }

    /// A bent term of a problem that need not be convex.
    fn weigh_locally(&mut self, id: ExprId, weights: Vec<f64>) -> Result<(), Unhandled> {
        if self.knowledge.is_rough(id) && self.proximal_term(id, &weights)? {
            return Ok(());
        }
        let lifted = self.lifted(id, Direction::of_weights(&weights));
        self.forms.learn_node(&self.graph, lifted, &self.packing);
        match self.form(lifted) {
            Some(_) => self.weigh(lifted, weights),
            None => {
                self.smooth_term(lifted, &weights);
                Ok(())
            }
        }
    }

    fn smooth_term(&mut self, id: ExprId, weights: &[f64]) {
        let shape = self.graph.shape(id);
        let first = weights[0];
        let term = if weights.iter().all(|&w| w == first) {
            let total = construct::sum_along(&mut self.graph, id, Along::All);
            construct::scale(&mut self.graph, first, total)
        } else {
            let weights = Matrix::from_columns(shape, weights.to_vec());
            let weights = self.graph.constant(weights, None, Default::default());
            construct::inner_product(&mut self.graph, weights, id)
        };
        self.smooth.push(term);
    }

    /// The weights of a linear atom's arguments: its adjoint.
    fn pass_down(&mut self, id: ExprId, weights: &[f64]) -> Result<(), Unhandled> {
        let Some(atom) = self.graph.atom(id).cloned() else {
            return Ok(());
        };
        let shape = self.graph.shape(id);
        let arguments = self.graph.arguments(id).to_vec();
        let weights = Matrix::from_columns(shape, weights.to_vec());
        let adjoint = self.graph.constant(weights, None, Default::default());
        let call = Call {
            arguments: &arguments,
            value: id,
            adjoint,
        };
        // A constant argument counts where it is a term; as a factor its adjoint varies.
        let wanted = vec![true; arguments.len()];
        let adjoints = atom.pullbacks(&mut self.graph, &call, &wanted);
        for (&argument, adjoint) in arguments.iter().zip(adjoints) {
            let varies = !self.graph.is_constant(argument);
            match adjoint.and_then(|a| self.constant_weights(a, argument)) {
                Some(weights) => self.add_weights(argument, weights),
                None if varies => return Err(self.refusal(id, "with weights that vary")),
                None => {}
            }
        }
        Ok(())
    }

    fn constant_weights(&mut self, adjoint: ExprId, argument: ExprId) -> Option<Vec<f64>> {
        let shape = self.graph.shape(argument);
        let adjoint = construct::fill(&mut self.graph, adjoint, shape);
        let value = self.forms.fold(&self.graph, adjoint)?;
        Some(value.entries().into_owned())
    }
}
