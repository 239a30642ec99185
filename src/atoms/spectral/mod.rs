//! Functions of eigenvalues and singular values.
//!
//! Eigenvalue functions speak of symmetric matrices: they read the symmetric part (X + X')/2. What
//! they state of curvature and slopes holds for every square argument.

mod blocks;
mod det_inv;
mod det_rootn;
mod eigenprojection;
mod eigenvalue_sum;
pub(crate) mod expression;
mod fixed_matrix;
mod frechet;
pub(crate) mod geometric_mean;
mod inverse;
mod lieb_ando;
mod log_det;
mod majorisation;
mod matrix_function;
mod norm_nuc;
mod operator_logarithm;
mod projection;
mod quantum_cond_entr;
mod quantum_rel_entr;
mod rational_logarithm;
mod second_derivative;
mod sigma_max;
mod singular_product;
mod tr_inv;
mod trace_logm;
mod trace_mpower;
mod von_neumann_entr;
mod weighted_power;

pub use det_rootn::RootDeterminant;
pub use eigenprojection::Eigenprojection;
pub use eigenvalue_sum::{EigenvalueSum, End};
pub use fixed_matrix::FixedMatrix;
pub use frechet::FrechetDerivative;
pub use inverse::Inverse;
pub(crate) use inverse::inverse_of_symmetric_part;
pub use lieb_ando::LiebAndo;
pub use log_det::{LogDeterminant, NegativeLogDeterminantProximal};
pub use matrix_function::MatrixFunction;
pub use norm_nuc::NuclearNorm;
pub use operator_logarithm::OperatorLogarithm;
pub use quantum_rel_entr::QuantumRelativeEntropy;
pub use sigma_max::LargestSingularValue;
pub use singular_product::SingularProduct;
pub use tr_inv::TraceInverse;
pub use trace_logm::TraceLogarithm;
pub use trace_mpower::TracePower;
pub use von_neumann_entr::VonNeumannEntropy;
pub use weighted_power::WeightedTracePower;

pub(crate) use blocks::{block_matrix, trace_of};

use super::Entry;

pub const ENTRIES: &[&Entry] = &[
    &eigenvalue_sum::LAMBDA_MAX,
    &eigenvalue_sum::LAMBDA_MIN,
    &eigenvalue_sum::LAMBDA_SUM_LARGEST,
    &eigenvalue_sum::LAMBDA_SUM_SMALLEST,
    &sigma_max::ENTRY,
    &norm_nuc::ENTRY,
    &log_det::ENTRY,
    &det_rootn::ENTRY,
    &det_inv::ENTRY,
    &tr_inv::ENTRY,
    &trace_mpower::ENTRY,
    &lieb_ando::ENTRY,
    &trace_logm::ENTRY,
    &von_neumann_entr::ENTRY,
    &quantum_rel_entr::ENTRY,
    &quantum_cond_entr::ENTRY,
    &inverse::ENTRY,
];
