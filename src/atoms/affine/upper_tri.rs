//! upper_tri(X) lists the upper triangle row by row; vec_to_upper_tri(x) puts it back.

use super::linear::{Linear, LinearMap};
use super::trace::square;
use crate::atoms::{Arity, BuildInput, Entry, ParameterSpec, Specimen, construct};
use crate::expr::{ExprId, Graph, Parameter};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "upper_tri",
    summary: "The entries above the diagonal, row by row, as a vector; with strict = 0 the diagonal too.",
    formula: "[X_12; X_13; ...; X_1n; X_23; ...]",
    example: "upper_tri([1, 2, 3; 4, 5, 6; 7, 8, 9]) == [2; 3; 6]",
    arity: Arity::Exactly(&["X"]),
    parameters: &[ParameterSpec {
        name: "strict",
        default: Some(1.0),
    }],
    each: false,
    build: |input| {
        let strict = flag(input)?;
        Ok(Arc::new(LinearMap(UpperTriangle { strict })))
    },
    specimens: || {
        [true, false]
            .map(|strict| {
                Specimen::varying(LinearMap(UpperTriangle { strict }), &[Shape::new(3, 3)])
            })
            .into()
    },
};

pub const INVERSE_ENTRY: Entry = Entry {
    name: "vec_to_upper_tri",
    summary: "The upper triangular matrix with the entries of a vector, row by row; with strict = 1 the diagonal is zero.",
    formula: "[x_1, x_2, x_3; 0, x_4, x_5; 0, 0, x_6]",
    example: "vec_to_upper_tri([1; 2; 3]) == [1, 2; 0, 3]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[ParameterSpec {
        name: "strict",
        default: Some(0.0),
    }],
    each: false,
    build: |input| {
        let strict = flag(input)?;
        Ok(Arc::new(LinearMap(FromUpperTriangle { strict })))
    },
    specimens: || {
        [true, false]
            .map(|strict| {
                Specimen::varying(LinearMap(FromUpperTriangle { strict }), &[Shape::vector(3)])
            })
            .into()
    },
};

fn flag(input: &BuildInput) -> Result<bool, String> {
    match input.count(0)? {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(format!("strict must be 0 or 1, but it is {other}")),
    }
}

/// The upper triangle of a square matrix, row by row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UpperTriangle {
    /// Without the diagonal.
    pub strict: bool,
}

/// Positions, down the columns of an n x n matrix, of its upper triangle row by row.
fn triangle(n: usize, strict: bool) -> impl Iterator<Item = usize> {
    let skip = usize::from(strict);
    (0..n).flat_map(move |i| (i + skip..n).map(move |j| i + j * n))
}

fn count(n: usize, strict: bool) -> usize {
    if strict {
        n * n.saturating_sub(1) / 2
    } else {
        n * (n + 1) / 2
    }
}

impl Linear for UpperTriangle {
    fn name(&self) -> &'static str {
        "upper_tri"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let shown = (!self.strict).then(|| Parameter::named("strict", 0.0));
        shown.into_iter().collect()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        match count(square(arguments[0], self.name())?, self.strict) {
            0 => Err(ShapeError::new("a scalar has nothing above its diagonal")),
            entries => Ok(Shape::vector(entries)),
        }
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let positions = triangle(arguments[0].rows, self.strict);
        positions.enumerate().for_each(|(k, p)| term(k, p, 1.0));
    }

    fn adjoint(
        &self,
        graph: &mut Graph,
        _arguments: &[Shape],
        _argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        let back = FromUpperTriangle {
            strict: self.strict,
        };
        construct::apply(graph, LinearMap(back), &[adjoint])
    }
}

/// The upper triangular matrix with given entries, row by row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FromUpperTriangle {
    /// With zeros on the diagonal.
    pub strict: bool,
}

impl FromUpperTriangle {
    /// The side of the triangle with that many entries, when there is one.
    fn side(&self, entries: usize) -> Option<usize> {
        let guess = (2.0 * entries as f64).sqrt() as usize;
        (guess.saturating_sub(1)..=guess + 1).find(|&n| count(n, self.strict) == entries)
    }
}

impl Linear for FromUpperTriangle {
    fn name(&self) -> &'static str {
        "vec_to_upper_tri"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let shown = self.strict.then(|| Parameter::named("strict", 1.0));
        shown.into_iter().collect()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let x = arguments[0];
        match self.side(x.size()) {
            Some(n) if x.is_vector() && n > 0 => Ok(Shape::new(n, n)),
            Some(_) | None => Err(ShapeError::new(format!(
                "vec_to_upper_tri takes a vector of 1, 3, 6, 10, ... entries, but this is a {x}"
            ))),
        }
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let n = self.side(arguments[0].size()).unwrap_or(0);
        let positions = triangle(n, self.strict);
        positions.enumerate().for_each(|(k, p)| term(p, k, 1.0));
    }

    fn adjoint(
        &self,
        graph: &mut Graph,
        arguments: &[Shape],
        _argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        let back = UpperTriangle {
            strict: self.strict,
        };
        let entries = construct::apply(graph, LinearMap(back), &[adjoint]);
        construct::reshape(graph, entries, arguments[0])
    }
}
