//! Signs under which a part would be proved: tried, not guessed.

use super::culprit::Knowledge;
use crate::convexity::dcp::Analysis;
use crate::convexity::part::Form;
use crate::convexity::prove::prove;
use crate::convexity::repair::Repair;
use crate::expr::ExprId;
use crate::problem::{Constraint, ConstraintName, Origin, Problem, Relation};
use crate::span::Span;

/// Signs that are assumed together.
const MOST_SIGNS: usize = 3;

/// "declare ...": expressions of the user that have to be nonnegative.
pub(super) fn signs(knowledge: &Knowledge<'_, '_>, form: Form) -> Option<String> {
    let mut next = first_wish(knowledge.analysis, knowledge.repair, form, &[]);
    next?;
    let mut problem = knowledge.analysis.problem.clone();
    let mut wished: Vec<ExprId> = Vec::new();
    while let Some(base) = next.filter(|_| wished.len() < MOST_SIGNS) {
        wished.push(base);
        assume_nonnegative(&mut problem, base);
        let mut analysis = Analysis::new(&problem, &problem.roots());
        let mut repair = Repair::new(&analysis);
        if prove(&mut analysis, &mut repair, form).is_some() {
            return Some(text(knowledge, &wished));
        }
        next = first_wish(&analysis, &repair, form, &wished);
    }
    None
}

/// Of the outermost expression that wishes for a sign of something that the user wrote.
fn first_wish(
    analysis: &Analysis<'_>,
    repair: &Repair,
    form: Form,
    known: &[ExprId],
) -> Option<ExprId> {
    let written = analysis.problem.graph.len();
    let roots = form.needs().into_iter().map(|(id, _)| id);
    let below = analysis.graph().below(&roots.collect::<Vec<_>>());
    let wishes = below.iter().rev().flat_map(|id| repair.wishes(*id));
    wishes
        .map(|wish| wish.base)
        .find(|base| base.index() < written && !known.contains(base))
}

fn assume_nonnegative(problem: &mut Problem, base: ExprId) {
    let zero = problem.graph.number(0.0);
    problem.constraints.push(Constraint {
        name: ConstraintName::plain("assumed".to_owned()),
        origin: Origin::Line,
        left: zero,
        relation: Relation::LessEqual,
        right: base,
        flipped: false,
        span: Span::default(),
    });
}

fn text(knowledge: &Knowledge<'_, '_>, wished: &[ExprId]) -> String {
    let signs: Vec<String> = wished
        .iter()
        .map(|&base| format!("`{} >= 0`", knowledge.text(base)))
        .collect();
    let signs = signs.join(" and ");
    format!("where {signs} it is accepted: say so by a bound or a constraint")
}
