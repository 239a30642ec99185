//! f(X, y, each = row): f of each row, over y or over the row's own entry of y.

use crate::atoms::affine::Direction;
use crate::atoms::{Abbreviation, Along, Lanes, construct};
use crate::expr::{Atom, Domain, ExprId, Graph, Parameter};
use crate::shape::{Shape, ShapeError};
use std::hash::Hash;

/// A function of a vector and a number, of each row or column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EachOver<F> {
    pub function: F,
    /// `Rows` or `Columns`.
    pub along: Along,
}

impl<F> EachOver<F> {
    fn lanes(&self, shape: Shape) -> Lanes {
        Lanes {
            along: self.along,
            shape,
        }
    }
}

impl<F: Atom + Clone + Eq + Hash + 'static> Abbreviation for EachOver<F> {
    fn name(&self) -> &'static str {
        self.function.name()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let each = match self.along {
            Along::All => return Vec::new(),
            Along::Rows => "row",
            Along::Columns => "column",
        };
        vec![Parameter {
            name: Some("each"),
            text: each.to_owned(),
        }]
    }

    fn check(&self, arguments: &[Shape]) -> Result<(), ShapeError> {
        let wanted = self.lanes(arguments[0]).result_shape();
        if arguments[1].is_scalar() || arguments[1] == wanted {
            return Ok(());
        }
        Err(ShapeError::new(format!(
            "{} divides by a scalar or by a {wanted} here, but the second argument is a {}",
            self.function.name(),
            arguments[1]
        )))
    }

    fn domain(&self, argument: usize) -> Domain {
        self.function.domain(argument)
    }

    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let (x, y) = (arguments[0], arguments[1]);
        let lanes = self.lanes(graph.shape(x));
        let column = Shape::vector(lanes.length());
        let shared = graph.shape(y).is_scalar();
        let values: Vec<ExprId> = (0..lanes.count())
            .map(|k| {
                let lane = construct::gather(graph, x, column, lanes.positions(k).collect());
                let over = match shared {
                    true => y,
                    false => construct::gather(graph, y, Shape::SCALAR, [k].into()),
                };
                construct::apply(graph, self.function.clone(), &[lane, over])
            })
            .collect();
        let direction = match self.along {
            Along::Columns => Direction::Horizontal,
            Along::All | Along::Rows => Direction::Vertical,
        };
        construct::concatenate(graph, direction, &values)
    }
}
