//! The methods of the lecture, each with a trace of its steps.
//!
//! One file a method; [`run`] is the loop around them. The value is made small everywhere; a
//! maximised objective is negated on the way in and out.

mod ahead;
pub mod beside;
mod conjugate;
pub mod curvature;
mod diagnosis;
mod driver;
mod endless;
mod gradient;
mod heavy_ball;
mod kind;
mod kinks;
mod lecture;
mod many_starts;
mod minimum;
mod nesterov;
mod newton;
mod objective;
mod plan;
mod quasi_newton;
mod remainder;
pub mod restarts;
mod rows;
mod stationary;
mod step;
mod stochastic;
mod trace;
pub mod underflow;
mod wording;

pub use ahead::Ahead;
pub use diagnosis::{described, described_falls, described_level};
pub use driver::{Advance, Limits, Method, run};
pub use kind::kind;
pub use lecture::{Analytic, Lecture, TOLERANCE, Told, iterations, lecture};
pub use many_starts::solve_from_starts;
pub use objective::Objective;
pub use plan::{Kind, Plan, StepChoice};
pub use remainder::Remainder;
pub use restarts::{Place, Restarts, restarts, restarts_with_runs};
pub use rows::RowSum;
pub use stationary::{Beside, Stationary};
pub use step::StepRule;
pub use trace::{Ending, Iterate, Run};
