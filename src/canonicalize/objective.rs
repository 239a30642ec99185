//! The objective: a sum taken apart into linear terms and terms that go into P.

use super::forward::Forward;
use super::quadratic::{add_form, add_squares};
use super::split::{Term, Terms, split};
use super::{Options, Source};
use crate::atoms::elementwise::{Abs, Power};
use crate::atoms::reductions::Norm2;
use crate::atoms::{Entrywise, Reduce};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::expr::{Evaluator, ExprId, Graph};
use crate::matrix::Matrix;
use crate::problem::Goal;
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
    /// weight*Σ(argument²).
    Squares { weight: f64, argument: ExprId },
    /// weight*argument'*matrix*argument.
    Form {
        weight: f64,
        argument: ExprId,
        matrix: Arc<Matrix>,
    },
}

impl Piece {
    fn is_quadratic(&self) -> bool {
        match self {
            Piece::Linear(_) => false,
            Piece::Squares { .. } | Piece::Form { .. } => true,
        }
    }

    fn node(&self) -> ExprId {
        match self {
            Piece::Linear(term) => term.node,
            Piece::Squares { argument, .. } | Piece::Form { argument, .. } => *argument,
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
    let sign = match source.problem.objective.goal {
        Goal::Minimize => 1.0,
        Goal::Maximize => -1.0,
        Goal::Find => return Plan::default(),
    };
    let Some(root) = source.objective else {
        return Plan::default();
    };
    let Terms { terms, constant } = split(source.graph, constants, root, sign);
    let pieces = terms.into_iter().map(|term| {
        let quadratic = options
            .quadratic_objective
            .then(|| quadratic_piece(source.graph, constants, term));
        quadratic.flatten().unwrap_or(Piece::Linear(term))
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
    let argument = squared(graph, term.node)?;
    (term.factor > 0.0).then_some(Piece::Squares {
        weight: term.factor,
        argument,
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

/// Writes the objective. Returns where the first `plain` variables are counted from: (x - c)² is x²
/// for an x counted from c, without the products with c whose cancellation costs digits.
pub(super) fn emit(
    plan: &Plan,
    forward: &Forward,
    plain: usize,
    options: &Options,
    program: &mut ProgramBuilder,
) -> Vec<f64> {
    program.add_constant(plan.constant);
    let mut centres = Centres::new(plain);
    if options.shift_to_centres {
        for piece in plan.pieces.iter().filter(|p| p.is_quadratic()) {
            centres.offer(&forward.affine(piece.node()));
        }
    }
    let centres = centres.shifts();
    if !centres.is_empty() {
        program.translate(&centres);
    }
    for piece in &plan.pieces {
        let mut map = forward.affine(piece.node());
        if !centres.is_empty() {
            map.to_mut().translate(&centres);
        }
        match piece {
            Piece::Linear(term) => program.add_scaled_objective(term.factor, &map),
            Piece::Squares { weight, .. } => add_squares(program, *weight, &map, options),
            Piece::Form { weight, matrix, .. } => {
                add_form(program, *weight, matrix, &map, options);
            }
        }
    }
    centres
}

/// For each of the first variables the point from which a quadratic term measures it.
struct Centres(Vec<Option<f64>>);

impl Centres {
    fn new(count: usize) -> Self {
        Centres(vec![None; count])
    }

    /// Rows f*x + g are centred at -g/f; the first to come counts.
    fn offer(&mut self, map: &AffineMap) {
        for k in 0..map.rows() {
            let mut terms = map.row(k);
            if let (Some((j, factor)), None) = (terms.next(), terms.next())
                && let Some(slot) = self.0.get_mut(j)
                && factor != 0.0
            {
                slot.get_or_insert(-map.constants()[k] / factor);
            }
        }
    }

    /// Empty when all are 0.
    fn shifts(self) -> Vec<f64> {
        let shifts: Vec<f64> = self
            .0
            .into_iter()
            .map(|c| c.filter(|c| c.is_finite()).unwrap_or(0.0))
            .collect();
        if shifts.iter().all(|&s| s == 0.0) {
            return Vec::new();
        }
        shifts
    }
}
