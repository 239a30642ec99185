//! What a method hands back.

/// How a method ended, by its own test.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    Solved,
    /// The best point found; why not better, in plain words.
    Short(String),
    /// A direction of endless descent, in free entries.
    Unbounded(Vec<f64>),
    /// Multipliers of the user's constraints, entry by entry, that rule out every point.
    Infeasible(Vec<Vec<f64>>),
}

#[derive(Clone, Debug)]
pub struct Found {
    pub x: Vec<f64>,
    pub ending: Ending,
    pub method: String,
    pub iterations: usize,
    pub evaluations: usize,
    /// Multipliers by constraint of the user, entry by entry.
    pub duals: Option<Vec<Vec<f64>>>,
    /// A proved lower bound on what is minimised.
    pub bound: Option<f64>,
    pub notes: Vec<String>,
}

/// The reason of a method that found no finite value at its first point.
pub const NO_START: &str = "the start lies outside the domain";
/// How the reason of a method begins that no step led on.
pub const STUCK: &str = "no step led on";

impl Found {
    /// Whether another first point may help.
    pub fn wants_other_start(&self) -> bool {
        matches!(&self.ending, Ending::Short(reason) if reason == NO_START || reason.starts_with(STUCK))
    }
}
