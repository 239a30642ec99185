//! Parts that are functions of eigenvalues, `M = Q*diag(w)*Q'`: in the basis of the last eigenvectors their rows bend
//! apart, so that few rows of many unknowns take few places in the sparse system.

use super::layout::PartRows;
use crate::matrix::SparseMatrix;
use crate::solve::descent::lagrangian::Lagrangian;
use crate::solve::descent::model::Model;
use crate::solve::descent::spectral::{self, Eigen};
use faer::Mat;

/// Unknowns for each row from which on that pays.
const LEAST_UNKNOWNS: usize = 4;

/// Multiple of the coefficients of the rows up to which full ones pay: blocks of few rows that read few unknowns.
const MOST_FILL: usize = 8;

/// J' of one part: the slopes of its rows by unknown.
#[derive(Debug)]
pub struct Rotating {
    part: usize,
    side: usize,
    rows: usize,
    unknowns: Vec<usize>,
    /// Entries of the rows by place of the unknown: `entries[starts[k]..starts[k + 1]]`.
    starts: Vec<usize>,
    entries: Vec<(usize, f64)>,
}

impl Rotating {
    /// The spectral parts of the model; `None` where their rows are many and would fill.
    pub fn all(model: &Model) -> Option<Vec<Rotating>> {
        let parts = model.parts.iter().enumerate();
        let sides = parts.filter_map(|(k, part)| Some((k, part.rule.spectral_side()?)));
        let found: Vec<Rotating> = sides
            .map(|(k, side)| Rotating::of(model.parts[k].map.all_rows(), k, side))
            .collect();
        let rows: usize = found.iter().map(|r| r.rows).sum();
        let full: usize = found.iter().map(Rotating::coefficients).sum();
        let present: usize = found.iter().map(|r| r.entries.len()).sum();
        let is_cheap = LEAST_UNKNOWNS * rows <= model.size || full <= MOST_FILL * present;
        is_cheap.then_some(found)
    }

    fn of(jacobian: SparseMatrix, part: usize, side: usize) -> Self {
        let by_unknown = jacobian.transposed();
        let unknowns: Vec<usize> = (0..by_unknown.cols)
            .filter(|&j| by_unknown.column_starts[j + 1] > by_unknown.column_starts[j])
            .collect();
        let mut starts = vec![0];
        starts.extend(unknowns.iter().map(|&j| by_unknown.column_starts[j + 1]));
        let rows = by_unknown.row_indices.iter().copied();
        Rotating {
            part,
            side,
            rows: jacobian.cols,
            unknowns,
            starts,
            entries: rows.zip(by_unknown.values.iter().copied()).collect(),
        }
    }

    pub fn coefficients(&self) -> usize {
        self.rows * self.unknowns.len()
    }

    /// Every row with a slope for each of the unknowns.
    pub fn part_rows(&self, model: &Model) -> PartRows {
        PartRows::full(&self.unknowns, model.size, &[self.rows])
    }

    /// Takes rows of its part into the basis of the eigenvectors: Q'v.
    pub fn turn(&self, lagrangian: &Lagrangian<'_>, rows: &mut [Vec<f64>]) {
        self.change(lagrangian, rows, Eigen::rotated);
    }

    /// And back: Q v.
    pub fn turn_back(&self, lagrangian: &Lagrangian<'_>, rows: &mut [Vec<f64>]) {
        self.change(lagrangian, rows, Eigen::rotated_back);
    }

    fn change(
        &self,
        lagrangian: &Lagrangian<'_>,
        rows: &mut [Vec<f64>],
        by: impl Fn(&Eigen, &Mat<f64>) -> Mat<f64>,
    ) {
        let rule = &lagrangian.model.parts[self.part].rule;
        if let Some((eigen, _)) = rule.spectral_curvature() {
            let matrix = by(eigen, &spectral::unfold(self.side, &rows[self.part]));
            spectral::fold(&matrix, &mut rows[self.part]);
        }
    }

    /// Writes Q'J for the eigenvectors at the last evaluated point.
    pub fn read(&self, lagrangian: &Lagrangian<'_>, parts: &mut [PartRows]) {
        let rule = &lagrangian.model.parts[self.part].rule;
        let Some((eigen, _)) = rule.spectral_curvature() else {
            return;
        };
        let slopes = &mut parts[self.part].jacobian.values;
        let count = self.unknowns.len();
        let (mut column, mut rotated) = (vec![0.0; self.rows], vec![0.0; self.rows]);
        for place in 0..count {
            column.fill(0.0);
            for &(row, value) in &self.entries[self.starts[place]..self.starts[place + 1]] {
                column[row] = value;
            }
            spectral::fold(
                &eigen.rotated(&spectral::unfold(self.side, &column)),
                &mut rotated,
            );
            for (row, value) in rotated.iter().enumerate() {
                slopes[row * count + place] = *value;
            }
        }
    }
}
