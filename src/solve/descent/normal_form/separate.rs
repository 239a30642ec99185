//! Functions of several numbers as sums of functions of one: sum_log, and relative entropies to fixed numbers and
//! matrices.

use super::{Builder, Task};
use crate::atoms::elementwise::{Entr, KlDiv, Log, RelEntr};
use crate::atoms::reductions::SumLog;
use crate::atoms::spectral::{MatrixFunction, QuantumRelativeEntropy, VonNeumannEntropy};
use crate::atoms::{Entrywise, Reduce, construct};
use crate::expr::ExprId;
use crate::matrix::Eigen;
use crate::shape::Shape;

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
        let shape = self.graph.shape(id);
        let fill = |id: ExprId| construct::fill(&mut self.graph, id, shape);
        let [x, q] = [arguments[0], arguments[1]].map(fill);
        if !self.has_all(q, |q| q > 0.0) {
            if !self.has_all(x, |x| x >= 0.0) {
                return None;
            }
            self.nonnegative_where_zero(x, q);
        }
        Some(self.as_sum(x, q, is_divergence))
    }

    /// Whether all entries are finite numbers of this kind.
    fn has_all(&mut self, id: ExprId, is_one: impl Fn(f64) -> bool) -> bool {
        let fixed = self.forms.fold(&self.graph, id);
        let holds = |entry: &f64| entry.is_finite() && is_one(*entry);
        fixed.is_some_and(|fixed| fixed.entries().iter().all(holds))
    }

    /// x log(x/q) = x log x - x log q, where x or q is fixed; of a divergence with q - x more.
    fn as_sum(&mut self, x: ExprId, q: ExprId, is_divergence: bool) -> ExprId {
        let graph = &mut self.graph;
        let entropy = construct::apply(graph, Entrywise(Entr), &[x]);
        let logs = construct::apply(graph, Entrywise(Log), &[q]);
        let shares = construct::element_times(graph, x, logs);
        let total = construct::plus(graph, entropy, shares);
        if !is_divergence {
            return construct::negate(graph, total);
        }
        let rest = construct::subtract(graph, q, x);
        construct::subtract(graph, rest, total)
    }

    /// q >= 0 where the fixed x is zero, as x log q says nothing of it there.
    fn nonnegative_where_zero(&mut self, x: ExprId, q: ExprId) {
        let Some(fixed) = self.forms.fold(&self.graph, x) else {
            return;
        };
        let entries = fixed.entries();
        let is_zero = |k: &usize| entries[*k] == 0.0;
        let zeros: Vec<usize> = (0..entries.len()).filter(is_zero).collect();
        if zeros.is_empty() {
            return;
        }
        let graph = &mut self.graph;
        let column = Shape::vector(zeros.len());
        let ends = construct::gather(graph, q, column, zeros.into());
        let minus = construct::negate(graph, ends);
        self.tasks.push(Task::Below(minus, None));
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
