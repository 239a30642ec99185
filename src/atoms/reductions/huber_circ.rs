//! huber_circ(x, M) = huber(|x|_2, M): the Huber penalty of the Euclidean norm.

use super::Norm2;
use super::norm2::euclidean;
use crate::atoms::elementwise::{Huber, Pos, limit_by_huber, square_form};
use crate::atoms::{
    Along, Arity, Elementwise, Entry, Entrywise, Lanes, ParameterSpec, Reduce, Reduction, Specimen,
    construct,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "huber_circ",
    summary: "The Huber penalty of the Euclidean norm of all entries, of each row or column.",
    formula: "r^2 where r <= M, else 2 M r - M^2, for r = sqrt(sum_i x_i^2)",
    example: "huber_circ([3; 4], 2) == 16",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "M",
        default: Some(1.0),
    }],
    each: true,
    build: |input| match input.number(0)? {
        m if m > 0.0 => {
            let (function, along) = (HuberCirc::new(m), input.along);
            Ok(Arc::new(Reduce { function, along }))
        }
        m => Err(format!("M must be greater than 0, but it is {m}")),
    },
    specimens: || {
        [(1.0, Along::All), (3.0, Along::Rows), (1.5, Along::Columns)]
            .map(|(m, along)| {
                let function = HuberCirc::new(m);
                Specimen::varying(Reduce { function, along }, &[Shape::new(3, 2)])
            })
            .into()
    },
};

/// Of the norm.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HuberCirc {
    of_norm: Huber,
}

impl HuberCirc {
    pub fn new(width: f64) -> Self {
        HuberCirc {
            of_norm: Huber::new(width),
        }
    }
}

impl Reduction for HuberCirc {
    fn name(&self) -> &'static str {
        "huber_circ"
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.of_norm.parameters()
    }

    fn value(&self, lane: &[f64]) -> f64 {
        self.of_norm.value(euclidean(lane))
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        self.of_norm.range(Norm2.range(x, length))
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

    /// 2x min(1, M/r) = 2x/(1 + max(r/M - 1, 0)), which needs no quotient at r = 0.
    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, _value: ExprId) -> ExprId {
        let (function, along) = (Norm2, lanes.along);
        let norm = construct::apply(graph, Reduce { function, along }, &[x]);
        let ratio = construct::scale(graph, 1.0 / self.of_norm.width(), norm);
        let beyond = construct::shift(graph, ratio, -1.0);
        let beyond = construct::apply(graph, Entrywise(Pos), &[beyond]);
        let divisor = construct::shift(graph, beyond, 1.0);
        let divisor = lanes.spread(graph, divisor);
        let quotient = construct::divide(graph, x, divisor);
        construct::scale(graph, 2.0, quotient)
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        // |x| <= n + s, s >= 0: n^2 + 2 M s at its least.
        let near = program.variable(Shape::SCALAR);
        let far = program.variable(Shape::SCALAR);
        program.second_order(&near.plus(&far), lane);
        program.nonnegative(far.clone());
        let square = square_form(&near, program);
        Ok(square.plus(&far.scaled(2.0 * self.of_norm.width())))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// |x|₂ <= n + s, 0 <= s, n² + 2 M s <= t.
    fn split_smooth(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let [near, far] = [Shape::SCALAR; 2].map(|shape| pieces.variable(shape));
        let zero = pieces.graph().number(0.0);
        let total = construct::plus(pieces.graph(), near, far);
        pieces.second_order(total, &[lane]);
        pieces.below(zero, far);
        limit_by_huber(near, far, self.of_norm.width(), pieces);
        Ok(())
    }
}
