//! Both answers before one evaluator: the user's own objective and constraints.

mod agreement;
mod certificate;
mod differences;
mod expectation;
mod judge;

pub use agreement::{AGREE, AGREE_LOOSELY, Agreement, Answer, agree};
pub use certificate::{Contradiction, contradiction, improvement};
pub use differences::gradient_error;
pub use expectation::{Tested, unmet};
pub use judge::{Judge, Judgement};
