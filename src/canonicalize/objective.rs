//! The objective: a sum taken apart into linear terms and terms that go into P.

use super::centres::Centres;
use super::forward::Forward;
use super::huber::add_huber;
use super::quadratic::{Squares, add_form};
use super::split::{Term, Terms, split};
use super::{Options, Source};
use crate::atoms::affine::{ElementMultiply, Multiply};
use crate::atoms::elementwise::{Abs, Huber, Power};
use crate::atoms::reductions::Norm2;
use crate::atoms::{Entrywise, Reduce};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::expr::{Evaluator, ExprId, Graph};
use crate::matrix::Matrix;
use crate::problem::Goal;
use std::borrow::Cow;
use std::sync::Arc;

/// How the objective enters the program.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    pieces: Vec<Piece>,
    constant: f64,
}

/// One part of the objective, to be minimised.
#[derive(Clone, Debug)]
enum Piece {
    /// factor*Σ(entries).
    Linear(Term),
    /// weight*Σ(factors .* argument²).
    Squares {
        weight: f64,
        argument: ExprId,
        /// Nonnegative; `None` when all are 1.
        factors: Option<Arc<Matrix>>,
    },
    /// weight*argument'*matrix*argument.
    Form {
        weight: f64,
        argument: ExprId,
        matrix: Arc<Matrix>,
    },
    /// weight*Σ huber(argument).
    Huber {
        weight: f64,
        argument: ExprId,
        width: f64,
    },
}

impl Piece {
    fn node(&self) -> ExprId {
        match self {
            Piece::Linear(term) => term.node,
            Piece::Squares { argument, .. }
            | Piece::Form { argument, .. }
            | Piece::Huber { argument, .. } => *argument,
        }
    }
}

impl Plan {
    /// The nodes whose lowered values the plan needs.
    pub(super) fn nodes(&self) -> impl Iterator<Item = ExprId> + '_ {
        self.pieces.iter().map(Piece::node)
    }
}

/// Decides for every term of the objective.
pub(super) fn plan(source: &Source<'_>, constants: &Evaluator<'_>, options: &Options) -> Plan {
    let goal = source.problem.objective.goal;
    if goal == Goal::Find {
        return Plan::default();
    }
    let Some(root) = source.objective else {
        return Plan::default();
    };
    let Terms { terms, constant } = split(source.graph, constants, root, goal.sign());
    let pieces = terms.into_iter().map(|term| {
        let quadratic = options
            .quadratic_objective
            .then(|| quadratic_piece(source.graph, constants, term));
        let huber = || {
            options
                .split_huber
                .then(|| huber_piece(source.graph, term))?
        };
        let bent = quadratic.flatten().or_else(huber);
        bent.unwrap_or(Piece::Linear(term))
    });
    Plan {
        pieces: pieces.collect(),
        constant,
    }
}

fn quadratic_piece(graph: &Graph, constants: &Evaluator<'_>, term: Term) -> Option<Piece> {
    let name = graph.atom(term.node)?.name();
    if name == "quad_form" {
        let arguments = graph.arguments(term.node);
        return Some(Piece::Form {
            weight: term.factor,
            argument: *arguments.first()?,
            matrix: constants.constant(*arguments.get(1)?)?.clone(),
        });
    }
    if let Some(argument) = squared(graph, term.node) {
        return (term.factor > 0.0).then_some(Piece::Squares {
            weight: term.factor,
            argument,
            factors: None,
        });
    }
    weighted_squares(graph, constants, term)
}

fn huber_piece(graph: &Graph, term: Term) -> Option<Piece> {
    let huber = graph.atom_as::<Entrywise<Huber>>(term.node)?;
    (term.factor > 0.0).then_some(Piece::Huber {
        weight: term.factor,
        argument: *graph.arguments(term.node).first()?,
        width: huber.0.width(),
    })
}

/// `c .* square(e)` or `c'*square(e)` with factors of one sign.
fn weighted_squares(graph: &Graph, constants: &Evaluator<'_>, term: Term) -> Option<Piece> {
    let &[first, second] = graph.arguments(term.node) else {
        return None;
    };
    let (factors, squares) = match (constants.constant(first), constants.constant(second)) {
        (Some(factors), None) => (factors, second),
        (None, Some(factors)) => (factors, first),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    let inner = graph.atom_as::<Multiply>(term.node).is_some()
        && graph.shape(term.node).is_scalar()
        && graph.shape(squares).is_column();
    let entrywise = graph.atom_as::<ElementMultiply>(term.node).is_some()
        && factors.shape() == graph.shape(squares);
    let argument = squared(graph, squares)?;
    let same_shape = graph.shape(argument) == graph.shape(squares);
    let nonnegative = factors.stored().iter().all(|f| f * term.factor >= 0.0);
    ((inner || entrywise) && same_shape && nonnegative).then(|| Piece::Squares {
        weight: term.factor.abs(),
        argument,
        factors: Some(factors.clone()),
    })
}

/// The argument whose squared entries add up to the sum of the node's entries.
fn squared(graph: &Graph, id: ExprId) -> Option<ExprId> {
    let argument = *graph.arguments(id).first()?;
    let name = graph.atom(id)?.name();
    if name == "sum_squares" {
        return Some(argument);
    }
    let square = name == "square"
        || graph
            .atom_as::<Entrywise<Power>>(id)
            .is_some_and(|power| power.0.exponent() == 2.0);
    if !square {
        return None;
    }
    let root = graph.atom_as::<Reduce<Norm2>>(argument).is_some()
        || graph.atom_as::<Entrywise<Abs>>(argument).is_some();
    if root {
        return graph.arguments(argument).first().copied();
    }
    Some(argument)
}

/// Writes the objective. Returns where the first `plain` variables are counted from.
pub(super) fn emit(
    plan: &Plan,
    forward: &Forward,
    plain: usize,
    options: &Options,
    program: &mut ProgramBuilder,
) -> Vec<f64> {
    program.add_constant(plan.constant);
    let mut squares: Vec<Squares<'_>> = plan
        .pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Squares {
                weight,
                argument,
                factors,
            } => {
                let map = scaled(forward.affine(*argument), factors.as_deref());
                Some(Squares::new(*weight, map, options))
            }
            Piece::Linear(_) | Piece::Form { .. } | Piece::Huber { .. } => None,
        })
        .collect();
    let shifts = settle(plan, forward, &mut squares, plain, options);
    program.translate(&shifts);
    for piece in &plan.pieces {
        emit_piece(piece, forward, &shifts, program);
    }
    let pairs = count_pairs(&squares, program.variable_count(), options);
    for term in squares {
        term.emit(&shifts, &pairs, program);
    }
    shifts
}

/// Row k times the root of |factor k|.
fn scaled<'a>(map: Cow<'a, AffineMap>, factors: Option<&Matrix>) -> Cow<'a, AffineMap> {
    let Some(factors) = factors else {
        return map;
    };
    let roots: Vec<f64> = factors.entries().iter().map(|f| f.abs().sqrt()).collect();
    Cow::Owned(map.scaled_rows(&roots))
}

/// For each variable the squares of two variables that it stands in; empty when none is to be
/// multiplied out.
fn count_pairs(squares: &[Squares<'_>], variables: usize, options: &Options) -> Vec<u32> {
    if !options.expand_pairs {
        return Vec::new();
    }
    let mut pairs = vec![0; variables];
    for term in squares {
        term.count_pairs(&mut pairs);
    }
    pairs
}

/// Lets the quadratic terms agree on centres.
fn settle(
    plan: &Plan,
    forward: &Forward,
    squares: &mut [Squares<'_>],
    plain: usize,
    options: &Options,
) -> Vec<f64> {
    let available = if options.shift_to_centres { plain } else { 0 };
    let mut centres = Centres::new(available);
    for term in squares.iter_mut() {
        term.settle_products(&mut centres, options);
    }
    for term in squares.iter() {
        term.settle_rows(&mut centres);
    }
    for piece in &plan.pieces {
        if let Piece::Form { argument, .. } = piece {
            centres.offer_rows(&forward.affine(*argument));
        }
    }
    centres.shifts()
}

fn emit_piece(piece: &Piece, forward: &Forward, shifts: &[f64], program: &mut ProgramBuilder) {
    if let Piece::Squares { .. } = piece {
        return;
    }
    let mut map = forward.affine(piece.node());
    if !shifts.is_empty() {
        map.to_mut().translate(shifts);
    }
    match piece {
        Piece::Linear(term) => program.add_scaled_objective(term.factor, &map),
        Piece::Form { weight, matrix, .. } => add_form(program, *weight, matrix, &map),
        Piece::Huber { weight, width, .. } => add_huber(program, *weight, *width, &map),
        Piece::Squares { .. } => {}
    }
}
