//! prod and cumprod: products by halves, so that derivatives hold at zeros too.

use crate::atoms::affine::Direction;
use crate::atoms::{Abbreviated, Abbreviation, Along, Arity, Entry, Lanes, Specimen, construct};
use crate::expr::{ExprId, Graph, Parameter};
use crate::shape::Shape;
use std::ops::Range;
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "prod",
    summary: "The product of all entries, of each row or of each column; neither convex nor concave.",
    formula: "x_1 x_2 ... x_n",
    example: "prod([2; 3; 4]) == 24",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| Ok(Arc::new(Abbreviated(Product { along: input.along }))),
    specimens: || {
        [Along::All, Along::Rows, Along::Columns]
            .map(|along| Specimen::varying(Abbreviated(Product { along }), &[Shape::new(3, 2)]))
            .into()
    },
};

/// Entries up to which a product is written out.
const FEW: usize = 16;

pub const RUNNING_ENTRY: Entry = Entry {
    name: "cumprod",
    summary: "Running products: down the columns, or along each row; neither convex nor concave.",
    formula: "cumprod(x)_i = x_1 ... x_i",
    example: "cumprod([2; 3; 4]) == [2; 6; 24]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| {
        let row = input.shapes[0].rows == 1 && input.along == Along::All;
        let along_rows = input.along == Along::Rows || row;
        Ok(Arc::new(Abbreviated(RunningProduct { along_rows })))
    },
    specimens: || {
        [(4, 1, false), (3, 2, false), (2, 3, true)]
            .map(|(rows, cols, along_rows)| {
                let atom = Abbreviated(RunningProduct { along_rows });
                Specimen::varying(atom, &[Shape::new(rows, cols)])
            })
            .into()
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Product {
    along: Along,
}

impl Abbreviation for Product {
    fn name(&self) -> &'static str {
        "prod"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let word = match self.along {
            Along::All => return Vec::new(),
            Along::Rows => "row",
            Along::Columns => "column",
        };
        vec![each(word)]
    }

    /// The first half times the second, entry by entry, until one entry is left.
    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let size = graph.shape(arguments[0]).size();
        if self.along == Along::All && (1..=FEW).contains(&size) {
            return product_of_few(graph, arguments[0], 0..size);
        }
        let (mut rest, along) = match self.along {
            Along::All => {
                let column = Shape::vector(graph.shape(arguments[0]).size());
                let entries = construct::reshape(graph, arguments[0], column);
                (entries, Along::Columns)
            }
            along => (arguments[0], along),
        };
        loop {
            let shape = graph.shape(rest);
            let length = Lanes { along, shape }.length();
            if length <= 1 {
                return rest;
            }
            let half = length / 2;
            let first = part(graph, rest, along, 0..half);
            let second = part(graph, rest, along, half..2 * half);
            let product = construct::element_times(graph, first, second);
            let last = (length % 2 == 1).then(|| part(graph, rest, along, 2 * half..length));
            let parts: Vec<ExprId> = std::iter::once(product).chain(last).collect();
            rest = construct::concatenate(graph, direction(along), &parts);
        }
    }
}

/// Of single entries, whose exponents and signs proofs see.
fn product_of_few(graph: &mut Graph, x: ExprId, places: Range<usize>) -> ExprId {
    if places.len() == 1 {
        return construct::gather(graph, x, Shape::SCALAR, [places.start].into());
    }
    let middle = places.start + places.len() / 2;
    let first = product_of_few(graph, x, places.start..middle);
    let second = product_of_few(graph, x, middle..places.end);
    construct::times(graph, first, second)
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct RunningProduct {
    along_rows: bool,
}

impl Abbreviation for RunningProduct {
    fn name(&self) -> &'static str {
        "cumprod"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let shown = self.along_rows.then(|| each("row"));
        shown.into_iter().collect()
    }

    /// Times itself moved by 1, 2, 4, … places: after each step an entry is the product of twice
    /// as many.
    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let along = if self.along_rows {
            Along::Rows
        } else {
            Along::Columns
        };
        let shape = graph.shape(arguments[0]);
        let length = Lanes { along, shape }.length();
        let mut products = arguments[0];
        let mut places = 1;
        while places < length {
            let ones = construct::ones(graph, across(shape, along, places));
            let earlier = part(graph, products, along, 0..length - places);
            let moved = construct::concatenate(graph, direction(along), &[ones, earlier]);
            products = construct::element_times(graph, products, moved);
            places *= 2;
        }
        products
    }
}

fn each(word: &str) -> Parameter {
    Parameter {
        name: Some("each"),
        text: word.to_owned(),
    }
}

fn direction(along: Along) -> Direction {
    match along {
        Along::Rows => Direction::Horizontal,
        Along::All | Along::Columns => Direction::Vertical,
    }
}

/// The shape with that many entries in each lane.
fn across(shape: Shape, along: Along, entries: usize) -> Shape {
    match along {
        Along::Rows => Shape::new(shape.rows, entries),
        Along::All | Along::Columns => Shape::new(entries, shape.cols),
    }
}

/// These entries of every lane.
fn part(graph: &mut Graph, x: ExprId, along: Along, entries: Range<usize>) -> ExprId {
    let shape = graph.shape(x);
    let wanted = across(shape, along, entries.len());
    let start = entries.start;
    let (down, right) = match along {
        Along::Rows => (0, start),
        Along::All | Along::Columns => (start, 0),
    };
    let places = (0..wanted.cols).flat_map(|j| (0..wanted.rows).map(move |i| (i, j)));
    let positions = places.map(|(i, j)| i + down + (j + right) * shape.rows);
    construct::gather(graph, x, wanted, positions.collect())
}
