//! Functions of one number, applied entry by entry.

mod abs;
mod asinh;
mod atanh;
mod berhu;
mod clip;
mod cos;
mod cosh;
mod entr;
mod exp;
mod half_turn;
mod huber;
mod huber_pos;
mod huber_scaled;
mod inv_pos;
mod kl_div;
mod log;
mod log1p;
mod log_normcdf;
mod loggamma;
mod logistic;
mod neg;
mod normcdf;
mod polygamma;
mod pos;
mod pow_abs;
mod pow_pos;
mod power;
mod rel_entr;
mod relu;
mod scalene;
mod sigmoid;
mod sign;
mod sin;
mod sinh;
mod softplus;
mod sqrt;
mod square;
mod square_pos;
mod step;
mod tan;
mod tanh;
mod xexp;

pub use abs::Abs;
pub(crate) use abs::SoftThreshold;
pub use asinh::Asinh;
pub use atanh::Atanh;
pub use berhu::Berhu;
pub use clip::Clip;
pub use cos::Cos;
pub use cosh::Cosh;
pub use entr::Entr;
pub use exp::Exp;
pub use huber::Huber;
pub(crate) use huber::{limit_by_huber, smooth_abs};
pub use huber_pos::HuberPos;
pub(crate) use huber_pos::smooth_pos;
pub use huber_scaled::HuberScaled;
pub use inv_pos::InvPos;
pub use kl_div::KlDiv;
pub use log::Log;
pub use log_normcdf::LogNormCdf;
pub use log1p::Log1p;
pub use loggamma::LogGamma;
pub use logistic::Logistic;
pub use neg::Neg;
pub use normcdf::NormCdf;
pub use polygamma::Polygamma;
pub use pos::Pos;
pub use pow_abs::PowAbs;
pub use pow_pos::PowPos;
pub use power::Power;
pub(crate) use power::square_form;
pub use rel_entr::RelEntr;
pub use scalene::Scalene;
pub use sigmoid::Sigmoid;
pub use sign::SignOf;
pub use sin::Sin;
pub use sinh::Sinh;
pub use sqrt::Sqrt;
pub use step::Step;
pub use tan::Tan;
pub use tanh::Tanh;
pub use xexp::XExp;

use super::Entry;

pub const ENTRIES: &[&Entry] = &[
    &abs::ENTRY,
    &asinh::ENTRY,
    &atanh::ENTRY,
    &berhu::ENTRY,
    &clip::ENTRY,
    &cos::ENTRY,
    &cosh::ENTRY,
    &polygamma::DIGAMMA,
    &entr::ENTRY,
    &exp::ENTRY,
    &huber::ENTRY,
    &huber_pos::ENTRY,
    &huber_scaled::ENTRY,
    &inv_pos::ENTRY,
    &kl_div::ENTRY,
    &log::ENTRY,
    &log1p::ENTRY,
    &log_normcdf::ENTRY,
    &loggamma::ENTRY,
    &logistic::ENTRY,
    &neg::ENTRY,
    &normcdf::ENTRY,
    &polygamma::ENTRY,
    &pos::ENTRY,
    &pow_abs::ENTRY,
    &pow_pos::ENTRY,
    &power::ENTRY,
    &rel_entr::ENTRY,
    &relu::ENTRY,
    &scalene::ENTRY,
    &sigmoid::ENTRY,
    &sign::ENTRY,
    &sin::ENTRY,
    &sinh::ENTRY,
    &softplus::ENTRY,
    &sqrt::ENTRY,
    &square::ENTRY,
    &square_pos::ENTRY,
    &step::ENTRY,
    &tan::ENTRY,
    &tanh::ENTRY,
    &xexp::ENTRY,
];
