//! One binary for all tests, so that the library is linked once.

mod canonicalize;
mod conic;
mod convexity;
mod factor;
mod model;
