//! Affine expressions as matrices over the free entries of the variables.

mod extract;
mod form;
mod growth;
mod map;
mod products;

pub use extract::AffineForms;
pub use form::{AffineForm, Block, Term};
pub use map::AffineMap;

use crate::dcp::{Curvature, Facts};
use crate::expr::{ExprId, Graph};

/// Whether an applied function is affine in its varying arguments together.
pub fn is_linear(graph: &Graph, id: ExprId) -> bool {
    let Some(atom) = graph.atom(id) else {
        return false;
    };
    let arguments = graph.arguments(id).iter();
    let facts: Vec<Facts> = arguments
        .map(|&a| Facts {
            curvature: if graph.is_constant(a) {
                Curvature::Constant
            } else {
                Curvature::Affine
            },
            ..Facts::unknown(graph.shape(a))
        })
        .collect();
    atom.curvature(&facts).is_affine()
}
