//! Factors of rows and columns that bring entries and right-hand sides near one, as far as factors can.
//!
//! A. Curtis and J. Reid, "On the automatic scaling of matrices for Gaussian elimination", 1972: least
//! squares of the logarithms; here by turns for rows and columns.

/// Turns, each for all rows and all columns.
const TURNS: usize = 20;

/// Factors this near to each other, as a ratio, count as equal.
const ALIKE: f64 = 1e3;
/// Entries smaller than this share of the largest in their row do not tell how large their column is.
pub const LEAST_SHARE: f64 = 2e-8;
/// Least and largest factor, as logarithms.
const MOST_LOG: f64 = 35.0;

/// Logarithms of the entries, by groups of rows that share a factor.
#[derive(Debug, Default)]
pub struct Balance {
    groups: usize,
    /// Group, column and logarithm.
    entries: Vec<(u32, u32, f64)>,
    /// Group and logarithm of the right-hand sides.
    sides: Vec<(u32, f64)>,
}

impl Balance {
    /// So many further groups; the number of the first.
    pub fn add_groups(&mut self, count: usize) -> u32 {
        let first = self.groups;
        self.groups += count;
        first as u32
    }

    /// An entry other than 0.
    pub fn add_entry(&mut self, group: u32, column: usize, value: f64) {
        self.entries.push((group, column as u32, value.abs().ln()));
    }

    /// A right-hand side; one that is 0 or infinite tells nothing.
    pub fn add_side(&mut self, group: u32, value: f64) {
        if value != 0.0 && value.is_finite() {
            self.sides.push((group, value.abs().ln()));
        }
    }

    /// Factors of the columns; `None` where they are alike.
    pub fn factors(&self, count: usize) -> Option<Vec<f64>> {
        let logs = self.logarithms(count);
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        let (least, most) = logs.iter().fold(ends, |(a, b), &v| (a.min(v), b.max(v)));
        let factor = |log: &f64| log.clamp(-MOST_LOG, MOST_LOG).exp();
        (most - least > ALIKE.ln()).then(|| logs.iter().map(factor).collect())
    }

    /// Logarithms of the factors of the columns.
    fn logarithms(&self, count: usize) -> Vec<f64> {
        let mut sizes = vec![0.0; count];
        let mut factors = vec![0.0; self.groups];
        for _ in 0..TURNS {
            let mut rows = Means::new(self.groups);
            for &(g, j, log) in &self.entries {
                rows.add(g as usize, log + sizes[j as usize]);
            }
            self.sides
                .iter()
                .for_each(|&(g, b)| rows.add(g as usize, b));
            rows.write_negated(&mut factors);
            let mut all = Means::new(count);
            for &(g, j, log) in &self.entries {
                all.add(j as usize, log + factors[g as usize]);
            }
            all.write_negated(&mut sizes);
        }
        sizes
    }
}

struct Means {
    sums: Vec<f64>,
    counts: Vec<f64>,
}

impl Means {
    fn new(count: usize) -> Self {
        Means {
            sums: vec![0.0; count],
            counts: vec![0.0; count],
        }
    }

    fn add(&mut self, place: usize, value: f64) {
        self.sums[place] += value;
        self.counts[place] += 1.0;
    }

    /// Minus the means; the mean of all for what has no entry.
    fn write_negated(&self, out: &mut [f64]) {
        let total: f64 = self.counts.iter().sum();
        let middle = self.sums.iter().sum::<f64>() / total.max(1.0);
        let pairs = self.sums.iter().zip(&self.counts);
        for (out, (sum, &count)) in out.iter_mut().zip(pairs) {
            *out = if count > 0.0 { -sum / count } else { -middle };
        }
    }
}
