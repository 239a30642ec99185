//! Arithmetic of known numbers stays finite, and infinity stands in bounds only.

use super::error::NotFinite;
use super::{ElaborateError, Elaborator, Result};
use crate::atoms::affine::Divide;
use crate::dcp::{Curvature, Facts, Interval};
use crate::expr::{Atom, Domain, ExprId, Graph, NodeKind, evaluate_atom};
use crate::matrix::Matrix;
use crate::span::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What is known of the constant nodes met so far.
#[derive(Debug, Default)]
pub(super) struct Finiteness {
    facts: FxHashMap<ExprId, Facts>,
    /// Values of those whose facts alone do not say that they are finite, and of what stands below.
    values: FxHashMap<ExprId, Arc<Matrix>>,
}

impl Finiteness {
    /// That a constant node and every operation below it makes finite numbers out of finite ones.
    fn check(&mut self, graph: &Graph, root: ExprId) -> Result<()> {
        if self.facts.contains_key(&root) {
            return Ok(());
        }
        if graph.arguments(root).is_empty() {
            return self.learn(graph, root);
        }
        graph
            .below(&[root])
            .into_iter()
            .try_for_each(|id| self.learn(graph, id))
    }

    /// The same of one node, whose arguments were met before.
    fn learn(&mut self, graph: &Graph, id: ExprId) -> Result<()> {
        if self.facts.contains_key(&id) {
            return Ok(());
        }
        let range = match graph.kind(id) {
            NodeKind::Constant(leaf) => range(&leaf.value),
            NodeKind::Variable(_) => Interval::REALS,
            NodeKind::Apply(atom) => self.applied(graph, id, atom.as_ref())?,
        };
        let facts = Facts {
            range,
            curvature: Curvature::Constant,
            ..Facts::unknown(graph.shape(id))
        };
        self.facts.insert(id, facts);
        Ok(())
    }

    fn applied(&mut self, graph: &Graph, id: ExprId, atom: &dyn Atom) -> Result<Interval> {
        let arguments = graph.arguments(id);
        let facts: Vec<Facts> = arguments.iter().map(|a| self.facts[a]).collect();
        let range = atom.range(&facts);
        let everywhere = (0..arguments.len()).all(|k| is_everywhere(atom.domain(k)));
        let divides = graph.atom_as::<Divide>(id).is_some();
        if is_finite(range) && everywhere && !(divides && may_be_zero(&facts[1])) {
            return Ok(range);
        }
        let value = self.value(graph, id);
        let from_finite = facts.iter().all(|f| is_finite(f.range));
        let wrong = |e: &f64| e.is_nan() || e.is_infinite() && from_finite;
        match value.stored().iter().position(wrong) {
            Some(entry) => Err(self.not_finite(graph, id, atom, &value, entry)),
            None => Ok(self::range(&value)),
        }
    }

    /// The value of a constant node.
    fn value(&mut self, graph: &Graph, id: ExprId) -> Arc<Matrix> {
        if let Some(known) = self.values.get(&id) {
            return known.clone();
        }
        for below in graph.below(&[id]) {
            if !self.values.contains_key(&below) {
                let value = self.node_value(graph, below);
                self.values.insert(below, value);
            }
        }
        self.values[&id].clone()
    }

    fn node_value(&self, graph: &Graph, id: ExprId) -> Arc<Matrix> {
        match graph.kind(id) {
            NodeKind::Constant(leaf) => leaf.value.clone(),
            NodeKind::Variable(_) => Arc::new(Matrix::zeros(graph.shape(id))),
            NodeKind::Apply(atom) => {
                let arguments = graph.arguments(id).iter();
                let arguments: Vec<&Matrix> = arguments.map(|a| self.values[a].as_ref()).collect();
                Arc::new(evaluate_atom(atom.as_ref(), &arguments, graph.shape(id)))
            }
        }
    }

    /// That the constant arguments of a node that varies leave it a value somewhere.
    fn check_domains(&mut self, graph: &Graph, id: ExprId) -> Result<()> {
        let Some(atom) = graph.atom(id) else {
            return Ok(());
        };
        for (k, &argument) in graph.arguments(id).iter().enumerate() {
            let (Domain::AtLeast(least) | Domain::Above(least)) = atom.domain(k) else {
                continue;
            };
            let facts = self.facts.get(&argument);
            if facts.is_none_or(|facts| facts.range.lower >= least) {
                continue;
            }
            let value = self.value(graph, argument);
            if let Some(entry) = value.stored().iter().position(|e| *e < least) {
                let place = at(&value, entry);
                return Err(NotFinite::arithmetic(
                    format!("`{}` has no value at any point", atom.name()),
                    format!(
                        "argument {} is {}{place}, and must be at least {least}",
                        k + 1,
                        value.stored()[entry]
                    ),
                    graph.span(id),
                ));
            }
        }
        Ok(())
    }

    fn not_finite(
        &self,
        graph: &Graph,
        id: ExprId,
        atom: &dyn Atom,
        value: &Matrix,
        entry: usize,
    ) -> ElaborateError {
        let divisor = graph
            .atom_as::<Divide>(id)
            .and_then(|_| self.values.get(&graph.arguments(id)[1]));
        if let Some(error) = divisor.and_then(|d| division_by_zero(d, graph.span(id))) {
            return error;
        }
        let (place, number) = (at(value, entry), value.stored()[entry]);
        let what = match number.is_nan() {
            true => "not a number".to_owned(),
            false => format!("{number}"),
        };
        NotFinite::arithmetic(
            format!("`{}` has no finite value here", atom.name()),
            format!("this is {what}{place}"),
            graph.span(id),
        )
    }

    /// The value of a constant node with an infinite entry, and where.
    fn infinite(&mut self, graph: &Graph, id: ExprId) -> Option<(Arc<Matrix>, usize)> {
        if is_finite(self.facts.get(&id)?.range) {
            return None;
        }
        let value = self.value(graph, id);
        let entry = value.stored().iter().position(|e| e.is_infinite())?;
        Some((value, entry))
    }
}

impl Elaborator<'_> {
    /// That what the constant node computes is finite, or as infinite as the numbers it starts from.
    pub(super) fn check_finite(&mut self, node: ExprId) -> Result<()> {
        self.finiteness.check(&self.graph, node)
    }

    /// The value of a constant node that has an infinite entry.
    pub(super) fn infinite_value(&mut self, node: ExprId) -> Result<Option<Arc<Matrix>>> {
        if !self.graph.is_constant(node) {
            return Ok(None);
        }
        self.check_finite(node)?;
        let found = self.finiteness.infinite(&self.graph, node);
        Ok(found.map(|(value, _)| value))
    }

    /// The same of all constant parts of what is minimised, constrained and expected; and that no
    /// infinite number stands in a formula with variables, and no zero below a fraction bar.
    pub(super) fn check_arithmetic(&mut self) -> Option<ElaborateError> {
        let mut roots = self.problem.roots();
        roots.extend(self.problem.expected_values());
        for id in self.graph.reachable(&roots) {
            let checked = match self.graph.is_constant(id) {
                true => self.finiteness.learn(&self.graph, id),
                false => self.check_formula(id),
            };
            if let Err(error) = checked {
                return Some(error);
            }
        }
        let objective = self.problem.objective.expression?;
        let (value, entry) = self.finiteness.infinite(&self.graph, objective)?;
        let span = self.problem.objective.span;
        Some(infinite_in_formula(
            &self.graph,
            objective,
            &value,
            entry,
            span,
        ))
    }

    /// The constant arguments of a node that varies.
    fn check_formula(&mut self, id: ExprId) -> Result<()> {
        let graph = &self.graph;
        let (arguments, span) = (graph.arguments(id), graph.span(id));
        let constant = arguments.iter().filter(|a| graph.is_constant(**a));
        for &argument in constant {
            if let Some((value, entry)) = self.finiteness.infinite(graph, argument) {
                return Err(infinite_in_formula(graph, argument, &value, entry, span));
            }
        }
        self.finiteness.check_domains(graph, id)?;
        let Some(&divisor) = graph.atom_as::<Divide>(id).and(arguments.get(1)) else {
            return Ok(());
        };
        match self.finiteness.facts.get(&divisor) {
            Some(facts) if may_be_zero(facts) => {
                let value = self.finiteness.value(graph, divisor);
                division_by_zero(&value, span).map_or(Ok(()), Err)
            }
            _ => Ok(()),
        }
    }
}

fn is_finite(range: Interval) -> bool {
    range.lower.is_finite() && range.upper.is_finite()
}

fn may_be_zero(facts: &Facts) -> bool {
    facts.range.lower <= 0.0 && facts.range.upper >= 0.0
}

fn is_everywhere(domain: Domain) -> bool {
    matches!(domain, Domain::Reals | Domain::Symmetric)
}

/// The smallest interval around all entries; those that a sparse matrix leaves out are zero.
fn range(value: &Matrix) -> Interval {
    let stored = Interval::of_list(value.stored());
    match value.stored().len() == value.shape().size() {
        true => stored,
        false => stored.hull(Interval::point(0.0)),
    }
}

/// An error where the divisor has a zero.
fn division_by_zero(divisor: &Matrix, span: Span) -> Option<ElaborateError> {
    let entries = divisor.entries();
    let zero = entries.iter().position(|e| *e == 0.0)?;
    let place = at(&Matrix::Dense(divisor.to_dense().into_owned()), zero);
    Some(NotFinite::arithmetic(
        "division by zero".to_owned(),
        format!("the divisor is 0{place}"),
        span,
    ))
}

fn infinite_in_formula(
    graph: &Graph,
    id: ExprId,
    value: &Matrix,
    entry: usize,
    span: Span,
) -> ElaborateError {
    let name = graph.constant_leaf(id).and_then(|leaf| leaf.name.as_ref());
    let what = name.map_or("a number".to_owned(), |name| format!("`{name}`"));
    let (number, place) = (value.stored()[entry], at(value, entry));
    NotFinite::formula(
        format!("{what} is {number}{place}, and infinity has no place in a formula"),
        "in this formula".to_owned(),
        span,
    )
}

/// " at [3]" of a vector, " at [2, 3]" of a matrix; nothing of a scalar.
fn at(value: &Matrix, stored: usize) -> String {
    match value.shape().is_scalar() {
        true => String::new(),
        false => format!(" at {}", place_of(value, stored)),
    }
}

/// The place of the k-th stored entry: "[3]" of a vector, "[2, 3]" of a matrix.
fn place_of(value: &Matrix, k: usize) -> String {
    let (i, j) = value.place_of_stored(k);
    if value.shape().is_column() {
        format!("[{}]", i + 1)
    } else {
        format!("[{}, {}]", i + 1, j + 1)
    }
}
