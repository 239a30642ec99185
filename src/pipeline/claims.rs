//! What the paths claim, tested on the user's problem: a claim that fails its test is told as
//! "stopped", with the reason.

use super::{Answer, Evidence, Subset, combination, domains, least_violation, subset};
use crate::compare::{
    AGREE, AGREE_LOOSELY, Contradiction, Improvement, Judge, Judgement, contradiction, improvement,
    improvement_along, missed_beside_small_numbers, rival,
};
use crate::convexity::ConvexProblem;
use crate::dcp::Interval;
use crate::matrix::Matrix;
use crate::problem::{Goal, Problem};
use crate::report::significant;
use crate::solve::{Certificate, Settings, Solution, Status};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How much better points may violate constraints, unless multipliers support the answer.
const RIVAL_VIOLATION: f64 = 1e-9;
/// How far the multipliers' value may be from the objective that it supports, relative to it.
const SAID: f64 = 1e-4;
/// Violations and gaps of an answer may be so many times coarser than the tolerance asked for.
const COARSER: f64 = 100.0;

/// A matrix for each variable.
type Point = Vec<Arc<Matrix>>;

/// A path's point, judged.
#[derive(Default)]
struct Judged {
    judgement: Option<Judgement>,
    /// Why a point that is called an answer is none.
    flaw: Option<String>,
}

impl Judged {
    /// Whether the path stopped, or calls an answer what is none.
    fn lacks_answer(&self, solution: &Solution) -> bool {
        match solution.status {
            Status::Stopped(_) => true,
            Status::Solved => self.flaw.is_some(),
            Status::Local
            | Status::Infeasible(_)
            | Status::Unbounded(_)
            | Status::NotHandled(_) => false,
        }
    }
}

/// The test of both paths' claims.
pub(super) struct Claims<'p> {
    problem: &'p Problem,
    /// With the domains of its functions as constraints, where a proof needs them.
    spelt_out: Option<Problem>,
    judge: Judge<'p>,
    /// Holds every value of the objective, by the rules alone.
    range: Interval,
    /// Violations and gaps up to here are those of an answer.
    allowed: f64,
    /// The points of the paths.
    judged: [Judged; 2],
    /// What proves for either path that no point satisfies the constraints.
    proofs: [Option<Contradiction>; 2],
    subset: Option<Subset>,
    /// What proves for either path that the objective has no bound.
    improvement: Option<(Improvement, Point)>,
}

impl<'p> Claims<'p> {
    /// Looks for a proof where a path, the conic one first, calls the problem infeasible.
    pub(super) fn test(
        problem: &'p Problem,
        convex: Option<&'p ConvexProblem<'_>>,
        solutions: [Option<&Solution>; 2],
        settings: &Settings,
    ) -> Self {
        let [conic, gradient] = solutions;
        let mut claims = Claims {
            problem,
            spelt_out: None,
            judge: match convex {
                Some(convex) => Judge::with_equal_forms(problem, convex),
                None => Judge::new(problem),
            },
            range: convex.map_or(Interval::REALS, ConvexProblem::objective_range),
            allowed: AGREE_LOOSELY.max(COARSER * settings.tolerance.unwrap_or(0.0)),
            judged: Default::default(),
            proofs: [None, None],
            subset: None,
            improvement: None,
        };
        claims.judged = solutions.map(|s| s.map_or_else(Judged::default, |s| claims.judge(s)));
        claims.improvement = solutions
            .into_iter()
            .flatten()
            .find_map(|s| claims.proof(s));
        let certificates = [conic, gradient].map(|solution| infeasibility(solution?));
        let known = || solutions.iter().flatten().map(|s| &s.variables);
        let stands =
            |found: &Contradiction| !known().any(|point| found.is_refuted_by(problem, point));
        let points: Vec<&[Arc<Matrix>]> = known().map(Vec::as_slice).collect();
        claims.proofs =
            certificates.map(|found| contradiction(problem, found?, &points).filter(stands));
        if conic.is_none() {
            claims.share();
            return claims;
        }
        let is_open = |claims: &Self| claims.proofs.iter().all(Option::is_none);
        let claimed = certificates.iter().any(Option::is_some);
        if is_open(&claims) && (claimed || claims.lack_points(solutions, settings)) {
            claims.proofs[0] = least_violation::contradiction(problem, settings).filter(stands);
        }
        if is_open(&claims) && claims.lack_answers(solutions) && !claims.has_point() {
            claims.proofs[0] = claims.by_domains(settings);
        }
        claims.search_subset(settings);
        claims.share();
        let is_endless = claims.improvement.is_some();
        if is_open(&claims) && !is_endless && claims.may_be_endless(solutions) {
            claims.improvement = claims.along_rays(solutions);
        }
        claims
    }

    /// Whether the paths stopped of themselves without a point that satisfies the constraints.
    fn lack_points(&self, solutions: [Option<&Solution>; 2], settings: &Settings) -> bool {
        let in_time = |s: &&Solution| settings.time_limit.is_none_or(|t| s.work.seconds < 0.5 * t);
        self.lack_answers(solutions)
            && solutions.iter().flatten().all(in_time)
            && !settings.interrupted.load(Ordering::Relaxed)
            && !self.has_point()
    }

    /// Whether a path ended at a point that satisfies the constraints, in the domain of every function.
    fn has_point(&self) -> bool {
        let holds = |j: &Judgement| {
            j.violation <= AGREE && j.objective.is_none_or(|value| value.is_finite())
        };
        let mut judged = self.judged.iter().filter_map(|j| j.judgement.as_ref());
        judged.any(holds)
    }

    /// That the objective has no bound along the ray to a point at which a path stopped.
    fn along_rays(&self, solutions: [Option<&Solution>; 2]) -> Option<(Improvement, Point)> {
        if self.is_bounded() {
            return None;
        }
        let pairs = solutions.into_iter().zip(&self.judged);
        let mut stopped = pairs.filter_map(|(s, judged)| s.filter(|_| judged.judgement.is_some()));
        stopped.find_map(|s| improvement_along(self.problem, &self.judge, &s.variables))
    }

    /// Whether no path has an answer, where a direction that is not proved to be endless is none.
    fn may_be_endless(&self, solutions: [Option<&Solution>; 2]) -> bool {
        let is_claim = |s: &&Solution| matches!(s.status, Status::Unbounded(_));
        self.lack_answers(solutions.map(|s| s.filter(|s| !is_claim(s))))
    }

    /// Whether no path has a point or a direction to show.
    fn lack_answers(&self, solutions: [Option<&Solution>; 2]) -> bool {
        let pairs = solutions.into_iter().zip(&self.judged);
        let mut pairs = pairs.filter_map(|(solution, judged)| Some((solution?, judged)));
        pairs.all(|(solution, judged)| match solution.status {
            Status::Solved | Status::Local => judged.judgement.is_none() || judged.flaw.is_some(),
            Status::Unbounded(_) => false,
            Status::Infeasible(_) | Status::Stopped(_) | Status::NotHandled(_) => true,
        })
    }

    /// A contradiction between the constraints and where the functions are defined.
    fn by_domains(&mut self, settings: &Settings) -> Option<Contradiction> {
        let (spelt_out, found) = domains::contradiction(self.problem, settings)?;
        self.spelt_out = Some(spelt_out);
        Some(found)
    }

    /// The problem that the proofs are about.
    fn stated(&self) -> &Problem {
        self.spelt_out.as_ref().unwrap_or(self.problem)
    }

    fn search_subset(&mut self, settings: &Settings) {
        let proofs = self.proofs.iter().flatten();
        let Some(proof) = proofs.min_by_key(|proof| proof.parts.len()).cloned() else {
            return;
        };
        let (subset, found) = subset::smallest(self.stated(), proof, settings);
        self.subset = Some(subset);
        self.proofs[0] = Some(found);
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
    pub(super) fn answers(&mut self, solutions: [Option<Solution>; 2]) -> [Option<Answer>; 2] {
        let [conic, gradient] = solutions;
        let [by_cones, by_gradients] = std::mem::take(&mut self.judged);
        [
            conic.map(|solution| self.answer(self.with_proofs(solution, &by_cones), by_cones, 0)),
            gradient.map(|solution| {
                let solution = self.with_improvement(solution, &by_gradients);
                self.answer(solution, by_gradients, 1)
            }),
        ]
    }

    /// What the conic path says once further conic problems have proved that no point satisfies the
    /// constraints.
    fn with_proofs(&self, mut solution: Solution, judged: &Judged) -> Solution {
        let is_proved = judged.lacks_answer(&solution) && self.proofs[0].is_some();
        if self.spelt_out.is_some() || is_proved {
            solution.status = Status::Infeasible(Certificate::default());
        }
        self.with_improvement(solution, judged)
    }

    /// What a path says that stopped on a ray along which the objective has no bound.
    fn with_improvement(&self, mut solution: Solution, judged: &Judged) -> Solution {
        if judged.lacks_answer(&solution) && self.improvement.is_some() {
            solution.status = Status::Unbounded(Certificate::default());
        }
        solution
    }

    fn answer(&self, mut solution: Solution, judged: Judged, path: usize) -> Answer {
        let Judged { judgement, flaw } = judged;
        let proof = self.proofs[path].as_ref();
        let mut evidence = Evidence::default();
        let tested = match &solution.status {
            Status::Solved | Status::Local => flaw.map_or(Ok(None), Err),
            Status::Infeasible(_) => {
                evidence.multipliers = proof.map_or(Vec::new(), |p| named(self.stated(), p));
                self.infeasible(proof).map(Some)
            }
            Status::Unbounded(_) => {
                let improvement = self.improvement.iter();
                evidence.direction = improvement.flat_map(|(_, d)| d.clone()).collect();
                self.unbounded().map(Some)
            }
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
            evidence,
        }
    }

    fn infeasible(&self, found: Option<&Contradiction>) -> Result<String, String> {
        found.map(|found| combination::told(self.stated(), found)).ok_or_else(|| {
            "no point was found that satisfies the constraints, but that there is none could not be \
             verified"
                .to_owned()
        })
    }

    fn judge(&self, solution: &Solution) -> Judged {
        let mut judgement = self.judge.judge(solution);
        let flaw = match solution.status {
            Status::Solved | Status::Local => {
                judgement.as_mut().and_then(|j| self.flaw(solution, j))
            }
            _ => None,
        };
        Judged { judgement, flaw }
    }

    /// Why the point is no answer: its residuals, or a better point on the same ray.
    fn flaw(&self, solution: &Solution, judgement: &mut Judgement) -> Option<String> {
        if let Some(flaw) = judgement.flaw(self.allowed) {
            return Some(flaw);
        }
        if let Some(flaw) =
            missed_beside_small_numbers(self.problem, judgement, &solution.variables)
        {
            return Some(flaw);
        }
        if solution.status != Status::Solved {
            return None;
        }
        let slack = match is_what_multipliers_say(solution, judgement) {
            true => 0.0,
            false => RIVAL_VIOLATION,
        };
        let better = rival(
            self.problem,
            &self.judge,
            &solution.variables,
            judgement,
            slack,
        )?;
        judgement.is_beaten = true;
        let times = significant(better.times, 3);
        let objective = significant(better.objective, 6);
        Some(match better.times > 1.5 {
            true => format!(
                "{times} times as far out the objective is {objective}: if there is an optimum, it \
                 lies farther out than the search came"
            ),
            false => format!(
                "at {times} times the point found the objective is {objective}, which is better"
            ),
        })
    }

    /// That the objective has no bound, if that is what the path says.
    fn proof(&self, solution: &Solution) -> Option<(Improvement, Point)> {
        match &solution.status {
            Status::Unbounded(certificate) if !self.is_bounded() => {
                improvement(self.problem, &self.judge, certificate)
            }
            _ => None,
        }
    }

    /// Whether the range of the objective ends where it would be best.
    fn is_bounded(&self) -> bool {
        match self.problem.objective.goal {
            Goal::Maximize => self.range.upper < f64::INFINITY,
            Goal::Minimize => self.range.lower > f64::NEG_INFINITY,
            Goal::Find => true,
        }
    }

    fn unbounded(&self) -> Result<String, String> {
        match self.improvement.as_ref().map(|(improvement, _)| *improvement) {
            Some(Improvement::Steady(rate)) => Ok(format!(
                "the objective improves by {} with every unit along a direction that no constraint stops",
                significant(rate, 4)
            )),
            Some(Improvement::Slow) => Ok(
                "the objective improves along a direction that no constraint stops, by no less with \
                 each step to a thousand times the distance"
                    .to_owned(),
            ),
            None => Err(
                "the objective improved without an end in sight, but that it has no bound could not \
                 be verified"
                    .to_owned(),
            ),
        }
    }
}

/// Whether the multipliers' value is the objective's to a share of its own size.
fn is_what_multipliers_say(solution: &Solution, judgement: &Judgement) -> bool {
    match (judgement.objective, solution.dual_value) {
        (Some(f), Some(value)) => (f - value).abs() <= SAID * f.abs(),
        _ => false,
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

fn named(problem: &Problem, found: &Contradiction) -> Vec<(String, Arc<Matrix>)> {
    let names = found.parts.iter();
    let names = names.map(|(k, _)| problem.constraints[*k].name.to_string());
    names.zip(found.multipliers.iter().cloned()).collect()
}
