//! Elimination of a sparse symmetric matrix, row by row along its elimination tree, in an order
//! that keeps the factor sparse (approximate minimum degree).
//!
//! Source: T. A. Davis, "Direct methods for sparse linear systems", 2006, chapter 4.

use super::SparseMatrix;
use crate::shape::Shape;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::sparse::SymbolicSparseColMatRef;
use faer::sparse::linalg::amd;

const NONE: usize = usize::MAX;

/// How the elimination ended.
pub(super) enum Elimination {
    /// F with F'F = A, one row for each pivot above the tolerance (at least one row).
    Factor(SparseMatrix),
    /// A pivot below minus the tolerance, or one within it whose column is not.
    Indefinite,
    /// The factor would have more entries than allowed.
    TooFull,
}

/// Factors the symmetric matrix, whose entries are of order 1; pivots within the tolerance are
/// taken as zero.
pub(super) fn eliminate(matrix: &SparseMatrix, tolerance: f64, most: usize) -> Elimination {
    let order = minimum_degree_order(matrix);
    let upper = permuted_upper_triangle(matrix, &order);
    let tree = Tree::of(&upper);
    if tree.starts[upper.cols] > most {
        return Elimination::TooFull;
    }
    match Columns::eliminate(&upper, &tree, tolerance) {
        Some(columns) => Elimination::Factor(columns.factor(&tree, &order)),
        None => Elimination::Indefinite,
    }
}

/// `order[k]` is the row that is eliminated k-th; the natural order when none is found.
fn minimum_degree_order(matrix: &SparseMatrix) -> Vec<usize> {
    let n = matrix.cols;
    let (mut order, mut inverse) = (vec![0; n], vec![0; n]);
    let pattern = SymbolicSparseColMatRef::new_checked(
        n,
        n,
        &matrix.column_starts,
        None,
        &matrix.row_indices,
    );
    let mut memory = MemBuffer::new(amd::order_scratch::<usize>(n, matrix.nonzeros()));
    let stack = MemStack::new(&mut memory);
    match amd::order(
        &mut order,
        &mut inverse,
        pattern,
        amd::Control::default(),
        stack,
    ) {
        Ok(_) => order,
        Err(_) => (0..n).collect(),
    }
}

/// The upper triangle of the matrix with rows and columns in the given order.
fn permuted_upper_triangle(matrix: &SparseMatrix, order: &[usize]) -> SparseMatrix {
    let mut place = vec![0; order.len()];
    for (k, &row) in order.iter().enumerate() {
        place[row] = k;
    }
    let moved = matrix.triplets().map(|(i, j, v)| (place[i], place[j], v));
    let triplets: Vec<_> = moved.filter(|(i, j, _)| i <= j).collect();
    SparseMatrix::from_triplets(matrix.shape(), &triplets)
}

/// The elimination tree and where the columns of the factor start.
struct Tree {
    parents: Vec<usize>,
    starts: Vec<usize>,
}

impl Tree {
    fn of(upper: &SparseMatrix) -> Self {
        let n = upper.cols;
        let mut parents = vec![NONE; n];
        let mut visited = vec![NONE; n];
        let mut counts = vec![0; n];
        for k in 0..n {
            visited[k] = k;
            for (row, _) in upper.column(k) {
                let mut i = row;
                while visited[i] != k {
                    if parents[i] == NONE {
                        parents[i] = k;
                    }
                    counts[i] += 1;
                    visited[i] = k;
                    i = parents[i];
                }
            }
        }
        let mut starts = vec![0; n + 1];
        for k in 0..n {
            starts[k + 1] = starts[k] + counts[k];
        }
        Tree { parents, starts }
    }
}

/// The strict lower triangle of L by columns, and the pivots d, of L diag(d) L'.
struct Columns {
    rows: Vec<usize>,
    values: Vec<f64>,
    lengths: Vec<usize>,
    pivots: Vec<f64>,
}

impl Columns {
    fn eliminate(upper: &SparseMatrix, tree: &Tree, tolerance: f64) -> Option<Self> {
        let n = upper.cols;
        let mut columns = Columns {
            rows: vec![0; tree.starts[n]],
            values: vec![0.0; tree.starts[n]],
            lengths: vec![0; n],
            pivots: vec![0.0; n],
        };
        let mut reach = Reach::new(n);
        let mut row = vec![0.0; n];
        for k in 0..n {
            for (i, value) in upper.column(k) {
                row[i] = value;
            }
            let pivot =
                columns.eliminate_row(k, reach.of(upper, tree, k), tree, tolerance, &mut row)?;
            if pivot < -tolerance {
                return None;
            }
            columns.pivots[k] = if pivot <= tolerance { 0.0 } else { pivot };
        }
        Some(columns)
    }

    /// Solves for row k of L (its pattern in topological order) and returns the pivot.
    fn eliminate_row(
        &mut self,
        k: usize,
        pattern: &[usize],
        tree: &Tree,
        tolerance: f64,
        row: &mut [f64],
    ) -> Option<f64> {
        let mut pivot = std::mem::take(&mut row[k]);
        for &i in pattern {
            let entry = std::mem::take(&mut row[i]);
            if self.pivots[i] == 0.0 {
                if entry.abs() > tolerance {
                    return None;
                }
                continue;
            }
            let start = tree.starts[i];
            let end = start + self.lengths[i];
            for p in start..end {
                row[self.rows[p]] -= self.values[p] * entry;
            }
            let quotient = entry / self.pivots[i];
            pivot -= quotient * entry;
            self.rows[end] = k;
            self.values[end] = quotient;
            self.lengths[i] += 1;
        }
        Some(pivot)
    }

    /// diag(sqrt(d))*L' with the zero rows left out and the columns back in their own order.
    fn factor(&self, tree: &Tree, order: &[usize]) -> SparseMatrix {
        let mut triplets = Vec::with_capacity(self.rows.len() + order.len());
        let mut rank = 0;
        for (i, &pivot) in self.pivots.iter().enumerate().filter(|(_, p)| **p > 0.0) {
            let root = pivot.sqrt();
            triplets.push((rank, order[i], root));
            for p in tree.starts[i]..tree.starts[i] + self.lengths[i] {
                triplets.push((rank, order[self.rows[p]], root * self.values[p]));
            }
            rank += 1;
        }
        SparseMatrix::from_triplets(Shape::new(rank.max(1), order.len()), &triplets)
    }
}

/// Finds the pattern of one row of L after another.
struct Reach {
    visited: Vec<usize>,
    pattern: Vec<usize>,
    path: Vec<usize>,
}

impl Reach {
    fn new(n: usize) -> Self {
        Reach {
            visited: vec![NONE; n],
            pattern: vec![0; n],
            path: Vec::with_capacity(n),
        }
    }

    /// The columns that row k reaches through the tree, each before its parent.
    fn of(&mut self, upper: &SparseMatrix, tree: &Tree, k: usize) -> &[usize] {
        let mut top = self.pattern.len();
        self.visited[k] = k;
        for (row, _) in upper.column(k) {
            let mut i = row;
            self.path.clear();
            while self.visited[i] != k {
                self.path.push(i);
                self.visited[i] = k;
                i = tree.parents[i];
            }
            while let Some(i) = self.path.pop() {
                top -= 1;
                self.pattern[top] = i;
            }
        }
        &self.pattern[top..]
    }
}
