//! The weighted geometric mean of two positive definite matrices,
//! A #_t B = A^(1/2) (A^(-1/2) B A^(-1/2))^t A^(1/2), for a rational t, by linear matrix
//! inequalities: exactly, with a number of blocks that grows with the logarithm of the denominator.
//!
//! Source: H. Fawzi, J. Saunderson, "Lieb's concavity theorem, matrix geometric means, and
//! semidefinite optimization", 2017.

use super::blocks::block_matrix;
use super::expression;
use crate::cone::{AffineMap, Owner, ProgramBuilder};
use crate::expr::{ExprId, Splitting};

/// The largest denominator of an exponent.
const LARGEST_DENOMINATOR: u64 = 1000;

/// p/q in lowest terms, 0 <= p <= q.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fraction {
    p: u64,
    q: u64,
}

impl Fraction {
    fn new(p: u64, q: u64) -> Self {
        let common = gcd(p, q);
        Fraction {
            p: p / common,
            q: q / common,
        }
    }

    /// The fraction of a small denominator that t is within the rounding of 2 - t, by continued
    /// fractions.
    fn of(t: f64) -> Option<Self> {
        let (mut before, mut last) = ((0, 1), (1, 0));
        let mut rest = t;
        while last.1 <= LARGEST_DENOMINATOR {
            let whole = rest.floor();
            let step = whole as u64;
            (before, last) = (last, (step * last.0 + before.0, step * last.1 + before.1));
            if (last.0 as f64 / last.1 as f64 - t).abs() <= 2.0 * f64::EPSILON * t.max(0.1) {
                let small = last.1 <= LARGEST_DENOMINATOR;
                return small.then(|| Fraction::new(last.0, last.1));
            }
            rest = 1.0 / (rest - whole);
        }
        None
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// Where linear matrix inequalities are put down.
pub(crate) trait Inequalities {
    type Matrix: Clone;

    /// A new symmetric matrix of unknowns of the same side.
    fn unknown(&mut self, like: &Self::Matrix) -> Self::Matrix;

    /// [A, B; B', C] has no negative eigenvalue.
    fn block(&mut self, a: &Self::Matrix, b: &Self::Matrix, c: &Self::Matrix);

    /// A has no negative eigenvalue.
    fn semidefinite(&mut self, a: &Self::Matrix);
}

impl Inequalities for ProgramBuilder {
    type Matrix = AffineMap;

    fn unknown(&mut self, like: &AffineMap) -> AffineMap {
        self.symmetric_variable(like.shape().rows)
    }

    fn block(&mut self, a: &AffineMap, b: &AffineMap, c: &AffineMap) {
        self.positive_semidefinite(&block_matrix(a, b, c), Owner::GraphForm);
    }

    fn semidefinite(&mut self, a: &AffineMap) {
        self.positive_semidefinite(a, Owner::GraphForm);
    }
}

/// The same for the gradient path.
pub(super) struct Pieces<'a>(pub &'a mut dyn Splitting);

impl Inequalities for Pieces<'_> {
    type Matrix = ExprId;

    fn unknown(&mut self, like: &ExprId) -> ExprId {
        let side = self.0.graph().shape(*like).rows;
        self.0.symmetric_variable(side)
    }

    fn block(&mut self, a: &ExprId, b: &ExprId, c: &ExprId) {
        let block = expression::block_matrix(self.0.graph(), *a, *b, *c);
        self.0.semidefinite(block);
    }

    fn semidefinite(&mut self, a: &ExprId) {
        if !self.0.graph().is_constant(*a) {
            self.0.semidefinite(*a);
        }
    }
}

/// Which side of the mean a matrix is bounded on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// At most A #_t B, for t in [0, 1], where the mean is concave.
    Below,
    /// At least A #_t B, for t in [-1, 0] or [1, 2], where it is convex.
    Above,
}

impl Bound {
    /// The side on which t has a convex set.
    pub fn of(t: f64) -> Self {
        if (0.0..=1.0).contains(&t) {
            Bound::Below
        } else {
            Bound::Above
        }
    }
}

/// A matrix of unknowns on that side of A #_t B, equal to it at best; `None` where t, in [-1, 2],
/// is no fraction of whole numbers up to 1000.
pub(crate) fn mean<I: Inequalities>(
    a: &I::Matrix,
    b: &I::Matrix,
    t: f64,
    to: &mut I,
) -> Option<I::Matrix> {
    // A #_t B is A Z^-1 A with Z = A #_(-t) B, and B Z^-1 B with Z = A #_(2-t) B.
    let (end, inner) = match Bound::of(t) {
        Bound::Below => (None, t),
        Bound::Above if t < 0.0 => (Some(a), -t),
        Bound::Above => (Some(b), 2.0 - t),
    };
    let fraction = Fraction::of(inner)?;
    if fraction.p == 0 || fraction.p == fraction.q {
        // Elsewhere the blocks say so.
        to.semidefinite(a);
        to.semidefinite(b);
    }
    let inner = below(a, b, fraction, to);
    Some(match end {
        None => inner,
        Some(end) => {
            let above = to.unknown(a);
            to.block(&above, end, &inner);
            above
        }
    })
}

fn below<I: Inequalities>(a: &I::Matrix, b: &I::Matrix, t: Fraction, to: &mut I) -> I::Matrix {
    let Fraction { p, q } = t;
    if p == 0 {
        return a.clone();
    }
    if p == q {
        return b.clone();
    }
    if q.is_power_of_two() {
        // A #_t B is the middle of A and A #_2t B, or of A #_(2t-1) B and B.
        return if 2 * p <= q {
            let other = below(a, b, Fraction::new(2 * p, q), to);
            middle(a, &other, to)
        } else {
            let other = below(a, b, Fraction::new(2 * p - q, q), to);
            middle(&other, b, to)
        };
    }
    if 2 * p < q {
        // A #_(p/q) B = A #_(l/q) (A #_(p/l) B) with l the power of two below q.
        let l = 1 << q.ilog2();
        let inner = below(a, b, Fraction::new(p, l), to);
        return below(a, &inner, Fraction::new(l, q), to);
    }
    if p.is_power_of_two() {
        // T = A #_(p/q) B is the middle of A #_((2p-q)/p) T and B.
        let mean = to.unknown(a);
        let other = below(a, &mean, Fraction::new(2 * p - q, p), to);
        to.block(&other, &mean, b);
        return mean;
    }
    below(b, a, Fraction::new(q - p, q), to)
}

/// At most A #_(1/2) B.
fn middle<I: Inequalities>(a: &I::Matrix, b: &I::Matrix, to: &mut I) -> I::Matrix {
    let mean = to.unknown(a);
    to.block(a, &mean, b);
    mean
}

#[cfg(test)]
mod tests {
    use super::Fraction;

    #[test]
    fn fractions_are_found_to_the_last_digit() {
        for q in 1..=1000u64 {
            for p in [1, q / 3, q / 2, q - 1, q] {
                let found = Fraction::of(p as f64 / q as f64);
                assert_eq!(found, Some(Fraction::new(p, q)), "{p}/{q}");
            }
        }
        for t in [0.5f64.sqrt(), 1.0 / std::f64::consts::PI, 1.0 / 1001.0] {
            assert_eq!(Fraction::of(t), None, "{t}");
        }
        // Off by the rounding of 2 - t.
        assert_eq!(Fraction::of(2.0 - 1.99), Some(Fraction::new(1, 100)));
        assert_eq!(Fraction::of(1e-300), Some(Fraction::new(0, 1)));
    }
}
