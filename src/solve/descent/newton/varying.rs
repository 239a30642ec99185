//! Second derivatives of f and of the curved rows, and the slopes of these, read off by products with
//! unit vectors: for few unknowns that bend.

use super::layout::PartRows;
use crate::solve::descent::model::Model;

/// Unknowns up to which derivatives are read so.
pub const MOST_UNKNOWNS: usize = 400;
/// Slopes of rows that are kept.
const MOST_SLOPES: usize = 4_000_000;

#[derive(Debug)]
pub struct Varying {
    unknowns: Vec<usize>,
    /// The lower triangle over these, by columns.
    triangle: Vec<f64>,
}

impl Varying {
    /// `None` where there are too many.
    pub fn of(model: &Model) -> Option<Self> {
        let unknowns = model.bent_unknowns();
        let (count, rows) = (unknowns.len(), model.curved.rows());
        let few = count <= MOST_UNKNOWNS && count * rows <= MOST_SLOPES;
        few.then(|| Varying {
            triangle: vec![1.0; count * (count + 1) / 2],
            unknowns,
        })
    }

    /// The curved rows with a slope for each of the unknowns.
    pub fn part_rows(&self, model: &Model) -> PartRows {
        PartRows::full(&self.unknowns, model.size, &vec![1; model.curved.rows()])
    }

    /// Takes the derivatives at the last evaluated point; the slopes row by row.
    pub fn read(&mut self, model: &mut Model, slopes: &mut [f64]) {
        let (n, rows) = (model.size, model.curved.rows());
        let (mut unit, mut column) = (vec![0.0; n], vec![0.0; n]);
        let mut image = vec![0.0; rows];
        let count = self.unknowns.len();
        let mut entry = 0;
        for (place, &j) in self.unknowns.iter().enumerate() {
            unit[j] = 1.0;
            model.curvature_times(&unit, &mut column, &mut image);
            unit[j] = 0.0;
            for &i in &self.unknowns[place..] {
                self.triangle[entry] = column[i];
                entry += 1;
            }
            for (row, slope) in image.iter().enumerate() {
                slopes[row * count + place] = *slope;
            }
        }
    }

    /// Hands each entry of the triangle to `sink` as (row, column, value).
    pub fn emit(&self, sink: &mut dyn FnMut(usize, usize, f64)) {
        let mut values = self.triangle.iter();
        for (place, &j) in self.unknowns.iter().enumerate() {
            for (&i, value) in self.unknowns[place..].iter().zip(&mut values) {
                sink(i, j, *value);
            }
        }
    }
}
