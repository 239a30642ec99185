//! What second derivatives are read from: all of f and the curved rows, or the rows alone.

use crate::solve::descent::model::Model;
use crate::solve::descent::row_derivatives::RowDerivatives;

#[derive(Debug)]
pub enum Source {
    Whole,
    RowsAlone(Box<RowDerivatives>),
}

impl Source {
    pub fn rows_alone(model: &Model) -> Self {
        Source::RowsAlone(Box::new(model.row_derivatives()))
    }

    /// The unknowns that may bend, in rising order.
    pub fn unknowns(&self, model: &Model) -> Vec<usize> {
        match self {
            Source::Whole => model.bent_unknowns(),
            Source::RowsAlone(_) => model.unknowns_of_rows(),
        }
    }

    /// Goes to the point and the weights of the model's last gradient.
    pub fn stand(&mut self, model: &Model) {
        if let Source::RowsAlone(rows) = self {
            let pairs = model.weights.iter().zip(&model.curved.scales);
            let scaled: Vec<f64> = pairs.map(|(w, s)| w * s).collect();
            rows.stand(&model.point, &scaled);
        }
    }

    /// out = second derivatives along v, rows = slopes of the rows.
    pub fn times(&mut self, model: &mut Model, v: &[f64], out: &mut [f64], rows: &mut [f64]) {
        match self {
            Source::Whole => model.curvature_times(v, out, rows),
            Source::RowsAlone(alone) => {
                alone.times(v, out, rows);
                model.curved.scale(rows);
            }
        }
    }
}
