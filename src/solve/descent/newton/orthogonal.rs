//! H + J'MJ by orthogonal transformations of the rows of a root of M: as M grows towards an edge they keep the digits
//! that the matrix written out loses, since its condition is the square of that of the rows.
//!
//! Å. Björck, "Numerical Methods for Least Squares Problems", 1996, sections 2.4 and 4.4.

use crate::matrix::{Cholesky, threads};
use crate::solve::descent::lbfgs::norm;
use faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_upper_triangular_in_place,
};
use faer::{Mat, RowRef};

/// `A = Q*R*S⁻¹` of rows A in another order, S = diag(scales).
#[derive(Debug)]
pub struct Orthogonal {
    order: Vec<usize>,
    scales: Vec<f64>,
    q: Mat<f64>,
    upper: Mat<f64>,
}

impl Orthogonal {
    /// Of rows A below each other and those of a root of a positive definite matrix (lower triangle); `None` where it
    /// is none.
    pub fn of(a: &[Mat<f64>], rest: Mat<f64>) -> Option<Self> {
        let n = rest.nrows();
        let rest = Cholesky::of(rest)?;
        let lower = rest.lower();
        let root = Mat::from_fn(n, n, |k, j| if j >= k { lower[(j, k)] } else { 0.0 });
        let blocks: Vec<&Mat<f64>> = a.iter().chain([&root]).collect();
        let scales = inverse_lengths(&blocks, n);
        let rows = blocks.iter().flat_map(|block| block.row_iter());
        let scaled = |row: RowRef<'_, f64>| (0..n).map(|j| row[j] * scales[j]).collect();
        let rows: Vec<Vec<f64>> = rows.map(scaled).collect();
        let order = by_length(&rows);
        let qr = Mat::from_fn(rows.len(), n, |k, j| rows[order[k]][j]).qr();
        Some(Orthogonal {
            order,
            scales,
            q: qr.compute_thin_Q(),
            upper: qr.thin_R().to_owned(),
        })
    }

    /// x of the least `|A*x + rows|²/2 + x'H*x/2 - right'x`, H the matrix whose root stands below A, and A*x + rows, read
    /// off the projection: where x and rows nearly cancel their sum has no digits.
    pub fn solve(&self, rows: &[f64], right: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let n = right.len();
        let par = threads(n);
        let mut x = Mat::from_fn(n, 1, |j, _| self.scales[j] * right[j]);
        solve_lower_triangular_in_place(self.upper.transpose(), x.as_mut(), par);
        let entry = |k: usize| rows.get(self.order[k]).copied().unwrap_or(0.0);
        let mut sum = Mat::from_fn(self.order.len(), 1, |k, _| entry(k));
        x -= self.q.transpose() * &sum;
        sum += &self.q * &x;
        solve_upper_triangular_in_place(self.upper.as_ref(), x.as_mut(), par);
        let mut sums = vec![0.0; self.order.len()];
        (0..sums.len()).for_each(|k| sums[self.order[k]] = sum[(k, 0)]);
        sums.truncate(rows.len());
        let x = (0..n).map(|j| self.scales[j] * x[(j, 0)]).collect();
        (x, sums)
    }
}

/// Of the columns.
fn inverse_lengths(blocks: &[&Mat<f64>], n: usize) -> Vec<f64> {
    let square = |j: usize| -> f64 { blocks.iter().map(|b| b.col(j).squared_norm_l2()).sum() };
    (0..n).map(|j| 1.0 / square(j).sqrt()).collect()
}

/// Long rows first, so that short ones are not lost among them.
fn by_length(rows: &[Vec<f64>]) -> Vec<usize> {
    let lengths: Vec<f64> = rows.iter().map(|row| norm(row)).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&i, &j| lengths[j].total_cmp(&lengths[i]));
    order
}

#[cfg(test)]
mod tests {
    use super::Orthogonal;
    use faer::Mat;

    /// What solves `(A'A + H)x = right - A'rows`, where rows of A are of far different lengths.
    #[test]
    fn answers_satisfy_the_equations() {
        let entry = |i: usize, j: usize| ((3 * i + 5 * j + i * j) as f64).sin();
        let blocks = [
            Mat::from_fn(4, 3, |i, j| 1e-3 * entry(i, j)),
            Mat::from_fn(2, 3, |i, j| 1e4 * entry(i + 7, j)),
        ];
        let rest = Mat::from_fn(3, 3, |i, j| if i == j { 2.0 } else { 0.3 });
        let (right, rows) = ([0.7, -0.4, 1.1], [1.0, 2.0, -3.0, 0.5, 10.0, -20.0]);
        let orthogonal = Orthogonal::of(&blocks, rest.clone()).expect("it is definite");
        let (x, sums) = orthogonal.solve(&rows, &right);
        let a = |k: usize, j: usize| {
            if k < 4 {
                blocks[0][(k, j)]
            } else {
                blocks[1][(k - 4, j)]
            }
        };
        for k in 0..6 {
            let sum = rows[k] + (0..3).map(|j| a(k, j) * x[j]).sum::<f64>();
            assert!((sums[k] - sum).abs() <= 1e-10, "{} for {sum}", sums[k]);
        }
        for i in 0..3 {
            let pulled: f64 = (0..6).map(|k| a(k, i) * sums[k]).sum();
            let bent: f64 = (0..3).map(|j| rest[(i, j)] * x[j]).sum();
            let error = pulled + bent - right[i];
            assert!(error.abs() <= 1e-10, "{error} in row {i}");
        }
    }

    #[test]
    fn there_is_none_without_a_definite_rest() {
        assert!(Orthogonal::of(&[Mat::zeros(1, 2)], Mat::zeros(2, 2)).is_none());
    }
}
