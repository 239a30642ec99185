//! `x*y`: the matrix product, or scaling when a side is a scalar.

use crate::atoms::{Role, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Precedence, Printed,
};
use crate::matrix::{
    Matrix, SparseMatrix, multiply_into, multiply_plainly_into, plain_product, sparse_product,
};
use crate::shape::{Shape, ShapeError};
use std::borrow::Cow;
use std::sync::Arc;

/// The product of two arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Multiply;

impl Atom for Multiply {
    fn name(&self) -> &'static str {
        "*"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        let (left, right) = (&arguments[0], &arguments[1]);
        // The product is associative, so `A'*A*x` needs no brackets; `A*(x'*y)` does, because the
        // bracket is a scalar.
        let scales = right.shape.is_scalar() && !left.shape.is_scalar();
        let mut loosest = Precedence::MatrixProduct;
        let right = if right.text.starts_with('-') {
            format!("({})", right.text)
        } else if scales {
            right.at_least(Precedence::Unary)
        } else if left.shape.is_scalar() {
            // c*(x/y) = c*x/y.
            loosest = right.precedence;
            right.at_least(Precedence::Product)
        } else {
            right.at_least(Precedence::MatrixProduct)
        };
        let bracketed = left.precedence < Precedence::Product;
        let precedence = if bracketed {
            Precedence::MatrixProduct
        } else {
            left.precedence
        };
        let precedence = precedence
            .min(loosest)
            .clamp(Precedence::Product, Precedence::MatrixProduct);
        let left = left.at_least(Precedence::Product);
        // c*(1/x) = c/x.
        for quotient in ["/", " ./ "] {
            let numerator = format!("1{quotient}");
            if let Some(rest) = right.strip_prefix(&numerator)
                && loosest == Precedence::Product
            {
                return Printed::new(format!("{left}{quotient}{rest}"), precedence);
            }
        }
        Printed::new(format!("{left}*{right}"), precedence)
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let (x, y) = (arguments[0], arguments[1]);
        if x.is_scalar() {
            Ok(y)
        } else if y.is_scalar() {
            Ok(x)
        } else if x.cols == y.rows {
            Ok(Shape::new(x.rows, y.cols))
        } else {
            Err(mismatch(x, y))
        }
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        let (x, y) = (&arguments[0], &arguments[1]);
        let entry = x.range.times(y.range);
        if x.shape.is_scalar() || y.shape.is_scalar() {
            entry
        } else {
            entry.repeated(x.shape.cols)
        }
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        let (x, y) = (&arguments[0], &arguments[1]);
        let (scalar, matrix) = match (x.shape.is_scalar(), y.shape.is_scalar()) {
            (true, _) => (x, y),
            (_, true) => (y, x),
            (false, false) => return (false, false, false),
        };
        let (up, down) = (scalar.range.is_nonnegative(), scalar.range.is_nonpositive());
        (
            matrix.symmetric,
            (up && matrix.psd) || (down && matrix.nsd),
            (up && matrix.nsd) || (down && matrix.psd),
        )
    }

    fn curvature(&self, arguments: &[Facts]) -> Curvature {
        if arguments.iter().any(Facts::is_constant) {
            Curvature::Affine
        } else {
            Curvature::Unknown
        }
    }

    fn monotonicity(&self, argument: usize, arguments: &[Facts]) -> Monotonicity {
        Monotonicity::of_factor(arguments[1 - argument].range)
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let (x, y) = (arguments[0], arguments[1]);
        if let Some(factor) = x.as_scalar() {
            return scale_into(factor, y, out);
        }
        if let Some(factor) = y.as_scalar() {
            return scale_into(factor, x, out);
        }
        multiply_into(x, y, out);
        if out.iter().any(|e| e.is_nan()) {
            multiply_plainly_into(x, y, out);
        }
    }

    fn takes_sparse(&self) -> bool {
        true
    }

    fn evaluate_sparse(&self, arguments: &[&Matrix]) -> Option<SparseMatrix> {
        let (x, y) = (arguments[0], arguments[1]);
        let scaled = match (x.as_scalar(), y.as_scalar()) {
            (Some(factor), _) => Some((factor, y)),
            (None, Some(factor)) => Some((factor, x)),
            (None, None) => None,
        };
        match (scaled, x, y) {
            (Some((factor, Matrix::Sparse(matrix))), _, _) => Some(matrix.map(|v| factor * v)),
            (None, Matrix::Sparse(a), Matrix::Sparse(b)) => Some(sparse_product(a, b)),
            _ => None,
        }
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let (x, y) = (call.arguments[0], call.arguments[1]);
        let (own, other) = if argument == 0 { (x, y) } else { (y, x) };
        let own_shape = graph.shape(own);
        if own_shape.is_scalar() && !graph.shape(other).is_scalar() {
            // d(c*Y)/dc: the inner product of the adjoint and Y.
            return Some(construct::inner_product(graph, call.adjoint, other));
        }
        if graph.shape(other).is_scalar() {
            return Some(construct::times(graph, other, call.adjoint));
        }
        let transposed = construct::transpose(graph, other);
        Some(if argument == 0 {
            construct::times(graph, call.adjoint, transposed)
        } else {
            construct::times(graph, transposed, call.adjoint)
        })
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        match (&arguments[0], &arguments[1]) {
            (Operand::Constant(a), y) => Ok(product(a, y.affine(), true, shape, program)),
            (x, Operand::Constant(b)) => Ok(product(b, x.affine(), false, shape, program)),
            (Operand::Affine(_), Operand::Affine(_)) => {
                Err(GraphFormError::new("a product of two variable expressions"))
            }
        }
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}

fn scale_into(factor: f64, matrix: &Matrix, out: &mut [f64]) {
    match matrix {
        Matrix::Dense(dense) => out
            .iter_mut()
            .zip(dense.as_slice())
            .for_each(|(slot, v)| *slot = plain_product(factor, *v)),
        Matrix::Sparse(sparse) => {
            out.fill(0.0);
            for (i, j, value) in sparse.triplets() {
                out[i + j * sparse.rows] = plain_product(factor, value);
            }
        }
    }
}

fn product(
    matrix: &Arc<Matrix>,
    map: Cow<'_, AffineMap>,
    matrix_first: bool,
    shape: Shape,
    program: &mut ProgramBuilder,
) -> AffineMap {
    if let Some(factor) = matrix.as_scalar() {
        return map.scaled(factor);
    }
    if map.rows() == 1 {
        let scalar = program.repeatable(map, shape);
        let copies = scalar.select(shape, std::iter::repeat_n(0, shape.size()));
        return copies.scaled_rows(&matrix.entries());
    }
    let is_outer =
        map.shape().is_vector() && matrix.shape().is_vector() && shape.size() > map.rows();
    let map = match is_outer {
        true => program.repeatable(map, shape),
        false => map,
    };
    if matrix_first {
        map.premultiplied_shared(matrix)
    } else {
        map.postmultiplied(matrix)
    }
}

/// A constant side, and one that varies.
pub(super) fn specimens() -> Vec<Specimen> {
    let constant = |rows, cols| (Shape::new(rows, cols), Role::Constant);
    let variable = |rows, cols| (Shape::new(rows, cols), Role::Variable);
    [
        [constant(3, 2), variable(2, 2)],
        [variable(3, 2), constant(2, 2)],
        [constant(1, 3), variable(3, 1)],
        [constant(1, 1), variable(3, 2)],
        [constant(3, 2), variable(1, 1)],
        [variable(1, 3), constant(3, 2)],
    ]
    .iter()
    .map(|arguments| Specimen::new(Multiply, arguments))
    .collect()
}

fn mismatch(x: Shape, y: Shape) -> ShapeError {
    let error = ShapeError::new(format!("cannot multiply a {x} by a {y}"));
    if x == y && x.is_column() {
        error.with_help("write `x'*y` for the inner product or `x .* y` entry by entry")
    } else if x.rows == y.rows {
        error.with_help("transpose the left side with `'`")
    } else if x.cols == y.cols {
        error.with_help("transpose the right side with `'`")
    } else {
        error
    }
}
