//! norm_largest(x, k) = sum_largest(abs(x), k).

use super::SumLargest;
use crate::atoms::elementwise::Abs;
use crate::atoms::{
    Abbreviated, Abbreviation, Along, Arity, Entry, Entrywise, ParameterSpec, Reduce, Specimen,
    construct,
};
use crate::expr::{Atom, ExprId, Graph, Parameter};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "norm_largest",
    summary: "The sum of the k largest absolute values, a norm; k = 1 is norm_inf.",
    formula: "sum_largest(abs(x), k)",
    example: "norm_largest([1; -5; 3], 2) == 8",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "k",
        default: None,
    }],
    each: true,
    build: |input| {
        let (function, along) = (SumLargest::new(input.number(0)?)?, input.along);
        Ok(Arc::new(Abbreviated(NormLargest(Reduce {
            function,
            along,
        }))))
    },
    specimens: || {
        [(2.0, Along::All), (1.5, Along::Rows), (1.0, Along::Columns)]
            .into_iter()
            .filter_map(|(count, along)| {
                let function = SumLargest::new(count).ok()?;
                let norm = Abbreviated(NormLargest(Reduce { function, along }));
                Some(Specimen::varying(norm, &[Shape::new(3, 2)]))
            })
            .collect()
    },
};

/// By what it does with the absolute values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct NormLargest(Reduce<SumLargest>);

impl Abbreviation for NormLargest {
    fn name(&self) -> &'static str {
        "norm_largest"
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters()
    }

    fn check(&self, arguments: &[Shape]) -> Result<(), ShapeError> {
        self.0.shape(arguments).map(|_| ())
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let sizes = construct::apply(graph, Entrywise(Abs), arguments);
        construct::apply(graph, self.0.clone(), &[sizes])
    }
}
