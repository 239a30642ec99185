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
use faer::{Accum, Mat, MatRef, Par, Scale, Side};
use std::borrow::Cow;

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
    /// Upper triangle of F'F.
    gram: Mat<f64>,
    /// F'g.
    slope: Vec<f64>,
    /// Where the variables have to be counted from, if they have to.
    centre: Option<Centre>,
}

/// The least-squares solution x.
#[derive(Clone, Debug)]
struct Centre {
    x: Vec<f64>,
    /// F x + g and F'(F x + g).
    residual: Vec<f64>,
    slope: Vec<f64>,
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
        let rows = Rows::of(map, &columns);
        let gram = rows.gram(threads);
        let factor = gram.transpose().llt(Side::Lower).ok()?;
        if spread(&factor) > LARGEST_SPREAD {
            return None;
        }
        let slope = rows.transpose_product(&column(map.constants()));
        let centre = Centre::where_needed(map, &rows, &factor, &slope);
        Some(Products {
            columns,
            slope: entries(&slope),
            centre,
            gram,
        })
    }

    pub(super) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Asks for the centre where it is needed; false when another term has taken the variables.
    pub(super) fn settle(&self, centres: &mut Centres) -> bool {
        let centre = self.centre.as_ref();
        centre.is_none_or(|centre| centres.offer_all(&self.columns, &centre.x))
    }

    /// Adds weight*|F (x + s) + g|² for the shifts s.
    pub(super) fn emit(
        self,
        map: &AffineMap,
        weight: f64,
        shifts: &[f64],
        program: &mut ProgramBuilder,
    ) {
        let (constants, slope) = self.at(map, shifts);
        program.add_constant(weight * squared_length(&constants));
        for (&column, slope) in self.columns.iter().zip(slope.iter()) {
            program.add_linear_term(column, 2.0 * weight * slope);
        }
        program.add_quadratic_form(self.columns, self.gram, weight);
    }

    /// F s + g and F'(F s + g) for the shifts s.
    fn at<'a>(&'a self, map: &'a AffineMap, shifts: &[f64]) -> (Cow<'a, [f64]>, Cow<'a, [f64]>) {
        let shift = |j: &usize| shifts.get(*j).copied().unwrap_or_default();
        if self.columns.iter().all(|j| shift(j) == 0.0) {
            return (Cow::Borrowed(map.constants()), Cow::Borrowed(&self.slope));
        }
        if let Some(centre) = &self.centre
            && self
                .columns
                .iter()
                .zip(&centre.x)
                .all(|(j, x)| shift(j) == *x)
        {
            return (
                Cow::Borrowed(&centre.residual),
                Cow::Borrowed(&centre.slope),
            );
        }
        let constants = map.translated_constants(shifts);
        let rows = Rows::of(map, &self.columns);
        let slope = rows.transpose_product(&column(&constants));
        (Cow::Owned(constants), Cow::Owned(entries(&slope)))
    }
}

impl Centre {
    /// The least |F x + g|² is |g|² - s'(F'F)⁻¹s with s = F'g; `None` where |g|² does not dwarf it.
    fn where_needed(
        map: &AffineMap,
        rows: &Rows<'_>,
        factor: &Llt<f64>,
        slope: &Mat<f64>,
    ) -> Option<Centre> {
        let whole = squared_length(map.constants());
        let mut x = -factor.solve(slope);
        let explained: f64 = entries(&x)
            .iter()
            .zip(entries(slope))
            .map(|(x, s)| -x * s)
            .sum();
        if whole <= LARGEST_CANCELLATION * (whole - explained) {
            return None;
        }
        // The second step works off the rounding errors of the first.
        let mut residual = rows.residual(&x);
        let mut slope = rows.transpose_product(&residual);
        x -= factor.solve(&slope);
        residual = rows.residual(&x);
        slope = rows.transpose_product(&residual);
        Some(Centre {
            x: entries(&x),
            residual: entries(&residual),
            slope: entries(&slope),
        })
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

/// F for products.
enum Rows<'a> {
    Dense(&'a AffineMap, Transposed<'a>),
    Sparse(&'a AffineMap, Numbering),
}

/// F' as factor*matrix.
struct Transposed<'a> {
    factor: f64,
    matrix: Stored<'a>,
}

enum Stored<'a> {
    InPlace(MatRef<'a, f64>),
    Copied(Mat<f64>),
}

impl<'a> Transposed<'a> {
    /// Dense rows as they are stored: the values of full rows are those of F' by columns.
    fn in_place(map: &'a AffineMap, columns: &[usize]) -> Option<Self> {
        let view = |values, rows, cols| MatRef::from_column_major_slice(values, rows, cols);
        let (factor, matrix) = match map.as_product() {
            Some(product) => {
                let matrix = product.matrix()?;
                let by_columns = view(matrix.as_slice(), matrix.nrows(), matrix.ncols());
                (product.factor(), by_columns.transpose())
            }
            None => (
                1.0,
                view(map.full_rows(columns)?, columns.len(), map.rows()),
            ),
        };
        let matrix = Stored::InPlace(matrix);
        Some(Transposed { factor, matrix })
    }

    fn matrix(&self) -> MatRef<'_, f64> {
        match &self.matrix {
            Stored::InPlace(matrix) => *matrix,
            Stored::Copied(matrix) => matrix.as_ref(),
        }
    }
}

impl<'a> Rows<'a> {
    fn of(map: &'a AffineMap, columns: &[usize]) -> Self {
        if let Some(transposed) = Transposed::in_place(map, columns) {
            return Rows::Dense(map, transposed);
        }
        let (numbering, count) = (Numbering::new(columns), columns.len());
        if map.nonzeros() as f64 > DENSE * (map.rows() * count) as f64 {
            let matrix = Stored::Copied(transposed(map, &numbering, count));
            let factor = 1.0;
            return Rows::Dense(map, Transposed { factor, matrix });
        }
        Rows::Sparse(map, numbering)
    }

    /// F'F, upper triangle.
    fn gram(&self, threads: usize) -> Mat<f64> {
        match self {
            Rows::Dense(_, transposed) => dense_gram(transposed, threads),
            Rows::Sparse(map, numbering) => sparse_gram(map, numbering),
        }
    }

    /// F x + g.
    fn residual(&self, x: &Mat<f64>) -> Mat<f64> {
        match self {
            Rows::Dense(map, transposed) => {
                let product = transposed.matrix().transpose() * x;
                column(map.constants()) + Scale(transposed.factor) * product
            }
            Rows::Sparse(map, numbering) => Mat::from_fn(map.rows(), 1, |k, _| {
                let terms = map.row(k).map(|(j, v)| v * x[(numbering.of(j), 0)]);
                map.constants()[k] + terms.sum::<f64>()
            }),
        }
    }

    /// F'r.
    fn transpose_product(&self, r: &Mat<f64>) -> Mat<f64> {
        match self {
            Rows::Dense(_, transposed) => Scale(transposed.factor) * (transposed.matrix() * r),
            Rows::Sparse(map, numbering) => sparse_transpose_product(map, numbering, r),
        }
    }
}

fn dense_gram(transposed: &Transposed<'_>, threads: usize) -> Mat<f64> {
    let (factor, transposed) = (transposed.factor, transposed.matrix());
    let count = transposed.nrows();
    let mut gram = Mat::zeros(count, count);
    matmul(
        &mut gram,
        BlockStructure::TriangularUpper,
        Accum::Replace,
        transposed,
        BlockStructure::Rectangular,
        transposed.transpose(),
        BlockStructure::Rectangular,
        factor * factor,
        parallelism(threads),
    );
    gram
}

fn sparse_gram(map: &AffineMap, numbering: &Numbering) -> Mat<f64> {
    let mut gram = Mat::zeros(numbering.count, numbering.count);
    for k in 0..map.rows() {
        for (i, a) in map.row(k) {
            for (j, b) in map.row(k) {
                let (i, j) = (numbering.of(i), numbering.of(j));
                if i <= j {
                    gram[(i, j)] += a * b;
                }
            }
        }
    }
    gram
}

fn sparse_transpose_product(map: &AffineMap, numbering: &Numbering, r: &Mat<f64>) -> Mat<f64> {
    let mut product = Mat::zeros(numbering.count, 1);
    for k in 0..map.rows() {
        for (j, value) in map.row(k) {
            product[(numbering.of(j), 0)] += value * r[(k, 0)];
        }
    }
    product
}

fn column(entries: &[f64]) -> Mat<f64> {
    Mat::from_fn(entries.len(), 1, |k, _| entries[k])
}

fn entries(column: &Mat<f64>) -> Vec<f64> {
    column.col(0).iter().copied().collect()
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

fn squared_length(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum()
}
