//! A change of scale of the exponential cones.
//!
//! y exp(x/y) <= z holds of (x - y ln c, y, z/c) as well. So z, such as the 1 of u ln(1/u) at u of 1e8, comes
//! to the size of x and y: the solver's tolerances are as far apart as the entries of a cone are.

use super::assemble::Assembly;
use clarabel::algebra::CscMatrix;

/// The first row of a cone, whose second it loses ln c times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shear {
    row: usize,
    log: f64,
}

impl Shear {
    /// Of the cone whose first row this is, for the factor c that z is divided by.
    pub(super) fn new(row: usize, factor: f64) -> Self {
        Shear {
            row,
            log: factor.ln(),
        }
    }
}

/// x - y ln c in place of x.
pub(super) fn shear(assembly: &mut Assembly, shears: &[Shear]) {
    if shears.is_empty() {
        return;
    }
    let mut logs = vec![0.0; assembly.constants.len()];
    for &Shear { row, log } in shears {
        assembly.constants[row] -= log * assembly.constants[row + 1];
        logs[row + 1] = log;
    }
    assembly.matrix = sheared(&assembly.matrix, &logs);
}

/// The rows with a logarithm, times it, taken from those before.
fn sheared(matrix: &CscMatrix<f64>, logs: &[f64]) -> CscMatrix<f64> {
    let mut starts = Vec::with_capacity(matrix.colptr.len());
    let mut rows = Vec::with_capacity(2 * matrix.nzval.len());
    let mut values = Vec::with_capacity(2 * matrix.nzval.len());
    starts.push(0);
    for column in matrix.colptr.windows(2) {
        let start = rows.len();
        for k in column[0]..column[1] {
            let (row, value) = (matrix.rowval[k], matrix.nzval[k]);
            if logs[row] != 0.0 {
                if rows.len() == start || rows[rows.len() - 1] != row - 1 {
                    rows.push(row - 1);
                    values.push(0.0);
                }
                *values.last_mut().expect("one was pushed") -= logs[row] * value;
            }
            rows.push(row);
            values.push(value);
        }
        starts.push(rows.len());
    }
    CscMatrix::new(matrix.m, matrix.n, starts, rows, values)
}

/// The multipliers of the rows as they were: that of y takes in those of x.
pub(super) fn unshear(multipliers: &mut [f64], shears: &[Shear]) {
    for &Shear { row, log } in shears {
        multipliers[row + 1] -= log * multipliers[row];
    }
}
