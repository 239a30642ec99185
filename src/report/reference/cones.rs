//! Which cones the graph forms of a function use: read off the forms themselves.

use crate::atoms::registry::{Role, Specimen};
use crate::cone::{AffineMap, Cone, ProgramBuilder};
use crate::expr::{GraphFormError, Operand};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;
use std::sync::Arc;

/// Of all applications together, or why the conic path refuses the function.
pub(super) fn cones(specimens: &[Specimen]) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut refusal = None;
    let mut forms = 0;
    for specimen in specimens {
        match of(specimen) {
            Ok(found) => {
                forms += 1;
                words.extend(found);
            }
            Err(error) => refusal = Some(error.reason),
        }
    }
    words.sort_unstable();
    words.dedup();
    match (words.as_slice(), refusal) {
        (_, Some(reason)) if forms == 0 => format!("none; {reason}"),
        ([], _) => "none, as it is affine".to_owned(),
        (words, _) => words.join(", "),
    }
}

fn of(specimen: &Specimen) -> Result<Vec<&'static str>, GraphFormError> {
    let mut program = ProgramBuilder::new();
    let operands = specimen.arguments.iter().map(|&(shape, role)| match role {
        Role::Constant => Operand::Constant(Arc::new(constant(shape))),
        Role::Variable => Operand::Affine(Arc::new(variable(shape, &mut program))),
    });
    let operands: Vec<Operand> = operands.collect();
    let shapes: Vec<Shape> = specimen.arguments.iter().map(|(shape, _)| *shape).collect();
    let shape = specimen.atom.shape(&shapes);
    let shape = shape.map_err(|error| GraphFormError::new(error.message))?;
    specimen.atom.graph_form(&operands, shape, &mut program)?;
    let blocks = program.finish().blocks;
    Ok(blocks
        .iter()
        .filter_map(|block| word(&block.cone))
        .collect())
}

fn variable(shape: Shape, program: &mut ProgramBuilder) -> AffineMap {
    program.variable(shape)
}

/// The identity, or ones.
fn constant(shape: Shape) -> Matrix {
    if shape.is_square() {
        Matrix::Sparse(SparseMatrix::identity(shape.rows))
    } else {
        Matrix::filled(shape, 1.0)
    }
}

fn word(cone: &Cone) -> Option<&'static str> {
    match cone {
        Cone::Zero(_) => None,
        Cone::Nonnegative(_) => Some("linear"),
        Cone::SecondOrder(_) => Some("second-order"),
        Cone::PositiveSemidefinite(_) => Some("semidefinite"),
        Cone::Exponential => Some("exponential"),
        Cone::Power(_) | Cone::GeneralizedPower(_, _) => Some("power"),
    }
}
