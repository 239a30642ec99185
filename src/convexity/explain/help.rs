//! What would be accepted in place of what is not.

use super::culprit::{Culprit, Knowledge};
use super::reason::{Failure, varying_factors};
use crate::atoms::Entrywise;
use crate::atoms::elementwise::Power;
use crate::atoms::partial::Partial;
use crate::convexity::part::{Form, Need, Part};
use crate::dcp::Curvature;
use crate::expr::{ExprId, NodeKind};

/// A rewrite or a declaration that helps, when one is known.
pub(super) fn help(
    knowledge: &Knowledge<'_, '_>,
    part: Part,
    form: Form,
    culprit: Culprit,
) -> Option<String> {
    inverted(knowledge, form)
        .or_else(|| by_failure(knowledge, culprit))
        .or_else(|| by_form(knowledge, part, form))
}

fn by_failure(knowledge: &Knowledge<'_, '_>, culprit: Culprit) -> Option<String> {
    let graph = knowledge.analysis.graph();
    let id = culprit.expression;
    match knowledge.failure(culprit) {
        Failure::Product => product(knowledge, id),
        Failure::Quotient => quotient(knowledge, id),
        Failure::Function => {
            let power = graph.atom_as::<Entrywise<Power>>(id)?;
            let base = knowledge.text(graph.arguments(id)[0]);
            let odd = power.0.exponent() > 1.0;
            odd.then(|| format!("where `{base}` cannot be negative, declare its variables `nonneg` or with a bound `>= 0`"))
        }
        Failure::Wrong => inner_value(knowledge, id),
        Failure::MixedSum | Failure::Argument(_) => None,
    }
}

/// Where the value of an inner problem may stand.
fn inner_value(knowledge: &Knowledge<'_, '_>, id: ExprId) -> Option<String> {
    let partial = knowledge.analysis.graph().atom_as::<Partial>(id)?;
    let (better, goal, relation) = match partial.minimum {
        true => ("smaller", "minimize", "<="),
        false => ("larger", "maximize", ">="),
    };
    let extreme = partial.extreme();
    let text = knowledge.text(id);
    Some(format!(
        "this {extreme} value of an inner problem stands where {better} is better, as in `{goal} {text}` and `{text} {relation} c`; elsewhere the inner variables would be chosen against the definition"
    ))
}

fn product(knowledge: &Knowledge<'_, '_>, id: ExprId) -> Option<String> {
    let graph = knowledge.analysis.graph();
    let (left, right) = varying_factors(graph, id)?;
    let affine = |id| knowledge.curvature(id).is_affine();
    let (x, y) = (knowledge.text(left), knowledge.text(right));
    if affine(left) && affine(right) && graph.shape(id).is_scalar() {
        return Some(format!(
            "products are accepted where all terms of degree two together are a convex quadratic; of nonnegative factors `geo_mean([{x}; {y}])`, the root of the product, is concave"
        ));
    }
    if !graph.shape(id).is_scalar() && affine(left) && affine(right) {
        return Some(format!(
            "`{x}` and `{y}` both vary: make one of them a `param`, or bound the product by `square` of each"
        ));
    }
    None
}

fn quotient(knowledge: &Knowledge<'_, '_>, id: ExprId) -> Option<String> {
    let graph = knowledge.analysis.graph();
    let (over, under) = (graph.arguments(id)[0], graph.arguments(id)[1]);
    let (x, y) = (knowledge.text(over), knowledge.text(under));
    if graph.is_constant(over) {
        return Some(format!(
            "where `{y}` > 0, say so by a bound or a constraint `{y} >= 0`, or write `inv_pos({y})`"
        ));
    }
    Some(format!(
        "a constraint `{x}/{y} <= c` with `{y}` > 0 is accepted as `{x} <= c*{y}`; a square over `{y}` as `quad_over_lin`"
    ))
}

/// `f(e) <= c` of a concave increasing f (and the like) by the inverse of f.
fn inverted(knowledge: &Knowledge<'_, '_>, form: Form) -> Option<String> {
    let Form::LessEqual(left, right) = form else {
        return None;
    };
    let graph = knowledge.analysis.graph();
    let (outer, bound, above) = if graph.is_constant(right) {
        (left, right, true)
    } else if graph.is_constant(left) {
        (right, left, false)
    } else {
        return None;
    };
    let name = graph.atom(outer)?.name();
    let inner = *graph.arguments(outer).first()?;
    if !knowledge.curvature(inner).is_affine() {
        return None;
    }
    let (e, c) = (knowledge.text(inner), knowledge.text(bound));
    let exponent = graph
        .atom_as::<Entrywise<Power>>(outer)
        .map(|p| p.0.exponent());
    let relation = if above { "<=" } else { ">=" };
    let inverse = match (name, above, exponent) {
        ("log", true, _) => format!("exp({c})"),
        ("log1p", true, _) => format!("exp({c}) - 1"),
        ("exp", false, _) => format!("log({c})"),
        ("sqrt", true, _) => format!("({c})^2"),
        (_, true, Some(0.5)) => format!("({c})^2"),
        (_, false, Some(p)) if p > 1.0 => {
            return Some(format!(
                "where `{e}` >= 0, write `{e} >= ({c})^{}`",
                1.0 / p
            ));
        }
        _ => return None,
    };
    Some(format!("write `{e} {relation} {inverse}`"))
}

fn by_form(knowledge: &Knowledge<'_, '_>, part: Part, form: Form) -> Option<String> {
    let curvature = |id| knowledge.curvature(id);
    match (part, form) {
        (Part::Objective, Form::Maximize(e)) if curvature(e) == Curvature::Convex => Some(
            "a convex function can be minimised; its maximum is not a convex problem".to_owned(),
        ),
        (Part::Objective, Form::Minimize(e)) if curvature(e) == Curvature::Concave => Some(
            "a concave function can be maximised; its minimum is not a convex problem".to_owned(),
        ),
        (_, Form::Equal(left, right)) => relaxed(knowledge, left, right),
        (_, Form::LessEqual(left, right)) => {
            let reversed =
                Need::Concave.is_met(curvature(left)) && Need::Convex.is_met(curvature(right));
            reversed.then(|| {
                "where a convex function is large is not a convex set; the other direction of the relation would be accepted".to_owned()
            })
        }
        _ => None,
    }
}

/// An inequality in place of an equality.
fn relaxed(knowledge: &Knowledge<'_, '_>, left: ExprId, right: ExprId) -> Option<String> {
    let (l, r) = (knowledge.text(left), knowledge.text(right));
    let (a, b) = (knowledge.curvature(left), knowledge.curvature(right));
    let relation = if a.is_convex() && b.is_concave() {
        "<="
    } else if a.is_concave() && b.is_convex() {
        ">="
    } else {
        return None;
    };
    Some(format!(
        "`{l} {relation} {r}` would be accepted; often it holds with equality at the optimum"
    ))
}

/// How to make a side of a semidefinite relation symmetric.
pub(super) fn symmetrise(knowledge: &Knowledge<'_, '_>, side: Option<ExprId>) -> String {
    let Some(side) = side else {
        return "write `(X + X')/2`".to_owned();
    };
    let text = knowledge.text(side);
    match knowledge.analysis.graph().kind(side) {
        NodeKind::Variable(_) => {
            format!("declare the variable `symmetric`, or write `({text} + {text}')/2`")
        }
        NodeKind::Constant(_) | NodeKind::Apply(_) => {
            format!("write `({text} + ({text})')/2`, or declare the variables `symmetric`")
        }
    }
}
