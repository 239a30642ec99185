//! Systems by rows of dense matrices: condensed, or by roots of the rows' second derivatives.

use super::dense::{Dense, Jacobian, row_entries};
use super::orthogonal::Orthogonal;
use crate::solve::descent::blocks::interior::Root;
use crate::solve::descent::lagrangian::Lagrangian;
use faer::Mat;

/// Work for orthogonal transformations, in multiplications.
const MOST_WORK: f64 = 1e9;

/// A factorisation with the roots that it was made from, by part.
#[derive(Debug)]
pub struct ByRoots {
    roots: Vec<Option<Root>>,
    orthogonal: Orthogonal,
}

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
    ) -> Option<()> {
        let parts = lagrangian.model.parts.iter();
        let mut roots: Vec<Option<Root>> = parts.map(|part| Root::of(part.rule.as_ref())).collect();
        // Bent rows are written out with f.
        roots.push(None);
        let has_root = |k: usize| roots[k].is_some();
        let rest = self.assemble_without(has_root, lagrangian, shift)?;
        let size = lagrangian.sigma.sqrt();
        let pairs = roots.iter().zip(&self.jacobians);
        let rows = |(root, jacobian): (&Option<Root>, &Jacobian)| {
            let root = root.as_ref()?;
            Some(rows_times(root, jacobian, rest.nrows(), size))
        };
        let rows: Vec<Mat<f64>> = pairs.filter_map(rows).collect();
        let orthogonal = Orthogonal::of(&rows, rest)?;
        self.by_roots = Some(ByRoots { roots, orthogonal });
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
        if let Some(by_roots) = &self.by_roots {
            return Some(by_roots.substitute(lagrangian, right, shifts, multipliers));
        }
        bend(lagrangian, shifts, multipliers, |_| true);
        let mut condensed = right.to_vec();
        pull(lagrangian, multipliers, &mut condensed);
        let direction = self.substitute(&condensed)?;
        let images = moved(lagrangian, &direction, shifts);
        bend(lagrangian, &images, multipliers, |_| true);
        Some(direction)
    }
}

impl ByRoots {
    /// The same where rows have roots: their multipliers are K' times what the roots' rows come to.
    fn substitute(
        &self,
        lagrangian: &mut Lagrangian<'_>,
        right: &[f64],
        shifts: &[Vec<f64>],
        multipliers: &mut [Vec<f64>],
    ) -> Vec<f64> {
        let size = lagrangian.sigma.sqrt();
        let is_condensed = |k: usize| self.roots[k].is_none();
        let mut rows = Vec::new();
        for (k, root) in self.rooted() {
            multipliers[k].fill(0.0);
            let first = rows.len();
            rows.extend(shifts[k].iter().map(|s| size * s));
            root.times(&mut rows[first..]);
        }
        bend(lagrangian, shifts, multipliers, is_condensed);
        let mut condensed = right.to_vec();
        pull(lagrangian, multipliers, &mut condensed);
        let (direction, sums) = self.orthogonal.solve(&rows, &condensed);
        let images = moved(lagrangian, &direction, shifts);
        bend(lagrangian, &images, multipliers, is_condensed);
        let mut sums = sums.iter();
        for (k, root) in self.rooted() {
            let multiplier = &mut multipliers[k];
            multiplier
                .iter_mut()
                .zip(&mut sums)
                .for_each(|(m, s)| *m = size * s);
            root.transposed_times(multiplier);
        }
        direction
    }

    /// Parts that have a root, by place.
    fn rooted(&self) -> impl Iterator<Item = (usize, &Root)> {
        let all = self.roots.iter().enumerate();
        all.filter_map(|(k, root)| Some((k, root.as_ref()?)))
    }
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
fn rows_times(root: &Root, jacobian: &Jacobian, n: usize, factor: f64) -> Mat<f64> {
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

/// out = σM*rows, by part, of those asked for.
fn bend(
    lagrangian: &Lagrangian<'_>,
    rows: &[Vec<f64>],
    out: &mut [Vec<f64>],
    is_asked_for: impl Fn(usize) -> bool,
) {
    let parts = rows.iter().zip(out).enumerate();
    for (k, (rows, out)) in parts.filter(|(k, _)| is_asked_for(*k)) {
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
