//! Values of lifted variables: those of the nodes that they stand for.

use super::normal_form::NormalForm;
use super::packing::Packing;
use crate::expr::{Evaluator, ExprId, Graph};
use crate::matrix::Matrix;
use std::sync::Arc;

#[derive(Debug)]
pub struct Lifts {
    graph: Graph,
    packing: Packing,
    lifts: Vec<(usize, ExprId)>,
}

impl Lifts {
    pub fn of(form: &NormalForm) -> Self {
        Lifts {
            graph: form.graph.clone(),
            packing: form.packing.clone(),
            lifts: form.lifts.clone(),
        }
    }

    /// All unknowns for the user's; zeros where a value is not known.
    pub fn extended(&self, x: &[f64]) -> Vec<f64> {
        let mut all = x.to_vec();
        all.resize(self.packing.size, 0.0);
        let mut values: Vec<Arc<Matrix>> = self.packing.unpack(&all, self.packing.variables.len());
        for &(variable, node) in &self.lifts {
            let found = Evaluator::new(&self.graph, &[node]).evaluate(&values);
            let Some(value) = found.into_iter().next() else {
                continue;
            };
            if value.entries().iter().all(|e| e.is_finite()) {
                self.packing.pack_into(variable, &value, &mut all);
                values[variable] = value;
            }
        }
        all
    }
}
