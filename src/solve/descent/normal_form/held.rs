//! Columns that linear rows hold at one value: x <= 0 beside x >= 0, x + y <= 0 beside x, y >= 0.

use super::rows::Rows;
use crate::dcp::Interval;

/// Passes over the rows; what takes more is not seen.
const MOST_PASSES: usize = 20;
/// Sums of numbers whose sizes come to one differ by this from rounding alone.
pub(super) const ROUNDING: f64 = 1e-14;
/// What rows may miss that hold nevertheless.
const MISSED: f64 = 1e-9;

/// The ends of each column.
#[derive(Debug)]
pub(super) struct Held {
    low: Vec<f64>,
    high: Vec<f64>,
}

/// Where a row y has to stay.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    /// y <= 0.
    pub is_below: bool,
    /// y >= 0.
    pub is_above: bool,
}

impl Limit {
    pub const NONE: Limit = Limit {
        is_below: false,
        is_above: false,
    };
    pub const ZERO: Limit = Limit {
        is_below: true,
        is_above: true,
    };
    pub const ABOVE: Limit = Limit {
        is_below: false,
        is_above: true,
    };

    /// Whether a number stays there, up to what numbers of such a size leave.
    fn admits(self, y: f64, size: f64) -> bool {
        let missed = MISSED * size.max(1.0);
        !(self.is_below && y > missed || self.is_above && y < -missed)
    }
}

impl Held {
    /// By rows with their limits, of columns in these ranges; `None` where they contradict each other.
    pub(super) fn by(limited: &[(Rows<'_>, Vec<Limit>)], columns: &[Interval]) -> Option<Held> {
        let mut held = Held {
            low: columns.iter().map(|range| range.lower).collect(),
            high: columns.iter().map(|range| range.upper).collect(),
        };
        for _ in 0..MOST_PASSES {
            let mut has_changed = false;
            for (rows, limits) in limited {
                for (k, &limit) in limits.iter().enumerate() {
                    has_changed |= held.learn(rows, k, limit)?;
                }
            }
            if !has_changed {
                break;
            }
        }
        Some(held)
    }

    pub(super) fn is_any(&self) -> bool {
        (0..self.low.len()).any(|column| self.value(column).is_some())
    }

    /// Where the column is held.
    pub(super) fn value(&self, column: usize) -> Option<f64> {
        let (low, high) = (self.low[column], self.high[column]);
        (low >= high).then_some(low)
    }

    /// Whether the row says more than was known; `None` where it cannot hold.
    fn learn(&mut self, rows: &Rows<'_>, k: usize, limit: Limit) -> Option<bool> {
        if !limit.is_below && !limit.is_above {
            return Some(false);
        }
        let Some(sum) = rows.sum(k, self) else {
            return Some(false);
        };
        match (sum.open, sum.last) {
            (0, _) => limit.admits(sum.value, sum.size).then_some(false),
            (1, Some((column, factor))) => {
                self.learn_bound(column, factor, -sum.value / factor, limit)
            }
            _ => {
                let below = limit.is_below && self.force(rows, k, 1.0);
                let above = limit.is_above && self.force(rows, k, -1.0);
                Some(below || above)
            }
        }
    }

    /// factor*x <= factor*end, or >=.
    fn learn_bound(&mut self, column: usize, factor: f64, end: f64, limit: Limit) -> Option<bool> {
        let is_upper = |of_positive: bool, of_negative: bool| match factor > 0.0 {
            true => of_positive,
            false => of_negative,
        };
        // No zero with a sign.
        let end = end + 0.0;
        let mut has_changed = false;
        if is_upper(limit.is_below, limit.is_above) && end < self.high[column] {
            self.high[column] = end;
            has_changed = true;
        }
        if is_upper(limit.is_above, limit.is_below) && end > self.low[column] {
            self.low[column] = end;
            has_changed = true;
        }
        let (low, high) = (self.low[column], self.high[column]);
        (low <= high).then_some(has_changed)
    }

    /// sign*row <= 0: where the least that the left side takes is zero, all stand where it is taken.
    fn force(&mut self, rows: &Rows<'_>, k: usize, sign: f64) -> bool {
        let offset = rows.offset(k);
        let (mut least, mut size) = (sign * offset, offset.abs());
        for (column, factor) in rows.terms(k) {
            let end = sign * factor * self.end(column, sign * factor);
            least += end;
            size += end.abs();
        }
        // False for what has no end.
        let is_forced = least.abs() <= ROUNDING * size && size.is_finite();
        if is_forced {
            for (column, factor) in rows.terms(k) {
                let end = self.end(column, sign * factor);
                (self.low[column], self.high[column]) = (end, end);
            }
        }
        is_forced
    }

    /// Where factor*x is least.
    fn end(&self, column: usize, factor: f64) -> f64 {
        match factor > 0.0 {
            true => self.low[column],
            false => self.high[column],
        }
    }
}
