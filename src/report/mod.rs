//! What was found, for people and for programs.

mod derivation;
mod json;
mod lecture;
mod number;
mod outcome;
mod places;
mod plot;
pub mod reference;
mod style;
mod subset;
mod table;
mod values;

pub use derivation::{
    Formula, Formulas, Second, derivation_json, derivation_latex, derivation_text, formulas,
};
pub use json::{matrix_json, outcome_json};
pub use lecture::{
    LectureDetail, lecture_json, lecture_text, meets_expectations, restarts_json, restarts_text,
};
pub use number::{compact, duration, significant};
pub use outcome::{Detail, outcome_text};
pub use plot::{lecture_svg, restarts_svg};
pub use style::Style;
pub use values::{named_values, value_text};
