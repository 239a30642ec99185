//! Rounder numbers for a counterexample, and whether it stands well above rounding errors.

use super::{Kind, MARGIN, Pair, Point, Search};

impl Search<'_> {
    /// The same failure at rounder numbers, where there is one.
    pub(super) fn simplified(&self, pair: Pair) -> Pair {
        if self.equality {
            return pair;
        }
        let mut weights = vec![pair.weight];
        weights.insert(0, 0.5);
        for digits in 0..3 {
            for &weight in &weights {
                let rounded = Pair {
                    first: self.rounded(&pair.first, digits),
                    second: self.rounded(&pair.second, digits),
                    weight,
                };
                let fails = self.failure(&rounded).is_some_and(|(f, _)| f > 1e-3);
                if fails {
                    return rounded;
                }
            }
        }
        pair
    }

    fn rounded(&self, point: &Point, digits: usize) -> Point {
        let mut rounded = point.clone();
        for &k in &self.variables {
            let entries = point[k].entries();
            let entries = entries.iter().map(|&e| significant(e, digits)).collect();
            rounded[k] = self.admitted(k, entries);
        }
        rounded
    }

    /// Whether the failure is well above the rounding of the values.
    pub(super) fn is_certain(&self, pair: &Pair) -> bool {
        let Some((failure, values)) = self.failure(pair) else {
            return false;
        };
        let nudged = Pair {
            first: self.nudged(&pair.first),
            second: self.nudged(&pair.second),
            weight: pair.weight,
        };
        let noise = match self.equality {
            true => 0.0,
            false => match self.failure(&nudged) {
                Some((again, _)) => (again - failure).abs(),
                None => return self.kind == Kind::Outside && values[2] > 0.0,
            },
        };
        failure > MARGIN && failure > 100.0 * noise && self.withstands_rounding(pair, failure)
    }

    /// Every entry changed in its last digits.
    fn nudged(&self, point: &Point) -> Point {
        let mut nudged = point.clone();
        for &k in &self.variables {
            let entries = point[k].entries();
            nudged[k] = self.admitted(k, entries.iter().map(|e| e * (1.0 + 4e-15)).collect());
        }
        nudged
    }
}

/// The number with so many digits behind the first.
pub(super) fn significant(value: f64, digits: usize) -> f64 {
    format!("{value:.digits$e}").parse().unwrap_or(value)
}
