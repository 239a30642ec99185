//! std and variance (`var` declares a variable): the spread of numbers around their mean.

use super::{Mean, Norm2, SumSquares};
use crate::atoms::{
    Abbreviated, Abbreviation, Along, Arity, BuildInput, Entry, Lanes, ParameterSpec, Reduce,
    Specimen, construct,
};
use crate::expr::{Atom, ExprId, Graph, Parameter};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

const DEGREES: &[ParameterSpec] = &[ParameterSpec {
    name: "ddof",
    default: Some(0.0),
}];

pub const STANDARD: Entry = Entry {
    name: "std",
    summary: "The standard deviation; ddof = 1 divides by n - 1.",
    formula: "norm2(x - mean(x))/sqrt(n - ddof)",
    example: "std([1; 3; 1; 3]) == 1",
    arity: Arity::Exactly(&["x"]),
    parameters: DEGREES,
    each: true,
    build: |input| build(input, Kind::Standard),
    specimens: || specimens(Kind::Standard),
};

pub const VARIANCE: Entry = Entry {
    name: "variance",
    summary: "The variance; ddof = 1 divides by n - 1.",
    formula: "sum_squares(x - mean(x))/(n - ddof)",
    example: "variance([1; 2; 3], ddof = 1) == 1",
    arity: Arity::Exactly(&["x"]),
    parameters: DEGREES,
    each: true,
    build: |input| build(input, Kind::Variance),
    specimens: || specimens(Kind::Variance),
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Standard,
    Variance,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Deviation {
    kind: Kind,
    /// n less this divides.
    less: usize,
    along: Along,
}

fn build(input: &BuildInput, kind: Kind) -> Result<Arc<dyn Atom>, String> {
    let (less, along) = (input.count(0)?, input.along);
    Ok(Arc::new(Abbreviated(Deviation { kind, less, along })))
}

fn specimens(kind: Kind) -> Vec<Specimen> {
    [(0, Along::All), (1, Along::Rows), (2, Along::Columns)]
        .map(|(less, along)| {
            let function = Abbreviated(Deviation { kind, less, along });
            Specimen::varying(function, &[Shape::new(3, 2)])
        })
        .into()
}

impl Abbreviation for Deviation {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Standard => "std",
            Kind::Variance => "variance",
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::named("ddof", self.less as f64)]
    }

    fn check(&self, arguments: &[Shape]) -> Result<(), ShapeError> {
        let (along, shape) = (self.along, arguments[0]);
        let length = Lanes { along, shape }.length();
        if length > self.less {
            return Ok(());
        }
        Err(ShapeError::new(format!(
            "`{}` with ddof = {} needs more than {} entries, but there are {length}",
            self.name(),
            self.less,
            self.less
        )))
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let (x, along) = (arguments[0], self.along);
        let shape = graph.shape(x);
        let lanes = Lanes { along, shape };
        let function = Mean;
        let mean = construct::apply(graph, Reduce { function, along }, &[x]);
        let mean = lanes.spread(graph, mean);
        let centred = construct::subtract(graph, x, mean);
        let divisor = (lanes.length() - self.less) as f64;
        match self.kind {
            Kind::Standard => {
                let function = Norm2;
                let norm = construct::apply(graph, Reduce { function, along }, &[centred]);
                construct::scale(graph, 1.0 / divisor.sqrt(), norm)
            }
            Kind::Variance => {
                let function = SumSquares;
                let squares = construct::apply(graph, Reduce { function, along }, &[centred]);
                construct::scale(graph, 1.0 / divisor, squares)
            }
        }
    }
}
