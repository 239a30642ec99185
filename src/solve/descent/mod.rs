//! temporary
use super::{Settings, Solution, Status, Work};
use crate::problem::Problem;
pub fn solve(_problem: &Problem, _convex: bool, _settings: &Settings) -> Solution {
    Solution {
        status: Status::NotHandled("temporary".into()),
        variables: vec![],
        duals: None,
        work: Work::default(),
        notes: vec![],
    }
}
