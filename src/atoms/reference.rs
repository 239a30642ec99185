//! The function reference, generated from the registry.

use super::registry::Role;
use super::registry::{Arity, Entry, Specimen};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::Domain;
use serde_json::{Value, json};
use std::fmt::Write;

/// What the reference says of one function.
#[derive(Clone, Debug)]
pub struct Page {
    pub name: &'static str,
    /// `huber(x, M = 1)`.
    pub usage: String,
    pub summary: &'static str,
    pub formula: &'static str,
    pub curvature: &'static str,
    pub monotonicity: String,
    pub domain: String,
    pub example: &'static str,
}

/// The page of an entry, from the facets of its first specimen.
pub fn page(entry: &'static Entry) -> Page {
    let specimens = (entry.specimens)();
    let first = specimens.first();
    Page {
        name: entry.name,
        usage: usage(entry),
        summary: entry.summary,
        formula: entry.formula,
        curvature: first.map_or("", |s| s.atom.curvature(&facts(s)).word()),
        monotonicity: first.map_or(String::new(), monotonicity),
        domain: first.map_or(String::new(), domain),
        example: entry.example,
    }
}

impl Page {
    /// A page for a terminal.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n  {}\n\n", self.usage, self.summary);
        let rows = [
            ("formula", self.formula),
            ("curvature", self.curvature),
            ("monotone", self.monotonicity.as_str()),
            ("domain", self.domain.as_str()),
            ("example", self.example),
        ];
        for (label, value) in rows {
            let _ = writeln!(text, "  {label:<10} {value}");
        }
        text
    }

    pub fn json(&self) -> Value {
        json!({
            "name": self.name,
            "usage": self.usage,
            "summary": self.summary,
            "formula": self.formula,
            "curvature": self.curvature,
            "monotonicity": self.monotonicity,
            "domain": self.domain,
            "example": self.example,
        })
    }
}

/// One line for each function.
pub fn list(pages: &[Page]) -> String {
    let width = pages
        .iter()
        .map(|p| p.usage.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for page in pages {
        let padding = " ".repeat(width - page.usage.chars().count() + 2);
        let _ = writeln!(
            text,
            "{}{padding}{:<21}{}",
            page.usage, page.curvature, page.summary
        );
    }
    text
}

/// `huber(x, M = 1)`.
pub fn usage(entry: &Entry) -> String {
    let mut parts: Vec<String> = match entry.arity {
        Arity::Exactly(names) => names.iter().map(|n| (*n).to_owned()).collect(),
        Arity::AtLeast(_) => vec!["x".to_owned(), "y".to_owned(), "…".to_owned()],
    };
    parts.extend(entry.parameters.iter().map(|p| match p.default {
        Some(default) => format!("{} = {default}", p.name),
        None => p.name.to_owned(),
    }));
    format!("{}({})", entry.name, parts.join(", "))
}

/// Arguments of which nothing is known but whether they vary.
fn facts(specimen: &Specimen) -> Vec<Facts> {
    let fact = |&(shape, role)| Facts {
        curvature: match role {
            Role::Variable => Curvature::Affine,
            Role::Constant => Curvature::Constant,
        },
        ..Facts::unknown(shape)
    };
    specimen.arguments.iter().map(fact).collect()
}

fn monotonicity(specimen: &Specimen) -> String {
    let words: Vec<&str> = (0..specimen.arguments.len())
        .map(|k| {
            let known = |range| {
                let mut facts = facts(specimen);
                facts[k].range = range;
                specimen.atom.monotonicity(k, &facts)
            };
            match known(Interval::REALS) {
                Monotonicity::Increasing => "increasing",
                Monotonicity::Decreasing => "decreasing",
                Monotonicity::Constant => "constant",
                Monotonicity::Unknown => match known(Interval::NONNEGATIVE) {
                    Monotonicity::Increasing => "increasing on x >= 0",
                    Monotonicity::Decreasing => "decreasing on x >= 0",
                    Monotonicity::Constant | Monotonicity::Unknown => "neither",
                },
            }
        })
        .collect();
    words.join("; ")
}

fn domain(specimen: &Specimen) -> String {
    let words: Vec<String> = (0..specimen.arguments.len())
        .map(|k| match specimen.atom.domain(k) {
            Domain::Reals => "all".to_owned(),
            Domain::AtLeast(bound) => format!(">= {bound}"),
            Domain::Above(bound) => format!("> {bound}"),
            Domain::Within(lower, upper) => format!("{lower} to {upper}"),
            Domain::Symmetric => "symmetric".to_owned(),
            Domain::PositiveSemidefinite => "positive semidefinite".to_owned(),
            Domain::PositiveDefinite => "positive definite".to_owned(),
        })
        .collect();
    words.join("; ")
}
