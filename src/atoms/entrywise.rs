//! Functions of one number, applied entry by entry.

use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, EntryMap, ExprId, Graph, GraphFormError, Kink, Operand, Parameter, Printed,
    Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use std::fmt::Debug;
use std::hash::Hash;

use super::construct;

/// The facets of a scalar function; [`Entrywise`] makes an atom of it.
pub trait Elementwise: Debug + Clone + Eq + Hash + Send + Sync + 'static {
    fn name(&self) -> &'static str;

    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    fn print(&self, argument: &Printed) -> Printed {
        Printed::call(
            self.name(),
            std::slice::from_ref(argument),
            &self.parameters(),
        )
    }

    /// f(x); outside the domain +inf where convex, -inf where concave.
    fn value(&self, x: f64) -> f64;

    /// f'(x) as an expression of the argument's shape, or a scalar; `value` is f(x).
    fn derivative(&self, graph: &mut Graph, x: ExprId, value: ExprId) -> ExprId;

    /// Whether [`Elementwise::derivative`] is that of the function.
    fn is_derivable(&self) -> bool {
        true
    }

    /// The image of an interval (met with the domain), or an interval around it.
    fn range(&self, x: Interval) -> Interval;

    /// On the interval met with the domain.
    fn curvature(&self, x: Interval) -> Curvature;

    /// On the interval met with the domain.
    fn monotonicity(&self, x: Interval) -> Monotonicity;

    fn domain(&self) -> Domain;

    /// See [`Atom::refusal`].
    fn refusal(&self, x: Interval) -> Option<&'static str> {
        let _ = x;
        None
    }

    /// For all entries of `x` at once.
    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError>;

    fn kink(&self) -> Kink;

    /// For all entries of `x` at once; see [`Atom::smoothed`].
    fn smoothed(&self, graph: &mut Graph, x: ExprId, width: f64) -> Option<ExprId> {
        let _ = (graph, x, width);
        None
    }

    /// For all entries of `x` at once; see [`Atom::split`].
    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let _ = (x, pieces);
        Err(Whole)
    }

    /// For all entries of `x` at once; see [`Atom::split_smooth`].
    fn split_smooth(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        self.split(x, pieces)
    }
}

/// A scalar function applied to every entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entrywise<F>(pub F);

impl<F: Elementwise> EntryMap for Entrywise<F> {
    fn map(&self, x: &[f64], out: &mut [f64]) {
        for (slot, &x) in out.iter_mut().zip(x) {
            *slot = self.0.value(x);
        }
    }
}

impl<F: Elementwise> Atom for Entrywise<F> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters()
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        self.0.print(&arguments[0])
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(arguments[0])
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        self.0.range(arguments[0].range)
    }

    fn curvature(&self, arguments: &[Facts]) -> Curvature {
        self.0.curvature(arguments[0].range)
    }

    fn monotonicity(&self, _argument: usize, arguments: &[Facts]) -> Monotonicity {
        self.0.monotonicity(arguments[0].range)
    }

    fn domain(&self, _argument: usize) -> Domain {
        self.0.domain()
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        self.map(arguments[0].as_slice().unwrap_or_default(), out);
    }

    fn entry_map(&self) -> Option<&dyn EntryMap> {
        Some(self)
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        if !self.0.is_derivable() {
            return None;
        }
        let slope = self.0.derivative(graph, call.arguments[0], call.value);
        Some(construct::element_times(graph, call.adjoint, slope))
    }

    fn refusal(&self, arguments: &[Facts]) -> Option<&'static str> {
        self.0.refusal(arguments[0].range)
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        self.0.graph_form(&arguments[0].affine(), program)
    }

    fn kink(&self) -> Kink {
        self.0.kink()
    }

    fn smoothed(&self, graph: &mut Graph, arguments: &[ExprId], width: f64) -> Option<ExprId> {
        self.0.smoothed(graph, arguments[0], width)
    }

    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        self.0.split(arguments[0], pieces)
    }

    fn split_smooth(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        self.0.split_smooth(arguments[0], pieces)
    }
}
