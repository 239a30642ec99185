//! What the paths claim, tested on the user's problem: a claim that fails its test is told as
//! "stopped", with the reason.

use super::least_violation::least_violation;
use super::{Answer, Subset, subset};
use crate::compare::{AGREE_LOOSELY, Contradiction, Judge, contradiction, improvement};
use crate::problem::Problem;
use crate::report::significant;
use crate::solve::{Certificate, Settings, Solution, Status};

/// Seconds for the search of a small contradictory subset, against the seconds of the solution.
const SEARCH_FACTOR: f64 = 20.0;
const LEAST_SEARCH_SECONDS: f64 = 0.2;
const MOST_SEARCH_SECONDS: f64 = 2.0;

/// Violations and gaps of an answer may be so many times coarser than the tolerance asked for.
const COARSER: f64 = 100.0;

/// More constraints of a contradiction are counted, not named.
const MOST_PARTS: usize = 6;

/// The test of both paths' claims.
pub(super) struct Claims<'p> {
    problem: &'p Problem,
    judge: Judge<'p>,
    /// Violations and gaps up to here are those of an answer.
    allowed: f64,
    /// What proves for either path that no point satisfies the constraints.
    proofs: [Option<Contradiction>; 2],
    subset: Option<Subset>,
}

impl<'p> Claims<'p> {
    /// Looks for a proof where a path, the conic one first, calls the problem infeasible.
    pub(super) fn test(
        problem: &'p Problem,
        [conic, gradient]: [Option<&Solution>; 2],
        settings: &Settings,
    ) -> Self {
        let mut claims = Claims {
            problem,
            judge: Judge::new(problem),
            allowed: AGREE_LOOSELY.max(COARSER * settings.tolerance.unwrap_or(0.0)),
            proofs: [None, None],
            subset: None,
        };
        let certificates = [conic, gradient].map(|solution| infeasibility(solution?));
        claims.proofs = certificates.map(|certificate| contradiction(problem, certificate?));
        let proved = claims.proofs.iter().position(Option::is_some);
        let certificate = match proved.and_then(|k| certificates[k]) {
            Some(certificate) => certificate.clone(),
            None => {
                let claimed = certificates.iter().any(Option::is_some);
                let last = conic
                    .filter(|_| claimed)
                    .and_then(|_| claims.ask_again(settings));
                let Some(certificate) = last else {
                    return claims;
                };
                certificate
            }
        };
        if let Some(conic) = conic {
            claims.search_subset(&certificate, conic.work.seconds, settings);
        }
        claims.share();
        claims
    }

    /// The multipliers of the least violation, where they prove what the paths' own do not.
    fn ask_again(&mut self, settings: &Settings) -> Option<Certificate> {
        let certificate = least_violation(self.problem, settings)?;
        self.proofs[0] = Some(contradiction(self.problem, &certificate)?);
        Some(certificate)
    }

    fn search_subset(&mut self, certificate: &Certificate, seconds: f64, settings: &Settings) {
        let seconds = (SEARCH_FACTOR * seconds).clamp(LEAST_SEARCH_SECONDS, MOST_SEARCH_SECONDS);
        if let Some((subset, found)) =
            subset::smallest(self.problem, certificate, seconds, settings)
        {
            self.subset = Some(subset);
            self.proofs[0] = Some(found);
        }
    }

    /// A proof is one whoever found it.
    fn share(&mut self) {
        let any = self.proofs.iter().flatten().next().cloned();
        for proof in self.proofs.iter_mut().filter(|proof| proof.is_none()) {
            proof.clone_from(&any);
        }
    }

    /// Constraints that cannot hold together, as few as were found.
    pub(super) fn contradictory(self) -> Option<Subset> {
        self.subset
    }

    /// The answers, the conic one first, with their statuses after the test.
    pub(super) fn answers(&self, solutions: [Option<Solution>; 2]) -> [Option<Answer>; 2] {
        let [conic, gradient] = solutions;
        let [by_cones, by_gradients] = &self.proofs;
        [
            conic.map(|solution| self.answer(solution, by_cones.as_ref())),
            gradient.map(|solution| self.answer(solution, by_gradients.as_ref())),
        ]
    }

    fn answer(&self, mut solution: Solution, proof: Option<&Contradiction>) -> Answer {
        let judgement = self.judge.judge(&solution);
        let tested = match &solution.status {
            Status::Solved | Status::Local => {
                let flaw = judgement.as_ref().and_then(|j| j.flaw(self.allowed));
                flaw.map_or(Ok(None), Err)
            }
            Status::Infeasible(_) => self.infeasible(proof).map(Some),
            Status::Unbounded(certificate) => self.unbounded(certificate).map(Some),
            Status::Stopped(_) | Status::NotHandled(_) => Ok(None),
        };
        let proof = tested.unwrap_or_else(|reason| {
            solution.status = Status::Stopped(reason);
            None
        });
        Answer {
            solution,
            judgement,
            proof,
        }
    }

    fn infeasible(&self, found: Option<&Contradiction>) -> Result<String, String> {
        found.map(|found| told(self.problem, found)).ok_or_else(|| {
            "no point was found that satisfies the constraints, but that there is none could not be \
             verified"
                .to_owned()
        })
    }

    fn unbounded(&self, certificate: &Certificate) -> Result<String, String> {
        match improvement(self.problem, &self.judge, certificate) {
            Some(rate) => Ok(format!(
                "the objective improves by {} with every unit along a direction that no constraint stops",
                significant(rate, 4)
            )),
            None => Err(
                "the objective improved without an end in sight, but that it has no bound could not \
                 be verified"
                    .to_owned(),
            ),
        }
    }
}

/// What a path offers as proof that no point satisfies the constraints.
fn infeasibility(solution: &Solution) -> Option<&Certificate> {
    match &solution.status {
        Status::Infeasible(certificate) => Some(certificate),
        Status::Solved
        | Status::Local
        | Status::Unbounded(_)
        | Status::Stopped(_)
        | Status::NotHandled(_) => None,
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
    let (more, rest) = match found.parts.len() - shown.len() {
        0 => (String::new(), ""),
        more => (format!(" and {more} more"), " + …"),
    };
    let together = if found.parts.len() == 1 {
        ""
    } else {
        " together"
    };
    format!(
        "{}{more} cannot hold{together}: {}{rest} adds up to 0 >= {}",
        names.join(", "),
        terms.join(" + "),
        significant(found.excess, 4),
    )
}
