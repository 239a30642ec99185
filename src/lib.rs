//! bowl reads convex optimisation problems written as text, proves them convex, solves them twice
//! and compares the answers.

pub mod atoms;
pub mod canonicalize;
pub mod cli;
pub mod compare;
pub mod cone;
pub mod convexity;
pub mod data;
pub mod dcp;
pub mod differentiate;
pub mod elaborate;
pub mod expr;
pub mod matrix;
pub mod pipeline;
pub mod problem;
pub mod report;
pub mod shape;
pub mod solve;
pub mod span;
pub mod spelling;
pub mod symbols;
pub mod syntax;
