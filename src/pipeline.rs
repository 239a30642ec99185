//! The one file that knows the order of the phases.

mod claims;
mod combination;
mod domains;
mod expected;
mod interior;
mod least_violation;
mod proved;
mod subset;
mod swallowed;
mod zero_factors;

pub use expected::unmet;
pub use subset::Subset;

use crate::compare::{AGREE, Agreement, Judge, Judgement, agree};
use crate::convexity::{self, Check, ConvexProblem};
use crate::elaborate::{self, Inputs};
use crate::matrix::Matrix;
use crate::problem::Problem;
use crate::solve::domains::{bounded, proved, spelt_out};
use crate::solve::{Settings, Solution, Status, conic, descent};
use crate::syntax;
use claims::Claims;
use miette::{NamedSource, Report};
use std::sync::Arc;

/// A problem with the text it was read from.
#[derive(Debug)]
pub struct Loaded {
    /// The file's name, as given.
    pub name: String,
    pub text: Arc<str>,
    pub problem: Problem,
}

/// Which ways to solve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paths {
    pub conic: bool,
    pub gradient: bool,
}

/// One path's answer, judged on the user's problem.
#[derive(Clone, Debug)]
pub struct Answer {
    pub solution: Solution,
    /// `None` when there is no point.
    pub judgement: Option<Judgement>,
    /// Why there is no answer, checked on the user's problem and told with its names.
    pub proof: Option<String>,
    pub evidence: Evidence,
}

/// The numbers of a proof that there is no answer, for the user to check.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Infeasible: the multipliers by constraint, the largest first; those left out are zero.
    pub multipliers: Vec<(String, Arc<Matrix>)>,
    /// Unbounded: a direction by variable.
    pub direction: Vec<Arc<Matrix>>,
}

impl Answer {
    fn sides(&self) -> (&Solution, Option<&Judgement>) {
        (&self.solution, self.judgement.as_ref())
    }
}

/// Everything that solving a problem found.
#[derive(Debug)]
pub struct Outcome<'p> {
    pub check: Check<'p>,
    pub conic: Option<Answer>,
    pub gradient: Option<Answer>,
    pub agreement: Agreement,
    /// Constraints that cannot hold together, as few as were found.
    pub contradictory: Option<Subset>,
}

impl Outcome<'_> {
    /// What the first path that has an answer calls the problem.
    pub fn word(&self) -> &'static str {
        let answers = [self.conic.as_ref(), self.gradient.as_ref()];
        let mut statuses = answers.into_iter().flatten().map(|a| &a.solution.status);
        statuses
            .find(|s| !matches!(s, Status::Stopped(_) | Status::NotHandled(_)))
            .map_or("no answer", Status::word)
    }

    /// The answer whose point is shown: the conic one where it is solved, else the gradient one,
    /// else any with a point.
    pub fn best(&self) -> Option<&Answer> {
        let answers = [self.conic.as_ref(), self.gradient.as_ref()];
        let with_point = || {
            answers
                .into_iter()
                .flatten()
                .filter(|a| a.judgement.is_some())
        };
        with_point()
            .find(|a| matches!(a.solution.status, Status::Solved | Status::Local))
            .or_else(|| with_point().next())
    }
}

/// Text to problem; every error carries the text.
pub fn load(name: &str, bytes: &[u8], inputs: &Inputs) -> Result<Loaded, Vec<Report>> {
    let text = match syntax::decode(bytes) {
        Ok(text) => text,
        Err(error) => {
            let lossy = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).into_owned();
            return Err(vec![
                Report::new(error).with_source_code(NamedSource::new(name, lossy)),
            ]);
        }
    };
    let text: Arc<str> = text.into();
    let problem = read(&text, inputs).map_err(|reports| {
        let source = |report: Report| report.with_source_code(NamedSource::new(name, text.clone()));
        reports.into_iter().map(source).collect::<Vec<_>>()
    })?;
    Ok(Loaded {
        name: name.to_owned(),
        text,
        problem,
    })
}

fn read(text: &str, inputs: &Inputs) -> Result<Problem, Vec<Report>> {
    let file = syntax::parse(text).map_err(reports)?;
    let problem = elaborate::elaborate(text, &file, inputs).map_err(reports)?;
    match interior::missing(&problem) {
        missing if missing.is_empty() => Ok(problem),
        missing => Err(reports(missing)),
    }
}

fn reports<E>(errors: Vec<E>) -> Vec<Report>
where
    E: miette::Diagnostic + Send + Sync + 'static,
{
    errors.into_iter().map(Report::new).collect()
}

/// Proves each part convex, or says why not.
pub fn check(problem: &Problem) -> Check<'_> {
    convexity::check(problem)
}

/// Solves on the paths asked for, judges and compares.
pub fn solve<'p>(
    problem: &'p Problem,
    check: Check<'p>,
    paths: Paths,
    settings: &Settings,
) -> Outcome<'p> {
    let restated = restated(problem, &check);
    let rechecked = restated.as_ref().map(convexity::check);
    let convex = rechecked
        .as_ref()
        .and_then(Check::convex)
        .or(check.convex());
    let stated = restated.as_ref().unwrap_or(problem);
    let conic = match convex {
        Some(convex) if paths.conic => {
            let solution = polished(stated, conic::solve_problem(convex, settings));
            Some(off_apex(convex, solution))
        }
        Some(_) | None => None,
    };
    let by_gradients = || match convex {
        Some(convex) => solve_by_gradients(convex, settings),
        None if settings.starts > 1 && !problem.has_inner() => {
            descent::methods::solve_from_starts(stated, settings)
        }
        None => descent::solve(stated, false, settings),
    };
    let gradient = paths.gradient.then(|| {
        let mut solution = by_gradients();
        if !check.is_convex() && lacks_feasible_point(problem, &solution) {
            let proved = proved::infeasible(problem, &check, settings);
            solution.status = proved.map_or(solution.status, Status::Infeasible);
        }
        solution
    });
    let mut claims = Claims::test(
        stated,
        convex,
        [conic.as_ref(), gradient.as_ref()],
        settings,
    );
    let answers = claims.answers([conic, gradient]);
    let [conic, gradient] = answers.map(|answer| own_duals(answer?, problem));
    let contradictory = claims.contradictory();
    let agreement = agree(
        problem.objective.goal,
        conic.as_ref().map(Answer::sides),
        gradient.as_ref().map(Answer::sides),
    );
    let agreement = match agreement {
        Agreement::OneAnswer { .. } if paths.conic && !check.is_convex() => Agreement::OneAnswer {
            reason: "the conic path takes problems that are proved convex".to_owned(),
        },
        other => other,
    };
    Outcome {
        check,
        conic,
        gradient,
        agreement,
        contradictory,
    }
}

/// The problem over outer and inner variables together, and with the domains that factors of zero
/// or outer functions hide; `None` where it stays as it is. The user's constraints stand first.
fn restated(problem: &Problem, check: &Check<'_>) -> Option<Problem> {
    let joint = (!problem.inner.is_empty() && check.is_convex()).then(|| problem.joint());
    let whole = joint.as_ref().unwrap_or(problem);
    let nodes = whole.graph.reachable(&whole.roots());
    let bounded = bounded(whole, &nodes);
    if bounded.is_empty() {
        return joint;
    }
    let mut hidden = zero_factors::hidden(whole, &nodes, &bounded);
    if check.is_convex() {
        return proved(whole, &hidden).or(joint);
    }
    hidden.extend(swallowed::hidden(whole, &nodes, &bounded));
    hidden.sort_unstable();
    hidden.dedup();
    spelt_out(whole, &hidden)
}

/// The answer with multipliers of the problem's own constraints alone.
fn own_duals(mut answer: Answer, problem: &Problem) -> Option<Answer> {
    let duals = answer.solution.duals.as_mut();
    duals
        .into_iter()
        .for_each(|d| d.truncate(problem.constraints.len()));
    Some(answer)
}

/// The gradient path on the form that was proved convex: the rules that it goes by accept that one.
fn solve_by_gradients(convex: &ConvexProblem<'_>, settings: &Settings) -> Solution {
    let solution = descent::solve(&convex.proved(), true, settings);
    off_apex(convex, solution)
}

/// An answer put onto the linear rows as exactly as numbers allow.
fn polished(problem: &Problem, mut solution: Solution) -> Solution {
    if solution.status == Status::Solved
        && let Some(moved) = descent::polished(problem, &solution.variables)
    {
        solution.variables = moved;
    }
    solution
}

/// An answer off the apex of quotients, where that gives the user's own objective its value.
fn off_apex(convex: &ConvexProblem<'_>, mut solution: Solution) -> Solution {
    let (problem, dual) = (convex.problem(), solution.dual_value);
    if solution.status == Status::Solved
        && descent::is_open(problem, &solution.variables, dual)
        && let Some(moved) = descent::off_apex(problem, &convex.proved(), &solution.variables, dual)
    {
        solution.variables = moved;
    }
    solution
}

/// Whether the search stopped without a point that satisfies the constraints.
fn lacks_feasible_point(problem: &Problem, solution: &Solution) -> bool {
    if !matches!(solution.status, Status::Stopped(_)) {
        return false;
    }
    let judgement = Judge::new(problem).judge(solution);
    judgement.is_none_or(|j| j.violation > AGREE)
}
