//! Unknowns in other units, where those of the data differ too much for the solver: its tolerances are
//! absolute, so that the residual of a column with entries of 1e-9 is always small enough for it.

use super::assemble::Assembly;
use super::layout::{cones, entries, is_linear, linear_rows};
use super::rescale::{Reshaped, Scaling};
use crate::matrix::{Balance, LEAST_SHARE, are_alike, congruent_factors, power_of_two};
use clarabel::solver::SupportedConeT;
use std::ops::Range;

/// Data within 1/this and this are left alone.
const WIDE: f64 = 1e4;
/// Constants smaller than this share of the largest are rounding errors.
const ROUNDING: f64 = 1e-13;

/// A scaling by sizes of the unknowns; `None` where the data asks for none.
pub(super) fn by_sizes(assembly: &Assembly) -> Option<Scaling> {
    if !is_wide(assembly) {
        return None;
    }
    let (mut table, groups) = table(assembly);
    let factors = table.factors(assembly.linear.len());
    let factor = |row: usize| power_of_two(factors.groups[groups[row] as usize]);
    let reshaped: Vec<Reshaped> = cones(assembly)
        .filter_map(|(cone, rows)| Reshaped::of(cone, rows, factor))
        .collect();
    if reshaped.is_empty() && are_alike(factors.columns.iter().copied().chain([1.0])) {
        return None;
    }
    let columns = factors.columns.into_iter().map(power_of_two).collect();
    Some(Scaling::by_columns(assembly, columns, &reshaped))
}

impl Reshaped {
    /// By the factors of the cone's rows; `None` where they are alike, and for other cones.
    fn of(
        cone: &SupportedConeT<f64>,
        rows: Range<usize>,
        factor: impl Fn(usize) -> f64,
    ) -> Option<Self> {
        let beside = |k: usize| factor(rows.start + k) / factor(rows.start);
        let factors = match cone {
            SupportedConeT::ExponentialConeT() => vec![1.0, 1.0, beside(2)],
            SupportedConeT::PowerConeT(a) => vec![1.0, beside(1), beside(1).powf(1.0 - a)],
            SupportedConeT::PSDTriangleConeT(side) => congruence(*side, beside),
            _ => return None,
        };
        (!are_alike(factors.iter().copied())).then_some(Reshaped {
            rows,
            factors,
            exponential: matches!(cone, SupportedConeT::ExponentialConeT()),
        })
    }
}

/// The factors d_i d_j of the entries, from those of the diagonal.
fn congruence(side: usize, factor: impl Fn(usize) -> f64) -> Vec<f64> {
    let diagonal = (0..side).map(|i| power_of_two(factor(i * (i + 3) / 2).sqrt()));
    congruent_factors(&diagonal.collect::<Vec<_>>())
}

/// Whether the largest entry of a column or of a row of a matrix, a cost or the constants are far from one.
fn is_wide(assembly: &Assembly) -> bool {
    let mut largest = vec![0.0f64; assembly.linear.len()];
    let mut in_row = vec![0.0f64; assembly.constants.len()];
    for (row, j, value) in entries(&assembly.matrix) {
        largest[j] = largest[j].max(value.abs());
        in_row[row] = in_row[row].max(value.abs());
    }
    let rows = in_row.into_iter().zip(congruent_rows(assembly));
    let rows = rows.filter_map(|(size, is_congruent)| is_congruent.then_some(size));
    for (j, value) in diagonal(assembly) {
        largest[j] = largest[j].max(value.sqrt());
    }
    let costs = costs(assembly).map(|(_, cost)| cost.abs());
    let far = |size: f64| size != 0.0 && !(1.0 / WIDE..=WIDE).contains(&size);
    largest.into_iter().chain(rows).chain(costs).any(far) || are_far(assembly)
}

/// Whether a constant is large, or those of linear rows are small on the whole: some are by chance.
fn are_far(assembly: &Assembly) -> bool {
    let sides = assembly.constants[..linear_rows(assembly)]
        .iter()
        .filter(|side| **side != 0.0);
    let (sum, terms) = sides.fold((0.0, 0.0), |(s, n), b| (s + b.abs().ln(), n + 1.0));
    assembly.constants.iter().any(|side| side.abs() > WIDE) || sum < -WIDE.ln() * terms
}

/// Linear costs but for rounding errors.
fn costs(assembly: &Assembly) -> impl Iterator<Item = (usize, f64)> {
    let costs = &assembly.linear;
    let largest = costs.iter().fold(0.0, |m: f64, cost| m.max(cost.abs()));
    let all = costs.iter().copied().enumerate();
    all.filter(move |(_, cost)| cost.abs() > LEAST_SHARE * largest)
}

/// P_jj > 0.
fn diagonal(assembly: &Assembly) -> impl Iterator<Item = (usize, f64)> {
    let diagonal = entries(&assembly.quadratic).filter(|&(i, j, value)| i == j && value > 0.0);
    diagonal.map(|(_, j, value)| (j, value))
}

/// The table, and the group of each row.
fn table(assembly: &Assembly) -> (Balance, Vec<u32>) {
    let mut table = Balance::default();
    let groups = groups(assembly, &mut table);
    let mut largest = vec![0.0f64; groups.len()];
    for (row, _, value) in entries(&assembly.matrix) {
        largest[row] = largest[row].max(value.abs());
    }
    for (row, j, value) in entries(&assembly.matrix) {
        if value.abs() > LEAST_SHARE * largest[row] {
            table.add_entry(groups[row], j, value);
        }
    }
    let sides = assembly.constants.iter();
    let most = sides.fold(0.0, |m: f64, side| m.max(side.abs()));
    let congruent = congruent_rows(assembly);
    for (row, (&group, &side)) in groups.iter().zip(&assembly.constants).enumerate() {
        if side.abs() <= ROUNDING * most {
            continue;
        }
        match congruent[row] && largest[row] > 0.0 {
            true => table.add_weak_side(group, side),
            false => table.add_side(group, side),
        }
    }
    let objective = table.add_groups(1);
    for (j, cost) in costs(assembly) {
        table.add_entry(objective, j, cost);
    }
    for (j, value) in diagonal(assembly) {
        table.add_square(objective, j, value);
    }
    (table, groups)
}

fn congruent_rows(assembly: &Assembly) -> Vec<bool> {
    let is_matrix =
        |cone: &SupportedConeT<f64>| matches!(cone, SupportedConeT::PSDTriangleConeT(_));
    let rows = cones(assembly).flat_map(|(cone, rows)| rows.map(move |_| is_matrix(cone)));
    rows.collect()
}

/// The group of each row: the rows of one cone share a factor as far as that keeps the cone, linear rows stand
/// alone, and a matrix stays semidefinite under congruence.
fn groups(assembly: &Assembly, table: &mut Balance) -> Vec<u32> {
    let mut groups = Vec::with_capacity(assembly.constants.len());
    for (cone, rows) in cones(assembly) {
        match cone {
            _ if is_linear(cone) => {
                let first = table.add_groups(rows.len());
                groups.extend(rows.zip(first..).map(|(_, group)| group));
            }
            SupportedConeT::ExponentialConeT() => {
                let first = table.add_groups(2);
                groups.extend([first, first, first + 1]);
            }
            SupportedConeT::PowerConeT(exponent) => {
                let first = table.add_tied_groups(*exponent);
                groups.extend(first..first + 3);
            }
            SupportedConeT::PSDTriangleConeT(side) => {
                let first = table.add_congruent_groups(*side);
                groups.extend(rows.zip(first..).map(|(_, group)| group));
            }
            _ => {
                let group = table.add_groups(1);
                groups.extend(rows.map(|_| group));
            }
        }
    }
    groups
}
