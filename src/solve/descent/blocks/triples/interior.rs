//! Cones of three rows inside, by functions or by a barrier.

use super::by_barrier::ByBarrier;
use super::by_functions::ByFunctions;
use super::projection::{Square, Vector, ZERO, moved};
use super::{Triple, Triples, triple};
use crate::solve::descent::blocks::interior::{Entry, Interior, Pair, Products, Shares};

/// Halvings to find how far inside a point is.
const MOST_HALVINGS: usize = 60;

/// One cone with y and λ inside, and what is kept beside them.
pub trait Inside: std::fmt::Debug {
    fn multiplier(&self) -> Vector;

    /// Takes M at y and λ; whether both are inside.
    fn scale(&mut self, point: Vector, multiplier: Vector) -> bool;

    fn matrix(&self) -> Square;

    fn products(&self) -> Products;

    /// e of `dλ = M*(dy + e)`.
    fn correct(&mut self, target: f64, is_predicted: bool) -> Vector;

    /// Takes a step of y and of λ; the largest shares of it that stay inside, up to `most`.
    fn take(&mut self, point: Vector, multiplier: Vector, most: Shares) -> Shares;

    /// Whether y may go another share of a step than λ.
    fn may_part(&self) -> bool;

    fn advance(&mut self, _by: Shares) {}

    /// The λ of what is kept, near the end.
    fn settled(&self, _point: Vector, _multiplier: Vector) -> Option<Vector> {
        None
    }

    /// -λ'y, and what λ and y miss beside what is kept.
    fn open(&self, point: Vector, multiplier: Vector) -> f64;
}

impl Triple {
    /// A direction into the middle of the cone.
    fn inwards(self) -> Vector {
        match self {
            Triple::Exponential => [1.0, 1.0, 1.0],
            Triple::Power(_) => [1.0, 1.0, 0.0],
        }
    }

    fn enter(self, point: Vector, by: Entry) -> Box<dyn Inside> {
        let unit = by.multiplier_unit;
        match by.by_barriers {
            true => Box::new(ByBarrier::at(self, point, unit)),
            false => Box::new(ByFunctions::at(self, point, unit)),
        }
    }
}

/// How far v may go along its way inwards, or is to go where negative.
fn margin(kind: Triple, v: Vector) -> f64 {
    let is_inside = |outwards: f64| kind.has_inside(moved(v, -outwards, kind.inwards()));
    let size = v.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let (mut low, mut high) = (-2.0 * size - 1.0, size + 1.0);
    while !is_inside(low) && low > -1e100 {
        low *= 10.0;
    }
    for _ in 0..MOST_HALVINGS {
        let middle = 0.5 * (low + high);
        (low, high) = if is_inside(middle) {
            (middle, high)
        } else {
            (low, middle)
        };
    }
    low
}

impl Interior for Triples {
    fn margins(&self, at: Pair<'_>) -> [f64; 2] {
        let cones = self.kinds.iter().enumerate();
        let margins = cones.map(|(k, kind)| margin(*kind, triple(at.point, k)));
        [margins.fold(f64::INFINITY, f64::min), f64::INFINITY]
    }

    fn enter(&mut self, by: Entry, point: &mut [f64], multiplier: &mut [f64]) {
        self.inside.clear();
        for (k, kind) in self.kinds.iter().enumerate() {
            let inside = moved(triple(point, k), by.point, kind.inwards());
            let cone = kind.enter(inside, by);
            point[3 * k..3 * k + 3].copy_from_slice(&inside);
            multiplier[3 * k..3 * k + 3].copy_from_slice(&cone.multiplier());
            self.inside.push(cone);
        }
    }

    fn has_barriers(&self) -> bool {
        !self.kinds.is_empty()
    }

    fn scale(&mut self, at: Pair<'_>) -> bool {
        let mut are_inside = true;
        self.bends.resize(self.kinds.len(), ZERO);
        for (k, cone) in self.inside.iter_mut().enumerate() {
            are_inside &= cone.scale(triple(at.point, k), triple(at.multiplier, k));
            self.bends[k] = cone.matrix();
            are_inside &= (0..3).all(|i| self.bends[k][i][i] > 0.0);
            are_inside &= (0..3).all(|i| self.bends[k][i][i].is_finite());
        }
        are_inside
    }

    fn products(&self) -> Products {
        let cones = self.inside.iter();
        cones.fold(Products::default(), |all, cone| all.and(cone.products()))
    }

    fn correction(&mut self, target: f64, is_predicted: bool, out: &mut [f64]) {
        for (cone, out) in self.inside.iter_mut().zip(out.chunks_mut(3)) {
            out.copy_from_slice(&cone.correct(target, is_predicted));
        }
    }

    fn may_part(&self) -> bool {
        self.inside.iter().all(|cone| cone.may_part())
    }

    fn longest(&mut self, step: Pair<'_>) -> Shares {
        let mut longest = Shares::ENDLESS;
        for (k, cone) in self.inside.iter_mut().enumerate() {
            longest = cone.take(triple(step.point, k), triple(step.multiplier, k), longest);
        }
        longest
    }

    fn advance(&mut self, by: Shares, step: Pair<'_>, point: &mut [f64], multiplier: &mut [f64]) {
        self.inside.iter_mut().for_each(|cone| cone.advance(by));
        step.made(by, point, multiplier);
    }

    fn settle(&mut self, point: &[f64], multiplier: &mut [f64]) -> bool {
        let mut is_changed = false;
        for (k, cone) in self.inside.iter().enumerate() {
            if let Some(settled) = cone.settled(triple(point, k), triple(multiplier, k)) {
                multiplier[3 * k..3 * k + 3].copy_from_slice(&settled);
                is_changed = true;
            }
        }
        is_changed
    }

    fn outside(&self, at: Pair<'_>) -> f64 {
        let cones = self.kinds.iter().enumerate();
        let rooms = cones.map(|(k, kind)| kind.depth(triple(at.point, k)));
        rooms.map(|d| d.min(0.0).powi(2)).sum::<f64>().sqrt()
    }

    fn open(&self, at: Pair<'_>) -> f64 {
        let cones = self.inside.iter().enumerate();
        let open = cones.map(|(k, cone)| cone.open(triple(at.point, k), triple(at.multiplier, k)));
        open.sum()
    }
}
