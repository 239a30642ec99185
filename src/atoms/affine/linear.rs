//! Linear functions whose every result entry is a sum of few argument entries: value, adjoint and
//! graph form follow from one list of terms.

use crate::atoms::construct;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Parameter, Printed,
};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};
use smallvec::SmallVec;
use std::fmt::Debug;
use std::hash::Hash;

/// The facets of a linear function; [`LinearMap`] makes an atom of it.
pub trait Linear: Debug + Clone + Eq + Hash + Send + Sync + 'static {
    fn name(&self) -> &'static str;

    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        Printed::call(self.name(), arguments, &self.parameters())
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError>;

    /// Calls `term(k, e, c)` for every term: entry k of the result is the sum of c times entry e of
    /// the argument, over all terms of all arguments (entries zero-based, down the columns).
    fn each_term(&self, arguments: &[Shape], argument: usize, term: impl FnMut(usize, usize, f64));

    /// Around the result's entries; by default they are argument entries and zeros.
    fn range(&self, arguments: &[Facts]) -> Interval {
        let ranges = arguments.iter().map(|a| a.range);
        ranges.fold(Interval::point(0.0), Interval::hull)
    }

    /// Whether the range depends on the definiteness of a constant argument.
    fn asks_definiteness(&self) -> bool {
        false
    }

    /// `(symmetric, psd, nsd)`.
    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        let _ = arguments;
        (false, false, false)
    }

    /// Whether no coefficient is negative.
    fn is_increasing(&self) -> bool {
        true
    }

    /// Whether most entries of the result are zero whatever the argument.
    fn is_mostly_zero(&self) -> bool {
        false
    }

    /// The transposed map applied to an expression of the result's shape.
    fn adjoint(
        &self,
        graph: &mut Graph,
        arguments: &[Shape],
        argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        transposed_map(graph, self, arguments, argument, adjoint)
    }
}

/// A linear function as an atom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinearMap<F>(pub F);

impl<F: Linear> LinearMap<F> {
    /// The matrix of the map in one argument, from its entries to the result's.
    fn matrix(&self, shapes: &[Shape], argument: usize, result: Shape) -> SparseMatrix {
        let mut triplets = Vec::new();
        let term = |k, e, c| triplets.push((k, e, c));
        self.0.each_term(shapes, argument, term);
        let shape = Shape::new(result.size(), shapes[argument].size());
        SparseMatrix::from_triplets(shape, &triplets)
    }
}

impl<F: Linear> LinearMap<F> {
    /// The same, transposed: column k holds the terms of entry k of the result.
    fn transposed_matrix(&self, shapes: &[Shape], argument: usize, result: Shape) -> SparseMatrix {
        let mut triplets = Vec::new();
        let term = |k, e, c| triplets.push((e, k, c));
        self.0.each_term(shapes, argument, term);
        let shape = Shape::new(shapes[argument].size(), result.size());
        SparseMatrix::from_triplets(shape, &triplets)
    }
}

impl<F: Linear> Atom for LinearMap<F> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters()
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        self.0.print(arguments)
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        self.0.shape(arguments)
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        self.0.range(arguments)
    }

    fn asks_definiteness(&self) -> bool {
        self.0.asks_definiteness()
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        self.0.definiteness(arguments)
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Affine
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        if self.0.is_increasing() {
            Monotonicity::Increasing
        } else {
            Monotonicity::Unknown
        }
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        out.fill(0.0);
        let shapes: SmallVec<[Shape; 4]> = arguments.iter().map(|a| a.shape()).collect();
        for (a, argument) in arguments.iter().enumerate() {
            let x = argument.as_slice().unwrap_or_default();
            self.0.each_term(&shapes, a, |k, e, c| out[k] += c * x[e]);
        }
    }

    fn evaluate_sparse(&self, arguments: &[&Matrix]) -> Option<SparseMatrix> {
        let any_sparse = arguments.iter().any(|a| a.as_slice().is_none());
        let shapes: Vec<Shape> = arguments.iter().map(|a| a.shape()).collect();
        let result = self.0.shape(&shapes).ok()?;
        let enough = result.size() >= SMALLEST_SPARSE && self.0.is_mostly_zero();
        if result.is_scalar() || !(any_sparse || enough) {
            return None;
        }
        let mut triplets = Vec::new();
        for (a, argument) in arguments.iter().enumerate() {
            let rows = argument.shape().rows.max(1);
            self.0.each_term(&shapes, a, |k, e, c| {
                let entry = argument.get(e % rows, e / rows);
                if entry != 0.0 {
                    triplets.push((k % result.rows, k / result.rows, c * entry));
                }
            });
        }
        Some(SparseMatrix::from_triplets(result, &triplets))
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let shapes: Vec<Shape> = call.arguments.iter().map(|&a| graph.shape(a)).collect();
        if construct::is_zero(graph, call.adjoint) {
            return Some(construct::zeros(graph, shapes[argument]));
        }
        let adjoint = |graph: &mut Graph, x| self.0.adjoint(graph, &shapes, argument, x);
        Some(construct::through_linear(graph, call.adjoint, adjoint))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let shapes: Vec<Shape> = arguments.iter().map(Operand::shape).collect();
        let mut parts: Vec<AffineMap> = (0..arguments.len())
            .map(|a| {
                let rows = self.transposed_matrix(&shapes, a, shape);
                arguments[a].affine().combined(&rows, shape)
            })
            .collect();
        if parts.len() > 1 {
            let terms: Vec<(f64, &AffineMap)> = parts.iter().map(|p| (1.0, p)).collect();
            return Ok(AffineMap::combine(&terms));
        }
        Ok(parts.pop().unwrap_or_else(|| AffineMap::zeros(shape)))
    }

    fn linear_map(
        &self,
        _constants: &[Option<&Matrix>],
        shapes: &[Shape],
        argument: usize,
    ) -> Option<SparseMatrix> {
        let result = self.0.shape(shapes).ok()?;
        Some(self.matrix(shapes, argument, result))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}

/// Smaller results are dense whatever their pattern.
const SMALLEST_SPARSE: usize = 1024;

/// The transposed map where no textbook function is it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Transposed<F> {
    function: F,
    arguments: Vec<Shape>,
    argument: usize,
}

/// `function`'s transposed map in one argument, as an expression.
pub(crate) fn transposed_map<F: Linear>(
    graph: &mut Graph,
    function: &F,
    arguments: &[Shape],
    argument: usize,
    adjoint: ExprId,
) -> ExprId {
    let transposed = Transposed {
        function: function.clone(),
        arguments: arguments.to_vec(),
        argument,
    };
    construct::apply(graph, LinearMap(transposed), &[adjoint])
}

impl<F: Linear> Linear for Transposed<F> {
    fn name(&self) -> &'static str {
        "adjoint"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        let name = self.function.name();
        Printed::tight(format!("adjoint({name})({})", arguments[0].text))
    }

    fn shape(&self, _arguments: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(self.arguments[self.argument])
    }

    fn each_term(
        &self,
        _arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        self.function
            .each_term(&self.arguments, self.argument, |k, e, c| term(e, k, c));
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        let x = arguments[0].range;
        if self.is_increasing() && x.is_nonnegative() {
            Interval::NONNEGATIVE
        } else if self.is_increasing() && x.is_nonpositive() {
            Interval::NONPOSITIVE
        } else {
            Interval::REALS
        }
    }

    fn is_increasing(&self) -> bool {
        self.function.is_increasing()
    }

    fn adjoint(
        &self,
        graph: &mut Graph,
        _arguments: &[Shape],
        _argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        if self.arguments.len() == 1 {
            return construct::apply(graph, LinearMap(self.function.clone()), &[adjoint]);
        }
        // The map in one argument is the function with zeros for the others.
        let arguments: Vec<ExprId> = (0..self.arguments.len())
            .map(|a| {
                if a == self.argument {
                    adjoint
                } else {
                    construct::zeros(graph, self.arguments[a])
                }
            })
            .collect();
        construct::apply(graph, LinearMap(self.function.clone()), &arguments)
    }
}
