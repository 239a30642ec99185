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
        self.of_fixed(id, arguments[0], arguments[1], is_divergence)
            .or_else(|| self.against_fixed(id, arguments[0], arguments[1], is_divergence))
    }

    /// d log(d/y) = d log d - d log y for fixed d >= 0, with y >= 0 where d is zero; of a divergence with y - d more.
    fn of_fixed(
        &mut self,
        id: ExprId,
        d: ExprId,
        y: ExprId,
        is_divergence: bool,
    ) -> Option<ExprId> {
        let fixed = self.forms.fold(&self.graph, d)?;
        if !(fixed.entries().iter()).all(|d| *d >= 0.0 && d.is_finite()) {
            return None;
        }
        let shape = self.graph.shape(id);
        let graph = &mut self.graph;
        let (d, y) = (
            construct::fill(graph, d, shape),
            construct::fill(graph, y, shape),
        );
        let entropy = construct::apply(graph, Entrywise(Entr), &[d]);
        let logs = construct::apply(graph, Entrywise(Log), &[y]);
        let shares = construct::element_times(graph, d, logs);
        let total = construct::plus(graph, entropy, shares);
        let rest = is_divergence.then(|| construct::subtract(graph, y, d));
        let separate = match rest {
            Some(rest) => construct::subtract(graph, rest, total),
            None => construct::negate(graph, total),
        };
        self.nonnegative_where_zero(d, y);
        Some(separate)
    }

    /// y >= 0 where the fixed d is zero.
    fn nonnegative_where_zero(&mut self, d: ExprId, y: ExprId) {
        let Some(fixed) = self.forms.fold(&self.graph, d) else {
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
        let ends = construct::gather(graph, y, column, zeros.into());
        let minus = construct::negate(graph, ends);
        self.tasks.push(Task::Below(minus, None));
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
