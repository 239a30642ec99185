//! Typical sizes of the unknowns, read off the data: rows and columns times factors have entries and
//! right-hand sides near one, as far as factors can bring them there.

use super::model::{AffinePart, Model};
use crate::matrix::{Balance, are_alike};

/// Other shares of the largest entry in a row from which on entries may tell sizes: also prices of 0.01 beside 2e6; and
/// none, as the sizes that kernels exp(-(s - t)^2) tell are exp(t^2).
pub const OTHER_SHARES: [f64; 2] = [1e-11, f64::INFINITY];
/// Beside the largest entry of a variable, where a point tells sizes.
const LEAST_ENTRY: f64 = 1e-2;
/// Coefficients beyond which nothing is read.
const MOST_COEFFICIENTS: usize = 4_000_000;
/// Unknowns up to which second derivatives are read.
const LARGEST: usize = 1500;

/// The size of each unknown beside the others; ones where they are alike.
pub fn relative_sizes(model: &mut Model) -> Vec<f64> {
    let mut sizes = sizes(model);
    take_from_point(model, &mut sizes);
    match are_alike(sizes.iter().copied()) {
        true => vec![1.0; sizes.len()],
        false => sizes,
    }
}

/// The size of each entry of the point at hand, but for those that are far smaller than others of their variable.
fn take_from_point(model: &Model, sizes: &mut [f64]) {
    let Some(point) = &model.near else {
        return;
    };
    for packed in &model.packing.variables {
        let entries = &point[packed.range()];
        let largest = entries.iter().fold(0.0f64, |m, x| m.max(x.abs()));
        let pairs = sizes[packed.range()].iter_mut().zip(entries);
        pairs
            .filter(|_| largest > 0.0)
            .for_each(|(size, x)| *size = x.abs().max(LEAST_ENTRY * largest));
    }
}

/// Reads sizes off entries from another share of the largest in their row on; whether that makes them others.
pub fn read_from(model: &mut Model, least_share: f64) -> bool {
    let before = relative_sizes(model);
    model.least_share = least_share;
    let after = relative_sizes(model);
    !are_alike(before.iter().zip(&after).map(|(a, b)| a / b))
}

/// The size of each unknown; ones where there is too much data to read.
pub fn sizes(model: &mut Model) -> Vec<f64> {
    let n = model.size;
    let count: usize = model.parts.iter().map(|p| p.map.coefficients()).sum();
    if count > MOST_COEFFICIENTS {
        return vec![1.0; n];
    }
    let mut table = Balance::default();
    for part in &model.parts {
        add_part(&mut table, part, model.least_share);
    }
    add_curvature(&mut table, model);
    add_costs(&mut table, &model.linear);
    table.factors(n).columns
}

fn add_part(table: &mut Balance, part: &AffinePart, least_share: f64) {
    let of_row = groups(table, part);
    let mut largest = vec![0.0f64; part.map.rows()];
    for (row, _, value) in part.map.triplets() {
        largest[row] = largest[row].max(value.abs());
    }
    let kept = part.map.triplets();
    for (row, column, value) in kept.filter(|t| t.2.abs() > least_share * largest[t.0]) {
        table.add_entry(of_row[row], column, value);
    }
    let is_congruent = part.rule.congruent_side().is_some();
    for (k, (&side, group)) in part.map.offset.iter().zip(of_row).enumerate() {
        match is_congruent && largest[k] > 0.0 {
            true => table.add_weak_side(group, side),
            false => table.add_side(group, side),
        }
    }
}

/// The group of each row.
fn groups(table: &mut Balance, part: &AffinePart) -> Vec<u32> {
    if let Some(side) = part.rule.congruent_side() {
        let first = table.add_congruent_groups(side);
        return (first..).take(part.map.rows()).collect();
    }
    let mut of_rows = Vec::with_capacity(part.map.rows());
    for (g, size) in part.rule.groups().into_iter().enumerate() {
        match part.rule.exponent(g) {
            Some(exponent) => of_rows.extend((table.add_tied_groups(exponent)..).take(size)),
            None => of_rows.extend(std::iter::repeat_n(table.add_groups(1), size)),
        }
    }
    of_rows
}

/// The linear part of f.
fn add_costs(table: &mut Balance, costs: &[f64]) {
    let group = table.add_groups(1);
    let costs = costs.iter().enumerate().filter(|(_, cost)| **cost != 0.0);
    costs.for_each(|(column, &cost)| table.add_weak_entry(group, column, cost));
}

/// √H_kk of a quadratic f, as entries of one row.
fn add_curvature(table: &mut Balance, model: &mut Model) {
    if !model.has_smooth || model.size > LARGEST {
        return;
    }
    let Some(form) = model.quadratic() else {
        return add_ridges(table, model);
    };
    let group = table.add_groups(1);
    let diagonal = form.all_terms().filter(|t| t.row == t.column);
    for term in diagonal.filter(|t| t.value > 0.0) {
        table.add_entry(group, term.column, term.value.sqrt());
    }
}

/// The lengths of the columns of the data that a smooth f bends along, as entries of one row.
fn add_ridges(table: &mut Balance, model: &Model) {
    let Some(ridges) = model.ridge_terms() else {
        return;
    };
    let mut squares = vec![0.0; model.size];
    for (_, column, value) in ridges.maps().flat_map(|map| map.triplets()) {
        squares[column] += value * value;
    }
    let group = table.add_groups(1);
    let known = squares
        .into_iter()
        .enumerate()
        .filter(|(_, square)| *square > 0.0);
    known.for_each(|(column, square)| table.add_entry(group, column, square.sqrt()));
}
