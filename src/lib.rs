//! bowl reads convex optimisation problems written as text, proves them convex, solves them twice
//! and compares the answers.
#![warn(missing_docs)]
#![allow(missing_docs)]

pub mod atoms;
pub mod cone;
pub mod dcp;
pub mod expr;
pub mod matrix;
pub mod shape;
pub mod span;
