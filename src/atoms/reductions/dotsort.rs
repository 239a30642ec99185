//! dotsort(x, w): the largest inner product of x with a rearrangement of w.
//!
//! With w in falling order, Σ_k (w_k - w_(k+1)) sum_largest(x, k) + w_n sum(x): summation by parts.

use super::SumLargest;
use crate::atoms::{
    Abbreviated, Abbreviation, Along, Arity, BuildInput, Entry, ParameterSpec, Reduce, Specimen,
    construct,
};
use crate::expr::{Atom, ExprId, Graph};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "dotsort",
    summary: "The inner product of both sorted; a w with fewer entries is filled up with zeros.",
    formula: "x_[1]*w_[1] + … + x_[n]*w_[n], both in falling order",
    example: "dotsort([1; 5; 3], [2; 10]) == 56",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "w",
        default: None,
    }],
    each: false,
    build: |input| build(input),
    specimens: || {
        let shape = Shape::new(3, 2);
        let weights: [&[f64]; 3] = [&[1.0, 0.5, 1.0], &[-1.0, 2.0, 0.3, 2.0, -1.0, 0.0], &[-2.0]];
        weights
            .map(|w| Specimen::varying(Abbreviated(SortedProduct::new(w, shape.size())), &[shape]))
            .into()
    },
};

fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    let weights = input.constants.first().map(|w| w.entries().into_owned());
    let weights = weights.unwrap_or_default();
    let length = input.shapes[0].size();
    if weights.len() > length {
        let given = weights.len();
        return Err(format!("there are {given} weights for {length} entries"));
    }
    if !weights.iter().all(|w| w.is_finite()) {
        return Err("the weights must be finite".to_owned());
    }
    let function = SortedProduct::new(&weights, length);
    Ok(Arc::new(Abbreviated(function)))
}

/// The weights, in falling order, by their bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct SortedProduct {
    weights: Vec<u64>,
}

impl SortedProduct {
    fn new(weights: &[f64], length: usize) -> Self {
        let mut sorted = weights.to_vec();
        sorted.resize(length.max(weights.len()), 0.0);
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let weights = sorted.into_iter().map(f64::to_bits).collect();
        SortedProduct { weights }
    }

    /// k with w_k - w_(k+1) where that is not 0, and the last weight.
    fn steps(&self) -> (Vec<(usize, f64)>, f64) {
        let weight = |k: usize| self.weights.get(k).map_or(0.0, |&w| f64::from_bits(w));
        let counts = 1..self.weights.len();
        let steps = counts.map(|k| (k, weight(k - 1) - weight(k)));
        let steps = steps.filter(|(_, step)| *step != 0.0).collect();
        (steps, weight(self.weights.len().saturating_sub(1)))
    }
}

impl Abbreviation for SortedProduct {
    fn name(&self) -> &'static str {
        "dotsort"
    }

    fn check(&self, arguments: &[Shape]) -> Result<(), ShapeError> {
        let (own, length) = (self.weights.len(), arguments[0].size());
        if own == length {
            return Ok(());
        }
        Err(ShapeError::new(format!(
            "{own} weights for {length} entries"
        )))
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let (steps, last) = self.steps();
        let total = construct::sum_along(graph, arguments[0], Along::All);
        let mut terms = vec![construct::scale(graph, last, total)];
        for (count, step) in steps {
            let function = Reduce::all(SumLargest::positive(count as f64));
            let largest = construct::apply(graph, function, arguments);
            terms.push(construct::scale(graph, step, largest));
        }
        construct::sum(graph, &terms)
    }
}
