//! Functions that stand for an expression of others, such as std(x) = norm2(x - mean(x))/sqrt(n).
//!
//! The graph puts the expression in the place of the call, so an abbreviation needs nothing but
//! that expression. What the reference page and the laws ask of it is read off the expression.

use super::body::Body;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, Evaluator, ExprId, Graph, GraphFormError, Kink, Operand, Parameter,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
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

    /// See [`Atom::approximation`].
    fn approximation(&self) -> Option<&'static str> {
        None
    }

    /// The expression; the arguments have passed [`Abbreviation::check`].
    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId;
}

/// A call of an abbreviation, until the graph replaces it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Abbreviated<F>(pub F);

fn body(function: &impl Abbreviation, arguments: &[Shape]) -> Body {
    Body::build(arguments, |graph, arguments| {
        function.expression(graph, arguments)
    })
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
        let body = body(&self.0, arguments);
        Ok(body.graph.shape(body.root))
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> Option<ExprId> {
        Some(self.0.expression(graph, arguments))
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        body(&self.0, &shapes(arguments)).facts(arguments).range
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
        let body = body(&self.0, &shapes(&arguments));
        body.facts(&arguments).curvature
    }

    fn monotonicity(&self, argument: usize, arguments: &[Facts]) -> Monotonicity {
        body(&self.0, &shapes(arguments)).monotonicity(argument, arguments)
    }

    fn domain(&self, argument: usize) -> Domain {
        self.0.domain(argument)
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let shapes: Vec<Shape> = arguments.iter().map(|a| a.shape()).collect();
        let body = body(&self.0, &shapes);
        let values: Vec<Arc<Matrix>> = arguments.iter().map(|&a| Arc::new(a.clone())).collect();
        let found = Evaluator::new(&body.graph, &[body.root]).evaluate(&values);
        if let Some(value) = found.first() {
            out.copy_from_slice(&value.entries());
        }
    }

    fn approximation(&self, _constant: &[bool]) -> Option<&'static str> {
        self.0.approximation()
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
        let body = body(&self.0, &shapes);
        let form = body.graph_form(arguments, program)?;
        Ok(form.reshaped(shape))
    }

    /// No explicit proximal operator is known of a composition.
    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}

fn shapes(arguments: &[Facts]) -> Vec<Shape> {
    arguments.iter().map(|a| a.shape).collect()
}
