//! Unknowns whose derivatives one product reads together, as no row that is read meets two of them.
//!
//! A. Curtis, M. Powell, J. Reid, "On the estimation of sparse Jacobian matrices", 1974. Unknowns that bend with many
//! others have a product each, and rows with many slopes are read as a whole: T. Coleman, A. Verma, "The efficient
//! computation of sparse Jacobian matrices using automatic differentiation", 1998.

use super::pattern::Pattern;

/// Rows of at most so many entries, and so many times as many, count as short.
const FIRST_LENGTH: usize = 8;
const LONGER: usize = 4;
/// Pairs of entries of one row that are looked at for one grouping.
const MOST_PAIRS: usize = 50_000_000;

#[derive(Clone, Debug, Default)]
pub struct Grouping {
    /// Unknowns of each product.
    pub groups: Vec<Vec<usize>>,
    /// Unknowns that have a group of their own: what they bend with others is read there.
    pub is_hub: Vec<bool>,
    /// Curved rows whose slopes are read as a whole.
    pub is_long: Vec<bool>,
}

impl Grouping {
    /// That of fewest readings among several lengths from which on rows count as long.
    pub fn of(pattern: &Pattern, unknowns: &[usize]) -> Self {
        let rows = Rows::of(pattern);
        let longest = rows.entries.iter().map(Vec::len).max().unwrap_or(0);
        let entries: usize = rows.entries.iter().map(Vec::len).sum();
        let mut best = rows.grouped(unknowns, 0);
        let (mut last, mut length) = (0, FIRST_LENGTH);
        while last < longest && length.min(longest) * entries <= MOST_PAIRS {
            let grouping = rows.grouped(unknowns, length);
            if grouping.readings() < best.readings() {
                best = grouping;
            }
            (last, length) = (length, LONGER * length);
        }
        best
    }

    /// How many products and rows read everything.
    pub fn readings(&self) -> usize {
        self.groups.len() + self.is_long.iter().filter(|&&long| long).count()
    }
}

/// The unknowns in each row of second derivatives, then in each curved row; and the rows of each unknown.
struct Rows {
    entries: Vec<Vec<usize>>,
    of: Vec<Vec<usize>>,
    /// Rows of second derivatives.
    size: usize,
}

impl Rows {
    fn of(pattern: &Pattern) -> Self {
        let size = pattern.size;
        let mut rows = Rows {
            entries: vec![Vec::new(); size + pattern.rows],
            of: vec![Vec::new(); size],
            size,
        };
        for &(i, j) in &pattern.bends {
            rows.add(i, j);
            if i != j {
                rows.add(j, i);
            }
        }
        for &(row, j) in &pattern.slopes {
            rows.add(size + row, j);
        }
        rows
    }

    fn add(&mut self, row: usize, unknown: usize) {
        self.entries[row].push(unknown);
        self.of[unknown].push(row);
    }

    /// With rows of more than `length` entries read on their own.
    fn grouped(&self, unknowns: &[usize], length: usize) -> Grouping {
        let is_long: Vec<bool> = self.entries.iter().map(|row| row.len() > length).collect();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut group_of = vec![None; self.size];
        // The last unknown that was kept out of each group.
        let mut kept_out = vec![usize::MAX; unknowns.len()];
        for &j in unknowns.iter().filter(|&&j| !is_long[j]) {
            let short = self.of[j].iter().filter(|&&row| !is_long[row]);
            for group in short.flat_map(|&row| &self.entries[row]) {
                if let Some(group) = group_of[*group] {
                    kept_out[group] = j;
                }
            }
            let free = (0..groups.len()).find(|&group| kept_out[group] != j);
            let group = free.unwrap_or(groups.len());
            match groups.get_mut(group) {
                Some(members) => members.push(j),
                None => groups.push(vec![j]),
            }
            group_of[j] = Some(group);
        }
        groups.extend(unknowns.iter().filter(|&&j| is_long[j]).map(|&j| vec![j]));
        let (hubs, long) = is_long.split_at(self.size);
        Grouping {
            groups,
            is_hub: hubs.to_vec(),
            is_long: long.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::descent::fractional::some_number;

    fn readings(size: usize, bends: Vec<(usize, usize)>, slopes: Vec<(usize, usize)>) -> usize {
        let unknowns: Vec<usize> = (0..size).collect();
        let pattern = Pattern {
            size,
            rows: slopes.iter().map(|(row, _)| row + 1).max().unwrap_or(0),
            bends,
            slopes,
        };
        let grouping = Grouping::of(&pattern, &unknowns);
        assert!(is_read_once(&pattern, &grouping));
        grouping.readings()
    }

    /// Whether no entry shares its row of a product with another one that is read there.
    fn is_read_once(pattern: &Pattern, grouping: &Grouping) -> bool {
        let mut met = std::collections::BTreeSet::new();
        let mut group_of = vec![0; pattern.size];
        for (k, group) in grouping.groups.iter().enumerate() {
            group.iter().for_each(|&j| group_of[j] = k);
        }
        let is_hub = |j: usize| grouping.is_hub[j];
        let sides = pattern.bends.iter().flat_map(|&(i, j)| [(i, j), (j, i)]);
        let mut sides: Vec<_> = sides.collect();
        sides.sort_unstable();
        sides.dedup();
        let bends = sides.into_iter().filter(|&(i, j)| is_hub(j) || !is_hub(i));
        let slopes = pattern.slopes.iter();
        let slopes = slopes.filter(|(row, j)| !grouping.is_long[*row] && !is_hub(*j));
        let slopes = slopes.map(|&(row, j)| (pattern.size + row, j));
        bends
            .chain(slopes)
            .all(|(row, j)| met.insert((row, group_of[j])))
    }

    #[test]
    fn sparse_derivatives_take_few_readings() {
        let n = 300;
        let diagonal = || (0..n).map(|j| (j, j));
        let band = || (1..n).map(|j| (j, j - 1));
        assert_eq!(readings(n, diagonal().collect(), vec![]), 1);
        assert_eq!(readings(n, diagonal().chain(band()).collect(), vec![]), 3);
        // One unknown that bends with all others, and one row of all unknowns.
        let arrow = (1..n).map(|i| (i, 0));
        assert_eq!(readings(n, diagonal().chain(arrow).collect(), vec![]), 2);
        let row = (0..n).map(|j| (0, j));
        assert_eq!(readings(n, diagonal().collect(), row.collect()), 2);
        let whole = (0..n).flat_map(|j| (j..n).map(move |i| (i, j)));
        assert_eq!(readings(n, whole.collect(), vec![]), n);
    }

    #[test]
    fn every_entry_is_read_alone() {
        for count in [10, 100, 1000] {
            let place = |k: usize, most: usize| ((some_number(k) - 0.5) * most as f64) as usize;
            let pairs = |rows: usize| -> Vec<(usize, usize)> {
                let all = 0..count;
                all.map(|k| (place(2 * k, rows), place(7 * k + 1, 50)))
                    .collect()
            };
            let mut bends = pairs(50);
            bends
                .iter_mut()
                .for_each(|b| *b = (b.0.max(b.1), b.0.min(b.1)));
            bends.sort_unstable_by_key(|&(i, j)| (j, i));
            bends.dedup();
            let mut slopes = pairs(20);
            slopes.sort_unstable();
            slopes.dedup();
            readings(50, bends, slopes);
        }
    }
}
