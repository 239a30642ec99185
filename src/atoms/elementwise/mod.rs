//! Functions of one number, applied entry by entry.

mod abs;
mod clip;
mod cos;
mod entr;
mod exp;
mod huber;
mod inv_pos;
mod kl_div;
mod log;
mod log1p;
mod logistic;
mod neg;
mod pos;
mod power;
mod rel_entr;
mod relu;
mod sigmoid;
mod sign;
mod sin;
mod softplus;
mod sqrt;
mod square;
mod step;
mod tanh;

pub use abs::Abs;
pub(crate) use abs::SoftThreshold;
pub use clip::Clip;
pub use cos::Cos;
pub use entr::Entr;
pub use exp::Exp;
pub use huber::Huber;
pub use inv_pos::InvPos;
pub use kl_div::KlDiv;
pub use log::Log;
pub use log1p::Log1p;
pub use logistic::Logistic;
pub use neg::Neg;
pub use pos::Pos;
pub use power::Power;
pub use rel_entr::RelEntr;
pub use sigmoid::Sigmoid;
pub use sign::SignOf;
pub use sin::Sin;
pub use sqrt::Sqrt;
pub use step::Step;
pub use tanh::Tanh;

use super::Entry;

pub const ENTRIES: &[&Entry] = &[
    &abs::ENTRY,
    &clip::ENTRY,
    &cos::ENTRY,
    &entr::ENTRY,
    &exp::ENTRY,
    &huber::ENTRY,
    &inv_pos::ENTRY,
    &kl_div::ENTRY,
    &log::ENTRY,
    &log1p::ENTRY,
    &logistic::ENTRY,
    &neg::ENTRY,
    &pos::ENTRY,
    &power::ENTRY,
    &rel_entr::ENTRY,
    &relu::ENTRY,
    &sigmoid::ENTRY,
    &sign::ENTRY,
    &sin::ENTRY,
    &softplus::ENTRY,
    &sqrt::ENTRY,
    &square::ENTRY,
    &step::ENTRY,
    &tanh::ENTRY,
];
