//! What a run leaves behind.

use super::super::budget::Spent;
use super::super::lbfgs::norm;
use super::super::line_search::Point;

/// One line of the trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Iterate {
    /// The free entries of all variables; empty when the points were not kept.
    pub x: Vec<f64>,
    /// In the user's sense.
    pub value: f64,
    pub gradient_norm: f64,
    /// The factor of the direction that led here; 0 for the start.
    pub step: f64,
    /// The cosine of the angle to the gradient before; 0 for the start.
    pub cosine: f64,
    /// Evaluations of value and gradient so far.
    pub evaluations: usize,
}

impl Iterate {
    pub fn of(point: &Point, sign: f64, step: f64, evaluations: usize, keep: bool) -> Self {
        Iterate {
            x: if keep { point.x.clone() } else { Vec::new() },
            value: sign * point.value,
            gradient_norm: norm(&point.gradient),
            step,
            cosine: 0.0,
            evaluations,
        }
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// The gradient fell to the share asked for.
    Converged,
    /// All iterations were used.
    Unfinished,
    /// Values and gradients grew beyond all bounds.
    Diverged,
    /// The function falls without end.
    Endless,
    /// No step makes progress: why, in plain words.
    Stalled(String),
    /// From outside.
    Cut(Spent),
}

/// A finished run of one method.
#[derive(Clone, Debug)]
pub struct Run {
    /// As a report names it: "gradient descent, step 0.2".
    pub method: String,
    /// The start and every point after it.
    pub trace: Vec<Iterate>,
    /// The last point.
    pub x: Vec<f64>,
    pub ending: Ending,
    /// What the method has to say besides, one sentence each.
    pub notes: Vec<String>,
    /// Whether a step is a pass over data rows, some at a time.
    pub takes_rows: bool,
    pub evaluations: usize,
    /// Products of the Hessian with a direction.
    pub products: usize,
}

impl Run {
    /// Steps taken.
    pub fn iterations(&self) -> usize {
        self.trace.len() - 1
    }

    /// The last line; every trace has the start at least.
    pub fn last(&self) -> &Iterate {
        &self.trace[self.trace.len() - 1]
    }

    pub fn first(&self) -> &Iterate {
        &self.trace[0]
    }

    /// The factor of the gradient norm from step to step over the last half, and over ten steps at
    /// least; `None` when the trace is too short.
    pub fn rate(&self) -> Option<f64> {
        let count = self.iterations();
        let span = (count / 2).max(10).min(count);
        let before = &self.trace[count - span];
        let rate = (self.last().gradient_norm / before.gradient_norm).powf(1.0 / span as f64);
        (span >= 2 && rate.is_finite() && rate > 0.0).then_some(rate)
    }
}
