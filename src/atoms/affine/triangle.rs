//! tril(X, k) and triu(X, k): the part of a matrix on and below, on and above a diagonal.

use super::linear::{Linear, LinearMap};
use crate::atoms::{Arity, BuildInput, Entry, ParameterSpec, Specimen, construct};
use crate::expr::{Atom, ExprId, Graph, Parameter};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

const DIAGONAL: &[ParameterSpec] = &[ParameterSpec {
    name: "k",
    default: Some(0.0),
}];

pub const LOWER_ENTRY: Entry = Entry {
    name: "tril",
    summary: "The lower triangle of a matrix: entries above diagonal k become zero.",
    formula: "X_ij where j - i <= k, else 0",
    example: "tril([1, 2; 3, 4]) == [1, 0; 3, 4]",
    arity: Arity::Exactly(&["X"]),
    parameters: DIAGONAL,
    each: false,
    build: |input| build(input, Side::Lower),
    specimens: || specimens(Side::Lower),
};

pub const UPPER_ENTRY: Entry = Entry {
    name: "triu",
    summary: "The upper triangle of a matrix: entries below diagonal k become zero.",
    formula: "X_ij where j - i >= k, else 0",
    example: "triu([1, 2; 3, 4], k = 1) == [0, 2; 0, 0]",
    arity: Arity::Exactly(&["X"]),
    parameters: DIAGONAL,
    each: false,
    build: |input| build(input, Side::Upper),
    specimens: || specimens(Side::Upper),
};

fn build(input: &BuildInput, side: Side) -> Result<Arc<dyn Atom>, String> {
    let diagonal = input.whole(0)?;
    Ok(Arc::new(LinearMap(Triangle { side, diagonal })))
}

fn specimens(side: Side) -> Vec<Specimen> {
    [(3, 3, 0), (3, 2, -1), (2, 3, 1)]
        .map(|(rows, cols, diagonal)| {
            let triangle = LinearMap(Triangle { side, diagonal });
            Specimen::varying(triangle, &[Shape::new(rows, cols)])
        })
        .into()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Lower,
    Upper,
}

/// The entries of a matrix on one side of diagonal `diagonal` (0 is the main one, above it are the
/// positive ones), that diagonal included.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Triangle {
    pub side: Side,
    pub diagonal: i64,
}

impl Linear for Triangle {
    fn name(&self) -> &'static str {
        match self.side {
            Side::Lower => "tril",
            Side::Upper => "triu",
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        match self.diagonal {
            0 => Vec::new(),
            k => vec![Parameter::named("k", k as f64)],
        }
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(arguments[0])
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let Shape { rows, cols } = arguments[0];
        for j in 0..cols {
            // Column j belongs to row j - k: the first one below, the last one above.
            let edge = j as i64 - self.diagonal;
            let picked = match self.side {
                Side::Lower => edge.clamp(0, rows as i64) as usize..rows,
                Side::Upper => 0..(edge + 1).clamp(0, rows as i64) as usize,
            };
            picked.for_each(|i| term(i + j * rows, i + j * rows, 1.0));
        }
    }

    fn adjoint(
        &self,
        graph: &mut Graph,
        _arguments: &[Shape],
        _argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        construct::apply(graph, LinearMap(self.clone()), &[adjoint])
    }
}
