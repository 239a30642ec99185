//! quad_over_lin(x, y) = Σ x_i² / y for y > 0.

use super::{over, squares_over};
use crate::atoms::{Arity, Entry, Role, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};

pub const ENTRY: Entry = Entry {
    name: "quad_over_lin",
    summary: "The sum of the squares of all entries, divided by a positive number.",
    formula: "sum_i x_i^2 / y, for y > 0",
    example: "quad_over_lin([3; 1], 2) == 5",
    arity: Arity::Exactly(&["x", "y"]),
    parameters: &[],
    each: true,
    build: |input| Ok(over(QuadraticOverLinear, input)),
    specimens: || {
        let (x, y) = (Shape::new(2, 2), Shape::SCALAR);
        vec![
            Specimen::varying(QuadraticOverLinear, &[x, y]),
            Specimen::new(
                QuadraticOverLinear,
                &[(x, Role::Constant), (y, Role::Variable)],
            ),
            Specimen::new(
                QuadraticOverLinear,
                &[(x, Role::Variable), (y, Role::Constant)],
            ),
        ]
    },
};

/// Σ x_i² / y; 0 at x = 0, y = 0, where the closure of its epigraph ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QuadraticOverLinear;

impl Atom for QuadraticOverLinear {
    fn name(&self) -> &'static str {
        "quad_over_lin"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        if arguments[1].is_scalar() {
            Ok(Shape::SCALAR)
        } else {
            Err(ShapeError::new(format!(
                "quad_over_lin divides by a scalar, but the second argument is a {}",
                arguments[1]
            )))
        }
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::NONNEGATIVE
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, argument: usize, arguments: &[Facts]) -> Monotonicity {
        match argument {
            0 => Monotonicity::even_at(arguments[0].range),
            _ => Monotonicity::Decreasing,
        }
    }

    fn domain(&self, argument: usize) -> Domain {
        match argument {
            0 => Domain::Reals,
            _ => Domain::Above(0.0),
        }
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let squares: f64 = arguments[0].stored().iter().map(|x| x * x).sum();
        let y = arguments[1].get(0, 0);
        out[0] = if y > 0.0 {
            squares / y
        } else if squares == 0.0 && y == 0.0 {
            0.0
        } else if squares.is_nan() || y.is_nan() {
            f64::NAN
        } else {
            f64::INFINITY
        };
    }

    fn takes_sparse(&self) -> bool {
        true
    }

    /// 2x/y and -(Σ x_i²/y)/y.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let (x, y) = (call.arguments[0], call.arguments[1]);
        let (factor, slope) = if argument == 0 {
            (2.0, construct::divide(graph, x, y))
        } else {
            (-1.0, construct::divide(graph, call.value, y))
        };
        let product = construct::times(graph, call.adjoint, slope);
        Some(construct::scale(graph, factor, product))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Ok(squares_over(
            &arguments[0].affine(),
            &arguments[1].affine(),
            program,
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// |x|² <= t*y: |(2x, t - y)|₂ <= t + y.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let (x, y, t) = (arguments[0], arguments[1], pieces.bound());
        let graph = pieces.graph();
        let doubled = construct::scale(graph, 2.0, x);
        let difference = construct::subtract(graph, t, y);
        let sum = construct::plus(graph, t, y);
        pieces.second_order(sum, &[doubled, difference]);
        Ok(())
    }
}
