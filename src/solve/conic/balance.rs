//! Unknowns in other units, where those of the data differ too much for the solver: its tolerances are
//! absolute, so that the residual of a column with entries of 1e-9 is always small enough for it.

use super::assemble::Assembly;
use super::rescale::{Scaling, cones, entries};
use crate::matrix::{Balance, LEAST_SHARE};
use clarabel::solver::SupportedConeT;

/// Data within 1/this and this are left alone.
const WIDE: f64 = 1e4;

/// A scaling by sizes of the unknowns; `None` where the data asks for none.
pub(super) fn by_sizes(assembly: &Assembly) -> Option<Scaling> {
    if !is_wide(assembly) {
        return None;
    }
    let sizes = table(assembly).factors(assembly.linear.len())?;
    let round = |size: f64| size.log2().round().exp2();
    let columns = sizes.into_iter().map(round).collect();
    Some(Scaling::by_columns(assembly, columns))
}

/// Whether the largest entry of a column, or a cost, is far from one.
fn is_wide(assembly: &Assembly) -> bool {
    let mut largest = vec![0.0f64; assembly.linear.len()];
    for (_, j, value) in entries(&assembly.matrix) {
        largest[j] = largest[j].max(value.abs());
    }
    for (j, root) in diagonal_roots(assembly) {
        largest[j] = largest[j].max(root);
    }
    let costs = costs(assembly).map(|(_, cost)| cost.abs());
    let far = |size: f64| size != 0.0 && !(1.0 / WIDE..=WIDE).contains(&size);
    largest.into_iter().chain(costs).any(far)
}

/// Linear costs but for rounding errors.
fn costs(assembly: &Assembly) -> impl Iterator<Item = (usize, f64)> {
    let costs = &assembly.linear;
    let largest = costs.iter().fold(0.0, |m: f64, cost| m.max(cost.abs()));
    let all = costs.iter().copied().enumerate();
    all.filter(move |(_, cost)| cost.abs() > LEAST_SHARE * largest)
}

/// √P_jj.
fn diagonal_roots(assembly: &Assembly) -> impl Iterator<Item = (usize, f64)> {
    let diagonal = entries(&assembly.quadratic).filter(|&(i, j, value)| i == j && value > 0.0);
    diagonal.map(|(_, j, value)| (j, value.sqrt()))
}

fn table(assembly: &Assembly) -> Balance {
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
    for (&group, &side) in groups.iter().zip(&assembly.constants) {
        table.add_side(group, side);
    }
    let (linear, bent) = (table.add_groups(1), table.add_groups(1));
    for (j, cost) in costs(assembly) {
        table.add_entry(linear, j, cost);
    }
    for (j, root) in diagonal_roots(assembly) {
        table.add_entry(bent, j, root);
    }
    table
}

/// The group of each row: the rows of one cone share a factor, linear rows stand alone.
fn groups(assembly: &Assembly, table: &mut Balance) -> Vec<u32> {
    let mut groups = Vec::with_capacity(assembly.constants.len());
    for (cone, rows) in cones(assembly) {
        match cone {
            SupportedConeT::ZeroConeT(_) | SupportedConeT::NonnegativeConeT(_) => {
                let first = table.add_groups(rows.len());
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
