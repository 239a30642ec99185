//! Both answers before one evaluator: the user's own objective and constraints.

mod agreement;
mod certificate;
mod combination;
mod corrected;
mod cuts;
mod differences;
mod expectation;
mod homogeneous;
mod judge;
mod level;
mod lowest;
mod minorant;
mod points;
mod recession;
mod rival;
mod small_numbers;
mod trial;

pub use agreement::{AGREE, AGREE_LOOSELY, Agreement, Answer, agree};
pub use certificate::contradiction;
pub use combination::Contradiction;
pub use differences::{Difference, gradient_error, hessian_error};
pub use expectation::{Tested, Unmet, unmet};
pub use judge::{Judge, Judgement};
pub use recession::{Improvement, improvement, improvement_along};
pub use rival::{Rival, rival};
pub use small_numbers::missed_beside_small_numbers;
