//! One binary for all tests, so that the library is linked once.

mod architecture;
mod canonicalize;
mod conic;
mod construct;
mod convexity;
mod factor;
mod model;
mod quadratic;
mod spectral;
