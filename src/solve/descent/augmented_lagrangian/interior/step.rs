//! One step: predicted, corrected and made.

use super::parts::{each, each_numbered, products, scale};
use super::{LEAST_SHARE, Outer, Walk};
use crate::solve::descent::blocks::interior::{Pair, Shares};
use crate::solve::descent::lagrangian::{Lagrangian, Rows};
use crate::solve::descent::newton::Newton;
use crate::solve::descent::residuals::{LOOSE, Residuals};

/// Share of the way to an edge that a step may take.
const SHORT_OF_EDGE: f64 = 0.99;
/// By how much large second derivatives of rows are softened in a factorisation, in the unit of curvature; more, with as
/// much more proximal weight, where that has no solution in numbers.
pub const SOFTNESS: f64 = 1e-9;
const SOFTER: f64 = 30.0;
const MOST_SOFTNESS: f64 = 1e-5;
/// Solutions of a system after the first, and what share of its right-hand side may be left, or of the scale of slopes.
const MOST_REFINEMENTS: usize = 6;
const ENOUGH: f64 = 1e-3;
const PRECISION: f64 = 1e-10;
/// Growth of what is missed with which a step is not taken where functions bend.
const MOST_GROWTH: f64 = 3.0;

/// A step of x, and of every part its y, λ and e of `dλ = M*(dy + e)`.
pub struct Step {
    pub x: Vec<f64>,
    pub points: Vec<Vec<f64>>,
    pub multipliers: Vec<Vec<f64>>,
    pub corrections: Vec<Vec<f64>>,
}

impl Step {
    /// None.
    pub fn of(lagrangian: &Lagrangian<'_>) -> Self {
        let list = |rows: &Rows| vec![0.0; rows.value.len()];
        let zeros = || lagrangian.rows.iter().map(list).collect();
        Step {
            x: vec![0.0; lagrangian.model.size],
            points: zeros(),
            multipliers: zeros(),
            corrections: zeros(),
        }
    }

    fn part(&self, k: usize) -> Pair<'_> {
        Pair {
            point: &self.points[k],
            multiplier: &self.multipliers[k],
        }
    }

    /// r + e by part.
    fn shifts(&self, l: &Lagrangian<'_>) -> Vec<Vec<f64>> {
        let mut shifts = self.corrections.clone();
        add_missing(l, &mut shifts);
        shifts
    }

    /// dy = J dx + r by part.
    fn changes(&self, l: &mut Lagrangian<'_>) -> Vec<Vec<f64>> {
        let mut changes = l.images(&self.x);
        add_missing(l, &mut changes);
        changes
    }

    /// right - H dx - J'dλ.
    fn rest(&self, l: &mut Lagrangian<'_>, right: &[f64]) -> Vec<f64> {
        let mut rest = vec![0.0; self.x.len()];
        let mut ignored = vec![0.0; l.rows[l.curved()].value.len()];
        if l.model.has_smooth || !ignored.is_empty() {
            l.model.curvature_times(&self.x, &mut rest, &mut ignored);
        }
        let shifts = l.shifts(l.rho).zip(&self.x);
        rest.iter_mut()
            .zip(shifts)
            .for_each(|(r, (s, x))| *r += s * x);
        for (k, multiplier) in self.multipliers.iter().enumerate() {
            l.add_adjoint(k, multiplier, &mut rest);
        }
        rest.iter_mut().zip(right).for_each(|(r, b)| *r = b - *r);
        rest
    }

    fn add(&mut self, share: f64, x: &[f64], multipliers: &[Vec<f64>]) {
        self.x.iter_mut().zip(x).for_each(|(x, d)| *x += share * d);
        for (all, more) in self.multipliers.iter_mut().zip(multipliers) {
            all.iter_mut().zip(more).for_each(|(a, m)| *a += share * m);
        }
    }
}

impl Outer<'_, '_> {
    /// Predicts, corrects and makes a step; its share. `None` where there is none.
    pub(super) fn step_inside(
        &mut self,
        newton: &mut Newton,
        walk: &mut Walk,
        residuals: Residuals,
    ) -> Option<f64> {
        // What separates y and λ is not to vanish before what they miss.
        let missing = residuals.primal.max(residuals.dual);
        let least = walk.behind * missing * self.scales.objective * self.scales.primal;
        let step = &mut walk.step;
        if !scale(&mut self.lagrangian) {
            return None;
        }
        let rho = self.lagrangian.rho;
        let mut softness = SOFTNESS;
        let mut longest = self.directed(newton, step, least, softness);
        while longest.is_none() && softness < MOST_SOFTNESS {
            softness *= SOFTER;
            self.lagrangian.rho *= SOFTER;
            longest = self.directed(newton, step, least, softness);
        }
        self.lagrangian.rho = rho;
        let shares = longest?.map(|share| (SHORT_OF_EDGE * share).min(1.0));
        let shares = match self.may_part() {
            true => shares,
            false => Shares::both(shares.least()),
        };
        self.made(&walk.step, &mut walk.x, shares)
    }

    /// Predicts and corrects a step towards products of `least` or more; how much of it stays inside. `None` where its system has no solution in numbers.
    fn directed(
        &mut self,
        newton: &mut Newton,
        step: &mut Step,
        least: f64,
        softness: f64,
    ) -> Option<Shares> {
        let l = &mut self.lagrangian;
        if !newton.factorise_softened(l, l.rho, softness / l.unit) {
            return None;
        }
        let mean = products(l).mean();
        let mut centring = 0.0;
        let mut longest = Shares::ENDLESS;
        for is_predicted in [false, true] {
            let target = (centring * mean).max(least).min(mean);
            each_numbered(&mut self.lagrangian, |k, rule, _| {
                rule.correction(target, is_predicted, &mut step.corrections[k]);
            });
            if !self.solve(newton, step)? && newton.take_roots(&self.lagrangian) {
                return self.directed(newton, step, least, softness);
            }
            longest = Shares::ENDLESS;
            each_numbered(&mut self.lagrangian, |k, rule, _| {
                longest = longest.and(rule.longest(step.part(k)));
            });
            centring = (1.0 - longest.least().min(1.0)).powi(3);
        }
        Some(longest)
    }

    /// Whether nothing bends: then points and multipliers may go as far as each can.
    fn may_part(&mut self) -> bool {
        let model = &self.lagrangian.model;
        let mut may_part = !model.has_smooth && model.curved.rows() == 0;
        each(&mut self.lagrangian, |rule, _| may_part &= rule.may_part());
        may_part
    }

    /// Makes shares of a step, less where functions bend and it makes things much worse; the least of them.
    fn made(&mut self, step: &Step, x: &mut [f64], mut by: Shares) -> Option<f64> {
        let model = &self.lagrangian.model;
        let is_straight = model.is_quadratic && model.curved.rows() == 0;
        let most = MOST_GROWTH * self.missed() + LOOSE;
        advance(&mut self.lagrangian, step, x, by);
        loop {
            let is_finite = self.lagrangian.evaluate_as_is(x).is_finite();
            if is_finite && (is_straight || self.missed() <= most) {
                return Some(by.least());
            }
            by = by.map(|share| 0.5 * share);
            advance(&mut self.lagrangian, step, x, by.map(|share| -share));
            if by.least() < LEAST_SHARE {
                self.lagrangian.evaluate_as_is(x);
                return None;
            }
        }
    }

    /// What rows and slopes miss, in the first units.
    fn missed(&self) -> f64 {
        let l = &self.lagrangian;
        let rows = l.rows.iter().map(|rows| rows.gap());
        rows.fold(0.0, f64::max) / self.scales.primal + l.stationarity() / self.scales.objective
    }

    /// The step for the corrections e at hand: H dx + J'dλ = -(∇f + J'λ) with dλ = M(J dx + r + e), r = F - y; and then
    /// for what that leaves of the first. Whether hardly anything is left.
    pub(super) fn solve(&mut self, newton: &mut Newton, step: &mut Step) -> Option<bool> {
        let l = &mut self.lagrangian;
        let slopes = l.smooth_gradient.iter().zip(&l.parts_gradient);
        let right: Vec<f64> = slopes.map(|(a, b)| -(a + b)).collect();
        let scale = self.scales.objective + l.gradient_scale();
        let enough = (ENOUGH * l.length(&right)).max(PRECISION * scale);
        let mut shifts = step.shifts(l);
        step.x = newton.substitute_by_rows(l, &right, &shifts, &mut step.multipliers)?;
        shifts.iter_mut().for_each(|shift| shift.fill(0.0));
        let mut more = step.multipliers.clone();
        let mut rest = step.rest(l, &right);
        let mut error = l.length(&rest);
        for _ in 0..MOST_REFINEMENTS {
            if error <= enough {
                break;
            }
            let x = newton.substitute_by_rows(l, &rest, &shifts, &mut more)?;
            step.add(1.0, &x, &more);
            rest = step.rest(l, &right);
            let now = l.length(&rest);
            if now.is_nan() || now >= error {
                step.add(-1.0, &x, &more);
                break;
            }
            error = now;
        }
        step.points = step.changes(l);
        Some(error <= enough)
    }
}

fn advance(lagrangian: &mut Lagrangian<'_>, step: &Step, x: &mut [f64], by: Shares) {
    x.iter_mut()
        .zip(&step.x)
        .for_each(|(x, d)| *x += by.point * d);
    each_numbered(lagrangian, |k, rule, rows| {
        rule.advance(by, step.part(k), &mut rows.point, &mut rows.next);
    });
}

/// out += r = F - y, by part.
fn add_missing(lagrangian: &Lagrangian<'_>, out: &mut [Vec<f64>]) {
    for (out, rows) in out.iter_mut().zip(&lagrangian.rows) {
        let pairs = out.iter_mut().zip(rows.missing());
        pairs.for_each(|(o, r)| *o += r);
    }
}
