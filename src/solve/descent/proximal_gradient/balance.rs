//! lower <= a'x <= upper over some entries: simplex constraints, budgets.

use super::entries::Entries;

#[derive(Clone, Debug)]
pub struct Balance {
    /// Entries with their coefficients, none zero.
    pub members: Vec<(usize, f64)>,
    pub lower: f64,
    pub upper: f64,
}

impl Balance {
    /// a'x.
    pub fn total(&self, x: &[f64]) -> f64 {
        self.members.iter().map(|&(k, a)| a * x[k]).sum()
    }

    /// Whether some point between the bounds of the entries keeps the balance.
    pub fn is_possible(&self, entries: &Entries) -> bool {
        let (mut least, mut most) = (0.0, 0.0);
        for &(k, a) in &self.members {
            let ends = [a * entries.lower[k], a * entries.upper[k]];
            least += ends[0].min(ends[1]);
            most += ends[0].max(ends[1]);
        }
        least <= self.upper && most >= self.lower
    }

    /// Replaces z by argmin_y Σ g_k(y_k) + (y_k - z_k)²/(2 d_k step) on the balance, without the
    /// kinks where `kinks` is false; returns the multiplier ν, for which y_k = prox_k(z_k - ν d_k
    /// a_k).
    pub fn prox(
        &self,
        entries: &Entries,
        z: &mut [f64],
        metric: &[f64],
        step: f64,
        kinks: bool,
    ) -> f64 {
        let at = |nu: f64, k: usize, a: f64, z: f64| {
            let kink_step = if kinks { metric[k] * step } else { 0.0 };
            entries.prox(k, z - nu * metric[k] * a, kink_step)
        };
        let sum = |nu: f64| -> f64 {
            let terms = self.members.iter().map(|&(k, a)| a * at(nu, k, a, z[k]));
            terms.sum()
        };
        let free = sum(0.0);
        let nu = if free > self.upper {
            self.root(self.upper, free, metric, sum)
        } else if free < self.lower {
            self.root(self.lower, free, metric, sum)
        } else {
            0.0
        };
        for &(k, a) in &self.members {
            z[k] = at(nu, k, a, z[k]);
        }
        nu
    }

    /// ν with sum(ν) = target; the sum falls and is piecewise linear.
    fn root(&self, target: f64, free: f64, metric: &[f64], sum: impl Fn(f64) -> f64) -> f64 {
        let slope: f64 = self.members.iter().map(|&(k, a)| a * a * metric[k]).sum();
        let mut step = (free - target) / slope;
        let (mut near, mut at_near) = (0.0, free - target);
        let (mut far, mut at_far) = (step, sum(step) - target);
        for _ in 0..200 {
            if at_far == 0.0 || (at_far < 0.0) != (at_near < 0.0) {
                break;
            }
            (near, at_near) = (far, at_far);
            step *= 2.0;
            far += step;
            at_far = sum(far) - target;
        }
        for round in 0..200 {
            if at_far == 0.0 {
                return far;
            }
            let secant = near - at_near * (far - near) / (at_far - at_near);
            let middle = if round % 3 == 2 || !secant.is_finite() {
                0.5 * (near + far)
            } else {
                secant
            };
            if middle == near || middle == far {
                break;
            }
            let value = sum(middle) - target;
            if (value < 0.0) == (at_near < 0.0) && value != 0.0 {
                (near, at_near) = (middle, value);
            } else {
                (far, at_far) = (middle, value);
            }
        }
        // No number lies between: the end that is nearer to the target.
        if at_near.abs() < at_far.abs() {
            near
        } else {
            far
        }
    }
}
