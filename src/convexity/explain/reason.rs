//! The rule that fails, and why expressions have their curvature.

use super::culprit::{Culprit, Knowledge};
use crate::atoms::Entrywise;
use crate::atoms::affine::{Add, Divide, ElementMultiply, Multiply};
use crate::atoms::elementwise::Power;
use crate::atoms::partial::Partial;
use crate::convexity::brief::brief_part;
use crate::convexity::part::Need;
use crate::dcp::{Curvature, Facts, Monotonicity};
use crate::expr::{ExprId, Graph, NodeKind, Printed};

/// Why an expression fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// A product of two expressions that vary.
    Product,
    /// A quotient by an expression that varies.
    Quotient,
    /// A sum of terms that bend in different ways.
    MixedSum,
    /// The function itself is neither convex nor concave there.
    Function,
    /// The function bends, but an argument (by position) does not fit.
    Argument(usize),
    /// The curvature is known, but not the one that is asked.
    Wrong,
}

impl Knowledge<'_, '_> {
    pub fn text(&self, id: ExprId) -> String {
        self.part(id).text
    }

    /// The text, to be put into a larger formula.
    pub fn part(&self, id: ExprId) -> Printed {
        brief_part(self.analysis.problem, self.analysis.graph(), id)
    }

    pub fn failure(&self, culprit: Culprit) -> Failure {
        let graph = self.analysis.graph();
        let id = culprit.expression;
        if self.curvature(id) != Curvature::Unknown {
            return Failure::Wrong;
        }
        if varying_factors(graph, id).is_some() {
            return Failure::Product;
        }
        if graph.atom_as::<Divide>(id).is_some() {
            return Failure::Quotient;
        }
        if graph.atom_as::<Add>(id).is_some() {
            return Failure::MixedSum;
        }
        let facts = self.argument_facts(id);
        let Some(atom) = graph.atom(id) else {
            return Failure::Function;
        };
        if atom.curvature(&facts) == Curvature::Unknown {
            return Failure::Function;
        }
        let bends = |(_, f): &(usize, &Facts)| !f.curvature.is_affine();
        match facts.iter().enumerate().find(bends) {
            Some((k, _)) => Failure::Argument(k),
            None => Failure::Function,
        }
    }

    /// The failing rule in one sentence.
    pub fn rule(&self, culprit: Culprit) -> String {
        let id = culprit.expression;
        let text = self.text(id);
        match self.failure(culprit) {
            Failure::Product => {
                format!(
                    "`{text}` is a product of two expressions that both vary, in general neither convex nor concave"
                )
            }
            Failure::Quotient => {
                format!(
                    "`{text}` divides by an expression that varies, in general neither convex nor concave"
                )
            }
            Failure::MixedSum => format!("`{text}` adds convex and concave terms"),
            Failure::Function => self.function_rule(id, &text),
            Failure::Argument(k) => self.argument_rule(id, k),
            Failure::Wrong => self.wrong_rule(culprit, &text),
        }
    }

    fn function_rule(&self, id: ExprId, text: &str) -> String {
        let graph = self.analysis.graph();
        if let Some(power) = graph.atom_as::<Entrywise<Power>>(id)
            && power.0.exponent() > 1.0
        {
            let base = self.text(graph.arguments(id)[0]);
            return format!(
                "`{text}` is convex where `{base}` >= 0 only, and the sign of `{base}` is not known"
            );
        }
        let name = self.function(id);
        format!("{name} is neither convex nor concave where `{text}` may lie")
    }

    fn argument_rule(&self, id: ExprId, k: usize) -> String {
        let graph = self.analysis.graph();
        let argument = graph.arguments(id)[k];
        let facts = self.argument_facts(id);
        let (bend, monotonicity) = match graph.atom(id) {
            Some(atom) => (atom.curvature(&facts), atom.monotonicity(k, &facts)),
            None => (Curvature::Unknown, Monotonicity::Unknown),
        };
        let wanted = match (bend, monotonicity) {
            (Curvature::Convex, Monotonicity::Increasing) => "convex",
            (Curvature::Convex, Monotonicity::Decreasing) => "concave",
            (Curvature::Concave, Monotonicity::Increasing) => "concave",
            (Curvature::Concave, Monotonicity::Decreasing) => "convex",
            _ => "affine",
        };
        format!(
            "{} is {} and {} there, so that `{}` would have to be {wanted}, but it is {}",
            self.function(id),
            bend.word(),
            monotonicity_word(monotonicity),
            self.text(argument),
            facts[k].curvature.word(),
        )
    }

    fn wrong_rule(&self, culprit: Culprit, text: &str) -> String {
        let wanted = match culprit.need {
            Need::Convex => "convex",
            Need::Concave => "concave",
            Need::Affine => "affine",
        };
        let turned = if culprit.turned {
            " behind its minus sign"
        } else {
            ""
        };
        let word = self.curvature(culprit.expression).word();
        format!("`{text}` is {word}, but{turned} it would have to be {wanted}")
    }

    /// The function's name as the user writes it.
    fn function(&self, id: ExprId) -> String {
        let graph = self.analysis.graph();
        let name = match graph.atom_as::<Partial>(id) {
            Some(partial) => partial.function.as_ref(),
            None => graph.atom(id).map_or("?", |atom| atom.name()),
        };
        let word = name.chars().next().is_some_and(char::is_alphabetic);
        match word {
            true => format!("`{name}`"),
            false => format!("the operator `{name}`"),
        }
    }

    /// "convex, because `exp` is convex and nondecreasing and `x` is affine".
    pub fn because(&self, id: ExprId) -> String {
        let curvature = self.curvature(id);
        let word = curvature.word();
        let graph = self.analysis.graph();
        let bends = matches!(curvature, Curvature::Convex | Curvature::Concave);
        if !bends || self.repair.image(id) != id {
            return word.to_owned();
        }
        let NodeKind::Apply(atom) = graph.kind(id) else {
            return word.to_owned();
        };
        let facts = self.argument_facts(id);
        if graph.atom_as::<Add>(id).is_some() {
            return format!("{word}, as all its terms are {word} or affine");
        }
        if let Some(partial) = graph.atom_as::<Partial>(id) {
            let extreme = partial.extreme();
            return format!("{word}, as the {extreme} value of an inner problem");
        }
        match facts.iter().position(|f| !f.curvature.is_affine()) {
            None => format!("{word}, because {} is", self.function(id)),
            Some(k) => {
                let argument = self.text(graph.arguments(id)[k]);
                let inner = facts[k].curvature.word();
                let monotonicity = monotonicity_word(atom.monotonicity(k, &facts));
                let function = atom.curvature(&facts).word();
                let name = self.function(id);
                format!(
                    "{word}, because {name} is {function} and {monotonicity} and `{argument}` is {inner}"
                )
            }
        }
    }
}

/// The factors of a product of two varying expressions.
pub(super) fn varying_factors(graph: &Graph, id: ExprId) -> Option<(ExprId, ExprId)> {
    let product =
        graph.atom_as::<Multiply>(id).is_some() || graph.atom_as::<ElementMultiply>(id).is_some();
    let arguments = graph.arguments(id);
    let varies = product && !arguments.iter().any(|&a| graph.is_constant(a));
    varies.then(|| (arguments[0], arguments[1]))
}

fn monotonicity_word(monotonicity: Monotonicity) -> &'static str {
    match monotonicity {
        Monotonicity::Increasing => "nondecreasing",
        Monotonicity::Decreasing => "nonincreasing",
        Monotonicity::Constant => "constant",
        Monotonicity::Unknown => "not monotone",
    }
}
