//! The two independent ways to an answer, and what both hand back.

pub mod conic;
pub mod descent;
pub mod domains;
pub mod slack;

use crate::canonicalize::Options;
use crate::matrix::Matrix;
use crate::problem::Goal;
use std::sync::Arc;

/// What either path found, in the user's own variables.
#[derive(Clone, Debug)]
pub struct Solution {
    pub status: Status,
    /// By position in the problem's list, each of its declared shape; empty when there is no point.
    pub variables: Vec<Arc<Matrix>>,
    /// By position in the problem's constraints, each of the constraint's shape, with
    /// L = f + λ'(left - right) for minimising f (maximising: f = -objective), λ >= 0 for `<=`;
    /// of `left << right` the matrix Λ >> 0. `None` when the path gives none.
    pub duals: Option<Vec<Arc<Matrix>>>,
    /// A proved bound on the optimal value: from below when minimising, from above when maximising.
    pub bound: Option<f64>,
    /// The optimal value as the path's multipliers have it, which proves nothing.
    pub dual_value: Option<f64>,
    pub work: Work,
    /// What the report should say besides, one plain sentence each.
    pub notes: Vec<String>,
    /// Of a problem that is not proved convex: the points found where the first-order conditions
    /// hold, the best first.
    pub places: Vec<descent::methods::Place>,
}

/// How a path ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// By the path's own test; the comparison judges it anew.
    Solved,
    /// No point satisfies the constraints; the multipliers by constraint prove it.
    Infeasible(Certificate),
    /// The objective has no bound; the direction proves it.
    Unbounded(Certificate),
    /// A point of a problem that is not proved convex where the first-order conditions hold, and
    /// second derivatives, as far as they are at hand, do not say that it is no minimum.
    Local,
    /// Ended before its own test held: the reason in plain words. The best point is kept.
    Stopped(String),
    /// The path does not handle this kind of problem: the reason in plain words.
    NotHandled(String),
}

impl Status {
    /// The same where the objective is made as good as possible in the sense of `goal`.
    pub fn word_for(&self, goal: Goal) -> &'static str {
        match (self, goal) {
            (Status::Local, Goal::Maximize) => "local maximum",
            (Status::Local, Goal::Find) => "feasible",
            (status, _) => status.word(),
        }
    }

    /// One or two plain words.
    pub fn word(&self) -> &'static str {
        match self {
            Status::Solved => "solved",
            Status::Infeasible(_) => "infeasible",
            Status::Unbounded(_) => "unbounded",
            Status::Local => "local minimum",
            Status::Stopped(_) => "stopped",
            Status::NotHandled(_) => "not handled",
        }
    }
}

/// Why no answer exists.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Certificate {
    /// Infeasible: one multiplier for each constraint, of its shape.
    pub multipliers: Vec<Arc<Matrix>>,
    /// Unbounded: a direction for each variable.
    pub direction: Vec<Arc<Matrix>>,
}

/// What an answer cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    /// The method, as a report names it: `interior point (Clarabel)`, `L-BFGS`, `analytic`.
    pub method: String,
    pub iterations: usize,
    /// Evaluations of value and gradient; 0 where it does not apply.
    pub evaluations: usize,
    pub seconds: f64,
}

/// Limits and switches that both paths heed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Relative accuracy asked for; `None` means each path's default.
    pub tolerance: Option<f64>,
    /// Seconds. A step of the conic path that takes longer is left to a thread of its own, which goes on
    /// when the answer has been handed back, and ends with that step or with the program.
    pub time_limit: Option<f64>,
    pub max_iterations: Option<usize>,
    pub threads: usize,
    pub seed: u64,
    /// Starts of problems that are not convex.
    pub starts: usize,
    /// Rules of the lowering to cone form, on or off.
    pub lowering: Options,
    /// Set by Ctrl-C: stop at once and hand back the best point so far.
    pub interrupted: Arc<std::sync::atomic::AtomicBool>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            tolerance: None,
            time_limit: None,
            max_iterations: None,
            threads: 1,
            seed: 1,
            starts: 1,
            lowering: Options::default(),
            interrupted: Arc::default(),
        }
    }
}
