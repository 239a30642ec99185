//! Factorisations of dense matrices, on one thread where they are small: starting the pool of
//! threads costs more than such a factorisation.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::bunch_kaufman;
use faer::linalg::cholesky::llt::{factor as llt, solve as llt_solve};
use faer::linalg::lu::partial_pivoting as lu;
use faer::perm::Perm;
use faer::{Mat, MatRef, Par};

/// Rows of the largest matrix that one thread factorises.
const LARGEST_SEQUENTIAL: usize = 128;

/// Rows of the largest matrix that plain loops factorise: what kernels for large ones prepare costs more than all of it.
const LARGEST_PLAIN: usize = 12;

/// How many threads take part in work on a matrix of so many rows.
pub fn threads(rows: usize) -> Par {
    if rows <= LARGEST_SEQUENTIAL {
        Par::Seq
    } else {
        faer::get_global_parallelism()
    }
}

/// S = L L' of a positive definite matrix.
#[derive(Debug)]
pub struct Cholesky {
    lower: Mat<f64>,
}

impl Cholesky {
    /// The lower triangle is read; `None` where a pivot is not positive.
    pub fn of(mut matrix: Mat<f64>) -> Option<Self> {
        let n = matrix.nrows();
        if n <= LARGEST_PLAIN {
            return factorise_plainly(&mut matrix).then_some(Cholesky { lower: matrix });
        }
        let (par, params) = (threads(n), Default::default());
        let scratch = llt::cholesky_in_place_scratch::<f64>(n, par, params);
        let mut memory = MemBuffer::new(scratch);
        let stack = MemStack::new(&mut memory);
        llt::cholesky_in_place(matrix.as_mut(), Default::default(), par, stack, params).ok()?;
        Some(Cholesky { lower: matrix })
    }

    /// L, of which the lower triangle counts.
    pub fn lower(&self) -> MatRef<'_, f64> {
        self.lower.as_ref()
    }

    /// S⁻¹*v in the place of v.
    pub fn solve_in_place(&self, v: &mut Mat<f64>) {
        let n = self.lower.nrows();
        if n <= LARGEST_PLAIN {
            return substitute_plainly(&self.lower, v);
        }
        let par = threads(n);
        let scratch = llt_solve::solve_in_place_scratch::<f64>(n, v.ncols(), par);
        let mut memory = MemBuffer::new(scratch);
        llt_solve::solve_in_place(self.lower(), v.as_mut(), par, MemStack::new(&mut memory));
    }
}

/// L in the place of the lower triangle of S = L L'; whether all pivots are positive.
fn factorise_plainly(s: &mut Mat<f64>) -> bool {
    let n = s.nrows();
    for j in 0..n {
        let mut inverse = f64::NAN;
        for i in j..n {
            let known: f64 = (0..j).map(|k| s[(i, k)] * s[(j, k)]).sum();
            let rest = s[(i, j)] - known;
            if i == j {
                if !rest.is_finite() || rest <= 0.0 {
                    return false;
                }
                inverse = 1.0 / rest.sqrt();
            }
            s[(i, j)] = rest * inverse;
        }
    }
    true
}

/// L'⁻¹*L⁻¹*v in the place of v.
fn substitute_plainly(lower: &Mat<f64>, v: &mut Mat<f64>) {
    let n = lower.nrows();
    for mut column in v.col_iter_mut() {
        for i in 0..n {
            let known: f64 = (0..i).map(|k| lower[(i, k)] * column[k]).sum();
            column[i] = (column[i] - known) / lower[(i, i)];
        }
        for i in (0..n).rev() {
            let known: f64 = (i + 1..n).map(|k| lower[(k, i)] * column[k]).sum();
            column[i] = (column[i] - known) / lower[(i, i)];
        }
    }
}

/// P S P' = L B L' of a symmetric matrix, B with blocks of one and two rows.
pub struct BunchKaufman {
    lower: Mat<f64>,
    diagonal: Diag<f64>,
    below: Diag<f64>,
    order: Perm<usize>,
}

impl BunchKaufman {
    /// The lower triangle is read.
    pub fn of(mut matrix: Mat<f64>) -> Self {
        let n = matrix.nrows();
        let (par, params) = (threads(n), Default::default());
        let (mut forward, mut backward) = (vec![0; n], vec![0; n]);
        let (mut diagonal, mut below) = (Diag::zeros(n), Diag::zeros(n));
        let scratch =
            bunch_kaufman::factor::cholesky_in_place_scratch::<usize, f64>(n, par, params);
        bunch_kaufman::factor::cholesky_in_place(
            matrix.as_mut(),
            below.as_mut(),
            Default::default(),
            &mut forward,
            &mut backward,
            par,
            MemStack::new(&mut MemBuffer::new(scratch)),
            params,
        );
        diagonal.copy_from(matrix.diagonal());
        matrix.diagonal_mut().fill(1.0);
        BunchKaufman {
            lower: matrix,
            diagonal,
            below,
            order: Perm::new_checked(forward.into(), backward.into(), n),
        }
    }

    /// S⁻¹*v in the place of v.
    pub fn solve_in_place(&self, v: &mut Mat<f64>) {
        let n = self.lower.nrows();
        let par = threads(n);
        let scratch = bunch_kaufman::solve::solve_in_place_scratch::<usize, f64>(n, v.ncols(), par);
        bunch_kaufman::solve::solve_in_place(
            self.lower.as_ref(),
            self.diagonal.as_ref(),
            self.below.as_ref(),
            self.order.as_ref(),
            v.as_mut(),
            par,
            MemStack::new(&mut MemBuffer::new(scratch)),
        );
    }
}

/// A⁻¹*v of a square A in the place of v, by P A = L U.
pub fn solve_square(mut matrix: Mat<f64>, v: &mut Mat<f64>) {
    let n = matrix.nrows();
    let (par, params) = (threads(n), Default::default());
    let (mut forward, mut backward) = (vec![0usize; n], vec![0usize; n]);
    let scratch = lu::factor::lu_in_place_scratch::<usize, f64>(n, n, par, params);
    let (_, order) = lu::factor::lu_in_place(
        matrix.as_mut(),
        &mut forward,
        &mut backward,
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params,
    );
    let scratch = lu::solve::solve_in_place_scratch::<usize, f64>(n, v.ncols(), par);
    lu::solve::solve_in_place(
        matrix.as_ref(),
        matrix.as_ref(),
        order,
        v.as_mut(),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
    );
}

#[cfg(test)]
mod tests {
    use super::{BunchKaufman, Cholesky, solve_square};
    use faer::Mat;

    /// Symmetric with a dominant diagonal of alternating sign, or of one sign.
    fn matrix(n: usize, definite: bool) -> Mat<f64> {
        Mat::from_fn(n, n, |i, j| {
            let sign = if definite || i % 2 == 0 { 1.0 } else { -1.0 };
            let entry = ((7 * (i + j) + 3 * i * j) % 11) as f64 / 11.0;
            if i == j { sign * n as f64 } else { entry }
        })
    }

    /// A*x for x = (1, 2, …) must lead back to x, with entries above the diagonal spoilt if asked.
    fn leads_back(matrix: Mat<f64>, lower: bool, solve: impl Fn(Mat<f64>, &mut Mat<f64>)) {
        let n = matrix.nrows();
        let x = |i: usize| 1.0 + i as f64;
        let row = |i: usize| (0..n).map(|j| matrix[(i, j)] * x(j)).sum();
        let mut v = Mat::from_fn(n, 1, |i, _| row(i));
        let read = |i: usize, j: usize| {
            if lower && i < j {
                f64::NAN
            } else {
                matrix[(i, j)]
            }
        };
        solve(Mat::from_fn(n, n, read), &mut v);
        let worst = (0..n).map(|i| (v[(i, 0)] - x(i)).abs());
        assert!(worst.fold(0.0, f64::max) < 1e-10 * n as f64, "{n} rows");
    }

    #[test]
    fn factorisations_solve_on_one_thread_and_on_several() {
        for n in [1, 2, 5, 12, 13, 40, 128, 129, 300] {
            leads_back(matrix(n, true), true, |matrix, v| {
                Cholesky::of(matrix).expect("definite").solve_in_place(v);
            });
            leads_back(matrix(n, false), true, |matrix, v| {
                BunchKaufman::of(matrix).solve_in_place(v);
            });
            leads_back(matrix(n, false), false, solve_square);
        }
        for n in [2, 6, 30] {
            assert!(Cholesky::of(matrix(n, false)).is_none());
        }
        assert!(Cholesky::of(Mat::from_fn(3, 3, |_, _| f64::NAN)).is_none());
    }
}
