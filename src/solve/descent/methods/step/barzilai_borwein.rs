//! The step of J. Barzilai and J. Borwein, "Two-point step size gradient methods", 1988:
//! t = s's / s'y with s the last change of the point and y that of the gradient.

use super::super::super::line_search::Point;

/// The point before this one.
#[derive(Clone, Debug, Default)]
pub struct Change {
    x: Vec<f64>,
    gradient: Vec<f64>,
}

impl Change {
    pub fn remember(&mut self, point: &Point) {
        self.x.clone_from(&point.x);
        self.gradient.clone_from(&point.gradient);
    }

    /// `None` at first, and where the curvature along the change is not positive.
    pub fn length(&self, point: &Point) -> Option<f64> {
        if self.x.len() != point.x.len() {
            return None;
        }
        let (mut squares, mut curvature) = (0.0, 0.0);
        let changes = point.x.iter().zip(&self.x);
        let turns = point.gradient.iter().zip(&self.gradient);
        for ((x, x0), (g, g0)) in changes.zip(turns) {
            squares += (x - x0) * (x - x0);
            curvature += (x - x0) * (g - g0);
        }
        let step = squares / curvature;
        (curvature > 0.0 && step.is_finite()).then_some(step)
    }
}
