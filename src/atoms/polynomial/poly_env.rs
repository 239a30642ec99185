//! poly_env(x, p): the convex envelope of a polynomial, the largest convex function below it.
//!
//! Of a polynomial of even degree with a positive first coefficient; with a negative one it is minus
//! the envelope of -p, the concave envelope.

use super::stretch::Stretch;
use crate::atoms::affine::Direction;
use crate::atoms::{
    Arity, BuildInput, Elementwise, Entry, Entrywise, ParameterSpec, Specimen, construct,
};
use crate::cone::{AffineMap, Owner, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{
    Atom, Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Printed, Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::Shape;
use crate::span::Span;
use std::sync::Arc;

/// Of the interval of slopes.
const HALVINGS: usize = 80;
const LARGEST_DEGREE: usize = 60;

pub const ENTRY: Entry = Entry {
    name: "poly_env",
    summary: "At each entry the convex envelope of the polynomial with coefficients p, the highest power first, of even degree; where p_1 < 0 the concave envelope.",
    formula: "sup of the affine functions below p_1*x^n + … + p_n*x + p_(n+1)",
    example: "poly_env([0; 2], [1; 0; -2; 0; 1]) == [0; 9]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "p",
        default: None,
    }],
    each: false,
    build,
    specimens: || {
        let coefficients: [&[f64]; 3] = [
            &[1.0, 0.0, -2.0, 0.3, 1.0],
            &[2.0, -1.0, 0.5],
            &[-0.5, 0.2, 1.0, 0.0, 0.0],
        ];
        let specimen = |p: &[f64]| {
            let atom = Entrywise(PolynomialEnvelope::new(p).ok()?);
            Some(Specimen::varying(atom, &[Shape::new(2, 1)]))
        };
        coefficients.into_iter().filter_map(specimen).collect()
    },
};

fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    let coefficients = input.constants.first().ok_or("p is missing")?;
    let envelope = PolynomialEnvelope::new(&coefficients.entries())?;
    Ok(Arc::new(Entrywise(envelope)))
}

/// The coefficients, the highest power first, by their bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PolynomialEnvelope {
    coefficients: Vec<u64>,
}

impl PolynomialEnvelope {
    /// Of a polynomial of even degree, whose first coefficient is not 0.
    pub fn new(coefficients: &[f64]) -> Result<Self, String> {
        let degree = coefficients.len().saturating_sub(1);
        if !coefficients.iter().all(|c| c.is_finite()) {
            return Err("the coefficients must be finite".to_owned());
        }
        if degree == 0 || degree % 2 == 1 || coefficients.first() == Some(&0.0) {
            return Err(format!(
                "p must have an even degree and a first coefficient other than 0, but it has the degree {degree}"
            ));
        }
        if degree > LARGEST_DEGREE {
            return Err(format!("p has a degree above {LARGEST_DEGREE}"));
        }
        let coefficients = coefficients.iter().map(|c| c.to_bits()).collect();
        Ok(PolynomialEnvelope { coefficients })
    }

    fn coefficients(&self) -> Vec<f64> {
        self.coefficients
            .iter()
            .map(|&c| f64::from_bits(c))
            .collect()
    }

    /// 1 for a convex envelope, -1 for a concave one.
    fn sign(&self) -> f64 {
        self.coefficients().first().map_or(1.0, |c| c.signum())
    }

    /// A point of least p(u) - slope*u and that value, for ±p.
    fn touches(&self, slope: f64) -> (f64, f64) {
        let sign = self.sign();
        let mut moved: Vec<f64> = self.coefficients().iter().map(|c| sign * c).collect();
        if let Some(linear) = moved.iter_mut().rev().nth(1) {
            *linear -= slope;
        }
        Stretch::LINE.least_beyond(&moved, 0.0)
    }

    /// The slope of the envelope of ±p at x, and its value: the largest slope*x + min(p(u) -
    /// slope*u), whose derivative in the slope is x less the point of least value.
    fn tangent(&self, x: f64) -> (f64, f64) {
        let end = |direction: f64| {
            let mut slope = direction;
            while slope.is_finite() && (self.touches(slope).0 - x) * direction < 0.0 {
                slope *= 2.0;
            }
            slope
        };
        let (mut low, mut high) = (end(-1.0), end(1.0));
        for _ in 0..HALVINGS {
            let middle = 0.5 * low + 0.5 * high;
            if self.touches(middle).0 < x {
                low = middle;
            } else {
                high = middle;
            }
        }
        let height = |slope: f64| (slope, slope * x + self.touches(slope).1);
        let (left, right) = (height(low), height(high));
        if left.1 > right.1 { left } else { right }
    }
}

impl Elementwise for PolynomialEnvelope {
    fn name(&self) -> &'static str {
        "poly_env"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let numbers = self.coefficients().into_iter().map(Printed::number);
        let text = format!("[{}]", numbers.collect::<Vec<_>>().join("; "));
        vec![Parameter { name: None, text }]
    }

    fn value(&self, x: f64) -> f64 {
        self.sign() * self.tangent(x).1
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        construct::apply(graph, Entrywise(EnvelopeSlope(self.clone())), &[x])
    }

    fn range(&self, _x: Interval) -> Interval {
        let least = self.touches(0.0).1;
        if self.sign() > 0.0 {
            Interval::new(least, f64::INFINITY)
        } else {
            Interval::new(f64::NEG_INFINITY, -least)
        }
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        if self.sign() > 0.0 {
            Curvature::Convex
        } else {
            Curvature::Concave
        }
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    /// The mean of p over distributions with mean x: Σ p_k m_k with m_0 = 1, m_1 = x and a positive
    /// semidefinite matrix of moments m_(i+j).
    ///
    /// Source: J. B. Lasserre, "Global optimization with polynomials and the problem of moments", 2001.
    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let count = self.coefficients.len();
        let mut ascending = self.coefficients();
        ascending.reverse();
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        let mut values = Vec::with_capacity(x.rows());
        for k in 0..x.rows() {
            let mean = x.select(Shape::SCALAR, [k]);
            let higher = program.variable(Shape::vector(count - 2));
            let moments = AffineMap::stack(&[&one, &mean, &higher]);
            let (shape, positions) = hankel(count);
            let matrix = moments.select(shape, positions);
            program.positive_semidefinite(&matrix, Owner::GraphForm);
            let terms = moments.scaled_rows(&ascending);
            values.push(terms.sum_groups(Shape::SCALAR, |_| 0..count));
        }
        let values: Vec<&AffineMap> = values.iter().collect();
        Ok(AffineMap::stack(&values).reshaped(x.shape()))
    }

    /// The slope is continuous, but has no derivative where the envelope leaves the polynomial.
    fn kink(&self) -> Kink {
        Kink::Kinked
    }

    /// The same in pieces.
    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let count = self.coefficients.len();
        let mut ascending = self.coefficients();
        ascending.reverse();
        let size = pieces.graph().shape(x).size();
        let mut values = Vec::with_capacity(size);
        for k in 0..size {
            let higher = pieces.variable(Shape::vector(count - 2));
            let graph = pieces.graph();
            let one = graph.number(1.0);
            let mean = construct::gather(graph, x, Shape::SCALAR, [k].into());
            let parts = [one, mean, higher];
            let moments = construct::concatenate(graph, Direction::Vertical, &parts);
            let (shape, positions) = hankel(count);
            let matrix = construct::gather(graph, moments, shape, positions.collect());
            let weights = Matrix::vector(ascending.clone());
            let weights = graph.constant(weights, None, Span::default());
            values.push(construct::inner_product(graph, weights, moments));
            pieces.semidefinite(matrix);
        }
        let graph = pieces.graph();
        let shape = graph.shape(x);
        let values = construct::concatenate(graph, Direction::Vertical, &values);
        let values = construct::reshape(graph, values, shape);
        pieces.limit(values);
        Ok(())
    }
}

/// The matrix with entry i + j of a list of `count` at (i, j): its shape and positions.
fn hankel(count: usize) -> (Shape, impl Iterator<Item = usize>) {
    let side = count / 2 + 1;
    let positions = (0..side).flat_map(move |j| (0..side).map(move |i| i + j));
    (Shape::new(side, side), positions)
}

/// The slope of an envelope at each entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct EnvelopeSlope(PolynomialEnvelope);

impl Elementwise for EnvelopeSlope {
    fn name(&self) -> &'static str {
        "poly_env_slope"
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters()
    }

    fn value(&self, x: f64) -> f64 {
        self.0.sign() * self.0.tangent(x).0
    }

    /// Piecewise smooth, with a second derivative that has no formula here.
    fn is_derivable(&self) -> bool {
        false
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let shape = graph.shape(x);
        construct::zeros(graph, shape)
    }

    fn range(&self, _x: Interval) -> Interval {
        Interval::REALS
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Unknown
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn graph_form(
        &self,
        _x: &AffineMap,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "the slope of an envelope is neither convex nor concave",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}
