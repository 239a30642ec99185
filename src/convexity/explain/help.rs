//! What would be accepted in place of what is not.

use super::culprit::{Culprit, Knowledge};
use super::reason::{Failure, varying_factors};
use crate::atoms::Entrywise;
use crate::atoms::elementwise::Power;
use crate::atoms::partial::Partial;
use crate::atoms::spectral::Inverse;
use crate::convexity::part::{Form, Need, Part};
use crate::dcp::Curvature;
use crate::expr::{ExprId, NodeKind, Precedence, Printed};

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
    let (x, y) = (knowledge.text(over), knowledge.part(under));
    if graph.is_constant(over) {
        let y = y.text;
        return Some(format!(
            "where `{y}` > 0, say so by a bound or a constraint `{y} >= 0`, or write `inv_pos({y})`"
        ));
    }
    let whole = knowledge.text(id);
    let times = if y.shape.is_scalar() { "*" } else { " .* " };
    let product = Printed::infix(&Printed::tight("c"), times, &y, Precedence::Product).text;
    let y = y.text;
    Some(format!(
        "a constraint `{whole} <= c` with `{y}` > 0 is accepted as `{x} <= {product}`; a square over `{y}` as `quad_over_lin`"
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
    let exponent = graph
        .atom_as::<Entrywise<Power>>(outer)
        .map(|p| p.0.exponent());
    let (e, c) = (knowledge.text(inner), knowledge.part(bound));
    let relation = if above { "<=" } else { ">=" };
    // The inverse of a root or a power is read on c >= 0.
    let nonnegative = knowledge.facts(bound).range.lower >= 0.0;
    let inverse = match (name, above, exponent) {
        ("log", true, _) => format!("exp({})", c.text),
        ("log1p", true, _) => format!("exp({}) - 1", c.text),
        ("exp", false, _) => format!("log({})", c.text),
        ("sqrt", true, _) | (_, true, Some(0.5)) if nonnegative => raised(&c, 2.0),
        (_, false, Some(p)) if p > 1.0 && nonnegative => {
            let root = raised(&c, 1.0 / p);
            return Some(format!("where `{e}` >= 0, write `{e} >= {root}`"));
        }
        _ => return None,
    };
    Some(format!("write `{e} {relation} {inverse}`"))
}

/// The power with that positive exponent, entry by entry.
fn raised(base: &Printed, exponent: f64) -> String {
    let operator = if base.shape.is_scalar() { "^" } else { " .^ " };
    let base = base.at_least(Precedence::Postfix);
    format!("{base}{operator}{}", Printed::number(exponent))
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
