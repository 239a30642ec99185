//! What `--check` compares.

use super::super::arguments::DeriveArguments;
use super::super::exit::Exit;
use crate::compare::{Difference, gradient_error, hessian_error};
use crate::differentiate::Derivation;
use crate::problem::Problem;

/// Derivatives further than this from central differences fail `--check`.
const TOLERANCE: f64 = 1e-5;

/// How far derivatives are from differences, where that was asked for.
pub(super) struct Checks {
    pub gradient: Option<Difference>,
    pub hessian: Option<Difference>,
}

impl Checks {
    pub fn of(problem: &Problem, derivation: &Derivation, arguments: &DeriveArguments) -> Self {
        let both = arguments.check && arguments.hessian;
        Checks {
            gradient: arguments.check.then(|| gradient_error(problem, derivation)),
            hessian: both.then(|| hessian_error(problem, derivation)),
        }
    }

    /// What was compared, in words.
    pub fn told(&self) -> Vec<(&'static str, Difference)> {
        let gradient = self.gradient.map(|d| ("central differences", d));
        let hessian = self
            .hessian
            .map(|d| ("central differences of the gradient", d));
        gradient.into_iter().chain(hessian).collect()
    }

    pub fn exit(&self) -> Exit {
        let holds = |difference: Difference| match difference {
            Difference::By(error) => error <= TOLERANCE,
            Difference::NoPoint => false,
        };
        let all = [self.gradient, self.hessian];
        match all.into_iter().flatten().all(holds) {
            true => Exit::Done,
            false => Exit::Failed,
        }
    }
}
