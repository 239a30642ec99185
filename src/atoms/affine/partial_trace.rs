//! partial_trace and partial_transpose of a matrix on a product space.
//!
//! With X = A_1 ⊗ … ⊗ A_k of sides d_1, …, d_k: the factor `axis` is replaced by its trace, or by
//! its transpose.

use super::linear::{Linear, LinearMap};
use super::trace::square;
use crate::atoms::{Arity, BuildInput, Entry, ParameterSpec, Specimen, construct};
use crate::dcp::{Facts, Interval};
use crate::expr::{Atom, ExprId, Graph, Parameter, Printed};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec {
        name: "dims",
        default: None,
    },
    ParameterSpec {
        name: "axis",
        default: Some(1.0),
    },
];

pub const TRACE_ENTRY: Entry = Entry {
    name: "partial_trace",
    summary: "Of a matrix on a product of spaces of sides dims: the space number axis is traced out.",
    formula: "partial_trace(kron(A, B), dims, axis = 1) = trace(A)*B",
    example: "partial_trace([1, 2; 3, 4], dims = [2, 1]) == 5",
    arity: Arity::Exactly(&["X"]),
    parameters: PARAMETERS,
    each: false,
    build: |input| build(input, Operation::Trace),
    specimens: || specimens(Operation::Trace),
};

pub const TRANSPOSE_ENTRY: Entry = Entry {
    name: "partial_transpose",
    summary: "Of a matrix on a product of spaces of sides dims: the space number axis is transposed.",
    formula: "partial_transpose(kron(A, B), dims, axis = 1) = kron(A', B)",
    example: "partial_transpose([1, 2; 3, 4], dims = [2, 1]) == [1, 3; 2, 4]",
    arity: Arity::Exactly(&["X"]),
    parameters: PARAMETERS,
    each: false,
    build: |input| build(input, Operation::Transpose),
    specimens: || specimens(Operation::Transpose),
};

fn build(input: &BuildInput, operation: Operation) -> Result<Arc<dyn Atom>, String> {
    Ok(Arc::new(LinearMap(partial(input, operation)?)))
}

/// The operation with `dims` and `axis` as its parameters.
pub(crate) fn partial(input: &BuildInput, operation: Operation) -> Result<Partial, String> {
    let given = input.constants.first().ok_or("dims must be given")?;
    let whole = |d: &f64| *d >= 1.0 && d.fract() == 0.0 && *d < 1e6;
    let entries = given.entries();
    if !entries.iter().all(whole) {
        return Err("dims must be whole numbers >= 1".to_owned());
    }
    let dims: Vec<usize> = entries.iter().map(|&d| d as usize).collect();
    let axis = input.count(1)?;
    if axis == 0 || axis > dims.len() {
        return Err(format!("axis must lie in 1..{}", dims.len()));
    }
    Ok(Partial {
        operation,
        dims,
        axis: axis - 1,
    })
}

fn specimens(operation: Operation) -> Vec<Specimen> {
    [0, 1, 2]
        .map(|axis| {
            let dims = vec![2, 3, 2];
            let partial = Partial {
                operation,
                dims,
                axis,
            };
            Specimen::varying(LinearMap(partial), &[Shape::new(12, 12)])
        })
        .into()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    Trace,
    Transpose,
}

/// A trace or transpose over one of several spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Partial {
    pub operation: Operation,
    pub dims: Vec<usize>,
    /// Zero-based.
    pub axis: usize,
}

impl Partial {
    /// The partial trace; the axis counts from 0.
    pub fn trace(dims: Vec<usize>, axis: usize) -> Self {
        let operation = Operation::Trace;
        Partial {
            operation,
            dims,
            axis,
        }
    }

    /// Sides of the spaces before, at and behind the axis.
    fn sides(&self) -> (usize, usize, usize) {
        let (before, rest) = self.dims.split_at(self.axis);
        (before.iter().product(), rest[0], rest[1..].iter().product())
    }
}

impl Linear for Partial {
    fn name(&self) -> &'static str {
        match self.operation {
            Operation::Trace => "partial_trace",
            Operation::Transpose => "partial_transpose",
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        let dims: Vec<String> = self
            .dims
            .iter()
            .map(|&d| Printed::number(d as f64))
            .collect();
        let dims = Parameter {
            name: Some("dims"),
            text: format!("[{}]", dims.join(", ")),
        };
        vec![dims, Parameter::named("axis", self.axis as f64 + 1.0)]
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        let side = square(arguments[0], self.name())?;
        let product = self.dims.iter().try_fold(1usize, |p, &d| p.checked_mul(d));
        if product != Some(side) {
            let message = format!("the product of dims must be the side {side} of the matrix");
            return Err(ShapeError::new(message));
        }
        match self.operation {
            Operation::Trace => {
                let left = side / self.dims[self.axis];
                Ok(Shape::new(left, left))
            }
            Operation::Transpose => Ok(arguments[0]),
        }
    }

    fn each_term(
        &self,
        arguments: &[Shape],
        _argument: usize,
        mut term: impl FnMut(usize, usize, f64),
    ) {
        let n = arguments[0].rows;
        let (before, own, behind) = self.sides();
        let whole = |a: usize, s: usize, b: usize| (a * own + s) * behind + b;
        let left = before * behind;
        for (a, b) in (0..before).flat_map(|a| (0..behind).map(move |b| (a, b))) {
            for (c, d) in (0..before).flat_map(|c| (0..behind).map(move |d| (c, d))) {
                match self.operation {
                    Operation::Trace => {
                        let target = a * behind + b + (c * behind + d) * left;
                        for s in 0..own {
                            term(target, whole(a, s, b) + whole(c, s, d) * n, 1.0);
                        }
                    }
                    Operation::Transpose => {
                        for (s, t) in (0..own).flat_map(|s| (0..own).map(move |t| (s, t))) {
                            let target = whole(a, t, b) + whole(c, s, d) * n;
                            term(target, whole(a, s, b) + whole(c, t, d) * n, 1.0);
                        }
                    }
                }
            }
        }
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        match self.operation {
            Operation::Trace => arguments[0].range.repeated(self.dims[self.axis]),
            Operation::Transpose => arguments[0].range,
        }
    }

    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        let x = &arguments[0];
        match self.operation {
            Operation::Trace => (x.symmetric, x.psd, x.nsd),
            Operation::Transpose => (x.symmetric, false, false),
        }
    }

    fn adjoint(
        &self,
        graph: &mut Graph,
        arguments: &[Shape],
        argument: usize,
        adjoint: ExprId,
    ) -> ExprId {
        match self.operation {
            Operation::Trace => {
                super::linear::transposed_map(graph, self, arguments, argument, adjoint)
            }
            Operation::Transpose => construct::apply(graph, LinearMap(self.clone()), &[adjoint]),
        }
    }
}
