//! Systems by rows of dense matrices: condensed, or by roots of the rows' second derivatives.

use super::dense::{Dense, Jacobian, add_curvature, add_spectral, row_entries};
use super::orthogonal::Orthogonal;
use crate::solve::descent::blocks::interior::Root;
use crate::solve::descent::lagrangian::{Lagrangian, Scratch};
use faer::Mat;

/// Work for orthogonal transformations, in multiplications.
const MOST_WORK: f64 = 1e9;

impl Dense {
    /// Whether that is little work.
    pub fn can_take_roots(lagrangian: &Lagrangian<'_>) -> bool {
        let n = lagrangian.model.size;
        let rows: usize = lagrangian.rows.iter().map(|rows| rows.value.len()).sum();
        4.0 * (n + rows) as f64 * (n as f64).powi(2) <= MOST_WORK
    }

    /// Factorises ∂²L + shift*I at the last evaluated point from roots of the second derivatives of rows; `None`
    /// where that fails.
    pub fn factorise_by_roots(
        &mut self,
        lagrangian: &mut Lagrangian<'_>,
        shift: f64,
        scratch: &mut Scratch,
    ) -> Option<()> {
        let n = lagrangian.model.size;
        let mut rest = self.smooth_part(lagrangian, scratch);
        let mut a = Vec::new();
        for (part, jacobian) in lagrangian.model.parts.iter().zip(&self.jacobians) {
            let rule = part.rule.as_ref();
            match (Root::of(rule), rule.curvature()) {
                (Some(root), _) => a.push(rows_times(&root, jacobian, n, lagrangian.sigma.sqrt())),
                (None, Some(m)) => add_curvature(&mut rest, jacobian, &m, lagrangian.sigma),
                (None, None) => add_spectral(&mut rest, jacobian, rule, lagrangian.sigma),
            }
        }
        for (k, shift) in lagrangian.shifts(shift).enumerate() {
            rest[(k, k)] += shift;
        }
        self.orthogonal = Some(Orthogonal::of(&a, rest)?);
        Some(())
    }

    /// d and, by part, σM(J*d + y) for (H + shift*I)*d + J'σM(J*d + y) = right, by the last factorisation.
    pub fn substitute_by_rows(
        &self,
        lagrangian: &mut Lagrangian<'_>,
        right: &[f64],
        shifts: &[Vec<f64>],
        multipliers: &mut [Vec<f64>],
    ) -> Option<Vec<f64>> {
        if let Some(orthogonal) = &self.orthogonal {
            return Some(by_roots(orthogonal, lagrangian, right, shifts, multipliers));
        }
        bend(lagrangian, shifts, multipliers);
        let mut condensed = right.to_vec();
        pull(lagrangian, multipliers, &mut condensed);
        let direction = self.substitute(&condensed)?;
        let images = moved(lagrangian, &direction, shifts);
        bend(lagrangian, &images, multipliers);
        Some(direction)
    }
}

/// The same where rows have roots: their multipliers are K' times what the roots' rows come to.
fn by_roots(
    orthogonal: &Orthogonal,
    lagrangian: &mut Lagrangian<'_>,
    right: &[f64],
    shifts: &[Vec<f64>],
    multipliers: &mut [Vec<f64>],
) -> Vec<f64> {
    let size = lagrangian.sigma.sqrt();
    let mut rows = Vec::new();
    bend(lagrangian, shifts, multipliers);
    for (k, part) in lagrangian.model.parts.iter().enumerate() {
        if let Some(root) = Root::of(part.rule.as_ref()) {
            multipliers[k].fill(0.0);
            let first = rows.len();
            rows.extend(shifts[k].iter().map(|s| size * s));
            root.times(&mut rows[first..]);
        }
    }
    let mut condensed = right.to_vec();
    pull(lagrangian, multipliers, &mut condensed);
    let (direction, sums) = orthogonal.solve(&rows, &condensed);
    let images = moved(lagrangian, &direction, shifts);
    bend(lagrangian, &images, multipliers);
    let mut rest = sums.as_slice();
    for (part, multiplier) in lagrangian.model.parts.iter().zip(multipliers) {
        if let Some(root) = Root::of(part.rule.as_ref()) {
            let (own, others) = rest.split_at(multiplier.len());
            multiplier
                .iter_mut()
                .zip(own)
                .for_each(|(m, s)| *m = size * s);
            root.transposed_times(multiplier);
            rest = others;
        }
    }
    direction
}

/// J*d + y.
fn moved(lagrangian: &mut Lagrangian<'_>, direction: &[f64], shifts: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut images = lagrangian.images(direction);
    for (image, shift) in images.iter_mut().zip(shifts) {
        image.iter_mut().zip(shift).for_each(|(i, s)| *i += s);
    }
    images
}

/// factor*K*J.
fn rows_times(root: &Root<'_>, jacobian: &Jacobian, n: usize, factor: f64) -> Mat<f64> {
    let rows = root.rows();
    let mut a = Mat::zeros(rows, n);
    for k in 0..rows {
        for (j, value) in row_entries(jacobian, k) {
            a[(k, j)] = factor * value;
        }
    }
    let mut list = vec![0.0; rows];
    for j in 0..n {
        list.iter_mut()
            .zip(a.col(j).iter())
            .for_each(|(l, v)| *l = *v);
        if list.iter().any(|v| *v != 0.0) {
            root.times(&mut list);
            list.iter().enumerate().for_each(|(k, v)| a[(k, j)] = *v);
        }
    }
    a
}

/// out = σM*rows, by part.
fn bend(lagrangian: &Lagrangian<'_>, rows: &[Vec<f64>], out: &mut [Vec<f64>]) {
    for (k, (rows, out)) in rows.iter().zip(out).enumerate() {
        lagrangian.rule(k).curvature_times(rows, out);
        out.iter_mut().for_each(|v| *v *= lagrangian.sigma);
    }
}

/// out -= J'rows.
fn pull(lagrangian: &mut Lagrangian<'_>, rows: &[Vec<f64>], out: &mut [f64]) {
    let mut total = vec![0.0; out.len()];
    for (k, rows) in rows.iter().enumerate() {
        lagrangian.add_adjoint(k, rows, &mut total);
    }
    out.iter_mut().zip(&total).for_each(|(o, t)| *o -= t);
}
