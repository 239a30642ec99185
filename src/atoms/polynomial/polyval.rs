//! polyval, polyval_trig: the values of a polynomial at given points, linear in its coefficients.

use crate::atoms::{
    Abbreviated, Abbreviation, Arity, BuildInput, Entry, ParameterSpec, Specimen, construct,
};
use crate::expr::{Atom, ExprId, Graph, Parameter, Printed};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use crate::span::Span;
use nalgebra::DMatrix;
use std::sync::Arc;

const POINTS: &[ParameterSpec] = &[ParameterSpec {
    name: "x",
    default: None,
}];

pub const ENTRY: Entry = Entry {
    name: "polyval",
    summary: "The polynomial with coefficients p, the highest power first, at each entry of a constant x.",
    formula: "p_1*x^n + … + p_n*x + p_(n+1)",
    example: "polyval([1; 0; -2], [3; 1]) == [7; -1]",
    arity: Arity::Exactly(&["p"]),
    parameters: POINTS,
    each: false,
    build: |input| build(input, Basis::Powers),
    specimens: || specimens(Basis::Powers),
};

pub const TRIGONOMETRIC_ENTRY: Entry = Entry {
    name: "polyval_trig",
    summary: "The cosine polynomial with coefficients p, the highest frequency first, at each entry of a constant x.",
    formula: "p_1*cos(n*x) + … + p_n*cos(x) + p_(n+1)",
    example: "polyval_trig([1; 2; 3], pi) == 2",
    arity: Arity::Exactly(&["p"]),
    parameters: POINTS,
    each: false,
    build: |input| build(input, Basis::Cosines),
    specimens: || specimens(Basis::Cosines),
};

fn build(input: &BuildInput, basis: Basis) -> Result<Arc<dyn Atom>, String> {
    let points = input.constants.first().ok_or("x is missing")?;
    let values = PolynomialValues::new(points, basis);
    if !points.entries().iter().all(|x| x.is_finite()) {
        return Err("the points must be finite".to_owned());
    }
    Ok(Arc::new(Abbreviated(values)))
}

fn specimens(basis: Basis) -> Vec<Specimen> {
    let points = [
        Matrix::scalar(0.7),
        Matrix::from_columns(Shape::new(2, 2), vec![0.0, -1.0, 2.0, 0.5]),
    ];
    let specimen = |points: Matrix| {
        let atom = Abbreviated(PolynomialValues::new(&points, basis));
        Specimen::varying(atom, &[Shape::vector(4)])
    };
    points.map(specimen).into()
}

/// What the coefficients stand before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Basis {
    Powers,
    Cosines,
}

/// The points, by their bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct PolynomialValues {
    basis: Basis,
    shape: Shape,
    points: Vec<u64>,
}

impl PolynomialValues {
    fn new(points: &Matrix, basis: Basis) -> Self {
        PolynomialValues {
            basis,
            shape: points.shape(),
            points: points.entries().iter().map(|x| x.to_bits()).collect(),
        }
    }

    fn point(&self, k: usize) -> f64 {
        f64::from_bits(self.points[k])
    }

    /// From the coefficients to the values: a row for each point.
    fn matrix(&self, coefficients: usize) -> Matrix {
        let entry = |i: usize, j: usize| {
            let (x, power) = (self.point(i), coefficients - 1 - j);
            match self.basis {
                Basis::Powers => x.powi(power as i32),
                Basis::Cosines => (power as f64 * x).cos(),
            }
        };
        Matrix::Dense(DMatrix::from_fn(self.points.len(), coefficients, entry))
    }
}

impl Abbreviation for PolynomialValues {
    fn name(&self) -> &'static str {
        match self.basis {
            Basis::Powers => "polyval",
            Basis::Cosines => "polyval_trig",
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        let points: Vec<String> = (0..self.points.len())
            .map(|k| Printed::number(self.point(k)))
            .collect();
        let text = match points.as_slice() {
            [only] => only.clone(),
            _ => format!("<{} points>", points.len()),
        };
        vec![Parameter { name: None, text }]
    }

    fn check(&self, arguments: &[Shape]) -> Result<(), ShapeError> {
        vector_of_coefficients(self.name(), arguments[0])
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let count = graph.shape(arguments[0]).size();
        let matrix = graph.constant(self.matrix(count), None, Span::default());
        let coefficients = construct::reshape(graph, arguments[0], Shape::vector(count));
        let values = construct::times(graph, matrix, coefficients);
        construct::reshape(graph, values, self.shape)
    }
}

/// A vector, lying or standing.
pub(super) fn vector_of_coefficients(name: &str, shape: Shape) -> Result<(), ShapeError> {
    if shape.is_vector() {
        return Ok(());
    }
    Err(ShapeError::new(format!(
        "{name} takes the coefficients of a polynomial as a vector, but this is a {shape}"
    )))
}
