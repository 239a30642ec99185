//! Values of inner problems against values derived by hand, and against problems written jointly.

use super::{close, is_convex, objective, refusal, unmet};

#[test]
fn infimal_convolution_of_square_and_norm_is_huber() {
    let data = "param b[4] = [3; 0.5; -2; 0.1]\n";
    let convolution = "let h(x) = minimize sum_squares(x - y)/2 + norm1(y) over y[4]\n";
    let rest = "var x[4]\nminimize H + sum_squares(x - b)\n";
    let inner = objective(&format!("{data}{convolution}{}", rest.replace('H', "h(x)")));
    let huber = objective(&format!("{data}{}", rest.replace('H', "sum(huber(x))/2")));
    assert!((inner - huber).abs() < 1e-7, "{inner} {huber}");
}

#[test]
fn a_distance_bounds_a_point() {
    // The lowest point at distance 1 from the positive quadrant: -1/sqrt(2) in each entry.
    let text = "let distance(p) = minimize norm2(p - y) over y[2] nonneg\nvar x[2]\nminimize x[1] + x[2]\nsubject to\n  distance(x) <= 1\n";
    close(text, -std::f64::consts::SQRT_2);
}

#[test]
fn a_maximum_over_inner_variables_is_concave() {
    // max 2*log(c/2) - c is at c = 2.
    let text = "let g(c) = maximize sum(log(y)) over y[2] subject to sum(y) <= c\nvar c\nmaximize g(c) - c\n";
    close(text, -2.0);
}

#[test]
fn uses_have_their_own_inner_variables() {
    // |x - [a, a + 1/2]| for each member: 3 = 2.5 + |x - 2.5| ... at x = 2.5 the two squares are
    // 1 (to [1, 1.5]) and 1 (to [3.5, 4]).
    let text = "param a[2] = [1; 3.5]\nlet d(x, a) = minimize abs(x - y) over y subject to a <= y, y <= a + 0.5\nvar x\nminimize sum(d(x, a[i])^2 for i in 1..2)\n";
    close(text, 2.0);
    let nested = "let d(x) = minimize abs(x - y) over y subject to y >= 1\nlet e(x) = minimize d(z) + 2*abs(z - x) over z\nvar x\nminimize e(x) + x\nsubject to\n  x >= -3\n";
    close(nested, 1.0);
}

#[test]
fn inner_families_and_sets_constrain() {
    let text = "param n = 3\nlet f(x) = minimize sum_squares(x - y) over y[n] subject to y in simplex(n)\nvar x[n]\nminimize f(x)\nsubject to\n  x == [1; 1; 0]\n";
    close(text, 0.5);
    let text = "let f(x) = minimize sum(y) over y[3] subject to y[i] >= i*x for i in 1..3\nvar x\nminimize f(x) - 5*x\nsubject to\n  x >= 2\n";
    close(text, 2.0);
}

#[test]
fn a_value_is_convex_only_where_smaller_is_better() {
    let with = |line: &str| {
        is_convex(&format!(
            "let f(x) = minimize abs(x - y) over y subject to y >= 0\nlet p(x) = minimize x + y over y subject to y >= x\nvar x\n{line}\n"
        ))
    };
    assert!(with("minimize f(x)"));
    assert!(with("minimize square(f(x))"));
    assert!(!with("minimize -f(x)"));
    assert!(!with("maximize f(x)"));
    assert!(!with("minimize x\nsubject to\n  f(x) >= 1"));
    assert!(!with("minimize x\nsubject to\n  f(x) == 1"));
    // The inner objective is affine, its least value is not known to be.
    assert!(with("minimize p(x)\nsubject to\n  x >= 0"));
    assert!(!with("maximize p(x)\nsubject to\n  x <= 1"));
    assert!(!with("minimize x\nsubject to\n  p(x) == 1"));
}

#[test]
fn mistakes_are_told() {
    let inner = |definition: &str| refusal(&format!("{definition}\nvar x\nminimize f(x)\n"));
    let told = inner("let f(x) = minimize abs(x - z) + w over z");
    assert!(told.contains("no name `w`"), "{told}");
    let told = inner("let f(x) = minimize [x; y] over y");
    assert!(told.contains("must be a scalar"), "{told}");
    let told = inner("let f(x) = minimize x + y over y subject to a: y >= x");
    assert!(told.contains("has no label"), "{told}");
    let told = refusal("let k = minimize y over y\nvar x\nminimize x\n");
    assert!(told.contains("the value of a function"), "{told}");
}

/// The same problem with the inner variables written among the others.
fn same(inner: &str, joint: &str) {
    let (a, b) = (objective(inner), objective(joint));
    assert!(
        (a - b).abs() < 1e-7 * (1.0 + b.abs()),
        "{a} is not {b}:\n{inner}"
    );
}

#[test]
fn two_stages_are_one_problem() {
    let data = "param d[5] = [1; 2; 3; 4; 5]\n";
    let stages = "let short(x, d) = minimize 3*y over y >= 0 subject to y >= d - x\nvar x >= 0\nminimize x + 0.2*sum(short(x, d[s]) for s in 1..5)\n";
    close(&format!("{data}{stages}"), 4.6);
    let network =
        "param W[2, 3] = [1, -1, 0; 0, 1, -1]\nparam d[2, 4] = [1, 2, -1, 0; 2, -1, 0.5, 3]\n";
    let inner = "let recourse(x, d) = minimize sum_squares(y) + 2*norm1(y) over y[3] subject to W*y >= d - x\nvar x[2] >= 0, <= 4\nminimize 3*sum(x) + 0.25*sum(recourse(x, d[:, s]) for s in 1..4)\n";
    let joint = "var x[2] >= 0, <= 4\nvar y[3, 4]\nminimize 3*sum(x) + 0.25*(sum_squares(y) + 2*sum(abs(y)))\nsubject to\n  W*y[:, s] >= d[:, s] - x for s in 1..4\n";
    same(&format!("{network}{inner}"), &format!("{network}{joint}"));
}

#[test]
fn values_stand_on_both_sides() {
    // x - 1 <= f(x), 2 - x >= g(x).
    let text = "let f(x) = minimize abs(x - y) over y >= 0, <= 1\nlet g(x) = maximize y over y subject to y <= 2 - x\nvar x\nmaximize x\nsubject to\n  f(x) <= g(x)\n";
    close(text, 1.5);
    let text = "let f(x) = minimize abs(x - y) over y >= 0, <= 1\nvar x[2]\nmaximize sum(x)\nsubject to\n  3 >= max(f(x[1]), 2*f(x[2]))\n";
    close(text, 6.5);
}

#[test]
fn values_stand_in_matrices_and_reductions() {
    let rows = "let f(x) = minimize abs(x - y) over y >= 0, <= 1\nvar x\nminimize sum(max([f(x), 1; 2*f(x + 1), 0.5], each = row))\nsubject to\n  x >= 2\n";
    // f(2) = 1, 2*f(3) = 4.
    close(rows, 5.0);
    let family = "param P[2, 3] = [0, 4, 0; 0, 0, 3]\nlet distance(p) = minimize norm2(p - y) over y[2] subject to norm2(y) <= 1\nvar x[2]\nminimize max(distance(x - P[:, i]) for i in 1..3)\n";
    // The circle around the right triangle has the radius 2.5.
    close(family, 1.5);
}

#[test]
fn matrices_are_arguments() {
    // The negative eigenvalue of [1, 2; 2, 1] is -1.
    let text = "let far(X) = minimize norm2(X - Y) over Y[2, 2] psd\nvar X[2, 2] symmetric\nminimize far(X)\nsubject to\n  X == [1, 2; 2, 1]\n";
    close(text, 1.0);
    let data = "param B[2, 3] = [1, 2, 0; -1, 0.5, 3]\nvar X[2, 3]\n";
    let nuclear = "let nuclear(X) =\n  minimize (trace(U) + trace(V))/2\n  over U[2, 2] symmetric, V[3, 3] symmetric\n  subject to\n    [U, X; X', V] >> 0\n";
    let inner = format!("{nuclear}{data}minimize nuclear(X) + sum_squares(X - B)\n");
    same(
        &inner,
        &format!("{data}minimize norm_nuc(X) + sum_squares(X - B)\n"),
    );
    let largest = "let largest(X) = minimize t over t subject to X << t*eye(2)\nvar x\nminimize largest([x, 1; 1, 2 - x])\n";
    close(largest, 2.0);
}

#[test]
fn an_inner_problem_may_have_no_answer() {
    // Nothing is feasible beyond x = 1: the value is infinite there.
    let text = "let f(x) = minimize y over y subject to x <= y <= 1\nvar x\nminimize square(x - 3) + f(x)\nexpect x == 1\nexpect f(x) == 1\n";
    close(text, 5.0);
    assert_eq!(unmet(text), [""; 0]);
    let nowhere = "let f(x) = minimize y over y subject to x <= y <= x - 1\nvar x\nminimize f(x) + square(x)\nexpect infeasible\n";
    assert_eq!(unmet(nowhere), [""; 0]);
    let endless =
        "let f(x) = minimize y + x over y\nvar x\nminimize f(x) + square(x)\nexpect unbounded\n";
    assert_eq!(unmet(endless), [""; 0]);
    let below_all =
        "let f(x) = minimize y over y\nvar x\nminimize square(x - 3)\nsubject to\n  f(x) <= -7\n";
    close(below_all, 0.0);
}

#[test]
fn ranges_bounds_and_sets_hold_for_inner_variables() {
    let text = "let f(x) =\n  minimize sum_squares(y - x) + Z[1, 2]\n  over y[0..2] >= 0, <= 2 start 1, Z[2, 2] psd\n  subject to\n    y[t] <= y[t + 1] for t in 0..1\n    -1 <= y[0] <= 1\n    diag(Z) == 1\n    Z << 3*eye(2)\n    y in box(0, 1.5)\nvar x[3]\nminimize f(x) + sum_squares(x - [2; 1; 3])\n";
    // y = [1, 1, 1.5], as the squares share the way: (1 + 0 + 1.5^2)/2, and Z[1, 2] = -1.
    close(text, 0.625);
    let with_argument = "let f(x, u) = minimize square(y) over y >= x, <= u\nvar x\nminimize f(x, 3) + square(x - 2)\n";
    close(with_argument, 2.0);
}

#[test]
fn quadratics_are_as_accurate_as_written_jointly() {
    let text = "let m(x) = minimize (y - 1)^2 + (x - y)^2 over y\nvar x\nminimize m(x) + (x - 1)^2\nexpect x == 1 within 1e-10\n";
    assert_eq!(unmet(text), [""; 0]);
    let text = "let m(x) = maximize -sum_squares(y) - sum_squares(x - y)/2 over y[3]\nvar x[3]\nmaximize 2*m(x) - sum_squares(x - [1; 2; 3])\nexpect x == [0.6; 1.2; 1.8] within 1e-10\n";
    assert_eq!(unmet(text), [""; 0]);
}

#[test]
fn what_is_not_used_constrains_nothing() {
    let text = "let f(x) = minimize abs(x - y) over y subject to x <= y <= 1\nlet g(x) = minimize square(x - y) over y <= 2\nvar x\nlet unused = f(x)\nminimize square(x - 3) + g(x)\nexpect x == 2.5\nexpect g(x) == 0.25\n";
    close(text, 0.5);
    assert_eq!(unmet(text), [""; 0]);
    let told = refusal(&format!("{text}expect unused == 0\n"));
    assert!(told.contains("does not use"), "{told}");
}

#[test]
fn unknowns_of_sets_stay_where_inner_problems_go() {
    // 2 #_(1/2) 8 = 4.
    let text = "let f(x) = minimize y over y subject to y >= x, y <= 1\nvar x\nvar T[2, 2] symmetric\nlet unused = f(x)\nmaximize trace(T)\nsubject to\n  T in geo_mean_hypo(2*eye(2), 8*eye(2), 1/2)\n  x == 3\n";
    close(text, 8.0);
}

#[test]
fn equal_uses_share_their_variables() {
    let count = |line: &str| {
        let text = format!(
            "let f(x) = minimize abs(x - y) over y\nlet e(x) = minimize f(x) + f(z) over z\nvar x\nvar w\nminimize {line}\n"
        );
        super::loaded(&text).problem.inner.len()
    };
    assert_eq!(count("f(x) + 2*f(x)"), 1);
    assert_eq!(count("f(x) + f(w)"), 2);
    assert_eq!(count("f(x) + e(x)"), 3);
    assert_eq!(count("e(x) + f(x) + e(w)"), 6);
}

#[test]
fn thousands_of_uses_are_read_in_linear_time() {
    let uses = "var x[10000, 2] start 1\nminimize sum_squares(x - 1)\nsubject to\n  F <= i for i in 1..10000\n";
    let definitions = [
        (
            "let f(x) = maximize x'*y over y[2] subject to y in simplex(2)\n",
            "f(x[i, :]')",
        ),
        (
            "let f(x) = maximize x'*y over y[2] subject to sum_squares(y) <= 1\n",
            "f(x[i, :]')",
        ),
        (
            "let f(x) = minimize norm2(x - y) over y[2] subject to y in simplex(2)\n",
            "f(x[i, :]')",
        ),
        ("", "linearize(sum_squares(x[i, :])^2)"),
    ];
    for (definition, value) in definitions {
        let began = std::time::Instant::now();
        let problem = super::loaded(&format!("{definition}{}", uses.replace('F', value))).problem;
        // A second or less; over 20 where each use passes over all others.
        let seconds = began.elapsed().as_secs_f64();
        assert!(seconds < 10.0, "{value}: {seconds} s");
        assert_eq!(problem.size(), 20_000);
    }
}
