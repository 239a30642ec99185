//! What polynomials of u are counted in, b_0 = 1 in front.

/// Powers u^k, or Chebyshev's T_k, whose Gram matrices stay well conditioned on [-1, 1] as their degree grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Basis {
    Powers,
    Chebyshev,
}

impl Basis {
    /// b_i*b_j = Σ factor*b_k as pairs (k, factor): u^(i+j), or (T_(i+j) + T_|i-j|)/2.
    pub(super) fn product(self, i: usize, j: usize) -> impl Iterator<Item = (usize, f64)> {
        let terms = match self {
            Basis::Powers => [(i + j, 1.0), (0, 0.0)],
            Basis::Chebyshev => [(i + j, 0.5), (i.abs_diff(j), 0.5)],
        };
        terms.into_iter().filter(|(_, factor)| *factor != 0.0)
    }

    /// (centre + scale*u)*p.
    pub(super) fn times_line(self, polynomial: &[f64], centre: f64, scale: f64) -> Vec<f64> {
        let mut next = vec![0.0; polynomial.len() + 1];
        for (i, &entry) in polynomial.iter().enumerate() {
            next[i] += centre * entry;
            for (k, factor) in self.product(i, 1) {
                next[k] += scale * entry * factor;
            }
        }
        next
    }
}
