//! Functions of several numbers as sums of functions of one: sum_log, and relative entropies to fixed numbers and
//! matrices.

use super::Builder;
use crate::atoms::elementwise::{Entr, KlDiv, Log, RelEntr};
use crate::atoms::reductions::SumLog;
use crate::atoms::spectral::{MatrixFunction, QuantumRelativeEntropy, VonNeumannEntropy};
use crate::atoms::{Entrywise, Reduce, construct};
use crate::expr::ExprId;
use crate::matrix::Eigen;

impl Builder {
    /// An expression of the same value whose bent terms are functions of one number each.
    pub(super) fn separate(&mut self, id: ExprId) -> Option<ExprId> {
        let arguments = self.graph.arguments(id).to_vec();
        if let Some(sums) = self.graph.atom_as::<Reduce<SumLog>>(id) {
            let along = sums.along;
            let logs = construct::apply(&mut self.graph, Entrywise(Log), &arguments);
            return Some(construct::sum_along(&mut self.graph, logs, along));
        }
        if self.graph.atom_as::<QuantumRelativeEntropy>(id).is_some() {
            return self.against_fixed_matrix(arguments[0], arguments[1]);
        }
        let is_divergence = self.graph.atom_as::<KlDiv>(id).is_some();
        if !is_divergence && self.graph.atom_as::<RelEntr>(id).is_none() {
            return None;
        }
        self.against_fixed(id, arguments[0], arguments[1], is_divergence)
    }

    /// x log(x/q) = x log x - x log q for fixed q > 0; of a divergence with q - x more.
    fn against_fixed(
        &mut self,
        id: ExprId,
        x: ExprId,
        q: ExprId,
        is_divergence: bool,
    ) -> Option<ExprId> {
        let fixed = self.forms.fold(&self.graph, q)?;
        let is_number = |q: &f64| *q > 0.0 && q.is_finite();
        if !fixed.entries().iter().all(is_number) {
            return None;
        }
        let shape = self.graph.shape(id);
        let graph = &mut self.graph;
        let x = construct::fill(graph, x, shape);
        let entropy = construct::apply(graph, Entrywise(Entr), &[x]);
        let logs = construct::apply(graph, Entrywise(Log), &[q]);
        let shares = construct::element_times(graph, x, logs);
        let total = construct::plus(graph, entropy, shares);
        if !is_divergence {
            return Some(construct::negate(graph, total));
        }
        let rest = construct::subtract(graph, q, x);
        Some(construct::subtract(graph, rest, total))
    }

    /// trace(X*(log(X) - log(Q))) for a fixed definite Q.
    fn against_fixed_matrix(&mut self, x: ExprId, q: ExprId) -> Option<ExprId> {
        let fixed = self.forms.fold(&self.graph, q)?;
        if !Eigen::of(&fixed)?.values.iter().all(|&value| value > 0.0) {
            return None;
        }
        let graph = &mut self.graph;
        let entropy = construct::apply(graph, VonNeumannEntropy, &[x]);
        let logarithm = construct::apply(graph, MatrixFunction::Logarithm, &[q]);
        let shares = construct::inner_product(graph, logarithm, x);
        let total = construct::plus(graph, entropy, shares);
        Some(construct::negate(graph, total))
    }
}
