//! The factor of a sparse positive semidefinite matrix, which may be singular: Cholesky column by
//! column, in an order that keeps it sparse (approximate minimum degree). Columns whose pivot
//! vanishes are left out.
//!
//! Source: T. A. Davis, "Direct methods for sparse linear systems", 2006, chapter 4.

use super::SparseMatrix;
use crate::shape::Shape;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::sparse::SymbolicSparseColMatRef;
use faer::sparse::linalg::amd;

const NONE: usize = usize::MAX;

/// F with F'F = A to the tolerance, one row for each pivot, for a symmetric matrix with entries of
/// order 1; `None` when a column cannot be one of a semidefinite matrix, or F would have more than
/// `most` entries.
pub(super) fn eliminate(
    matrix: &SparseMatrix,
    tolerance: f64,
    most: usize,
) -> Option<SparseMatrix> {
    let order = minimum_degree_order(matrix);
    let lower = permuted_lower_triangle(matrix, &order);
    let mut columns = Columns::new(&lower, tolerance);
    for k in 0..lower.cols {
        if !columns.eliminate(&lower, k) || columns.values.len() > most {
            return None;
        }
    }
    Some(columns.factor(&order))
}

/// `order[k]` is the row that is eliminated k-th; the natural order when none is found.
fn minimum_degree_order(matrix: &SparseMatrix) -> Vec<usize> {
    let n = matrix.cols;
    let (mut order, mut inverse) = (vec![0; n], vec![0; n]);
    let (starts, rows) = (&matrix.column_starts, &matrix.row_indices);
    let pattern = SymbolicSparseColMatRef::new_checked(n, n, starts, None, rows);
    let mut memory = MemBuffer::new(amd::order_scratch::<usize>(n, matrix.nonzeros()));
    let stack = MemStack::new(&mut memory);
    let control = amd::Control::default();
    match amd::order(&mut order, &mut inverse, pattern, control, stack) {
        Ok(_) => order,
        Err(_) => (0..n).collect(),
    }
}

/// The lower triangle of the matrix with rows and columns in the given order.
fn permuted_lower_triangle(matrix: &SparseMatrix, order: &[usize]) -> SparseMatrix {
    let mut place = vec![0; order.len()];
    for (k, &row) in order.iter().enumerate() {
        place[row] = k;
    }
    let moved = matrix.triplets().map(|(i, j, v)| (place[i], place[j], v));
    let triplets: Vec<_> = moved.filter(|(i, j, _)| i >= j).collect();
    SparseMatrix::from_triplets(matrix.shape(), &triplets)
}

/// The columns of the factor so far, diagonal entry first, rows rising; empty where left out.
struct Columns {
    tolerance: f64,
    starts: Vec<usize>,
    rows: Vec<usize>,
    values: Vec<f64>,
    /// What is left of the diagonal.
    remaining: Vec<f64>,
    /// The entry of each column that is next to be used.
    next: Vec<usize>,
    /// The first column whose next entry is in this row, and the one behind it.
    first: Vec<usize>,
    behind: Vec<usize>,
    /// The column under way, and the rows it has.
    work: Vec<f64>,
    pattern: Vec<usize>,
    marked: Vec<bool>,
}

impl Columns {
    fn new(lower: &SparseMatrix, tolerance: f64) -> Self {
        let n = lower.cols;
        Columns {
            tolerance,
            starts: vec![0],
            rows: Vec::new(),
            values: Vec::new(),
            remaining: (0..n).map(|k| lower.get(k, k)).collect(),
            next: vec![0; n],
            first: vec![NONE; n],
            behind: vec![NONE; n],
            work: vec![0.0; n],
            pattern: Vec::new(),
            marked: vec![false; n],
        }
    }

    /// Appends column k; false when the matrix cannot be semidefinite.
    fn eliminate(&mut self, lower: &SparseMatrix, k: usize) -> bool {
        self.mark(k);
        for (row, value) in lower.column(k) {
            self.mark(row);
            self.work[row] = value;
        }
        self.subtract_earlier(k);
        self.pattern.sort_unstable();
        let fits = match self.judge(k) {
            Pivot::Taken => {
                self.append(k);
                true
            }
            Pivot::LeftOut => true,
            Pivot::Impossible => false,
        };
        self.starts.push(self.rows.len());
        self.next[k] = self.starts[k];
        self.advance(k);
        for &row in &self.pattern {
            self.work[row] = 0.0;
            self.marked[row] = false;
        }
        self.pattern.clear();
        fits
    }

    fn mark(&mut self, row: usize) {
        if !self.marked[row] {
            self.marked[row] = true;
            self.pattern.push(row);
        }
    }

    /// work -= l_kj*l_ij over the earlier columns j that have row k.
    fn subtract_earlier(&mut self, k: usize) {
        let mut j = std::mem::replace(&mut self.first[k], NONE);
        while j != NONE {
            let after = self.behind[j];
            let range = self.next[j]..self.starts[j + 1];
            let factor = self.values[range.start];
            for p in range {
                let row = self.rows[p];
                self.work[row] -= factor * self.values[p];
                self.mark(row);
            }
            self.advance(j);
            j = after;
        }
    }

    /// Puts column j into the list of its next row.
    fn advance(&mut self, j: usize) {
        self.next[j] += 1;
        if self.next[j] < self.starts[j + 1] {
            let row = self.rows[self.next[j]];
            self.behind[j] = std::mem::replace(&mut self.first[row], j);
        }
    }

    /// In a semidefinite matrix s_ik² <= s_kk*s_ii, so a vanishing pivot has a vanishing column.
    fn judge(&self, k: usize) -> Pivot {
        let (pivot, tolerance) = (self.work[k], self.tolerance);
        let column = self.pattern.iter().map(|&i| (i, self.work[i]));
        if column.clone().all(|(_, entry)| entry.abs() <= tolerance) {
            return Pivot::LeftOut;
        }
        let bounded = |(i, entry): (usize, f64)| {
            i == k || entry * entry <= pivot * (self.remaining[i] + tolerance)
        };
        if pivot > 0.0 && column.clone().all(bounded) {
            Pivot::Taken
        } else {
            Pivot::Impossible
        }
    }

    fn append(&mut self, k: usize) {
        let root = self.work[k].sqrt();
        for &row in self.pattern.iter().filter(|&&row| self.work[row] != 0.0) {
            let value = self.work[row] / root;
            self.remaining[row] -= value * value;
            self.rows.push(row);
            self.values.push(value);
        }
    }

    /// The transposed columns that are there, with the rows back in their own order.
    fn factor(&self, order: &[usize]) -> SparseMatrix {
        let mut triplets = Vec::with_capacity(self.rows.len());
        let mut rank = 0;
        for column in self.starts.windows(2).filter(|ends| ends[0] < ends[1]) {
            let entries = column[0]..column[1];
            triplets.extend(entries.map(|p| (rank, order[self.rows[p]], self.values[p])));
            rank += 1;
        }
        SparseMatrix::from_triplets(Shape::new(rank, order.len()), &triplets)
    }
}

/// What to do with a column.
enum Pivot {
    Taken,
    LeftOut,
    Impossible,
}
