//! diff(x, k): differences of neighbours, k times over.

use super::linear::{Linear, LinearMap};
use crate::atoms::{Along, Arity, Entry, ParameterSpec, Specimen, construct};
use crate::dcp::{Facts, Interval};
use crate::expr::{ExprId, Graph, Parameter};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "diff",
    summary: "Differences of neighbours, k times over: down the columns, or along each row.",
    formula: "diff(x)_i = x_(i+1) - x_i",
    example: "diff([1; 4; 9; 16], k = 2) == [2; 2]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "k",
        default: Some(1.0),
    }],
    each: true,
    build: |input| {
        let order = input.count(0)?;
        let shape = input.shapes[0];
        // A row has only one direction to go.
        let along_rows =
            input.along == Along::Rows || (shape.rows == 1 && input.along == Along::All);
        Ok(Arc::new(LinearMap(Diff { order, along_rows })))
    },
    specimens: || {
        let of = |order, along_rows, rows, cols| {
            Specimen::varying(
                LinearMap(Diff { order, along_rows }),
                &[Shape::new(rows, cols)],
            )
        };
        vec![
            of(1, false, 4, 1),
            of(2, false, 5, 2),
            of(1, true, 2, 4),
            of(0, false, 3, 1),
        ]
    },
};

/// Differences of order `order`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diff {
    pub order: usize,
    /// Along each row instead of down each column.
    pub along_rows: bool,
}

impl Diff {
    /// (-1)^(k-i) * (k choose i) for i = 0..k.
    fn coefficients(&self) -> Vec<f64> {
        let mut coefficients = vec![1.0];
        for _ in 0..self.order {
            let mut next = vec![0.0; coefficients.len() + 1];
            for (i, c) in coefficients.iter().enumerate() {
                next[i] -= c;
                next[i + 1] += c;
            }
            coefficients = next;
        }
        coefficients
    }
}

impl Linear for Diff {
    fn name(&self) -> &'static str {
        "diff"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let order = (self.order != 1).then(|| Parameter::named("k", self.order as f64));
        let each = self.along_rows.then(|| Parameter {
            name: Some("each"),
            text: "row".to_owned(),
        });
        order.into_iter().chain(each).collect()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let Shape { rows, cols } = arguments[0];
        let length = if self.along_rows { cols } else { rows };
        match length.checked_sub(self.order) {
            None | Some(0) => Err(ShapeError::new(format!(
                "diff of order {} needs more than {} entries, but there are {length}",
                self.order, self.order
            ))),
            Some(left) if self.along_rows => Ok(Shape::new(rows, left)),
            Some(left) => Ok(Shape::new(left, cols)),
        }
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let Shape { rows, cols } = arguments[0];
        let coefficients = self.coefficients();
        let (height, width, step) = if self.along_rows {
            (rows, cols - self.order, rows)
        } else {
            (rows - self.order, cols, 1)
        };
        for j in 0..width {
            for i in 0..height {
                for (k, &c) in coefficients.iter().enumerate() {
                    term(i + j * height, i + j * rows + k * step, c);
                }
            }
        }
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        let terms = self.coefficients();
        let scaled = |c: &f64| arguments[0].range.times(Interval::point(*c));
        terms
            .iter()
            .map(scaled)
            .fold(Interval::point(0.0), Interval::plus)
    }

    fn is_increasing(&self) -> bool {
        self.order == 0
    }

    /// diff' is diff of the zero-padded argument, with the sign of (-1)^k.
    fn adjoint(
        &self,
        graph: &mut Graph,
        arguments: &[Shape],
        _argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        if self.order == 0 {
            return adjoint;
        }
        let Shape { rows, cols } = arguments[0];
        let padding = if self.along_rows {
            Shape::new(rows, self.order)
        } else {
            Shape::new(self.order, cols)
        };
        let padding = construct::zeros(graph, padding);
        let direction = if self.along_rows {
            super::Direction::Horizontal
        } else {
            super::Direction::Vertical
        };
        let padded = construct::concatenate(graph, direction, &[padding, adjoint, padding]);
        let differences = construct::apply(graph, LinearMap(self.clone()), &[padded]);
        let sign = if self.order.is_multiple_of(2) {
            1.0
        } else {
            -1.0
        };
        construct::scale(graph, sign, differences)
    }
}
