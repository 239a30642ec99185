//! quad_pos_over_lin(x, y) = Σ max(x_i, 0)² / y for y > 0.

use super::{QuadraticOverLinear, over, squares_over};
use crate::atoms::elementwise::Pos;
use crate::atoms::{Arity, Entry, Entrywise, Role, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};

pub const ENTRY: Entry = Entry {
    name: "quad_pos_over_lin",
    summary: "The sum of the squares of the positive parts, divided by a positive number.",
    formula: "sum_i max(x_i, 0)^2 / y, for y > 0",
    example: "quad_pos_over_lin([3; -1], 2) == 4.5",
    arity: Arity::Exactly(&["x", "y"]),
    parameters: &[],
    each: true,
    build: |input| Ok(over(PositiveOverLinear, input)),
    specimens: || {
        let (x, y) = (Shape::new(2, 2), Shape::SCALAR);
        let roles = [
            (Role::Variable, Role::Variable),
            (Role::Constant, Role::Variable),
            (Role::Variable, Role::Constant),
        ];
        roles
            .map(|(first, second)| Specimen::new(PositiveOverLinear, &[(x, first), (y, second)]))
            .into()
    },
};

/// Σ max(x_i, 0)² / y; 0 at x <= 0, y = 0, where the closure of its epigraph ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PositiveOverLinear;

impl Atom for PositiveOverLinear {
    fn name(&self) -> &'static str {
        "quad_pos_over_lin"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        if arguments[1].is_scalar() {
            Ok(Shape::SCALAR)
        } else {
            Err(ShapeError::new(format!(
                "quad_pos_over_lin divides by a scalar, but the second argument is a {}",
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

    fn monotonicity(&self, argument: usize, _arguments: &[Facts]) -> Monotonicity {
        match argument {
            0 => Monotonicity::Increasing,
            _ => Monotonicity::Decreasing,
        }
    }

    fn domain(&self, argument: usize) -> Domain {
        QuadraticOverLinear.domain(argument)
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let entries = arguments[0].entries();
        let parts = entries.iter().map(|&x| if x < 0.0 { 0.0 } else { x });
        let parts = Matrix::from_columns(arguments[0].shape(), parts.collect());
        QuadraticOverLinear.evaluate(&[&parts, arguments[1]], out);
    }

    fn takes_sparse(&self) -> bool {
        true
    }

    /// 2 max(x, 0)/y and -value/y.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let (x, y) = (call.arguments[0], call.arguments[1]);
        let (factor, slope) = if argument == 0 {
            let parts = construct::apply(graph, Entrywise(Pos), &[x]);
            (2.0, construct::divide(graph, parts, y))
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
        let x = arguments[0].affine();
        let parts = program.variable(x.shape());
        program.at_most(&x, &parts);
        program.nonnegative(parts.clone());
        Ok(squares_over(&parts, &arguments[1].affine(), program))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// x, 0 <= r, |r|² <= t y: |(2r, t - y)|₂ <= t + y.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(arguments[0]);
        let parts = pieces.variable(shape);
        let zero = pieces.graph().number(0.0);
        pieces.below(arguments[0], parts);
        pieces.below(zero, parts);
        QuadraticOverLinear.split(&[parts, arguments[1]], pieces)
    }
}
