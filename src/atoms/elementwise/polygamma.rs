//! polygamma(x, n): derivative n of the digamma function, which is derivative 1 of log Γ.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, ParameterSpec, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Parameter};
use crate::shape::Shape;
use std::sync::Arc;

pub const DIGAMMA: Entry = Entry {
    name: "digamma",
    summary: "The derivative of loggamma at each positive entry; gradient path only.",
    formula: "Gamma'(x)/Gamma(x), for x > 0",
    example: "digamma([2]) == digamma([1]) + 1",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: false,
    build: |_| Ok(Arc::new(Entrywise(Polygamma::new(0)))),
    specimens: || {
        vec![Specimen::varying(
            Entrywise(Polygamma::new(0)),
            &[Shape::new(3, 2)],
        )]
    },
};

pub const ENTRY: Entry = Entry {
    name: "polygamma",
    summary: "Derivative n of digamma at each positive entry: convex for odd, concave for even n; \
              gradient path only.",
    formula: "(-1)^(n+1) n! sum_k 1/(x + k)^(n+1) over k >= 0, for x > 0",
    example: "polygamma([1], 1) == pi^2/6",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "n",
        default: None,
    }],
    each: false,
    build: |input| match input.count(0)? {
        n if n <= HIGHEST_ORDER => Ok(Arc::new(Entrywise(Polygamma::new(n as u32)))),
        n => Err(format!("n must be at most {HIGHEST_ORDER}, but it is {n}")),
    },
    specimens: || {
        [1, 2]
            .map(|n| Specimen::varying(Entrywise(Polygamma::new(n)), &[Shape::new(3, 2)]))
            .into()
    },
};

const HIGHEST_ORDER: usize = 20;

/// B_2, B_4, …: Bernoulli's numbers.
const BERNOULLI: [f64; 8] = [
    1.0 / 6.0,
    -1.0 / 30.0,
    1.0 / 42.0,
    -1.0 / 30.0,
    5.0 / 66.0,
    -691.0 / 2730.0,
    7.0 / 6.0,
    -3617.0 / 510.0,
];

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Polygamma {
    order: u32,
}

impl Polygamma {
    /// Order 0 is digamma.
    pub fn new(order: u32) -> Self {
        Polygamma { order }
    }

    fn is_odd(&self) -> bool {
        self.order % 2 == 1
    }

    /// (-1)^(n+1) times the value for n >= 1, which is positive; for n = 0 minus digamma. By
    /// recurrence up to where the asymptotic series holds to rounding.
    ///
    /// Source: M. Abramowitz, I. Stegun, "Handbook of mathematical functions", 6.3.18 and 6.4.6 to
    /// 6.4.11.
    fn magnitude(&self, x: f64) -> f64 {
        let n = f64::from(self.order);
        let factorial: f64 = (1..=self.order).map(f64::from).product();
        let (mut from, mut sum) = (x, 0.0);
        while from < 15.0 + n {
            sum += factorial / from.powf(n + 1.0);
            from += 1.0;
        }
        sum + self.series(from, factorial)
    }

    /// (n-1)!/x^n + n!/(2 x^(n+1)) + Σ_k B_2k (2k+n-1)!/((2k)! x^(2k+n)); log x is minus the first
    /// term for n = 0.
    fn series(&self, x: f64, factorial: f64) -> f64 {
        let n = f64::from(self.order);
        let power = x.powf(-n);
        let first = if self.order == 0 {
            -x.ln()
        } else {
            factorial / n * power
        };
        // (2k+n-1)!/(2k)! x^(-2k-n), from term to term.
        let mut factor = factorial * (n + 1.0) / 2.0 * power / (x * x);
        let mut sum = 0.0;
        for (k, bernoulli) in BERNOULLI.iter().enumerate() {
            sum += bernoulli * factor;
            let m = 2.0 * (k as f64 + 1.0);
            factor *= (m + n) * (m + n + 1.0) / ((m + 1.0) * (m + 2.0)) / (x * x);
        }
        first + 0.5 * factorial * power / x + sum
    }
}

impl Elementwise for Polygamma {
    fn name(&self) -> &'static str {
        if self.order == 0 {
            "digamma"
        } else {
            "polygamma"
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        match self.order {
            0 => Vec::new(),
            n => vec![Parameter::plain(f64::from(n))],
        }
    }

    fn value(&self, x: f64) -> f64 {
        let magnitude = if x <= 0.0 {
            f64::INFINITY
        } else if x == f64::INFINITY {
            if self.order == 0 { -x } else { 0.0 }
        } else {
            self.magnitude(x)
        };
        if self.is_odd() { magnitude } else { -magnitude }
    }

    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        construct::apply(graph, Entrywise(Polygamma::new(self.order + 1)), &[x])
    }

    fn range(&self, x: Interval) -> Interval {
        let x = x.meet(Interval::NONNEGATIVE);
        if self.is_odd() {
            x.map_decreasing(|x| self.value(x))
        } else {
            x.map_increasing(|x| self.value(x))
        }
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        if self.is_odd() {
            Curvature::Convex
        } else {
            Curvature::Concave
        }
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        if self.is_odd() {
            Monotonicity::Decreasing
        } else {
            Monotonicity::Increasing
        }
    }

    fn domain(&self) -> Domain {
        Domain::Above(0.0)
    }

    fn graph_form(
        &self,
        _x: &AffineMap,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "the derivatives of the logarithm of the gamma function are not known to be \
             expressible in second-order, semidefinite, exponential and power cones, and they are \
             not approximated",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
