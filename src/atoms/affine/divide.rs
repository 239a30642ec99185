//! `x / c` and `x ./ y`: division entry by entry; scalars broadcast.

use crate::atoms::{Role, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Precedence, Printed,
};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};
use std::borrow::Cow;

/// The elementwise quotient; affine where the denominator is constant. `1/y` of a positive y is
/// rewritten to `inv_pos(y)` by the convexity check.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Divide;

impl Atom for Divide {
    fn name(&self) -> &'static str {
        "/"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        let operator = if arguments[1].shape.is_scalar() {
            "/"
        } else {
            " ./ "
        };
        Printed::infix(&arguments[0], operator, &arguments[1], Precedence::Product)
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let (x, y) = (arguments[0], arguments[1]);
        x.broadcast(y)
            .ok_or_else(|| ShapeError::new(format!("cannot divide a {x} by a {y} entry by entry")))
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        arguments[0].range.times(reciprocal(arguments[1].range))
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        let (x, y) = (&arguments[0], &arguments[1]);
        if !y.shape.is_scalar() || x.shape.is_scalar() {
            return (false, false, false);
        }
        let (up, down) = (y.range.is_nonnegative(), y.range.is_nonpositive());
        (
            x.symmetric,
            (up && x.psd) || (down && x.nsd),
            (up && x.nsd) || (down && x.psd),
        )
    }

    fn curvature(&self, arguments: &[Facts]) -> Curvature {
        if arguments[1].is_constant() {
            return Curvature::Affine;
        }
        Curvature::Unknown
    }

    fn monotonicity(&self, argument: usize, arguments: &[Facts]) -> Monotonicity {
        let (x, y) = (&arguments[0], &arguments[1]);
        let one_sided = y.range.is_nonnegative() || y.range.is_nonpositive();
        if argument == 0 {
            Monotonicity::of_factor(reciprocal(y.range))
        } else if one_sided {
            Monotonicity::of_factor(x.range).negated()
        } else {
            Monotonicity::Unknown
        }
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let x = arguments[0].as_slice().unwrap_or_default();
        let y = arguments[1].as_slice().unwrap_or_default();
        let at = |v: &[f64], k: usize| if v.len() == 1 { v[0] } else { v[k] };
        for (k, slot) in out.iter_mut().enumerate() {
            *slot = at(x, k) / at(y, k);
        }
    }

    fn evaluate_sparse(&self, arguments: &[&Matrix]) -> Option<SparseMatrix> {
        match (arguments[0], arguments[1].as_scalar()) {
            (Matrix::Sparse(sparse), Some(c)) => Some(sparse.map(|v| v / c)),
            _ => None,
        }
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let y = call.arguments[1];
        let shape = graph.shape(call.arguments[argument]);
        let quotient = construct::divide(graph, call.adjoint, y);
        if argument == 0 {
            return Some(construct::unbroadcast(graph, quotient, shape));
        }
        // d(x/y)/dy = -(x/y)/y.
        let product = construct::element_times(graph, quotient, call.value);
        let slope = construct::negate(graph, product);
        Some(construct::unbroadcast(graph, slope, shape))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        match (&arguments[0], &arguments[1]) {
            (_, Operand::Constant(c)) if !c.stored().iter().all(|&c| c != 0.0) => {
                Err(GraphFormError::new("division by zero"))
            }
            (x, Operand::Constant(c)) => Ok(quotient(x.affine(), c, shape, program)),
            (_, Operand::Affine(_)) => Err(GraphFormError::new(
                "division by a variable expression; write `inv_pos(y)` for 1/y on y > 0",
            )),
        }
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}

fn quotient(
    x: Cow<'_, AffineMap>,
    divisor: &Matrix,
    shape: Shape,
    program: &mut ProgramBuilder,
) -> AffineMap {
    let factors: Vec<f64> = divisor.entries().iter().map(|c| 1.0 / c).collect();
    if let [factor] = factors.as_slice() {
        return x.scaled(*factor);
    }
    if x.rows() == 1 {
        let copies = std::iter::repeat_n(0, shape.size());
        let full = program.repeatable(x, shape).select(shape, copies);
        return full.scaled_rows(&factors);
    }
    x.scaled_rows(&factors)
}

/// A constant denominator of either shape.
pub(super) fn specimens() -> Vec<Specimen> {
    let (matrix, scalar) = (Shape::new(3, 2), Shape::SCALAR);
    [(matrix, matrix), (matrix, scalar), (scalar, matrix)]
        .iter()
        .map(|&(x, y)| Specimen::new(Divide, &[(x, Role::Variable), (y, Role::Constant)]))
        .collect()
}

fn reciprocal(y: Interval) -> Interval {
    if y.is_positive() || y.upper < 0.0 {
        Interval::new(1.0 / y.upper, 1.0 / y.lower)
    } else if y.is_nonnegative() {
        Interval::new(1.0 / y.upper, f64::INFINITY)
    } else if y.is_nonpositive() {
        Interval::new(f64::NEG_INFINITY, 1.0 / y.lower)
    } else {
        Interval::REALS
    }
}
