//! The objective, term by term: weights run down through affine operations to the terms that
//! bend.

use super::{Builder, Task, Unhandled};
use crate::atoms::{Along, construct};
use crate::dcp::{Curvature, Facts};
use crate::expr::{Call, ExprId};
use crate::matrix::Matrix;
use crate::solve::descent::blocks::Peak;
use crate::solve::descent::normal_form::parts::Part;

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
        if self.is_linear(id) {
            return self.pass_down(id, &weights);
        }
        if !self.knowledge.is_rough(id) {
            let smoothed = self.smoothed(id)?;
            self.smooth_term(smoothed, &weights);
            return Ok(());
        }
        let nonnegative = weights.iter().all(|&w| w >= 0.0);
        if nonnegative && self.weighted_rule(id, &weights)? {
            return Ok(());
        }
        let smoothed = self.smoothed(id)?;
        self.forms.learn_node(&self.graph, smoothed, &self.packing);
        self.weigh(smoothed, weights)
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

    /// Whether the atom is affine in its varying arguments together.
    fn is_linear(&self, id: ExprId) -> bool {
        let Some(atom) = self.graph.atom(id) else {
            return false;
        };
        let facts: Vec<Facts> = self
            .graph
            .arguments(id)
            .iter()
            .map(|&a| Facts {
                curvature: if self.graph.is_constant(a) {
                    Curvature::Constant
                } else {
                    Curvature::Affine
                },
                ..Facts::unknown(self.graph.shape(a))
            })
            .collect();
        atom.curvature(&facts).is_affine() && !self.knowledge.is_rough(id)
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
                Some(weights) => self.tasks.push(Task::Weigh(argument, weights)),
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

    /// Terms with a proximal operator of their own; whether there was one.
    fn weighted_rule(&mut self, id: ExprId, weights: &[f64]) -> Result<bool, Unhandled> {
        let name = self.graph.atom(id).map_or("", |a| a.name());
        let single = self.graph.shape(id).is_scalar() && self.graph.arguments(id).len() == 1;
        match name {
            "abs" | "pos" | "neg" | "relu" => {
                let form = self.affine_argument(id)?;
                let name = name.to_owned();
                self.stack.slopes(&form, |k| slopes(&name, weights[k]));
            }
            "norm1" if single => {
                let form = self.affine_argument(id)?;
                self.stack.slopes(&form, |_| (-weights[0], weights[0]));
            }
            "norm2" if single => {
                let form = self.affine_argument(id)?;
                self.stack.norm(&form, weights[0]);
            }
            "max" if single => {
                let form = self.affine_argument(id)?;
                self.peak(form, weights[0], 1);
            }
            "norm_inf" if single => {
                let form = self.affine_argument(id)?;
                let mut both = form.clone();
                both.append(&form.scaled(-1.0));
                self.peak(both, weights[0], 1);
            }
            "sum_largest" if single => {
                let Some(count) = self.count_parameter(id) else {
                    return Ok(false);
                };
                let form = self.affine_argument(id)?;
                self.peak(form, weights[0], count);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The whole number that an atom is called with, such as sum_largest's k.
    pub(super) fn count_parameter(&self, id: ExprId) -> Option<usize> {
        let parameters = self.graph.atom(id)?.parameters();
        let number: f64 = parameters.first()?.text.parse().ok()?;
        (number.fract() == 0.0 && number >= 1.0).then_some(number as usize)
    }

    fn peak(&mut self, form: crate::solve::descent::affine::AffineForm, weight: f64, count: usize) {
        self.parts.push(Part {
            rule: Box::new(Peak::new(form.rows(), weight, count)),
            form,
            shares: Vec::new(),
        });
    }

    /// The affine form of the only argument, lifted if need be.
    pub(super) fn affine_argument(
        &mut self,
        id: ExprId,
    ) -> Result<crate::solve::descent::affine::AffineForm, Unhandled> {
        let argument = self.affine_arguments(id)?[0];
        let form = self.form(argument);
        form.map(|f| f.as_ref().clone())
            .ok_or_else(|| self.refusal(id, "of an argument that is not affine"))
    }
}

/// (lower, upper) slope of a function with a kink at 0.
fn slopes(name: &str, weight: f64) -> (f64, f64) {
    match name {
        "abs" => (-weight, weight),
        "neg" => (-weight, 0.0),
        _ => (0.0, weight),
    }
}
