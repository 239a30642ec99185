//! The gradient of a function as a formula, by the same rules that `bowl derive` uses.

use super::facets::argument_names;
use crate::atoms::construct;
use crate::atoms::registry::{Entry, Role, Specimen, is_elementwise};
use crate::differentiate::gradient_or_unknown;
use crate::expr::{Domain, ExprId, Graph, VariableId, print};
use crate::shape::Shape;
use crate::span::Span;

/// One formula for each argument that varies. A function of single entries is taken at one entry;
/// of one with many results it is the gradient of the inner product with a matrix G.
pub(super) fn formulas(entry: &Entry, specimen: &Specimen) -> Option<String> {
    let mut names = argument_names(entry, specimen);
    let mut graph = Graph::new();
    let shapes = specimen
        .arguments
        .iter()
        .map(|&(shape, _)| match is_elementwise(entry) {
            true => Shape::SCALAR,
            false => shape,
        });
    let leaves: Vec<ExprId> = shapes
        .enumerate()
        .map(|(k, shape)| graph.variable(VariableId(k as u32), shape, Span::default()))
        .collect();
    mark_symmetric(&mut graph, specimen);
    let value = graph.apply(specimen.atom.clone(), &leaves, Span::default());
    let value = value.ok()?;
    if stands_for_others(specimen) {
        return Some("that of the formula, by the chain rule".to_owned());
    }
    let root = weighted(&mut graph, value, &mut names);
    let roles = specimen.arguments.iter().enumerate();
    let varying: Vec<usize> = roles
        .filter(|(_, (_, role))| *role == Role::Variable)
        .map(|(k, _)| k)
        .collect();
    let wanted: Vec<ExprId> = varying.iter().map(|&k| leaves[k]).collect();
    let slopes = gradient_or_unknown(&mut graph, root, &wanted).ok()?;
    let formula = |(&k, &slope): (&usize, &ExprId)| {
        let text = print(&graph, slope, &names).text;
        match varying.len() {
            1 => text,
            _ => format!("{}: {text}", names[k]),
        }
    };
    let formulas: Vec<String> = varying.iter().zip(&slopes).map(formula).collect();
    Some(formulas.join("; "))
}

/// Arguments in the domain are symmetric where it is one of symmetric matrices; `inv` takes others too.
fn mark_symmetric(graph: &mut Graph, specimen: &Specimen) {
    for k in 0..specimen.arguments.len() {
        let symmetric = matches!(
            specimen.atom.domain(k),
            Domain::Symmetric | Domain::PositiveSemidefinite | Domain::PositiveDefinite
        );
        if symmetric && specimen.atom.name() != "inv" {
            graph.set_symmetric(VariableId(k as u32));
        }
    }
}

/// The value itself where it is a scalar, else sum(G .* value).
fn weighted(graph: &mut Graph, value: ExprId, names: &mut Vec<String>) -> ExprId {
    let shape = graph.shape(value);
    if shape.is_scalar() {
        return value;
    }
    let weights = graph.variable(VariableId(names.len() as u32), shape, Span::default());
    names.push(if shape.is_vector() { "g" } else { "G" }.to_owned());
    construct::inner_product(graph, weights, value)
}

/// The name of the derivatives by the entries of the value, where [`formulas`] speaks of them.
pub(super) fn weights(entry: &Entry, specimen: &Specimen) -> Option<&'static str> {
    let shapes: Vec<Shape> = specimen.arguments.iter().map(|(shape, _)| *shape).collect();
    let shape = specimen.atom.shape(&shapes).ok()?;
    if is_elementwise(entry) || shape.is_scalar() {
        return None;
    }
    Some(if shape.is_vector() { "g" } else { "G" })
}

/// Whether the graph puts an expression in the place of the call.
pub(super) fn stands_for_others(specimen: &Specimen) -> bool {
    let mut graph = Graph::new();
    let shapes = specimen.arguments.iter().enumerate();
    let leaves: Vec<ExprId> = shapes
        .map(|(k, &(shape, _))| graph.variable(VariableId(k as u32), shape, Span::default()))
        .collect();
    specimen.atom.expression(&mut graph, &leaves).is_some()
}
