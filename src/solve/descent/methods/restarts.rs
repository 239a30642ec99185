//! Descents from many starts, and the distinct places where they end.

use super::super::budget::Budget;
use super::super::packing::Packing;
use super::super::start;
use super::driver::{Limits, run};
use super::lecture::{TOLERANCE, iterations};
use super::objective::Objective;
use super::plan::Plan;
use super::stationary::Stationary;
use super::trace::{Ending, Run};
use crate::elaborate::random::Generator;
use crate::problem::Problem;
use crate::solve::Settings;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Points are the same when no entry differs by more than this, relative to max(1, |x|).
const SAME: f64 = 1e-4;
/// Random starts lie about the declared one at these distances in turn, relative to max(1, |x|).
const SPREADS: [f64; 3] = [1.0, 3.0, 0.3];

/// Where descents from many starts ended.
#[derive(Clone, Debug)]
pub struct Restarts {
    /// The best first.
    pub places: Vec<Place>,
    pub starts: usize,
    /// Of the problem.
    pub unknowns: usize,
    /// Descents that reached no place where the gradient is zero.
    pub lost: usize,
    /// 1 when small values are good, -1 when large ones are.
    pub sign: f64,
    /// Every descent, in the order of the starts, where they were asked for.
    pub runs: Vec<Run>,
}

/// A point where the gradient is zero, or the first-order conditions hold.
#[derive(Clone, Debug)]
pub struct Place {
    pub x: Vec<f64>,
    /// In the user's sense.
    pub value: f64,
    /// Of the Lagrangian where there are constraints.
    pub gradient_norm: f64,
    /// The worst violation of a constraint, relative to max(1, largest entry of its sides).
    pub violation: f64,
    /// Descents that ended here.
    pub reached: usize,
    /// What is known of it.
    pub seen: Stationary,
    /// Whether entries are at an edge of a domain; the curvature is that of the others.
    pub at_edge: bool,
}

impl Place {
    /// Whether a point counts as this place.
    pub fn is_at(&self, x: &[f64]) -> bool {
        is_same(&self.x, x)
    }
}

/// One method from the declared start and from random ones around it, in parallel.
pub fn restarts(
    problem: &Problem,
    plan: &Plan,
    starts: usize,
    settings: &Settings,
) -> Result<Restarts, String> {
    explore(problem, plan, starts, settings, false)
}

/// The same with all descents kept, for a picture.
pub fn restarts_with_runs(
    problem: &Problem,
    plan: &Plan,
    starts: usize,
    settings: &Settings,
) -> Result<Restarts, String> {
    explore(problem, plan, starts, settings, true)
}

fn explore(
    problem: &Problem,
    plan: &Plan,
    starts: usize,
    settings: &Settings,
    keep: bool,
) -> Result<Restarts, String> {
    let mut objective = Objective::new(problem)?;
    let points = points(problem, starts, settings.seed);
    // What the method refuses, it refuses before any start is tried.
    plan.method(problem, &mut objective, &points[0], settings.seed)?;
    let budget = Budget::of_time(settings);
    let limits = Limits {
        iterations: iterations(settings),
        tolerance: settings.tolerance.unwrap_or(TOLERANCE),
        settle: true,
        // A picture shows points of one or two unknowns.
        keep: keep && objective.packing.size <= 2,
        budget: &budget,
    };
    let sign = objective.sign;
    let ends = in_parallel(&points, settings.threads, |k, point| {
        let mut objective = objective.clone();
        let seed = settings.seed.wrapping_add(k as u64);
        let mut method = plan.method(problem, &mut objective, point, seed).ok()?;
        let run = run(&mut objective, method.as_mut(), point.to_vec(), &limits);
        let place = place(&mut objective, &run);
        Some((place, keep.then_some(run)))
    });
    let (ends, runs): (Vec<_>, Vec<_>) = ends.into_iter().flatten().unzip();
    let places = distinct(ends.into_iter().flatten(), sign);
    let reached: usize = places.iter().map(|place| place.reached).sum();
    Ok(Restarts {
        places,
        starts,
        unknowns: objective.packing.size,
        lost: starts - reached,
        sign,
        runs: runs.into_iter().flatten().collect(),
    })
}

/// Where a run ended, if the gradient is zero there.
fn place(objective: &mut Objective, run: &Run) -> Option<Place> {
    if run.ending != Ending::Converged {
        return None;
    }
    Some(Place {
        value: run.last().value,
        gradient_norm: run.last().gradient_norm,
        violation: 0.0,
        reached: 1,
        seen: Stationary::examine(objective, &run.x, run.first().gradient_norm),
        at_edge: false,
        x: run.x.clone(),
    })
}

/// The declared start, then random points: uniform between finite bounds, else normal around it.
pub fn points(problem: &Problem, count: usize, seed: u64) -> Vec<Vec<f64>> {
    let packing = Packing::new(problem);
    let first = start::point(problem, packing.size);
    let mut random = Generator::new(seed);
    let mut points = vec![first.clone()];
    for k in 1..count {
        let spread = SPREADS[(k - 1) % SPREADS.len()];
        let mut point = first.clone();
        for (variable, packed) in problem.variables.iter().zip(&packing.variables) {
            let (low, high) = (variable.range.lower, variable.range.upper);
            for entry in &mut point[packed.range()] {
                *entry = if low.is_finite() && high.is_finite() {
                    low + (high - low) * random.uniform()
                } else {
                    let noise = random.normals(1)[0];
                    (*entry + spread * entry.abs().max(1.0) * noise).clamp(low, high)
                };
            }
        }
        points.push(point);
    }
    points
}

/// The work of each point, in the order of the points.
pub fn in_parallel<T: Send>(
    points: &[Vec<f64>],
    threads: usize,
    work: impl Fn(usize, &[f64]) -> Option<T> + Sync,
) -> Vec<Option<T>> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Option<T>)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, points.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let k = next.fetch_add(1, Ordering::Relaxed);
                    let Some(point) = points.get(k) else {
                        break;
                    };
                    let result = work(k, point);
                    if let Ok(mut done) = done.lock() {
                        done.push((k, result));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(k, _)| *k);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Places that are the same made one; of each the end with the smallest gradient is kept.
pub fn distinct(ends: impl Iterator<Item = Place>, sign: f64) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for end in ends {
        match places.iter_mut().find(|p| is_same(&p.x, &end.x)) {
            Some(place) => {
                let reached = place.reached + 1;
                if end.gradient_norm < place.gradient_norm {
                    *place = end;
                }
                place.reached = reached;
            }
            None => places.push(end),
        }
    }
    places.sort_by(|a, b| (sign * a.value).total_cmp(&(sign * b.value)));
    places
}

fn is_same(a: &[f64], b: &[f64]) -> bool {
    let scale = a.iter().fold(1.0, |m: f64, x| m.max(x.abs()));
    a.iter().zip(b).all(|(a, b)| (a - b).abs() <= SAME * scale)
}
