//! The lowered problem: minimise x'Px/2 + q'x + constant over F_k x + g_k in K_k.

use super::affine::AffineMap;
use super::builder::Owner;
use crate::matrix::SparseMatrix;

/// A closed convex cone, in the order and scaling of the program (not of any solver).
#[derive(Clone, Debug, PartialEq)]
pub enum Cone {
    /// { 0 } of that many rows.
    Zero(usize),
    /// Entrywise >= 0.
    Nonnegative(usize),
    /// |(x_2, …, x_n)| <= x_1.
    SecondOrder(usize),
    /// Symmetric positive semidefinite of that side; rows are the upper triangle column by column
    /// (a_11, a_12, a_22, a_13, …), off-diagonal entries times sqrt(2).
    PositiveSemidefinite(usize),
    /// y exp(x/y) <= z, y > 0 (closure), in the order (x, y, z).
    Exponential,
    /// x^a y^(1-a) >= |z|, x, y >= 0, in the order (x, y, z).
    Power(f64),
    /// prod x_i^(a_i) >= |w|_2, x >= 0, in the order (x, w): the exponents (sum 1) and length of w.
    GeneralizedPower(Vec<f64>, usize),
}

impl Cone {
    /// Number of rows.
    pub fn dimension(&self) -> usize {
        match self {
            Cone::Zero(n) | Cone::Nonnegative(n) | Cone::SecondOrder(n) => *n,
            Cone::PositiveSemidefinite(side) => side * (side + 1) / 2,
            Cone::Exponential | Cone::Power(_) => 3,
            Cone::GeneralizedPower(exponents, tail) => exponents.len() + tail,
        }
    }

    /// Whether finitely many linear inequalities say it.
    pub fn is_polyhedral(&self) -> bool {
        match self {
            Cone::Zero(_) | Cone::Nonnegative(_) => true,
            Cone::SecondOrder(n) | Cone::PositiveSemidefinite(n) => *n <= 1,
            Cone::Exponential | Cone::Power(_) | Cone::GeneralizedPower(_, _) => false,
        }
    }
}

/// `map` must lie in `cone`, `count` times over: rows come in `count` groups of the cone's
/// dimension.
#[derive(Clone, Debug)]
pub struct Block {
    pub cone: Cone,
    pub count: usize,
    pub map: AffineMap,
    pub owner: Owner,
}

/// A finished program.
#[derive(Clone, Debug)]
pub struct ConeProgram {
    pub variables: usize,
    /// Upper triangle of P; minimise x'Px/2 + …
    pub quadratic: SparseMatrix,
    pub linear: Vec<f64>,
    pub constant: f64,
    pub blocks: Vec<Block>,
}
