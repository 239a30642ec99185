//! Both answers before one evaluator: the user's own objective and constraints.

mod agreement;
mod judge;

pub use agreement::{AGREE, AGREE_LOOSELY, Agreement, Answer, agree};
pub use judge::{Judge, Judgement};
