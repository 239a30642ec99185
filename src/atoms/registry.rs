//! The list of all functions that `.opt` text can call.

use super::{Along, affine, elementwise, perspective, polynomial, quadratic, reductions, spectral};
use crate::expr::Atom;
use crate::matrix::Matrix;
use crate::shape::Shape;
use rustc_hash::FxHashMap;
use std::sync::{Arc, LazyLock};

/// One function of the language: how it is called, what it says of itself, how laws test it.
#[derive(Debug)]
pub struct Entry {
    /// As written in `.opt`.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The formula, in plain text.
    pub formula: &'static str,
    /// A relation between constant expressions that holds; run as a test.
    pub example: &'static str,
    /// The expressions it takes.
    pub arity: Arity,
    /// The constants it takes behind them, by position or by name.
    pub parameters: &'static [ParameterSpec],
    /// Whether `each = row` and `each = column` make sense.
    pub each: bool,
    /// The atom for these arguments, or a plain-English reason why not.
    pub build: fn(&BuildInput) -> Result<Arc<dyn Atom>, String>,
    /// Applications on which the laws are run.
    pub specimens: fn() -> Vec<Specimen>,
}

/// How many expressions a function takes.
#[derive(Clone, Copy, Debug)]
pub enum Arity {
    /// These, by name.
    Exactly(&'static [&'static str]),
    /// At least that many, like `max(x, y, z)`.
    AtLeast(usize),
}

/// A constant argument such as huber's M.
#[derive(Clone, Copy, Debug)]
pub struct ParameterSpec {
    pub name: &'static str,
    /// `None`: must be given.
    pub default: Option<f64>,
}

/// What a call in the text comes down to.
#[derive(Clone, Debug)]
pub struct BuildInput {
    /// Shapes of the expressions.
    pub shapes: Vec<Shape>,
    /// What the parameters are called, in the order of the entry.
    pub parameters: &'static [ParameterSpec],
    /// Their values in the same order, defaults filled in.
    pub constants: Vec<Arc<Matrix>>,
    pub along: Along,
}

impl BuildInput {
    /// Parameter `k` as a number.
    pub fn number(&self, k: usize) -> Result<f64, String> {
        self.constants
            .get(k)
            .and_then(|value| value.as_scalar())
            .ok_or_else(|| format!("{} must be a number", self.parameter(k)))
    }

    /// Parameter `k` as a whole number of either sign.
    pub fn whole(&self, k: usize) -> Result<i64, String> {
        let number = self.number(k)?;
        if number.fract() == 0.0 && number.abs() < 1e9 {
            return Ok(number as i64);
        }
        let name = self.parameter(k);
        Err(format!("{name} must be a whole number, but it is {number}"))
    }

    /// Parameter `k` as a whole number >= 0.
    pub fn count(&self, k: usize) -> Result<usize, String> {
        let number = self.number(k)?;
        if number >= 0.0 && number.fract() == 0.0 && number < 1e9 {
            return Ok(number as usize);
        }
        let name = self.parameter(k);
        if number.is_finite() && number >= 1e9 {
            return Err(format!("{name} must be less than 1e9, but it is {number}"));
        }
        Err(format!(
            "{name} must be a whole number >= 0, but it is {number}"
        ))
    }

    fn parameter(&self, k: usize) -> &'static str {
        self.parameters.get(k).map_or("it", |p| p.name)
    }
}

/// Whether an argument of a specimen varies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Variable,
    Constant,
}

/// An application on which the laws are run.
#[derive(Debug)]
pub struct Specimen {
    pub atom: Arc<dyn Atom>,
    pub arguments: Vec<(Shape, Role)>,
}

impl Specimen {
    /// All arguments vary.
    pub fn varying(atom: impl Atom, shapes: &[Shape]) -> Self {
        Specimen {
            atom: Arc::new(atom),
            arguments: shapes.iter().map(|&s| (s, Role::Variable)).collect(),
        }
    }

    pub fn new(atom: impl Atom, arguments: &[(Shape, Role)]) -> Self {
        Specimen {
            atom: Arc::new(atom),
            arguments: arguments.to_vec(),
        }
    }
}

/// Every function, in the order of the reference page.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    affine::ENTRIES
        .iter()
        .chain(elementwise::ENTRIES)
        .chain(reductions::ENTRIES)
        .chain(quadratic::ENTRIES)
        .chain(polynomial::ENTRIES)
        .chain(perspective::ENTRIES)
        .chain(spectral::ENTRIES)
        .copied()
}

/// The function of that name.
pub fn find(name: &str) -> Option<&'static Entry> {
    static BY_NAME: LazyLock<FxHashMap<&str, &Entry>> =
        LazyLock::new(|| entries().map(|entry| (entry.name, entry)).collect());
    BY_NAME.get(name).copied()
}

/// Whether the function works entry by entry, scalars broadcast.
pub fn is_elementwise(entry: &Entry) -> bool {
    elementwise::ENTRIES
        .iter()
        .any(|other| other.name == entry.name)
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
