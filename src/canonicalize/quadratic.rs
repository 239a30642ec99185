//! Squares and quadratic forms of affine maps as P, q and a constant.

use super::Options;
use super::centres::Centres;
use super::products::{Products, columns_worth_multiplying};
use super::triangular::{is_tall_and_dense, triangular};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::matrix::Matrix;
use crate::shape::Shape;
use std::borrow::Cow;

/// (x_i - x_j)² is multiplied out while x_i stands in at most this many such squares.
const MOST_PAIRS: u32 = 4;

/// A sum of squares, ready to be written.
#[derive(Debug)]
pub(super) struct Squares<'a> {
    weight: f64,
    map: Cow<'a, AffineMap>,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// The products F'F go into P.
    Products(Products),
    /// The triangular factor over these variables stands for F.
    Triangular(Vec<usize>),
    /// Row by row.
    Rows,
}

impl<'a> Squares<'a> {
    /// Chooses the form of weight*|map|².
    pub(super) fn new(weight: f64, map: Cow<'a, AffineMap>, options: &Options) -> Self {
        let map = match map {
            Cow::Borrowed(map) => map.merged(),
            Cow::Owned(map) => Cow::Owned(match map.merged() {
                Cow::Borrowed(_) => map,
                Cow::Owned(merged) => merged,
            }),
        };
        let form = Form::of(&map, options);
        Squares { weight, map, form }
    }

    /// Forms that need certain centres ask for them, and give way where they are taken.
    pub(super) fn settle_products(&mut self, centres: &mut Centres, options: &Options) {
        if let Form::Products(products) = &self.form
            && !products.settle(centres)
        {
            self.form = Form::without_products(&self.map, products.columns().to_vec(), options);
        }
    }

    /// Counts for each variable the rows of two variables that it stands in.
    pub(super) fn count_pairs(&self, pairs: &mut [u32]) {
        if let Form::Rows = self.form {
            for k in (0..self.map.rows()).filter(|&k| self.map.row_length(k) == 2) {
                self.map.row(k).for_each(|(j, _)| pairs[j] += 1);
            }
        }
    }

    pub(super) fn settle_rows(&self, centres: &mut Centres) {
        match &self.form {
            Form::Rows => centres.offer_rows(&self.map),
            Form::Products(_) | Form::Triangular(_) => {}
        }
    }

    /// Adds the term to the objective, variables counted from `shifts`; `pairs` as counted over
    /// all terms.
    pub(super) fn emit(self, shifts: &[f64], pairs: &[u32], program: &mut ProgramBuilder) {
        let (weight, mut map) = (self.weight, self.map);
        if !matches!(self.form, Form::Products(_)) && !shifts.is_empty() {
            map.to_mut().translate(shifts);
        }
        match self.form {
            Form::Products(products) => products.emit(&map, weight, shifts, program),
            Form::Triangular(columns) => {
                let factor = triangular(&map, &columns);
                program.add_constant(weight * factor.rest * factor.rest);
                add_residual(program, weight, &factor.map);
            }
            Form::Rows => add_rows(program, weight, &map, pairs),
        }
    }
}

impl Form {
    fn of(map: &AffineMap, options: &Options) -> Self {
        let Some(columns) = columns_worth_multiplying(map) else {
            return Form::Rows;
        };
        let products = options
            .products
            .then(|| Products::of(map, columns.clone(), options.threads))
            .flatten();
        match products {
            Some(products) => Form::Products(products),
            None => Form::without_products(map, columns, options),
        }
    }

    fn without_products(map: &AffineMap, columns: Vec<usize>, options: &Options) -> Self {
        if options.triangular_least_squares && is_tall_and_dense(map, &columns) {
            Form::Triangular(columns)
        } else {
            Form::Rows
        }
    }
}

/// weight*|F x + g|², short rows multiplied out, others with a residual.
fn add_rows(program: &mut ProgramBuilder, weight: f64, map: &AffineMap, pairs: &[u32]) {
    let mut long_rows = Vec::new();
    for k in 0..map.rows() {
        if is_expanded(map, k, pairs) {
            expand_square(program, weight, map, k);
        } else {
            long_rows.push(k);
        }
    }
    if !long_rows.is_empty() && long_rows.len() == map.rows() {
        return add_residual(program, weight, map);
    }
    if !long_rows.is_empty() {
        let residual = map.select(Shape::vector(long_rows.len()), long_rows);
        add_residual(program, weight, &residual);
    }
}

/// One variable, or two in a sum without offset (whose expansion would cancel) that stand in few
/// such sums (one in many would give P an entry that dwarfs the others).
fn is_expanded(map: &AffineMap, k: usize, pairs: &[u32]) -> bool {
    match map.row_length(k) {
        0 | 1 => true,
        2 => {
            let few = |(j, _): (usize, f64)| pairs.get(j).is_some_and(|&n| n <= MOST_PAIRS);
            map.constants()[k] == 0.0 && map.row(k).all(few)
        }
        _ => false,
    }
}

/// weight*(f'x + g)² = weight*(Σ_i Σ_j f_i f_j x_i x_j + 2 g Σ_i f_i x_i + g²).
fn expand_square(program: &mut ProgramBuilder, weight: f64, map: &AffineMap, k: usize) {
    let constant = map.constants()[k];
    program.add_constant(weight * constant * constant);
    for (position, (i, fi)) in map.row(k).enumerate() {
        program.add_linear_term(i, 2.0 * weight * constant * fi);
        program.add_quadratic_objective(i, i, weight * fi * fi);
        for (j, fj) in map.row(k).skip(position + 1) {
            program.add_quadratic_objective(i, j, 2.0 * weight * fi * fj);
        }
    }
}

/// weight*|r|² with new variables r = F x + g: no product F'F, whose cancellation costs digits.
fn add_residual(program: &mut ProgramBuilder, weight: f64, map: &AffineMap) {
    let residual = program.variable(map.shape());
    for (k, _) in residual.terms() {
        program.add_quadratic_objective(k, k, weight);
    }
    program.zero(map.minus(&residual));
}

/// Adds weight*v'*matrix*v for v = F x + g.
pub(super) fn add_form(
    program: &mut ProgramBuilder,
    weight: f64,
    matrix: &Matrix,
    map: &AffineMap,
) {
    let map = map.merged();
    if map.longest_row() <= 1 {
        return expand_form(program, weight, matrix, &map);
    }
    let copies = program.variable(map.shape());
    program.zero(map.minus(&copies));
    expand_form(program, weight, matrix, &copies);
}

/// Rows of one variable at most: v_i = f_i x_i + g_i, added up product by product.
fn expand_form(program: &mut ProgramBuilder, weight: f64, matrix: &Matrix, map: &AffineMap) {
    let part = |k: usize| (map.row(k).next(), map.constants()[k]);
    let mut product = |i: usize, j: usize, value: f64| {
        let value = weight * value;
        let ((left, gi), (right, gj)) = (part(i), part(j));
        program.add_constant(value * gi * gj);
        if let (Some((x, f)), Some((y, g))) = (left, right) {
            program.add_quadratic_objective(x, y, value * f * g);
        }
        if let Some((x, f)) = left {
            program.add_linear_term(x, value * f * gj);
        }
        if let Some((y, g)) = right {
            program.add_linear_term(y, value * g * gi);
        }
    };
    match matrix {
        Matrix::Sparse(sparse) => sparse.triplets().for_each(|(i, j, v)| product(i, j, v)),
        Matrix::Dense(dense) => {
            for j in 0..dense.ncols() {
                for i in 0..dense.nrows() {
                    let value = dense[(i, j)];
                    if value != 0.0 {
                        product(i, j, value);
                    }
                }
            }
        }
    }
}
