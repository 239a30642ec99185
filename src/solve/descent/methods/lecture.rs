//! One problem, one start, one method or several: everything the report tells.

use super::super::budget::Budget;
use super::super::oracle::Smooth;
use super::super::{analytic, found, start};
use super::curvature::{self, Curvature};
use super::diagnosis;
use super::driver::{Limits, run};
use super::objective::Objective;
use super::plan::Plan;
use super::squares::without_squared_norms;
use super::trace::{Ending, Run};
use crate::problem::Problem;
use crate::solve::Settings;

/// Numbers kept for the points of a trace; longer traces keep values only.
const MOST_KEPT: usize = 4_000_000;
/// Share of the first gradient that counts as converged when nothing else is asked.
pub const TOLERANCE: f64 = 1e-8;

/// What the methods found.
#[derive(Clone, Debug)]
pub struct Lecture {
    pub objective: Objective,
    /// One for each method asked for.
    pub told: Vec<Told>,
    /// The direct solution, where there is one and the problem is proved convex.
    pub analytic: Option<Analytic>,
    pub convex: bool,
}

/// A run with what is seen in it.
#[derive(Clone, Debug)]
pub struct Told {
    pub plan: Plan,
    pub run: Run,
    /// The Hessian's eigenvalues at the last point, where they are known.
    pub curvature: Option<Curvature>,
    /// The largest curvature met: L.
    pub steepest: Option<f64>,
    /// What the run shows, the most important sentence first.
    pub seen: Vec<String>,
}

/// The solution of the linear system behind a quadratic.
#[derive(Clone, Debug)]
pub struct Analytic {
    pub x: Vec<f64>,
    /// In the user's sense.
    pub value: f64,
}

/// Runs each plan from the declared starts (zeros elsewhere).
pub fn lecture(
    problem: &Problem,
    plans: &[Plan],
    convex: bool,
    settings: &Settings,
) -> Result<Lecture, String> {
    let mut objective = Objective::new(problem)?;
    let first = start::point(problem, objective.packing.size);
    if !first.iter().all(|entry| entry.is_finite()) {
        return Err("the start must be finite".to_owned());
    }
    let budget = Budget::new(settings);
    let mut told = Vec::with_capacity(plans.len());
    for plan in plans {
        told.push(tell(
            problem,
            &mut objective,
            plan,
            &first,
            convex,
            settings,
            &budget,
        )?);
    }
    let analytic = convex.then(|| solution(problem, &mut objective)).flatten();
    Ok(Lecture {
        objective,
        told,
        analytic,
        convex,
    })
}

/// The iterations of a plan: the user's, or 1000.
pub fn iterations(settings: &Settings) -> usize {
    settings.max_iterations.unwrap_or(1000)
}

fn tell(
    problem: &Problem,
    objective: &mut Objective,
    plan: &Plan,
    first: &[f64],
    convex: bool,
    settings: &Settings,
    budget: &Budget,
) -> Result<Told, String> {
    let iterations = iterations(settings);
    let mut method = plan.method(problem, objective, first, settings.seed)?;
    let limits = Limits {
        iterations,
        tolerance: settings.tolerance.unwrap_or(TOLERANCE),
        keep: iterations.saturating_mul(first.len()) <= MOST_KEPT,
        budget,
    };
    let run = run(objective, method.as_mut(), first.to_vec(), &limits);
    let curvature = match run.ending {
        Ending::Diverged | Ending::Endless => None,
        Ending::Converged | Ending::Unfinished | Ending::Stalled(_) | Ending::Cut(_) => {
            curvature::at(objective, &run.x)
        }
    };
    let steepest = steepest(objective, &run, first, curvature);
    let mut told = Told {
        plan: *plan,
        run,
        curvature,
        steepest,
        seen: Vec::new(),
    };
    told.seen = diagnosis::sentences(&told, objective, convex, limits.tolerance);
    Ok(told)
}

/// L over the start, the first steps and the last point.
fn steepest(
    objective: &mut Objective,
    run: &Run,
    first: &[f64],
    last: Option<Curvature>,
) -> Option<f64> {
    let known = last.map(Curvature::bound);
    if objective.quadratic && known.is_some() {
        return known;
    }
    let early = run.trace.iter().skip(1).take(2).map(|i| i.x.as_slice());
    let mut places: Vec<&[f64]> = vec![first];
    places.extend(early.filter(|x| !x.is_empty()));
    if objective.quadratic {
        places.truncate(1);
    }
    let bounds = places
        .into_iter()
        .filter_map(|x| curvature::at(objective, x))
        .map(Curvature::bound);
    bounds
        .chain(known)
        .filter(|b| b.is_finite())
        .reduce(f64::max)
}

fn solution(problem: &Problem, objective: &mut Objective) -> Option<Analytic> {
    let mut plain = problem.clone();
    let root = plain.objective.expression?;
    plain.objective.expression = Some(without_squared_norms(&mut plain.graph, root));
    let found = analytic::solve(&plain)?;
    let x = (found.ending == found::Ending::Solved).then_some(found.x)?;
    let mut slope = vec![0.0; x.len()];
    let value = objective.sign * objective.evaluate(&x, &mut slope);
    Some(Analytic { x, value })
}
