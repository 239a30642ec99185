//! Second-order cones with y and -λ inside.

use super::SecondOrder;
use crate::solve::descent::blocks::interior::{
    Cone, Entry, Interior, Pair, Predicted, Products, Shares,
};
use crate::solve::descent::lbfgs::norm;

/// One cone with the step that was last taken.
#[derive(Clone, Debug, Default)]
pub struct Inside {
    cones: Vec<(Cone, Predicted)>,
}

impl Interior for SecondOrder {
    fn margins(&self, at: Pair<'_>) -> [f64; 2] {
        let mut least = [f64::INFINITY; 2];
        for (_, range) in self.ranges() {
            let depth =
                |v: &[f64], side: f64| side * v[range.start] - norm(&v[range.start + 1..range.end]);
            let (point, dual) = (depth(at.point, 1.0), depth(at.multiplier, -1.0));
            least = [least[0].min(point), least[1].min(dual)];
        }
        least
    }

    fn enter(&mut self, by: Entry, point: &mut [f64], multiplier: &mut [f64]) {
        for (_, range) in self.ranges() {
            point[range.start] += by.point;
            multiplier[range.start] -= by.multiplier;
        }
    }

    fn scale(&mut self, at: Pair<'_>) -> bool {
        let (mut weights, mut directions) = (Vec::new(), Vec::new());
        let mut cones = Vec::new();
        for (_, range) in self.ranges() {
            let dual: Vec<f64> = at.multiplier[range.clone()].iter().map(|m| -m).collect();
            let Some(cone) = Cone::new(&at.point[range], &dual) else {
                return false;
            };
            weights.push(cone.weights());
            directions.push(0.0);
            directions.extend(cone.direction());
            cones.push((cone, Predicted::default()));
        }
        (self.weights, self.directions) = (weights, directions);
        self.inside = Inside { cones };
        true
    }

    fn products(&self) -> Products {
        Products {
            sum: self
                .inside
                .cones
                .iter()
                .map(|(cone, _)| cone.product())
                .sum(),
            count: self.sizes.len() as f64,
        }
    }

    fn correction(&mut self, target: f64, is_predicted: bool, out: &mut [f64]) {
        for (g, range) in self.ranges() {
            let (cone, step) = &self.inside.cones[g];
            let step = is_predicted.then_some(step);
            out[range].copy_from_slice(&cone.correction(target, step));
        }
    }

    fn longest(&mut self, step: Pair<'_>) -> Shares {
        let mut longest = Shares::ENDLESS;
        let mut inside = std::mem::take(&mut self.inside);
        for (g, range) in self.ranges() {
            let (cone, predicted) = &mut inside.cones[g];
            let dual: Vec<f64> = step.multiplier[range.clone()].iter().map(|m| -m).collect();
            *predicted = cone.predicted(&step.point[range], &dual);
            longest = longest.and(cone.longest(predicted));
        }
        self.inside = inside;
        longest
    }

    fn open(&self, at: Pair<'_>) -> f64 {
        -at.product()
    }
}
