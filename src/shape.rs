//! Shapes: every value is a real matrix; a scalar is 1×1 and a vector of n is n×1.

use std::fmt;

/// Rows and columns of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    pub rows: usize,
    pub cols: usize,
}

impl Shape {
    pub const SCALAR: Shape = Shape { rows: 1, cols: 1 };

    pub const fn new(rows: usize, cols: usize) -> Self {
        Shape { rows, cols }
    }

    /// A column of `n` entries.
    pub const fn vector(n: usize) -> Self {
        Shape { rows: n, cols: 1 }
    }

    /// Number of entries.
    pub const fn size(self) -> usize {
        self.rows * self.cols
    }

    pub const fn is_scalar(self) -> bool {
        self.rows == 1 && self.cols == 1
    }

    /// One column, scalars included.
    pub const fn is_column(self) -> bool {
        self.cols == 1
    }

    /// One row or one column, scalars included.
    pub const fn is_vector(self) -> bool {
        self.cols == 1 || self.rows == 1
    }

    pub const fn is_square(self) -> bool {
        self.rows == self.cols
    }

    pub const fn transposed(self) -> Self {
        Shape {
            rows: self.cols,
            cols: self.rows,
        }
    }

    /// The shape of an elementwise operation: equal shapes, or a scalar beside anything.
    pub fn broadcast(self, other: Shape) -> Option<Shape> {
        if self == other || other.is_scalar() {
            Some(self)
        } else if self.is_scalar() {
            Some(other)
        } else {
            None
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_scalar() {
            write!(f, "scalar")
        } else if self.is_column() {
            write!(f, "vector of {}", self.rows)
        } else {
            write!(f, "{} x {}", self.rows, self.cols)
        }
    }
}

/// Why arguments do not fit a function; the caller adds where each came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// What does not fit, with both shapes.
    pub message: String,
    /// The likely repair.
    pub help: Option<String>,
}

impl ShapeError {
    pub fn new(message: impl Into<String>) -> Self {
        ShapeError {
            message: message.into(),
            help: None,
        }
    }

    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
