//! The way back: from the program's variables and multipliers to the user's.

use super::Source;
use super::dual::DualPoint;
use crate::cone::{AffineMap, Elimination, ProgramBuilder};
use crate::expr::{ExprId, NodeKind, VariableId};
use crate::matrix::{Matrix, SparseMatrix};
use crate::problem::{Problem, Structure};
use crate::shape::Shape;
use std::ops::Range;
use std::sync::Arc;

/// Maps answers of a cone program to the problem it was lowered from.
#[derive(Clone, Debug)]
pub struct Recovery {
    variables: Vec<Place>,
    constraints: Vec<Rows>,
    elimination: Elimination,
    /// What the program's first variables are counted from; empty when from 0.
    shifts: Vec<f64>,
    /// When the program is the dual of the one that the rest speaks of.
    dual: Option<DualPoint>,
}

/// Where a variable's free entries stand in the program.
#[derive(Clone, Copy, Debug)]
struct Place {
    shape: Shape,
    structure: Structure,
    /// `None` when the problem never mentions the variable: it is 0.
    first: Option<usize>,
}

impl Place {
    fn map(&self, first: usize) -> AffineMap {
        match self.structure {
            Structure::Full => AffineMap::pick(self.shape, first),
            Structure::Symmetric => AffineMap::pick_symmetric(self.shape.rows, first),
            Structure::Diagonal => AffineMap::pick_diagonal(self.shape.rows, first),
        }
    }

    fn free_entries(&self) -> usize {
        match self.structure {
            Structure::Full => self.shape.size(),
            Structure::Symmetric => self.shape.rows * (self.shape.rows + 1) / 2,
            Structure::Diagonal => self.shape.rows,
        }
    }

    fn value(&self, x: &[f64]) -> Matrix {
        let Some(first) = self.first else {
            return Matrix::zeros(self.shape);
        };
        let free = &x[first..first + self.free_entries()];
        match self.structure {
            Structure::Full => Matrix::from_columns(self.shape, free.to_vec()),
            Structure::Symmetric => Matrix::of_triangle(self.shape.rows, free, 1.0),
            Structure::Diagonal => Matrix::Sparse(SparseMatrix::diagonal(free)),
        }
    }
}

/// How a constraint's rows stand in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One row for each entry.
    Entries,
    /// A row for each entry, then perhaps another for each: multipliers add up, times factors.
    Ends,
    /// The upper triangle of a relation between symmetric matrices, entry by entry.
    SymmetricEntries,
    /// The upper triangle of a semidefinite relation, off-diagonal entries times sqrt(2).
    Semidefinite,
}

#[derive(Clone, Debug)]
struct Rows {
    first: usize,
    count: usize,
    shape: Shape,
    layout: Layout,
    /// Of [`Layout::Ends`].
    factors: Vec<f64>,
}

impl Rows {
    /// The multiplier of the constraint, of its shape.
    fn multiplier(&self, z: &[f64]) -> Matrix {
        let rows = &z[self.first..self.first + self.count];
        match self.layout {
            Layout::Entries => Matrix::from_columns(self.shape, rows.to_vec()),
            Layout::Ends => {
                let mut sums = vec![0.0; self.shape.size()];
                let size = sums.len();
                for (k, (row, factor)) in rows.iter().zip(&self.factors).enumerate() {
                    sums[k % size] += factor * row;
                }
                Matrix::from_columns(self.shape, sums)
            }
            // λ_ij and λ_ji share the row's multiplier.
            Layout::SymmetricEntries => Matrix::of_triangle(self.shape.rows, rows, 0.5),
            // <Λ, M> = Σ z_k svec(M)_k.
            Layout::Semidefinite => {
                Matrix::of_triangle(self.shape.rows, rows, std::f64::consts::FRAC_1_SQRT_2)
            }
        }
    }
}

impl Recovery {
    /// The user's variables at the point `x` of the program, each of its declared shape.
    pub fn variables(&self, x: &[f64]) -> Vec<Arc<Matrix>> {
        let primal = self.dual.as_ref().map(|dual| dual.primal(x));
        let mut x = self.elimination.old_point(primal.as_deref().unwrap_or(x));
        x.iter_mut().zip(&self.shifts).for_each(|(x, s)| *x += s);
        self.values(&x)
    }

    /// Where the free entries of the variable stand among the program's variables, if anywhere.
    pub fn columns(&self, variable: usize) -> Option<Range<usize>> {
        let place = self.variables.get(variable)?;
        let first = place.first?;
        Some(first..first + place.free_entries())
    }

    /// The direction of the user's variables along the direction `x` of the program.
    pub fn directions(&self, x: &[f64]) -> Vec<Arc<Matrix>> {
        self.values(&self.elimination.old_point(x))
    }

    /// Whether the program is the dual of the one that states the problem.
    pub fn is_dual(&self) -> bool {
        self.dual.is_some()
    }

    /// What the user minimises, from a value of the program.
    pub fn objective(&self, value: f64) -> f64 {
        if self.is_dual() { -value } else { value }
    }

    /// The way back from the dual program, which has no constraint of the user's.
    pub(super) fn through(self, dual: DualPoint) -> Self {
        Recovery {
            dual: Some(dual),
            ..self
        }
    }

    fn values(&self, x: &[f64]) -> Vec<Arc<Matrix>> {
        let values = self.variables.iter().map(|place| Arc::new(place.value(x)));
        values.collect()
    }

    /// The multiplier of each constraint, of its shape, from the multipliers `z` of the program's
    /// rows. With z >= 0 for rows >= 0 the convention is that of [`crate::solve::Solution`].
    pub fn multipliers(&self, z: &[f64]) -> Vec<Arc<Matrix>> {
        let z = self.elimination.old_multipliers(z);
        self.constraints
            .iter()
            .map(|rows| Arc::new(rows.multiplier(&z)))
            .collect()
    }
}

/// Collects the way back while the program is written.
#[derive(Debug)]
pub(super) struct RecoveryBuilder {
    variables: Vec<Place>,
    constraints: Vec<Rows>,
}

impl RecoveryBuilder {
    /// Gives every variable below `needed` its place, before any other variable of the program.
    pub(super) fn new(
        source: &Source<'_>,
        needed: &[ExprId],
        program: &mut ProgramBuilder,
    ) -> Self {
        let mut builder = RecoveryBuilder {
            variables: places(source.problem),
            constraints: Vec::with_capacity(source.sides.len()),
        };
        for id in source.graph.reachable(needed) {
            if let NodeKind::Variable(variable) = source.graph.kind(id)
                && let Some(place) = builder.variables.get_mut(variable.index())
            {
                let free = program.variable(Shape::vector(place.free_entries()));
                place.first = free.single_variable(0).or(Some(0));
            }
        }
        builder
    }

    pub(super) fn variable_map(&self, variable: VariableId) -> AffineMap {
        let place = &self.variables[variable.index()];
        place.map(place.first.unwrap_or_default())
    }

    /// States that the next constraint has `count` rows from row `first` on.
    pub(super) fn constraint(&mut self, first: usize, count: usize, shape: Shape, layout: Layout) {
        self.constraints.push(Rows {
            first,
            count,
            shape,
            layout,
            factors: Vec::new(),
        });
    }

    /// States that the rows of the next constraint, from row `first` on, are its tangents divided by factors.
    pub(super) fn tangents(&mut self, first: usize, factors: Vec<f64>, shape: Shape) {
        self.constraints.push(Rows {
            first,
            count: factors.len(),
            shape,
            layout: Layout::Ends,
            factors,
        });
    }

    pub(super) fn finish(self, elimination: Elimination, shifts: Vec<f64>) -> Recovery {
        Recovery {
            variables: self.variables,
            constraints: self.constraints,
            elimination,
            shifts,
            dual: None,
        }
    }
}

fn places(problem: &Problem) -> Vec<Place> {
    let unplaced = problem.variables.iter().map(|v| Place {
        shape: v.shape,
        structure: v.structure,
        first: None,
    });
    unplaced.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triangle_by_columns_fills_both_halves() {
        let full = Matrix::of_triangle(2, &[1.0, 2.0, 3.0], 0.5);
        assert_eq!(
            full,
            Matrix::from_columns(Shape::new(2, 2), vec![1.0, 1.0, 1.0, 3.0])
        );
    }
}
