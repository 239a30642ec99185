//! pnorm(x, p) = (Σ x_i^p)^(1/p) for p < 1, p ≠ 0: concave on x >= 0.

use crate::atoms::{Along, Lanes, Reduction, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Splitting, Whole};
use crate::shape::Shape;

/// p is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConcavePNorm {
    bits: u64,
}

impl ConcavePNorm {
    /// For p < 1, p ≠ 0, finite.
    pub fn new(exponent: f64) -> Self {
        ConcavePNorm {
            bits: exponent.to_bits(),
        }
    }

    pub fn exponent(&self) -> f64 {
        f64::from_bits(self.bits)
    }

    /// The entry with the largest power: scaled by it, no power overflows.
    fn dominant(&self, lane: &[f64]) -> f64 {
        if self.exponent() > 0.0 {
            lane.iter().copied().fold(0.0, f64::max)
        } else {
            lane.iter().copied().fold(f64::INFINITY, f64::min)
        }
    }
}

impl Reduction for ConcavePNorm {
    fn name(&self) -> &'static str {
        "pnorm"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::plain(self.exponent())]
    }

    fn value(&self, lane: &[f64]) -> f64 {
        if lane.iter().any(|&x| x < 0.0) {
            return f64::NEG_INFINITY;
        }
        let p = self.exponent();
        let scale = self.dominant(lane);
        if scale == 0.0 || !scale.is_finite() {
            return scale;
        }
        let sum: f64 = lane.iter().map(|x| (x / scale).powf(p)).sum();
        scale * sum.powf(1.0 / p)
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        let count = (length as f64).powf(1.0 / self.exponent());
        x.meet(Interval::NONNEGATIVE).times(Interval::point(count))
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Concave
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self) -> Domain {
        Domain::AtLeast(0.0)
    }

    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, value: ExprId) -> ExprId {
        let norm = lanes.spread(graph, value);
        let ratio = construct::divide(graph, norm, x);
        construct::power(graph, ratio, 1.0 - self.exponent())
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let p = self.exponent();
        let norm = program.variable(Shape::SCALAR);
        let parts = program.variable(lane.shape());
        if p > 0.0 {
            // x_i^p norm^(1-p) >= |parts_i|.
            program.power_each(p, lane, &norm, &parts);
        } else {
            // parts_i >= x_i^p norm^(1-p).
            program.power_each(1.0 / (1.0 - p), &parts, lane, &norm);
        }
        let total = parts.sum_groups(Shape::SCALAR, |_| 0..parts.rows());
        program.zero(total.minus(&norm));
        Ok(norm)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// For 0 < p: r_i <= x_i^p s^(1-p), s <= Σr; for p < 0: r_i >= x_i^p s^(1-p), Σr <= s; t <= s.
    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let p = self.exponent();
        let shape = pieces.graph().shape(lane);
        let (norm, shares) = (pieces.variable(Shape::SCALAR), pieces.variable(shape));
        let total = construct::sum_along(pieces.graph(), shares, Along::All);
        if p > 0.0 {
            pieces.power(p, lane, norm, shares);
            pieces.below(norm, total);
        } else {
            pieces.power(1.0 / (1.0 - p), shares, lane, norm);
            pieces.below(total, norm);
        }
        pieces.limit(norm);
        Ok(())
    }
}
