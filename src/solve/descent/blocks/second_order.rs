//! The indicator of { (t, x): |x|₂ <= t }, once for each consecutive group (t first).

use super::{Curvature, Rule};
use crate::solve::descent::lbfgs::norm;
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Inside,
    Polar,
    Between,
}

#[derive(Clone, Debug, Default)]
pub struct SecondOrder {
    pub sizes: Vec<usize>,
    places: Vec<Place>,
    /// t/|x| in the last z.
    ratios: Vec<f64>,
    /// x/|x| at x's rows.
    directions: Vec<f64>,
}

impl SecondOrder {
    pub fn push(&mut self, size: usize) {
        self.sizes.push(size);
    }

    fn ranges(&self) -> impl Iterator<Item = (usize, Range<usize>)> + '_ {
        let mut start = 0;
        self.sizes.iter().enumerate().map(move |(g, size)| {
            let range = start..start + size;
            start = range.end;
            (g, range)
        })
    }
}

/// t >= 0 and |x_k| <= t, which hold in the cones of all norms whose unit ball lies in the box.
pub(super) fn half_spaces_of_norm_cones(
    ranges: impl Iterator<Item = Range<usize>>,
) -> Vec<Vec<(usize, f64)>> {
    let mut all = Vec::new();
    for range in ranges {
        let head = (range.start, -1.0);
        all.push(vec![head]);
        let tail = range.start + 1..range.end;
        all.extend(tail.flat_map(|k| [vec![(k, 1.0), head], vec![(k, -1.0), head]]));
    }
    all
}

impl Rule for SecondOrder {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        let mut places = std::mem::take(&mut self.places);
        let mut ratios = std::mem::take(&mut self.ratios);
        let mut directions = std::mem::take(&mut self.directions);
        places.resize(self.sizes.len(), Place::Inside);
        ratios.resize(self.sizes.len(), 0.0);
        directions.resize(z.len(), 0.0);
        for (g, range) in self.ranges() {
            let (t, rest) = (z[range.start], range.start + 1..range.end);
            let size = norm(&z[rest.clone()]);
            places[g] = if size <= t {
                Place::Inside
            } else if size <= -t {
                Place::Polar
            } else {
                Place::Between
            };
            let (height, depth) = (0.5 * (t + size), 0.5 * (size - t));
            // The point keeps `factor` of x, the normal `loss`.
            let (head, below, factor, loss) = match places[g] {
                Place::Inside => (t, 0.0, 1.0, 0.0),
                Place::Polar => (0.0, t, 0.0, 1.0),
                Place::Between => (height, -depth, height / size, depth / size),
            };
            ratios[g] = if size > 0.0 { t / size } else { 0.0 };
            point[range.start] = head;
            multiplier[range.start] = sigma * below;
            for k in rest {
                directions[k] = if size > 0.0 { z[k] / size } else { 0.0 };
                point[k] = factor * z[k];
                multiplier[k] = sigma * loss * z[k];
            }
        }
        (self.places, self.ratios, self.directions) = (places, ratios, directions);
    }

    /// Between: M = I - dP with dP = ½[1, u'; u, (1 + t/r)I - (t/r)uu'].
    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        for (g, range) in self.ranges() {
            let rest = range.start + 1..range.end;
            match self.places[g] {
                Place::Inside => out[range].fill(0.0),
                Place::Polar => out[range.clone()].copy_from_slice(&v[range]),
                Place::Between => {
                    let ratio = self.ratios[g];
                    let along: f64 = rest.clone().map(|k| self.directions[k] * v[k]).sum();
                    let head = v[range.start];
                    out[range.start] = 0.5 * (head - along);
                    for k in rest {
                        let u = self.directions[k];
                        out[k] = 0.5 * ((1.0 - ratio) * v[k] + (ratio * along - head) * u);
                    }
                }
            }
        }
    }

    /// Between: M = ½(1, -u)(1, -u)' + ½(1 - t/r)(I - uu') on x's rows.
    fn curvature(&self) -> Option<Curvature> {
        let mut curvature = Curvature::default();
        for (g, range) in self.ranges() {
            let diagonal = &mut curvature.diagonal;
            match self.places[g] {
                Place::Inside => diagonal.extend(range.map(|_| 0.0)),
                Place::Polar => diagonal.extend(range.map(|_| 1.0)),
                Place::Between => {
                    let ratio = self.ratios[g];
                    let across = 0.5 * (1.0 - ratio);
                    diagonal.push(0.0);
                    diagonal.extend((1..range.len()).map(|_| across));
                    let rest = range.start + 1..range.end;
                    let tail: Vec<_> = rest.map(|k| (k, self.directions[k])).collect();
                    let mut pair = vec![(range.start, 1.0)];
                    pair.extend(tail.iter().map(|(k, u)| (*k, -u)));
                    curvature.rank_one.push((0.5, pair));
                    curvature.rank_one.push((-across, tail));
                }
            }
        }
        Some(curvature)
    }

    fn value(&self, _y: &[f64]) -> f64 {
        0.0
    }

    fn violation(&self, y: &[f64]) -> f64 {
        self.ranges()
            .map(|(_, r)| norm(&y[r.start + 1..r.end]) - y[r.start])
            .fold(0.0, f64::max)
    }

    fn rescale(&mut self, _scales: &[f64]) {}

    fn groups(&self) -> Vec<usize> {
        self.sizes.clone()
    }

    /// On the polar cone.
    fn project_recession(&self, u: &mut [f64]) {
        for (_, range) in self.ranges() {
            let (t, rest) = (u[range.start], range.start + 1..range.end);
            let size = norm(&u[rest.clone()]);
            let (head, factor) = if size <= -t {
                (t, 1.0)
            } else if size <= t {
                (0.0, 0.0)
            } else {
                (0.5 * (t - size), 0.5 * (size - t) / size)
            };
            u[range.start] = head;
            u[rest].iter_mut().for_each(|v| *v *= factor);
        }
    }

    fn half_spaces(&self) -> Vec<Vec<(usize, f64)>> {
        half_spaces_of_norm_cones(self.ranges().map(|(_, range)| range))
    }

    fn is_finite(&self) -> bool {
        false
    }

    fn typical_multiplier(&mut self, _y: &[f64], out: &mut [f64]) {
        out.fill(0.0);
    }
}
