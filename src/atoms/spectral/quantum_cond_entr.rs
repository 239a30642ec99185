//! quantum_cond_entr(rho, dims, axis): the entropy of rho less that of what is left when the space
//! `axis` is traced out.

use super::quantum_rel_entr::QuantumRelativeEntropy;
use crate::atoms::affine::{Linear, LinearMap, Operation, Partial, partial};
use crate::atoms::{Abbreviated, Abbreviation, Arity, Entry, ParameterSpec, Specimen, construct};
use crate::expr::{Atom, Domain, ExprId, Graph, Parameter};
use crate::shape::{Shape, ShapeError};
use std::sync::Arc;

pub const ENTRY: Entry = Entry {
    name: "quantum_cond_entr",
    summary: "The conditional quantum entropy of a symmetric positive semidefinite matrix on a product of spaces of sides dims: of the space number axis, given the others.",
    formula: "von_neumann_entr(X) - von_neumann_entr(partial_trace(X, dims, axis))",
    example: "quantum_cond_entr(eye(4)/4, dims = [2, 2]) == log(2)",
    arity: Arity::Exactly(&["X"]),
    parameters: &[
        ParameterSpec {
            name: "dims",
            default: None,
        },
        ParameterSpec {
            name: "axis",
            default: Some(1.0),
        },
    ],
    each: false,
    build: |input| {
        let traced = partial(input, Operation::Trace)?;
        Ok(Arc::new(Abbreviated(ConditionalEntropy(traced))))
    },
    specimens: || {
        let traced = Partial::trace(vec![2, 1], 0);
        let atom = Abbreviated(ConditionalEntropy(traced));
        vec![Specimen::varying(atom, &[Shape::new(2, 2)])]
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ConditionalEntropy(Partial);

impl Abbreviation for ConditionalEntropy {
    fn name(&self) -> &'static str {
        "quantum_cond_entr"
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.0.parameters()
    }

    fn check(&self, arguments: &[Shape]) -> Result<(), ShapeError> {
        self.0.shape(arguments).map(|_| ())
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::PositiveDefinite
    }

    fn approximation(&self) -> Option<&'static str> {
        QuantumRelativeEntropy.approximation(&[false, false])
    }

    /// -quantum_rel_entr(X, Y), where Y is the partial trace times the identity on the traced
    /// space: the adjoint of the partial trace.
    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> ExprId {
        let x = arguments[0];
        let shapes = [graph.shape(x)];
        let rest = construct::apply(graph, LinearMap(self.0.clone()), &[x]);
        let widened = self.0.adjoint(graph, &shapes, 0, rest);
        let divergence = construct::apply(graph, QuantumRelativeEntropy, &[x, widened]);
        construct::negate(graph, divergence)
    }
}
