//! The indicator of { (t, x): |x|₂ <= t }, once for each consecutive group (t first).

mod interior;

use super::interior::Interior;
use super::smoothed::{Barrier, barrier_of_eigenvalues};
use super::{Curvature, Rule, Smoothing};
use crate::solve::descent::lbfgs::norm;
use interior::Inside;
use std::ops::Range;

/// dλ/d(σz) of one cone at the last z, by the eigenvalues t + |x| and t - |x| of z = (t, x) and by their divided
/// difference.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weights {
    pub upper: f64,
    pub lower: f64,
    pub across: f64,
}

impl Weights {
    const NONE: Weights = Weights::all(0.0);

    const fn all(weight: f64) -> Self {
        Weights {
            upper: weight,
            lower: weight,
            across: weight,
        }
    }

    fn is_multiple_of_identity(self) -> bool {
        self == Weights::all(self.across)
    }
}

#[derive(Clone, Debug, Default)]
pub struct SecondOrder {
    pub sizes: Vec<usize>,
    weights: Vec<Weights>,
    /// x/|x| at x's rows.
    directions: Vec<f64>,
    /// ε of the barrier that stands for the edge; 0 leaves it as it is.
    epsilon: f64,
    /// What share of σ is the penalty of each row where the barrier stands.
    stiffness: Vec<f64>,
    inside: Inside,
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

/// A cone at z = (t, x) with |x| = `size`: the heads of the point and of λ/σ, what they keep of x, and dλ/d(σz).
struct Split {
    point: (f64, f64),
    below: (f64, f64),
    weights: Weights,
}

impl Split {
    /// The projection and what is left of it.
    fn at_edge(t: f64, size: f64) -> Self {
        let (height, depth) = (0.5 * (t + size), 0.5 * (size - t));
        let (point, below, weights) = if size <= t {
            ((t, 1.0), (0.0, 0.0), Weights::NONE)
        } else if size <= -t {
            ((0.0, 0.0), (t, 1.0), Weights::all(1.0))
        } else {
            let weights = Weights {
                upper: 0.0,
                lower: 1.0,
                across: 0.5 * (1.0 - t / size),
            };
            ((height, height / size), (-depth, depth / size), weights)
        };
        Split {
            point,
            below,
            weights,
        }
    }

    /// With dλ/d(σz) for this share of σ as the penalty.
    fn stiffened(self, share: f64) -> Self {
        let Weights {
            upper,
            lower,
            across,
        } = self.weights;
        Split {
            weights: Weights {
                upper: share * upper,
                lower: share * lower,
                across: share * across,
            },
            ..self
        }
    }

    /// With -ε/2 log(t² - |x|²) for the edge.
    fn by_barrier(t: f64, size: f64, epsilon: f64, sigma: f64) -> Self {
        let barrier = Barrier { epsilon, sigma };
        let (upper, lower) = (barrier.pull(t + size), barrier.pull(t - size));
        let shares = |a: f64, b: f64| {
            let along = if size > 0.0 { (a - b) / size } else { 0.0 };
            (0.5 * (a + b), 0.5 * along)
        };
        Split {
            point: shares(barrier.point(upper), barrier.point(lower)),
            below: shares(-upper / sigma, -lower / sigma),
            weights: Weights {
                upper: barrier.weight(upper, upper),
                lower: barrier.weight(lower, lower),
                across: barrier.weight(upper, lower),
            },
        }
    }
}

impl Rule for SecondOrder {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        let mut weights = std::mem::take(&mut self.weights);
        let mut directions = std::mem::take(&mut self.directions);
        weights.resize(self.sizes.len(), Weights::NONE);
        directions.resize(z.len(), 0.0);
        for (g, range) in self.ranges() {
            let (t, rest) = (z[range.start], range.start + 1..range.end);
            let size = norm(&z[rest.clone()]);
            let (sigma, split) = match self.stiffness.get(range.start) {
                Some(&share) => {
                    let split = Split::by_barrier(t, size, self.epsilon, share * sigma);
                    (share * sigma, split.stiffened(share))
                }
                None => (sigma, Split::at_edge(t, size)),
            };
            weights[g] = split.weights;
            let ((head, factor), (below, loss)) = (split.point, split.below);
            (point[range.start], multiplier[range.start]) = (head, sigma * below);
            for k in rest {
                directions[k] = if size > 0.0 { z[k] / size } else { 0.0 };
                point[k] = factor * z[k];
                multiplier[k] = sigma * loss * z[k];
            }
        }
        (self.weights, self.directions) = (weights, directions);
    }

    fn smooth(&mut self, smoothing: Option<Smoothing>, multiplier: &[f64]) -> bool {
        self.epsilon = smoothing.map_or(0.0, |s| s.epsilon);
        self.stiffness.clear();
        let Some(smoothing) = smoothing else {
            return true;
        };
        self.stiffness.resize(multiplier.len(), 1.0);
        let mut start = 0;
        for &size in &self.sizes {
            let (head, tail) = (multiplier[start], &multiplier[start + 1..start + size]);
            let share = smoothing.stiffness(norm(tail) - head);
            self.stiffness[start..start + size].fill(share);
            start += size;
        }
        true
    }

    fn as_interior(&mut self) -> Option<&mut dyn Interior> {
        Some(self)
    }

    fn stiffness(&self) -> &[f64] {
        &self.stiffness
    }

    /// M = ½a(1, u)(1, u)' + ½b(1, -u)(1, -u)' + c(I - uu') on x's rows, with the weights a of t + |x|, b of t - |x|
    /// and c across.
    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        for (g, range) in self.ranges() {
            let Weights {
                upper,
                lower,
                across,
            } = self.weights[g];
            let rest = range.start + 1..range.end;
            let along: f64 = rest.clone().map(|k| self.directions[k] * v[k]).sum();
            let head = v[range.start];
            let (up, down) = (0.5 * upper * (head + along), 0.5 * lower * (head - along));
            out[range.start] = up + down;
            for k in rest {
                let u = self.directions[k];
                out[k] = across * v[k] + (up - down - across * along) * u;
            }
        }
    }

    fn curvature(&self) -> Option<Curvature> {
        let mut curvature = Curvature::default();
        for (g, range) in self.ranges() {
            let weights = self.weights[g];
            if weights.is_multiple_of_identity() {
                curvature.diagonal.extend(range.map(|_| weights.across));
                continue;
            }
            curvature.diagonal.push(0.0);
            let tail = range.start + 1..range.end;
            curvature
                .diagonal
                .extend(tail.clone().map(|_| weights.across));
            let tail: Vec<_> = tail.map(|k| (k, self.directions[k])).collect();
            for (weight, side) in [(weights.lower, -1.0), (weights.upper, 1.0)] {
                if weight > 0.0 {
                    let mut pair = vec![(range.start, 1.0)];
                    pair.extend(tail.iter().map(|(k, u)| (*k, side * u)));
                    curvature.rank_one.push((0.5 * weight, pair));
                }
            }
            curvature.rank_one.push((-weights.across, tail));
        }
        Some(curvature)
    }

    /// -ε/2 log(t² - |x|²) where the barrier stands for the edge.
    fn value(&self, y: &[f64]) -> f64 {
        if self.epsilon == 0.0 {
            return 0.0;
        }
        let value = |r: Range<usize>| {
            let (t, size) = (y[r.start], norm(&y[r.start + 1..r.end]));
            barrier_of_eigenvalues(&[t + size, t - size], 0.5 * self.epsilon)
        };
        self.ranges().map(|(_, range)| value(range)).sum()
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
