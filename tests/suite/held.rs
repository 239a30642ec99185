//! Functions whose arguments are held at the edge of their domain, or fall to it: the optimum is that of the problem
//! without them.

use crate::both_paths::{answer_by_gradients, both_find, gradient_finds, objectives};

const NEAR: f64 = 1e-6;

/// A function of x[i] and q[i], what it leaves where x[i] = 0, and what then holds for q[i].
struct Term {
    goal: &'static str,
    function: &'static str,
    left: &'static str,
    rest: &'static str,
}

const TERMS: &[Term] = &[
    Term {
        goal: "maximize",
        function: "sqrt(x[i]) - q[i]^2",
        left: "-q[i]^2",
        rest: "",
    },
    Term {
        goal: "maximize",
        function: "x[i]^0.3 - q[i]^2",
        left: "-q[i]^2",
        rest: "",
    },
    Term {
        goal: "maximize",
        function: "entr(x[i]) - q[i]^2",
        left: "-q[i]^2",
        rest: "",
    },
    Term {
        goal: "minimize",
        function: "rel_entr(x[i], q[i]) + q[i]^2 - x[i]",
        left: "q[i]^2",
        rest: "q[i] >= 0",
    },
    Term {
        goal: "minimize",
        function: "rel_entr(q[i], x[i]) + x[i]",
        left: "0",
        rest: "q[i] == 0",
    },
    Term {
        goal: "minimize",
        function: "quad_over_lin(q[i], x[i])",
        left: "0",
        rest: "q[i] == 0",
    },
    Term {
        goal: "minimize",
        function: "abs(q[i])^3/x[i]^2",
        left: "0",
        rest: "q[i] == 0",
    },
    Term {
        goal: "minimize",
        function: "perspective(exp(q[i]), x[i])",
        left: "0",
        rest: "q[i] <= 0",
    },
    Term {
        goal: "maximize",
        function: "perspective(log(1 + q[i]), x[i]) - q[i]^2",
        left: "-q[i]^2",
        rest: "q[i] >= 0",
    },
];

impl Term {
    fn at(text: &str, i: usize) -> String {
        text.replace("[i]", &format!("[{i}]"))
    }

    /// The problem with the entries held by `lines`, and that without them.
    fn texts(&self, held: &[usize], lines: &str) -> [String; 2] {
        let of = |i: &usize, is_left_out: bool| match is_left_out {
            true => format!("({})", Term::at(self.left, *i)),
            false => format!("({})", Term::at(self.function, *i)),
        };
        let all = || 1..=4usize;
        let whole: Vec<String> = all().map(|i| of(&i, false)).collect();
        let without: Vec<String> = all().map(|i| of(&i, held.contains(&i))).collect();
        let rests: Vec<String> = held
            .iter()
            .filter(|_| !self.rest.is_empty())
            .map(|i| format!("\n  {}", Term::at(self.rest, *i)))
            .collect();
        let text = |terms: Vec<String>, lines: &str| {
            format!(
                "var x[4] >= 0\nvar q[4]\n{} {}\nsubject to\n  sum(x) <= 20\n  sum(q) == 6\n  {lines}\n",
                self.goal,
                terms.join(" + ")
            )
        };
        [
            text(whole, lines),
            text(without, &format!("x[4] >= 0{}", rests.concat())),
        ]
    }
}

#[test]
fn entries_held_at_the_edge_of_a_domain_leave_the_rest() {
    for term in TERMS {
        for (held, lines) in [
            (&[3][..], "x[3] <= 0"),
            (&[3], "x[3] == 0"),
            (&[2, 3], "x[2] + x[3] <= 0"),
        ] {
            let [whole, without] = term.texts(held, lines);
            let [_, expected] = objectives(&without);
            gradient_finds(&whole, expected, NEAR);
        }
    }
}

/// Chains of cones: each mean that is 0 makes the next one so.
#[test]
fn a_mean_with_an_entry_of_zero_is_zero() {
    for n in [2, 5, 9, 33] {
        let text = format!(
            "var x[{n}] >= 0\nmaximize geo_mean(x)\nsubject to\n  sum(x) <= 20\n  shut: x[{}] <= 0\n",
            n / 2 + 1
        );
        let gradient = answer_by_gradients(&text, "solved");
        assert_eq!(
            gradient.judgement.and_then(|j| j.objective),
            Some(0.0),
            "{n}"
        );
        let note = &gradient.solution.notes[0];
        assert!(note.contains("entries of `x`"), "{note}");
    }
}

/// Slopes there need no multipliers, but norms at 0 have some.
#[test]
fn norms_held_at_zero_keep_their_multipliers() {
    let text = "var x[3]\nvar t\nminimize sum_squares(x - [3; 4; 5]) + t\nsubject to\n  \
                ball: norm2(x) <= t\n  shut: t <= 0\n";
    let gradient = answer_by_gradients(text, "solved");
    assert!(gradient.solution.duals.is_some());
}

/// All on three of four pipes: x[3] may be 0 or not, and |q|³/x² at q = 1e-10, x = 1e-16 is anything.
#[test]
fn quotients_have_their_value_at_the_apex() {
    for function in [
        "abs(q[i])^3/x[i]^2",
        "perspective(abs(q[i])^3, x[i])",
        "perspective(pow_pos(q[i], 3), x[i])",
    ] {
        for most in [0.1, 1e-3, 1e-5] {
            let text = format!(
                "var x[4] >= 0\nvar q[4]\nminimize sum({function} for i in 1..4)\nsubject to\n  sum(x) <= 20\n  \
                 sum(q) == 6\n  x[3] <= {most:?}\n"
            );
            both_find(&text, 0.54, 1e-6);
        }
    }
}

/// Of q >= 0 the third power is convex.
#[test]
fn perspectives_know_the_signs_of_their_arguments() {
    let text = "var x[4] >= 0\nvar q[4] >= 0\nminimize sum(perspective(q[i]^3, x[i]) for i in 1..4)\nsubject to\n  \
                sum(x) <= 20\n  sum(q) == 6\n  x[3] <= 0.1\n";
    both_find(text, 0.54, 1e-6);
}

/// log(1 + 0*p) is no function of p.
#[test]
fn perspectives_of_a_number_are_linear() {
    let text = "param h[3] = [1; 2; 0]\nvar p[3] >= 0, <= 1\nvar s[3] >= 0\n\
                maximize sum(perspective(log(1 + h[i]*p[i]), s[i]) for i in 1..3)\nsubject to\n  sum(s) == 1\n";
    both_find(text, 4f64.ln(), 1e-6);
}

/// x*log(x) has no value at 0, where rounding leaves x of 1e-348.
#[test]
fn products_without_a_value_at_zero_have_their_limit() {
    let text = "var x >= 0, <= 1\nminimize 1 + 800*x + x*log(x)\n";
    both_find(text, 1.0, 1e-6);
}

/// The domains alone leave one point.
#[test]
fn domains_that_meet_in_a_point() {
    let text = "var x\nvar y\nmaximize sqrt(x - 2) + sqrt(2 - x) + y\nsubject to\n  x + y == 3\n";
    gradient_finds(text, 1.0, NEAR);
}

/// A zero on the diagonal takes its row along: the primal optimum, whose dual lies 1 below.
#[test]
fn zeros_on_diagonals_of_semidefinite_matrices() {
    let text = "var X[3, 3] psd\nminimize X[3, 3]\nsubject to\n  X[1, 1] == 0\n  X[3, 3] + 2*X[1, 2] == 1\n";
    gradient_finds(text, 1.0, NEAR);
    let text = "var X[3, 3] psd\nminimize trace(X)\nsubject to\n  X[1, 1] == 0\n  X[1, 2] == 1\n  X[3, 3] == 2\n";
    answer_by_gradients(text, "infeasible");
}

/// From zeros, where the entropy has no slope, nothing leads on.
#[test]
fn bounds_on_entropies_are_met_from_identities() {
    let text = "param W[4, 4] symmetric = [0.5, 0, 0, -0.5; 0, 0, 0.4, 0; 0, 0.4, 0, 0; -0.5, 0, 0, 0.5]\n\
                var R[4, 4] psd\nminimize 1 + trace(W*R) + 0.2*lambda_sum_largest(R, 2)\nsubject to\n  trace(R) == 1\n  \
                partial_transpose(R, [2, 2], axis = 2) >> 0\n  quad_form([0.7; 0; 0; 0.7], R) >= 0.3\n  \
                von_neumann_entr(R) >= 0.7\n";
    let [conic, gradient] = objectives(text);
    assert!((conic - gradient).abs() < 1e-7, "{conic} {gradient}");
}

/// Constraints that hold x[1] and x[2] at 0, where the square root of the objective has no slope.
const HOLDING: &[&str] = &[
    "norm2(x[1..2]) <= 0",
    "norm2(x[1..2]) + y <= 3",
    "norm2(N*x[1..2]) - y <= -9",
    "norm1(x[1..2]) <= 0",
    "norm1(N*x[1..2]) + y <= 3",
    "sum(abs(x[1..2])) <= 0",
    "norm_inf(x[1..2]) + y <= 3",
    "pnorm(x[1..2], 3) + y <= 3",
    "sum_largest(x[1..2], 2) <= 0",
    "quad_over_lin(x[1..2], y) + y <= 3",
    "exp(x[1]) + exp(x[2]) <= 2",
    "log_sum_exp(x[1..2]) <= log(2)",
    "logistic(x[1]) + logistic(x[2]) <= 2*log(2)",
    "sum(sqrt(4 - x[1..2])) >= 4",
    "rel_entr(1 + x[1], 1 + x[2]) + x[1] + x[2] <= 0",
    "sum(huber(x[1..2], 2)) <= 0",
];

/// With bounds that say x >= 0, and by the domain of the square root alone.
#[test]
fn norms_at_their_apex_and_functions_at_their_least_hold_entries() {
    for holding in HOLDING {
        for bound in ["", " >= 0"] {
            let text = format!(
                "param N[2, 2] = [1, 1; 0, 2]\nvar x[3]{bound}\nvar y\nmaximize sum(sqrt(x)) - y\n\
                 subject to\n  {holding}\n  x <= 4\n  y >= 3\n  y <= 9\n"
            );
            let expected = if holding.ends_with("-9") { -7.0 } else { -1.0 };
            gradient_finds(&text, expected, NEAR);
        }
    }
}

/// The largest ellipse in a strip without width.
#[test]
fn a_matrix_loses_the_column_that_norms_hold() {
    let text = "param A[m, n] = [1, 0; -1, 0; 0, 1; 0, -1; 1, 1]\nparam b[m] = [6; 0; 3; -3; 8]\nvar B[n, n] psd\nvar c[n]\n\
                maximize 1 + det_rootn(B) + 0.1*B[1, 1]\nsubject to\n  \
                inside[i]: norm2(B*A[i, :]') + A[i, :]*c <= b[i] for i in 1..m\n";
    gradient_finds(text, 1.25, NEAR);
}
