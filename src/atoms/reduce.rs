//! Functions of many numbers, applied to a whole matrix or to each of its rows or columns.

use super::construct;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Lane, Operand, Parameter, Printed,
    Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use smallvec::SmallVec;
use std::fmt::Debug;
use std::hash::Hash;

/// What a reduction runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Along {
    /// All entries: a scalar.
    #[default]
    All,
    /// `each = row`: a vector with one entry for each row.
    Rows,
    /// `each = column`: a row with one entry for each column.
    Columns,
}

impl Along {
    /// `each = row`, where it is not all entries.
    pub fn parameter(self) -> Option<Parameter> {
        let each = match self {
            Along::All => return None,
            Along::Rows => "row",
            Along::Columns => "column",
        };
        Some(Parameter {
            name: Some("each"),
            text: each.to_owned(),
        })
    }
}

/// The lanes of a matrix: all of it, its rows, or its columns.
#[derive(Clone, Copy, Debug)]
pub struct Lanes {
    pub along: Along,
    pub shape: Shape,
}

impl Lanes {
    /// Number of lanes.
    pub fn count(self) -> usize {
        match self.along {
            Along::All => 1,
            Along::Rows => self.shape.rows,
            Along::Columns => self.shape.cols,
        }
    }

    /// Entries in each lane.
    pub fn length(self) -> usize {
        match self.along {
            Along::All => self.shape.size(),
            Along::Rows => self.shape.cols,
            Along::Columns => self.shape.rows,
        }
    }

    /// Positions (down the columns) of the entries of lane `k`.
    pub fn positions(self, k: usize) -> impl Iterator<Item = usize> + Clone {
        let (start, step) = match self.along {
            Along::All => (0, 1),
            Along::Rows => (k, self.shape.rows),
            Along::Columns => (k * self.shape.rows, 1),
        };
        (0..self.length()).map(move |i| start + i * step)
    }

    /// The lane of the entry at a position.
    pub fn lane(self, position: usize) -> usize {
        match self.along {
            Along::All => 0,
            Along::Rows => position % self.shape.rows,
            Along::Columns => position / self.shape.rows,
        }
    }

    /// The shape of one value for each lane.
    pub fn result_shape(self) -> Shape {
        match self.along {
            Along::All => Shape::SCALAR,
            Along::Rows => Shape::vector(self.shape.rows),
            Along::Columns => Shape::new(1, self.shape.cols),
        }
    }

    /// One value for each lane, repeated over the lane: an expression that combines entrywise with
    /// the argument (a scalar stays one).
    pub fn spread(self, graph: &mut Graph, values: ExprId) -> ExprId {
        match self.along {
            Along::All => values,
            Along::Rows => {
                let ones = construct::ones(graph, Shape::new(1, self.shape.cols));
                construct::times(graph, values, ones)
            }
            Along::Columns => {
                let ones = construct::ones(graph, Shape::vector(self.shape.rows));
                construct::times(graph, ones, values)
            }
        }
    }

    /// The sum over each lane of an expression of the argument's shape.
    pub fn sum(self, graph: &mut Graph, entries: ExprId) -> ExprId {
        construct::sum_along(graph, entries, self.along)
    }
}

/// The facets of a function of a lane; [`Reduce`] makes an atom of it.
pub trait Reduction: Debug + Clone + Eq + Hash + Send + Sync + 'static {
    fn name(&self) -> &'static str;

    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    /// Why a lane of that many entries is refused.
    fn check(&self, length: usize) -> Result<(), ShapeError> {
        let _ = length;
        Ok(())
    }

    /// f of one lane; outside the domain +inf where convex, -inf where concave.
    fn value(&self, lane: &[f64]) -> f64;

    /// An interval around f, for `length` entries in `x`.
    fn range(&self, x: Interval, length: usize) -> Interval;

    fn curvature(&self, x: Interval) -> Curvature;

    /// In every entry.
    fn monotonicity(&self, x: Interval) -> Monotonicity;

    /// Of every entry.
    fn domain(&self) -> Domain;

    /// The partial derivatives, an expression of the shape of `x` (or a scalar when all are
    /// equal); `value` is the reduction of `x`, one entry for each lane.
    fn gradient(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, value: ExprId) -> ExprId;

    /// For one lane, given as a column; the result is a scalar.
    fn graph_form(
        &self,
        lane: &AffineMap,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError>;

    /// For the reduction of all entries.
    fn kink(&self) -> Kink;

    /// For every lane of `x`; see [`Atom::smoothed`].
    fn smoothed(&self, graph: &mut Graph, lanes: Lanes, x: ExprId, width: f64) -> Option<ExprId> {
        let _ = (graph, lanes, x, width);
        None
    }

    /// For one lane; see [`Atom::split`].
    fn split(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let _ = (lane, pieces);
        Err(Whole)
    }

    /// For one lane; see [`Atom::split_smooth`].
    fn split_smooth(&self, lane: ExprId, pieces: &mut dyn Splitting) -> Result<(), Whole> {
        self.split(lane, pieces)
    }
}

/// A reduction over all entries, each row or each column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reduce<F> {
    pub function: F,
    pub along: Along,
}

impl<F> Reduce<F> {
    /// Over all entries.
    pub fn all(function: F) -> Self {
        Reduce {
            function,
            along: Along::All,
        }
    }

    fn lanes(&self, shape: Shape) -> Lanes {
        Lanes {
            along: self.along,
            shape,
        }
    }
}

impl<F: Reduction> Reduce<F> {
    /// Lane by lane, each with its entry of the bound.
    fn split_lanes(
        &self,
        x: ExprId,
        pieces: &mut dyn Splitting,
        split: impl Fn(&F, ExprId, &mut dyn Splitting) -> Result<(), Whole>,
    ) -> Result<(), Whole> {
        if self.along == Along::All {
            return split(&self.function, x, pieces);
        }
        let lanes = self.lanes(pieces.graph().shape(x));
        let column = Shape::vector(lanes.length());
        let bounds = pieces.bound();
        let convex = self.function.curvature(Interval::REALS).is_convex();
        for k in 0..lanes.count() {
            let positions = lanes.positions(k).collect();
            let lane = construct::gather(pieces.graph(), x, column, positions);
            let bound = construct::gather(pieces.graph(), bounds, Shape::SCALAR, [k].into());
            let mut pieces = Lane {
                whole: &mut *pieces,
                bound,
                convex,
            };
            split(&self.function, lane, &mut pieces)?;
        }
        Ok(())
    }
}

impl<F: Reduction> Atom for Reduce<F> {
    fn name(&self) -> &'static str {
        self.function.name()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let own = self.function.parameters().into_iter();
        own.chain(self.along.parameter()).collect()
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        Printed::call(self.name(), arguments, &self.parameters())
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let lanes = self.lanes(arguments[0]);
        self.function.check(lanes.length())?;
        Ok(lanes.result_shape())
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        let length = self.lanes(arguments[0].shape).length();
        self.function.range(arguments[0].range, length)
    }

    fn curvature(&self, arguments: &[Facts]) -> Curvature {
        self.function.curvature(arguments[0].range)
    }

    fn monotonicity(&self, _argument: usize, arguments: &[Facts]) -> Monotonicity {
        self.function.monotonicity(arguments[0].range)
    }

    fn domain(&self, _argument: usize) -> Domain {
        self.function.domain()
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let x = arguments[0].as_slice().unwrap_or_default();
        let lanes = self.lanes(arguments[0].shape());
        if self.along != Along::Rows {
            let chunks = x.chunks(lanes.length().max(1));
            for (k, slot) in out.iter_mut().enumerate() {
                *slot = self
                    .function
                    .value(chunks.clone().nth(k).unwrap_or_default());
            }
            return;
        }
        let mut lane: SmallVec<[f64; 32]> = SmallVec::with_capacity(lanes.length());
        for (k, slot) in out.iter_mut().enumerate() {
            lane.clear();
            lane.extend(lanes.positions(k).map(|p| x[p]));
            *slot = self.function.value(&lane);
        }
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let x = call.arguments[0];
        let lanes = self.lanes(graph.shape(x));
        let slopes = self.function.gradient(graph, lanes, x, call.value);
        let adjoint = lanes.spread(graph, call.adjoint);
        let product = construct::element_times(graph, adjoint, slopes);
        Some(construct::fill(graph, product, lanes.shape))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        let lanes = self.lanes(x.shape());
        let column = Shape::vector(lanes.length());
        let values: Vec<AffineMap> = (0..lanes.count())
            .map(|k| {
                let lane = x.select(column, lanes.positions(k));
                self.function.graph_form(&lane, program)
            })
            .collect::<Result<_, _>>()?;
        let parts: Vec<&AffineMap> = values.iter().collect();
        Ok(AffineMap::stack(&parts).reshaped(shape))
    }

    fn kink(&self) -> Kink {
        match self.along {
            Along::All => self.function.kink(),
            Along::Rows | Along::Columns => match self.function.kink() {
                Kink::Smooth => Kink::Smooth,
                Kink::Proximal(_) | Kink::Kinked => Kink::Kinked,
            },
        }
    }

    fn smoothed(&self, graph: &mut Graph, arguments: &[ExprId], width: f64) -> Option<ExprId> {
        let lanes = self.lanes(graph.shape(arguments[0]));
        self.function.smoothed(graph, lanes, arguments[0], width)
    }

    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        self.split_lanes(arguments[0], pieces, F::split)
    }

    fn split_smooth(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        self.split_lanes(arguments[0], pieces, F::split_smooth)
    }
}
