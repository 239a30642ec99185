//! Sides of semidefinite relations that are symmetric by their coefficients, not term by term.

use crate::both_paths::{load, objectives};
use bowl::convexity::check;

const DECLARATIONS: &str = "param A[3, 3] = randn(3, 3, seed = 1)
var P[3, 3] symmetric
var Y[3, 3]
var v[3]
minimize trace(P) + sum(v) + sum_squares(Y)
subject to
  bound: norm2(v) + norm2(P) <= 100
";

/// Each is symmetric for every value of the variables.
const SYMMETRIC: &[&str] = &[
    "A'*P + P*A << -eye(3) + 20*diag(v)",
    "A'*P + eye(3) << 20*diag(v) - P*A",
    "Y + Y' << eye(3)",
    "Y - 2*eye(3) << -Y'",
    "(Y*A + (Y*A)')/2 >> -eye(3)",
    "(A'*P + P*A + (A'*P + P*A)')/2 << 20*diag(v) - eye(3)",
    "A*P*A' >> eye(3)",
    "A*diag(v)*A' >> -eye(3)",
    "kron(P, eye(2)) >> -eye(6)",
    "toeplitz(v) >> 0",
    "v*[1; 2; 3]' + [1; 2; 3]*v' << 100*eye(3)",
    "blkdiag(P, Y + Y') >> -eye(6)",
    "[P, Y; Y', eye(3)] >> 0",
    "P .* (A + A') >> -eye(3)",
    "tril(P) + triu(P) >> -eye(3)",
];

/// Each has values that are not symmetric.
const UNSYMMETRIC: &[&str] = &[
    "A'*P >> -eye(3)",
    "A'*P - P*A << 20*diag(v)",
    "Y - Y' << eye(3)",
    "A*Y*A' >> eye(3)",
    "Y << Y'",
    "v*[1; 2; 3]' << 100*eye(3)",
    "A*P*A' + 1e-9*Y >> eye(3)",
];

fn is_convex(text: &str) -> bool {
    check(&load(text).problem).is_convex()
}

#[test]
fn symmetry_is_read_off_the_coefficients() {
    for relation in SYMMETRIC {
        let text = format!("{DECLARATIONS}  lmi: {relation}\n");
        assert!(is_convex(&text), "refused: {relation}");
    }
    for relation in UNSYMMETRIC {
        let text = format!("{DECLARATIONS}  lmi: {relation}\n");
        assert!(!is_convex(&text), "accepted: {relation}");
    }
}

#[test]
fn both_paths_solve_matrices_that_are_symmetric_by_their_coefficients() {
    for relation in SYMMETRIC {
        let text = format!("{DECLARATIONS}  lmi: {relation}\n");
        let [conic, gradient] = objectives(&text);
        let error = (conic - gradient).abs() / conic.abs().max(1.0);
        assert!(error <= 1e-6, "{conic} and {gradient}: {relation}");
    }
}
