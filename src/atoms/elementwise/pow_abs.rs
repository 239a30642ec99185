//! pow_abs(x, p) = |x|^p for p >= 1.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, ParameterSpec, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Atom, Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

use super::{Abs, Power, SignOf};

pub const ENTRY: Entry = Entry {
    name: "pow_abs",
    summary: "The absolute value of each entry to a power p >= 1, on the whole line.",
    formula: "|x|^p",
    example: "pow_abs([-2; 3], 3) == [8; 27]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "p",
        default: None,
    }],
    each: false,
    build: |input| build(input.number(0)?),
    specimens: || {
        [1.5, 3.0, 2.7, 5.0]
            .map(|p| Specimen::varying(Entrywise(PowAbs::new(p)), &[Shape::new(3, 2)]))
            .into()
    },
};

/// Even powers and |x| have forms of their own.
fn build(p: f64) -> Result<Arc<dyn Atom>, String> {
    if !(p >= 1.0 && p.is_finite()) {
        Err(format!("p must be at least 1, but it is {p}"))
    } else if p == 1.0 {
        Ok(Arc::new(Entrywise(Abs)))
    } else if p % 2.0 == 0.0 {
        Ok(Arc::new(Entrywise(Power::new(p))))
    } else {
        Ok(Arc::new(Entrywise(PowAbs::new(p))))
    }
}

/// p is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PowAbs {
    bits: u64,
}

impl PowAbs {
    /// For p > 1.
    pub fn new(exponent: f64) -> Self {
        PowAbs {
            bits: exponent.to_bits(),
        }
    }

    pub fn exponent(&self) -> f64 {
        f64::from_bits(self.bits)
    }
}

impl PowAbs {
    /// Whether the second derivative at 0 is infinite.
    pub fn turns_without_end(&self) -> bool {
        self.exponent() < 2.0
    }
}

impl Elementwise for PowAbs {
    fn name(&self) -> &'static str {
        "pow_abs"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::plain(self.exponent())]
    }

    fn value(&self, x: f64) -> f64 {
        x.abs().powf(self.exponent())
    }

    /// p sign(x) |x|^(p-1).
    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let p = self.exponent();
        let size = construct::apply(graph, Entrywise(Abs), &[x]);
        let lower = construct::power(graph, size, p - 1.0);
        let sign = construct::apply(graph, Entrywise(SignOf), &[x]);
        let signed = construct::element_times(graph, sign, lower);
        construct::scale(graph, p, signed)
    }

    fn range(&self, x: Interval) -> Interval {
        x.absolute().map_increasing(|x| self.value(x))
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, x: Interval) -> Monotonicity {
        Monotonicity::even_at(x)
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        // value^(1/p) >= |x|.
        let value = program.variable(x.shape());
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        program.power_each(1.0 / self.exponent(), &value, &one, x);
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// For p < 2 the slope turns without end at 0, which cones tell of and second derivatives do not.
    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        match self.turns_without_end() {
            true => self.split_smooth(x, pieces),
            false => Err(Whole),
        }
    }

    /// t^(1/p) >= |x|.
    fn split_smooth(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let (t, one) = (pieces.bound(), pieces.graph().number(1.0));
        pieces.power(1.0 / self.exponent(), t, one, x);
        Ok(())
    }
}
