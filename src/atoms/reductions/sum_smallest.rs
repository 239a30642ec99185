//! sum_smallest(x, k) = -sum_largest(-x, k).

use super::SumLargest;
use crate::atoms::{
    Abbreviated, Abbreviation, Along, Arity, Entry, ParameterSpec, Reduce, Specimen, construct,
};
use crate::expr::{Atom, ExprId, Graph, Parameter};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "sum_smallest",
    summary: "The sum of the k smallest entries; of a fractional k, that part of the next one too.",
    formula: "-sum_largest(-x, k)",
    example: "sum_smallest([1; 5; 3], 2) == 4",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "k",
        default: None,
    }],
    each: true,
    build: |input| {
        let largest = SumLargest::new(input.number(0)?)?;
        Ok(Arc::new(smallest(largest, input.along)))
    },
    specimens: || {
        [(1.0, Along::All), (2.5, Along::All), (1.0, Along::Rows)]
            .into_iter()
            .filter_map(|(count, along)| {
                let largest = SumLargest::new(count).ok()?;
                let atom = smallest(largest, along);
                Some(Specimen::varying(atom, &[Shape::new(3, 2)]))
            })
            .collect()
    },
};

/// By the function it mirrors.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct SumSmallest(Reduce<SumLargest>);

fn smallest(function: SumLargest, along: Along) -> Abbreviated<SumSmallest> {
    Abbreviated(SumSmallest(Reduce { function, along }))
}

impl Abbreviation for SumSmallest {
    fn name(&self) -> &'static str {
        "sum_smallest"
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters()
    }

    fn check(&self, arguments: &[Shape]) -> Result<(), ShapeError> {
        self.0.shape(arguments).map(|_| ())
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let mirrored = construct::negate(graph, arguments[0]);
        let largest = construct::apply(graph, self.0.clone(), &[mirrored]);
        construct::negate(graph, largest)
    }
}
