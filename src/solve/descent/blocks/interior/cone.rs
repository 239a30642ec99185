//! The scaling of a second-order cone { y = (t, x): |x|₂ <= t } at y and z = -λ inside it.
//!
//! L. Vandenberghe, "The CVXOPT linear and quadratic cone program solvers", 2010: `W z = W⁻¹ y` with
//! `W = η*(2vv' - J)`, v the square root of w.

use super::{Shares, share_to};
use crate::solve::descent::blocks::second_order::Weights;
use crate::solve::descent::lbfgs::norm;

/// W of one cone by w = (head, tail), head² - |tail|² = 1, and η; with the scaled point W z.
#[derive(Clone, Debug, Default)]
pub struct Cone {
    size: f64,
    head: f64,
    tail: Vec<f64>,
    scaled: Vec<f64>,
}

impl Cone {
    /// `None` where y or z is on the edge or outside.
    pub fn new(y: &[f64], z: &[f64]) -> Option<Self> {
        let (a, b) = (depth(y)?, depth(z)?);
        let product: f64 = y.iter().zip(z).map(|(y, z)| (y / a) * (z / b)).sum();
        let gamma = (0.5 * (1.0 + product)).sqrt();
        let mirrored = |k: usize| (y[k] / a - z[k] / b) / (2.0 * gamma);
        let tail: Vec<f64> = (1..y.len()).map(mirrored).collect();
        let mut cone = Cone {
            size: (a / b).sqrt(),
            head: norm(&tail).hypot(1.0),
            tail,
            scaled: Vec::new(),
        };
        cone.scaled = cone.times(z);
        let is_finite = cone.size.is_finite() && cone.scaled.iter().all(|s| s.is_finite());
        is_finite.then_some(cone)
    }

    /// u = tail/|tail|; zeros where it is none.
    pub fn direction(&self) -> impl Iterator<Item = f64> + '_ {
        let length = norm(&self.tail);
        let unit = move |v: &f64| if length > 0.0 { v / length } else { 0.0 };
        self.tail.iter().map(unit)
    }

    /// The eigenvalues of M = W⁻²: along (1, u), along (1, -u) and across.
    pub fn weights(&self) -> Weights {
        let stretch = self.head + norm(&self.tail);
        let across = self.size.powi(-2);
        Weights {
            upper: across / (stretch * stretch),
            lower: across * stretch * stretch,
            across,
        }
    }

    /// W² v, M⁻¹ of the cone.
    pub fn squared(&self, v: &[f64]) -> Vec<f64> {
        self.times(&self.times(v))
    }

    /// W v.
    pub fn times(&self, v: &[f64]) -> Vec<f64> {
        self.by(v, 1.0, self.size)
    }

    /// W⁻¹ v.
    pub fn divided(&self, v: &[f64]) -> Vec<f64> {
        self.by(v, -1.0, 1.0 / self.size)
    }

    /// factor * [head, ±tail'; ±tail, I + tail*tail'/(1 + head)] v.
    fn by(&self, v: &[f64], side: f64, factor: f64) -> Vec<f64> {
        let along: f64 = self.tail.iter().zip(&v[1..]).map(|(w, v)| w * v).sum();
        let pull = side * v[0] + along / (1.0 + self.head);
        let mut out = vec![factor * (self.head * v[0] + side * along)];
        let rest = self.tail.iter().zip(&v[1..]);
        out.extend(rest.map(|(w, v)| factor * (v + pull * w)));
        out
    }

    /// The product y'z that is brought down.
    pub fn product(&self) -> f64 {
        self.scaled.iter().map(|s| s * s).sum()
    }

    /// e = -W(s \ (target*(1, 0) - s∘s - a∘b)) with a = W⁻¹dy and b = W dz of the predicted step.
    pub fn correction(&self, target: f64, predicted: Option<&Predicted>) -> Vec<f64> {
        let mut rest: Vec<f64> = circle(&self.scaled, &self.scaled);
        if let Some(step) = predicted {
            let second = circle(&step.point, &step.dual);
            rest.iter_mut().zip(second).for_each(|(r, s)| *r += s);
        }
        rest.iter_mut().for_each(|r| *r = -*r);
        rest[0] += target;
        let solved = self.times(&uncircled(&self.scaled, &rest));
        solved.into_iter().map(|v| -v).collect()
    }

    /// The step in the scaled cone.
    pub fn predicted(&self, dy: &[f64], dz: &[f64]) -> Predicted {
        Predicted {
            point: self.divided(dy),
            dual: self.times(dz),
        }
    }

    /// The largest shares of the step that stay inside.
    pub fn longest(&self, step: &Predicted) -> Shares {
        Shares {
            point: longest(&self.scaled, &step.point),
            multiplier: longest(&self.scaled, &step.dual),
        }
    }
}

/// A step in the scaled cone: W⁻¹dy and W dz.
#[derive(Clone, Debug, Default)]
pub struct Predicted {
    point: Vec<f64>,
    dual: Vec<f64>,
}

/// √(t² - |x|²); `None` where that is none.
fn depth(y: &[f64]) -> Option<f64> {
    let size = norm(&y[1..]);
    let square = (y[0] - size) * (y[0] + size);
    (y[0] > 0.0 && square > 0.0).then(|| square.sqrt())
}

/// a∘b = (a'b, a_0*b_1 + b_0*a_1).
fn circle(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut out = vec![a.iter().zip(b).map(|(a, b)| a * b).sum()];
    let rest = a[1..].iter().zip(&b[1..]);
    out.extend(rest.map(|(x, y)| a[0] * y + b[0] * x));
    out
}

/// v with a∘v = b.
fn uncircled(a: &[f64], b: &[f64]) -> Vec<f64> {
    let size = norm(&a[1..]);
    let square = (a[0] - size) * (a[0] + size);
    let along: f64 = a[1..].iter().zip(&b[1..]).map(|(a, b)| a * b).sum();
    let head = (a[0] * b[0] - along) / square;
    let mut out = vec![head];
    out.extend((1..a.len()).map(|k| (b[k] - head * a[k]) / a[0]));
    out
}

/// The largest share of `step` that stays in the cone from a, by the least eigenvalue of a^(-1/2) step a^(-1/2).
fn longest(a: &[f64], step: &[f64]) -> f64 {
    let Some(depth) = depth(a) else {
        return 0.0;
    };
    let unit = |k: usize| a[k] / depth;
    let tail: f64 = (1..a.len()).map(|k| unit(k) * step[k]).sum();
    let head = (unit(0) * step[0] - tail) / depth;
    let pull = (head * depth + step[0]) / (1.0 + unit(0));
    let rest = (1..a.len()).map(|k| ((step[k] - pull * unit(k)) / depth).powi(2));
    let least = head - rest.sum::<f64>().sqrt();
    share_to(least)
}
