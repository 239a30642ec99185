//! How rows and entries of an assembled program lie.

use super::assemble::Assembly;
use clarabel::algebra::CscMatrix;
use clarabel::solver::SupportedConeT;
use std::ops::Range;

/// The cones with their rows.
pub(super) fn cones(
    assembly: &Assembly,
) -> impl Iterator<Item = (&SupportedConeT<f64>, Range<usize>)> {
    let mut end = 0;
    assembly.cones.iter().map(move |cone| {
        let start = end;
        end += dimension(cone);
        (cone, start..end)
    })
}

/// How many of the first rows are linear.
pub(super) fn linear_rows(assembly: &Assembly) -> usize {
    let linear = cones(assembly).take_while(|(cone, _)| is_linear(cone));
    linear.last().map_or(0, |(_, rows)| rows.end)
}

pub(super) fn is_linear(cone: &SupportedConeT<f64>) -> bool {
    matches!(
        cone,
        SupportedConeT::ZeroConeT(_) | SupportedConeT::NonnegativeConeT(_)
    )
}

fn dimension(cone: &SupportedConeT<f64>) -> usize {
    match cone {
        SupportedConeT::ZeroConeT(n)
        | SupportedConeT::NonnegativeConeT(n)
        | SupportedConeT::SecondOrderConeT(n) => *n,
        SupportedConeT::ExponentialConeT() | SupportedConeT::PowerConeT(_) => 3,
        SupportedConeT::GenPowerConeT(exponents, tail) => exponents.len() + tail,
        SupportedConeT::PSDTriangleConeT(side) => side * (side + 1) / 2,
    }
}

/// Row, column and value of the stored entries.
pub(super) fn entries(matrix: &CscMatrix<f64>) -> impl Iterator<Item = (usize, usize, f64)> {
    (0..matrix.n).flat_map(move |j| {
        let stored = matrix.colptr[j]..matrix.colptr[j + 1];
        stored.map(move |k| (matrix.rowval[k], j, matrix.nzval[k]))
    })
}
