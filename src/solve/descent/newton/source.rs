//! What second derivatives are read from: all of f and the curved rows, or the rows alone.

use crate::solve::descent::model::Model;

#[derive(Debug)]
pub enum Source {
    Whole,
    RowsAlone(Box<Model>),
}

impl Source {
    pub fn rows_alone(model: &Model) -> Self {
        Source::RowsAlone(Box::new(model.rows_alone()))
    }

    /// The unknowns that may bend, in rising order.
    pub fn unknowns(&self, model: &Model) -> Vec<usize> {
        match self {
            Source::Whole => model.bent_unknowns(),
            Source::RowsAlone(alone) => alone.bent_unknowns(),
        }
    }

    /// Goes to the point and the weights of the model's last gradient.
    pub fn stand(&mut self, model: &Model) {
        if let Source::RowsAlone(alone) = self {
            alone.curved.scales.copy_from_slice(&model.curved.scales);
            alone.values(&model.point, &mut vec![0.0; model.weights.len()]);
            alone.gradient(&model.weights, &mut vec![0.0; model.size]);
        }
    }

    /// out = second derivatives along v, rows = slopes of the rows.
    pub fn times(&mut self, model: &mut Model, v: &[f64], out: &mut [f64], rows: &mut [f64]) {
        match self {
            Source::Whole => model.curvature_times(v, out, rows),
            Source::RowsAlone(alone) => alone.curvature_times(v, out, rows),
        }
    }
}
