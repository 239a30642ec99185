//! `x .* y`: entry by entry; scalars broadcast.

use crate::atoms::{Role, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Precedence, Printed,
};
use crate::matrix::{Matrix, SparseMatrix, plain_product};
use crate::shape::{Shape, ShapeError};

/// The elementwise product of two arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ElementMultiply;

impl Atom for ElementMultiply {
    fn name(&self) -> &'static str {
        ".*"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        Printed::infix(&arguments[0], " .* ", &arguments[1], Precedence::Product)
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let (x, y) = (arguments[0], arguments[1]);
        x.broadcast(y).ok_or_else(|| {
            ShapeError::new(format!("cannot multiply a {x} and a {y} entry by entry"))
        })
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        arguments[0].range.times(arguments[1].range)
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        // Schur's product theorem.
        let (x, y) = (&arguments[0], &arguments[1]);
        (
            x.symmetric && y.symmetric,
            (x.psd && y.psd) || (x.nsd && y.nsd),
            (x.psd && y.nsd) || (x.nsd && y.psd),
        )
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
        let x = arguments[0].as_slice().unwrap_or_default();
        let y = arguments[1].as_slice().unwrap_or_default();
        match (x, y) {
            ([c], v) | (v, [c]) => {
                let pairs = out.iter_mut().zip(v);
                pairs.for_each(|(slot, e)| *slot = plain_product(*c, *e));
            }
            _ => {
                for ((slot, x), y) in out.iter_mut().zip(x).zip(y) {
                    *slot = plain_product(*x, *y);
                }
            }
        }
    }

    fn evaluate_sparse(&self, arguments: &[&Matrix]) -> Option<SparseMatrix> {
        let (sparse, other) = match (arguments[0], arguments[1]) {
            (Matrix::Sparse(s), other) | (other, Matrix::Sparse(s)) => (s, other),
            (Matrix::Dense(_), Matrix::Dense(_)) => return None,
        };
        if sparse.shape() != other.shape() {
            return other.as_scalar().map(|c| sparse.map(|v| c * v));
        }
        let triplets: Vec<_> = sparse
            .triplets()
            .map(|(i, j, v)| (i, j, v * other.get(i, j)))
            .collect();
        Some(SparseMatrix::from_triplets(sparse.shape(), &triplets))
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let shape = graph.shape(call.arguments[argument]);
        let other = call.arguments[1 - argument];
        if shape.is_scalar() && !graph.shape(call.value).is_scalar() {
            return Some(construct::inner_product(graph, call.adjoint, other));
        }
        let product = construct::element_times(graph, other, call.adjoint);
        Some(construct::unbroadcast(graph, product, shape))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let (factors, map) = match (&arguments[0], &arguments[1]) {
            (Operand::Constant(c), other) | (other, Operand::Constant(c)) => {
                (c.entries(), other.affine())
            }
            (Operand::Affine(_), Operand::Affine(_)) => {
                return Err(GraphFormError::new("a product of two variable expressions"));
            }
        };
        if let [factor] = factors.as_ref() {
            return Ok(map.scaled(*factor));
        }
        if map.rows() == 1 {
            let scalar = program.repeatable(map, shape);
            let copies = scalar.select(shape, std::iter::repeat_n(0, shape.size()));
            return Ok(copies.scaled_rows(&factors));
        }
        Ok(map.scaled_rows(&factors))
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}

/// A constant side, and one that varies; a scalar on either side.
pub(super) fn specimens() -> Vec<Specimen> {
    let (matrix, scalar) = (Shape::new(3, 2), Shape::SCALAR);
    [(matrix, matrix), (scalar, matrix), (matrix, scalar)]
        .iter()
        .flat_map(|&(x, y)| {
            [
                [(x, Role::Constant), (y, Role::Variable)],
                [(x, Role::Variable), (y, Role::Constant)],
            ]
        })
        .map(|arguments| Specimen::new(ElementMultiply, &arguments))
        .collect()
}
