//! The message for a part that is not proved convex: the smallest failing expression, the rule, why
//! each part has its curvature, and what would be accepted.

mod culprit;
mod help;
mod reason;
mod relation;
mod wish;

use super::counterexample::Counterexample;
use super::dcp::Analysis;
use super::error::ConvexityError;
use super::part::{Form, Part};
use super::repair::Repair;
use crate::problem::{Constraint, Goal, Problem, Relation};
use crate::span::Span;
use culprit::{Culprit, Knowledge};
use miette::LabeledSpan;

/// Explains one part, by points that show it not convex and the constraint that excludes them, if any.
pub(super) fn explain(
    analysis: &Analysis<'_>,
    repair: &Repair,
    part: Part,
    form: Form,
    points: Option<(&Counterexample, Option<&Constraint>)>,
) -> ConvexityError {
    let knowledge = Knowledge { analysis, repair };
    let problem = analysis.problem;
    let Some(culprit) = knowledge.culprit(form) else {
        return not_symmetric(&knowledge, part, form);
    };
    let rule = knowledge.rule(culprit);
    let labels = labels(&knowledge, part, culprit);
    let help = help::help(&knowledge, part, form, culprit);
    let subject = subject(problem, part);
    let asked = asked(problem, part);
    match points {
        Some((found, None)) => ConvexityError::NotConvex {
            message: format!(
                "{subject} is not {asked}: {}\n{rule}",
                found.describe(problem)
            ),
            labels,
            help,
        },
        Some((found, Some(constraint))) => ConvexityError::Unknown {
            message: format!(
                "cannot prove that {subject} is {asked}: {rule}\nwhere `{}` does not hold it is not: {}\nof other constraints only bounds, `affine <= number` and, for a difference, `a <= b` tell where a part must be so",
                constraint.name,
                found.describe(problem)
            ),
            labels,
            help,
        },
        None => ConvexityError::Unknown {
            message: format!("cannot prove that {subject} is {asked}: {rule}"),
            labels,
            help,
        },
    }
}

fn not_symmetric(knowledge: &Knowledge<'_, '_>, part: Part, form: Form) -> ConvexityError {
    let problem = knowledge.analysis.problem;
    let symmetric = |id| knowledge.analysis.facts(id).symmetric;
    let sides = form.needs().into_iter().map(|(id, _)| id);
    let side = sides.into_iter().find(|&id| !symmetric(id));
    let text = side.map_or_else(String::new, |id| knowledge.text(id));
    let span = side.map(|id| knowledge.analysis.graph().span(id));
    let span = span
        .filter(|s| s.end > s.start)
        .unwrap_or(part_span(problem, part));
    ConvexityError::NotSymmetric {
        message: format!(
            "{} compares matrices that must be symmetric, but `{text}` need not be",
            subject(problem, part)
        ),
        labels: labelled(
            span,
            "not symmetric for every value of the variables".to_owned(),
        ),
        help: Some(help::symmetrise(knowledge, side)),
    }
}

/// "the objective", "the constraint `cap[3]`".
fn subject(problem: &Problem, part: Part) -> String {
    match part {
        Part::Objective => "the objective".to_owned(),
        Part::Constraint(_) => format!("the constraint `{}`", part.name(problem)),
    }
}

fn asked(problem: &Problem, part: Part) -> &'static str {
    match (part, problem.objective.goal) {
        (Part::Objective, Goal::Maximize) => "concave, as maximising asks",
        (Part::Objective, Goal::Minimize | Goal::Find) | (Part::Constraint(_), _) => "convex",
    }
}

/// What the relation asks of its sides.
fn requirement(problem: &Problem, part: Part) -> Option<&'static str> {
    let Part::Constraint(k) = part else {
        return None;
    };
    let constraint = &problem.constraints[k];
    Some(match (constraint.relation, constraint.flipped) {
        (Relation::Equal, _) => "`==` needs both sides affine",
        (Relation::LessEqual, false) => "`<=` needs a convex left and a concave right side",
        (Relation::LessEqual, true) => "`>=` needs a concave left and a convex right side",
        (Relation::Precedes, false) => "`<<` needs both sides affine and symmetric",
        (Relation::Precedes, true) => "`>>` needs both sides affine and symmetric",
    })
}

fn labels(knowledge: &Knowledge<'_, '_>, part: Part, culprit: Culprit) -> Vec<LabeledSpan> {
    let graph = knowledge.analysis.graph();
    let problem = knowledge.analysis.problem;
    let whole = part_span(problem, part);
    let span = graph.span(culprit.expression);
    let mut labels = Vec::new();
    let defined_at = defined_at(knowledge, culprit);
    let arguments = graph.arguments(culprit.expression).iter();
    let bent = arguments.filter(|&&a| defined_at.is_none() && !graph.is_constant(a));
    for &argument in bent.take(3) {
        let inner = graph.span(argument);
        let inside = whole.contains(inner) && inner != span;
        if inside && !labels.iter().any(|(s, _)| *s == inner) {
            labels.push((inner, knowledge.because(argument)));
        }
    }
    let definition = definition(problem, span);
    if labels.is_empty() {
        let at = match whole.contains(span) || definition.is_some() {
            true => span,
            false => whole,
        };
        labels.push((at, knowledge.because(culprit.expression)));
    }
    if definition.is_some_and(|definition| !definition.contains(whole)) {
        labels.push((whole, "used here".to_owned()));
    }
    if let Some(use_of_function) = used_at(problem, part) {
        labels.push((use_of_function, "used here".to_owned()));
    }
    if let Some(definition) = defined_at {
        labels.push((definition, "the inner problem".to_owned()));
    }
    let mut labels: Vec<LabeledSpan> = labels
        .into_iter()
        .flat_map(|(span, text)| labelled(span, text))
        .collect();
    if let Some(requirement) = requirement(problem, part) {
        labels.extend(labelled(whole, requirement.to_owned()));
    }
    labels
}

/// The text of the inner problem that holds the span.
fn definition(problem: &Problem, span: Span) -> Option<Span> {
    let inner = problem.inner.iter().map(|inner| inner.definition);
    inner.into_iter().find(|d| d.contains(span))
}

/// The use of the function whose inner problem the part belongs to.
fn used_at(problem: &Problem, part: Part) -> Option<Span> {
    let Part::Constraint(k) = part else {
        return None;
    };
    let mut innermost = problem.inner.iter().filter(|i| i.constraints.contains(&k));
    innermost
        .next()
        .map(|inner| problem.graph.span(inner.value))
}

/// The text of the inner problem whose value is the culprit.
fn defined_at(knowledge: &Knowledge<'_, '_>, culprit: Culprit) -> Option<Span> {
    let inner = knowledge.analysis.problem.inner.iter();
    let mut found = inner.filter(|inner| inner.value == culprit.expression);
    found.next().map(|inner| inner.definition)
}

fn part_span(problem: &Problem, part: Part) -> Span {
    match part {
        Part::Objective => problem.objective.span,
        Part::Constraint(k) => problem.constraints[k].span,
    }
}

/// No label without a text to point at.
fn labelled(span: Span, text: String) -> Vec<LabeledSpan> {
    if span.end > span.start {
        vec![LabeledSpan::new_with_span(Some(text), span)]
    } else {
        Vec::new()
    }
}
