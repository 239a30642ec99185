//! Slopes a <= λ <= b with y = p - q: the products p*(b - λ) and q*(λ - a) are brought down, where b and a are
//! finite. Then `dy = e + (p/(b - λ) + q/(λ - a))*dλ`.

use super::Slopes;
use crate::solve::descent::blocks::Rule;
use crate::solve::descent::blocks::interior::{Entry, Interior, Pair, Products, Shares, share_to};

/// What stands beside y and λ.
#[derive(Clone, Debug, Default)]
pub struct Inside {
    /// The sides of b and of a, by row.
    rows: Vec<[Side; 2]>,
    stiffness: f64,
}

/// One end of the multiplier's range: p with b - λ, or q with λ - a.
#[derive(Clone, Copy, Debug, Default)]
struct Side {
    has_end: bool,
    pull: f64,
    room: f64,
    /// What a step changes the pull by beside dλ's share.
    error: f64,
    /// Of the last step.
    change: [f64; 2],
}

impl Side {
    fn is_inside(self) -> bool {
        !self.has_end || self.pull > 0.0 && self.room > 0.0
    }

    /// p, or q; 0 where there is none.
    fn force(self) -> f64 {
        match self.has_end {
            true => self.pull,
            false => 0.0,
        }
    }

    /// pull/room.
    fn bend(self) -> f64 {
        match self.has_end {
            true => self.pull / self.room,
            false => 0.0,
        }
    }

    fn correct(&mut self, target: f64, is_predicted: bool) {
        let second = match is_predicted {
            true => self.change[0] * self.change[1],
            false => 0.0,
        };
        self.error = match self.has_end {
            true => (target - second) / self.room - self.pull,
            false => 0.0,
        };
    }

    /// Takes the step by what it changes the room.
    fn take(&mut self, room: f64) -> Shares {
        if !self.has_end {
            return Shares::ENDLESS;
        }
        self.change = [self.error - self.bend() * room, room];
        Shares {
            point: share_to(self.change[0] / self.pull),
            multiplier: share_to(self.change[1] / self.room),
        }
    }

    fn advance(&mut self, by: Shares) {
        if self.has_end {
            self.pull += by.point * self.change[0];
            self.room += by.multiplier * self.change[1];
        }
    }
}

/// Share of a range that λ keeps from its ends at first.
const LEAST_ROOM: f64 = 0.1;

impl Slopes {
    fn is_fixed(&self, k: usize) -> bool {
        self.lower[k] >= self.upper[k]
    }

    fn has_two_ends(&self, k: usize) -> bool {
        self.lower[k].is_finite() && self.upper[k].is_finite()
    }

    /// λ inside its range.
    fn entered(&self, k: usize, by: Entry, multiplier: f64) -> f64 {
        let [a, b] = self.ends(k);
        match (a.is_finite(), b.is_finite()) {
            (true, true) => {
                let room = LEAST_ROOM * (b - a);
                multiplier.clamp(a + room, b - room)
            }
            (true, false) => multiplier + by.multiplier,
            (false, true) => multiplier - by.multiplier,
            (false, false) => multiplier,
        }
    }
}

impl Interior for Slopes {
    fn margins(&self, at: Pair<'_>) -> [f64; 2] {
        let mut least = [f64::INFINITY; 2];
        for k in 0..self.lower.len() {
            let [a, b] = self.ends(k);
            if a.is_finite() == b.is_finite() {
                continue;
            }
            let (y, m) = (at.point[k], at.multiplier[k]);
            let [point, room] = if a.is_finite() {
                [-y, m - a]
            } else {
                [y, b - m]
            };
            least = [least[0].min(point), least[1].min(room)];
        }
        least
    }

    fn enter(&mut self, by: Entry, point: &mut [f64], multiplier: &mut [f64]) {
        let mut rows = Vec::with_capacity(point.len());
        for k in 0..point.len() {
            let [a, b] = self.ends(k);
            let fixed = self.is_fixed(k);
            multiplier[k] = if fixed {
                a
            } else {
                self.entered(k, by, multiplier[k])
            };
            let y = point[k];
            let pulls = match self.has_two_ends(k) {
                true => [y.max(0.0) + by.point_unit, (-y).max(0.0) + by.point_unit],
                false => [y + by.point, by.point - y],
            };
            let side = |has_end: bool, pull: f64, room: f64| Side {
                has_end: has_end && !fixed,
                pull,
                room,
                ..Side::default()
            };
            let sides = [
                side(b.is_finite(), pulls[0], b - multiplier[k]),
                side(a.is_finite(), pulls[1], multiplier[k] - a),
            ];
            if !fixed {
                point[k] = sides[0].force() - sides[1].force();
            }
            rows.push(sides);
        }
        self.inside = Inside {
            rows,
            stiffness: by.stiffness,
        };
    }

    fn stiffen(&mut self, factor: f64) {
        self.inside.stiffness *= factor;
    }

    fn scale(&mut self, _at: Pair<'_>) -> bool {
        let mut moving = std::mem::take(&mut self.moving);
        moving.resize(self.lower.len(), 0.0);
        let mut is_inside = true;
        for (k, slope) in moving.iter_mut().enumerate() {
            let sides = self.inside.rows[k];
            let bend: f64 = sides.iter().map(|side| side.bend()).sum();
            *slope = if self.is_equation(k) {
                self.inside.stiffness
            } else if self.is_fixed(k) {
                0.0
            } else {
                1.0 / bend
            };
            is_inside &= slope.is_finite() && sides.iter().all(|side| side.is_inside());
        }
        self.moving = moving;
        is_inside
    }

    fn products(&self) -> Products {
        let sides = self.inside.rows.iter().flatten();
        let ends = sides.filter(|side| side.has_end);
        ends.fold(Products::default(), |all, side| {
            all.and(Products {
                sum: side.pull * side.room,
                count: 1.0,
            })
        })
    }

    fn correction(&mut self, target: f64, is_predicted: bool, out: &mut [f64]) {
        for (sides, out) in self.inside.rows.iter_mut().zip(out) {
            let each = sides.iter_mut();
            each.for_each(|side| side.correct(target, is_predicted));
            *out = sides[1].error - sides[0].error;
        }
    }

    fn longest(&mut self, step: Pair<'_>) -> Shares {
        let mut longest = Shares::ENDLESS;
        for ([upper, lower], change) in self.inside.rows.iter_mut().zip(step.multiplier) {
            longest = longest.and(upper.take(-change)).and(lower.take(*change));
        }
        longest
    }

    fn advance(&mut self, by: Shares, step: Pair<'_>, point: &mut [f64], multiplier: &mut [f64]) {
        for k in 0..point.len() {
            let [a, b] = self.ends(k);
            if self.is_fixed(k) {
                point[k] += by.point * step.point[k];
                continue;
            }
            let sides = &mut self.inside.rows[k];
            sides.iter_mut().for_each(|side| side.advance(by));
            let [upper, lower] = *sides;
            point[k] = upper.force() - lower.force();
            multiplier[k] = match (lower.has_end, upper.has_end) {
                (false, false) => multiplier[k] + by.multiplier * step.multiplier[k],
                (true, false) => a + lower.room,
                (false, true) => b - upper.room,
                (true, true) if lower.room < upper.room => a + lower.room,
                (true, true) => b - upper.room,
            };
        }
    }

    fn open(&self, at: Pair<'_>) -> f64 {
        self.value(at.point) - at.product()
    }
}
