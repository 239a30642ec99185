//! A constraint between an expression and a constant, written otherwise.

use super::culprit::Knowledge;
use super::reason::varying_factors;
use crate::atoms::Entrywise;
use crate::atoms::affine::Divide;
use crate::atoms::elementwise::Power;
use crate::convexity::part::{Form, Need};
use crate::expr::{ExprId, Precedence, Printed};

/// More factors are not listed.
const MOST_FACTORS: usize = 6;
/// Roots of longer texts are left as they are written.
const LONGEST_NUMBER: usize = 6;

/// `expression <= constant` or, not `above`, `expression >= constant`.
struct Bounded {
    outer: ExprId,
    bound: ExprId,
    above: bool,
}

impl Bounded {
    fn relation(&self) -> &'static str {
        if self.above { "<=" } else { ">=" }
    }
}

/// The relation in a form that is accepted, or that it says nothing.
pub(super) fn otherwise(knowledge: &Knowledge<'_, '_>, form: Form) -> Option<String> {
    let Form::LessEqual(left, right) = form else {
        return None;
    };
    let graph = knowledge.analysis.graph();
    let (outer, bound, above) = match (graph.is_constant(left), graph.is_constant(right)) {
        (false, true) => (left, right, true),
        (true, false) => (right, left, false),
        _ => return squares_below_product(knowledge, left, right),
    };
    let bounded = Bounded {
        outer,
        bound,
        above,
    };
    vacuous(knowledge, &bounded)
        .or_else(|| inverted(knowledge, &bounded))
        .or_else(|| quotient(knowledge, &bounded))
        .or_else(|| product(knowledge, &bounded))
}

/// exp(x) >= 0.
fn vacuous(knowledge: &Knowledge<'_, '_>, bounded: &Bounded) -> Option<String> {
    let (value, bound) = (
        knowledge.facts(bounded.outer).range,
        knowledge.facts(bounded.bound).range,
    );
    let holds = match bounded.above {
        true => value.upper <= bound.lower,
        false => value.lower >= bound.upper,
    };
    let (e, c) = (knowledge.text(bounded.outer), knowledge.text(bounded.bound));
    let relation = bounded.relation();
    holds.then(|| format!("`{e} {relation} {c}` holds wherever `{e}` has a value: leave it out"))
}

/// `f(e) <= c` of a concave increasing f (and the like) by the inverse of f.
fn inverted(knowledge: &Knowledge<'_, '_>, bounded: &Bounded) -> Option<String> {
    let graph = knowledge.analysis.graph();
    let name = graph.atom(bounded.outer)?.name();
    let inner = *graph.arguments(bounded.outer).first()?;
    if !knowledge.curvature(inner).is_affine() {
        return None;
    }
    let exponent = graph
        .atom_as::<Entrywise<Power>>(bounded.outer)
        .map(|p| p.0.exponent());
    let (e, c) = (knowledge.text(inner), knowledge.part(bounded.bound));
    // The inverse of a root or a power is read on c >= 0, that of an exponential on c > 0.
    let bound = knowledge.facts(bounded.bound).range;
    let nonnegative = bound.lower >= 0.0;
    let inverse = match (name, bounded.above, exponent) {
        ("log", true, _) => format!("exp({})", c.text),
        ("log1p", true, _) => format!("exp({}) - 1", c.text),
        ("exp", false, _) if bound.lower > 0.0 => format!("log({})", c.text),
        ("sqrt", true, _) | (_, true, Some(0.5)) if nonnegative => raised(&c, 2.0),
        (_, false, Some(p)) if p > 1.0 && nonnegative => {
            let root = raised(&c, 1.0 / p);
            return Some(format!("where `{e}` >= 0, write `{e} >= {root}`"));
        }
        _ => return None,
    };
    let relation = bounded.relation();
    // What the function said of its argument besides.
    let least = if name == "log1p" { -1.0 } else { 0.0 };
    let is_said = name == "exp" || knowledge.facts(inner).range.lower >= least;
    Some(match is_said {
        true => format!("write `{e} {relation} {inverse}`"),
        false => format!("write `{e} {relation} {inverse}` and `{e} >= {least}`"),
    })
}

/// The power with that positive exponent, entry by entry.
fn raised(base: &Printed, exponent: f64) -> String {
    let operator = if base.shape.is_scalar() { "^" } else { " .^ " };
    let base = base.at_least(Precedence::Postfix);
    format!("{base}{operator}{}", Printed::number(exponent))
}

/// `x/y <= c` as `x <= c*y`, where that is accepted.
fn quotient(knowledge: &Knowledge<'_, '_>, bounded: &Bounded) -> Option<String> {
    let graph = knowledge.analysis.graph();
    graph.atom_as::<Divide>(bounded.outer)?;
    let (over, under) = (
        graph.arguments(bounded.outer)[0],
        graph.arguments(bounded.outer)[1],
    );
    let need = if bounded.above {
        Need::Convex
    } else {
        Need::Concave
    };
    let curvature = knowledge.curvature(under);
    let nonnegative = knowledge.facts(bounded.bound).range.lower >= 0.0;
    let fits = curvature.is_affine() || (nonnegative && need.turned().is_met(curvature));
    if !need.is_met(knowledge.curvature(over)) || !fits {
        return None;
    }
    let (c, y) = (knowledge.part(bounded.bound), knowledge.part(under));
    let scalar = c.shape.is_scalar() || y.shape.is_scalar();
    let times = if scalar { "*" } else { " .* " };
    let product = match number(knowledge, bounded.bound) {
        Some(1.0) => y.text.clone(),
        _ => Printed::infix(&c, times, &y, Precedence::Product).text,
    };
    let (x, relation) = (knowledge.text(over), bounded.relation());
    Some(format!(
        "where `{}` > 0, write `{x} {relation} {product}`",
        y.text
    ))
}

/// `x*y >= c` by the root of the product.
fn product(knowledge: &Knowledge<'_, '_>, bounded: &Bounded) -> Option<String> {
    let factors = affine_factors(knowledge, bounded.outer)?;
    let nonnegative = knowledge.facts(bounded.bound).range.lower >= 0.0;
    if bounded.above || !nonnegative {
        return None;
    }
    let list: Vec<String> = factors.iter().map(|&x| knowledge.text(x)).collect();
    let bound = knowledge.part(bounded.bound).at_least(Precedence::Postfix);
    let (list, count) = (list.join("; "), factors.len());
    let root =
        number(knowledge, bounded.bound).map(|c| Printed::number(c.powf(1.0 / count as f64)));
    let root = root.filter(|text| text.len() <= LONGEST_NUMBER);
    let root = root.unwrap_or_else(|| format!("{bound}^(1/{count})"));
    Some(format!(
        "where no factor is negative, write `geo_mean([{list}]) >= {root}`"
    ))
}

/// The value of a scalar constant.
fn number(knowledge: &Knowledge<'_, '_>, constant: ExprId) -> Option<f64> {
    let facts = knowledge.facts(constant);
    let is_number = facts.shape.is_scalar() && facts.range.single().is_some();
    is_number.then_some(facts.range.lower)
}

/// `z^2 <= x*y` as `quad_over_lin(z, y) <= x`.
fn squares_below_product(
    knowledge: &Knowledge<'_, '_>,
    left: ExprId,
    right: ExprId,
) -> Option<String> {
    let graph = knowledge.analysis.graph();
    let factors = affine_factors(knowledge, right)?;
    let &[x, y] = factors.as_slice() else {
        return None;
    };
    let is_square = graph
        .atom_as::<Entrywise<Power>>(left)
        .is_some_and(|power| power.0.exponent() == 2.0);
    let is_square = is_square || graph.atom(left)?.name() == "sum_squares";
    let z = *graph.arguments(left).first()?;
    if !is_square || !knowledge.curvature(z).is_affine() || !graph.shape(left).is_scalar() {
        return None;
    }
    let [x, y, z] = [x, y, z].map(|id| knowledge.text(id));
    Some(format!(
        "where `{x}` and `{y}` are >= 0, write `quad_over_lin({z}, {y}) <= {x}`"
    ))
}

/// The factors of a product of scalars, if all are affine and vary.
fn affine_factors(knowledge: &Knowledge<'_, '_>, id: ExprId) -> Option<Vec<ExprId>> {
    let graph = knowledge.analysis.graph();
    let (mut factors, mut pending) = (Vec::new(), vec![id]);
    while let Some(id) = pending.pop() {
        if let Some((left, right)) = varying_factors(graph, id) {
            pending.extend([right, left]);
        } else {
            factors.push(id);
        }
        if pending.len() + factors.len() > MOST_FACTORS {
            return None;
        }
    }
    let fits = |&x: &ExprId| graph.shape(x).is_scalar() && knowledge.curvature(x).is_affine();
    (factors.len() > 1 && factors.iter().all(fits)).then_some(factors)
}
