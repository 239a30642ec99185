//! One binary for all tests, so that the library is linked once.

mod architecture;
mod atom_values;
mod canonicalize;
mod cli;
mod cones;
mod conic;
mod construct;
mod convexity;
mod data;
mod descend;
mod elaborate;
mod elementwise;
mod examples;
mod factor;
mod gradient_path;
mod inner_problems;
mod laws;
mod lowering;
mod model;
mod newton_systems;
mod oracle;
mod perspective;
mod problems;
mod robustness;
mod spectral;
mod syntax;
