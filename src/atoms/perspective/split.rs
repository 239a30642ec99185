//! A perspective in pieces: those of f with their constants times the scale, as all of them are
//! about cones.

use super::Perspective;
use crate::atoms::body::Body;
use crate::atoms::{Probe, construct};
use crate::dcp::{Curvature, Facts, Interval};
use crate::expr::{Atom, ExprId, Graph, Kink, NodeKind, Splitting, Whole};
use crate::matrix::Matrix;
use crate::shape::Shape;
use crate::span::Span;
use std::sync::Arc;

/// Whether f has one part that is not affine, and that one no pieces: then s*f(x/s) has none.
pub(super) fn is_one_whole(body: &Body, variables: usize) -> bool {
    let mut bent = bent_parts(body, variables).into_iter();
    let (Some(part), None) = (bent.next(), bent.next()) else {
        return false;
    };
    let mut graph = body.graph.clone();
    let (arguments, shape) = (graph.arguments(part).to_vec(), graph.shape(part));
    let graph = &mut graph;
    let atom = body.graph.atom(part);
    atom.is_some_and(|atom| {
        atom.split_smooth(&arguments, &mut Probe { graph, shape })
            .is_err()
    })
}

fn bent_parts(body: &Body, variables: usize) -> Vec<ExprId> {
    let mut bent = Vec::new();
    let ids = body.graph.ids().take(variables);
    let unknown = |id| affine(body.graph.shape(id), Interval::REALS);
    let arguments: Vec<Facts> = ids.map(unknown).collect();
    body.fold(|graph, id, below: &[Facts]| {
        if let Some(atom) = graph.atom(id)
            && !graph.is_constant(id)
            && !atom.curvature(below).is_affine()
        {
            bent.push(id);
        }
        body.node_facts(id, below, &arguments)
    });
    bent
}

/// A new expression of s*x, homogeneous in that and s, that bounds s*f(x) from its inner side. The points s*x stand
/// with the range of x.
pub(super) fn pieces_of(
    body: &Body,
    points: &[(ExprId, Interval)],
    scale: ExprId,
    pieces: &mut dyn Splitting,
) -> Result<ExprId, Whole> {
    let graph = &body.graph;
    let arguments: Vec<Facts> = points
        .iter()
        .map(|&(point, range)| affine(pieces.graph().shape(point), range))
        .collect();
    let mut known: Vec<Option<(Facts, ExprId)>> = vec![None; graph.len()];
    for id in graph.reachable(&[body.root]) {
        let below = graph.arguments(id).iter();
        let (facts, own): (Vec<Facts>, Vec<ExprId>) =
            below.filter_map(|a| known[a.index()]).unzip();
        let mapped = match graph.kind(id) {
            NodeKind::Constant(constant) => {
                let (value, name) = (constant.value.clone(), constant.name.clone());
                pieces.graph().constant(value, name, Span::default())
            }
            NodeKind::Variable(variable) => points.get(variable.index()).ok_or(Whole)?.0,
            NodeKind::Apply(atom) => {
                let shape = graph.shape(id);
                let bent = !graph.is_constant(id) && !atom.curvature(&facts).is_affine();
                if let Some(value) = body.node_facts(id, &facts, &arguments).range.single() {
                    let value = Matrix::filled(shape, value);
                    pieces.graph().constant(value, None, Span::default())
                } else if bent {
                    let curvature = atom.curvature(&facts);
                    bound_of(atom, &own, shape, curvature, scale, pieces)?
                } else {
                    apply(pieces.graph(), atom, &own)?
                }
            }
        };
        known[id.index()] = Some((body.node_facts(id, &facts, &arguments), mapped));
    }
    let (_, root) = known[body.root.index()].ok_or(Whole)?;
    Ok(scaled(pieces.graph(), root, scale))
}

fn affine(shape: Shape, range: Interval) -> Facts {
    Facts {
        range,
        curvature: Curvature::Affine,
        ..Facts::unknown(shape)
    }
}

fn apply(graph: &mut Graph, atom: &Arc<dyn Atom>, arguments: &[ExprId]) -> Result<ExprId, Whole> {
    let value = graph.apply(atom.clone(), arguments, Span::default());
    value.map_err(|_| Whole)
}

/// A new variable that bounds s times a convex or concave part of f.
fn bound_of(
    atom: &Arc<dyn Atom>,
    arguments: &[ExprId],
    shape: Shape,
    curvature: Curvature,
    scale: ExprId,
    pieces: &mut dyn Splitting,
) -> Result<ExprId, Whole> {
    let convex = match curvature {
        Curvature::Convex => true,
        Curvature::Concave => false,
        Curvature::Constant | Curvature::Affine | Curvature::Unknown => return Err(Whole),
    };
    let bound = pieces.variable(shape);
    let mut scaled = Scaled {
        whole: pieces,
        scale,
        bound,
        convex,
    };
    match (atom.split_smooth(arguments, &mut scaled), atom.kink()) {
        (Ok(()), _) => Ok(bound),
        (Err(Whole), Kink::Smooth) => {
            let value = apply(scaled.graph(), atom, arguments)?;
            if convex {
                scaled.below(value, bound);
            } else {
                let value = construct::negate(scaled.graph(), value);
                let bound = construct::negate(scaled.graph(), bound);
                scaled.below(value, bound);
            }
            Ok(bound)
        }
        (Err(Whole), Kink::Proximal(_) | Kink::Kinked) => Err(Whole),
    }
}

/// s*e(X/s) for an expression e of X: of an affine one e(X) + (s - 1)*e(0).
fn scaled(graph: &mut Graph, expression: ExprId, scale: ExprId) -> ExprId {
    if graph.is_constant(expression) {
        return construct::times(graph, scale, expression);
    }
    let (perspective, variables) = Perspective::of(graph, expression);
    if !perspective.is_affine() {
        let mut arguments = variables;
        arguments.push(scale);
        return construct::apply(graph, perspective, &arguments);
    }
    let offset = perspective.at_zero();
    if offset.stored().iter().all(|&entry| entry == 0.0) {
        return expression;
    }
    let offset = graph.constant(offset, None, Span::default());
    let factor = construct::shift(graph, scale, -1.0);
    let moved = construct::times(graph, factor, offset);
    construct::plus(graph, expression, moved)
}

/// Takes the pieces of a part of f, and hands them on with the scale put in.
#[derive(Debug)]
struct Scaled<'a, S: Splitting + ?Sized> {
    whole: &'a mut S,
    scale: ExprId,
    /// Bounds s times the part.
    bound: ExprId,
    convex: bool,
}

impl<S: Splitting + ?Sized> Scaled<'_, S> {
    fn scaled(&mut self, expression: ExprId) -> ExprId {
        scaled(self.whole.graph(), expression, self.scale)
    }
}

impl<S: Splitting + ?Sized> Splitting for Scaled<'_, S> {
    fn graph(&mut self) -> &mut Graph {
        self.whole.graph()
    }

    fn variable(&mut self, shape: Shape) -> ExprId {
        self.whole.variable(shape)
    }

    fn nonnegative_variable(&mut self, shape: Shape) -> ExprId {
        self.whole.nonnegative_variable(shape)
    }

    fn symmetric_variable(&mut self, side: usize) -> ExprId {
        self.whole.symmetric_variable(side)
    }

    fn bound(&mut self) -> ExprId {
        self.bound
    }

    fn limit(&mut self, side: ExprId) {
        if self.convex {
            self.below(side, self.bound);
        } else {
            self.below(self.bound, side);
        }
    }

    fn limit_norm(&mut self, tail: &[ExprId]) {
        self.second_order(self.bound, tail);
    }

    fn limit_power_norm(&mut self, p: f64, tail: ExprId) {
        self.power_norm(p, self.bound, tail);
    }

    fn below(&mut self, left: ExprId, right: ExprId) {
        let (left, right) = (self.scaled(left), self.scaled(right));
        self.whole.below(left, right);
    }

    fn equal(&mut self, left: ExprId, right: ExprId) {
        let (left, right) = (self.scaled(left), self.scaled(right));
        self.whole.equal(left, right);
    }

    fn second_order(&mut self, head: ExprId, tail: &[ExprId]) {
        let head = self.scaled(head);
        let tail: Vec<ExprId> = tail.iter().map(|&part| self.scaled(part)).collect();
        self.whole.second_order(head, &tail);
    }

    fn power_norm(&mut self, p: f64, head: ExprId, tail: ExprId) {
        let (head, tail) = (self.scaled(head), self.scaled(tail));
        self.whole.power_norm(p, head, tail);
    }

    fn relative_entropy(&mut self, x: ExprId, y: ExprId, t: ExprId) {
        let (x, y, t) = (self.scaled(x), self.scaled(y), self.scaled(t));
        self.whole.relative_entropy(x, y, t);
    }

    fn power(&mut self, alpha: f64, x: ExprId, y: ExprId, z: ExprId) {
        let (x, y, z) = (self.scaled(x), self.scaled(y), self.scaled(z));
        self.whole.power(alpha, x, y, z);
    }

    fn semidefinite(&mut self, matrix: ExprId) {
        let matrix = self.scaled(matrix);
        self.whole.semidefinite(matrix);
    }
}
