//! What would be accepted in place of what is not.

use super::culprit::{Culprit, Knowledge};
use super::reason::{Failure, varying_factors};
use super::{relation, wish};
use crate::atoms::Entrywise;
use crate::atoms::elementwise::Power;
use crate::atoms::partial::Partial;
use crate::atoms::spectral::Inverse;
use crate::convexity::part::{Form, Need, Part};
use crate::dcp::Curvature;
use crate::expr::{ExprId, NodeKind, Precedence};

/// A rewrite or a declaration that helps, when one is known.
pub(super) fn help(
    knowledge: &Knowledge<'_, '_>,
    part: Part,
    form: Form,
    culprit: Culprit,
) -> Option<String> {
    relation::otherwise(knowledge, form)
        .or_else(|| wish::signs(knowledge, form))
        .or_else(|| by_failure(knowledge, culprit))
        .or_else(|| by_form(knowledge, part, form))
}

fn by_failure(knowledge: &Knowledge<'_, '_>, culprit: Culprit) -> Option<String> {
    let graph = knowledge.analysis.graph();
    let id = culprit.expression;
    match knowledge.failure(culprit) {
        Failure::Product => product(knowledge, id),
        Failure::Quotient => quotient(knowledge, id),
        Failure::Function if graph.atom_as::<Inverse>(id).is_some() => inverse(knowledge, id),
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

/// The convex functions that hold an inverse.
fn inverse(knowledge: &Knowledge<'_, '_>, id: ExprId) -> Option<String> {
    let x = *knowledge.analysis.graph().arguments(id).first()?;
    let text = knowledge.text(x);
    let functions = format!(
        "`tr_inv({text})`, the trace of the inverse, and `matrix_frac(v, {text})`, v'*inv({text})*v, are convex"
    );
    Some(match knowledge.facts(x).psd {
        true => functions,
        false => format!("of a positive definite `{text}` (`{text} >> 0`), {functions}"),
    })
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
    if !affine(left) || !affine(right) {
        return None;
    }
    let scalars = graph.shape(left).is_scalar() && graph.shape(right).is_scalar();
    Some(match (scalars, graph.shape(id).is_scalar()) {
        (true, _) => format!(
            "products are accepted where all terms of degree two together are a convex quadratic; of nonnegative factors `geo_mean([{x}; {y}])`, the root of the product, is concave"
        ),
        (false, true) => {
            "products are accepted where all terms of degree two together are a convex quadratic"
                .to_owned()
        }
        (false, false) => format!("`{x}` and `{y}` both vary: make one of them a `param`"),
    })
}

/// A square over something affine.
fn quotient(knowledge: &Knowledge<'_, '_>, id: ExprId) -> Option<String> {
    let graph = knowledge.analysis.graph();
    let (over, under) = (graph.arguments(id)[0], graph.arguments(id)[1]);
    let square = |power: &Entrywise<Power>| power.0.exponent() == 2.0;
    let is_square = graph.atom_as::<Entrywise<Power>>(over).is_some_and(square);
    let fits = is_square && graph.shape(id).is_scalar() && knowledge.curvature(under).is_affine();
    fits.then(|| {
        let x = knowledge.text(graph.arguments(over)[0]);
        let y = knowledge.text(under);
        format!("where `{y}` > 0, write `quad_over_lin({x}, {y})`")
    })
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
                "the points where a convex function is large do not make a convex set in general; the other direction of the relation would be accepted".to_owned()
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
    let part = knowledge.part(side);
    let text = &part.text;
    let transposed = part.at_least(Precedence::Postfix) + "'";
    match knowledge.analysis.graph().kind(side) {
        NodeKind::Variable(_) => {
            format!("declare the variable `symmetric`, or write `({text} + {transposed})/2`")
        }
        NodeKind::Constant(_) | NodeKind::Apply(_) => {
            format!("write `({text} + {transposed})/2`, or declare the variables `symmetric`")
        }
    }
}
