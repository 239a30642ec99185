//! Second derivatives of the curved rows alone, for where those of f are known.

use super::derivatives::parameters;
use super::packing::Packing;
use super::tape::Tape;
use crate::differentiate::{gradient, inner_products};
use crate::expr::{ExprId, Graph, VariableId};
use crate::shape::Shape;

/// Stages of the tape: slopes of the weighted rows; what they become along a direction.
const SLOPES: usize = 0;
const ALONG: usize = 1;

#[derive(Debug)]
pub struct RowDerivatives {
    tape: Tape,
    packing: Packing,
    /// Rows of each curve.
    sizes: Vec<usize>,
}

impl RowDerivatives {
    pub fn new(graph: &Graph, nodes: &[ExprId], curves: &[ExprId], packing: &Packing) -> Self {
        let mut graph = graph.clone();
        let shapes = |graph: &Graph, ids: &[ExprId]| -> Vec<Shape> {
            ids.iter().map(|&id| graph.shape(id)).collect()
        };
        let (of_nodes, of_curves) = (shapes(&graph, nodes), shapes(&graph, curves));
        let directions = parameters(&mut graph, nodes.len(), &of_nodes);
        let weights = parameters(&mut graph, 2 * nodes.len(), &of_curves);
        let weighted = inner_products(&mut graph, curves, &weights);
        let slopes = gradient(&mut graph, weighted, nodes);
        let slope = inner_products(&mut graph, &slopes, &directions);
        let mut along = gradient(&mut graph, slope, nodes);
        along.extend(gradient(&mut graph, slope, &weights));
        RowDerivatives {
            tape: Tape::new(&graph, &[&slopes, &along]),
            packing: packing.clone(),
            sizes: of_curves.iter().map(|shape| shape.size()).collect(),
        }
    }

    fn load(&mut self, offset: usize, x: &[f64]) {
        for (k, packed) in self.packing.variables.iter().enumerate() {
            if let Some(slot) = self.tape.input(VariableId((offset + k) as u32)) {
                packed.expand(&x[packed.range()], slot);
            }
        }
    }

    /// Goes to x, rows with these weights.
    pub fn stand(&mut self, x: &[f64], weights: &[f64]) {
        self.load(0, x);
        let first = 2 * self.packing.variables.len();
        let mut start = 0;
        for (k, &size) in self.sizes.iter().enumerate() {
            if let Some(slot) = self.tape.input(VariableId((first + k) as u32)) {
                slot.copy_from_slice(&weights[start..start + size]);
            }
            start += size;
        }
        self.tape.run(SLOPES);
    }

    /// out = (Σ w*F'')v, rows = F'v.
    pub fn times(&mut self, v: &[f64], out: &mut [f64], rows: &mut [f64]) {
        let count = self.packing.variables.len();
        self.load(count, v);
        self.tape.run(ALONG);
        for (k, packed) in self.packing.variables.iter().enumerate() {
            packed.collect(self.tape.root(ALONG, k), &mut out[packed.range()]);
        }
        let mut start = 0;
        for (k, &size) in self.sizes.iter().enumerate() {
            rows[start..start + size].copy_from_slice(self.tape.root(ALONG, count + k));
            start += size;
        }
    }
}
