//! Typical sizes of the unknowns, read off the data: rows and columns times factors have entries and
//! right-hand sides near one, as far as factors can bring them there.
//!
//! A. Curtis and J. Reid, "On the automatic scaling of matrices for Gaussian elimination", 1972: least
//! squares of the logarithms; here by turns for rows and columns.

use super::model::{AffinePart, Model};

/// Turns, each for all rows and all columns.
const TURNS: usize = 20;
/// Coefficients beyond which nothing is read.
const MOST_COEFFICIENTS: usize = 4_000_000;
/// Unknowns up to which second derivatives are read.
const LARGEST: usize = 1500;
/// Sizes this near to each other, as a ratio, count as equal.
const ALIKE: f64 = 1e3;
/// Entries smaller than this share of the largest in their row do not tell how large their unknown is.
const LEAST_SHARE: f64 = 2e-8;
/// Least and largest size, as logarithms.
const MOST_LOG: f64 = 35.0;

/// The size of each unknown; all ones where the data asks for nothing else.
pub fn sizes(model: &mut Model) -> Vec<f64> {
    let n = model.size;
    let alike = vec![1.0; n];
    let count: usize = model.parts.iter().map(|p| p.map.coefficients()).sum();
    if count > MOST_COEFFICIENTS {
        return alike;
    }
    let mut table = Table::default();
    for part in &model.parts {
        table.add_part(part);
    }
    table.add_curvature(model);
    let logs = table.balance(n);
    let (least, most) = logs
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &v| {
            (a.min(v), b.max(v))
        });
    if most - least <= ALIKE.ln() {
        return alike;
    }
    let size = |v: &f64| v.clamp(-MOST_LOG, MOST_LOG).exp();
    logs.iter().map(size).collect()
}

/// Logarithms of the entries, by groups of rows that share a factor.
#[derive(Debug, Default)]
struct Table {
    groups: usize,
    /// Group, column and logarithm.
    entries: Vec<(u32, u32, f64)>,
    /// Group and logarithm of the right-hand sides.
    sides: Vec<(u32, f64)>,
}

impl Table {
    fn add_part(&mut self, part: &AffinePart) {
        let groups = part.rule.groups().into_iter().enumerate();
        let first = self.groups;
        let of_row: Vec<u32> = groups
            .flat_map(|(g, size)| std::iter::repeat_n((first + g) as u32, size))
            .collect();
        self.groups = of_row.last().map_or(first, |&last| last as usize + 1);
        let mut largest = vec![0.0f64; part.map.rows()];
        for (row, _, value) in part.map.triplets() {
            largest[row] = largest[row].max(value.abs());
        }
        let kept = part
            .map
            .triplets()
            .filter(|t| t.2.abs() > LEAST_SHARE * largest[t.0]);
        let entries =
            kept.map(|(row, column, value)| (of_row[row], column as u32, value.abs().ln()));
        self.entries.extend(entries);
        let sides = part.map.offset.iter().zip(of_row);
        let sides = sides.filter(|(b, _)| **b != 0.0 && b.is_finite());
        self.sides.extend(sides.map(|(b, g)| (g, b.abs().ln())));
    }

    /// √H_kk of a quadratic f, as entries of one row.
    fn add_curvature(&mut self, model: &mut Model) {
        if !model.has_smooth || model.size > LARGEST {
            return;
        }
        let Some(form) = model.quadratic() else {
            return;
        };
        let group = self.groups as u32;
        self.groups += 1;
        let diagonal = form.all_terms().filter(|t| t.row == t.column);
        let bent = diagonal.filter(|t| t.value > 0.0);
        self.entries
            .extend(bent.map(|t| (group, t.column as u32, 0.5 * t.value.ln())));
    }

    /// Logarithms of the factors of the columns.
    fn balance(&self, columns: usize) -> Vec<f64> {
        let mut sizes = vec![0.0; columns];
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
            let mut all = Means::new(columns);
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
