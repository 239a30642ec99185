//! g(y) = Σ max(lower_i*y_i, upper_i*y_i): `== 0` (-inf, inf), `<= 0` (0, inf), |y| (-w, w),
//! pos(y) (0, w), quantile losses.

mod interior;

use super::interior::Interior;
use super::{Curvature, Rule, Smoothing, smoothed};
use interior::Inside;

#[derive(Clone, Debug, Default)]
pub struct Slopes {
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    /// dλ/d(σz): 1 where λ moves with z, 0 elsewhere, and between where kinks are rounded off.
    moving: Vec<f64>,
    /// ε of [`smoothed`]; 0 leaves kinks as they are.
    epsilon: f64,
    /// What share of σ is the penalty of each row where kinks are rounded off.
    stiffness: Vec<f64>,
    inside: Inside,
}

impl Slopes {
    /// One more row.
    pub fn push(&mut self, lower: f64, upper: f64) {
        self.lower.push(lower);
        self.upper.push(upper);
    }

    /// Row k is `== 0`.
    pub fn is_equation(&self, k: usize) -> bool {
        self.lower[k] == f64::NEG_INFINITY && self.upper[k] == f64::INFINITY
    }

    fn ends(&self, k: usize) -> [f64; 2] {
        [self.lower[k], self.upper[k]]
    }

    /// How far a multiplier is from the ends of its range; 0 where there are none.
    fn room(&self, k: usize, multiplier: f64) -> f64 {
        match self.is_equation(k) {
            true => 0.0,
            false => (multiplier - self.lower[k]).min(self.upper[k] - multiplier),
        }
    }

    fn apply_smoothed(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        for k in 0..z.len() {
            let share = self.stiffness[k];
            let found = smoothed::proximal(self.ends(k), self.epsilon, z[k], share * sigma);
            (multiplier[k], point[k]) = (found.multiplier, found.point);
            self.moving[k] = share * found.slope;
        }
    }

    /// How far y lies outside the domain of row k.
    pub fn row_violation(&self, k: usize, y: f64) -> f64 {
        if y < 0.0 && self.lower[k] == f64::NEG_INFINITY {
            -y
        } else if y > 0.0 && self.upper[k] == f64::INFINITY {
            y
        } else {
            0.0
        }
    }
}

impl Rule for Slopes {
    fn apply(&mut self, z: &[f64], sigma: f64, multiplier: &mut [f64], point: &mut [f64]) {
        self.moving.resize(z.len(), 0.0);
        if self.epsilon > 0.0 {
            return self.apply_smoothed(z, sigma, multiplier, point);
        }
        for k in 0..z.len() {
            let pull = sigma * z[k];
            let clipped = pull.clamp(self.lower[k], self.upper[k]);
            multiplier[k] = clipped;
            self.moving[k] = f64::from(u8::from(clipped == pull && self.lower[k] < self.upper[k]));
            point[k] = if clipped == pull {
                0.0
            } else {
                z[k] - clipped / sigma
            };
        }
    }

    fn smooth(&mut self, smoothing: Option<Smoothing>, multiplier: &[f64]) -> bool {
        self.epsilon = smoothing.map_or(0.0, |s| s.epsilon);
        self.stiffness.clear();
        if let Some(smoothing) = smoothing {
            let share = |(k, s)| smoothing.stiffness(self.room(k, s));
            let shares: Vec<f64> = multiplier.iter().copied().enumerate().map(share).collect();
            self.stiffness = shares;
        }
        true
    }

    fn as_interior(&mut self) -> Option<&mut dyn Interior> {
        Some(self)
    }

    fn stiffness(&self) -> &[f64] {
        &self.stiffness
    }

    fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        for ((o, v), m) in out.iter_mut().zip(v).zip(&self.moving) {
            *o = v * m;
        }
    }

    fn curvature(&self) -> Option<Curvature> {
        Some(Curvature {
            diagonal: self.moving.clone(),
            ..Curvature::default()
        })
    }

    fn value(&self, y: &[f64]) -> f64 {
        if self.epsilon > 0.0 {
            let rows = y.iter().enumerate();
            return rows
                .map(|(k, &y)| smoothed::value(self.ends(k), self.epsilon, y))
                .sum();
        }
        let rows = y.iter().zip(self.lower.iter().zip(&self.upper));
        rows.map(|(&y, (&l, &u))| {
            let slope = if y > 0.0 { u } else { l };
            if y == 0.0 || slope.is_infinite() {
                0.0
            } else {
                slope * y
            }
        })
        .sum()
    }

    fn violation(&self, y: &[f64]) -> f64 {
        let rows = y.iter().enumerate().map(|(k, &y)| self.row_violation(k, y));
        rows.fold(0.0, f64::max)
    }

    fn rescale(&mut self, scales: &[f64]) {
        for (k, d) in scales.iter().enumerate() {
            self.lower[k] *= d;
            self.upper[k] *= d;
        }
    }

    fn groups(&self) -> Vec<usize> {
        vec![1; self.lower.len()]
    }

    fn project_recession(&self, u: &mut [f64]) {
        for (k, u) in u.iter_mut().enumerate() {
            let bounded_above = *u > 0.0 && self.upper[k].is_finite();
            let bounded_below = *u < 0.0 && self.lower[k].is_finite();
            if bounded_above || bounded_below {
                *u = 0.0;
            }
        }
    }

    fn half_spaces(&self) -> Vec<Vec<(usize, f64)>> {
        let above = |(k, &u): (usize, &f64)| (u == f64::INFINITY).then(|| vec![(k, 1.0)]);
        let below = |(k, &l): (usize, &f64)| (l == f64::NEG_INFINITY).then(|| vec![(k, -1.0)]);
        let upper = self.upper.iter().enumerate().filter_map(above);
        upper
            .chain(self.lower.iter().enumerate().filter_map(below))
            .collect()
    }

    fn is_finite(&self) -> bool {
        let ends = self.lower.iter().chain(&self.upper);
        ends.copied().all(f64::is_finite)
    }

    fn as_slopes(&self) -> Option<&Slopes> {
        Some(self)
    }

    fn typical_multiplier(&mut self, y: &[f64], out: &mut [f64]) {
        for (k, o) in out.iter_mut().enumerate() {
            let slope = if y[k] >= 0.0 {
                self.upper[k]
            } else {
                self.lower[k]
            };
            let finite = self.lower[k].is_finite() && self.upper[k].is_finite();
            *o = if finite { slope } else { 0.0 };
        }
    }
}
