//! dotsort(x, w): the largest inner product of x with a rearrangement of w.
//!
//! With w in falling order it is Σ_k (w_k - w_(k+1)) sum_largest(x, k) + w_n sum(x), summation by
//! parts: short for few distinct weights. For many, a sorting network takes its place.

use super::SumLargest;
use super::rank_weights::RankWeights;
use super::sorting_network::{layers, outputs};
use crate::atoms::{
    Along, Arity, BuildInput, Entry, Lanes, ParameterSpec, Reduce, Reduction, Specimen, construct,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{
    Atom, Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Proximal, Splitting, Whole,
};
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
    each: true,
    build,
    specimens,
};

fn build(input: &BuildInput) -> Result<Arc<dyn Atom>, String> {
    let weights = input.constants.first().map(|w| w.entries().into_owned());
    let weights = weights.unwrap_or_default();
    let (along, shape) = (input.along, input.shapes[0]);
    let length = Lanes { along, shape }.length();
    if weights.len() > length {
        let given = weights.len();
        return Err(format!("there are {given} weights for {length} entries"));
    }
    if !weights.iter().all(|w| w.is_finite()) {
        return Err("the weights must be finite".to_owned());
    }
    let function = SortedProduct::new(&weights, length);
    Ok(Arc::new(Reduce { function, along }))
}

fn specimens() -> Vec<Specimen> {
    let shape = Shape::new(3, 2);
    let few: [&[f64]; 3] = [&[1.0, 0.5, 1.0], &[-1.0, 2.0, 0.3, 2.0, -1.0, 0.0], &[-2.0]];
    let specimen = |along, shape: Shape, weights: &[f64]| {
        let length = Lanes { along, shape }.length();
        let function = SortedProduct::new(weights, length);
        Specimen::varying(Reduce { function, along }, &[shape])
    };
    let many: Vec<f64> = (0..23).map(|k| 0.1 * f64::from(k * k % 31) - 1.0).collect();
    let mut specimens: Vec<Specimen> = few
        .iter()
        .map(|weights| specimen(Along::All, shape, weights))
        .collect();
    specimens.push(specimen(Along::Rows, shape, &[1.0, -0.5]));
    specimens.push(specimen(Along::All, Shape::vector(many.len()), &many));
    specimens
}

/// The weights, in falling order, by their bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SortedProduct {
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

    /// In falling order.
    pub(crate) fn weights(&self) -> impl Iterator<Item = f64> {
        self.weights.iter().map(|&w| f64::from_bits(w))
    }

    fn weight(&self, k: usize) -> f64 {
        self.weights.get(k).map_or(0.0, |&w| f64::from_bits(w))
    }

    fn least(&self) -> f64 {
        self.weight(self.weights.len().saturating_sub(1))
    }

    /// What each weight exceeds the least one by.
    fn excesses(&self) -> Vec<f64> {
        let count = self.weights.len();
        (0..count).map(|k| self.weight(k) - self.least()).collect()
    }

    /// k with w_k - w_(k+1) where that is not 0.
    fn steps(&self) -> Vec<(SumLargest, f64)> {
        let steps = (1..self.weights.len()).map(|k| (k, self.weight(k - 1) - self.weight(k)));
        let steps = steps.filter(|(_, step)| *step != 0.0);
        steps
            .map(|(k, step)| (SumLargest::positive(k as f64), step))
            .collect()
    }

    /// A sorting network, where it is smaller than the sums of the largest entries.
    fn network(&self, steps: usize) -> Option<Vec<Vec<(usize, usize)>>> {
        let length = self.weights.len();
        if steps < 4 {
            return None;
        }
        let layers = layers(length);
        let exchanges: usize = layers.iter().map(Vec::len).sum();
        (2 * exchanges < steps * length).then_some(layers)
    }
}

impl Reduction for SortedProduct {
    fn name(&self) -> &'static str {
        "dotsort"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let text = match self.weights.len() {
            1 => return vec![Parameter::plain(self.weight(0))],
            count => format!("<{count} weights>"),
        };
        vec![Parameter { name: None, text }]
    }

    fn check(&self, length: usize) -> Result<(), ShapeError> {
        let own = self.weights.len();
        if own == length {
            return Ok(());
        }
        let message = format!("{own} weights for {length} entries");
        Err(ShapeError::new(message))
    }

    fn value(&self, lane: &[f64]) -> f64 {
        let mut sorted = lane.to_vec();
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let terms = sorted.iter().enumerate();
        terms.map(|(k, x)| self.weight(k) * x).sum()
    }

    fn range(&self, x: Interval, length: usize) -> Interval {
        let terms = (0..length).map(|k| x.times(Interval::point(self.weight(k))));
        terms.fold(Interval::point(0.0), Interval::plus)
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        if self.weight(0) == self.least() {
            Curvature::Affine
        } else {
            Curvature::Convex
        }
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::of_factor(Interval::new(self.least(), self.weight(0)))
    }

    fn domain(&self) -> Domain {
        Domain::Reals
    }

    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, _value: ExprId) -> ExprId {
        let along = lanes.along;
        let weights = self.weights.clone();
        construct::apply(graph, RankWeights { weights, along }, &[x])
    }

    /// For many weights each exchange of a sorting network becomes u >= a, u >= b, u + v >= a + b:
    /// the outputs' inner product with weights >= 0 is least where the network sorts.
    ///
    /// Source: M. X. Goemans, "Smallest compact formulation for the permutahedron", 2015.
    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let n = lane.rows();
        let base = lane
            .sum_groups(Shape::SCALAR, |_| 0..n)
            .scaled(self.least());
        let steps = self.steps();
        let Some(layers) = self.network(steps.len()) else {
            let mut parts = vec![base];
            for (largest, step) in steps {
                parts.push(largest.graph_form(lane, program)?.scaled(step));
            }
            let parts: Vec<_> = parts.iter().map(|part| (1.0, part)).collect();
            return Ok(AffineMap::combine(&parts));
        };
        let mut wires = lane.clone();
        for layer in layers {
            wires = exchange(&wires, &layer, program);
        }
        let weighted = wires.scaled_rows(&self.excesses());
        Ok(weighted.sum_groups(Shape::SCALAR, |_| 0..n).plus(&base))
    }

    fn kink(&self) -> Kink {
        Kink::Proximal(Arc::new(self.clone()))
    }

    /// By the sums of the largest entries, at most t together.
    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let total = construct::sum_along(pieces.graph(), lane, Along::All);
        let mut terms = vec![construct::scale(pieces.graph(), self.least(), total)];
        for (largest, step) in self.steps() {
            let bound = largest.split_below(lane, pieces);
            terms.push(construct::scale(pieces.graph(), step, bound));
        }
        let sum = construct::sum(pieces.graph(), &terms);
        pieces.limit(sum);
        Ok(())
    }
}

/// The order of the entries stays: sorted, the least |y - (z - s*w)|² over falling y, an isotonic
/// regression.
///
/// Source: X. Zeng, M. A. T. Figueiredo, "The ordered weighted l1 norm", 2014.
impl Proximal for SortedProduct {
    fn prox(&self, _shape: Shape, z: &[f64], step: f64, out: &mut [f64]) {
        let mut order: Vec<usize> = (0..z.len()).collect();
        order.sort_by(|a, b| z[*b].total_cmp(&z[*a]));
        let ranked = order.iter().enumerate();
        let moved = ranked.map(|(k, &i)| z[i] - step * self.weight(k));
        for (&place, value) in order.iter().zip(falling_fit(moved)) {
            out[place] = value;
        }
    }
}

/// The nearest falling sequence: neighbours that rise are pooled to their mean.
fn falling_fit(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let pools = falling_pools(values).into_iter();
    pools
        .flat_map(|(mean, count)| std::iter::repeat_n(mean, count))
        .collect()
}

/// The nearest falling sequence by its stretches of one value: the value, and of how many.
pub(crate) fn falling_pools(values: impl Iterator<Item = f64>) -> Vec<(f64, usize)> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for value in values {
        let mut pool = (value, 1);
        while let Some(&(mean, count)) = pools.last().filter(|last| last.0 < pool.0) {
            pools.pop();
            let both = count + pool.1;
            let shift = (pool.0 - mean) * pool.1 as f64 / both as f64;
            pool = (mean + shift, both);
        }
        pools.push(pool);
    }
    pools
}

/// The wires behind one layer.
fn exchange(
    wires: &AffineMap,
    layer: &[(usize, usize)],
    program: &mut ProgramBuilder,
) -> AffineMap {
    let shape = Shape::vector(layer.len());
    let a = wires.select(shape, layer.iter().map(|pair| pair.0));
    let b = wires.select(shape, layer.iter().map(|pair| pair.1));
    let (larger, smaller) = (program.variable(shape), program.variable(shape));
    program.at_most(&a, &larger);
    program.at_most(&b, &larger);
    program.at_most(&a.plus(&b), &larger.plus(&smaller));
    let all = AffineMap::stack(&[wires, &larger, &smaller]);
    all.select(wires.shape(), outputs(wires.rows(), layer))
}
