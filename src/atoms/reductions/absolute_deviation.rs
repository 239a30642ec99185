//! avg_abs_dev and avg_abs_dev_med: the mean distance from the mean, from the median.

use super::{Mean, SumLargest};
use crate::atoms::elementwise::{Abs, Pos};
use crate::atoms::{
    Abbreviated, Abbreviation, Along, Arity, BuildInput, Entry, Entrywise, Lanes, Reduce, Specimen,
    construct,
};
use crate::expr::{Atom, ExprId, Graph};
use crate::shape::Shape;
use std::sync::Arc;

pub const FROM_MEAN: Entry = Entry {
    name: "avg_abs_dev",
    summary: "The average absolute deviation from the mean.",
    formula: "sum_i |x_i - mean(x)| / n",
    example: "avg_abs_dev([1; 2; 6]) == 2",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| build(input, Centre::Mean),
    specimens: || specimens(Centre::Mean),
};

pub const FROM_MEDIAN: Entry = Entry {
    name: "avg_abs_dev_med",
    summary: "The average absolute deviation from the median.",
    formula: "sum_i |x_i - median(x)| / n = min over m of sum_i |x_i - m| / n",
    example: "avg_abs_dev_med([1; 2; 6; 3; 8]) == 2.2",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| build(input, Centre::Median),
    specimens: || specimens(Centre::Median),
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Centre {
    Mean,
    Median,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct AbsoluteDeviation {
    centre: Centre,
    along: Along,
}

fn build(input: &BuildInput, centre: Centre) -> Result<Arc<dyn Atom>, String> {
    let along = input.along;
    Ok(Arc::new(Abbreviated(AbsoluteDeviation { centre, along })))
}

fn specimens(centre: Centre) -> Vec<Specimen> {
    [Along::All, Along::Rows, Along::Columns]
        .map(|along| {
            let function = Abbreviated(AbsoluteDeviation { centre, along });
            Specimen::varying(function, &[Shape::new(3, 2)])
        })
        .into()
}

impl Abbreviation for AbsoluteDeviation {
    fn name(&self) -> &'static str {
        match self.centre {
            Centre::Mean => "avg_abs_dev",
            Centre::Median => "avg_abs_dev_med",
        }
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        match self.centre {
            Centre::Mean => from_mean(graph, arguments[0], self.along),
            Centre::Median => from_median(graph, arguments[0], self.along),
        }
    }
}

fn from_mean(graph: &mut Graph, x: ExprId, along: Along) -> ExprId {
    let shape = graph.shape(x);
    let lanes = Lanes { along, shape };
    let centre = mean(graph, x, along);
    let centre = lanes.spread(graph, centre);
    let centred = construct::subtract(graph, x, centre);
    let distances = construct::apply(graph, Entrywise(Abs), &[centred]);
    mean(graph, distances, along)
}

/// The upper half less the lower half is 2 sum_largest(x, n/2) - sum(x), over n. It is never
/// negative, which only `pos` states.
fn from_median(graph: &mut Graph, x: ExprId, along: Along) -> ExprId {
    let shape = graph.shape(x);
    let length = Lanes { along, shape }.length() as f64;
    let function = SumLargest::positive(length / 2.0);
    let upper = construct::apply(graph, Reduce { function, along }, &[x]);
    let upper = construct::scale(graph, 2.0 / length, upper);
    let centre = mean(graph, x, along);
    let distance = construct::subtract(graph, upper, centre);
    construct::apply(graph, Entrywise(Pos), &[distance])
}

fn mean(graph: &mut Graph, x: ExprId, along: Along) -> ExprId {
    let function = Mean;
    construct::apply(graph, Reduce { function, along }, &[x])
}
