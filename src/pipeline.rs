//! The one file that knows the order of the phases.

mod expected;
mod subset;

pub use expected::unmet;
pub use subset::Subset;

use crate::compare::{
    Agreement, Contradiction, Judge, Judgement, agree, contradiction, improvement,
};
use crate::convexity::{self, Check};
use crate::elaborate::{self, Inputs};
use crate::problem::Problem;
use crate::report::significant;
use crate::solve::{Settings, Solution, Status, conic, descent};
use crate::syntax;
use miette::{NamedSource, Report};
use std::sync::Arc;

/// Seconds for the search of a small contradictory subset, against the seconds of the solution.
const SEARCH_FACTOR: f64 = 20.0;
const LEAST_SEARCH_SECONDS: f64 = 0.2;
const MOST_SEARCH_SECONDS: f64 = 2.0;

/// More constraints of a contradiction are counted, not named.
const MOST_PARTS: usize = 6;

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
    elaborate::elaborate(text, &file, inputs).map_err(reports)
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
    let joint = (!problem.inner.is_empty() && check.is_convex()).then(|| problem.joint());
    let joint_check = joint.as_ref().map(convexity::check);
    let joint_convex = joint_check.as_ref().and_then(Check::convex);
    let stated = joint.as_ref().unwrap_or(problem);
    let judge = Judge::new(problem);
    let judged = |solution: Solution| Answer {
        judgement: judge.judge(&solution),
        proof: proof(problem, &judge, &solution.status),
        solution,
    };
    let conic = match joint_convex.or(check.convex()) {
        Some(convex) if paths.conic => Some(judged(conic::solve_problem(convex, settings))),
        Some(_) | None => None,
    };
    let mut conic = conic;
    let contradictory = conic.as_mut().and_then(|answer| {
        let Status::Infeasible(certificate) = &answer.solution.status else {
            return None;
        };
        let seconds = SEARCH_FACTOR * answer.solution.work.seconds;
        let seconds = seconds.clamp(LEAST_SEARCH_SECONDS, MOST_SEARCH_SECONDS);
        let (subset, found) = subset::smallest(problem, certificate, seconds, settings)?;
        answer.proof = Some(told(problem, &found));
        Some(subset)
    });
    let by_gradients = || match check.is_convex() {
        false if settings.starts > 1 && !problem.has_inner() => {
            descent::methods::solve_from_starts(problem, settings)
        }
        convex => descent::solve(stated, convex, settings),
    };
    let gradient = paths.gradient.then(|| judged(by_gradients()));
    let agreement = agree(
        conic.as_ref().map(Answer::sides),
        gradient.as_ref().map(Answer::sides),
    );
    Outcome {
        check,
        conic,
        gradient,
        agreement,
        contradictory,
    }
}

/// What proves that there is no answer; a certificate that fails its check is told as such.
fn proof(problem: &Problem, judge: &Judge<'_>, status: &Status) -> Option<String> {
    match status {
        Status::Infeasible(certificate) => Some(match contradiction(problem, certificate) {
            Some(found) => told(problem, &found),
            None => "the certificate of infeasibility could not be verified".to_owned(),
        }),
        Status::Unbounded(certificate) => Some(match improvement(problem, judge, certificate) {
            Some(rate) => format!(
                "the objective improves by {} with every unit along a direction that no constraint stops",
                significant(rate, 4)
            ),
            None => "the certificate of unboundedness could not be verified".to_owned(),
        }),
        Status::Solved | Status::Local | Status::Stopped(_) | Status::NotHandled(_) => None,
    }
}

/// "`budget` and `cap[3]` cannot hold together: 1*budget + 2*cap[3] adds up to 0 >= 0.4".
fn told(problem: &Problem, found: &Contradiction) -> String {
    let shown = &found.parts[..found.parts.len().min(MOST_PARTS)];
    let name = |k: usize| problem.constraints[k].name.to_string();
    let names: Vec<String> = shown
        .iter()
        .map(|(k, _)| format!("`{}`", name(*k)))
        .collect();
    let terms: Vec<String> = shown
        .iter()
        .map(|(k, m)| format!("{}*({})", significant(*m, 4), name(*k)))
        .collect();
    let more = found.parts.len() - shown.len();
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let verb = if found.parts.len() == 1 {
        "cannot hold"
    } else {
        "cannot hold together"
    };
    let excess = significant(found.excess, 4);
    let rest = if more.is_empty() { "" } else { " + …" };
    let searched = if found.radius > 0.0 {
        ""
    } else {
        " (its lowest value as far as a search finds; not proved)"
    };
    format!(
        "{}{more} {verb}: {}{rest} adds up to 0 >= {excess}{searched}",
        names.join(", "),
        terms.join(" + "),
    )
}
