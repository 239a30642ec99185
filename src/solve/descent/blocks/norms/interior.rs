//! Norms w*|x|₂ by cones: y = (t, x) with a height t that stands beside x, and z = (w, -λ).

use super::Norms;
use crate::solve::descent::blocks::Rule;
use crate::solve::descent::blocks::interior::{
    Cone, Entry, Interior, Pair, Predicted, Products, Shares,
};
use crate::solve::descent::lbfgs::norm;

#[derive(Clone, Debug, Default)]
pub struct Inside {
    groups: Vec<Group>,
}

#[derive(Clone, Debug, Default)]
struct Group {
    height: f64,
    cone: Cone,
    step: Predicted,
    /// dt = (W² (0, dλ))_head + lift.
    lift: f64,
    rise: f64,
}

/// Share of w that λ keeps from the edge of its ball at first.
const LEAST_ROOM: f64 = 0.1;

impl Interior for Norms {
    fn margins(&self, _at: Pair<'_>) -> [f64; 2] {
        [f64::INFINITY; 2]
    }

    fn enter(&mut self, by: Entry, point: &mut [f64], multiplier: &mut [f64]) {
        let mut groups = Vec::new();
        for (g, range) in self.ranges() {
            let most = (1.0 - LEAST_ROOM) * self.weights[g];
            let size = norm(&multiplier[range.clone()]);
            if size > most {
                multiplier[range.clone()]
                    .iter_mut()
                    .for_each(|m| *m *= most / size);
            }
            groups.push(Group {
                height: norm(&point[range]) + by.point_unit,
                ..Group::default()
            });
        }
        self.inside = Inside { groups };
    }

    fn scale(&mut self, at: Pair<'_>) -> bool {
        let (mut shrink, mut lost, mut directions) = (Vec::new(), Vec::new(), Vec::new());
        let mut inside = std::mem::take(&mut self.inside);
        let mut is_inside = true;
        for (g, range) in self.ranges() {
            let group = &mut inside.groups[g];
            let mut y = vec![group.height];
            y.extend_from_slice(&at.point[range.clone()]);
            let mut z = vec![self.weights[g]];
            z.extend(at.multiplier[range].iter().map(|m| -m));
            match Cone::new(&y, &z) {
                Some(cone) => group.cone = cone,
                None => {
                    is_inside = false;
                    break;
                }
            }
            let values = group.cone.weights();
            let along = 2.0 / (1.0 / values.upper + 1.0 / values.lower);
            shrink.push(values.across);
            lost.push((values.across - along).max(0.0));
            directions.extend(group.cone.direction());
        }
        self.inside = inside;
        if is_inside {
            (self.shrink, self.lost, self.directions) = (shrink, lost, directions);
        }
        is_inside
    }

    fn products(&self) -> Products {
        Products {
            sum: self
                .inside
                .groups
                .iter()
                .map(|group| group.cone.product())
                .sum(),
            count: self.sizes.len() as f64,
        }
    }

    fn correction(&mut self, target: f64, is_predicted: bool, out: &mut [f64]) {
        let mut inside = std::mem::take(&mut self.inside);
        for (g, range) in self.ranges() {
            let group = &mut inside.groups[g];
            let step = is_predicted.then_some(&group.step);
            let correction = group.cone.correction(target, step);
            group.lift = -correction[0];
            out[range].copy_from_slice(&correction[1..]);
        }
        self.inside = inside;
    }

    fn longest(&mut self, step: Pair<'_>) -> Shares {
        let mut longest = Shares::ENDLESS;
        let mut inside = std::mem::take(&mut self.inside);
        for (g, range) in self.ranges() {
            let group = &mut inside.groups[g];
            let mut change = vec![0.0];
            change.extend_from_slice(&step.multiplier[range.clone()]);
            group.rise = group.cone.squared(&change)[0] + group.lift;
            let mut dy = vec![group.rise];
            dy.extend_from_slice(&step.point[range]);
            change.iter_mut().for_each(|m| *m = -*m);
            group.step = group.cone.predicted(&dy, &change);
            longest = longest.and(group.cone.longest(&group.step));
        }
        self.inside = inside;
        longest
    }

    fn advance(&mut self, by: Shares, step: Pair<'_>, point: &mut [f64], multiplier: &mut [f64]) {
        for group in &mut self.inside.groups {
            group.height += by.point * group.rise;
        }
        step.made(by, point, multiplier);
    }

    fn open(&self, at: Pair<'_>) -> f64 {
        self.value(at.point) - at.product()
    }
}
