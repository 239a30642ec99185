//! Equal cones of a program together, to be priced by one multiplier.

use crate::cone::{AffineMap, Cone, ConeProgram};
use crate::matrix::SparseMatrix;
use crate::shape::Shape;
use std::f64::consts::SQRT_2;
use std::ops::Range;

/// Rows of equal cones, cone after cone.
pub(super) struct Group<'p> {
    pub cone: &'p Cone,
    /// Of the multiplier.
    pub shape: Shape,
    rows: Vec<(&'p AffineMap, usize)>,
}

impl<'p> Group<'p> {
    /// All blocks of the program; `None` where a block cannot be priced.
    pub fn all(program: &'p ConeProgram) -> Option<Vec<Group<'p>>> {
        let mut groups: Vec<Group<'p>> = Vec::new();
        for block in &program.blocks {
            let together = |group: &&mut Group<'p>| joins(group.cone, &block.cone);
            let rows = (0..block.map.rows()).map(|row| (&block.map, row));
            match groups.iter_mut().find(together) {
                Some(group) => group.rows.extend(rows),
                None => groups.push(Group {
                    cone: &block.cone,
                    shape: Shape::SCALAR,
                    rows: rows.collect(),
                }),
            }
            let single = block.count == 1;
            if matches!(block.cone, Cone::PositiveSemidefinite(_)) && !single {
                return None;
            }
        }
        for group in &mut groups {
            group.shape = shape(group.cone, group.rows.len());
        }
        Some(groups)
    }

    /// The multiplier's entry that prices a row, and how often it counts: an exponential cone's first
    /// multiplier, which is <= 0, stands with its sign changed.
    fn position(&self, row: usize) -> (usize, f64) {
        let side = match *self.cone {
            Cone::PositiveSemidefinite(side) => side,
            Cone::Exponential if row.is_multiple_of(3) => return (row, -1.0),
            _ => return (row, 1.0),
        };
        // Rows are the upper triangle down the columns: (i, j) is row j (j + 1)/2 + i.
        let j = (((8 * row + 1) as f64).sqrt() as usize).saturating_sub(1) / 2;
        let j = (j.saturating_sub(1)..=j + 1)
            .rfind(|j| j * (j + 1) / 2 <= row)
            .unwrap_or(0);
        let i = row - j * (j + 1) / 2;
        (i + j * side, if i == j { 1.0 } else { SQRT_2 })
    }

    /// F' in these variables, one column for each entry of the multiplier.
    pub fn slopes(&self, columns: Range<usize>) -> SparseMatrix {
        let mut triplets = Vec::new();
        for (row, (map, source)) in self.rows.iter().enumerate() {
            let (position, factor) = self.position(row);
            for (column, value) in map.row(*source).filter(|(j, _)| columns.contains(j)) {
                triplets.push((column - columns.start, position, factor * value));
            }
        }
        let shape = Shape::new(columns.len(), self.shape.size());
        SparseMatrix::from_triplets(shape, &triplets)
    }

    /// g, in the multiplier's shape.
    pub fn constants(&self) -> SparseMatrix {
        let rows = self.rows.iter().enumerate();
        let triplets = rows.filter_map(|(row, (map, source))| {
            let (position, factor) = self.position(row);
            let value = factor * map.constants()[*source];
            let place = (position % self.shape.rows, position / self.shape.rows);
            (value != 0.0).then_some((place.0, place.1, value))
        });
        SparseMatrix::from_triplets(self.shape, &triplets.collect::<Vec<_>>())
    }
}

fn joins(group: &Cone, other: &Cone) -> bool {
    match (group, other) {
        (Cone::Zero(_), Cone::Zero(_)) | (Cone::Nonnegative(_), Cone::Nonnegative(_)) => true,
        (Cone::PositiveSemidefinite(_), _) => false,
        (group, other) => group == other,
    }
}

fn shape(cone: &Cone, rows: usize) -> Shape {
    match cone {
        Cone::Zero(_) | Cone::Nonnegative(_) => Shape::vector(rows),
        Cone::PositiveSemidefinite(side) => Shape::new(*side, *side),
        Cone::SecondOrder(_)
        | Cone::Exponential
        | Cone::Power(_)
        | Cone::GeneralizedPower(_, _) => {
            Shape::new(cone.dimension(), rows / cone.dimension().max(1))
        }
    }
}
