//! Constraints as rows of the program: right - left in a cone.

use super::Source;
use super::forward::Forward;
use super::levels::Level;
use super::recovery::{Layout, RecoveryBuilder};
use crate::cone::{AffineMap, Cone, Owner, ProgramBuilder};
use crate::problem::Relation;
use crate::shape::Shape;
use std::borrow::Cow;

/// Writes every constraint, in the order of the problem.
pub(super) fn emit(
    source: &Source<'_>,
    levels: &[Option<Level>],
    forward: &Forward,
    recovery: &mut RecoveryBuilder,
    program: &mut ProgramBuilder,
) {
    for (k, constraint) in source.problem.constraints.iter().enumerate() {
        if let Some(level) = &levels[k] {
            emit_level(level, k, forward, recovery, program);
            continue;
        }
        let map = difference(source, k, forward, program);
        let shape = map.shape();
        let (cone, map, layout) = match constraint.relation {
            Relation::Equal => entrywise(Cone::Zero, map, source.symmetric[k]),
            Relation::LessEqual => entrywise(Cone::Nonnegative, map, source.symmetric[k]),
            Relation::Precedes => (
                Cone::PositiveSemidefinite(shape.rows),
                map.scaled_upper_triangle(),
                Layout::Semidefinite,
            ),
        };
        recovery.constraint(program.row_count(), map.rows(), shape, layout);
        program.constrain(cone, map, Owner::Constraint(k));
    }
}

fn emit_level(
    level: &Level,
    k: usize,
    forward: &Forward,
    recovery: &mut RecoveryBuilder,
    program: &mut ProgramBuilder,
) {
    let (rows, factors) = level.rows(forward);
    recovery.tangents(program.row_count(), factors, level.shape());
    program.constrain(Cone::Nonnegative(rows.rows()), rows, Owner::Constraint(k));
}

/// right - left, scalars broadcast.
fn difference(
    source: &Source<'_>,
    k: usize,
    forward: &Forward,
    program: &mut ProgramBuilder,
) -> AffineMap {
    let (left, right) = source.sides[k];
    let (left_shape, right_shape) = (source.graph.shape(left), source.graph.shape(right));
    let shape = left_shape.broadcast(right_shape).unwrap_or(left_shape);
    let left = program.repeatable(forward.affine(left), shape);
    let right = program.repeatable(forward.affine(right), shape);
    let difference = AffineMap::combine(&[(1.0, &right), (-1.0, &left)]);
    match difference.merged() {
        Cow::Borrowed(_) => difference,
        Cow::Owned(merged) => merged,
    }
}

fn entrywise(
    cone: impl Fn(usize) -> Cone,
    map: AffineMap,
    symmetric: bool,
) -> (Cone, AffineMap, Layout) {
    let side = map.shape().rows;
    if side < 2 || !(symmetric || map.is_symmetric()) {
        return (cone(map.rows()), map, Layout::Entries);
    }
    let count = side * (side + 1) / 2;
    let triangle = (0..side).flat_map(move |j| (0..=j).map(move |i| i + j * side));
    let map = map.select(Shape::vector(count), triangle);
    (cone(count), map, Layout::SymmetricEntries)
}
