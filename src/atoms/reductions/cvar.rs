//! cvar(x, beta): the conditional value at risk.
//!
//! Source: R. T. Rockafellar, S. Uryasev, "Optimization of conditional value-at-risk", 2000.

use super::SumLargest;
use crate::atoms::{
    Abbreviated, Abbreviation, Along, Arity, BuildInput, Entry, Lanes, ParameterSpec, Reduce,
    Specimen, construct,
};
use crate::expr::{Atom, ExprId, Graph, Parameter};
use crate::shape::Shape;
use std::sync::Arc;

/// Counts that close to a whole number are one: (1 - 0.95)*100 is 5.
const ROUNDING: f64 = 1e-9;

pub const ENTRY: Entry = Entry {
    name: "cvar",
    summary: "The mean of the largest 1 - beta of the entries: the conditional value at risk.",
    formula: "sum_largest(x, k)/k with k = (1 - beta)*n, for 0 <= beta < 1",
    example: "cvar([1; 2; 3; 4], 0.5) == 3.5",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "beta",
        default: None,
    }],
    each: true,
    build: |input| build(input),
    specimens: || {
        [(0.5, Along::All), (0.1, Along::Rows), (0.0, Along::Columns)]
            .map(|(beta, along)| {
                let beta = f64::to_bits(beta);
                let risk = Abbreviated(ValueAtRisk { beta, along });
                Specimen::varying(risk, &[Shape::new(3, 2)])
            })
            .into()
    },
};

fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    let (beta, along) = (input.number(0)?, input.along);
    if !(0.0..1.0).contains(&beta) {
        return Err(format!(
            "beta must be at least 0 and less than 1, but it is {beta}"
        ));
    }
    let beta = beta.to_bits();
    Ok(Arc::new(Abbreviated(ValueAtRisk { beta, along })))
}

/// beta by its bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ValueAtRisk {
    beta: u64,
    along: Along,
}

impl ValueAtRisk {
    /// How many of `length` entries the mean is over.
    fn count(&self, length: usize) -> f64 {
        let length = length as f64;
        let count = (1.0 - f64::from_bits(self.beta)) * length;
        let whole = count.round();
        let near = (count - whole).abs() <= ROUNDING * length && whole > 0.0;
        if near { whole } else { count }
    }
}

impl Abbreviation for ValueAtRisk {
    fn name(&self) -> &'static str {
        "cvar"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::plain(f64::from_bits(self.beta))]
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let (along, shape) = (self.along, graph.shape(arguments[0]));
        let count = self.count(Lanes { along, shape }.length());
        let function = SumLargest::positive(count);
        let total = construct::apply(graph, Reduce { function, along }, arguments);
        construct::scale(graph, 1.0 / count, total)
    }
}
