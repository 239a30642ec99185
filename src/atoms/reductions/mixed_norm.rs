//! mixed_norm(X, p, q): the q-norm of the p-norms of the rows.

use super::pnorm::apply_norm;
use crate::atoms::{
    Abbreviated, Abbreviation, Along, Arity, BuildInput, Entry, ParameterSpec, Specimen, construct,
};
use crate::expr::{Atom, ExprId, Graph, Parameter};
use crate::shape::Shape;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "mixed_norm",
    summary: "The q-norm of the p-norms of the rows.",
    formula: "pnorm(pnorm(X, p, each = row), q), for p, q >= 1",
    example: "mixed_norm([3, 4; 6, 8], 2, 1) == 15",
    arity: Arity::Exactly(&["X"]),
    parameters: &[
        ParameterSpec {
            name: "p",
            default: Some(2.0),
        },
        ParameterSpec {
            name: "q",
            default: Some(1.0),
        },
    ],
    each: false,
    build: |input| build(input),
    specimens: || {
        [(2.0, 1.0), (1.0, 2.0), (f64::INFINITY, 1.0), (3.0, 1.5)]
            .map(|(p, q)| {
                let norm = Abbreviated(MixedNorm::new(p, q));
                Specimen::varying(norm, &[Shape::new(2, 3)])
            })
            .into()
    },
};

fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    let (p, q) = (input.number(0)?, input.number(1)?);
    if p >= 1.0 && q >= 1.0 {
        return Ok(Arc::new(Abbreviated(MixedNorm::new(p, q))));
    }
    Err(format!(
        "p and q must be at least 1, but they are {p} and {q}"
    ))
}

/// p and q by their bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct MixedNorm {
    inner: u64,
    outer: u64,
}

impl MixedNorm {
    fn new(p: f64, q: f64) -> Self {
        MixedNorm {
            inner: p.to_bits(),
            outer: q.to_bits(),
        }
    }
}

impl Abbreviation for MixedNorm {
    fn name(&self) -> &'static str {
        "mixed_norm"
    }

    fn parameters(&self) -> Vec<Parameter> {
        [self.inner, self.outer]
            .map(|bits| Parameter::plain(f64::from_bits(bits)))
            .into()
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let (p, q) = (f64::from_bits(self.inner), f64::from_bits(self.outer));
        let rows = apply_norm(graph, p, Along::Rows, arguments[0]);
        if q == 1.0 {
            // The norms are not negative.
            return construct::sum_along(graph, rows, Along::All);
        }
        apply_norm(graph, q, Along::All, rows)
    }
}
