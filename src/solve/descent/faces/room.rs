//! How much room the constraints leave: the least t with h_k(x) <= t and G_k(x) + t I >> 0.

use crate::atoms::construct;
use crate::expr::{Evaluator, ExprId};
use crate::matrix::Matrix;
use crate::problem::{Constraint, Origin, Problem, Relation};
use crate::solve::descent::found::{Ending, Found};
use crate::solve::descent::packing::Packing;
use crate::solve::slack::{add_slack, minimise_slack, wider};
use std::sync::Arc;

/// More room than this is not asked for.
const LEAST: f64 = -1.0;

/// The least t, where it is reached, and the multipliers there by constraint.
#[derive(Debug)]
pub struct Room {
    pub slack: f64,
    pub x: Vec<f64>,
    pub multipliers: Vec<Vec<f64>>,
    /// t is counted in these, by constraint.
    pub units: Vec<f64>,
}

impl Room {
    /// `near` is where the search begins; t is counted in the sizes that the constraints have there.
    pub fn least(
        problem: &Problem,
        packing: &Packing,
        near: &[f64],
        solve: &mut impl FnMut(&Problem) -> Option<Found>,
    ) -> Option<Room> {
        let units = units(problem, packing, near);
        let widened = widened(problem, packing, near, &units);
        let found = solve(&widened).filter(|found| found.ending == Ending::Solved)?;
        let mut multipliers = found.duals?;
        multipliers.truncate(problem.constraints.len());
        Some(Room {
            slack: found.x[packing.size],
            x: found.x[..packing.size].to_vec(),
            multipliers,
            units,
        })
    }
}

/// max(1, largest entry of the sides) of each constraint.
fn units(problem: &Problem, packing: &Packing, near: &[f64]) -> Vec<f64> {
    let sides = problem.constraints.iter().flat_map(|c| [c.left, c.right]);
    let sides: Vec<ExprId> = sides.collect();
    let point = packing.unpack(near, problem.variables.len());
    let values = Evaluator::new(&problem.graph, &sides).evaluate(&point);
    let largest = |most: f64, side: &Arc<Matrix>| {
        let entries = side.entries();
        let finite = entries.iter().filter(|entry| entry.is_finite());
        finite.fold(most, |most, entry| most.max(entry.abs()))
    };
    let sizes = values.chunks(2).map(|pair| pair.iter().fold(1.0, largest));
    sizes.collect()
}

/// min t over the widened constraints and t >= -1; bounds of variables and equations stay as they are.
fn widened(problem: &Problem, packing: &Packing, near: &[f64], units: &[f64]) -> Problem {
    let mut widened = problem.clone();
    let values = packing.unpack(near, problem.variables.len());
    for (variable, value) in widened.variables.iter_mut().zip(values) {
        variable.start = Some(value);
        (variable.psd, variable.nsd) = (false, false);
    }
    let slack = add_slack(&mut widened, LEAST);
    let graph = &mut widened.graph;
    for (constraint, &unit) in widened.constraints.iter_mut().zip(units) {
        if is_widened(constraint) {
            let step = construct::scale(graph, unit, slack);
            let shape = constraint.shape(graph);
            constraint.right = wider(graph, constraint.right, shape, constraint.relation, step);
        }
    }
    minimise_slack(&mut widened, slack, LEAST);
    widened
}

/// Equations leave no room, and what functions are may rest on bounds.
pub fn is_widened(constraint: &Constraint) -> bool {
    match constraint.relation {
        Relation::Equal => false,
        Relation::LessEqual => constraint.origin != Origin::Bound,
        Relation::Precedes => true,
    }
}
