//! The gradient path.

pub mod affine;
pub mod oracle;
pub mod packing;
pub mod tape;

/// temporary
pub fn solve(_: &crate::problem::Problem, _: bool, _: &super::Settings) -> super::Solution {
    super::Solution {
        status: super::Status::NotHandled("the gradient path is not there yet".to_owned()),
        variables: Vec::new(),
        duals: None,
        work: super::Work::default(),
        notes: Vec::new(),
    }
}
