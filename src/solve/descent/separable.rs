//! Convex functions of single free entries: bounds and one kink each.

use super::model::Model;

/// Σ g_i(x_i); g_i has slope `left` before `kink` and `right` behind it, and is infinite outside
/// `lower..=upper`.
#[derive(Clone, Debug)]
pub struct Separable {
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub kink: Vec<f64>,
    pub left: Vec<f64>,
    pub right: Vec<f64>,
}

impl Separable {
    pub fn free(size: usize) -> Self {
        Separable {
            lower: vec![f64::NEG_INFINITY; size],
            upper: vec![f64::INFINITY; size],
            kink: vec![0.0; size],
            left: vec![0.0; size],
            right: vec![0.0; size],
        }
    }

    /// The model's g parts, when each row is a function of one free entry and no entry has two
    /// kinks.
    pub fn of(model: &Model) -> Option<Self> {
        if model.curved.rows() > 0 {
            return None;
        }
        let mut separable = Separable::free(model.size);
        for part in &model.parts {
            let slopes = part.rule.as_slopes()?;
            if !part.map.blocks.is_empty() {
                return None;
            }
            let mut rows: Vec<Option<(usize, f64)>> = vec![None; part.map.rows()];
            for (row, column, value) in part.map.sparse.triplets().filter(|t| t.2 != 0.0) {
                if rows[row].replace((column, value)).is_some() {
                    return None;
                }
            }
            for (row, entry) in rows.into_iter().enumerate() {
                let (column, factor) = entry?;
                let kink = -part.map.offset[row] / factor;
                let (a, b) = (slopes.lower[row] * factor, slopes.upper[row] * factor);
                separable.add(column, kink, a.min(b), a.max(b))?;
            }
        }
        // What has no place is for the method with certificates.
        (!separable.is_empty()).then_some(separable)
    }

    fn add(&mut self, k: usize, kink: f64, left: f64, right: f64) -> Option<()> {
        if right == f64::INFINITY {
            self.upper[k] = self.upper[k].min(kink);
        }
        if left == f64::NEG_INFINITY {
            self.lower[k] = self.lower[k].max(kink);
        }
        let finite = |slope: f64| if slope.is_finite() { slope } else { 0.0 };
        let (left, right) = (finite(left), finite(right));
        if left == right {
            // Slopes of a bound are 0 on its inner side.
            return (left == 0.0).then_some(());
        }
        let taken = self.left[k] != self.right[k];
        if taken && self.kink[k] != kink {
            return None;
        }
        self.kink[k] = kink;
        self.left[k] += left;
        self.right[k] += right;
        Some(())
    }

    /// Whether some entry has no place between its bounds.
    fn is_empty(&self) -> bool {
        self.lower.iter().zip(&self.upper).any(|(l, u)| l > u)
    }

    /// argmin_y g_k(y) + (y - z)²/(2 step).
    pub fn prox(&self, k: usize, z: f64, step: f64) -> f64 {
        let kink = self.kink[k];
        let (low, high) = (kink + step * self.left[k], kink + step * self.right[k]);
        let y = if z > high {
            z - step * self.right[k]
        } else if z < low || self.left[k] == self.right[k] {
            z - step * self.left[k]
        } else {
            kink
        };
        y.clamp(self.lower[k], self.upper[k])
    }

    /// Whether the prox at z moves with z, and the slope of g there.
    pub fn branch(&self, k: usize, z: f64, step: f64) -> Branch {
        let y = self.prox(k, z, step);
        if y <= self.lower[k] || y >= self.upper[k] {
            return Branch::Held;
        }
        if self.left[k] == self.right[k] {
            return Branch::Moving(self.left[k]);
        }
        if y > self.kink[k] {
            Branch::Moving(self.right[k])
        } else if y < self.kink[k] {
            Branch::Moving(self.left[k])
        } else {
            Branch::Held
        }
    }
}

/// Where an entry stands at the solution, as far as a point tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Branch {
    /// At a bound or a kink.
    Held,
    /// On a piece of this slope.
    Moving(f64),
}
