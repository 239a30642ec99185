//! power(x, p) = x^p: the real function. Even whole powers live on the whole line, odd and
//! fractional ones carry their domain when they are to be convex or concave.

use crate::atoms::{
    Arity, Elementwise, Entry, Entrywise, ParameterSpec, Specimen, construct, squares_below,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{
    Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Precedence, Printed, Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "power",
    summary: "Each entry to a constant power; also written `x .^ p`, and `x^p` for a scalar.",
    formula: "x^p",
    example: "power([-2; 3], 2) == [4; 9]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "p",
        default: None,
    }],
    each: false,
    build: |input| Ok(Arc::new(Entrywise(Power::new(input.number(0)?)))),
    specimens: || {
        [
            2.0, 3.0, 4.0, 6.0, 1.5, 0.5, 0.3, 1.0, 0.0, -1.0, -2.0, -0.5,
        ]
        .map(|p| Specimen::varying(Entrywise(Power::new(p)), &[Shape::new(2, 2)]))
        .into()
    },
};

/// x^p; the exponent is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Power {
    bits: u64,
}

impl Power {
    pub fn new(exponent: f64) -> Self {
        Power {
            bits: exponent.to_bits(),
        }
    }

    pub fn exponent(&self) -> f64 {
        f64::from_bits(self.bits)
    }

    /// 3, 5, …
    pub fn is_bent_and_odd(&self) -> bool {
        self.is_odd() && self.exponent() > 1.0
    }

    fn is_even(&self) -> bool {
        self.exponent() % 2.0 == 0.0
    }

    /// 1, 3, 5, …: defined on the whole line, convex on x >= 0 and concave on x <= 0.
    fn is_odd(&self) -> bool {
        self.exponent() % 2.0 == 1.0
    }
}

impl Elementwise for Power {
    fn name(&self) -> &'static str {
        "power"
    }

    fn print(&self, argument: &Printed) -> Printed {
        let exponent = self.exponent();
        let shown = Printed::number(exponent);
        let shown = if exponent < 0.0 {
            format!("({shown})")
        } else {
            shown
        };
        let base = argument.at_least(Precedence::Postfix);
        let operator = if argument.shape.is_scalar() {
            "^"
        } else {
            ".^"
        };
        Printed::new(format!("{base}{operator}{shown}"), Precedence::Power)
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::plain(self.exponent())]
    }

    fn value(&self, x: f64) -> f64 {
        let p = self.exponent();
        if p == 2.0 {
            return x * x;
        }
        let outside = if p < 0.0 { x <= 0.0 } else { x < 0.0 };
        if outside && !self.is_odd() && !(self.is_even() && p >= 0.0) {
            return if (0.0..=1.0).contains(&p) {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            };
        }
        x.powf(p)
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let p = self.exponent();
        let lower = construct::power(graph, x, p - 1.0);
        construct::scale(graph, p, lower)
    }

    fn range(&self, x: Interval) -> Interval {
        let p = self.exponent();
        if self.is_odd() && p > 0.0 {
            x.map_increasing(|x| x.powf(p))
        } else if self.is_even() && p >= 0.0 {
            x.absolute().map_increasing(|x| x.powf(p))
        } else if p > 0.0 {
            x.meet(Interval::NONNEGATIVE)
                .map_increasing(|x| x.max(0.0).powf(p))
        } else {
            x.meet(Interval::NONNEGATIVE)
                .map_decreasing(|x| x.max(0.0).powf(p))
        }
    }

    fn curvature(&self, x: Interval) -> Curvature {
        let p = self.exponent();
        if p == 0.0 {
            Curvature::Constant
        } else if p == 1.0 {
            Curvature::Affine
        } else if (0.0..1.0).contains(&p) {
            Curvature::Concave
        } else if p < 0.0 || self.is_even() || !self.is_odd() || x.is_nonnegative() {
            Curvature::Convex
        } else {
            Curvature::Unknown
        }
    }

    fn monotonicity(&self, x: Interval) -> Monotonicity {
        let p = self.exponent();
        if p == 0.0 {
            Monotonicity::Constant
        } else if p < 0.0 {
            Monotonicity::Decreasing
        } else if self.is_even() {
            Monotonicity::even_at(x)
        } else {
            Monotonicity::Increasing
        }
    }

    fn domain(&self) -> Domain {
        let p = self.exponent();
        if p < 0.0 {
            Domain::Above(0.0)
        } else if self.is_even() || self.is_odd() {
            Domain::Reals
        } else {
            Domain::AtLeast(0.0)
        }
    }

    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let p = self.exponent();
        let one = AffineMap::constant(&Matrix::scalar(1.0));
        if p == 0.0 {
            return Ok(AffineMap::constant(&Matrix::filled(x.shape(), 1.0)));
        }
        if p == 1.0 {
            return Ok(x.clone());
        }
        if p == 2.0 {
            return Ok(square_form(x, program));
        }
        let value = program.variable(x.shape());
        if p > 1.0 {
            // value^(1/p) >= |x|; for an odd or fractional power x >= 0 as well.
            program.power_each(1.0 / p, &value, &one, x);
            if !self.is_even() {
                program.nonnegative(x.clone());
            }
        } else if p > 0.0 {
            // x^p >= |value|, x >= 0.
            program.power_each(p, x, &one, &value);
        } else {
            // value^(1/(1-p)) * x^(-p/(1-p)) >= 1.
            program.power_each(1.0 / (1.0 - p), &value, x, &one);
        }
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    fn split_smooth(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let (p, t) = (self.exponent(), pieces.bound());
        if !self.is_even() {
            return self.split(x, pieces);
        }
        if p == 2.0 {
            squares_below(x, t, pieces);
            return Ok(());
        }
        let one = pieces.graph().number(1.0);
        pieces.power(1.0 / p, t, one, x);
        Ok(())
    }

    /// One power cone; even powers have no edge.
    fn split(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let p = self.exponent();
        let one = pieces.graph().number(1.0);
        if p > 1.0 {
            let t = pieces.bound();
            let zero = pieces.graph().number(0.0);
            pieces.below(zero, x);
            pieces.power(1.0 / p, t, one, x);
        } else if p > 0.0 {
            let shape = pieces.graph().shape(x);
            let root = pieces.variable(shape);
            pieces.power(p, x, one, root);
            pieces.limit(root);
        } else {
            let t = pieces.bound();
            pieces.power(1.0 / (1.0 - p), t, x, one);
        }
        Ok(())
    }
}

/// A new value >= x², entry by entry.
pub(crate) fn square_form(x: &AffineMap, program: &mut ProgramBuilder) -> AffineMap {
    squares_over_each(x, &AffineMap::constant(&Matrix::scalar(1.0)), program)
}

/// A new value with value*y >= x², y >= 0, entry by entry (a scalar y broadcasts):
/// |(2x, value - y)| <= value + y.
pub(super) fn squares_over_each(
    x: &AffineMap,
    y: &AffineMap,
    program: &mut ProgramBuilder,
) -> AffineMap {
    let value = program.variable(x.shape());
    program.second_order_each(&[&value.plus(y), &x.scaled(2.0), &value.minus(y)]);
    value
}
