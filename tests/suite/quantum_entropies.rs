//! Entropies of two unknown matrices on the gradient path, whose conic form takes seconds, and the
//! side up to which there is one.

use crate::both_paths::{both_find, gradient_finds, objectives};
use bowl::canonicalize::{Options, Source, lower};
use bowl::elaborate::{Inputs, elaborate};
use bowl::syntax::parse;

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

/// Why the problem has no cone program.
fn refusal(text: &str) -> Option<String> {
    let file = parse(text).expect("a file");
    let problem = elaborate(text, &file, &Inputs::default()).expect("a problem");
    let lowered = lower(&Source::of_problem(&problem), &Options::default());
    lowered.err().map(|error| error.to_string())
}

#[test]
fn products_of_two_unknown_matrices_are_bounded() {
    let two = |n: usize, m: usize, f: &str| {
        format!("var X[{n}, {n}] psd\nvar Y[{m}, {m}] psd\nminimize {f}\n")
    };
    let large = [
        two(17, 17, "quantum_rel_entr(X, Y)"),
        two(17, 17, "lieb_ando(X, Y, eye(17), -0.5)"),
        two(8, 33, "lieb_ando(X, Y, ones(8, 33), -0.5)"),
    ];
    for text in large {
        let told = refusal(&text).expect("no cone program");
        assert!(told.contains("more than 512 is refused"), "{told}");
    }
    let small = [
        two(2, 3, "lieb_ando(X, Y, ones(2, 3), -0.5)"),
        two(3, 3, "quantum_rel_entr(X, Y)"),
        "var X[40, 40] psd\nminimize quantum_rel_entr(X, eye(40))\n".to_owned(),
    ];
    for text in small {
        assert_eq!(refusal(&text), None, "{text}");
    }
}

/// Of matrices that commute, the numbers on their diagonals say all.
#[test]
fn entropy_to_a_fixed_matrix_under_a_bound_on_entropy() {
    let classical = "param t[4] = [0.5; 0.3; 0.15; 0.05]\nvar p[4] >= 0\nminimize sum(rel_entr(p, t))\nsubject to\n  \
                     sum(p) == 1\n  sum(entr(p)) >= 1.3\n";
    let [_, expected] = objectives(classical);
    let quantum = "param t[4] = [0.5; 0.3; 0.15; 0.05]\nvar X[4, 4] psd\n\
                   minimize quantum_rel_entr(X, diag(t))\nsubject to\n  trace(X) == 1\n  \
                   von_neumann_entr(X) >= 1.3\n";
    both_find(quantum, expected, 1e-6);
}

/// An optimum of 0 is judged by how large the objective is at other definite matrices.
#[test]
fn a_divergence_of_zero_is_solved() {
    let text = "param tau[4, 4] = diag([0.4; 0.3; 0.2; 0.1]) + 0.02*(ones(4, 4) - eye(4))\nvar X[4, 4] psd\n\
                minimize quantum_rel_entr(X, tau)\nsubject to\n  trace(X) == 1\n  von_neumann_entr(X) >= 1\n";
    let found = objectives(text);
    assert!(found.iter().all(|f| f.abs() < 1e-8), "{found:?}");
}

/// V*X*V' of a tall V is singular at every X, and its entropy is that of X where V'*V = I.
#[test]
fn entropies_of_matrices_that_are_always_singular() {
    let isometry = "param g = 0.3\nparam V[4, 2] = [1, 0; 0, sqrt(g); 0, sqrt(1 - g); 0, 0]\nvar X[2, 2] psd\n\
                    let B = V*X*V'\n";
    let entropy = format!("{isometry}maximize von_neumann_entr(B)\nsubject to\n  trace(X) == 1\n");
    gradient_finds(&entropy, 2f64.ln(), 1e-7);
    // Of the other half, given this one, and of this one: the capacity of a damped channel with shared pairs, by its
    // only number p = X[1, 1].
    let eta = |p: f64| if p > 0.0 { -p * p.ln() } else { 0.0 };
    let binary = |p: f64| eta(p) + eta(1.0 - p);
    let capacity = |p: f64| {
        let lost = 0.3 * (1.0 - p);
        binary(p) + binary(0.7 * (1.0 - p)) - binary(lost)
    };
    let best = (1..100_000).map(|k| capacity(k as f64 * 1e-5));
    let expected = best.fold(0.0, f64::max);
    let text = format!(
        "{isometry}maximize quantum_cond_entr(B, dims = [2, 2], axis = 1) + \
         von_neumann_entr(partial_trace(B, dims = [2, 2], axis = 2))\nsubject to\n  trace(X) == 1\n"
    );
    gradient_finds(&text, expected, 1e-7);
}

/// The pieces of such a function are matrices of the product of both sides.
#[test]
fn an_overlap_of_two_unknown_matrices() {
    // trace(A^0.6*B^0.4) of commuting matrices of traces 1 and 2 is at most 2^0.4.
    let text = "var A[3, 3] symmetric\nvar B[3, 3] symmetric\nmaximize lieb_ando(A, B, eye(3), t = 0.4)\n\
                subject to\n  trace(A) == 1\n  trace(B) == 2\n  A[1, 1] <= 0.5\n  sigma_max(B) <= 1.2\n";
    gradient_finds(text, 2f64.powf(0.4), 1e-6);
}
