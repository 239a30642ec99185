//! Convex functions of single free entries: bounds and one kink each.

/// Σ g_i(x_i); g_i has slope `left` before `kink` and `right` behind it, and is infinite outside
/// `lower..=upper`.
#[derive(Clone, Debug)]
pub struct Entries {
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub kink: Vec<f64>,
    pub left: Vec<f64>,
    pub right: Vec<f64>,
}

impl Entries {
    pub fn free(size: usize) -> Self {
        Entries {
            lower: vec![f64::NEG_INFINITY; size],
            upper: vec![f64::INFINITY; size],
            kink: vec![0.0; size],
            left: vec![0.0; size],
            right: vec![0.0; size],
        }
    }

    /// One more function of slopes `left` and `right` around `kink`, infinite slopes being walls;
    /// `None` for a second kink.
    pub fn add(&mut self, k: usize, kink: f64, left: f64, right: f64) -> Option<()> {
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
    pub fn is_empty(&self) -> bool {
        self.lower.iter().zip(&self.upper).any(|(l, u)| l > u)
    }

    /// Whether nothing is known of entry k.
    pub fn is_free(&self, k: usize) -> bool {
        let open = self.lower[k] == f64::NEG_INFINITY && self.upper[k] == f64::INFINITY;
        open && self.left[k] == self.right[k]
    }

    /// g_k without the bounds, 0 at its kink.
    pub fn value(&self, k: usize, x: f64) -> f64 {
        let distance = x - self.kink[k];
        let slope = if distance > 0.0 {
            self.right[k]
        } else {
            self.left[k]
        };
        slope * distance
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
