//! Eigenvalues and eigenvectors of symmetric matrices.

use crate::matrix::threads;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{
    ComputeEigenvectors, SelfAdjointEvdParams, self_adjoint_evd, self_adjoint_evd_scratch,
};
use faer::linalg::matmul::matmul;
use faer::{Accum, Auto, Col, Mat, MatRef, Par, Spec};
use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

/// Rising eigenvalues with the eigenvectors as columns.
#[derive(Clone, Debug)]
pub struct Eigen {
    pub values: Vec<f64>,
    pub vectors: Mat<f64>,
}

/// Of the lower triangle; zeros when the iteration fails (an entry is not finite).
pub fn eigen(a: &Mat<f64>) -> Eigen {
    let n = a.nrows();
    // Divide and conquer loses relative accuracy on badly scaled matrices: always the QR iteration.
    let params = SelfAdjointEvdParams {
        recursion_threshold: usize::MAX,
        ..<SelfAdjointEvdParams as Auto<f64>>::auto()
    };
    let params: Spec<SelfAdjointEvdParams, f64> = params.into();
    let scratch = self_adjoint_evd_scratch::<f64>(n, ComputeEigenvectors::Yes, Par::Seq, params);
    let mut memory = MemBuffer::new(scratch);
    let (mut values, mut vectors) = (Col::<f64>::zeros(n), Mat::<f64>::zeros(n, n));
    let largest = a.col_iter().fold(0.0, |m: f64, column| {
        column.iter().fold(m, |m, v| m.max(v.abs()))
    });
    let factor = if largest > 0.0 && largest.is_finite() {
        1.0 / largest
    } else {
        1.0
    };
    let scaled = Mat::from_fn(n, n, |i, j| a[(i, j)] * factor);
    let done = self_adjoint_evd(
        scaled.as_ref(),
        values.as_mut().as_diagonal_mut(),
        Some(vectors.as_mut()),
        Par::Seq,
        MemStack::new(&mut memory),
        params,
    );
    if done.is_err() {
        return Eigen {
            values: vec![0.0; n],
            vectors: Mat::identity(n, n),
        };
    }
    Eigen {
        values: values.iter().map(|v| v / factor).collect(),
        vectors,
    }
}

/// The symmetric matrix whose upper triangle, by columns, stands in `v` with entries off the
/// diagonal times sqrt(2): inner products of such lists are those of the matrices.
pub fn unfold(side: usize, v: &[f64]) -> Mat<f64> {
    let mut matrix = Mat::zeros(side, side);
    let mut entries = v.iter();
    for j in 0..side {
        for (i, &value) in (0..=j).zip(&mut entries) {
            let value = if i == j { value } else { value * FRAC_1_SQRT_2 };
            matrix[(i, j)] = value;
            matrix[(j, i)] = value;
        }
    }
    matrix
}

/// Entries of a symmetric matrix as they stand in a folded list, not multiplied.
pub fn folded_entries(side: usize, entry: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    folded_places(side).map(|(i, j)| entry(i, j)).collect()
}

/// (i, j) of each entry of a folded list.
pub fn folded_places(side: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..side).flat_map(|j| (0..=j).map(move |i| (i, j)))
}

/// The place of an entry of the diagonal in a folded list.
pub fn folded_diagonal(j: usize) -> usize {
    j * (j + 3) / 2
}

/// The inverse of [`unfold`].
pub fn fold(matrix: &Mat<f64>, out: &mut [f64]) {
    let mut slots = out.iter_mut();
    for j in 0..matrix.ncols() {
        for (i, slot) in (0..=j).zip(&mut slots) {
            *slot = if i == j {
                matrix[(i, j)]
            } else {
                0.5 * (matrix[(i, j)] + matrix[(j, i)]) * SQRT_2
            };
        }
    }
}

impl Eigen {
    /// V diag(values) V'.
    pub fn compose(&self, values: &[f64]) -> Mat<f64> {
        let n = values.len();
        let scaled = Mat::from_fn(n, n, |i, j| self.vectors[(i, j)] * values[j]);
        product(scaled.as_ref(), self.vectors.transpose())
    }

    /// V'HV.
    pub fn rotated(&self, h: &Mat<f64>) -> Mat<f64> {
        let vectors = self.vectors.as_ref();
        let image = product(h.as_ref(), vectors);
        product(vectors.transpose(), image.as_ref())
    }

    /// V H V'.
    pub fn rotated_back(&self, h: &Mat<f64>) -> Mat<f64> {
        let vectors = self.vectors.as_ref();
        let image = product(vectors, h.as_ref());
        product(image.as_ref(), vectors.transpose())
    }

    /// Q with Q*v the list of V'HV for the list v of H.
    pub fn rotation_of_lists(&self) -> Mat<f64> {
        let side = self.values.len();
        let places: Vec<(usize, usize)> = folded_places(side).collect();
        let v = &self.vectors;
        Mat::from_fn(places.len(), places.len(), |row, column| {
            let ((k, l), (i, j)) = (places[row], places[column]);
            let own = v[(i, k)] * v[(j, l)];
            let half = match i == j {
                true => own,
                false => (own + v[(j, k)] * v[(i, l)]) * FRAC_1_SQRT_2,
            };
            if k == l { half } else { half * SQRT_2 }
        })
    }

    /// V (weights .* (V'HV)) V', the derivative of a spectral function along H.
    pub fn weighted(&self, h: &Mat<f64>, weight: impl Fn(usize, usize) -> f64) -> Mat<f64> {
        let mut inner = self.rotated(h);
        for j in 0..inner.ncols() {
            for i in 0..inner.nrows() {
                inner[(i, j)] *= weight(i, j);
            }
        }
        self.rotated_back(&inner)
    }
}

fn product(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> Mat<f64> {
    let mut out = Mat::zeros(a.nrows(), b.ncols());
    let par = threads(a.nrows());
    matmul(out.as_mut(), Accum::Replace, a, b, 1.0, par);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_rotated_as_their_matrices() {
        let side = 4;
        let list = |shift: f64| (0..10).map(move |k| ((k * k) as f64 + shift).sin());
        let eigen = eigen(&unfold(side, &list(0.3).collect::<Vec<_>>()));
        let v: Vec<f64> = list(1.7).collect();
        let mut expected = vec![0.0; 10];
        fold(&eigen.rotated(&unfold(side, &v)), &mut expected);
        let rotation = eigen.rotation_of_lists();
        for (row, expected) in expected.iter().enumerate() {
            let found: f64 = v
                .iter()
                .enumerate()
                .map(|(k, v)| rotation[(row, k)] * v)
                .sum();
            assert!((found - expected).abs() < 1e-14, "{found} for {expected}");
        }
    }
}
