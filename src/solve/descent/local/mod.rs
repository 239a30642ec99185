//! Problems that are not proved convex: points where the first-order conditions hold, judged on the
//! user's own problem.

mod augmented;
mod conditions;
mod edges;
mod kink;
mod method;
mod outer;
mod reached;
mod search;
mod second_order;
mod smooth;
mod starts;
mod wording;

use super::budget::Budget;
use super::found::Found;
use super::methods::Place;
use crate::differentiate::underivable;
use crate::expr::ExprId;
use crate::problem::Problem;
use crate::solve::Settings;

/// A local answer, and what is known of its point where the first-order conditions hold.
#[derive(Clone, Debug)]
pub struct Answer {
    pub found: Found,
    pub place: Option<Place>,
}

/// From the declared start; where that leads to no answer, from others.
pub fn solve(problem: &Problem, settings: &Settings, budget: &Budget) -> Result<Answer, String> {
    refuse_underivable(problem)?;
    search::search(problem, settings, budget)
}

fn refuse_underivable(problem: &Problem) -> Result<(), String> {
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    for root in problem.roots() {
        if let Some(node) = underivable(&problem.graph, root, &nodes) {
            let name = problem
                .graph
                .atom(node)
                .map_or("an expression", |a| a.name());
            return Err(format!("the derivative of `{name}`"));
        }
    }
    Ok(())
}
