//! One cone inside: y and s = -λ with the M that takes y to s and the one's shadow to the other's.
//!
//! J. Dahl and E. Andersen, "A primal-dual interior-point algorithm for nonsymmetric exponential-cone optimization", 2022;
//! L. Tunçel, "Generalization of primal-dual interior-point methods to convex optimization problems in conic form", 2001.

use super::Triple;
use super::interior::Inside;
use super::projection::{Square, Vector, ZERO, cross, dot, inverted, moved, times};
use crate::solve::descent::blocks::interior::{Products, Shares};

/// μ*μ~ - 1 below which y and s are as good as on the central path.
const CENTRAL: f64 = 1e-8;
/// The most that μ*μ~ may be.
const MOST_APART: f64 = 1e6;
/// The longest share that is looked for, how exactly, and in how many halvings.
const LONGEST: f64 = 1.02;
const SHARE_PRECISION: f64 = 1e-2;
const MOST_HALVINGS: usize = 60;
/// The parameter of the barrier.
const PARAMETER: f64 = 3.0;

/// One cone, its barrier's second derivatives, and M with its inverse.
#[derive(Clone, Copy, Debug)]
pub struct ByBarrier {
    kind: Triple,
    point: Vector,
    dual: Vector,
    /// y~ = -∇F*(s).
    shadow: Vector,
    /// s~ = -∇F(y).
    dual_shadow: Vector,
    barrier: Square,
    matrix: Square,
    inverse: Square,
    /// Of the last step, y's and λ's.
    change: [Vector; 2],
}

/// m += w*v*v'.
fn add_term(m: &mut Square, w: f64, v: Vector) {
    for (row, a) in m.iter_mut().zip(v) {
        row.iter_mut().zip(v).for_each(|(m, b)| *m += w * a * b);
    }
}

impl ByBarrier {
    /// At a point inside, on its central path, the largest entry of s so large.
    pub fn at(kind: Triple, point: Vector, unit: f64) -> Self {
        let shadow = kind.dual_of(point);
        let largest = shadow.iter().fold(0.0f64, |most, s| most.max(s.abs()));
        ByBarrier {
            kind,
            point,
            dual: shadow.map(|s| s * unit / largest),
            shadow: [0.0; 3],
            dual_shadow: shadow,
            barrier: ZERO,
            matrix: ZERO,
            inverse: ZERO,
            change: [[0.0; 3]; 2],
        }
    }

    /// s'y.
    fn product(&self) -> f64 {
        dot(self.point, self.dual)
    }

    /// μ*∇²F.
    fn scale_centrally(&mut self, mu: f64) {
        self.matrix = self.barrier.map(|row| row.map(|entry| mu * entry));
        self.inverse = inverted(&self.matrix);
    }

    /// s*s'/s'y + δs*δs'/δs'δy + τ*a*a' with δs = s - μs~, δy = y - μy~, a ⊥ y, y~ and τ by μ*∇²F of least change; whether
    /// y and s are apart enough for digits.
    fn scale_apart(&mut self, mu: f64, mu_shadow: f64) -> bool {
        let apart = mu * mu_shadow - 1.0;
        let dy = moved(self.point, -mu, self.shadow);
        let ds = moved(self.dual, -mu, self.dual_shadow);
        let product = dot(dy, ds);
        if apart <= CENTRAL || product <= 0.0 {
            return false;
        }
        let across = cross(self.point, self.shadow);
        let length = dot(across, across).sqrt();
        let across = across.map(|a| a / length);
        let image = times(&self.barrier, self.shadow);
        let rest = moved(image, -mu_shadow, self.dual_shadow);
        // ∇²F = s~s~'/3 + rest*rest'/(rest'y~) + τ/μ*a*a'.
        let beside = cross(self.dual_shadow, rest);
        let bend = dot(beside, times(&self.barrier, beside));
        let tau = mu * bend / dot(across, beside).powi(2);
        let dual_across = cross(self.dual, ds);
        let inverse = 1.0 / (tau * dot(across, dual_across).powi(2));
        if !(tau > 0.0 && tau.is_finite() && inverse.is_finite()) {
            return false;
        }
        (self.matrix, self.inverse) = (ZERO, ZERO);
        add_term(&mut self.matrix, 1.0 / (PARAMETER * mu), self.dual);
        add_term(&mut self.matrix, 1.0 / product, ds);
        add_term(&mut self.matrix, tau, across);
        add_term(&mut self.inverse, 1.0 / (PARAMETER * mu), self.point);
        add_term(&mut self.inverse, 1.0 / product, dy);
        add_term(&mut self.inverse, inverse, dual_across);
        true
    }

    /// Whether a share of the step stays inside, y and s not far apart.
    fn stays(&self, share: f64) -> bool {
        let point = moved(self.point, share, self.change[0]);
        let dual = moved(self.dual, -share, self.change[1]);
        if !self.kind.has_inside(point) {
            return false;
        }
        let Some(shadow) = self.kind.primal_of(dual) else {
            return false;
        };
        let product = dot(point, dual) * dot(shadow, self.kind.dual_of(point));
        product > 0.0 && product <= MOST_APART * PARAMETER * PARAMETER
    }
}

impl Inside for ByBarrier {
    fn multiplier(&self) -> Vector {
        self.dual.map(|s| -s)
    }

    fn scale(&mut self, point: Vector, multiplier: Vector) -> bool {
        (self.point, self.dual) = (point, multiplier.map(|m| -m));
        if !self.kind.has_inside(point) {
            return false;
        }
        let Some(shadow) = self.kind.primal_of(self.dual) else {
            return false;
        };
        self.shadow = shadow;
        self.dual_shadow = self.kind.dual_of(point);
        self.barrier = self.kind.bend(point);
        let mu = self.product() / PARAMETER;
        let mu_shadow = dot(self.shadow, self.dual_shadow) / PARAMETER;
        if !(mu > 0.0 && mu_shadow > 0.0) {
            return false;
        }
        if !self.scale_apart(mu, mu_shadow) {
            self.scale_centrally(mu);
        }
        true
    }

    fn matrix(&self) -> Square {
        self.matrix
    }

    fn products(&self) -> Products {
        Products {
            sum: self.product(),
            count: PARAMETER,
        }
    }

    /// For s'y three times the target: y - target*y~ + M⁻¹η, with the term of third order η = -∇³F(y)[dy, ∇²F⁻¹ds]/2 of a
    /// predicted step.
    fn correct(&mut self, target: f64, is_predicted: bool) -> Vector {
        let shift = moved(self.point, -target, self.shadow);
        if !is_predicted {
            return shift;
        }
        let [point, multiplier] = self.change;
        // ds = -dλ.
        let turned = times(&inverted(&self.barrier), multiplier);
        let third = self.kind.third(self.point, point, turned);
        moved(shift, 0.5, times(&self.inverse, third))
    }

    fn take(&mut self, point: Vector, multiplier: Vector, most: Shares) -> Shares {
        self.change = [point, multiplier];
        let most = most.least().min(LONGEST);
        if self.stays(most) {
            return Shares::both(most);
        }
        let (mut low, mut high) = (0.0, most);
        for _ in 0..MOST_HALVINGS {
            let middle = 0.5 * (low + high);
            match self.stays(middle) {
                true => low = middle,
                false => high = middle,
            }
            if high - low <= SHARE_PRECISION * low {
                break;
            }
        }
        Shares::both(low)
    }

    fn may_part(&self) -> bool {
        false
    }

    /// s'y.
    fn open(&self, point: Vector, multiplier: Vector) -> f64 {
        -dot(point, multiplier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// M takes y to s and y's shadow to that of s, and its inverse takes them back.
    #[test]
    fn scalings_take_points_and_shadows_to_duals() {
        for kind in [Triple::Exponential, Triple::Power(0.5), Triple::Power(0.2)] {
            let point = [0.6, 1.3, 0.4];
            let mut cone = ByBarrier::at(kind, point, 0.2);
            for (push, tolerance) in [(0.0, 1e-9), (1e-3, 1e-6), (0.3, 1e-9)] {
                let own = ByBarrier::at(kind, point, 0.2).multiplier();
                let multiplier = moved(own, -push, [0.1, 0.02, 0.01]);
                assert!(cone.scale(point, multiplier), "{kind:?} {push}");
                for (y, s) in [(cone.point, cone.dual), (cone.shadow, cone.dual_shadow)] {
                    let (image, back) = (times(&cone.matrix, y), times(&cone.inverse, s));
                    for i in 0..3 {
                        let missed = (image[i] - s[i]).abs() / s[i].abs().max(0.1);
                        assert!(missed < tolerance, "{kind:?} {push}: {image:?} {s:?}");
                        let missed = (back[i] - y[i]).abs() / y[i].abs().max(0.1);
                        assert!(missed < 10.0 * tolerance, "{kind:?} {push}: {back:?} {y:?}");
                    }
                }
            }
        }
    }
}
