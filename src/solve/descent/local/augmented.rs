//! The augmented Lagrangian where nothing need be convex: the penalty grows while the violation does
//! not fall, and every inner problem is left at a point where small steps bring nothing.
//!
//! E. Birgin, J. Martínez, "Practical augmented Lagrangian methods for constrained optimization",
//! 2014.

use super::edges::{self, Edge};
use super::outer::{GROWTH, Outer};
use super::reached::{Outcome, Reached};
use crate::solve::descent::budget::Budget;
use crate::solve::descent::lagrangian::Lagrangian;
use crate::solve::descent::lbfgs::{self, End, norm};
use crate::solve::descent::line_search::Point;
use crate::solve::descent::model::Model;
use crate::solve::descent::newton::Newton;
use crate::solve::descent::oracle::Smooth;
use crate::solve::descent::scaling::{self, Scales};

const MOST_OUTER: usize = 60;
const FIRST_SIGMA: f64 = 10.0;
const MOST_SIGMA: f64 = 1e9;
const LARGEST_MULTIPLIER: f64 = 1e12;
const MOST_NEWTON: usize = 200;
const MOST_LBFGS: usize = 3000;

/// The method on one model.
pub struct Augmented<'m, 'b> {
    pub lagrangian: Lagrangian<'m>,
    newton: Option<Newton>,
    /// Second-order steps for when the first-order ones tire.
    idle: Option<Newton>,
    /// Of the last run from a first point; those of its continuations.
    scales: Option<Scales>,
    /// Whether the second-order steps were set up.
    is_prepared: bool,
    budget: &'b Budget,
    pub iterations: usize,
    /// Whether some function is not defined everywhere.
    is_limited: bool,
    /// The last point of a run: next to an edge its residuals are not the best.
    last: Vec<f64>,
    /// Entries that the last run left on an edge of a domain.
    pub edges: Vec<Edge>,
}

/// What follows an inner problem.
enum Step {
    GoOn,
    End(Outcome),
    /// The function falls without end along the direction.
    Endless(Vec<f64>),
}

impl<'m, 'b> Augmented<'m, 'b> {
    pub fn new(model: &'m mut Model, budget: &'b Budget, is_limited: bool) -> Self {
        scaling::scale_rows(model, &vec![1.0; model.size]);
        let lagrangian = Lagrangian::new(model);
        Augmented {
            lagrangian,
            newton: None,
            idle: None,
            scales: None,
            is_prepared: false,
            budget,
            iterations: 0,
            is_limited,
            last: Vec::new(),
            edges: Vec::new(),
        }
    }

    pub fn method(&self) -> &'static str {
        match self.newton {
            Some(_) => "augmented Lagrangian, shifted Newton",
            None => "augmented Lagrangian, L-BFGS",
        }
    }

    /// From `start` without multipliers.
    pub fn run(&mut self, start: &[f64]) -> Reached {
        for rows in &mut self.lagrangian.rows {
            rows.multiplier.fill(0.0);
        }
        self.scales = None;
        self.run_to_edges(start, 1e-1)
    }

    /// From `start` with the multipliers of a run that ended near.
    pub fn resume(&mut self, start: &[f64], multipliers: &[Vec<f64>]) -> Reached {
        for (rows, known) in self.lagrangian.rows.iter_mut().zip(multipliers) {
            rows.multiplier.copy_from_slice(known);
        }
        self.run_to_edges(start, 1e-3)
    }

    /// Along the edges of domains where the way ends there.
    fn run_to_edges(&mut self, start: &[f64], tolerance: f64) -> Reached {
        self.edges.clear();
        self.lagrangian.held.clear();
        self.last = start.to_vec();
        let mut reached = self.go_on(start, tolerance);
        while self.is_limited && reached.may_lie_on_edge() && !self.budget.is_spent() {
            let mut x = self.last.clone();
            if !self.hold_edges(&mut x) {
                break;
            }
            reached = self.go_on(&x, 1e-3);
        }
        reached
    }

    /// Puts entries next to an edge on it, where they stay; whether there are new ones.
    fn hold_edges(&mut self, x: &mut [f64]) -> bool {
        let found = edges::put_on(&mut self.lagrangian, x, &mut self.edges);
        self.lagrangian.held = self.edges.iter().map(|edge| edge.entry).collect();
        found
    }

    /// Whether the function rises from the edges on the way inside.
    pub fn edges_hold(&mut self, x: &[f64]) -> bool {
        edges::hold(&mut self.lagrangian, x, &self.edges)
    }

    fn go_on(&mut self, start: &[f64], tolerance: f64) -> Reached {
        self.lagrangian.sigma = 1.0;
        self.lagrangian.rho = 0.0;
        self.lagrangian.anchor.copy_from_slice(start);
        let mut x = start.to_vec();
        if !Point::at(&mut self.lagrangian, x.clone()).is_finite() {
            return Reached::bare(Outcome::NoStart, x);
        }
        self.prepare();
        let scales = match self.scales {
            Some(known) => known,
            None => scaling::scales(&mut self.lagrangian, start),
        };
        self.scales = Some(scales);
        let unit = scales.objective / scales.primal;
        self.lagrangian.sigma = FIRST_SIGMA * unit;
        let mut outer = Outer::new(tolerance, MOST_SIGMA * unit);
        let mut last = Outcome::Reached;
        for _ in 0..MOST_OUTER {
            match self.step(&mut outer, &scales, &mut x) {
                Step::GoOn => {}
                Step::End(outcome) => {
                    last = outcome;
                    break;
                }
                Step::Endless(direction) => {
                    let endless = Reached::bare(Outcome::Endless, x);
                    return Reached {
                        direction,
                        ..endless
                    };
                }
            }
        }
        let none = || Reached::bare(Outcome::Limit, x);
        let best = outer.best.take().unwrap_or_else(none);
        match last {
            Outcome::Reached => best,
            outcome => Reached { outcome, ..best },
        }
    }

    /// One inner problem, from x, and the next penalty.
    fn step(&mut self, outer: &mut Outer, scales: &Scales, x: &mut Vec<f64>) -> Step {
        let mut point = Point::at(&mut self.lagrangian, x.clone());
        let (end, direction) = self.minimise(&mut point, scales, outer.tolerance);
        if end == End::Endless {
            // A larger penalty may hold what a small one lets go.
            if self.lagrangian.sigma >= outer.most_sigma {
                return Step::Endless(direction);
            }
            self.lagrangian.sigma *= GROWTH;
            return Step::GoOn;
        }
        *x = point.x;
        self.last.clone_from(x);
        // Larger multipliers would draw the point off an edge again.
        if end == End::Stalled && self.is_limited && self.hold_edges(x) {
            return Step::GoOn;
        }
        let reached = self.reached(scales, x);
        outer.remember(&reached);
        if reached.is_within(1.0) || outer.is_tired() {
            return Step::End(Outcome::Reached);
        }
        if outer.is_hopeless() {
            return Step::End(Outcome::Infeasible);
        }
        if self.budget.is_spent() {
            return Step::End(Outcome::Limit);
        }
        self.accept_multipliers();
        outer.adapt(&mut self.lagrangian, &reached, end == End::Converged);
        Step::GoOn
    }

    /// The second-order steps, chosen where the Lagrangian has been evaluated.
    fn prepare(&mut self) {
        if std::mem::replace(&mut self.is_prepared, true) {
            return;
        }
        let newton = Newton::indefinite(&self.lagrangian);
        match newton.is_cheap() {
            true => self.newton = Some(newton),
            false => self.idle = Some(newton),
        }
    }

    /// Evaluates the model at a point with its multipliers: |slope|, and the values of the rows.
    pub fn look(&mut self, reached: &Reached) -> (f64, Vec<Vec<f64>>) {
        let l = &mut self.lagrangian;
        for (rows, known) in l.rows.iter_mut().zip(&reached.multipliers) {
            rows.multiplier.copy_from_slice(known);
        }
        let mut gradient = vec![0.0; reached.x.len()];
        l.evaluate(&reached.x, &mut gradient);
        let values = l.rows.iter().map(|r| r.value.clone()).collect();
        (l.stationarity(), values)
    }

    fn reached(&self, scales: &Scales, x: &[f64]) -> Reached {
        let l = &self.lagrangian;
        Reached {
            outcome: Outcome::Reached,
            x: x.to_vec(),
            multipliers: l.rows.iter().map(|r| r.next.clone()).collect(),
            direction: Vec::new(),
            primal: l.primal_residual(scales.primal),
            dual: l.stationarity() / (scales.objective + l.gradient_scale()),
        }
    }

    /// The envelope's multipliers, unless they run away.
    fn accept_multipliers(&mut self) {
        let rows = self.lagrangian.rows.iter();
        let mut all = rows.flat_map(|r| &r.next);
        if all.all(|m| m.abs() <= LARGEST_MULTIPLIER) {
            self.lagrangian.accept_multipliers();
        }
    }

    /// The inner problem; how it ended, and the last direction where it fell without end.
    fn minimise(&mut self, point: &mut Point, scales: &Scales, tolerance: f64) -> (End, Vec<f64>) {
        let target = |l: &Lagrangian<'_>| tolerance * (scales.objective + l.gradient_scale());
        // Second derivatives are infinite at an edge.
        let all_move = self.lagrangian.held.is_empty();
        if let Some(newton) = self.newton.as_mut().filter(|_| all_move) {
            let (l, budget) = (&mut self.lagrangian, self.budget);
            let mut goal = target;
            let (end, iterations) = newton.minimise(l, point, &mut goal, MOST_NEWTON, budget);
            self.iterations += iterations;
            return (end, std::mem::take(&mut newton.searched));
        }
        let goal = target(&self.lagrangian);
        let mut fixed = |_: &Point| goal;
        let (l, budget) = (&mut self.lagrangian, self.budget);
        let found = lbfgs::minimise(l, point, &mut fixed, false, MOST_LBFGS, budget);
        point.value = self.lagrangian.evaluate(&point.x, &mut point.gradient);
        self.iterations += found.iterations;
        let small = norm(&point.gradient) <= 1.01 * target(&self.lagrangian);
        match found.end {
            End::Stalled | End::Limit if !small => self.newton = self.idle.take(),
            End::Stalled | End::Limit | End::Converged | End::Endless => {}
        }
        let end = if small { End::Converged } else { found.end };
        (end, found.direction)
    }
}
