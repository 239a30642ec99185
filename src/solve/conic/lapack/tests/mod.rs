//! Every routine against plain loops, called as Clarabel calls it: the bound `FloatT`
//! brings the functions `xgemm`, `xsyevr`, ... that wrap the Fortran symbols.

mod clarabel;
mod eigenvalues;
mod factors;
mod products;
mod singular_values;

use ::clarabel::algebra::FloatT;

/// One test in double and one in single precision per generic function.
macro_rules! in_both_precisions {
    ($($name:ident),+ $(,)?) => {
        mod double { $(#[test] fn $name() { super::$name::<f64>(); })+ }
        mod single { $(#[test] fn $name() { super::$name::<f32>(); })+ }
    };
}
use in_both_precisions;

/// A reproducible source of numbers in [-1, 1).
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

fn from<T: FloatT>(x: f64) -> T {
    T::from_f64(x).unwrap_or(T::nan())
}

fn to<T: FloatT>(x: T) -> f64 {
    x.to_f64().unwrap_or(f64::NAN)
}

/// A column-major matrix whose columns are followed by NaN padding.
#[derive(Clone)]
struct Padded<T> {
    data: Vec<T>,
    rows: usize,
    cols: usize,
    ld: usize,
}

impl<T: FloatT> Padded<T> {
    fn build(rows: usize, cols: usize, entry: impl FnMut(usize, usize) -> f64) -> Self {
        Self::with_padding(rows, cols, 2, entry)
    }

    fn with_padding(
        rows: usize,
        cols: usize,
        padding: usize,
        mut entry: impl FnMut(usize, usize) -> f64,
    ) -> Self {
        let ld = (rows + padding).max(1);
        let mut data = vec![T::nan(); ld * cols];
        for j in 0..cols {
            for i in 0..rows {
                data[j * ld + i] = from(entry(i, j));
            }
        }
        Self {
            data,
            rows,
            cols,
            ld,
        }
    }

    fn random(rows: usize, cols: usize, random: &mut Random) -> Self {
        Self::build(rows, cols, |_, _| random.next())
    }

    fn nan(rows: usize, cols: usize) -> Self {
        Self::build(rows, cols, |_, _| f64::NAN)
    }

    /// Symmetric and random, complete.
    fn symmetric(n: usize, random: &mut Random) -> Self {
        let a = Self::random(n, n, random);
        Self::build(n, n, |i, j| a.at(i.min(j), i.max(j)))
    }

    /// Positive definite: G Gᵀ + I.
    fn definite(n: usize, random: &mut Random) -> Self {
        let g = Self::random(n, n, random);
        let unit = |i, j| if i == j { 1.0 } else { 0.0 };
        Self::build(n, n, |i, j| {
            unit(i, j) + dot(n, |k| g.at(i, k) * g.at(j, k))
        })
    }

    /// The triangle that UPLO names, the other one NaN.
    fn only(&self, uplo: u8) -> Self {
        let keep = |i, j| {
            if uplo.eq_ignore_ascii_case(&b'U') {
                i <= j
            } else {
                i >= j
            }
        };
        Self::build(self.rows, self.cols, |i, j| {
            if keep(i, j) { self.at(i, j) } else { f64::NAN }
        })
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        to(self.data[j * self.ld + i])
    }

    fn ld(&self) -> i32 {
        self.ld as i32
    }

    /// Compares with `expected`, NaN standing for an entry that must still be NaN, and
    /// checks that the padding was not written.
    fn assert_close(&self, tolerance: f64, expected: impl Fn(usize, usize) -> f64) {
        for j in 0..self.cols {
            for i in 0..self.rows {
                let (found, wanted) = (self.at(i, j), expected(i, j));
                let close = (found - wanted).abs() <= tolerance * (1.0 + wanted.abs());
                assert!(
                    close || (found.is_nan() && wanted.is_nan()),
                    "({i}, {j}): {found} instead of {wanted}"
                );
            }
            let padding = &self.data[j * self.ld + self.rows..(j + 1) * self.ld];
            assert!(
                padding.iter().all(|x| x.is_nan()),
                "padding of column {j} written"
            );
        }
    }
}

fn dot(n: usize, term: impl Fn(usize) -> f64) -> f64 {
    (0..n).map(term).sum()
}

/// Rounding allowed after sums of about `n` terms.
fn tolerance<T: FloatT>(n: usize) -> f64 {
    20.0 * (n as f64 + 5.0) * to(T::epsilon())
}

/// op(A) entry by entry.
fn op<T: FloatT>(a: &Padded<T>, trans: u8, i: usize, j: usize) -> f64 {
    if trans.eq_ignore_ascii_case(&b'N') {
        a.at(i, j)
    } else {
        a.at(j, i)
    }
}

/// The stored shape of an op(A) of `rows` by `cols`.
fn stored(trans: u8, rows: usize, cols: usize) -> (usize, usize) {
    if trans.eq_ignore_ascii_case(&b'N') {
        (rows, cols)
    } else {
        (cols, rows)
    }
}
