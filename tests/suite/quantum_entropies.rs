//! Entropies of two unknown matrices on the gradient path, whose conic form takes seconds.

use crate::both_paths::gradient_finds;

fn states(side: usize, objective: &str) -> String {
    format!(
        "var X[{side}, {side}] symmetric\nvar Y[{side}, {side}] symmetric\nminimize {objective}\n\
         subject to\n  trace(X) == 2\n  trace(Y) == 1\n"
    )
}

#[test]
fn two_entropies_of_two_matrices() {
    // Best where X = 2Y: 2*log(2) of the one, -log(2) of the other. Every such X is as good, those at
    // the edge of the cone too.
    for side in [2, 3, 4, 6] {
        let text = states(side, "quantum_rel_entr(X, Y) + quantum_rel_entr(Y, X)");
        gradient_finds(&text, 2f64.ln(), 1e-7);
        gradient_finds(
            &states(side, "quantum_rel_entr(X, Y)"),
            2.0 * 2f64.ln(),
            1e-7,
        );
    }
}

#[test]
fn an_entropy_beside_a_semidefinite_bound() {
    let text = states(3, "quantum_rel_entr(X, Y)") + "  X << 1.9*eye(3)\n";
    gradient_finds(&text, 2.0 * 2f64.ln(), 1e-6);
}

#[test]
fn a_conditional_entropy() {
    // Of trace 1 it is at most log(2), at the identity.
    let text = "var X[4, 4] symmetric\nmaximize quantum_cond_entr(X, [2, 2])\nsubject to\n  trace(X) == 1\n";
    gradient_finds(text, 2f64.ln(), 1e-7);
}

#[test]
fn sums_of_functions_of_one_matrix() {
    // By symmetry X is a multiple of the identity.
    let text = "var X[3, 3] symmetric\nmaximize trace_logm(X, eye(3)) + lieb_ando(X, X, eye(3), 0.5)\n\
                subject to\n  trace(X) <= 6\n";
    gradient_finds(text, 3.0 * 2f64.ln() + 6.0, 1e-7);
}
