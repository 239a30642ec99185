//! A stretch of the real line and the least value of a polynomial on it.

use super::basis::Basis;
use crate::matrix::{Matrix, real_parts_of_roots};
use nalgebra::DMatrix;

/// Leading coefficients below this part of the largest count as zero where the stretch is not
/// bounded: a solver leaves what must vanish at its tolerance.
const NEGLIGIBLE: f64 = 1e-8;

/// lower <= x <= upper, ends kept by their bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stretch {
    lower: u64,
    upper: u64,
}

/// Which ends are finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    Neither,
    One,
    Both,
}

impl Stretch {
    /// The whole of it.
    pub(super) const LINE: Stretch = Stretch {
        lower: f64::NEG_INFINITY.to_bits(),
        upper: f64::INFINITY.to_bits(),
    };

    pub(super) fn new(lower: f64, upper: f64) -> Result<Self, String> {
        if lower < upper {
            Ok(Stretch {
                lower: lower.to_bits(),
                upper: upper.to_bits(),
            })
        } else {
            Err(format!(
                "a must be less than b, but {lower} is not less than {upper}"
            ))
        }
    }

    pub(super) fn lower(self) -> f64 {
        f64::from_bits(self.lower)
    }

    pub(super) fn upper(self) -> f64 {
        f64::from_bits(self.upper)
    }

    pub(super) fn ends(self) -> Ends {
        match (self.lower().is_finite(), self.upper().is_finite()) {
            (true, true) => Ends::Both,
            (false, false) => Ends::Neither,
            (true, false) | (false, true) => Ends::One,
        }
    }

    /// x = centre + scale*u takes u in [-1, 1], u >= 0 or the whole line to the stretch.
    fn substitution(self) -> (f64, f64) {
        match self.ends() {
            Ends::Both => {
                let (lower, upper) = (self.lower(), self.upper());
                (0.5 * lower + 0.5 * upper, 0.5 * upper - 0.5 * lower)
            }
            Ends::One if self.lower().is_finite() => (self.lower(), 1.0),
            Ends::One => (self.upper(), -1.0),
            Ends::Neither => (0.0, 1.0),
        }
    }

    /// What polynomials of u are counted in.
    pub(super) fn basis(self) -> Basis {
        match self.ends() {
            Ends::Both => Basis::Chebyshev,
            Ends::One | Ends::Neither => Basis::Powers,
        }
    }

    /// From coefficients in x, the highest power first, to those of (centre + scale*u)^k in a basis.
    pub(super) fn change_of_variable(self, count: usize, basis: Basis) -> Matrix {
        let (centre, scale) = self.substitution();
        let mut matrix = DMatrix::zeros(count, count);
        let mut power = vec![1.0];
        for k in 0..count {
            for (i, &entry) in power.iter().enumerate() {
                matrix[(i, count - 1 - k)] = entry;
            }
            power = basis.times_line(&power, centre, scale);
        }
        Matrix::Dense(matrix)
    }

    /// The least value of Σ c_k x^(n-k) and a point that attains it; -inf where there is none.
    pub(super) fn least(self, coefficients: &[f64]) -> (f64, f64) {
        self.least_beyond(coefficients, NEGLIGIBLE)
    }

    /// The same, leading coefficients below that part of the largest counted as zero where the
    /// stretch is not bounded.
    pub(super) fn least_beyond(self, coefficients: &[f64], negligible: f64) -> (f64, f64) {
        let count = coefficients.len();
        let change = self.change_of_variable(count, Basis::Powers).into_dense();
        let moved = change * DMatrix::from_column_slice(count, 1, coefficients);
        let mut ascending: Vec<f64> = moved.iter().copied().collect();
        if self.ends() != Ends::Both {
            drop_negligible(&mut ascending, negligible);
        }
        let (low, high) = match self.ends() {
            Ends::Both => (-1.0, 1.0),
            Ends::One => (0.0, f64::INFINITY),
            Ends::Neither => (f64::NEG_INFINITY, f64::INFINITY),
        };
        let (centre, scale) = self.substitution();
        let (u, value) = least_between(&ascending, low, high);
        (centre + scale * u, value)
    }
}

fn drop_negligible(ascending: &mut Vec<f64>, negligible: f64) {
    let largest = ascending.iter().fold(0.0, |m: f64, c| m.max(c.abs()));
    while ascending.len() > 1
        && ascending
            .last()
            .is_some_and(|c| c.abs() <= negligible * largest)
    {
        ascending.pop();
    }
}

/// At an end or where the derivative vanishes. The real part of every complex root of the
/// derivative is tried: it is in the stretch, so it does no harm, and a double root may come out
/// as a pair.
fn least_between(ascending: &[f64], low: f64, high: f64) -> (f64, f64) {
    let degree = ascending.len().saturating_sub(1);
    let leading = ascending.last().copied().unwrap_or(0.0);
    let falls_left = if degree.is_multiple_of(2) {
        leading
    } else {
        -leading
    } < 0.0;
    if degree > 0 && ((high.is_infinite() && leading < 0.0) || (low.is_infinite() && falls_left)) {
        return (if leading < 0.0 { high } else { low }, f64::NEG_INFINITY);
    }
    let slope = derivative(ascending);
    let roots = real_parts_of_roots(&slope);
    let polished = roots.iter().map(|&u| polish(&slope, u));
    let inner = roots.iter().copied().chain(polished);
    let inner = inner.filter(|u| (low..=high).contains(u));
    let ends = [low, high].into_iter().filter(|end| end.is_finite());
    let start = if low.is_finite() { low } else { 0.0 };
    ends.chain(inner).map(|u| (u, value(ascending, u))).fold(
        (start, value(ascending, start)),
        |best, next| {
            if next.1 < best.1 { next } else { best }
        },
    )
}

/// Three steps of Newton's method towards a root.
fn polish(ascending: &[f64], mut u: f64) -> f64 {
    let slope = derivative(ascending);
    for _ in 0..3 {
        let step = value(ascending, u) / value(&slope, u);
        if step.is_finite() {
            u -= step;
        }
    }
    u
}

fn derivative(ascending: &[f64]) -> Vec<f64> {
    let terms = ascending.iter().enumerate().skip(1);
    terms.map(|(k, c)| k as f64 * c).collect()
}

/// By Horner's rule.
fn value(ascending: &[f64], u: f64) -> f64 {
    ascending.iter().rev().fold(0.0, |sum, c| sum * u + c)
}
