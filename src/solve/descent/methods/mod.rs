//! The methods of the lecture, each with a trace of its steps.
//!
//! One file a method; [`run`] is the loop around them. The value is made small everywhere; a
//! maximised objective is negated on the way in and out.

mod conjugate;
pub mod curvature;
mod driver;
mod gradient;
mod heavy_ball;
mod nesterov;
mod newton;
mod objective;
mod plan;
mod quasi_newton;
mod step;
mod trace;

pub use conjugate::Conjugate;
pub use driver::{Advance, Limits, Method, run};
pub use gradient::Gradient;
pub use heavy_ball::HeavyBall;
pub use nesterov::Nesterov;
pub use newton::Newton;
pub use objective::Objective;
pub use plan::{Kind, Plan};
pub use quasi_newton::QuasiNewton;
pub use step::StepRule;
pub use trace::{Ending, Iterate, Run};
