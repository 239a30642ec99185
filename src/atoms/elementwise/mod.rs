//! Functions of one number, applied entry by entry.

mod abs;
mod exp;
mod power;
mod sign;

pub use abs::Abs;
pub use exp::Exp;
pub use power::Power;
pub use sign::SignOf;

use super::Entry;

pub const ENTRIES: &[&Entry] = &[&abs::ENTRY, &exp::ENTRY, &power::ENTRY, &sign::ENTRY];
