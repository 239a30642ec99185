//! A change of scale of the power cones.
//!
//! x^a y^(1-a) >= |z| holds of (x/X, y/Y, z/Z) as well where Z = X^a Y^(1-a). Divided by the sizes
//! that they have at the answer, the rows of a steep cone, such as those of t >= u^100 at u = 2, are of
//! size 1, where the solver is as accurate as on any other cone.
//!
//! With rows D, columns E and a factor c of the objective the scaled program has A' = DAE, b' = Db,
//! q' = cEq, P' = cEPE; from its answer come x = Ex' and z = Dz'/c. Where exponential cones are sheared by S
//! as well, A' = SDAE, b' = SDb and z = DS'z'/c.

use super::assemble::Assembly;
use super::attempt::Attempt;
use super::exponential::{Shear, shear, unshear};
use super::layout::{cones, entries, linear_rows};
use super::residuals::slacks;
use clarabel::algebra::CscMatrix;
use clarabel::solver::SupportedConeT;
use std::collections::HashMap;
use std::ops::Range;

/// Rows of other cones are scaled where their largest coefficient lies outside of 1/this to this.
const UNEVEN: f64 = 1e3;
/// Sizes beyond this, or below its inverse, leave too little room for products.
const LARGEST: f64 = 1e250;

/// How the rows, the columns and the objective are scaled.
#[derive(Clone, Debug)]
pub(super) struct Scaling {
    rows: Vec<f64>,
    columns: Vec<f64>,
    objective: f64,
    /// Applied to the rows times their factors.
    shears: Vec<Shear>,
}

/// A cone whose rows are multiplied by these factors; the first of an exponential cone loses what keeps it.
pub(super) struct Reshaped {
    pub rows: Range<usize>,
    pub factors: Vec<f64>,
    pub exponential: bool,
}

/// The sizes of x, y and z in the cones of one exponent.
type Sizes = [f64; 3];

/// The power cones with their rows.
fn power_cones(assembly: &Assembly) -> impl Iterator<Item = (f64, Range<usize>)> {
    cones(assembly).filter_map(|(cone, rows)| match cone {
        SupportedConeT::PowerConeT(exponent) => Some((*exponent, rows)),
        _ => None,
    })
}

pub(super) fn has_power_cones(assembly: &Assembly) -> bool {
    power_cones(assembly).next().is_some()
}

/// Which entry of a cone follows from the other two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    /// Of x and y the one with the smaller exponent.
    Steep,
    /// z.
    Flat,
}

/// The size of the steepest entry of the power cones at a point, the largest over the cones.
pub(super) fn steepest(assembly: &Assembly, x: &[f64]) -> f64 {
    let sizes = sizes(assembly, x, Follows::Steep);
    sizes.iter().fold(0.0, |largest, (bits, sizes)| {
        largest.max(sizes[steep(f64::from_bits(*bits))])
    })
}

fn steep(exponent: f64) -> usize {
    usize::from(exponent > 0.5)
}

/// One size for all cones of an exponent, from the largest entries.
fn sizes(assembly: &Assembly, x: &[f64], follows: Follows) -> HashMap<u64, Sizes> {
    let slacks = slacks(assembly, x);
    let mut largest: HashMap<u64, Sizes> = HashMap::new();
    for (exponent, rows) in power_cones(assembly) {
        let sizes = largest.entry(exponent.to_bits()).or_default();
        for (size, slack) in sizes.iter_mut().zip(&slacks[rows]) {
            *size = size.max(slack.abs());
        }
    }
    for (bits, sizes) in &mut largest {
        complete(f64::from_bits(*bits), sizes, follows);
    }
    largest
}

/// Z = X^a Y^(1-a), solved for the entry that follows.
fn complete(exponent: f64, sizes: &mut Sizes, follows: Follows) {
    for size in sizes.iter_mut() {
        if *size == 0.0 || !size.is_finite() {
            *size = 1.0;
        }
    }
    let k = steep(exponent);
    let share = if k == 0 { exponent } else { 1.0 - exponent };
    let other = (1.0 - share) * sizes[1 - k].ln();
    match follows {
        Follows::Steep => sizes[k] = ((sizes[2].ln() - other) / share).exp(),
        Follows::Flat => sizes[2] = (share * sizes[k].ln() + other).exp(),
    }
}

fn inverse(size: f64) -> f64 {
    if size > 0.0 { 1.0 / size } else { 1.0 }
}

impl Scaling {
    /// The unknowns alone.
    fn of_columns(assembly: &Assembly, columns: Vec<f64>) -> Self {
        Scaling {
            rows: vec![1.0; assembly.constants.len()],
            columns,
            objective: 1.0,
            shears: Vec::new(),
        }
    }

    /// The scaling by the sizes that the entries of the power cones have at a point.
    pub(super) fn at(assembly: &Assembly, x: &[f64], follows: Follows) -> Option<Self> {
        let sizes = sizes(assembly, x, follows);
        let fits = |size: &f64| (1.0 / LARGEST..LARGEST).contains(size);
        if !sizes.values().flatten().all(fits) {
            return None;
        }
        let mut scaling = Scaling::of_columns(assembly, vec![1.0; assembly.linear.len()]);
        scaling.divide_power_cones(assembly, &sizes);
        scaling.even_rows(assembly);
        scaling.even_objective(assembly);
        Some(scaling)
    }

    /// The scaling with these sizes of the unknowns and these factors of rows.
    pub(super) fn by_columns(
        assembly: &Assembly,
        columns: Vec<f64>,
        reshaped: &[Reshaped],
    ) -> Self {
        let mut scaling = Scaling::of_columns(assembly, columns);
        for cone in reshaped {
            scaling.rows[cone.rows.clone()].copy_from_slice(&cone.factors);
            if cone.exponential {
                let shear = Shear::new(cone.rows.start, 1.0 / cone.factors[2]);
                scaling.shears.push(shear);
            }
        }
        scaling.even_rows(assembly);
        scaling.even_objective(assembly);
        scaling
    }

    /// The scaling by which unknowns of the objective that stand in linear rows alone, such as t in |u| <= t,
    /// cost 1: the residuals of their rows are in the objective's unit. `None` where there are none.
    pub(super) fn by_costs(assembly: &Assembly) -> Option<Self> {
        let mut scaling = Scaling::of_columns(assembly, vec![1.0; assembly.linear.len()]);
        let mut cost: Vec<f64> = assembly.linear.iter().map(|q| q.abs()).collect();
        let linear = linear_rows(assembly);
        let bent = entries(&assembly.matrix).filter(|(row, _, _)| *row >= linear);
        let bent = bent.map(|(_, j, _)| j);
        let squared = entries(&assembly.quadratic).flat_map(|(i, j, _)| [i, j]);
        bent.chain(squared).for_each(|j| cost[j] = 0.0);
        let mut weights = vec![0.0f64; linear];
        for (row, j, _) in entries(&assembly.matrix).filter(|(_, j, _)| cost[*j] > 0.0) {
            weights[row] = weights[row].max(cost[j]);
        }
        for (factor, weight) in scaling.rows.iter_mut().zip(&weights) {
            *factor = if *weight > 0.0 { *weight } else { 1.0 };
        }
        for (size, cost) in scaling.columns.iter_mut().zip(&cost) {
            *size = inverse(*cost);
        }
        let is_any = weights.iter().any(|weight| *weight > 0.0);
        is_any.then_some(scaling)
    }

    /// The rows of the power cones by the sizes, and their columns to coefficients of 1.
    fn divide_power_cones(&mut self, assembly: &Assembly, sizes: &HashMap<u64, Sizes>) {
        let mut in_power_cone = vec![false; self.rows.len()];
        for (exponent, rows) in power_cones(assembly) {
            for (row, size) in rows.zip(sizes[&exponent.to_bits()]) {
                self.rows[row] = 1.0 / size;
                in_power_cone[row] = true;
            }
        }
        let mut largest = vec![0.0f64; self.columns.len()];
        for (row, j, value) in entries(&assembly.matrix) {
            if in_power_cone[row] {
                largest[j] = largest[j].max((value * self.rows[row]).abs());
            }
        }
        self.columns = largest.into_iter().map(inverse).collect();
    }

    /// Every cone by one factor, every linear row by its own.
    fn even_rows(&mut self, assembly: &Assembly) {
        let mut largest = vec![0.0f64; self.rows.len()];
        for (row, j, value) in entries(&assembly.matrix) {
            let scaled = (self.rows[row] * value * self.columns[j]).abs();
            largest[row] = largest[row].max(scaled);
        }
        for (cone, rows) in cones(assembly) {
            match cone {
                SupportedConeT::ZeroConeT(_) | SupportedConeT::NonnegativeConeT(_) => {
                    rows.for_each(|row| self.rows[row] *= even(largest[row]));
                }
                _ => {
                    let sizes = &largest[rows.clone()];
                    let factor = even(sizes.iter().fold(0.0, |m: f64, v| m.max(*v)));
                    self.rows[rows].iter_mut().for_each(|row| *row *= factor);
                }
            }
        }
    }

    fn even_objective(&mut self, assembly: &Assembly) {
        let linear = assembly.linear.iter().zip(&self.columns);
        let linear = linear.map(|(q, e)| q * e);
        let products = entries(&assembly.quadratic);
        let products = products.map(|(i, j, p)| p * self.columns[i] * self.columns[j]);
        let largest = linear.chain(products).fold(0.0, |m: f64, v| m.max(v.abs()));
        self.objective = even(largest);
    }

    pub(super) fn objective(&self) -> f64 {
        self.objective
    }

    pub(super) fn scaled(&self, assembly: &Assembly) -> Assembly {
        let mut scaled = assembly.clone();
        let (rows, columns) = (&self.rows, &self.columns);
        scale_entries(&mut scaled.matrix, |i, j| rows[i] * columns[j]);
        scale_entries(&mut scaled.quadratic, |i, j| {
            self.objective * columns[i] * columns[j]
        });
        multiply(&mut scaled.constants, rows);
        multiply(&mut scaled.linear, columns);
        scaled.linear.iter_mut().for_each(|q| *q *= self.objective);
        shear(&mut scaled, &self.shears);
        scaled
    }

    /// The answer of the scaled program as one of the program.
    pub(super) fn taken_back(&self, attempt: Attempt) -> Attempt {
        let Attempt { mut x, mut z, .. } = attempt;
        let value = attempt.value / self.objective;
        multiply(&mut x, &self.columns);
        unshear(&mut z, &self.shears);
        multiply(&mut z, &self.rows);
        z.iter_mut().for_each(|z| *z /= self.objective);
        Attempt {
            x,
            z,
            value,
            ..attempt
        }
    }
}

/// 1/size where the size is far from 1.
fn even(size: f64) -> f64 {
    if (1.0 / UNEVEN..UNEVEN).contains(&size) {
        1.0
    } else {
        inverse(size)
    }
}

fn scale_entries(matrix: &mut CscMatrix<f64>, factor: impl Fn(usize, usize) -> f64) {
    for j in 0..matrix.n {
        for k in matrix.colptr[j]..matrix.colptr[j + 1] {
            matrix.nzval[k] *= factor(matrix.rowval[k], j);
        }
    }
}

fn multiply(values: &mut [f64], factors: &[f64]) {
    for (value, factor) in values.iter_mut().zip(factors) {
        *value *= factor;
    }
}

#[cfg(test)]
mod tests;
