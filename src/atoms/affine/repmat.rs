//! repmat(X, m, n): m by n copies of a matrix.

use super::linear::{Linear, LinearMap};
use crate::atoms::{Arity, Entry, ParameterSpec, Specimen};
use crate::dcp::{Facts, Interval};
use crate::expr::Parameter;
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "repmat",
    summary: "m copies of a matrix downwards and n copies across.",
    formula: "kron(ones(m, n), X)",
    example: "repmat([1; 2], 2, 2) == [1, 1; 2, 2; 1, 1; 2, 2]",
    arity: Arity::Exactly(&["X"]),
    parameters: &[
        ParameterSpec {
            name: "m",
            default: None,
        },
        ParameterSpec {
            name: "n",
            default: None,
        },
    ],
    each: false,
    build: |input| {
        let (down, across) = (input.count(0)?, input.count(1)?);
        if down == 0 || across == 0 {
            return Err("the numbers of copies must be at least 1".to_owned());
        }
        Ok(Arc::new(LinearMap(Repeat { down, across })))
    },
    specimens: || {
        let repeat = Repeat { down: 2, across: 3 };
        vec![Specimen::varying(LinearMap(repeat), &[Shape::new(2, 1)])]
    },
};

/// Copies of a matrix side by side and on top of each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Repeat {
    pub down: usize,
    pub across: usize,
}

impl Linear for Repeat {
    fn name(&self) -> &'static str {
        "repmat"
    }

    fn parameters(&self) -> Vec<Parameter> {
        [self.down, self.across]
            .map(|n| Parameter::plain(n as f64))
            .into()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let Shape { rows, cols } = arguments[0];
        let whole = (rows.checked_mul(self.down), cols.checked_mul(self.across));
        match whole {
            (Some(rows), Some(cols)) if rows.checked_mul(cols).is_some() => {
                Ok(Shape::new(rows, cols))
            }
            _ => Err(ShapeError::new("so many copies do not fit in memory")),
        }
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let Shape { rows, cols } = arguments[0];
        let height = rows * self.down;
        for j in 0..cols * self.across {
            for i in 0..height {
                term(i + j * height, i % rows + j % cols * rows, 1.0);
            }
        }
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        arguments[0].range
    }
}
