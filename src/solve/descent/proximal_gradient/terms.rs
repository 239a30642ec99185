//! Terms of a normal form whose proximal operators act on disjoint sets of free entries: bounds and
//! kinks of single entries, norms of groups, balances such as `sum(x) == 1`.

use super::balance::Balance;
use super::entries::Entries;
use super::group::Group;
use crate::solve::descent::blocks::{Norms, Slopes};
use crate::solve::descent::model::{AffinePart, Model};

#[derive(Clone, Debug)]
pub struct Terms {
    pub entries: Entries,
    pub groups: Vec<Group>,
    pub balances: Vec<Balance>,
}

/// Coefficients of one row, a_k*x_k summed, plus the offset.
pub(super) struct Row {
    pub coefficients: Vec<(usize, f64)>,
    pub offset: f64,
}

impl Terms {
    /// The model's g parts when each is of such a kind and they do not overlap; `None` also where
    /// some set is empty: what has no answer is for the method with certificates.
    pub fn of(model: &Model) -> Option<Self> {
        if model.curved.rows() > 0 {
            return None;
        }
        let mut terms = Terms {
            entries: Entries::free(model.size),
            groups: Vec::new(),
            balances: Vec::new(),
        };
        for part in &model.parts {
            let rows = rows_of(part)?;
            if let Some(slopes) = part.rule.as_slopes() {
                terms.add_slopes(slopes, rows)?;
            } else {
                terms.add_norms(part.rule.as_norms()?, rows)?;
            }
        }
        (terms.is_disjoint() && terms.is_possible()).then_some(terms)
    }

    fn add_slopes(&mut self, slopes: &Slopes, rows: Vec<Row>) -> Option<()> {
        for (k, row) in rows.into_iter().enumerate() {
            let (lower, upper) = (slopes.lower[k], slopes.upper[k]);
            match row.coefficients.as_slice() {
                [] => return None,
                &[(column, factor)] => {
                    let (a, b) = (lower * factor, upper * factor);
                    let kink = -row.offset / factor;
                    self.entries.add(column, kink, a.min(b), a.max(b))?;
                }
                _ => self.balances.push(balance(row, lower, upper)?),
            }
        }
        Some(())
    }

    fn add_norms(&mut self, norms: &Norms, rows: Vec<Row>) -> Option<()> {
        let mut rows = rows.into_iter();
        for (size, weight) in norms.sizes.iter().zip(&norms.weights) {
            let rows: Vec<Row> = rows.by_ref().take(*size).collect();
            let single = |r: &Row| match r.coefficients.as_slice() {
                &[(column, factor)] => Some((column, factor)),
                _ => None,
            };
            let members: Vec<(usize, f64)> = rows.iter().map(single).collect::<Option<_>>()?;
            let scale = members.first()?.1.abs();
            if members
                .iter()
                .any(|(_, f)| (f.abs() - scale).abs() > 1e-14 * scale)
            {
                return None;
            }
            let offsets = rows.iter().zip(&members).map(|(r, (_, f))| -r.offset / f);
            self.groups.push(Group {
                centre: offsets.collect(),
                members: members.into_iter().map(|(k, _)| k).collect(),
                weight: weight * scale,
            });
        }
        Some(())
    }

    /// No entry in two groups or balances, none in a group with a kink or bound of its own.
    fn is_disjoint(&self) -> bool {
        let mut taken = vec![false; self.entries.lower.len()];
        let grouped = self.groups.iter().flat_map(|g| g.members.iter().copied());
        for k in grouped {
            if std::mem::replace(&mut taken[k], true) || !self.entries.is_free(k) {
                return false;
            }
        }
        let balanced = self.balances.iter().flat_map(|b| &b.members);
        balanced
            .into_iter()
            .all(|&(k, _)| !std::mem::replace(&mut taken[k], true))
    }

    fn is_possible(&self) -> bool {
        !self.entries.is_empty() && self.balances.iter().all(|b| b.is_possible(&self.entries))
    }

    /// Makes the metric constant on each group, where its proximal operator needs it.
    pub fn level(&self, metric: &mut [f64]) {
        for group in &self.groups {
            let members = group.members.iter().map(|&k| metric[k]);
            let least = members.fold(f64::INFINITY, f64::min);
            group.members.iter().for_each(|&k| metric[k] = least);
        }
    }

    /// Replaces z by argmin_y g(y) + Σ (y_k - z_k)²/(2 d_k step); the multipliers of the balances.
    pub fn prox(&self, z: &mut [f64], metric: &[f64], step: f64) -> Vec<f64> {
        let balances = self.balances.iter();
        let mut free: Vec<bool> = vec![true; if self.is_plain() { 0 } else { z.len() }];
        let multipliers = balances
            .map(|balance| {
                balance.members.iter().for_each(|&(k, _)| free[k] = false);
                balance.prox(&self.entries, z, metric, step, true)
            })
            .collect();
        for group in &self.groups {
            let first = group.members.first().copied().unwrap_or(0);
            group.members.iter().for_each(|&k| free[k] = false);
            group.prox(z, metric[first] * step);
        }
        for (k, z) in z.iter_mut().enumerate() {
            if free.get(k).copied().unwrap_or(true) {
                *z = self.entries.prox(k, *z, metric[k] * step);
            }
        }
        multipliers
    }

    /// g(x) without the bounds.
    pub fn value(&self, x: &[f64]) -> f64 {
        let entries = x.iter().enumerate().map(|(k, &x)| self.entries.value(k, x));
        let groups = self.groups.iter().map(|g| g.value(x));
        entries.sum::<f64>() + groups.sum::<f64>()
    }

    fn is_plain(&self) -> bool {
        self.groups.is_empty() && self.balances.is_empty()
    }

    /// The nearest point, in the metric, with all bounds and balances kept.
    pub fn project(&self, mut x: Vec<f64>, metric: &[f64]) -> Vec<f64> {
        let ends = self.entries.lower.iter().zip(&self.entries.upper);
        let clamped: Vec<f64> = x
            .iter()
            .zip(ends)
            .map(|(x, (l, u))| x.clamp(*l, *u))
            .collect();
        for balance in &self.balances {
            balance.prox(&self.entries, &mut x, metric, 1.0, false);
        }
        let mut result = clamped;
        for &(k, _) in self.balances.iter().flat_map(|b| &b.members) {
            result[k] = x[k];
        }
        result
    }
}

/// Rows by their coefficients; `None` for dense data.
pub(super) fn rows_of(part: &AffinePart) -> Option<Vec<Row>> {
    if !part.map.blocks.is_empty() {
        return None;
    }
    let row = |offset: &f64| Row {
        coefficients: Vec::new(),
        offset: *offset,
    };
    let mut rows: Vec<Row> = part.map.offset.iter().map(row).collect();
    for (row, column, value) in part.map.triplets().filter(|t| t.2 != 0.0) {
        rows[row].coefficients.push((column, value));
    }
    Some(rows)
}

/// An equation or inequality of several entries.
fn balance(row: Row, lower: f64, upper: f64) -> Option<Balance> {
    let end = -row.offset;
    let (low, high) = match (lower == f64::NEG_INFINITY, upper == f64::INFINITY) {
        (true, true) => (end, end),
        (false, true) if lower == 0.0 => (f64::NEG_INFINITY, end),
        (true, false) if upper == 0.0 => (end, f64::INFINITY),
        _ => return None,
    };
    Some(Balance {
        members: row.coefficients,
        lower: low,
        upper: high,
    })
}
