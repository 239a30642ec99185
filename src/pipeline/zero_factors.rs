//! Functions that stand below a factor of zero: `0*log(x)` is 0, and still x > 0.
//!
//! Both paths may leave such a term out, and with it the domain of the function. So the domain is
//! spelt out for both, as it is where an outer function hides it ([`super::swallowed`]).

use super::domains;
use crate::atoms::affine::{BilinearMap, Convolution, ElementMultiply, Kronecker, Multiply};
use crate::expr::{Evaluator, ExprId, Graph};
use crate::matrix::Matrix;
use crate::problem::Problem;
use crate::shape::Shape;

/// These functions, of the `bounded` ones among `nodes`.
pub(super) fn hidden(problem: &Problem, nodes: &[ExprId], bounded: &[ExprId]) -> Vec<ExprId> {
    let graph = &problem.graph;
    let above = domains::above(graph, nodes, bounded);
    let products = nodes.iter().filter(|id| above.contains(id));
    let factors = products.filter_map(|id| Some((*id, constant_factor(graph, *id)?)));
    let factors: Vec<(ExprId, usize)> = factors.collect();
    let constants: Vec<ExprId> = factors
        .iter()
        .map(|(id, k)| graph.arguments(*id)[*k])
        .collect();
    let values = Evaluator::new(graph, &constants);
    let hides = |&&(id, k): &&(ExprId, usize)| {
        let arguments = graph.arguments(id);
        let value = values.constant(arguments[k]);
        value.is_some_and(|value| hides(graph, id, value, k == 0))
    };
    let hidden: Vec<ExprId> = factors
        .iter()
        .filter(hides)
        .map(|(id, k)| graph.arguments(*id)[1 - k])
        .collect();
    domains::within(graph, bounded, &hidden)
}

/// Which of the two arguments of a product is constant.
fn constant_factor(graph: &Graph, id: ExprId) -> Option<usize> {
    let is_product = graph.atom_as::<Multiply>(id).is_some()
        || graph.atom_as::<ElementMultiply>(id).is_some()
        || is_bilinear(graph, id);
    let arguments = graph.arguments(id);
    let constant = arguments.iter().position(|&a| graph.is_constant(a));
    constant.filter(|_| is_product)
}

fn is_bilinear(graph: &Graph, id: ExprId) -> bool {
    graph.atom_as::<BilinearMap<Kronecker>>(id).is_some()
        || graph.atom_as::<BilinearMap<Convolution>>(id).is_some()
}

/// Whether some entry of the other factor has no influence on the product.
fn hides(graph: &Graph, id: ExprId, value: &Matrix, is_left: bool) -> bool {
    let other = graph.arguments(id)[usize::from(is_left)];
    let single = |shape: Shape| shape.is_scalar();
    let all_zero = || value.stored().iter().all(|e| *e == 0.0);
    if single(value.shape()) || single(graph.shape(other)) || is_bilinear(graph, id) {
        return all_zero();
    }
    if graph.atom_as::<ElementMultiply>(id).is_some() {
        return value.entries().contains(&0.0);
    }
    has_zero_line(value, is_left)
}

/// Whether a column, or a row, holds zeros alone.
fn has_zero_line(value: &Matrix, columns: bool) -> bool {
    let shape = value.shape();
    let mut seen = vec![false; if columns { shape.cols } else { shape.rows }];
    for (k, entry) in value.stored().iter().enumerate() {
        if *entry != 0.0 {
            let (row, column) = value.place_of_stored(k);
            seen[if columns { column } else { row }] = true;
        }
    }
    seen.contains(&false)
}
