//! What descents step by step found.

mod expectations;
mod json;
mod text;

pub use expectations::meets_expectations;
pub use json::{lecture_json, restarts_json};
pub use text::{LectureDetail, lecture_text, restarts_text};
