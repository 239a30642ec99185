//! geo_mean(x) = Π x_i^(w_i), the weights nonnegative of sum 1. An entry of weight 0 is a factor 1, and
//! nonnegative like the others.

use crate::atoms::{
    Along, Arity, BuildInput, Entry, Lanes, ParameterSpec, Reduce, Reduction, Specimen, construct,
};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Interval, Monotonicity};
use crate::expr::{Domain, ExprId, Graph, GraphFormError, Kink, Parameter, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "geo_mean",
    summary: "The geometric mean, weighted when weights are given.",
    formula: "prod_i x_i^(w_i), with w_i = 1/n unless given",
    example: "geo_mean([4; 1]) == 2",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "weights",
        default: Some(1.0),
    }],
    each: true,
    build: |input| {
        let function = GeoMean::new(input)?;
        let along = input.along;
        Ok(Arc::new(Reduce { function, along }))
    },
    specimens: || {
        let matrix = [Shape::new(3, 2)];
        let equal = || GeoMean { bits: None };
        let mut specimens: Vec<Specimen> = [Along::All, Along::Rows, Along::Columns]
            .map(|along| {
                let function = equal();
                Specimen::varying(Reduce { function, along }, &matrix)
            })
            .into();
        let bits = Some([0.5, 0.3, 0.2].map(f64::to_bits).to_vec());
        let weighted = Reduce::all(GeoMean { bits });
        specimens.push(Specimen::varying(weighted, &[Shape::vector(3)]));
        for weights in [[0.0, 0.4, 0.6], [0.0, 1.0, 0.0]] {
            let bits = Some(weights.map(f64::to_bits).to_vec());
            let uncounted = Reduce::all(GeoMean { bits });
            specimens.push(Specimen::varying(uncounted, &[Shape::vector(3)]));
        }
        specimens
    },
};

/// The weights are kept by their bits so that atoms compare and hash; `None` means equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GeoMean {
    bits: Option<Vec<u64>>,
}

impl GeoMean {
    /// Equal weights.
    pub fn equal() -> Self {
        GeoMean { bits: None }
    }

    fn new(input: &BuildInput) -> Result<Self, String> {
        let given = input.constants.first().map(|c| c.entries().into_owned());
        let weights = match given.as_deref() {
            None | Some([1.0]) => return Ok(GeoMean { bits: None }),
            Some(weights) => weights,
        };
        let total: f64 = weights.iter().sum();
        let wrong = |w: &&f64| !w.is_finite() || **w < 0.0;
        if let Some(weight) = weights.iter().find(wrong) {
            return Err(format!(
                "every weight must be a finite number of at least 0, but one is {weight}"
            ));
        }
        if total == 0.0 {
            return Err("some weight must be greater than 0".to_owned());
        }
        let bits = weights.iter().map(|w| (w / total).to_bits()).collect();
        Ok(GeoMean { bits: Some(bits) })
    }

    /// Nonnegative, of sum 1.
    pub fn weights(&self, length: usize) -> Vec<f64> {
        match &self.bits {
            None => vec![1.0 / length as f64; length],
            Some(bits) => bits.iter().map(|b| f64::from_bits(*b)).collect(),
        }
    }
}

impl Reduction for GeoMean {
    fn name(&self) -> &'static str {
        "geo_mean"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let Some(bits) = &self.bits else {
            return Vec::new();
        };
        let weights: Vec<String> = bits
            .iter()
            .map(|b| format!("{}", f64::from_bits(*b)))
            .collect();
        vec![Parameter {
            name: Some("weights"),
            text: format!("[{}]", weights.join("; ")),
        }]
    }

    fn check(&self, length: usize) -> Result<(), ShapeError> {
        match &self.bits {
            Some(bits) if bits.len() != length => Err(ShapeError::new(format!(
                "geo_mean needs {length} weights, one for each entry, not {}",
                bits.len()
            ))),
            _ => Ok(()),
        }
    }

    fn value(&self, lane: &[f64]) -> f64 {
        if lane.iter().any(|&x| x < 0.0) {
            return f64::NEG_INFINITY;
        }
        let weights = self.weights(lane.len());
        let logs = lane.iter().zip(&weights).filter(|(_, w)| **w > 0.0);
        logs.map(|(x, w)| w * x.ln()).sum::<f64>().exp()
    }

    fn range(&self, x: Interval, _length: usize) -> Interval {
        x.meet(Interval::NONNEGATIVE)
    }

    fn curvature(&self, _x: Interval) -> Curvature {
        Curvature::Concave
    }

    fn monotonicity(&self, _x: Interval) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self) -> Domain {
        Domain::AtLeast(0.0)
    }

    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, value: ExprId) -> ExprId {
        let weights = self.weights(lanes.length());
        let mean = lanes.spread(graph, value);
        let ratio = construct::divide(graph, mean, x);
        match &self.bits {
            None => construct::scale(graph, 1.0 / lanes.length() as f64, ratio),
            Some(_) => {
                let shape = graph.shape(x);
                let mut entries = vec![0.0; shape.size()];
                for k in 0..lanes.count() {
                    for (position, weight) in lanes.positions(k).zip(&weights) {
                        entries[position] = *weight;
                    }
                }
                let weights = Matrix::from_columns(shape, entries);
                let weights = graph.constant(weights, None, crate::span::Span::default());
                construct::element_times(graph, weights, ratio)
            }
        }
    }

    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let weights = self.weights(lane.rows());
        let (counted, others): (Vec<usize>, Vec<usize>) =
            (0..weights.len()).partition(|&k| weights[k] > 0.0);
        if others.is_empty() {
            return Ok(mean_form(lane, &weights, program));
        }
        let part =
            |places: &[usize]| lane.select(Shape::vector(places.len()), places.iter().copied());
        program.nonnegative(part(&others));
        let weights: Vec<f64> = counted.iter().map(|&k| weights[k]).collect();
        Ok(mean_form(&part(&counted), &weights, program))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }

    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let length = pieces.graph().shape(lane).size();
        let (mut entries, mut weights) = (Vec::new(), Vec::new());
        for (k, weight) in self.weights(length).into_iter().enumerate() {
            let entry = entry(pieces, lane, k);
            if weight > 0.0 {
                entries.push(entry);
                weights.push(weight);
            } else {
                let zero = pieces.graph().number(0.0);
                pieces.below(zero, entry);
            }
        }
        let mean = mean_of_pieces(&entries, &weights, pieces);
        pieces.limit(mean);
        Ok(())
    }
}

/// A chain of means of two: m_k <= m_(k-1)^a*x_k^(1-a) with a = (w_1 + ... + w_(k-1))/(w_1 + ...
/// + w_k).
pub(super) fn mean_of_pieces(
    entries: &[ExprId],
    weights: &[f64],
    pieces: &mut dyn Splitting,
) -> ExprId {
    let mut mean = entries[0];
    if entries.len() == 1 {
        let zero = pieces.graph().number(0.0);
        pieces.below(zero, mean);
    }
    let mut before = weights[0];
    for (&x, weight) in entries.iter().zip(weights).skip(1) {
        let next = pieces.variable(Shape::SCALAR);
        pieces.power(before / (before + weight), mean, x, next);
        (mean, before) = (next, before + weight);
    }
    mean
}

pub(super) fn entry(pieces: &mut dyn Splitting, lane: ExprId, k: usize) -> ExprId {
    construct::gather(pieces.graph(), lane, Shape::SCALAR, [k].into())
}

/// A new scalar at most Π x_i^(w_i), for weights of sum 1: y_1 = x_1 and
/// y_k <= x_k^a y_(k-1)^(1-a) with a = w_k/(w_1 + … + w_k). Small cones one after another are
/// solved more accurately than one large power cone.
pub(super) fn mean_form(
    lane: &AffineMap,
    weights: &[f64],
    program: &mut ProgramBuilder,
) -> AffineMap {
    let entry = |k: usize| lane.select(Shape::SCALAR, [k]);
    let mut mean = entry(0);
    let mut total = weights[0];
    if weights.len() == 1 {
        program.nonnegative(mean.clone());
    }
    for (k, weight) in weights.iter().enumerate().skip(1) {
        total += weight;
        let next = program.variable(Shape::SCALAR);
        program.power_each(weight / total, &entry(k), &mean, &next);
        mean = next;
    }
    mean
}
