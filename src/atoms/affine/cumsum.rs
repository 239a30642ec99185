//! cumsum(x): running sums.

use crate::atoms::{Along, Arity, Entry, Lanes, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "cumsum",
    summary: "Running sums: down the columns, or along each row.",
    formula: "cumsum(x)_i = x_1 + ... + x_i",
    example: "cumsum([1; 2; 3]) == [1; 3; 6]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        let row = input.shapes[0].rows == 1 && input.along == Along::All;
        let along_rows = input.along == Along::Rows || row;
        Ok(Arc::new(CumulativeSum {
            along_rows,
            from_end: false,
        }))
    },
    specimens: || specimens(false),
};

pub const REVERSE_ENTRY: Entry = Entry {
    name: "reverse_cumsum",
    summary: "Running sums from the end: up the columns, or back along each row; the adjoint of cumsum.",
    formula: "reverse_cumsum(x)_i = x_i + ... + x_n",
    example: "reverse_cumsum([1; 2; 3]) == [6; 5; 3]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        let row = input.shapes[0].rows == 1 && input.along == Along::All;
        let along_rows = input.along == Along::Rows || row;
        Ok(Arc::new(CumulativeSum {
            along_rows,
            from_end: true,
        }))
    },
    specimens: || specimens(true),
};

fn specimens(from_end: bool) -> Vec<Specimen> {
    [(4, 1, false), (3, 2, false), (2, 3, true)]
        .map(|(rows, cols, along_rows)| {
            let atom = CumulativeSum {
                along_rows,
                from_end,
            };
            Specimen::varying(atom, &[Shape::new(rows, cols)])
        })
        .into()
}

/// Running sums of each column, or of each row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CumulativeSum {
    pub along_rows: bool,
    /// From the last entry backwards.
    pub from_end: bool,
}

impl CumulativeSum {
    fn lanes(&self, shape: Shape) -> Lanes {
        let along = if self.along_rows {
            Along::Rows
        } else {
            Along::Columns
        };
        Lanes { along, shape }
    }

    /// Every entry with the one before it in its lane, in the order of summing.
    pub fn steps(&self, shape: Shape) -> impl Iterator<Item = (usize, Option<usize>)> + use<> {
        let lanes = self.lanes(shape);
        let (length, from_end) = (lanes.length(), self.from_end);
        let step = if self.along_rows { shape.rows } else { 1 };
        (0..lanes.count()).flat_map(move |lane| {
            let first = if lanes.along == Along::Rows {
                lane
            } else {
                lane * shape.rows
            };
            (0..length).map(move |i| {
                let place = |i: usize| first + step * if from_end { length - 1 - i } else { i };
                (place(i), i.checked_sub(1).map(place))
            })
        })
    }
}

impl Atom for CumulativeSum {
    fn name(&self) -> &'static str {
        if self.from_end {
            "reverse_cumsum"
        } else {
            "cumsum"
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        let each = self.along_rows.then(|| Parameter {
            name: Some("each"),
            text: "row".to_owned(),
        });
        each.into_iter().collect()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(arguments[0])
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        let x = arguments[0].range;
        x.hull(x.repeated(self.lanes(arguments[0].shape).length()))
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Affine
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let x = arguments[0].as_slice().unwrap_or_default();
        for (entry, previous) in self.steps(arguments[0].shape()) {
            out[entry] = x[entry] + previous.map_or(0.0, |p| out[p]);
        }
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        if construct::is_zero(graph, call.adjoint) {
            return Some(call.adjoint);
        }
        let reversed = CumulativeSum {
            from_end: !self.from_end,
            ..self.clone()
        };
        let adjoint = |graph: &mut Graph, x| construct::apply(graph, reversed, &[x]);
        Some(construct::through_linear(graph, call.adjoint, adjoint))
    }

    /// s_i = s_(i-1) + x_i with a variable for each s_i: three entries a row, not i.
    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        let sums = program.variable(shape);
        let mut before = vec![None; shape.size()];
        for (entry, previous) in self.steps(shape) {
            before[entry] = previous;
        }
        // Entry 0 of the stack is zero, for those that come first.
        let padded = AffineMap::stack(&[&AffineMap::zeros(Shape::SCALAR), &sums]);
        let picks = before.iter().map(|p| p.map_or(0, |p| p + 1));
        let earlier = padded.select(shape, picks);
        let rest = AffineMap::combine(&[(1.0, &sums), (-1.0, &earlier), (-1.0, &x)]);
        program.zero(rest);
        Ok(sums)
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}
