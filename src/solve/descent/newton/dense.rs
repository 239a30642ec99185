//! The generalised Hessian written out, for few unknowns.

use super::by_roots::ByRoots;
use super::congruence::add_congruence;
use super::source::Source;
use super::varying::{MOST_READINGS, Varying};
use crate::matrix::SparseMatrix;
use crate::solve::descent::affine::AffineMap;
use crate::solve::descent::blocks::{Curvature, Rule};
use crate::solve::descent::dense::Factor;
use crate::solve::descent::lagrangian::Lagrangian;
use crate::solve::descent::ridge_terms::RidgeTerms;
use faer::{Accum, Mat, Par};

/// Largest number of unknowns.
const LARGEST: usize = 1500;
/// Those whose second derivatives are read off by products with unit vectors, where rows bend.
const MOST_BENT: usize = 600;
/// Work for semidefinite parts up to which their second derivatives are written out.
const MOST_SPECTRAL_WORK: f64 = 3e8;

/// Share of entries from which on a product of whole matrices is faster than one of entries.
const DENSE_SHARE: f64 = 0.2;

/// Side of semidefinite matrices up to which their rows are turned as a whole.
const SMALL_SIDE: usize = 12;

/// Rows of a part's Jacobian.
#[derive(Debug)]
pub enum Jacobian {
    /// Rows as columns of a sparse matrix.
    Sparse(SparseMatrix),
    Dense(Mat<f64>),
}

impl Jacobian {
    fn of(map: &AffineMap) -> Self {
        let most = DENSE_SHARE * (map.rows() * map.columns()) as f64;
        match map.sparse_rows() {
            Some(rows) if (rows.values.len() as f64) <= most => Jacobian::Sparse(rows),
            _ => Jacobian::Dense(map.dense_rows()),
        }
    }
}

#[derive(Debug)]
pub struct Dense {
    pub jacobians: Vec<Jacobian>,
    /// Second derivatives of f, when they are constant; of its quadratic share where it has ridge
    /// terms.
    smooth: Option<Mat<f64>>,
    /// Other second derivatives of f, and those of the curved rows, once they have been read.
    varying: Option<Varying>,
    /// The last shift of an indefinite matrix.
    shift: f64,
    ridges: Option<Ridges>,
    /// The last factorisation.
    factor: Option<Factor>,
    /// That by roots, if it was the last.
    pub by_roots: Option<ByRoots>,
}

/// Ridge terms with their rows.
#[derive(Debug)]
struct Ridges {
    terms: RidgeTerms,
    jacobians: Vec<Jacobian>,
}

impl Dense {
    pub fn new(lagrangian: &Lagrangian<'_>, ridges: Option<RidgeTerms>) -> Self {
        let parts = lagrangian.model.parts.iter();
        let rest =
            |terms: &RidgeTerms| AffineMap::new(terms.rest(), lagrangian.model.size).dense_rows();
        Dense {
            jacobians: parts.map(|p| Jacobian::of(&p.map)).collect(),
            smooth: ridges.as_ref().map(rest),
            ridges: ridges.map(|terms| Ridges {
                jacobians: terms.maps().map(Jacobian::of).collect(),
                terms,
            }),
            varying: None,
            shift: 0.0,
            factor: None,
            by_roots: None,
        }
    }

    /// Multiplications of one factorisation; `None` where the matrix should not be written out.
    pub fn work(lagrangian: &Lagrangian<'_>, has_ridges: bool) -> Option<f64> {
        let model = &lagrangian.model;
        let n = model.size;
        let bent = model.parts.iter().filter(|p| p.rule.curvature().is_none());
        let spectral: f64 = bent
            .map(|p| (p.map.rows() as f64).powf(1.5) * n as f64)
            .sum();
        let varies = || model.bent_unknowns().len();
        // Without bent rows other methods do with products.
        let most_bent = match model.curved.rows() {
            0 => MOST_READINGS,
            _ => MOST_BENT,
        };
        let written_out = model.is_quadratic || has_ridges || varies() <= most_bent;
        let fits = n <= LARGEST && spectral <= MOST_SPECTRAL_WORK && written_out;
        fits.then(|| (n as f64).powi(3) / 3.0)
    }

    /// (∂²L + shift*I)*d = right.
    pub fn solve(
        &mut self,
        lagrangian: &mut Lagrangian<'_>,
        shift: f64,
        right: &[f64],
    ) -> Option<Vec<f64>> {
        self.factorise(lagrangian, shift)?;
        self.substitute(right)
    }

    /// Factorises ∂²L + shift*I at the last evaluated point; `None` where that fails.
    pub fn factorise(&mut self, lagrangian: &mut Lagrangian<'_>, shift: f64) -> Option<()> {
        self.by_roots = None;
        self.factor = Factor::new(&self.assemble(lagrangian, shift)?);
        self.factor.is_some().then_some(())
    }

    /// By the last factorisation.
    pub fn substitute(&self, right: &[f64]) -> Option<Vec<f64>> {
        Some(self.factor.as_ref()?.solve(right))
    }

    /// The same where the matrix may be indefinite: with a multiple of the identity that makes it
    /// positive definite.
    pub fn solve_shifted(
        &mut self,
        lagrangian: &mut Lagrangian<'_>,
        shift: f64,
        right: &[f64],
    ) -> Option<Vec<f64>> {
        let hessian = self.assemble(lagrangian, shift)?;
        let (factor, shift) = Factor::shifted(&hessian, self.shift / 16.0)?;
        self.shift = shift;
        Some(factor.solve(right))
    }

    /// The generalised Hessian, lower triangle.
    fn assemble(&mut self, lagrangian: &mut Lagrangian<'_>, shift: f64) -> Option<Mat<f64>> {
        self.assemble_without(|_| false, lagrangian, shift)
    }

    /// The same without the parts that are left out, by place.
    pub fn assemble_without(
        &mut self,
        is_left_out: impl Fn(usize) -> bool,
        lagrangian: &mut Lagrangian<'_>,
        shift: f64,
    ) -> Option<Mat<f64>> {
        let mut hessian = self.smooth_part(lagrangian)?;
        let sigma = lagrangian.sigma;
        let parts = lagrangian.model.parts.iter().zip(&self.jacobians);
        for (_, (part, jacobian)) in parts.enumerate().filter(|(k, _)| !is_left_out(*k)) {
            match part.rule.curvature() {
                Some(curvature) => add_curvature(&mut hessian, jacobian, &curvature, sigma),
                None => add_spectral(&mut hessian, jacobian, part.rule.as_ref(), sigma),
            }
        }
        for (k, shift) in lagrangian.shifts(shift).enumerate() {
            hessian[(k, k)] += shift;
        }
        Some(hessian)
    }

    /// Second derivatives of f and of the curved rows; `None` where they have too many entries.
    fn smooth_part(&mut self, lagrangian: &mut Lagrangian<'_>) -> Option<Mat<f64>> {
        let n = lagrangian.model.size;
        let has_rows = lagrangian.model.curved.rows() > 0;
        if !lagrangian.model.has_smooth && !has_rows {
            return Some(Mat::zeros(n, n));
        }
        if let (Some(ridges), Some(rest)) = (&mut self.ridges, &self.smooth) {
            let mut hessian = rest.clone();
            let curvatures = ridges.terms.curvatures(&lagrangian.model.point, 1.0);
            for (jacobian, curvature) in ridges.jacobians.iter().zip(&curvatures) {
                add_curvature(&mut hessian, jacobian, curvature, 1.0);
            }
            return Some(hessian);
        }
        if lagrangian.model.is_quadratic && !has_rows {
            if self.smooth.is_none() {
                let known = lagrangian.model.dense_hessian();
                self.smooth = known.or_else(|| self.read_varying(lagrangian));
            }
            return self.smooth.clone();
        }
        self.read_varying(lagrangian)
    }

    fn read_varying(&mut self, lagrangian: &mut Lagrangian<'_>) -> Option<Mat<f64>> {
        if self.varying.is_none() {
            self.varying = Varying::of(Source::Whole, lagrangian.model, &lagrangian.sizes);
        }
        let varying = self.varying.as_mut()?;
        varying.read(lagrangian.model, &lagrangian.sizes);
        let n = lagrangian.model.size;
        let mut hessian = Mat::zeros(n, n);
        for (i, j, value) in varying.triangle.triplets() {
            hessian[(i, j)] = value;
        }
        let weights = lagrangian.model.curved.rule.curvature()?.diagonal;
        add_sparse_rows(&mut hessian, &varying.slopes, &weights, lagrangian.sigma);
        Some(hessian)
    }
}

pub fn row_entries(jacobian: &Jacobian, k: usize) -> Vec<(usize, f64)> {
    match jacobian {
        Jacobian::Sparse(rows) => rows.column(k).collect(),
        Jacobian::Dense(rows) => (0..rows.ncols()).map(|j| (j, rows[(k, j)])).collect(),
    }
}

/// H += sigma*J'*M*J.
fn add_curvature(hessian: &mut Mat<f64>, jacobian: &Jacobian, m: &Curvature, sigma: f64) {
    add_rows(hessian, jacobian, &m.diagonal, sigma);
    for rows in &m.centred {
        add_centred(hessian, jacobian, rows, sigma);
    }
    add_rank_one(hessian, jacobian, &m.rank_one, sigma);
}

/// H += sigma*J'*diag(weights)*J.
fn add_rows(hessian: &mut Mat<f64>, jacobian: &Jacobian, weights: &[f64], sigma: f64) {
    match jacobian {
        Jacobian::Sparse(rows) => add_sparse_rows(hessian, rows, weights, sigma),
        Jacobian::Dense(rows) => {
            let active: Vec<usize> = (0..weights.len()).filter(|&k| weights[k] != 0.0).collect();
            let (m, n) = (active.len(), rows.ncols());
            let part = Mat::from_fn(m, n, |i, j| rows[(active[i], j)]);
            let bent = Mat::from_fn(m, n, |i, j| sigma * weights[active[i]] * part[(i, j)]);
            add_product(hessian, &part, &bent);
        }
    }
}

/// The same of rows as columns of a sparse matrix.
fn add_sparse_rows(hessian: &mut Mat<f64>, rows: &SparseMatrix, weights: &[f64], sigma: f64) {
    for (k, weight) in weights.iter().enumerate().filter(|(_, w)| **w != 0.0) {
        for (place, (j, b)) in rows.column(k).enumerate() {
            let factor = sigma * weight * b;
            for (i, a) in rows.column(k).skip(place) {
                hessian[(i, j)] += factor * a;
            }
        }
    }
}

/// H += A'*B, the lower triangle of a symmetric product.
fn add_product(hessian: &mut Mat<f64>, a: &Mat<f64>, b: &Mat<f64>) {
    use faer::linalg::matmul::triangular::{BlockStructure, matmul};
    matmul(
        hessian.as_mut(),
        BlockStructure::TriangularLower,
        Accum::Add,
        a.transpose(),
        BlockStructure::Rectangular,
        b,
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
    add_product(hessian, &part, &part);
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

/// H += sigma*J'*M*J, M by products or, for small matrices, in the basis of their eigenvectors.
fn add_spectral(hessian: &mut Mat<f64>, jacobian: &Jacobian, rule: &dyn Rule, sigma: f64) {
    let n = hessian.nrows();
    if let (Some(scaling), Jacobian::Sparse(rows)) = (rule.congruence(), jacobian) {
        return add_congruence(hessian, rows, &scaling.congruence, sigma);
    }
    let is_small = rule.spectral_side().is_some_and(|side| side <= SMALL_SIDE);
    if is_small && let Some((eigen, weights)) = rule.spectral_curvature() {
        let turned = turned(&eigen.rotation_of_lists(), jacobian, n);
        let bent = Mat::from_fn(turned.nrows(), n, |k, j| {
            sigma * weights[k] * turned[(k, j)]
        });
        return add_product(hessian, &turned, &bent);
    }
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

/// Q*J.
fn turned(rotation: &Mat<f64>, jacobian: &Jacobian, n: usize) -> Mat<f64> {
    let rows = match jacobian {
        Jacobian::Dense(rows) => return rotation * rows,
        Jacobian::Sparse(rows) => rows,
    };
    let mut turned = Mat::zeros(rotation.nrows(), n);
    for (j, row, value) in rows.triplets() {
        for k in 0..rotation.nrows() {
            turned[(k, j)] += rotation[(k, row)] * value;
        }
    }
    turned
}
