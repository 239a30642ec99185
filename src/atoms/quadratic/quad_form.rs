//! quad_form(x, P) = x'P x.

use super::squares_over;
use crate::atoms::affine::square;
use crate::atoms::{Arity, Entry, Role, Specimen, construct, squares_below};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, Evaluator, ExprId, Graph, GraphFormError, Kink, Operand, Splitting, Whole,
};
use crate::matrix::{Matrix, SparseMatrix, multiply_into, square_root_factor};
use crate::shape::{Shape, ShapeError};
use std::borrow::Cow;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "quad_form",
    summary: "The quadratic form x'*P*x: convex in x where P is positive semidefinite, concave where it is negative semidefinite, affine in P.",
    formula: "sum_ij P_ij*x_i*x_j",
    example: "quad_form([1; 2], [2, 1; 1, 3]) == 18",
    arity: Arity::Exactly(&["x", "P"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(QuadraticForm)),
    specimens: || {
        let (x, matrix) = (Shape::vector(3), Shape::new(3, 3));
        vec![
            Specimen::new(
                QuadraticForm,
                &[(x, Role::Variable), (matrix, Role::Constant)],
            ),
            Specimen::new(
                QuadraticForm,
                &[(x, Role::Constant), (matrix, Role::Variable)],
            ),
            Specimen::varying(QuadraticForm, &[x, matrix]),
        ]
    },
};

/// x'P x of a vector and a square matrix.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QuadraticForm;

impl Atom for QuadraticForm {
    fn name(&self) -> &'static str {
        "quad_form"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let (x, matrix) = (arguments[0], arguments[1]);
        let side = square(matrix, "quad_form")?;
        if x == Shape::vector(side) {
            return Ok(Shape::SCALAR);
        }
        let error = ShapeError::new(format!(
            "quad_form takes a vector x and a matrix P of the same side, but these are a {x} and a {matrix}"
        ));
        Err(if x == Shape::new(1, side) {
            error.with_help("transpose x with `'`")
        } else {
            error
        })
    }

    fn asks_definiteness(&self) -> bool {
        true
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        let (x, matrix) = (&arguments[0], &arguments[1]);
        let products = x.range.times(x.range).times(matrix.range);
        let sum = products.repeated(matrix.shape.size());
        match (matrix.psd, matrix.nsd) {
            (true, true) => Interval::point(0.0),
            (true, false) => sum.meet(Interval::NONNEGATIVE),
            (false, true) => sum.meet(Interval::NONPOSITIVE),
            (false, false) => sum,
        }
    }

    fn curvature(&self, arguments: &[Facts]) -> Curvature {
        let (x, matrix) = (&arguments[0], &arguments[1]);
        match (x.is_constant(), matrix.is_constant()) {
            (true, _) => Curvature::Affine,
            (false, true) if matrix.psd && matrix.nsd => Curvature::Affine,
            (false, true) if matrix.psd => Curvature::Convex,
            (false, true) if matrix.nsd => Curvature::Concave,
            (false, _) => Curvature::Unknown,
        }
    }

    fn monotonicity(&self, argument: usize, arguments: &[Facts]) -> Monotonicity {
        let (x, matrix) = (arguments[0].range, arguments[1].range);
        Monotonicity::of_factor(match argument {
            0 => matrix.times(x),
            _ => x.times(x),
        })
    }

    fn domain(&self, argument: usize) -> Domain {
        match argument {
            0 => Domain::Reals,
            _ => Domain::Symmetric,
        }
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let x = Matrix::vector(arguments[0].entries().into_owned());
        let mut product = vec![0.0; x.shape().rows];
        multiply_into(arguments[1], &x, &mut product);
        let pairs = x.stored().iter().zip(&product);
        out[0] = pairs.map(|(x, p)| x * p).sum();
    }

    fn takes_sparse(&self) -> bool {
        true
    }

    /// x_i*x_j at P_ij.
    fn linear_map(
        &self,
        constants: &[Option<&Matrix>],
        _shapes: &[Shape],
        argument: usize,
    ) -> Option<SparseMatrix> {
        let x = constants[0].filter(|_| argument == 1)?.entries();
        let products = x
            .iter()
            .flat_map(|right| x.iter().map(move |left| left * right));
        let row: Vec<_> = products
            .enumerate()
            .map(|(k, product)| (0, k, product))
            .collect();
        Some(SparseMatrix::from_triplets(Shape::new(1, row.len()), &row))
    }

    /// (P + P')*x, which is 2*P*x for a symmetric P, and x*x'.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let (x, matrix) = (call.arguments[0], call.arguments[1]);
        let slope = if argument == 0 {
            let transposed = construct::transpose(graph, matrix);
            let (left, right) = (
                construct::times(graph, matrix, x),
                construct::times(graph, transposed, x),
            );
            construct::plus(graph, left, right)
        } else {
            let transposed = construct::transpose(graph, x);
            construct::times(graph, x, transposed)
        };
        Some(construct::times(graph, call.adjoint, slope))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        match (&arguments[0], &arguments[1]) {
            (Operand::Constant(x), matrix) => Ok(in_matrix(x, &matrix.affine())),
            (Operand::Affine(x), Operand::Constant(matrix)) => in_vector(x, matrix, program),
            (Operand::Affine(_), Operand::Affine(_)) => Err(GraphFormError::new(
                "a quadratic form with a variable vector and a variable matrix",
            )),
        }
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// |F x|² <= t with F'F = P, or -t with F'F = -P.
    fn split_smooth(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let (x, matrix) = (arguments[0], arguments[1]);
        if pieces.graph().is_constant(x) {
            return Err(Whole);
        }
        let known = Evaluator::new(pieces.graph(), &[matrix]);
        let matrix = known.constant(matrix).ok_or(Whole)?;
        let (sign, factor) = signed_factor(&symmetric(matrix)).ok_or(Whole)?;
        let graph = pieces.graph();
        let factor = graph.constant(factor, None, Default::default());
        let product = construct::times(graph, factor, x);
        let mut bound = pieces.bound();
        if sign < 0.0 {
            bound = construct::negate(pieces.graph(), bound);
        }
        squares_below(product, bound, pieces);
        Ok(())
    }
}

/// Σ x_i x_j P_ij.
fn in_matrix(x: &Matrix, matrix: &AffineMap) -> AffineMap {
    let x = x.entries();
    let n = x.len();
    let products: Vec<(usize, usize, f64)> = (0..n * n)
        .map(|k| (0, k, x[k % n] * x[k / n]))
        .filter(|(_, _, product)| *product != 0.0)
        .collect();
    let row = SparseMatrix::from_triplets(Shape::new(1, n * n), &products);
    let entries = matrix.clone().reshaped(Shape::vector(n * n));
    entries.premultiplied(&Matrix::Sparse(row))
}

/// |F x|² with F'F = P, or its negative with F'F = -P.
fn in_vector(
    x: &AffineMap,
    matrix: &Matrix,
    program: &mut ProgramBuilder,
) -> Result<AffineMap, GraphFormError> {
    let Some((sign, factor)) = signed_factor(&symmetric(matrix)) else {
        return Err(GraphFormError::new("the matrix of the form is indefinite"));
    };
    let one = AffineMap::constant(&Matrix::scalar(1.0));
    let squares = squares_over(&x.premultiplied(&factor), &one, program);
    Ok(squares.scaled(sign))
}

/// ±1 and F with F'F = ±P.
fn signed_factor(matrix: &Matrix) -> Option<(f64, Matrix)> {
    if let Some(factor) = square_root_factor(matrix) {
        return Some((1.0, factor));
    }
    let factor = square_root_factor(&negative(matrix))?;
    Some((-1.0, factor))
}

fn negative(matrix: &Matrix) -> Matrix {
    match matrix {
        Matrix::Dense(dense) => Matrix::Dense(-dense),
        Matrix::Sparse(sparse) => Matrix::Sparse(sparse.map(|v| -v)),
    }
}

/// (P + P')/2, P itself where it is symmetric.
fn symmetric(matrix: &Matrix) -> Cow<'_, Matrix> {
    if matrix.is_symmetric() {
        return Cow::Borrowed(matrix);
    }
    Cow::Owned(match matrix {
        Matrix::Dense(_) => Matrix::Dense(crate::matrix::symmetric_part(matrix)),
        Matrix::Sparse(sparse) => {
            let halves = sparse
                .triplets()
                .flat_map(|(i, j, v)| [(i, j, v / 2.0), (j, i, v / 2.0)]);
            let triplets: Vec<_> = halves.collect();
            Matrix::Sparse(SparseMatrix::from_triplets(sparse.shape(), &triplets))
        }
    })
}
