//! huber_pos(x, M) = huber(max(x, 0), M): the one-sided Huber penalty.

use crate::atoms::{Arity, Elementwise, Entry, Entrywise, ParameterSpec, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Splitting, Whole};
use crate::shape::Shape;
use std::sync::Arc;

use super::power::square_form;
use super::{Clip, Huber, Pos, limit_by_huber};

pub const ENTRY: Entry = Entry {
    name: "huber_pos",
    summary: "The one-sided Huber penalty of each entry: of its positive part.",
    formula: "0 where x <= 0, x^2 where 0 <= x <= M, else 2 M x - M^2",
    example: "huber_pos([-2; 0.5; 4]) == [0; 0.25; 7]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "M",
        default: Some(1.0),
    }],
    each: false,
    build: |input| match input.number(0)? {
        m if m > 0.0 => Ok(Arc::new(Entrywise(HuberPos::new(m)))),
        m => Err(format!("M must be greater than 0, but it is {m}")),
    },
    specimens: || {
        [1.0, 0.5, 3.0]
            .map(|m| Specimen::varying(Entrywise(HuberPos::new(m)), &[Shape::new(3, 2)]))
            .into()
    },
};

/// Of the positive part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HuberPos {
    both: Huber,
}

impl HuberPos {
    pub fn new(width: f64) -> Self {
        HuberPos {
            both: Huber::new(width),
        }
    }
}

/// huber_pos(x, M)/(2M): at most max(x, 0), and at least max(x, 0) - M/2.
pub(crate) fn smooth_pos(graph: &mut Graph, x: ExprId, width: f64) -> ExprId {
    let huber = construct::apply(graph, Entrywise(HuberPos::new(width)), &[x]);
    construct::scale(graph, 0.5 / width, huber)
}

impl Elementwise for HuberPos {
    fn name(&self) -> &'static str {
        "huber_pos"
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.both.parameters()
    }

    fn value(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        self.both.value(x.max(0.0))
    }

    /// 2 clip(max(x, 0), M).
    fn derivative(&self, graph: &mut Graph, x: ExprId, _value: ExprId) -> ExprId {
        let positive = construct::apply(graph, Entrywise(Pos), &[x]);
        let clip = Entrywise(Clip::new(self.both.width()));
        let clipped = construct::apply(graph, clip, &[positive]);
        construct::scale(graph, 2.0, clipped)
    }

    fn range(&self, x: Interval) -> Interval {
        x.map_increasing(|x| self.value(x))
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Convex
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn graph_form(
        &self,
        x: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        // x <= n + s, s >= 0: n^2 + 2 M s at its least.
        let (near, far) = (program.variable(x.shape()), program.variable(x.shape()));
        program.at_most(x, &near.plus(&far));
        program.nonnegative(far.clone());
        let square = square_form(&near, program);
        Ok(square.plus(&far.scaled(2.0 * self.both.width())))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    /// x <= n + s, 0 <= s, n² + 2 M s <= t.
    fn split_smooth(&self, x: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(x);
        let [near, far] = [shape; 2].map(|shape| pieces.variable(shape));
        let zero = pieces.graph().number(0.0);
        let total = construct::plus(pieces.graph(), near, far);
        pieces.below(x, total);
        pieces.below(zero, far);
        limit_by_huber(near, far, self.both.width(), pieces);
        Ok(())
    }
}
