//! pnorm(x, p) = (Σ |x_i|^p)^(1/p) for p >= 1; for p < 1 see `pnorm_concave`.

use crate::atoms::{
    Along, Arity, BuildInput, Entry, Entrywise, Lanes, ParameterSpec, Reduce, Reduction, Specimen,
    construct,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Atom, Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

use super::{ConcavePNorm, Norm1, Norm2, NormInf};
use crate::atoms::elementwise::{Abs, SignOf};

pub const ENTRY: Entry = Entry {
    name: "pnorm",
    summary: "The p-norm: for p >= 1 convex; for other p except 0 concave, on x >= 0.",
    formula: "(sum_i |x_i|^p)^(1/p)",
    example: "pnorm([3; 4], 2) == 5",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "p",
        default: None,
    }],
    each: true,
    build: |input| build(input),
    specimens,
};

fn specimens() -> Vec<Specimen> {
    let matrix = [Shape::new(3, 2)];
    let convex = [(3.0, Along::All), (1.5, Along::Rows), (4.0, Along::Columns)];
    let convex = convex.map(|(p, along)| {
        let function = PNorm {
            bits: f64::to_bits(p),
        };
        Specimen::varying(Reduce { function, along }, &matrix)
    });
    let concave = [
        (0.5, Along::All),
        (-0.4, Along::All),
        (0.9, Along::Rows),
        (-3.0, Along::Columns),
    ];
    let concave = concave.map(|(p, along)| {
        let function = ConcavePNorm::new(p);
        Specimen::varying(Reduce { function, along }, &matrix)
    });
    convex.into_iter().chain(concave).collect()
}

/// p is kept by its bits so that atoms compare and hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PNorm {
    bits: u64,
}

impl PNorm {
    pub fn exponent(&self) -> f64 {
        f64::from_bits(self.bits)
    }
}

/// p = 1, 2 and inf have cheaper forms of their own.
fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    let along = input.along;
    let p = input.number(0)?;
    if p == 1.0 {
        let function = Norm1;
        return Ok(Arc::new(Reduce { function, along }));
    }
    if p == 2.0 {
        let function = Norm2;
        return Ok(Arc::new(Reduce { function, along }));
    }
    if p == f64::INFINITY {
        let function = NormInf;
        return Ok(Arc::new(Reduce { function, along }));
    }
    if p.is_nan() || p == 0.0 || p == f64::NEG_INFINITY {
        return Err(format!(
            "p must be inf or a finite number other than 0, but it is {p}"
        ));
    }
    if p < 1.0 {
        let function = ConcavePNorm::new(p);
        return Ok(Arc::new(Reduce { function, along }));
    }
    let function = PNorm { bits: p.to_bits() };
    Ok(Arc::new(Reduce { function, along }))
}

/// The norm for p >= 1 as an expression.
pub(super) fn apply_norm(graph: &mut Graph, p: f64, along: Along, x: ExprId) -> ExprId {
    if p == 1.0 {
        let function = Norm1;
        construct::apply(graph, Reduce { function, along }, &[x])
    } else if p == 2.0 {
        let function = Norm2;
        construct::apply(graph, Reduce { function, along }, &[x])
    } else if p == f64::INFINITY {
        let function = NormInf;
        construct::apply(graph, Reduce { function, along }, &[x])
    } else {
        let function = PNorm { bits: p.to_bits() };
        construct::apply(graph, Reduce { function, along }, &[x])
    }
}

/// |x|_p for p >= 1, scaled so that no power overflows.
pub fn pnorm(x: &[f64], p: f64) -> f64 {
    let most = x.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    if most == 0.0 || p.is_infinite() || !most.is_finite() {
        return most;
    }
    let sum: f64 = x.iter().map(|x| (x.abs() / most).powf(p)).sum();
    most * sum.powf(1.0 / p)
}

impl Reduction for PNorm {
    fn name(&self) -> &'static str {
        "pnorm"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::plain(self.exponent())]
    }

    fn value(&self, lane: &[f64]) -> f64 {
        pnorm(lane, self.exponent())
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        let count = (length as f64).powf(1.0 / self.exponent());
        x.absolute().times(Interval::new(1.0, count))
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

    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, value: ExprId) -> ExprId {
        let p = self.exponent();
        let size = construct::apply(graph, Entrywise(Abs), &[x]);
        let norm = lanes.spread(graph, value);
        let ratio = construct::divide(graph, size, norm);
        let power = construct::power(graph, ratio, p - 1.0);
        let sign = construct::apply(graph, Entrywise(SignOf), &[x]);
        construct::element_times(graph, sign, power)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let p = self.exponent();
        let norm = program.variable(Shape::SCALAR);
        let parts = program.variable(lane.shape());
        // parts_i^(1/p) norm^(1 - 1/p) >= |x_i|, sum of parts = norm.
        program.power_each(1.0 / p, &parts, &norm, lane);
        let total = parts.sum_groups(Shape::SCALAR, |_| 0..parts.rows());
        program.zero(total.minus(&norm));
        Ok(norm)
    }

    /// At 0, and for p < 2 the slope turns without end at every zero entry.
    fn kink(&self) -> Kink {
        Kink::Kinked
    }

    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        pieces.limit_power_norm(self.exponent(), lane);
        Ok(())
    }
}
