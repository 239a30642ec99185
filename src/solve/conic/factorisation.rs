//! Which of Clarabel's factorisations is used.

use super::assemble::Assembly;
use clarabel::solver::SupportedConeT;

/// Multiplications of one elimination of all rows, beyond which the supernodal factorisation is the
/// faster one in spite of its additional entries. Measured on logistic regressions: 5000 x 200 is
/// solved in 0.56 of the time by QDLDL, 2000 x 800 in 0.53 of the time by the supernodal one.
const MOST_WORK: f64 = 6e8;

/// Clarabel's choice by size, except that programs with exponential or power cones are left to
/// QDLDL while that is not too slow: their factors are ill-conditioned near the end, where the
/// supernodal factorisation, which adds entries, was measured to cost up to three times the
/// iterations (entropy of 20,000 entries: 134 in place of 41).
pub(super) fn factorisation(assembly: &Assembly) -> &'static str {
    let bent = |cone: &SupportedConeT<f64>| match cone {
        SupportedConeT::ExponentialConeT()
        | SupportedConeT::PowerConeT(_)
        | SupportedConeT::GenPowerConeT(..) => true,
        SupportedConeT::ZeroConeT(_)
        | SupportedConeT::NonnegativeConeT(_)
        | SupportedConeT::SecondOrderConeT(_)
        | SupportedConeT::PSDTriangleConeT(_) => false,
    };
    let any_bent = assembly.cones.iter().any(bent);
    if any_bent && elimination_work(assembly) < MOST_WORK {
        "qdldl"
    } else {
        "auto"
    }
}

/// The sum of squared row lengths: what eliminating each row on its own costs.
fn elimination_work(assembly: &Assembly) -> f64 {
    let mut lengths = vec![0.0; assembly.matrix.m];
    for &row in &assembly.matrix.rowval {
        lengths[row] += 1.0;
    }
    lengths.iter().map(|length| length * length).sum()
}
