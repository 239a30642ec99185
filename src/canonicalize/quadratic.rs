//! Squares and quadratic forms of affine maps as P, q and a constant.

use super::Options;
use super::triangular::{Triangular, is_tall_and_dense, triangular};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::matrix::Matrix;
use crate::shape::Shape;

/// Rows of at most this many variables are multiplied out: (x_i - x_j)² has three products.
const LONGEST_EXPANDED_ROW: usize = 2;

/// Adds weight*|F x + g|².
pub(super) fn add_squares(
    program: &mut ProgramBuilder,
    weight: f64,
    map: &AffineMap,
    options: &Options,
) {
    let map = map.merged();
    if options.triangular_least_squares && is_tall_and_dense(&map) {
        return add_triangular(program, weight, &triangular(&map));
    }
    let longest = if options.expand_short_squares {
        LONGEST_EXPANDED_ROW
    } else {
        0
    };
    let mut long_rows = Vec::new();
    for k in 0..map.rows() {
        // A sum with an offset keeps a variable: its expansion would cancel.
        let centred = map.row_length(k) <= 1 || map.constants()[k] == 0.0;
        if centred && map.row_length(k) <= longest {
            expand_square(program, weight, &map, k);
        } else {
            long_rows.push(k);
        }
    }
    if !long_rows.is_empty() {
        let residual = map.select(Shape::vector(long_rows.len()), long_rows);
        add_residual(program, weight, &residual);
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

/// weight*(|R x + d|² + ρ²): products R'R where they keep the digits, else residuals.
fn add_triangular(program: &mut ProgramBuilder, weight: f64, factor: &Triangular) {
    program.add_constant(weight * factor.rest * factor.rest);
    if !factor.products_keep_digits() {
        return add_residual(program, weight, &factor.map());
    }
    let (products, linear, constant) = factor.products();
    program.add_constant(weight * constant);
    for (j, &column) in factor.columns.iter().enumerate() {
        program.add_linear_term(column, 2.0 * weight * linear[j]);
        for (i, &row) in factor.columns[..=j].iter().enumerate() {
            let twice = if i == j { 1.0 } else { 2.0 };
            program.add_quadratic_objective(row, column, twice * weight * products[(i, j)]);
        }
    }
}

/// Adds weight*v'*matrix*v for v = F x + g.
pub(super) fn add_form(
    program: &mut ProgramBuilder,
    weight: f64,
    matrix: &Matrix,
    map: &AffineMap,
    options: &Options,
) {
    let map = map.merged();
    let plain = options.expand_short_squares && map.longest_row() <= 1;
    if plain {
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
