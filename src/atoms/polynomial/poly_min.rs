//! poly_min(c, a, b): the least value of a polynomial on a stretch of the line, concave in its
//! coefficients as the least of their linear functions c -> c(x).

use super::certificate::blocks;
use super::polyval::vector_of_coefficients;
use super::stretch::Stretch;
use crate::atoms::{Arity, BuildInput, Entry, ParameterSpec, Specimen, construct};
use crate::cone::{AffineMap, Owner, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter, Splitting, Whole,
};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};
use crate::span::Span;
use std::sync::Arc;

/// Gram matrices of powers lose all digits beyond.
const LARGEST_DEGREE: usize = 60;

pub const ENTRY: Entry = Entry {
    name: "poly_min",
    summary: "The least value on a <= x <= b of the polynomial with coefficients c, the highest power first.",
    formula: "min c_1*x^n + … + c_n*x + c_(n+1) over a <= x <= b",
    example: "poly_min([1; -2; 3]) == 2",
    arity: Arity::Exactly(&["c"]),
    parameters: &[
        ParameterSpec {
            name: "a",
            default: Some(f64::NEG_INFINITY),
        },
        ParameterSpec {
            name: "b",
            default: Some(f64::INFINITY),
        },
    ],
    each: false,
    build,
    specimens: || {
        let of = |count, lower, upper| {
            let atom = PolynomialMinimum::new(lower, upper).ok()?;
            Some(Specimen::varying(atom, &[Shape::vector(count)]))
        };
        let specimens = [
            of(4, -1.0, 2.0),
            of(5, 0.0, 1.0),
            of(2, -2.0, -1.0),
            of(1, 0.0, 1.0),
        ];
        specimens.into_iter().flatten().collect()
    },
};

fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    Ok(Arc::new(PolynomialMinimum::new(
        input.number(0)?,
        input.number(1)?,
    )?))
}

/// The least value over a stretch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PolynomialMinimum(Stretch);

impl PolynomialMinimum {
    /// Over lower <= x <= upper, ends infinite or not.
    pub fn new(lower: f64, upper: f64) -> Result<Self, String> {
        Stretch::new(lower, upper).map(PolynomialMinimum)
    }
}

/// The polynomial 1.
fn first_unit(count: usize) -> Matrix {
    Matrix::Sparse(SparseMatrix::from_triplets(
        Shape::vector(count),
        &[(0, 0, 1.0)],
    ))
}

impl Atom for PolynomialMinimum {
    fn name(&self) -> &'static str {
        "poly_min"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let (lower, upper) = (self.0.lower(), self.0.upper());
        let ends = [("a", lower), ("b", upper)].into_iter();
        ends.filter(|(_, end)| end.is_finite())
            .map(|(name, end)| Parameter::named(name, end))
            .collect()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        vector_of_coefficients("poly_min", arguments[0])?;
        let degree = arguments[0].size() - 1;
        if degree <= LARGEST_DEGREE {
            return Ok(Shape::SCALAR);
        }
        Err(ShapeError::new(format!(
            "poly_min takes polynomials of degree {LARGEST_DEGREE} at most, but this has {degree}"
        )))
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::REALS
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Concave
    }

    /// No power is negative on a stretch of nonnegative numbers.
    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        if self.0.lower() >= 0.0 {
            Monotonicity::Increasing
        } else {
            Monotonicity::Unknown
        }
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        out[0] = self.0.least(&arguments[0].entries()).1;
    }

    /// (x^n, …, x, 1) at a point x of least value.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let powers = PowersAtLeast(self.0);
        let powers = construct::apply(graph, powers, &[call.arguments[0]]);
        Some(construct::times(graph, call.adjoint, powers))
    }

    /// t with c(x) - t a sum of weighted squares.
    fn graph_form(
        &self,
        arguments: &[Operand],
        _shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let count = arguments[0].shape().size();
        let coefficients = arguments[0].to_affine().reshaped(Shape::vector(count));
        let moved = coefficients.premultiplied(&self.0.change_of_variable(count, self.0.basis()));
        let least = program.variable(Shape::SCALAR);
        let mut rest = moved.minus(&least.premultiplied(&first_unit(count)));
        for block in blocks(self.0, count) {
            let gram = program.symmetric_variable(block.side);
            program.positive_semidefinite(&gram, Owner::GraphForm);
            let entries = gram.reshaped(Shape::vector(block.side * block.side));
            rest = rest.minus(&entries.premultiplied(&block.matrix(count)));
        }
        program.zero(rest);
        Ok(least)
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }

    /// c(x) - t is a sum of weighted squares, coefficient by coefficient.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let count = pieces.graph().shape(arguments[0]).size();
        let mut sums = Vec::new();
        for block in blocks(self.0, count) {
            let gram = pieces.symmetric_variable(block.side);
            pieces.semidefinite(gram);
            sums.push(linear(pieces.graph(), block.matrix(count), gram));
        }
        let bound = pieces.bound();
        let graph = pieces.graph();
        sums.push(linear(graph, first_unit(count), bound));
        let certified = construct::sum(graph, &sums);
        let own = linear(
            graph,
            self.0.change_of_variable(count, self.0.basis()),
            arguments[0],
        );
        pieces.equal(own, certified);
        Ok(())
    }
}

/// matrix*(the entries of x).
fn linear(graph: &mut Graph, matrix: Matrix, x: ExprId) -> ExprId {
    let column = Shape::vector(graph.shape(x).size());
    let entries = construct::reshape(graph, x, column);
    let matrix = graph.constant(matrix, None, Span::default());
    construct::times(graph, matrix, entries)
}

/// The powers of a point of least value, in the shape of the coefficients; only derivatives use it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct PowersAtLeast(Stretch);

impl Atom for PowersAtLeast {
    fn name(&self) -> &'static str {
        "powers_at_least"
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(arguments[0])
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::REALS
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Unknown
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let (x, _) = self.0.least(&arguments[0].entries());
        let mut power = 1.0;
        for slot in out.iter_mut().rev() {
            *slot = power;
            power *= x;
        }
    }

    fn pullback(&self, _graph: &mut Graph, _call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        None
    }

    fn graph_form(
        &self,
        _arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "the point of least value is neither convex nor concave in the coefficients",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}
