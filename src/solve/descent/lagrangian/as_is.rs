//! Values and gradients where points and multipliers stand beside x, instead of being made of it.

use super::{Lagrangian, Rows};

impl Lagrangian<'_> {
    /// Takes values and gradients at x with the multipliers that stand in `next`; points stay as they are. Returns f(x).
    pub fn evaluate_as_is(&mut self, x: &[f64]) -> f64 {
        let curved = self.curved();
        let mut curves = std::mem::take(&mut self.rows[curved].value);
        self.smooth_value = self.model.values(x, &mut curves);
        self.rows[curved].value = curves;
        if !self.smooth_value.is_finite() {
            return f64::INFINITY;
        }
        for (part, rows) in self.model.parts.iter_mut().zip(&mut self.rows) {
            part.map.value(x, &mut rows.value);
        }
        self.pull_back();
        self.smooth_value
    }

    /// The gradients at the last values, with the multipliers that stand in `next`.
    pub fn pull_back(&mut self) {
        let curved = self.curved();
        self.model
            .gradient(&self.rows[curved].next, &mut self.smooth_gradient);
        self.parts_gradient.fill(0.0);
        for (part, rows) in self.model.parts.iter_mut().zip(&self.rows) {
            part.map
                .add_transposed(&rows.next, &mut self.parts_gradient);
        }
        for &k in &self.held {
            (self.smooth_gradient[k], self.parts_gradient[k]) = (0.0, 0.0);
        }
    }

    /// Σ |λ_i*(F - y)_i|: what rows miss at the price of their multipliers.
    pub fn price_of_missing(&self) -> f64 {
        let rows = self.rows.iter();
        let pairs = rows.flat_map(|rows| rows.next.iter().zip(rows.missing()));
        pairs
            .map(|(multiplier, missing)| (multiplier * missing).abs())
            .sum()
    }

    /// J*v by part.
    pub fn images(&mut self, v: &[f64]) -> Vec<Vec<f64>> {
        let zeros = |rows: &Rows| vec![0.0; rows.value.len()];
        let mut images: Vec<Vec<f64>> = self.rows.iter().map(zeros).collect();
        for (part, image) in self.model.parts.iter_mut().zip(&mut images) {
            part.map.times(v, image);
        }
        let curved = self.curved();
        if !images[curved].is_empty() {
            let mut ignored = vec![0.0; v.len()];
            self.model
                .curvature_times(v, &mut ignored, &mut images[curved]);
        }
        images
    }
}
