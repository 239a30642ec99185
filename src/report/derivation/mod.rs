//! Derivatives as formulas, for people, programs and papers.

mod glossary;
mod json;
mod latex;
mod shared;
mod text;

pub use json::derivation_json;
pub use latex::derivation_latex;
pub use text::derivation_text;

use crate::differentiate::{Block, Derivation};
use crate::expr::{ExprId, print};
use crate::problem::Problem;
use rustc_hash::FxHashSet;
use shared::Shared;

/// Directions of Hessians that have no matrix.
const DIRECTIONS: [&str; 5] = ["D", "E", "F", "G", "H"];

/// Everything that is told of an objective's derivatives, in the language.
#[derive(Clone, Debug)]
pub struct Formulas {
    pub objective: String,
    /// By variable.
    pub gradient: Vec<(String, String)>,
    pub hessian: Vec<Second>,
    /// Names for parts of the Hessian, each with its formula.
    pub shared: Vec<(String, String)>,
    /// What other names stand for, one sentence each.
    pub meanings: Vec<&'static str>,
    /// What holds of all of it, one sentence each.
    pub notes: Vec<String>,
}

/// One block of the Hessian.
#[derive(Clone, Debug)]
pub struct Second {
    pub row: String,
    pub column: String,
    pub formula: Formula,
}

#[derive(Clone, Debug)]
pub enum Formula {
    Matrix(String),
    /// The block applied to a direction, given by its name.
    Applied {
        direction: String,
        text: String,
    },
    /// Why there is none.
    Missing(String),
}

impl Formulas {
    /// Every formula, in one order.
    pub fn texts(&self) -> Vec<&str> {
        let gradient = self.gradient.iter().map(|(_, text)| text.as_str());
        let hessian = self
            .hessian
            .iter()
            .filter_map(|second| second.formula.text());
        let shared = self.shared.iter().map(|(_, text)| text.as_str());
        let objective = std::iter::once(self.objective.as_str());
        objective
            .chain(gradient)
            .chain(hessian)
            .chain(shared)
            .collect()
    }

    /// The same, to be written anew.
    pub fn texts_mut(&mut self) -> Vec<&mut String> {
        let gradient = self.gradient.iter_mut().map(|(_, text)| text);
        let hessian = self
            .hessian
            .iter_mut()
            .filter_map(|second| match &mut second.formula {
                Formula::Matrix(text) | Formula::Applied { text, .. } => Some(text),
                Formula::Missing(_) => None,
            });
        let shared = self.shared.iter_mut().map(|(_, text)| text);
        let objective = std::iter::once(&mut self.objective);
        objective
            .chain(gradient)
            .chain(hessian)
            .chain(shared)
            .collect()
    }
}

impl Formula {
    fn text(&self) -> Option<&str> {
        match self {
            Formula::Matrix(text) | Formula::Applied { text, .. } => Some(text),
            Formula::Missing(_) => None,
        }
    }
}

/// Prints what was derived.
pub fn formulas(problem: &Problem, derivation: &Derivation) -> Formulas {
    let graph = &derivation.graph;
    let variables: Vec<String> = problem
        .variables
        .iter()
        .map(|v| v.name.to_string())
        .collect();
    let objective = print(graph, derivation.objective, &variables).text;
    let gradient: Vec<(String, String)> = derivation
        .variables
        .iter()
        .zip(&derivation.gradient)
        .map(|(&k, &g)| (variables[k].clone(), print(graph, g, &variables).text))
        .collect();
    let mut taken = words(&objective);
    gradient
        .iter()
        .for_each(|(_, text)| taken.extend(words(text)));
    taken.extend(variables.iter().cloned());
    let names = with_directions(variables, &mut taken);
    let roots: Vec<ExprId> = derivation
        .hessian
        .iter()
        .filter_map(|second| root(&second.block))
        .collect();
    let shared = Shared::of(graph, &roots, &names, &taken);
    let hessian = derivation.hessian.iter().map(|second| Second {
        row: names[second.row].clone(),
        column: names[second.column].clone(),
        formula: formula(derivation, &second.block, &names, &shared),
    });
    let hessian: Vec<Second> = hessian.collect();
    let mut texts: Vec<&str> = gradient.iter().map(|(_, text)| text.as_str()).collect();
    texts.extend(hessian.iter().filter_map(|second| second.formula.text()));
    texts.extend(shared.definitions.iter().map(|(_, text)| text.as_str()));
    let meanings = glossary::meanings(&texts);
    Formulas {
        meanings,
        notes: notes(derivation),
        objective,
        gradient,
        hessian,
        shared: shared.definitions,
    }
}

fn root(block: &Block) -> Option<ExprId> {
    match *block {
        Block::Matrix(id) | Block::Applied { value: id, .. } => Some(id),
        Block::Unknown(_) => None,
    }
}

fn formula(derivation: &Derivation, block: &Block, names: &[String], shared: &Shared) -> Formula {
    let graph = &derivation.graph;
    let text = |id| shared.print(graph, id, names).text;
    match *block {
        Block::Matrix(id) => Formula::Matrix(text(id)),
        Block::Applied { direction, value } => Formula::Applied {
            direction: print(graph, direction, names).text,
            text: text(value),
        },
        Block::Unknown(node) => {
            let name = graph.atom(node).map_or("an expression", |atom| atom.name());
            Formula::Missing(format!(
                "the derivative of `{name}`, which stands in the gradient, has no formula in the language"
            ))
        }
    }
}

/// Directions are numbered behind the variables.
fn with_directions(mut names: Vec<String>, taken: &mut FxHashSet<String>) -> Vec<String> {
    for k in 0..names.len() {
        let free = DIRECTIONS.iter().find(|name| !taken.contains(**name));
        let name = free.map_or_else(|| format!("D_{}", names[k]), |name| (*name).to_owned());
        taken.insert(name.clone());
        names.push(name);
    }
    names
}

/// The names in a formula.
fn words(text: &str) -> FxHashSet<String> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let words = text.split(|c: char| !word(c)).filter(|w| !w.is_empty());
    words.map(str::to_owned).collect()
}

fn notes(derivation: &Derivation) -> Vec<String> {
    let mut notes = Vec::new();
    let quoted = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    if !derivation.kinked.is_empty() {
        let names = quoted(&derivation.kinked);
        let hessian = match derivation.hessian.is_empty() {
            true => "",
            false => ", and there is no Hessian",
        };
        notes.push(format!(
            "at a kink of {names} the gradient is one subgradient{hessian}"
        ));
    }
    notes
}
