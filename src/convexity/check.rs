//! The check of a whole problem.

use super::convex_problem::ConvexProblem;
use super::counterexample;
use super::dcp::Analysis;
use super::error::ConvexityError;
use super::explain::explain;
use super::part::{Form, Part};
use super::prove::prove;
use super::repair::Repair;
use super::tree::Tree;
use super::verdict::{Convexity, Proof, Verdict};
use crate::expr::ExprId;
use crate::problem::Problem;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Failing parts beyond this many, and further members of a family, are not explained.
const MOST_EXPLAINED: usize = 20;

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
    let mut everywhere = Vec::with_capacity(problem.constraints.len() + 1);
    let mut failures = Failures::default();
    for part in Part::all(problem) {
        let Some(form) = part.form(problem) else {
            continue;
        };
        let (form, verdict) = match prove(&mut analysis, &mut repair, form) {
            Some(proved) => (proved.form, Verdict::Proved(proved.proof)),
            None => (form, failures.judge(&analysis, &repair, part, form)),
        };
        place(form, &mut objective, &mut sides);
        everywhere.push(match &verdict {
            Verdict::Proved(proof) => proof.holds_everywhere(),
            Verdict::NotConvex(_) | Verdict::Unknown => false,
        });
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
            everywhere,
        },
        parts,
        errors: failures.errors,
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

/// Parts that are not proved: the first of each family is looked into and explained.
#[derive(Default)]
struct Failures {
    errors: Vec<ConvexityError>,
    families: FxHashSet<Arc<str>>,
}

impl Failures {
    fn judge(
        &mut self,
        analysis: &Analysis<'_>,
        repair: &Repair,
        part: Part,
        form: Form,
    ) -> Verdict {
        let problem = analysis.problem;
        let first = match part {
            Part::Objective => true,
            Part::Constraint(k) => {
                let name = &problem.constraints[k].name;
                name.indices.is_empty() || self.families.insert(name.label.clone())
            }
        };
        if !first || self.errors.len() >= MOST_EXPLAINED {
            return Verdict::Unknown;
        }
        let found = counterexample::search(analysis, part, form);
        let beyond = found.as_ref().and_then(|f| f.excluded_by(problem, part));
        let points = found.as_ref().map(|found| (found, beyond));
        self.errors
            .push(explain(analysis, repair, part, form, points));
        match found.filter(|_| beyond.is_none()) {
            Some(found) => Verdict::NotConvex(Arc::new(found)),
            None => Verdict::Unknown,
        }
    }
}

impl<'p> Check<'p> {
    /// Whether every part is proved convex.
    pub fn is_convex(&self) -> bool {
        self.parts.iter().all(|(_, verdict)| verdict.is_proved())
    }

    pub fn convexity(&self) -> Convexity {
        let refuted = |(_, verdict): &(Part, Verdict)| matches!(verdict, Verdict::NotConvex(_));
        if self.is_convex() {
            Convexity::Proved
        } else if self.parts.iter().any(refuted) {
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

    /// Positions of the constraints that are proved convex, rising.
    pub fn proved_constraints(&self) -> impl Iterator<Item = usize> + '_ {
        let proved = self.parts.iter().filter(|(_, verdict)| verdict.is_proved());
        proved.filter_map(|(part, _)| match part {
            Part::Constraint(k) => Some(*k),
            Part::Objective => None,
        })
    }

    /// The verdict in a few words.
    pub fn summary(&self) -> String {
        let proofs = || {
            self.parts.iter().filter_map(|(_, verdict)| match verdict {
                Verdict::Proved(proof) => Some(proof),
                Verdict::NotConvex(_) | Verdict::Unknown => None,
            })
        };
        match self.convexity() {
            Convexity::Proved => {
                let used = Proof::kinds(proofs());
                format!("convex ({used})")
            }
            Convexity::Refuted => "not convex".to_owned(),
            Convexity::Unknown => "not proved convex".to_owned(),
        }
    }

    /// Why parts are not proved convex: the first member of each family.
    pub fn errors(&self) -> Vec<ConvexityError> {
        self.errors.clone()
    }

    /// What was read as what, one sentence each, without repetition.
    pub fn rewrites(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for (_, verdict) in &self.parts {
            let Verdict::Proved(proof) = verdict else {
                continue;
            };
            for rewrite in proof.rewrites() {
                let sentence = rewrite.to_string();
                if sentences.len() < MOST_EXPLAINED && !sentences.contains(&sentence) {
                    sentences.push(sentence);
                }
            }
        }
        sentences
    }

    /// Names of the parts and their verdicts, in words.
    pub fn verdicts(&self) -> impl Iterator<Item = (String, String)> {
        let problem = self.candidate.problem;
        self.parts
            .iter()
            .map(move |(part, verdict)| (part.name(problem), verdict.to_string()))
    }

    /// The expressions of all parts with sign and curvature, as an indented text of bounded length.
    pub fn tree(&self) -> String {
        let problem = self.candidate.problem;
        let analysis = Analysis::new(problem, &problem.roots());
        let mut tree = Tree::new(&analysis);
        let mut left_out = 0;
        for part in Part::all(problem) {
            match part.form(problem) {
                Some(form) if tree.has_room() => tree.part(&part.name(problem), form),
                Some(_) => left_out += 1,
                None => {}
            }
        }
        tree.finish(left_out)
    }
}
