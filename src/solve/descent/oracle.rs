//! Value and gradient of a scalar expression in the free entries of the variables.

use super::packing::Packing;
use super::tape::Tape;
use crate::differentiate::gradient;
use crate::expr::{ExprId, Graph, VariableId};

/// A differentiable function as the methods see it.
pub trait Smooth {
    /// Number of unknowns.
    fn size(&self) -> usize;

    /// The value at x, with the gradient written to `gradient`.
    fn evaluate(&mut self, x: &[f64], gradient: &mut [f64]) -> f64;
}

/// A function with second derivatives along directions.
pub trait TwiceSmooth: Smooth {
    /// H*v at the point of the last evaluation.
    fn hessian_times(&mut self, v: &[f64], out: &mut [f64]);
}

/// The compiled objective.
#[derive(Clone, Debug)]
pub struct Oracle {
    tape: Tape,
    packing: Packing,
    /// Direction variables follow the problem's own, when second derivatives were asked for.
    second: bool,
    pub evaluations: usize,
}

impl Oracle {
    /// Value and gradient in one stage.
    pub fn new(graph: &mut Graph, root: ExprId, nodes: &[ExprId], packing: &Packing) -> Self {
        let slopes = gradient(graph, root, nodes);
        Oracle::with_slopes(graph, root, &slopes, packing)
    }

    /// Of a gradient that is at hand.
    pub fn with_slopes(graph: &Graph, root: ExprId, slopes: &[ExprId], packing: &Packing) -> Self {
        let roots: Vec<ExprId> = [&[root], slopes].concat();
        Oracle {
            tape: Tape::new(graph, &[&roots]),
            packing: packing.clone(),
            second: false,
            evaluations: 0,
        }
    }

    /// With Hessian-vector products as a second stage.
    pub fn with_second(
        graph: &mut Graph,
        root: ExprId,
        nodes: &[ExprId],
        packing: &Packing,
    ) -> Self {
        let slopes = gradient(graph, root, nodes);
        let count = nodes.len();
        let directions: Vec<ExprId> = (0..count)
            .map(|k| {
                let id = VariableId((count + k) as u32);
                graph.variable(id, packing.variables[k].shape, Default::default())
            })
            .collect();
        let slope = crate::differentiate::inner_products(graph, &slopes, &directions);
        let products = gradient(graph, slope, nodes);
        let roots: Vec<ExprId> = [root].into_iter().chain(slopes).collect();
        Oracle {
            tape: Tape::new(graph, &[&roots, &products]),
            packing: packing.clone(),
            second: true,
            evaluations: 0,
        }
    }

    /// Large data is then read by so many threads at once.
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.tape.use_threads(threads);
        self
    }

    fn load(&mut self, offset: usize, x: &[f64]) {
        for (k, packed) in self.packing.variables.iter().enumerate() {
            if let Some(slot) = self.tape.input(VariableId((offset + k) as u32)) {
                packed.expand(&x[packed.range()], slot);
            }
        }
    }

    fn collect(&self, stage: usize, first: usize, out: &mut [f64]) {
        for (k, packed) in self.packing.variables.iter().enumerate() {
            packed.collect(self.tape.root(stage, first + k), &mut out[packed.range()]);
        }
    }
}

impl Smooth for Oracle {
    fn size(&self) -> usize {
        self.packing.size
    }

    fn evaluate(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.evaluations += 1;
        self.load(0, x);
        self.tape.run(0);
        self.collect(0, 1, gradient);
        self.tape.root(0, 0)[0]
    }
}

impl TwiceSmooth for Oracle {
    fn hessian_times(&mut self, v: &[f64], out: &mut [f64]) {
        debug_assert!(self.second);
        self.load(self.packing.variables.len(), v);
        self.tape.run(1);
        self.collect(1, 0, out);
    }
}
