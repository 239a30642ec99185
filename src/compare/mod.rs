//! Both answers before one evaluator: the user's own objective and constraints.

mod agreement;
mod certificate;
mod cuts;
mod differences;
mod expectation;
mod farther;
mod judge;
mod recession;

pub use agreement::{AGREE, AGREE_LOOSELY, Agreement, Answer, agree};
pub use certificate::{Contradiction, contradiction};
pub use differences::gradient_error;
pub use expectation::{Tested, unmet};
pub use farther::{Farther, farther};
pub use judge::{Judge, Judgement};
pub use recession::{Improvement, improvement};
