//! Symmetry of square maps.

use super::AffineMap;
use std::borrow::Cow;

/// Rounding errors of a coefficient, relative to the largest one, for each row of the matrix.
const ROUNDING: f64 = 1e-14;

impl AffineMap {
    /// Whether entry (i, j) is entry (j, i) whatever the variables are: the coefficients and the
    /// constants of the two are equal, up to the rounding errors of products like A*P*A'.
    pub fn is_symmetric(&self) -> bool {
        let side = self.shape.rows;
        if !self.shape.is_square() {
            return false;
        }
        let tolerance = ROUNDING * side as f64;
        let coefficient = tolerance * largest(&self.by_rows().values);
        let constant = tolerance * largest(&self.constants);
        let mut difference = Vec::new();
        pairs(side).all(|(upper, lower)| {
            (self.constants[upper] - self.constants[lower]).abs() <= constant
                && self.largest_difference(upper, lower, &mut difference) <= coefficient
        })
    }

    /// (M + M')/2 of a square M, which is M itself where its entries are equal in pairs.
    pub fn symmetric_part(&self) -> Cow<'_, AffineMap> {
        let equal = |(a, b): (usize, usize)| {
            self.constants[a] == self.constants[b] && self.row(a).eq(self.row(b))
        };
        if pairs(self.shape.rows).all(equal) {
            return Cow::Borrowed(self);
        }
        Cow::Owned(AffineMap::combine(&[
            (0.5, self),
            (0.5, &self.transposed()),
        ]))
    }

    /// max_v |F_upper,v - F_lower,v|.
    fn largest_difference(&self, upper: usize, lower: usize, terms: &mut Vec<(usize, f64)>) -> f64 {
        terms.clear();
        terms.extend(self.row(upper));
        terms.extend(self.row(lower).map(|(variable, value)| (variable, -value)));
        terms.sort_unstable_by_key(|&(variable, _)| variable);
        let sums = terms.chunk_by(|a, b| a.0 == b.0).map(|equal| {
            let sum: f64 = equal.iter().map(|(_, value)| value).sum();
            sum.abs()
        });
        sums.fold(0.0, f64::max)
    }
}

/// Positions of (i, j) and (j, i), i < j, down the columns.
fn pairs(side: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..side).flat_map(move |j| (0..j).map(move |i| (i + j * side, j + i * side)))
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}
