//! Answers at the apex of quotients, and where a product such as x*log(x) has no value.
//!
//! q²/k is constant along rays and falls to 0 with them. At k = 1e-16 and q = 1e-10, which an accurate method may well
//! find where both may be 0, it is 1e-4 of nothing but rounding. There k is raised by as little as gives the objective
//! the value that the multipliers have. x*log(x) has no value at x = 0, though it tends to 0 there.

use super::affine::{AffineForm, AffineForms};
use super::packing::Packing;
use crate::expr::{Atom, Domain, ExprId};
use crate::problem::Problem;

/// What the arguments are raised to, relative to max(1, the largest unknown).
const HEIGHTS: [f64; 4] = [1e-11, 1e-10, 1e-9, 1e-8];

/// The points at which arguments at the edge of a domain are raised, lowest first.
pub fn raised<'p>(
    problem: &'p Problem,
    packing: &'p Packing,
    x: &'p [f64],
) -> impl Iterator<Item = Vec<f64>> + 'p {
    let forms = arguments_with_edges(problem, packing);
    let size = x.iter().fold(1.0, |most: f64, x| most.max(x.abs()));
    HEIGHTS.iter().filter_map(move |height| {
        let mut moved = x.to_vec();
        for form in &forms {
            raise(form, height * size, &mut moved);
        }
        (moved != x).then_some(moved)
    })
}

/// Affine arguments that have to be at least 0.
fn arguments_with_edges(problem: &Problem, packing: &Packing) -> Vec<AffineForm> {
    let graph = &problem.graph;
    let nodes = graph.reachable(&problem.roots());
    let has_edge = |atom: &dyn Atom, k: usize| match atom.domain(k) {
        Domain::AtLeast(end) | Domain::Above(end) => end == 0.0,
        _ => false,
    };
    let edges = |id: &ExprId| -> Vec<ExprId> {
        let (Some(atom), arguments) = (graph.atom(*id), graph.arguments(*id)) else {
            return Vec::new();
        };
        let with_edge = (0..arguments.len()).filter(|&k| has_edge(atom.as_ref(), k));
        with_edge.map(|k| arguments[k]).collect()
    };
    let edges: Vec<ExprId> = nodes.iter().flat_map(edges).collect();
    let mut forms = AffineForms::written_out();
    forms.learn(graph, &edges, packing);
    let forms = edges.iter().filter_map(|&edge| forms.get(edge));
    forms.map(|form| (*form).clone()).collect()
}

/// The shortest step by which each row, one after the other, is as high.
fn raise(form: &AffineForm, height: f64, x: &mut [f64]) {
    let mut values = form.offset.clone();
    let mut squares = vec![0.0; form.rows()];
    for term in form.all_terms() {
        values[term.row] += term.value * x[term.column];
        squares[term.row] += term.value * term.value;
    }
    for term in form.all_terms() {
        let missing = height - values[term.row];
        if missing > 0.0 && missing <= 2.0 * height {
            x[term.column] += missing * term.value / squares[term.row];
        }
    }
}
