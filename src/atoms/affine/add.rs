//! `a + b - c`: a flat sum of any number of terms; scalars broadcast.

use crate::atoms::{Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Precedence, Printed,
};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::sync::Arc;

/// The sum of its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Add;

impl Atom for Add {
    fn name(&self) -> &'static str {
        "+"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        let mut text = String::new();
        // Sums within sums need no brackets.
        for (k, term) in arguments.iter().enumerate() {
            match term.text.strip_prefix('-') {
                Some(positive) if k > 0 => text = text + " - " + positive,
                _ if k > 0 => text = text + " + " + &term.text,
                _ => text.push_str(&term.text),
            }
        }
        Printed::new(text, Precedence::Sum)
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let mut result = Shape::SCALAR;
        for &shape in arguments {
            result = result
                .broadcast(shape)
                .ok_or_else(|| mismatch(result, shape))?;
        }
        Ok(result)
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        arguments
            .iter()
            .fold(Interval::point(0.0), |sum, a| sum.plus(a.range))
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        // A broadcast scalar is c*ones*ones', definite with the sign of c.
        let square = arguments.iter().any(|a| !a.shape.is_scalar());
        let symmetric = |a: &Facts| a.symmetric || (square && a.shape.is_scalar());
        let psd = |a: &Facts| a.psd || (a.shape.is_scalar() && a.range.is_nonnegative());
        let nsd = |a: &Facts| a.nsd || (a.shape.is_scalar() && a.range.is_nonpositive());
        (
            arguments.iter().all(symmetric),
            arguments.iter().all(psd),
            arguments.iter().all(nsd),
        )
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
        out.fill(0.0);
        for argument in arguments {
            if let Some(scalar) = argument.as_scalar() {
                out.iter_mut().for_each(|slot| *slot += scalar);
                continue;
            }
            match argument {
                Matrix::Dense(dense) => {
                    let pairs = out.iter_mut().zip(dense.as_slice());
                    pairs.for_each(|(slot, entry)| *slot += entry);
                }
                Matrix::Sparse(sparse) => {
                    for (i, j, value) in sparse.triplets() {
                        out[i + j * sparse.rows] += value;
                    }
                }
            }
        }
    }

    fn takes_sparse(&self) -> bool {
        true
    }

    fn evaluate_sparse(&self, arguments: &[&Matrix]) -> Option<SparseMatrix> {
        let shape = arguments.first()?.shape();
        let mut triplets = Vec::new();
        for argument in arguments {
            match argument {
                Matrix::Sparse(sparse) if sparse.shape() == shape => {
                    triplets.extend(sparse.triplets());
                }
                Matrix::Sparse(_) | Matrix::Dense(_) => return None,
            }
        }
        Some(SparseMatrix::from_triplets(shape, &triplets))
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let shape = graph.shape(call.arguments[argument]);
        Some(construct::unbroadcast(graph, call.adjoint, shape))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let maps: Vec<Cow<'_, AffineMap>> = arguments
            .iter()
            .map(|a| program.repeatable(a.affine(), shape))
            .collect();
        let parts: Vec<(f64, &AffineMap)> = maps.iter().map(|m| (1.0, m.as_ref())).collect();
        Ok(AffineMap::combine(&parts))
    }

    fn graph_form_of_owned(
        &self,
        mut arguments: SmallVec<[Operand; 4]>,
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        match take_only_varying(&mut arguments, shape) {
            Some(map) => Ok(arguments.iter().fold(map, |map, argument| match argument {
                Operand::Constant(value) => map.plus_constant(value),
                Operand::Affine(_) => map,
            })),
            None => self.graph_form(&arguments, shape, program),
        }
    }

    fn kink(&self) -> Kink {
        Kink::Smooth
    }
}

/// The only term that varies, of the sum's shape, where nothing else holds it.
fn take_only_varying(arguments: &mut SmallVec<[Operand; 4]>, shape: Shape) -> Option<AffineMap> {
    let varies = |a: &Operand| matches!(a, Operand::Affine(_));
    let place = arguments.iter().position(varies)?;
    if arguments.iter().filter(|a| varies(a)).count() > 1 || arguments[place].shape() != shape {
        return None;
    }
    match arguments.remove(place) {
        Operand::Affine(map) => match Arc::try_unwrap(map) {
            Ok(map) => Some(map),
            Err(shared) => {
                arguments.insert(place, Operand::Affine(shared));
                None
            }
        },
        Operand::Constant(_) => None,
    }
}

/// Two terms that vary, and a scalar that broadcasts.
pub(super) fn specimens() -> Vec<Specimen> {
    let matrix = Shape::new(3, 2);
    vec![
        Specimen::varying(Add, &[matrix, matrix]),
        Specimen::varying(Add, &[Shape::SCALAR, matrix, matrix]),
    ]
}

fn mismatch(left: Shape, right: Shape) -> ShapeError {
    let error = ShapeError::new(format!("cannot add a {left} and a {right}"));
    if left.transposed() == right {
        error.with_help("transpose one of them with `'`")
    } else if left.is_vector() && !right.is_vector() || right.is_vector() && !left.is_vector() {
        error.with_help("only scalars broadcast; repeat a vector with `ones(m)*a'` or `a*ones(n)'`")
    } else {
        error
    }
}
