//! The projection on { (t, x): |x|_p <= t }, and its derivative.

use super::Curvature;
use crate::atoms::reductions::pnorm;
use std::ops::Range;

const MOST_STEPS: usize = 100;
/// Steps on the equation of one entry.
const MOST_INNER: usize = 60;
/// Relative accuracy of roots.
const EXACT: f64 = 1e-15;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Place {
    #[default]
    Inside,
    /// In the polar cone: on the apex.
    Polar,
    Between,
}

/// Where the last point was projected.
#[derive(Clone, Debug, Default)]
pub struct Projection {
    place: Place,
    exponent: f64,
    /// t and λ = t - s.
    head: f64,
    lambda: f64,
    /// w = |x|/t and y = w^(p-1), the slopes of the norm.
    shares: Vec<f64>,
    slopes: Vec<f64>,
    signs: Vec<f64>,
}

impl Projection {
    /// Projects z = (s, v).
    pub fn set(&mut self, exponent: f64, z: &[f64]) {
        let (s, v) = (z[0], &z[1..]);
        self.exponent = exponent;
        let size = pnorm(v, exponent);
        self.place = if size <= s {
            Place::Inside
        } else if pnorm(v, exponent / (exponent - 1.0)) <= -s {
            Place::Polar
        } else {
            Place::Between
        };
        if self.place == Place::Between {
            self.signs.clear();
            self.signs.extend(v.iter().map(|v| v.signum()));
            self.find(s, v, size);
        }
    }

    /// Newton's method on ln Σ w^p against ln t, within the ends that hold the root.
    fn find(&mut self, s: f64, v: &[f64], size: f64) {
        let (mut lower, mut upper) = (s.max(0.0), size);
        let mut t = 0.5 * (lower + upper);
        for _ in 0..MOST_STEPS {
            let (log, slope) = self.at(t, t - s, v);
            if log > 0.0 {
                lower = t;
            } else {
                upper = t;
            }
            let next = t * (-log / slope).exp();
            let next = if next > lower && next < upper {
                next
            } else {
                0.5 * (lower + upper)
            };
            let is_last = (next - t).abs() <= EXACT * t || upper - lower <= EXACT * upper;
            t = next;
            if is_last {
                break;
            }
        }
        self.at(t, t - s, v);
    }

    /// Solves for all w; ln Σ w^p and its slope against ln t.
    fn at(&mut self, t: f64, lambda: f64, v: &[f64]) -> (f64, f64) {
        let p = self.exponent;
        (self.head, self.lambda) = (t, lambda);
        self.shares.clear();
        self.slopes.clear();
        let (mut sum, mut slope) = (0.0, 0.0);
        for v in v {
            let (w, y) = share(p, t, lambda, v.abs());
            self.shares.push(w);
            self.slopes.push(y);
            if w > 0.0 {
                sum += w * y;
                slope -= p * t * y * w * (w + y) / (t * w + (p - 1.0) * lambda * y);
            }
        }
        (sum.ln(), slope / sum)
    }

    /// The projection and what is left of z.
    pub fn write(&self, z: &[f64], point: &mut [f64], rest: &mut [f64]) {
        match self.place {
            Place::Inside => {
                point.copy_from_slice(z);
                rest.fill(0.0);
            }
            Place::Polar => {
                point.fill(0.0);
                rest.copy_from_slice(z);
            }
            Place::Between => {
                (point[0], rest[0]) = (self.head, -self.lambda);
                let found = self.shares.iter().zip(&self.slopes).zip(&self.signs);
                for (k, ((w, y), sign)) in found.enumerate() {
                    point[k + 1] = sign * self.head * w;
                    rest[k + 1] = sign * self.lambda * y;
                }
            }
        }
    }

    /// With c = λ(p-1)/t, E = 1/(1 + c w^(p-2)) by entry, u = E*∇|x| and r = Σ E w^p:
    /// M = diag(0, 1 - E) + r/κ*(1, -u/r)(1, -u/r)' - c/r*(0, u)(0, u)' where κ = r + u'∇|x|.
    fn bend(&self) -> Bend {
        let c = self.lambda * (self.exponent - 1.0) / self.head;
        let mut bend = Bend {
            c,
            ..Bend::default()
        };
        let mut gamma = 0.0;
        for ((&w, &y), sign) in self.shares.iter().zip(&self.slopes).zip(&self.signs) {
            let (kept, loss) = match w > 0.0 {
                true => (w / (w + c * y), c * y / (w + c * y)),
                // w^(p-2) at 0.
                false if self.exponent < 2.0 => (0.0, 1.0),
                false => (1.0, 0.0),
            };
            bend.losses.push(loss);
            bend.turns.push(sign * kept * y);
            bend.rest += kept * w * y;
            gamma += kept * y * y;
        }
        bend.kappa = bend.rest + gamma;
        bend
    }

    pub fn curvature_times(&self, v: &[f64], out: &mut [f64]) {
        match self.place {
            Place::Inside => out.fill(0.0),
            Place::Polar => out.copy_from_slice(v),
            Place::Between => self.bend().times(v, out),
        }
    }

    /// The rows of M stand at `rows`.
    pub fn add_curvature(&self, rows: Range<usize>, curvature: &mut Curvature) {
        let diagonal = &mut curvature.diagonal;
        match self.place {
            Place::Inside => diagonal.extend(rows.map(|_| 0.0)),
            Place::Polar => diagonal.extend(rows.map(|_| 1.0)),
            Place::Between => {
                let bend = self.bend();
                diagonal.push(0.0);
                diagonal.extend(&bend.losses);
                let tail = rows.clone().skip(1).zip(bend.turns.iter().copied());
                let tail: Vec<(usize, f64)> = tail.collect();
                let mut pair = vec![(rows.start, 1.0)];
                pair.extend(tail.iter().map(|(k, u)| (*k, -u / bend.rest)));
                curvature.rank_one.push((bend.rest / bend.kappa, pair));
                curvature.rank_one.push((-bend.c / bend.rest, tail));
            }
        }
    }
}

/// The derivative of z less its projection, in parts.
#[derive(Clone, Debug, Default)]
struct Bend {
    c: f64,
    losses: Vec<f64>,
    turns: Vec<f64>,
    rest: f64,
    kappa: f64,
}

impl Bend {
    fn times(&self, v: &[f64], out: &mut [f64]) {
        let along: f64 = self.turns.iter().zip(&v[1..]).map(|(u, v)| u * v).sum();
        let up = (v[0] - along / self.rest) / self.kappa;
        out[0] = self.rest * up;
        let down = up + self.c / self.rest * along;
        for (k, (loss, u)) in self.losses.iter().zip(&self.turns).enumerate() {
            out[k + 1] = loss * v[k + 1] - down * u;
        }
    }
}

/// (w, w^(p-1)) with t*w + λ*w^(p-1) = a.
fn share(p: f64, t: f64, lambda: f64, a: f64) -> (f64, f64) {
    if p >= 2.0 {
        root(t, lambda, p - 1.0, a)
    } else {
        let (slope, share) = root(lambda, t, 1.0 / (p - 1.0), a);
        (share, slope)
    }
}

/// (z, z^e) with α*z + β*z^e = a for e >= 1: the left side is convex, Newton's method from above
/// comes down to the root.
fn root(alpha: f64, beta: f64, e: f64, a: f64) -> (f64, f64) {
    if a == 0.0 {
        return (0.0, 0.0);
    }
    let mut z = (a / alpha).min((a / beta).powf(1.0 / e));
    for _ in 0..MOST_INNER {
        let ratio = z.powf(e - 1.0);
        let step = (alpha * z + beta * ratio * z - a) / (alpha + e * beta * ratio);
        z -= step;
        if step.abs() <= EXACT * z {
            break;
        }
    }
    (z, z.powf(e))
}
