//! The cone over a program: F z + g in K becomes F z + g*s in K, as K is a cone.

use super::affine::AffineMap;
use super::builder::{Owner, ProgramBuilder};
use super::program::ConeProgram;
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;

impl ProgramBuilder {
    /// Takes over the blocks of a program without objective, its constants times the scalar
    /// `scale`; its first variables become the entries of `arguments`, all further ones are new.
    /// Returns what `value`, a map in its variables, becomes.
    pub fn homogenised(
        &mut self,
        inner: ConeProgram,
        value: &AffineMap,
        arguments: &AffineMap,
        scale: &AffineMap,
    ) -> AffineMap {
        let column = Shape::vector(arguments.rows());
        let given = arguments.clone().reshaped(column);
        let new = self.variable(Shape::vector(inner.variables - given.rows()));
        let all = AffineMap::stack(&[&given, &new]);
        for block in inner.blocks {
            let map = homogenised(&block.map, &all, scale);
            self.push(block.cone, block.count, map, Owner::GraphForm);
        }
        homogenised(value, &all, scale)
    }
}

/// F*all + g*scale for the map F x + g.
fn homogenised(map: &AffineMap, all: &AffineMap, scale: &AffineMap) -> AffineMap {
    let rows = map.rows();
    let terms = (0..rows).flat_map(|k| map.row(k).map(move |(j, value)| (k, j, value)));
    let terms: Vec<_> = terms.collect();
    let linear = SparseMatrix::from_triplets(Shape::new(rows, all.rows()), &terms);
    let constants = map.constants().iter().enumerate();
    let constants = constants.filter(|(_, g)| **g != 0.0);
    let constants: Vec<_> = constants.map(|(k, g)| (k, 0, *g)).collect();
    let constant = SparseMatrix::from_triplets(Shape::vector(rows), &constants);
    let linear = all.premultiplied(&Matrix::Sparse(linear));
    linear.plus(&scale.premultiplied(&Matrix::Sparse(constant)))
}
