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
    /// What is minimised as the multipliers have it, which proves nothing.
    pub dual_value: Option<f64>,
    pub notes: Vec<String>,
    /// Whether what rules out every point does so up to rounding.
    pub is_certain: bool,
}

/// The reason of a method that found no finite value at its first point.
pub const NO_START: &str = "the start lies outside the domain, or values there are too large";
/// How the reason of a method begins that no step led on.
pub const STUCK: &str = "no step led on";
/// The reason of a method that met slopes too large to be multiplied with each other.
pub const TOO_STEEP: &str = "the objective is too steep at the start for numbers of this range";

/// How the reason of a path begins that came near, but not as near as an answer.
pub const ROUGH: &str = "the path of smoothed problems ended near the answer";

impl Found {
    /// Of a method that did not leave its first point.
    pub fn stayed(x: Vec<f64>, reason: &str) -> Self {
        Found {
            x,
            ending: Ending::Short(reason.to_owned()),
            method: String::new(),
            iterations: 0,
            evaluations: 1,
            duals: None,
            bound: None,
            dual_value: None,
            notes: Vec::new(),
            is_certain: false,
        }
    }

    /// Whether the objective is to be written in a larger unit.
    pub fn wants_larger_unit(&self) -> bool {
        matches!(&self.ending, Ending::Short(reason) if reason == TOO_STEEP)
    }

    /// Whether another first point may help.
    pub fn wants_other_start(&self) -> bool {
        let Ending::Short(reason) = &self.ending else {
            return false;
        };
        reason == NO_START || reason == TOO_STEEP || reason.starts_with(STUCK)
    }

    /// Whether the point is accurate, though no answer.
    pub fn is_rough(&self) -> bool {
        matches!(&self.ending, Ending::Short(reason) if reason.starts_with(ROUGH))
    }

    /// An accurate point as an answer.
    pub fn with_rough_solved(mut self) -> Self {
        if self.is_rough() {
            self.ending = Ending::Solved;
        }
        self
    }

    /// With the work of an earlier attempt.
    pub fn after(mut self, earlier: &Found) -> Self {
        self.iterations += earlier.iterations;
        self.evaluations += earlier.evaluations;
        self
    }

    /// Of a problem with the same optimum whose multipliers are none of the user's; what they say of the value stands.
    pub fn without_multipliers(mut self, note: String) -> Self {
        (self.duals, self.bound) = (None, None);
        self.notes.push(note);
        self
    }

    /// What was found for an objective in another unit, in that of the user.
    pub fn in_user_unit(mut self, unit: f64) -> Self {
        let duals = self.duals.iter_mut().flatten().flatten();
        duals.for_each(|dual| *dual *= unit);
        self.bound = self.bound.map(|bound| bound * unit);
        self.dual_value = self.dual_value.map(|value| value * unit);
        self
    }
}
