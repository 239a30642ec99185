//! Semismooth Newton for the augmented Lagrangian.
//!
//! X. Li, D. Sun, K.-C. Toh, "A highly efficient semismooth Newton augmented Lagrangian method for
//! solving lasso problems", 2018.

use super::budget::Budget;
use super::conjugate_gradient;
use super::dense::Factor;
use super::lagrangian::{Lagrangian, Scratch};
use super::lbfgs::{End, norm};
use super::line_search::{Point, Search, search};
use super::tape::product::dot;
use crate::matrix::SparseMatrix;
use faer::{Accum, Mat, Par};

/// Largest number of unknowns for matrices of second derivatives.
const LARGEST_DENSE: usize = 1500;
/// Work for semidefinite parts up to which their second derivatives are written out.
const MOST_SPECTRAL_WORK: f64 = 3e8;

/// Rows of a part's Jacobian.
#[derive(Debug)]
enum Jacobian {
    /// Rows as columns of a sparse matrix.
    Sparse(SparseMatrix),
    Dense(Mat<f64>),
}

/// What stays the same from step to step.
#[derive(Debug)]
pub struct Newton {
    jacobians: Vec<Jacobian>,
    /// Second derivatives of f, when they are constant.
    smooth: Option<Mat<f64>>,
    dense: bool,
    scratch: Scratch,
    pub systems: usize,
    pub products: usize,
}

impl Newton {
    pub fn new(lagrangian: &mut Lagrangian<'_>) -> Self {
        let n = lagrangian.model.size;
        let spectral: f64 = lagrangian
            .model
            .parts
            .iter()
            .filter(|p| p.rule.curvature().is_none())
            .map(|p| (p.map.rows() as f64).powf(1.5) * n as f64)
            .sum();
        let written_out = lagrangian.model.is_quadratic || n <= 300;
        let dense = n <= LARGEST_DENSE && spectral <= MOST_SPECTRAL_WORK && written_out;
        let jacobian = |map: &super::affine::AffineMap| match map.sparse_rows() {
            Some(rows) => Jacobian::Sparse(rows),
            None => Jacobian::Dense(map.dense_rows()),
        };
        Newton {
            jacobians: if dense {
                let parts = lagrangian.model.parts.iter();
                parts.map(|p| jacobian(&p.map)).collect()
            } else {
                Vec::new()
            },
            smooth: None,
            dense,
            scratch: Scratch::default(),
            systems: 0,
            products: 0,
        }
    }

    /// Minimises the Lagrangian from `point` until |gradient| <= `target`.
    pub fn minimise(
        &mut self,
        lagrangian: &mut Lagrangian<'_>,
        point: &mut Point,
        target: &mut dyn FnMut(&Lagrangian<'_>) -> f64,
        most: usize,
        budget: &Budget,
    ) -> (End, usize) {
        let mut trial = point.clone();
        let first = norm(&point.gradient);
        for iteration in 0..most {
            let size = norm(&point.gradient);
            if size <= target(lagrangian) {
                return (End::Converged, iteration);
            }
            if budget.is_spent() {
                return (End::Limit, iteration);
            }
            let mut direction = self.direction(lagrangian, point, size / first);
            if dot(&direction, &point.gradient).is_nan() || dot(&direction, &point.gradient) >= 0.0
            {
                direction = point.gradient.iter().map(|g| -g).collect();
            }
            match search(lagrangian, point, &direction, 1.0, true, &mut trial) {
                Search::Step(_) => {}
                Search::Endless => return (End::Endless, iteration),
                Search::Failed => {
                    // The caches must stand at the point that is kept.
                    use super::oracle::Smooth;
                    point.value = lagrangian.evaluate(&point.x, &mut point.gradient);
                    return (End::Stalled, iteration);
                }
            }
        }
        (End::Limit, most)
    }

    fn direction(
        &mut self,
        lagrangian: &mut Lagrangian<'_>,
        point: &Point,
        progress: f64,
    ) -> Vec<f64> {
        self.systems += 1;
        let size = norm(&point.gradient);
        let shift = lagrangian.rho + 1e-12 * size.min(1.0);
        let right: Vec<f64> = point.gradient.iter().map(|g| -g).collect();
        if self.dense {
            let hessian = self.assemble(lagrangian, shift);
            if let Some(factor) = Factor::new(&hessian) {
                return factor.solve(&right);
            }
        }
        let tolerance = 0.1 * (0.5 * progress.sqrt()).min(0.1);
        let scale = vec![1.0; right.len()];
        let (scratch, products) = (&mut self.scratch, &mut self.products);
        let mut product = |v: &[f64], out: &mut [f64]| {
            *products += 1;
            lagrangian.curvature_times(v, out, scratch);
            out.iter_mut().zip(v).for_each(|(o, v)| *o += shift * v);
        };
        conjugate_gradient::solve(&mut product, &right, &scale, tolerance, 500)
    }

    /// The generalised Hessian, lower triangle.
    fn assemble(&mut self, lagrangian: &mut Lagrangian<'_>, shift: f64) -> Mat<f64> {
        let n = lagrangian.model.size;
        let mut hessian = self.smooth_part(lagrangian);
        let sigma = lagrangian.sigma;
        for (part, jacobian) in lagrangian.model.parts.iter().zip(&self.jacobians) {
            match part.rule.curvature() {
                Some(curvature) => {
                    add_rows(&mut hessian, jacobian, &curvature.diagonal, sigma);
                    for rows in &curvature.centred {
                        add_centred(&mut hessian, jacobian, rows, sigma);
                    }
                    add_rank_one(&mut hessian, jacobian, &curvature.rank_one, sigma);
                }
                None => add_spectral(&mut hessian, jacobian, part.rule.as_ref(), sigma),
            }
        }
        for k in 0..n {
            hessian[(k, k)] += shift;
        }
        hessian
    }

    /// Second derivatives of f and of the curved rows, by products with unit vectors.
    fn smooth_part(&mut self, lagrangian: &mut Lagrangian<'_>) -> Mat<f64> {
        let n = lagrangian.model.size;
        let curved = lagrangian.curved();
        let bare = !lagrangian.model.has_smooth && lagrangian.rows[curved].value.is_empty();
        if bare {
            return Mat::zeros(n, n);
        }
        let constant = lagrangian.model.is_quadratic && lagrangian.rows[curved].value.is_empty();
        if let (true, Some(known)) = (constant, &self.smooth) {
            return known.clone();
        }
        let mut hessian = Mat::zeros(n, n);
        let (mut unit, mut column) = (vec![0.0; n], vec![0.0; n]);
        for j in 0..n {
            unit[j] = 1.0;
            lagrangian.smooth_curvature_times(&unit, &mut column, &mut self.scratch);
            unit[j] = 0.0;
            for (i, value) in column.iter().enumerate() {
                hessian[(i, j)] = *value;
            }
        }
        if constant {
            self.smooth = Some(hessian.clone());
        }
        hessian
    }
}

fn row_entries(jacobian: &Jacobian, k: usize) -> Vec<(usize, f64)> {
    match jacobian {
        Jacobian::Sparse(rows) => rows.column(k).collect(),
        Jacobian::Dense(rows) => (0..rows.ncols()).map(|j| (j, rows[(k, j)])).collect(),
    }
}

/// H += sigma*J'*diag(weights)*J.
fn add_rows(hessian: &mut Mat<f64>, jacobian: &Jacobian, weights: &[f64], sigma: f64) {
    match jacobian {
        Jacobian::Sparse(rows) => {
            for (k, weight) in weights.iter().enumerate().filter(|(_, w)| **w != 0.0) {
                for (j, b) in rows.column(k) {
                    let factor = sigma * weight * b;
                    for (i, a) in rows.column(k).filter(|(i, _)| *i >= j) {
                        hessian[(i, j)] += factor * a;
                    }
                }
            }
        }
        Jacobian::Dense(rows) => {
            let active: Vec<usize> = (0..weights.len()).filter(|&k| weights[k] != 0.0).collect();
            let part = Mat::from_fn(active.len(), rows.ncols(), |i, j| {
                rows[(active[i], j)] * (sigma * weights[active[i]]).sqrt()
            });
            add_gram(hessian, &part);
        }
    }
}

/// H += R'*R.
fn add_gram(hessian: &mut Mat<f64>, rows: &Mat<f64>) {
    use faer::linalg::matmul::triangular::{BlockStructure, matmul};
    matmul(
        hessian.as_mut(),
        BlockStructure::TriangularLower,
        Accum::Add,
        rows.transpose(),
        BlockStructure::Rectangular,
        rows,
        BlockStructure::Rectangular,
        1.0,
        Par::Seq,
    );
}

/// H += sigma*Σ (J_k - mean)(J_k - mean)' over the given rows.
fn add_centred(hessian: &mut Mat<f64>, jacobian: &Jacobian, rows: &[usize], sigma: f64) {
    let n = hessian.nrows();
    let mut part = Mat::zeros(rows.len(), n);
    let mut mean = vec![0.0; n];
    for (i, &k) in rows.iter().enumerate() {
        for (j, value) in row_entries(jacobian, k) {
            part[(i, j)] = value * sigma.sqrt();
            mean[j] += value * sigma.sqrt() / rows.len() as f64;
        }
    }
    for j in 0..n {
        for i in 0..rows.len() {
            part[(i, j)] -= mean[j];
        }
    }
    add_gram(hessian, &part);
}

/// H += sigma*Σ weight*(J'u)(J'u)'.
fn add_rank_one(
    hessian: &mut Mat<f64>,
    jacobian: &Jacobian,
    terms: &[(f64, Vec<(usize, f64)>)],
    sigma: f64,
) {
    let n = hessian.nrows();
    for (weight, entries) in terms {
        let mut image: Vec<f64> = vec![0.0; n];
        for &(k, u) in entries {
            match jacobian {
                Jacobian::Sparse(rows) => rows.column(k).for_each(|(j, a)| image[j] += u * a),
                Jacobian::Dense(rows) => {
                    (0..n).for_each(|j| image[j] += u * rows[(k, j)]);
                }
            }
        }
        let support: Vec<usize> = (0..n).filter(|&j| image[j] != 0.0).collect();
        for (place, &j) in support.iter().enumerate() {
            let factor = sigma * weight * image[j];
            for &i in &support[place..] {
                hessian[(i, j)] += factor * image[i];
            }
        }
    }
}

/// H += sigma*J'*M*J, M by products.
fn add_spectral(
    hessian: &mut Mat<f64>,
    jacobian: &Jacobian,
    rule: &dyn super::blocks::Rule,
    sigma: f64,
) {
    let n = hessian.nrows();
    let dense = match jacobian {
        Jacobian::Dense(rows) => rows.clone(),
        Jacobian::Sparse(rows) => {
            let mut dense = Mat::zeros(rows.cols, n);
            rows.triplets().for_each(|(j, k, v)| dense[(k, j)] = v);
            dense
        }
    };
    let rows = dense.nrows();
    let mut bent = Mat::zeros(rows, n);
    let mut out = vec![0.0; rows];
    for j in 0..n {
        let column: Vec<f64> = (0..rows).map(|k| dense[(k, j)]).collect();
        if column.iter().all(|&v| v == 0.0) {
            continue;
        }
        rule.curvature_times(&column, &mut out);
        for (k, value) in out.iter().enumerate() {
            bent[(k, j)] = sigma * value;
        }
    }
    *hessian += dense.transpose() * bent;
}
