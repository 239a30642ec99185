//! A normal form over the points x = p + N*y that satisfy its linear equations.

use super::elimination::{Equation, NullSpace};
use crate::atoms::construct;
use crate::expr::{ExprId, Graph, VariableId};
use crate::matrix::{Matrix, SparseMatrix};
use crate::problem::Structure;
use crate::shape::Shape;
use crate::solve::descent::affine::{AffineForm, Term};
use crate::solve::descent::normal_form::{NormalForm, Part};
use crate::solve::descent::packing::{Packed, Packing};
use crate::span::Span;
use rustc_hash::FxHashMap;

/// The rows `== 0` of the affine parts, each with its part and row.
pub fn equations(form: &NormalForm) -> (Vec<Equation>, Vec<(usize, usize)>) {
    let (mut equations, mut places) = (Vec::new(), Vec::new());
    for (k, part) in form.parts.iter().enumerate() {
        let first = equations.len();
        let mut place_of = vec![None; part.form.rows()];
        for row in equation_rows(part) {
            place_of[row] = Some(equations.len());
            places.push((k, row));
            equations.push(Equation {
                terms: Vec::new(),
                side: -part.form.offset[row],
            });
        }
        if equations.len() == first {
            continue;
        }
        for term in part.form.all_terms() {
            if let Some(place) = place_of[term.row] {
                equations[place].terms.push((term.column, term.value));
            }
        }
    }
    (equations, places)
}

fn equation_rows(part: &Part) -> Vec<usize> {
    let slopes = part.rule.as_slopes();
    let rows = slopes.map(|s| (0..part.form.rows()).filter(|&k| s.is_equation(k)));
    rows.into_iter().flatten().collect()
}

/// The normal form over y, its parts and their rows those of the given one; rows of equations are zero.
pub fn restricted(form: NormalForm, space: &NullSpace) -> NormalForm {
    let mut graph = Graph::new();
    let unknowns = Shape::new(space.free.len(), 1);
    let y = graph.variable(VariableId(0), unknowns, Span::default());
    let mut copy = Copy {
        source: &form.graph,
        graph,
        images: FxHashMap::default(),
    };
    for (&node, &packed) in form.nodes.iter().zip(&form.packing.variables) {
        let image = written_out(&mut copy.graph, y, packed, space);
        copy.images.insert(node, image);
    }
    let smooth = form.smooth.map(|root| copy.image(root));
    let mut rows = form.rows;
    for row in &mut rows {
        row.expression = copy.image(row.expression);
    }
    let graph = copy.graph;
    let mut packing = Packing {
        variables: Vec::new(),
        size: 0,
    };
    packing.push(unknowns, Structure::Full);
    let (linear, along_point) = collected(&form.linear, space);
    NormalForm {
        graph,
        packing,
        nodes: vec![y],
        smooth,
        linear,
        constant: form.constant + along_point,
        parts: form
            .parts
            .into_iter()
            .map(|part| part_over(part, space))
            .collect(),
        rows,
        kept_kinks: Vec::new(),
        lifts: Vec::new(),
        at_edges: Vec::new(),
        has_null_vectors: false,
    }
}

/// N'c and p'c.
fn collected(c: &[f64], space: &NullSpace) -> (Vec<f64>, f64) {
    let mut collected = vec![0.0; space.free.len()];
    let mut along_point = 0.0;
    for ((c, row), p) in c.iter().zip(&space.rows).zip(&space.point) {
        along_point += c * p;
        row.iter().for_each(|&(j, n)| collected[j] += c * n);
    }
    (collected, along_point)
}

fn part_over(part: Part, space: &NullSpace) -> Part {
    let mut form = form_over(&part.form, space);
    let equations = equation_rows(&part);
    let mut is_equation = vec![false; form.rows()];
    for row in equations {
        form.offset[row] = 0.0;
        is_equation[row] = true;
    }
    form.terms.retain(|term| !is_equation[term.row]);
    Part { form, ..part }
}

/// A*x + b as (A*N)*y + (A*p + b).
fn form_over(form: &AffineForm, space: &NullSpace) -> AffineForm {
    let mut over = AffineForm {
        offset: form.offset.clone(),
        ..AffineForm::default()
    };
    for Term { row, column, value } in form.all_terms() {
        over.offset[row] += value * space.point[column];
        let terms = space.rows[column].iter();
        over.terms.extend(terms.map(|&(column, n)| Term {
            row,
            column,
            value: value * n,
        }));
    }
    over.merge();
    over
}

/// The whole variable as an affine expression of y.
fn written_out(graph: &mut Graph, y: ExprId, packed: Packed, space: &NullSpace) -> ExprId {
    let size = packed.shape.size();
    let free = |position: usize| packed.free_entry(position).map(|free| packed.start + free);
    let point = (0..size).map(|k| free(k).map_or(0.0, |place| space.point[place]));
    let point = Matrix::from_columns(Shape::new(size, 1), point.collect());
    let terms_of = |k: usize| {
        let row = free(k).map(|place| space.rows[place].iter());
        row.into_iter().flatten().map(move |&(j, n)| (k, j, n))
    };
    let triplets: Vec<_> = (0..size).flat_map(terms_of).collect();
    let map = SparseMatrix::from_triplets(Shape::new(size, space.free.len()), &triplets);
    let map = graph.constant(Matrix::Sparse(map), None, Span::default());
    let point = graph.constant(point, None, Span::default());
    let moved = construct::times(graph, map, y);
    let entries = construct::plus(graph, moved, point);
    construct::reshape(graph, entries, packed.shape)
}

/// Expressions of one graph in another, some nodes with images of their own.
struct Copy<'g> {
    source: &'g Graph,
    graph: Graph,
    images: FxHashMap<ExprId, ExprId>,
}

impl Copy<'_> {
    fn image(&mut self, root: ExprId) -> ExprId {
        for id in self.source.below(&[root]) {
            if self.images.contains_key(&id) {
                continue;
            }
            let arguments = self.source.arguments(id).iter();
            let arguments: Vec<ExprId> = arguments.map(|a| self.images[a]).collect();
            let image = self.graph.copied(self.source, id, &arguments);
            self.images.insert(id, image);
        }
        self.images[&root]
    }
}
