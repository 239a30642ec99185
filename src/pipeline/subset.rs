//! Constraints that cannot hold together, none of which could be left out.
//!
//! The deletion filter: J. Chinneck, E. Dravnieks, "Locating minimal infeasible constraint sets in
//! linear programs", 1991. Every step is a problem of its own, solved and judged like the user's.

use super::least_violation;
use crate::compare::{Contradiction, Judge, contradiction};
use crate::convexity;
use crate::dcp::Interval;
use crate::expr::ExprId;
use crate::problem::{Constraint, Goal, Objective, Origin, Problem, Relation, Variable};
use crate::solve::{Settings, Status, conic};
use rustc_hash::FxHashSet;
use std::sync::atomic::Ordering;

/// Violation up to which a point counts as satisfying the others.
const FEASIBLE: f64 = 1e-6;

/// Larger contradictions are told as they were found.
const MOST_PARTS: usize = 300;

/// What all solves of one search may cost together, in entries of their constraints and variables:
/// a few seconds. A count, so that the same file is told the same on every machine.
const MOST_WORK: f64 = 3e5;
/// A semidefinite constraint of side n costs as much as n⁴ entries over this.
const SEMIDEFINITE: f64 = 40.0;

/// A contradictory subset of a problem's constraints.
#[derive(Clone, Debug)]
pub struct Subset {
    /// In the order of the problem.
    pub constraints: Vec<Constraint>,
    /// Whether a point was found for each constraint that satisfies all the others.
    pub each_needed: bool,
}

/// What solving without some constraints shows.
enum Shown {
    /// A point satisfies what is left.
    Feasible,
    /// A combination of what is left, checked, in positions of the whole problem.
    Contradictory(Contradiction),
    Nothing,
}

/// Leaves out what a combination names, one by one, as long as the rest stays contradictory; with
/// the last combination that was checked, in positions of the whole problem.
pub(super) fn smallest(
    problem: &Problem,
    proof: Contradiction,
    settings: &Settings,
) -> (Subset, Contradiction) {
    // The smallest multiplier first: those are more often rounding or redundant.
    let kept: Vec<usize> = proof.parts.iter().rev().map(|(k, _)| *k).collect();
    if kept.len() > MOST_PARTS {
        return (Subset::of(problem, kept, false), proof);
    }
    let mut search = Search {
        part: Part::new(problem, &kept),
        kept,
        proof,
        work: 0.0,
        settings,
    };
    let each_needed = search.delete();
    search.combine();
    (Subset::of(problem, search.kept, each_needed), search.proof)
}

/// A combination of just these constraints that no point satisfies, if solving shows one.
pub(super) fn combination(
    problem: &Problem,
    kept: &[usize],
    settings: &Settings,
) -> Option<Contradiction> {
    match Part::new(problem, kept).shown(kept, settings) {
        Shown::Contradictory(found) => Some(found),
        Shown::Feasible | Shown::Nothing => None,
    }
}

impl Subset {
    fn of(problem: &Problem, mut positions: Vec<usize>, each_needed: bool) -> Self {
        positions.sort_unstable();
        let members = positions
            .into_iter()
            .map(|k| problem.constraints[k].clone());
        Subset {
            constraints: members.collect(),
            each_needed,
        }
    }
}

/// A search under way.
struct Search<'a> {
    part: Part,
    /// Positions of what is left.
    kept: Vec<usize>,
    /// The last combination that was checked.
    proof: Contradiction,
    /// What the solves cost so far.
    work: f64,
    settings: &'a Settings,
}

impl Search<'_> {
    /// Leaves out one constraint after another; whether each that stays was seen to be needed.
    fn delete(&mut self) -> bool {
        let mut each_needed = true;
        let mut place = 0;
        while place < self.kept.len() {
            let mut rest = self.kept.clone();
            rest.remove(place);
            self.work += self.part.work(&rest);
            if self.work > MOST_WORK || self.settings.interrupted.load(Ordering::Relaxed) {
                return false;
            }
            match self.part.shown(&rest, self.settings) {
                Shown::Feasible => place += 1,
                Shown::Contradictory(found) => place = self.narrow(found, place),
                Shown::Nothing => {
                    each_needed = false;
                    place += 1;
                }
            }
        }
        each_needed
    }

    /// Keeps what the combination names. Returns the next place to look at: what stands before
    /// `place` was seen to be needed, also in a smaller set.
    fn narrow(&mut self, found: Contradiction, place: usize) -> usize {
        let names = |k: &usize| found.parts.iter().any(|(named, _)| named == k);
        let before = self.kept[..place].iter().filter(|k| names(k)).count();
        self.kept.retain(names);
        self.proof = found;
        before
    }

    /// A combination of all that is left, where the one at hand names more.
    fn combine(&mut self) {
        if self.proof.parts.len() > self.kept.len()
            && let Shown::Contradictory(found) = self.part.shown(&self.kept, self.settings)
        {
            self.proof = found;
        }
    }
}

/// The problem of finding a point for some of the constraints, over a graph of their own.
struct Part {
    problem: Problem,
    /// Positions in the whole problem, and the constraints over the part's graph.
    constraints: Vec<(usize, Constraint)>,
    /// As they are while all these constraints hold.
    variables: Vec<Variable>,
}

impl Part {
    fn new(whole: &Problem, positions: &[usize]) -> Self {
        let named: Vec<&Constraint> = positions.iter().map(|&k| &whole.constraints[k]).collect();
        let sides = named.iter().flat_map(|c| [c.left, c.right]);
        let nodes = whole.variables.iter().map(|v| v.node);
        let roots: Vec<ExprId> = sides.chain(nodes).collect();
        let (graph, places) = whole.graph.part(&roots);
        let moved = |c: &Constraint| Constraint {
            left: places[&c.left],
            right: places[&c.right],
            ..c.clone()
        };
        let mut variables = whole.variables.clone();
        let staying: FxHashSet<usize> = positions.iter().copied().collect();
        let others = whole
            .constraints
            .iter()
            .enumerate()
            .filter(|(k, _)| !staying.contains(k));
        forget_ranges(&mut variables, others.map(|(_, c)| c));
        for variable in &mut variables {
            variable.node = places[&variable.node];
        }
        let objective = Objective {
            goal: Goal::Find,
            label: None,
            expression: None,
            span: whole.objective.span,
        };
        Part {
            problem: Problem {
                graph,
                objective,
                ..Problem::default()
            },
            constraints: positions
                .iter()
                .copied()
                .zip(named.into_iter().map(moved))
                .collect(),
            variables,
        }
    }

    /// The problem with the constraints at these positions of the whole.
    fn restrict(&mut self, kept: &[usize]) -> &Problem {
        let (stay, go): (Vec<_>, Vec<_>) =
            self.constraints.iter().partition(|(k, _)| kept.contains(k));
        self.problem.variables.clone_from(&self.variables);
        forget_ranges(&mut self.problem.variables, go.into_iter().map(|(_, c)| c));
        let ordered = kept
            .iter()
            .filter_map(|k| stay.iter().find(|(place, _)| place == k));
        self.problem.constraints = ordered.map(|(_, c)| c.clone()).collect();
        &self.problem
    }

    /// What solving with the constraints at these positions costs.
    fn work(&self, kept: &[usize]) -> f64 {
        let graph = &self.problem.graph;
        let cost = |constraint: &Constraint| {
            let shape = constraint.shape(graph);
            match constraint.relation {
                Relation::Equal | Relation::LessEqual => shape.size() as f64,
                Relation::Precedes => (shape.rows as f64).powi(4) / SEMIDEFINITE,
            }
        };
        let members = self.constraints.iter().filter(|(k, _)| kept.contains(k));
        let constraints: f64 = members.map(|(_, c)| cost(c)).sum();
        let variables = self.variables.iter().map(|v| v.shape.size() as f64);
        constraints + variables.sum::<f64>()
    }

    fn shown(&mut self, kept: &[usize], settings: &Settings) -> Shown {
        if kept.is_empty() {
            return Shown::Feasible;
        }
        let problem = self.restrict(kept);
        let check = convexity::check(problem);
        let Some(convex) = check.convex() else {
            return Shown::Nothing;
        };
        let solution = conic::solve_problem(convex, settings);
        match &solution.status {
            Status::Infeasible(certificate) => {
                let found = contradiction(problem, certificate, &[&solution.variables])
                    .or_else(|| least_violation::contradiction(problem, settings));
                found.map_or(Shown::Nothing, |mut found| {
                    found.parts.iter_mut().for_each(|(k, _)| *k = kept[*k]);
                    Shown::Contradictory(found)
                })
            }
            _ => match Judge::new(problem).judge(&solution) {
                Some(judgement) if judgement.violation <= FEASIBLE => Shown::Feasible,
                Some(_) | None => Shown::Nothing,
            },
        }
    }
}

/// Takes from the variables what constraints that do not hold any more said of their range.
pub(super) fn forget_ranges<'c>(
    variables: &mut [Variable],
    gone: impl Iterator<Item = &'c Constraint>,
) {
    let bounds = gone.filter(|c| c.origin != Origin::Line);
    let nodes: FxHashSet<ExprId> = bounds.flat_map(|c| [c.left, c.right]).collect();
    for variable in variables.iter_mut().filter(|v| nodes.contains(&v.node)) {
        variable.range = Interval::REALS;
        (variable.psd, variable.nsd) = (false, false);
    }
}
