//! Two points and a weight at which Jensen's inequality fails.

mod describe;
mod excluded;
mod region;
mod simplify;

use super::dcp::Analysis;
use super::part::{Form, Part};
use super::sample::{self, Random};
use crate::expr::{Evaluator, ExprId, Graph, NodeKind};
use crate::matrix::Matrix;
use crate::problem::{Problem, Variable};
use region::{Region, narrowed};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Entries evaluated in one search, over all points.
const EFFORT: usize = 4_000_000;
/// A failure counts when it is larger than this, relative to the values.
const MARGIN: f64 = 1e-6;
const SEED: u64 = 20;
/// Rounding errors by chance that a failure must withstand.
const ROUNDINGS: u64 = 6;

/// What shows that a part is not convex.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterexample {
    /// By position in the problem's list.
    pub first: Vec<Arc<Matrix>>,
    pub second: Vec<Arc<Matrix>>,
    /// The point between is weight*first + (1 - weight)*second.
    pub weight: f64,
    /// At the first point, the second, and between: the objective, or for a constraint how far it
    /// is violated (<= 0: satisfied).
    pub values: [f64; 3],
    /// Positions of the variables that matter.
    variables: Vec<usize>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The value between is above the chord.
    Above,
    /// Below the chord.
    Below,
    /// Both points satisfy the constraint, the point between does not.
    Outside,
}

/// Searches for a counterexample to the part, with a fixed seed and bounded effort.
pub(super) fn search(analysis: &Analysis<'_>, part: Part, form: Form) -> Option<Counterexample> {
    let (roots, kind) = match form {
        Form::Minimize(objective) => (vec![objective], Kind::Above),
        Form::Maximize(objective) => (vec![objective], Kind::Below),
        Form::LessEqual(left, right) | Form::Equal(left, right) => {
            (vec![left, right], Kind::Outside)
        }
        Form::Precedes(..) => return None,
    };
    let problem = analysis.problem;
    let mut search = Search::new(analysis, part, &roots, kind, form);
    // A segment between points with other inner variables says nothing about the outer ones.
    if search.variables.iter().any(|&k| problem.variables[k].inner) {
        return None;
    }
    search.sample()?;
    let found = search.best.clone()?;
    let simple = search.simplified(found);
    search.is_certain(&simple).then(|| search.report(simple))
}

type Point = Vec<Arc<Matrix>>;

/// Two points with the weight between.
#[derive(Clone, Debug)]
struct Pair {
    first: Point,
    second: Point,
    weight: f64,
}

struct Search<'p> {
    problem: &'p Problem,
    evaluator: Evaluator<'p>,
    variables: Vec<usize>,
    /// These, with the ranges that constraints leave.
    narrowed: FxHashMap<usize, Variable>,
    region: Region<'p>,
    kind: Kind,
    equality: bool,
    random: Random,
    evaluations: usize,
    best: Option<Pair>,
    best_failure: f64,
}

impl<'p> Search<'p> {
    fn new(analysis: &Analysis<'p>, part: Part, roots: &[ExprId], kind: Kind, form: Form) -> Self {
        let problem = analysis.problem;
        let order = problem.graph.reachable(roots);
        let cost: usize = order
            .iter()
            .map(|&id| problem.graph.shape(id).size() + 4)
            .sum();
        let variables = used_variables(&problem.graph, &order);
        let ranges = variables.iter().map(|&k| (k, narrowed(analysis, k)));
        let narrowed: FxHashMap<usize, Variable> = ranges.collect();
        Search {
            problem,
            evaluator: Evaluator::new(&problem.graph, roots),
            region: Region::of(analysis, part, &narrowed),
            narrowed,
            variables,
            kind,
            equality: matches!(form, Form::Equal(..)),
            random: Random::new(SEED),
            evaluations: (EFFORT / cost.max(1)).clamp(60, 3000),
            best: None,
            best_failure: f64::NEG_INFINITY,
        }
    }

    /// Random pairs near and far, then small changes to the best; `None` when nothing fails.
    fn sample(&mut self) -> Option<()> {
        if self.equality {
            self.sample_roots()?;
        } else {
            let pairs = self.evaluations / 6;
            for k in 0..pairs {
                let pair = self.random_pair(k);
                self.offer(pair);
            }
            self.climb(pairs);
        }
        (self.best_failure > MARGIN).then_some(())
    }

    /// Small changes to the best pair, kept where they make the failure larger.
    fn climb(&mut self, steps: usize) {
        for k in 0..steps {
            let Some(best) = self.best.clone() else {
                return;
            };
            let scale = [0.3, 0.03, 1.0][k % 3];
            let pair = Pair {
                first: self.neighbour(&best.first, scale),
                second: self.neighbour(&best.second, scale),
                weight: best.weight,
            };
            self.offer(pair);
        }
    }

    fn random_pair(&mut self, k: usize) -> Pair {
        let scale = [1.0, 0.3, 3.0, 10.0][k % 4];
        let first = self.point(scale);
        let second = match k % 3 {
            0 => self.neighbour(&first, 0.3 * scale),
            1 => self.along_axis(&first, scale),
            _ => self.point(scale),
        };
        Pair {
            first,
            second,
            weight: [0.5, 0.5, 0.25][k / 4 % 3],
        }
    }

    fn point(&mut self, scale: f64) -> Point {
        let mut point: Point = self.problem.variables.iter().map(sample::origin).collect();
        for &k in &self.variables {
            point[k] = sample::value(&self.narrowed[&k], &mut self.random, scale);
        }
        point
    }

    fn neighbour(&mut self, point: &Point, scale: f64) -> Point {
        let mut moved = point.clone();
        for &k in &self.variables {
            let entries = point[k].entries();
            let random = &mut self.random;
            let entries = entries
                .iter()
                .map(|e| e + scale * random.normal())
                .collect();
            moved[k] = self.admitted(k, entries);
        }
        moved
    }

    /// Another value of one entry.
    fn along_axis(&mut self, point: &Point, scale: f64) -> Point {
        let mut moved = point.clone();
        if self.variables.is_empty() {
            return moved;
        }
        let k = self.variables[self.random.below(self.variables.len())];
        let mut entries = point[k].entries().into_owned();
        if !entries.is_empty() {
            let place = self.random.below(entries.len());
            entries[place] += scale * self.random.normal();
        }
        moved[k] = self.admitted(k, entries);
        moved
    }

    fn admitted(&self, variable: usize, entries: Vec<f64>) -> Arc<Matrix> {
        let variable = &self.narrowed[&variable];
        let raw = Matrix::from_columns(variable.shape, entries);
        Arc::new(sample::admitted(variable, raw))
    }

    /// Points where an equality between scalars holds, by bisection.
    fn sample_roots(&mut self) -> Option<()> {
        let mut roots: Vec<Point> = Vec::new();
        for k in 0..self.evaluations / 60 {
            let pair = self.random_pair(3 * k + 2);
            let root = self.bisected(pair)?;
            roots.extend(root);
        }
        for (i, first) in roots.iter().enumerate() {
            for second in &roots[..i.min(20)] {
                let (first, second) = (first.clone(), second.clone());
                self.offer(Pair {
                    first,
                    second,
                    weight: 0.5,
                });
            }
        }
        Some(())
    }

    /// The outer option is empty when the sides are not scalars.
    fn bisected(&self, pair: Pair) -> Option<Option<Point>> {
        let signed = |point: &Point| {
            let values = self.evaluator.evaluate(point);
            Some(values.first()?.as_scalar()? - values.get(1)?.as_scalar()?)
        };
        let (mut low, mut high) = (pair.first, pair.second);
        let (start, end) = (signed(&low)?, signed(&high)?);
        if start * end >= 0.0 || (start * end).is_nan() {
            return Some(None);
        }
        for _ in 0..60 {
            let middle = between(&low, &high, 0.5);
            if signed(&middle)? * start > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(Some(high))
    }

    fn offer(&mut self, pair: Pair) {
        if let Some((failure, _)) = self.failure(&pair)
            && failure > self.best_failure
            && (failure <= MARGIN || self.withstands_rounding(&pair, failure))
        {
            self.best_failure = failure;
            self.best = Some(pair);
        }
    }

    /// How far Jensen's inequality fails, relative to the values, and the three values.
    fn failure(&self, pair: &Pair) -> Option<(f64, [f64; 3])> {
        if !self.region.holds(&pair.first) || !self.region.holds(&pair.second) {
            return None;
        }
        self.failure_by(pair, |point| Some(self.evaluator.evaluate(point)))
    }

    /// Whether it fails by about as much with other rounding errors, and all on the way is finite: 1 - sigmoid(37) has
    /// no digit that is none, and 0*exp(1/0) no value.
    fn withstands_rounding(&self, pair: &Pair, failure: f64) -> bool {
        let rounded =
            |seed| self.failure_by(pair, |point| self.evaluator.evaluate_rounded(point, seed));
        (0..ROUNDINGS).all(|seed| rounded(seed).is_some_and(|(again, _)| again > 0.5 * failure))
    }

    fn failure_by(
        &self,
        pair: &Pair,
        evaluate: impl Fn(&Point) -> Option<Vec<Arc<Matrix>>>,
    ) -> Option<(f64, [f64; 3])> {
        let middle = between(&pair.first, &pair.second, 1.0 - pair.weight);
        let value = |point: &Point| self.value(&evaluate(point)?);
        let values = [value(&pair.first)?, value(&pair.second)?, value(&middle)?];
        let [a, b, m] = values;
        let chord = pair.weight * a + (1.0 - pair.weight) * b;
        let size = 1.0 + a.abs() + b.abs() + m.abs();
        let failure = match self.kind {
            Kind::Above => m - chord,
            Kind::Below => chord - m,
            Kind::Outside => {
                let slack = if self.equality { 1e-9 * size } else { 0.0 };
                if a > slack || b > slack {
                    return None;
                }
                m
            }
        };
        Some((failure / size, values))
    }

    /// The objective, or the largest violation of the constraint; `None` outside the domain.
    fn value(&self, values: &[Arc<Matrix>]) -> Option<f64> {
        let value = match values {
            [objective] => objective.as_scalar()?,
            [left, right] => violation(left, right, self.equality),
            _ => return None,
        };
        value.is_finite().then_some(value)
    }

    fn report(&self, pair: Pair) -> Counterexample {
        let values = self
            .failure(&pair)
            .map_or([f64::NAN; 3], |(_, values)| values);
        Counterexample {
            first: pair.first,
            second: pair.second,
            weight: pair.weight,
            values,
            variables: self.variables.clone(),
            kind: self.kind,
        }
    }
}

/// (1 - t)*first + t*second.
fn between(first: &Point, second: &Point, t: f64) -> Point {
    let mix = |(a, b): (&Arc<Matrix>, &Arc<Matrix>)| {
        if Arc::ptr_eq(a, b) {
            return a.clone();
        }
        let entries = a.entries();
        let entries = entries
            .iter()
            .zip(b.entries().iter())
            .map(|(a, b)| (1.0 - t) * a + t * b)
            .collect();
        Arc::new(Matrix::from_columns(a.shape(), entries))
    };
    first.iter().zip(second).map(mix).collect()
}

/// max(left - right), of an equality max |left - right|; scalars broadcast.
fn violation(left: &Matrix, right: &Matrix, equality: bool) -> f64 {
    let (left, right) = (left.entries(), right.entries());
    let at = |v: &[f64], k: usize| if v.len() == 1 { v[0] } else { v[k] };
    let mut worst = f64::NEG_INFINITY;
    for k in 0..left.len().max(right.len()) {
        let gap = at(&left, k) - at(&right, k);
        let gap = if equality { gap.abs() } else { gap };
        if gap.is_nan() {
            return gap;
        }
        worst = worst.max(gap);
    }
    worst
}

fn used_variables(graph: &Graph, order: &[ExprId]) -> Vec<usize> {
    let variables = order.iter().filter_map(|&id| match graph.kind(id) {
        NodeKind::Variable(variable) => Some(variable.index()),
        NodeKind::Constant(_) | NodeKind::Apply(_) => None,
    });
    let mut used: Vec<usize> = variables.collect();
    used.sort_unstable();
    used
}
