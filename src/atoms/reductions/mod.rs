//! Functions of a whole matrix, of its rows or of its columns: sums, norms, extremes.

mod absolute_deviation;
mod cummax;
mod cvar;
mod deviation;
mod dotsort;
mod extreme;
mod geo_mean;
mod harmonic_mean;
mod huber_circ;
mod inv_prod;
mod largest;
mod log_sum_exp;
mod max;
mod mean;
mod min;
mod mixed_norm;
mod norm1;
mod norm2;
mod norm_inf;
mod norm_largest;
mod pnorm;
mod pnorm_concave;
mod product;
mod ptp;
mod rank_weights;
mod sorting_network;
mod sum;
mod sum_largest;
mod sum_log;
mod sum_smallest;
mod sum_square_pos;
mod sum_squares;
mod tv;

pub use cummax::CumulativeMax;
pub use dotsort::SortedProduct;
pub(crate) use dotsort::falling_pools;
pub use extreme::{Attains, Extreme};
pub use geo_mean::GeoMean;
pub use harmonic_mean::HarmonicMean;
pub use huber_circ::HuberCirc;
pub use inv_prod::InverseProduct;
pub use largest::LargestIndicator;
pub use log_sum_exp::LogSumExp;
pub use max::Max;
pub use mean::Mean;
pub use min::Min;
pub use norm_inf::NormInf;
pub use norm1::Norm1;
pub use norm2::Norm2;
pub use pnorm::{PNorm, pnorm};
pub use pnorm_concave::ConcavePNorm;
pub use ptp::PeakToPeak;
pub use sum::Sum;
pub use sum_largest::SumLargest;
pub use sum_log::SumLog;
pub use sum_square_pos::SumSquarePos;
pub use sum_squares::SumSquares;

use super::Entry;

pub const ENTRIES: &[&Entry] = &[
    &absolute_deviation::FROM_MEAN,
    &absolute_deviation::FROM_MEDIAN,
    &cummax::ENTRY,
    &product::RUNNING_ENTRY,
    &cvar::ENTRY,
    &deviation::STANDARD,
    &deviation::VARIANCE,
    &dotsort::ENTRY,
    &geo_mean::ENTRY,
    &harmonic_mean::ENTRY,
    &huber_circ::ENTRY,
    &inv_prod::ENTRY,
    &log_sum_exp::ENTRY,
    &max::ENTRY,
    &mean::ENTRY,
    &min::ENTRY,
    &mixed_norm::ENTRY,
    &norm1::ENTRY,
    &norm2::ENTRY,
    &norm_inf::ENTRY,
    &norm_largest::ENTRY,
    &pnorm::ENTRY,
    &product::ENTRY,
    &ptp::ENTRY,
    &sum::ENTRY,
    &sum_largest::ENTRY,
    &sum_log::ENTRY,
    &sum_smallest::ENTRY,
    &sum_square_pos::ENTRY,
    &sum_squares::ENTRY,
    &tv::ENTRY,
];
