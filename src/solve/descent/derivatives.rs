//! What a model evaluates, as expressions: values, gradient, curvature along a direction, adjoints of
//! rows.

use super::tape::Tape;
use crate::atoms::construct;
use crate::differentiate::{gradient, inner_products};
use crate::expr::{ExprId, Graph, VariableId};
use crate::matrix::Matrix;
use crate::shape::Shape;

/// Stages of the tape.
pub const VALUES: usize = 0;
pub const GRADIENT: usize = 1;
pub const CURVATURE: usize = 2;
pub const ADJOINT: usize = 3;

/// Nodes of new parameters of the given shapes, numbered from `first`.
fn parameters(graph: &mut Graph, first: usize, shapes: &[Shape]) -> Vec<ExprId> {
    shapes
        .iter()
        .zip(first..)
        .map(|(&shape, id)| graph.variable(VariableId(id as u32), shape, Default::default()))
        .collect()
}

/// The expressions of the four stages.
#[derive(Debug)]
pub struct Derivatives {
    pub values: Vec<ExprId>,
    pub gradient: Vec<ExprId>,
    curvature: Vec<ExprId>,
    adjoint: Vec<ExprId>,
    variables: Vec<ExprId>,
}

impl Derivatives {
    /// Parameters are numbered behind the variables: directions, row weights, adjoint weights.
    pub fn new(
        graph: &mut Graph,
        nodes: &[ExprId],
        smooth: Option<ExprId>,
        curves: &[ExprId],
    ) -> Self {
        let shapes: Vec<Shape> = nodes.iter().map(|&n| graph.shape(n)).collect();
        let curve_shapes: Vec<Shape> = curves.iter().map(|&c| graph.shape(c)).collect();
        let count = nodes.len();
        let directions = parameters(graph, count, &shapes);
        let weights = parameters(graph, 2 * count, &curve_shapes);
        let others = parameters(graph, 2 * count + curves.len(), &curve_shapes);
        let smooth = smooth.unwrap_or_else(|| {
            let zero = Matrix::scalar(0.0);
            graph.constant(zero, None, Default::default())
        });
        let weighted = inner_products(graph, curves, &weights);
        let lagrangian = construct::plus(graph, smooth, weighted);
        let slopes = gradient(graph, lagrangian, nodes);
        let slope = inner_products(graph, &slopes, &directions);
        let mut curvature = gradient(graph, slope, nodes);
        curvature.extend(gradient(graph, slope, &weights));
        let weighted = inner_products(graph, curves, &others);
        let adjoint = gradient(graph, weighted, nodes);
        Derivatives {
            values: std::iter::once(smooth)
                .chain(curves.iter().copied())
                .collect(),
            gradient: slopes,
            curvature,
            adjoint,
            variables: nodes.to_vec(),
        }
    }

    pub fn compile(&self, graph: &Graph) -> Tape {
        Tape::new(
            graph,
            &[&self.values, &self.gradient, &self.curvature, &self.adjoint],
        )
    }

    /// No variable stands in the second derivatives.
    pub fn is_quadratic(&self, graph: &Graph) -> bool {
        let below = graph.reachable(&self.curvature[..self.variables.len()]);
        !self.variables.iter().any(|v| below.contains(v))
    }
}
