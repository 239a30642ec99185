//! cummax(x): running maxima.

use crate::atoms::affine::CumulativeSum;
use crate::atoms::{Along, Arity, BuildInput, Entry, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter, Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "cummax",
    summary: "Running maxima: down the columns, or along each row.",
    formula: "cummax(x)_i = max(x_1, ..., x_i)",
    example: "cummax([1; 3; 2]) == [1; 3; 3]",
    arity: Arity::Exactly(&["x"]),
    parameters: &[],
    each: true,
    build: |input| Ok(Arc::new(CumulativeMax::of(input))),
    specimens: || {
        [(4, 1, false), (3, 2, false), (2, 3, true)]
            .map(|(rows, cols, along_rows)| {
                let atom = CumulativeMax { along_rows };
                Specimen::varying(atom, &[Shape::new(rows, cols)])
            })
            .into()
    },
};

/// Running maxima of each column, or of each row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CumulativeMax {
    pub along_rows: bool,
}

impl CumulativeMax {
    /// A row has only one direction to go.
    fn of(input: &BuildInput) -> Self {
        let row = input.shapes[0].rows == 1 && input.along == Along::All;
        let along_rows = input.along == Along::Rows || row;
        CumulativeMax { along_rows }
    }

    /// Every entry with the one before it in its lane.
    fn steps(&self, shape: Shape) -> impl Iterator<Item = (usize, Option<usize>)> {
        let sums = CumulativeSum {
            along_rows: self.along_rows,
            from_end: false,
        };
        sums.steps(shape)
    }

    /// Entries that follow another, and those they follow.
    fn links(&self, shape: Shape) -> (Vec<usize>, Vec<usize>) {
        let followers = self.steps(shape).filter_map(|(k, p)| p.map(|p| (k, p)));
        followers.unzip()
    }
}

impl Atom for CumulativeMax {
    fn name(&self) -> &'static str {
        "cummax"
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
        arguments[0].range
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Convex
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
            out[entry] = previous.map_or(x[entry], |p| x[entry].max(out[p]));
        }
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        let sums = RecordSums(self.clone());
        let arguments = [call.arguments[0], call.adjoint];
        Some(construct::apply(graph, sums, &arguments))
    }

    /// m_i >= x_i and m_i >= m_(i-1): two entries a row, not i.
    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let x = arguments[0].affine();
        let maxima = program.variable(shape);
        program.at_most(&x, &maxima);
        let (later, earlier) = self.links(shape);
        let column = Shape::vector(later.len());
        let later = maxima.select(column, later);
        let earlier = maxima.select(column, earlier);
        program.at_most(&earlier, &later);
        Ok(maxima)
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }

    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.graph().shape(arguments[0]);
        let maxima = pieces.variable(shape);
        pieces.below(arguments[0], maxima);
        let (later, earlier) = self.links(shape);
        if !later.is_empty() {
            let column = Shape::vector(later.len());
            let later = construct::gather(pieces.graph(), maxima, column, later.into());
            let earlier = construct::gather(pieces.graph(), maxima, column, earlier.into());
            pieces.below(earlier, later);
        }
        pieces.limit(maxima);
        Ok(())
    }
}

/// Of (x, a): at each entry of x that is a record, the sum of a from there to the next record; 0
/// elsewhere. Only derivatives use it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordSums(CumulativeMax);

impl Atom for RecordSums {
    fn name(&self) -> &'static str {
        "record_sums"
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters()
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(arguments[0])
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::REALS
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Unknown
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let x = arguments[0].as_slice().unwrap_or_default();
        let summed = arguments[1].as_slice().unwrap_or_default();
        // A scalar adjoint stands for equal entries.
        let at = |k: usize| summed.get(k).or(summed.first()).copied().unwrap_or(0.0);
        out.fill(0.0);
        let mut record = 0;
        for (entry, previous) in self.0.steps(arguments[0].shape()) {
            if previous.is_none() || x[entry] > x[record] {
                record = entry;
            }
            out[record] += at(entry);
        }
    }

    /// Almost everywhere the records stand where they stand.
    fn pullback(&self, _graph: &mut Graph, _call: &Call<'_>, _argument: usize) -> Option<ExprId> {
        None
    }

    fn graph_form(
        &self,
        _arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "a sum between records is neither convex nor concave",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}
