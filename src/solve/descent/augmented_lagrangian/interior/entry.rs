//! Where an interior search begins.

use super::parts::{at, each, scale};
use super::step::{SOFTNESS, Step};
use super::{Outer, Search};
use crate::solve::descent::blocks::interior::Entry;
use crate::solve::descent::lagrangian::Lagrangian;
use crate::solve::descent::lbfgs::norm;
use crate::solve::descent::newton::Newton;

/// M of rows `== 0`, in the unit of curvature.
const STIFFNESS: f64 = 1e9;
/// Of negative margins, how far a point is moved.
const INWARDS: f64 = 1.5;
/// Growth of curved rows beyond which a first step is halved.
const MOST_GROWTH: f64 = 10.0;
const MOST_HALVINGS: usize = 14;

impl Outer<'_, '_> {
    /// y and λ inside at x: those of the first step, moved inwards.
    pub(super) fn enter(&mut self, x: &[f64], multipliers: &[Vec<f64>], search: Search) {
        let units = Entry {
            by_barriers: search.by_barriers,
            ..self.units(search.width, STIFFNESS)
        };
        let l = &mut self.lagrangian;
        l.evaluate_as_is(x);
        for (rows, multiplier) in l.rows.iter_mut().zip(multipliers) {
            rows.point.copy_from_slice(&rows.value);
            rows.next.copy_from_slice(multiplier);
        }
        let mut least = [f64::INFINITY; 2];
        each(l, |rule, rows| {
            let margins = rule.margins(at(rows));
            least = [least[0].min(margins[0]), least[1].min(margins[1])];
        });
        let by = Entry {
            point: inwards(least[0], units.point),
            multiplier: inwards(least[1], units.multiplier),
            ..units
        };
        each(l, |rule, rows| {
            rule.enter(by, &mut rows.point, &mut rows.next);
        });
        l.pull_back();
    }

    /// So many typical sizes inside, with M of rows `== 0` in the unit of curvature.
    fn units(&self, width: f64, stiffness: f64) -> Entry {
        let (point, multiplier) = (width * self.scales.primal, width * self.scales.objective);
        Entry {
            point,
            multiplier,
            point_unit: point,
            multiplier_unit: multiplier,
            stiffness: stiffness * self.lagrangian.unit,
            by_barriers: false,
        }
    }

    /// Where the step with M = 1 in the units at hand leads from y = 0 and λ = 0, less far where functions end or rows bend
    /// away; its λ is left in `step`.
    pub(super) fn first_step(
        &mut self,
        newton: &mut Newton,
        step: &mut Step,
        start: &[f64],
    ) -> Option<Vec<f64>> {
        let by = self.units(1.0, 1.0);
        let l = &mut self.lagrangian;
        clear(l);
        each(l, |rule, rows| {
            rule.enter(by, &mut rows.point, &mut rows.next);
        });
        if !scale(l) {
            return None;
        }
        clear(l);
        let is_inside = l.evaluate_as_is(start).is_finite();
        if !is_inside || !newton.factorise_softened(l, l.rho, SOFTNESS / l.unit) {
            return None;
        }
        self.solve(newton, step)?;
        Some(self.as_far_as_it_goes(start, &step.x))
    }

    fn as_far_as_it_goes(&mut self, start: &[f64], step: &[f64]) -> Vec<f64> {
        let l = &mut self.lagrangian;
        let most = MOST_GROWTH * (curved_size(l) + self.scales.primal);
        let mut share = 1.0;
        for _ in 0..MOST_HALVINGS {
            let pairs = start.iter().zip(step);
            let x: Vec<f64> = pairs.map(|(s, d)| s + share * d).collect();
            if l.evaluate_as_is(&x).is_finite() && curved_size(l) <= most {
                return x;
            }
            share *= 0.5;
        }
        l.evaluate_as_is(start);
        start.to_vec()
    }
}

fn clear(lagrangian: &mut Lagrangian<'_>) {
    for rows in &mut lagrangian.rows {
        rows.point.fill(0.0);
        rows.next.fill(0.0);
    }
}

/// How far to move for such a margin, to be at least `unit` inside.
fn inwards(margin: f64, unit: f64) -> f64 {
    match margin < unit {
        true => INWARDS * (-margin).max(0.0) + unit,
        false => 0.0,
    }
}

/// |F| of the curved rows.
fn curved_size(lagrangian: &Lagrangian<'_>) -> f64 {
    norm(&lagrangian.rows[lagrangian.curved()].value)
}
