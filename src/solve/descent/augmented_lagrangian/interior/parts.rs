//! All parts with an inside at once.

use crate::solve::descent::blocks::Rule;
use crate::solve::descent::blocks::interior::{Interior, Pair, Products};
use crate::solve::descent::lagrangian::{Lagrangian, Rows};

/// Whether every part has one.
pub fn have_inside(lagrangian: &mut Lagrangian<'_>) -> bool {
    let mut parts = lagrangian.model.parts.iter_mut();
    parts.all(|part| part.rule.as_interior().is_some())
}

/// Whether barriers can say what is inside of some.
pub fn have_barriers(lagrangian: &mut Lagrangian<'_>) -> bool {
    let mut have_barriers = false;
    each(lagrangian, |rule, _| have_barriers |= rule.has_barriers());
    have_barriers
}

pub fn each_numbered(
    lagrangian: &mut Lagrangian<'_>,
    mut of: impl FnMut(usize, &mut dyn Interior, &mut Rows),
) {
    let (model, rows) = (&mut *lagrangian.model, &mut lagrangian.rows);
    let parts = model.parts.iter_mut().map(|part| part.rule.as_interior());
    let curved = model.curved.rule.as_interior();
    for (k, (rule, rows)) in parts.chain([curved]).zip(rows).enumerate() {
        if let Some(rule) = rule {
            of(k, rule, rows);
        }
    }
}

pub fn each(lagrangian: &mut Lagrangian<'_>, mut of: impl FnMut(&mut dyn Interior, &mut Rows)) {
    each_numbered(lagrangian, |_, rule, rows| of(rule, rows));
}

/// The y and λ of a part.
pub fn at(rows: &Rows) -> Pair<'_> {
    Pair {
        point: &rows.point,
        multiplier: &rows.next,
    }
}

/// Takes M everywhere; whether all are inside.
pub fn scale(lagrangian: &mut Lagrangian<'_>) -> bool {
    let mut are_inside = true;
    each(lagrangian, |rule, rows| are_inside &= rule.scale(at(rows)));
    are_inside
}

pub fn products(lagrangian: &mut Lagrangian<'_>) -> Products {
    let mut all = Products::default();
    each(lagrangian, |rule, _| all = all.and(rule.products()));
    all
}
