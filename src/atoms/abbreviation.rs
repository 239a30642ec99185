//! Functions that stand for an expression of others, such as std(x) = norm2(x - mean(x))/sqrt(n).
//!
//! The graph puts the expression in the place of the call, so an abbreviation needs nothing but
//! that expression. What the reference page and the laws ask of it is read off the expression.

use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity, compose};
use crate::expr::{
    Atom, Call, Domain, Evaluator, ExprId, Graph, GraphFormError, Kink, NodeKind, Operand,
    Parameter, VariableId,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use crate::span::Span;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

/// A function by the expression it stands for; [`Abbreviated`] makes an atom of it.
pub trait Abbreviation: Debug + Clone + Eq + Hash + Send + Sync + 'static {
    fn name(&self) -> &'static str;

    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    /// Why arguments of these shapes are refused.
    fn check(&self, arguments: &[Shape]) -> Result<(), ShapeError> {
        let _ = arguments;
        Ok(())
    }

    /// Where an argument may lie.
    fn domain(&self, argument: usize) -> Domain {
        let _ = argument;
        Domain::Reals
    }

    /// The expression; the arguments have passed [`Abbreviation::check`].
    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId;
}

/// A call of an abbreviation, until the graph replaces it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Abbreviated<F>(pub F);

/// The expression with the arguments as its variables.
struct Body {
    graph: Graph,
    root: ExprId,
}

impl Body {
    fn of(function: &impl Abbreviation, arguments: &[Shape]) -> Body {
        let mut graph = Graph::new();
        let variable = |(k, &shape): (usize, &Shape)| {
            graph.variable(VariableId(k as u32), shape, Span::default())
        };
        let arguments: Vec<ExprId> = arguments.iter().enumerate().map(variable).collect();
        let root = function.expression(&mut graph, &arguments);
        Body { graph, root }
    }

    /// One value for each node, arguments first; those of the root come last.
    fn fold<T: Clone>(&self, mut node: impl FnMut(&Graph, ExprId, &[T]) -> T) -> Option<T> {
        let mut values: Vec<Option<T>> = vec![None; self.graph.len()];
        for id in self.graph.reachable(&[self.root]) {
            let arguments = self.graph.arguments(id).iter();
            let known: Vec<T> = arguments
                .filter_map(|a| values[a.index()].clone())
                .collect();
            values[id.index()] = Some(node(&self.graph, id, &known));
        }
        values[self.root.index()].take()
    }

    fn facts(&self, arguments: &[Facts]) -> Facts {
        let facts = self.fold(|graph, id, below| node_facts(graph, id, below, arguments));
        facts.unwrap_or_else(|| Facts::unknown(self.graph.shape(self.root)))
    }

    /// By the chain rule.
    fn monotonicity(&self, argument: usize, arguments: &[Facts]) -> Monotonicity {
        let found = self.fold(|graph, id, below: &[(Facts, Monotonicity)]| {
            let facts: Vec<Facts> = below.iter().map(|(facts, _)| *facts).collect();
            let direction = match graph.kind(id) {
                NodeKind::Constant(_) => Monotonicity::Constant,
                NodeKind::Variable(v) if v.index() == argument => Monotonicity::Increasing,
                NodeKind::Variable(_) => Monotonicity::Constant,
                NodeKind::Apply(atom) => below
                    .iter()
                    .enumerate()
                    .map(|(k, (_, inner))| chain(atom.monotonicity(k, &facts), *inner))
                    .fold(Monotonicity::Constant, join),
            };
            (node_facts(graph, id, &facts, arguments), direction)
        });
        found.map_or(Monotonicity::Unknown, |(_, direction)| direction)
    }
}

fn node_facts(graph: &Graph, id: ExprId, below: &[Facts], arguments: &[Facts]) -> Facts {
    let unknown = Facts::unknown(graph.shape(id));
    match graph.kind(id) {
        NodeKind::Variable(v) => arguments[v.index()],
        NodeKind::Constant(constant) => Facts {
            curvature: Curvature::Constant,
            range: Interval::of(constant.value.entries().iter().copied()),
            ..unknown
        },
        NodeKind::Apply(atom) => {
            let pairs = below.iter().enumerate();
            let pairs = pairs.map(|(k, facts)| (facts.curvature, atom.monotonicity(k, below)));
            let (symmetric, psd, nsd) = atom.definiteness(below);
            Facts {
                curvature: compose(atom.curvature(below), pairs),
                range: atom.range(below),
                symmetric: symmetric || unknown.symmetric,
                psd,
                nsd,
                ..unknown
            }
        }
    }
}

/// The direction of f(g) from those of f and g.
fn chain(outer: Monotonicity, inner: Monotonicity) -> Monotonicity {
    use Monotonicity::{Constant, Decreasing, Increasing, Unknown};
    match (outer, inner) {
        (Constant, _) | (_, Constant) => Constant,
        (Unknown, _) | (_, Unknown) => Unknown,
        (Increasing, Increasing) | (Decreasing, Decreasing) => Increasing,
        (Increasing, Decreasing) | (Decreasing, Increasing) => Decreasing,
    }
}

/// The direction in something that two arguments depend on.
fn join(a: Monotonicity, b: Monotonicity) -> Monotonicity {
    match (a, b) {
        (Monotonicity::Constant, other) | (other, Monotonicity::Constant) => other,
        (a, b) if a == b => a,
        _ => Monotonicity::Unknown,
    }
}

impl<F: Abbreviation> Atom for Abbreviated<F> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        self.0.check(arguments)?;
        let body = Body::of(&self.0, arguments);
        Ok(body.graph.shape(body.root))
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> Option<ExprId> {
        Some(self.0.expression(graph, arguments))
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        Body::of(&self.0, &shapes(arguments)).facts(arguments).range
    }

    fn curvature(&self, arguments: &[Facts]) -> Curvature {
        let affine = |facts: &Facts| match facts.curvature {
            Curvature::Constant => *facts,
            _ => Facts {
                curvature: Curvature::Affine,
                ..*facts
            },
        };
        let arguments: Vec<Facts> = arguments.iter().map(affine).collect();
        let body = Body::of(&self.0, &shapes(&arguments));
        body.facts(&arguments).curvature
    }

    fn monotonicity(&self, argument: usize, arguments: &[Facts]) -> Monotonicity {
        Body::of(&self.0, &shapes(arguments)).monotonicity(argument, arguments)
    }

    fn domain(&self, argument: usize) -> Domain {
        self.0.domain(argument)
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let shapes: Vec<Shape> = arguments.iter().map(|a| a.shape()).collect();
        let body = Body::of(&self.0, &shapes);
        let values: Vec<Arc<Matrix>> = arguments.iter().map(|&a| Arc::new(a.clone())).collect();
        let found = Evaluator::new(&body.graph, &[body.root]).evaluate(&values);
        if let Some(value) = found.first() {
            out.copy_from_slice(&value.entries());
        }
    }

    /// The expression has those, not the call.
    fn pullback(&self, _graph: &mut Graph, _call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        None
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let shapes: Vec<Shape> = arguments.iter().map(Operand::shape).collect();
        let body = Body::of(&self.0, &shapes);
        let form = body.fold(|graph, id, below: &[Result<Operand, GraphFormError>]| {
            let below: Vec<Operand> = below.iter().cloned().collect::<Result<_, _>>()?;
            Ok(match graph.kind(id) {
                NodeKind::Constant(constant) => Operand::Constant(constant.value.clone()),
                NodeKind::Variable(v) => arguments[v.index()].clone(),
                NodeKind::Apply(atom) => {
                    Operand::Affine(atom.graph_form(&below, graph.shape(id), program)?.into())
                }
            })
        });
        let form = form.unwrap_or_else(|| Err(GraphFormError::new("the expression is empty")))?;
        Ok(form.to_affine().reshaped(shape))
    }

    /// No explicit proximal operator is known of a composition.
    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}

fn shapes(arguments: &[Facts]) -> Vec<Shape> {
    arguments.iter().map(|a| a.shape).collect()
}
