//! |F x + g|² through the products F'F, where they are no larger than F.
//!
//! A dense F makes the solver eliminate one residual after another into the same n x n block;
//! handing it F'F does that once, with a matrix product. The products lose digits in two ways, and
//! both are tested: where F is ill-conditioned they are not used, and where |g| dwarfs the
//! optimum the variables are counted from the least-squares solution, so that no product with g is
//! left. Source of both facts: G. Golub, C. Van Loan, "Matrix computations", section 5.3.

use super::centres::Centres;
use crate::cone::{AffineMap, ProgramBuilder};
use faer::linalg::matmul::triangular::{BlockStructure, matmul};
use faer::linalg::solvers::{Llt, Solve};
use faer::{Accum, Mat, Par, Side};

/// Share of stored entries from which F is multiplied as a dense matrix.
const DENSE: f64 = 0.2;
/// The Cholesky factor's diagonal may span this factor: its square bounds the condition of F'F from
/// below.
const LARGEST_SPREAD: f64 = 1e4;
/// |g|² may be this many times the least possible |F x + g|²: the cancellation then costs four
/// digits of sixteen.
const LARGEST_CANCELLATION: f64 = 1e4;

/// F'F and what goes with it.
#[derive(Clone, Debug)]
pub(super) struct Products {
    /// Program variables of the columns of F, rising.
    columns: Vec<usize>,
    /// Lower triangle of F'F.
    gram: Mat<f64>,
    /// The least-squares solution.
    centre: Vec<f64>,
    /// The variables have to be counted from the centre.
    needs_centre: bool,
}

/// The variables of a map, rising, when F'F is worth forming: its triangle is no larger than F,
/// and F is not wide (F'F would be singular).
pub(super) fn columns_worth_multiplying(map: &AffineMap) -> Option<Vec<usize>> {
    let fits = |columns: usize| {
        columns <= map.rows() && columns.saturating_mul(columns + 1) / 2 <= map.nonzeros()
    };
    if map.longest_row() < 3 || !fits(map.longest_row()) {
        return None;
    }
    let columns = map.used_columns();
    fits(columns.len()).then_some(columns)
}

/// Numbers the program variables `columns` from 0.
pub(super) struct Numbering {
    count: usize,
    first: usize,
    positions: Vec<u32>,
}

impl Numbering {
    pub(super) fn new(columns: &[usize]) -> Self {
        let first = columns.first().copied().unwrap_or_default();
        let span = columns.last().map_or(0, |last| last - first + 1);
        let mut positions = vec![0; span];
        for (k, &column) in columns.iter().enumerate() {
            positions[column - first] = k as u32;
        }
        Numbering {
            count: columns.len(),
            first,
            positions,
        }
    }

    pub(super) fn of(&self, column: usize) -> usize {
        self.positions[column - self.first] as usize
    }
}

impl Products {
    /// `None` where F is too ill-conditioned. Each row names a variable at most once.
    pub(super) fn of(map: &AffineMap, columns: Vec<usize>, threads: usize) -> Option<Self> {
        let numbering = Numbering::new(&columns);
        let gram = gram(map, &numbering, columns.len(), threads);
        let factor = gram.llt(Side::Lower).ok()?;
        if spread(&factor) > LARGEST_SPREAD {
            return None;
        }
        let mut centre = vec![0.0; columns.len()];
        // The second step works off the rounding errors of the first.
        for _ in 0..2 {
            let residual = residual(map, &numbering, &centre);
            let step = factor.solve(&transpose_product(map, &numbering, &residual));
            for (k, c) in centre.iter_mut().enumerate() {
                *c -= step[(k, 0)];
            }
        }
        let best = squared_length(&residual(map, &numbering, &centre));
        let whole = squared_length(map.constants());
        Some(Products {
            columns,
            gram,
            centre,
            needs_centre: whole > LARGEST_CANCELLATION * best,
        })
    }

    pub(super) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Asks for the centre where it is needed; false when another term has taken the variables.
    pub(super) fn settle(&self, centres: &mut Centres) -> bool {
        !self.needs_centre || centres.offer_all(&self.columns, &self.centre)
    }

    /// Adds weight*|F (x + s) + g|² for the shifts s.
    pub(super) fn emit(
        &self,
        map: &AffineMap,
        weight: f64,
        shifts: &[f64],
        program: &mut ProgramBuilder,
    ) {
        let constants = map.translated_constants(shifts);
        program.add_constant(weight * squared_length(&constants));
        let slope = transpose_product(map, &Numbering::new(&self.columns), &constants);
        for (j, &column) in self.columns.iter().enumerate() {
            program.add_linear_term(column, 2.0 * weight * slope[(j, 0)]);
            program.add_quadratic_objective(column, column, weight * self.gram[(j, j)]);
            for (i, &row) in self.columns.iter().enumerate().skip(j + 1) {
                let product = self.gram[(i, j)];
                if product != 0.0 {
                    program.add_quadratic_objective(column, row, 2.0 * weight * product);
                }
            }
        }
    }
}

fn spread(factor: &Llt<f64>) -> f64 {
    let lower = factor.L();
    let (mut least, mut most) = (f64::INFINITY, 0.0f64);
    for k in 0..lower.ncols() {
        least = least.min(lower[(k, k)]);
        most = most.max(lower[(k, k)]);
    }
    most / least
}

/// 0 threads: as many as the machine has.
fn parallelism(threads: usize) -> Par {
    match threads {
        1 => Par::Seq,
        threads => Par::rayon(threads),
    }
}

/// F'F, lower triangle.
fn gram(map: &AffineMap, numbering: &Numbering, count: usize, threads: usize) -> Mat<f64> {
    let mut gram = Mat::zeros(count, count);
    if map.nonzeros() as f64 > DENSE * (map.rows() * count) as f64 {
        let transposed = transposed(map, numbering, count);
        matmul(
            &mut gram,
            BlockStructure::TriangularLower,
            Accum::Replace,
            &transposed,
            BlockStructure::Rectangular,
            transposed.transpose(),
            BlockStructure::Rectangular,
            1.0,
            parallelism(threads),
        );
        return gram;
    }
    for k in 0..map.rows() {
        for (i, a) in map.row(k) {
            for (j, b) in map.row(k) {
                let (i, j) = (numbering.of(i), numbering.of(j));
                if i >= j {
                    gram[(i, j)] += a * b;
                }
            }
        }
    }
    gram
}

/// F', so that each row of the map fills a column.
pub(super) fn transposed(map: &AffineMap, numbering: &Numbering, count: usize) -> Mat<f64> {
    let mut dense = Mat::zeros(count, map.rows());
    for k in 0..map.rows() {
        for (j, value) in map.row(k) {
            dense[(numbering.of(j), k)] = value;
        }
    }
    dense
}

/// F x + g.
fn residual(map: &AffineMap, numbering: &Numbering, x: &[f64]) -> Vec<f64> {
    let value = |k: usize| {
        let product: f64 = map.row(k).map(|(j, v)| v * x[numbering.of(j)]).sum();
        product + map.constants()[k]
    };
    (0..map.rows()).map(value).collect()
}

/// F'r as a column.
fn transpose_product(map: &AffineMap, numbering: &Numbering, r: &[f64]) -> Mat<f64> {
    let mut product = Mat::zeros(numbering.count, 1);
    for (k, r) in r.iter().enumerate() {
        for (j, value) in map.row(k) {
            product[(numbering.of(j), 0)] += value * r;
        }
    }
    product
}

fn squared_length(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum()
}
