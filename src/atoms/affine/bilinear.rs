//! Products of two arguments, one of them constant in a convex problem: value, adjoints and graph
//! form follow from one list of pairs.

use crate::atoms::construct;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Printed};
use crate::matrix::{Matrix, SparseMatrix, plain_product};
use crate::shape::{Shape, ShapeError};
use std::fmt::Debug;
use std::hash::Hash;

/// The facets of a product; [`BilinearMap`] makes an atom of it.
pub trait Bilinear: Debug + Clone + Eq + Hash + Send + Sync + 'static {
    fn name(&self) -> &'static str;

    fn print(&self, arguments: &[Printed]) -> Printed {
        Printed::call(self.name(), arguments, &[])
    }

    fn shape(&self, left: Shape, right: Shape) -> Result<Shape, ShapeError>;

    /// Calls `pair(k, i, j)` for every product: entry k of the result is the sum of entry i of the
    /// left argument times entry j of the right one (entries zero-based, down the columns).
    fn each_pair(&self, left: Shape, right: Shape, pair: impl FnMut(usize, usize, usize));

    /// The most products in one entry of the result.
    fn longest_sum(&self, left: Shape, right: Shape) -> usize;

    /// The value kept sparse, for sparse arguments.
    fn sparse_value(&self, left: &Matrix, right: &Matrix) -> Option<SparseMatrix> {
        let _ = (left, right);
        None
    }

    /// The adjoint of argument 0 (left) or 1 (right).
    fn adjoint(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> ExprId;
}

/// The adjoint where no textbook function is it.
pub(super) fn plain_adjoint<F: Bilinear>(
    graph: &mut Graph,
    function: &F,
    call: &Call<'_>,
    argument: usize,
) -> ExprId {
    let shapes = [
        graph.shape(call.arguments[0]),
        graph.shape(call.arguments[1]),
    ];
    let adjoint = BilinearAdjoint {
        function: function.clone(),
        shapes,
        argument,
    };
    let other = call.arguments[1 - argument];
    construct::apply(graph, BilinearMap(adjoint), &[other, call.adjoint])
}

/// A product of two arguments as an atom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BilinearMap<F>(pub F);

impl<F: Bilinear> BilinearMap<F> {
    /// The matrix of the product with one argument held at `value`, on the other's entries.
    fn matrix(
        &self,
        value: &Matrix,
        constant_left: bool,
        other: Shape,
        size: usize,
    ) -> SparseMatrix {
        let entries = value.entries();
        let mut triplets = Vec::new();
        let mut add = |k, e, factor: f64| {
            if factor != 0.0 {
                triplets.push((k, e, factor));
            }
        };
        if constant_left {
            self.0
                .each_pair(value.shape(), other, |k, i, j| add(k, j, entries[i]));
        } else {
            self.0
                .each_pair(other, value.shape(), |k, i, j| add(k, i, entries[j]));
        }
        let shape = Shape::new(size, other.size());
        SparseMatrix::from_triplets(shape, &triplets)
    }
}

impl<F: Bilinear> Atom for BilinearMap<F> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        self.0.print(arguments)
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        self.0.shape(arguments[0], arguments[1])
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        let longest = self.0.longest_sum(arguments[0].shape, arguments[1].shape);
        let products = arguments[0].range.times(arguments[1].range);
        // Shorter sums lie between.
        products.hull(products.repeated(longest))
    }

    fn curvature(&self, arguments: &[Facts]) -> Curvature {
        if arguments.iter().any(Facts::is_constant) {
            Curvature::Affine
        } else {
            Curvature::Unknown
        }
    }

    fn monotonicity(&self, argument: usize, arguments: &[Facts]) -> Monotonicity {
        Monotonicity::of_factor(arguments[1 - argument].range)
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let (left, right) = (arguments[0], arguments[1]);
        let (a, b) = (left.entries(), right.entries());
        out.fill(0.0);
        self.0.each_pair(left.shape(), right.shape(), |k, i, j| {
            out[k] += plain_product(a[i], b[j]);
        });
    }

    fn evaluate_sparse(&self, arguments: &[&Matrix]) -> Option<SparseMatrix> {
        let any_sparse = arguments.iter().any(|a| a.as_slice().is_none());
        let value = || self.0.sparse_value(arguments[0], arguments[1]);
        any_sparse.then(value).flatten()
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let adjoint = |graph: &mut Graph, x| {
            let call = Call {
                adjoint: x,
                ..*call
            };
            self.0.adjoint(graph, &call, argument)
        };
        Some(construct::through_linear(graph, call.adjoint, adjoint))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let (value, other, constant_left) = match (&arguments[0], &arguments[1]) {
            (Operand::Constant(value), other) => (value, other, true),
            (other, Operand::Constant(value)) => (value, other, false),
            (Operand::Affine(_), Operand::Affine(_)) => {
                return Err(GraphFormError::new("a product of two variable expressions"));
            }
        };
        let matrix = self.matrix(value, constant_left, other.shape(), shape.size());
        let entries = program.repeatable(other.affine(), shape).into_owned();
        let column = Shape::vector(other.shape().size());
        let matrix = Matrix::Sparse(matrix);
        let result = entries.reshaped(column).premultiplied(&matrix);
        Ok(result.reshaped(shape))
    }

    fn linear_map(
        &self,
        constants: &[Option<&Matrix>],
        shapes: &[Shape],
        argument: usize,
    ) -> Option<SparseMatrix> {
        let value = constants[1 - argument]?;
        let size = self.0.shape(shapes[0], shapes[1]).ok()?.size();
        Some(self.matrix(value, argument == 1, shapes[argument], size))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}

/// The adjoint in one argument: a product of the other argument and the result's adjoint.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct BilinearAdjoint<F> {
    function: F,
    shapes: [Shape; 2],
    argument: usize,
}

impl<F: Bilinear> Bilinear for BilinearAdjoint<F> {
    fn name(&self) -> &'static str {
        "adjoint"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        let texts: Vec<&str> = arguments.iter().map(|a| a.text.as_str()).collect();
        let name = self.function.name();
        Printed::tight(format!("adjoint({name})({})", texts.join(", ")))
    }

    fn shape(&self, _left: Shape, _right: Shape) -> Result<Shape, ShapeError> {
        Ok(self.shapes[self.argument])
    }

    fn each_pair(&self, _left: Shape, _right: Shape, mut pair: impl FnMut(usize, usize, usize)) {
        let [left, right] = self.shapes;
        self.function.each_pair(left, right, |k, i, j| {
            if self.argument == 0 {
                pair(i, j, k);
            } else {
                pair(j, i, k);
            }
        });
    }

    fn longest_sum(&self, left: Shape, right: Shape) -> usize {
        left.size().max(right.size())
    }

    /// With f(a, b) and its adjoint b, G -> a* in the left argument: the adjoint of that in b is
    /// the adjoint of f in the right argument at (a*, G), the one in G is f(a*, b); and so for the
    /// other side.
    fn adjoint(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> ExprId {
        let (other, adjoint) = (call.arguments[0], call.adjoint);
        if argument == 0 {
            let opposite = BilinearAdjoint {
                argument: 1 - self.argument,
                ..self.clone()
            };
            let arguments = [adjoint, call.arguments[1]];
            return construct::apply(graph, BilinearMap(opposite), &arguments);
        }
        let arguments = if self.argument == 0 {
            [adjoint, other]
        } else {
            [other, adjoint]
        };
        construct::apply(graph, BilinearMap(self.function.clone()), &arguments)
    }
}
