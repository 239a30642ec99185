//! Suprema of functions that are affine in the argument, stated by their duals, against maxima over
//! vertices, against the maximum solved at a fixed argument, and against functions of the language.

use super::messages::{errors, refusals};
use super::{close, is_convex, objective, unmet};
use insta::assert_snapshot;

/// Numbers in [-1, 1), the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as f64 / (1u64 << 30) as f64 - 1.0
    }

    fn list(&mut self, count: usize) -> String {
        let numbers: Vec<String> = (0..count).map(|_| format!("{:.3}", self.next())).collect();
        numbers.join(", ")
    }

    fn matrix(&mut self, rows: usize, cols: usize) -> String {
        let rows: Vec<String> = (0..rows).map(|_| self.list(cols)).collect();
        rows.join("; ")
    }
}

const SETS: [&str; 7] = [
    "A*y <= b, norm_inf(y) <= 2",
    "A*y <= b, norm2(B*y + [0.1; -0.2]) <= 1.5, -3 <= y <= 3",
    "norm1(y - [0.5; 0; 0.25]) <= 2, sum(y) == 0.4",
    "y in simplex(3), A[1:2, :]*y <= b[1]",
    "norm2(y) <= 2, norm1(B*y) <= 1, y[1] >= y[2]",
    "y in ball(1), b[1] >= A[1, :]*y",
    "y[i] <= i for i in 1..3, y >= -1",
];

#[test]
fn suprema_equal_the_maximum_at_a_fixed_argument() {
    let mut random = Random(7);
    for (k, set) in SETS.iter().enumerate() {
        let set = set.replace("1:2", "1..2");
        for sense in ["maximize", "minimize"] {
            let data = format!(
                "param A[4, 3] = [{}]\nparam b[4] = [1; 0.8; 1.2; 0.9]\nparam B[2, 3] = [{}]\nparam D[3, 2] = [{}]\nparam e[3] = [{}]\n",
                random.matrix(4, 3),
                random.matrix(2, 3),
                random.matrix(3, 2),
                random.list(3)
            );
            let (at, bilinear) = (random.list(2), "(D*x + e)'*y + x[1] - 0.5*sum(y)");
            let constraints = set
                .replace(", ", "\n  ")
                .replace("[1\n  ", "[1, ")
                .replace("[1..2\n  ", "[1..2, ");
            let fixed = format!(
                "{data}param x[2] = [{at}]\nvar y[3]\n{sense} {bilinear}\nsubject to\n  {constraints}\n"
            );
            let best = objective(&fixed);
            let (relation, bound) = match sense {
                "maximize" => ("<=", 1000),
                _ => (">=", -1000),
            };
            let inner = format!(
                "{data}let f(x) = {sense} {bilinear} over y[3] subject to\n  {}\nvar x[2]\nminimize sum_squares(x - [{at}])\nsubject to\n  f(x) {relation} {bound}\nexpect f(x) == {best:.9} within 1e-5\n",
                set
            );
            assert_eq!(unmet(&inner), [""; 0], "set {k}:\n{inner}\n{fixed}");
        }
    }
}

#[test]
fn suprema_equal_functions_of_the_language() {
    let pairs = [
        ("x'*y over y[4] subject to norm1(y) <= 2", "2*norm_inf(x)"),
        ("x'*y over y[4] subject to norm_inf(y) <= 1", "norm1(x)"),
        ("x'*y over y[4] subject to y in ball(3)", "3*norm2(x)"),
        ("x'*y over y[4] subject to y in simplex(4)", "max(x)"),
        (
            "x'*y over y[4] >= 0, <= 1 subject to sum(y) == 2",
            "sum_largest(x, 2)",
        ),
        ("sum(y .* x) over y[4] >= -1, <= 3", "sum(max(-x, 3*x))"),
        (
            "2*x'*y + sum(x) over y[4] subject to -1 <= y[i] <= i for i in 1..4",
            "sum(x) + 2*sum(max(-x, [1; 2; 3; 4] .* x))",
        ),
    ];
    let rest = "var x[4]\nminimize F + sum_squares(x - [1; -2; 0.5; 3])\n";
    for (inner, known) in pairs {
        let dual = format!("let f(x) = maximize {inner}\n{}", rest.replace('F', "f(x)"));
        let plain = rest.replace('F', known);
        let (a, b) = (objective(&dual), objective(&plain));
        assert!(
            (a - b).abs() < 1e-6 * (1.0 + b.abs()),
            "{a} is not {b}:\n{dual}"
        );
    }
    let matrices = [
        ("sigma_max(Y) <= 1", "norm_nuc(X)"),
        ("norm_nuc(Y) <= 1", "sigma_max(X)"),
        ("norm2(Y) <= 1", "norm2(X)"),
    ];
    let rest = "var X[2, 3]\nminimize F + sum_squares(X - [1, 2, 0; -1, 0.5, 3])\n";
    for (set, known) in matrices {
        let dual = format!(
            "let f(X) = maximize trace(X'*Y) over Y[2, 3] subject to {set}\n{}",
            rest.replace('F', "f(X)")
        );
        let (a, b) = (objective(&dual), objective(&rest.replace('F', known)));
        assert!(
            (a - b).abs() < 1e-6 * (1.0 + b.abs()),
            "{a} is not {b}:\n{dual}"
        );
    }
}

/// Sets and terms that go through cones: what the file minimises or maximises, over which y.
const CONES: [(&str, &str); 12] = [
    ("B", "sum_squares(y) <= 2, y[1] + y[2] == 0.5"),
    ("B", "y in soc, y[1] <= 2, norm1(y) <= 3"),
    ("B", "y in exp_cone, norm2(y) <= 2"),
    ("B", "y in pow_cone(0.3), norm_inf(y) <= 2"),
    ("B", "pnorm(y, 3) <= 1.5, A*y <= b"),
    ("B", "norm_ball in y"),
    ("B", "sum(exp(y)) <= 3, norm2(y) <= 2"),
    ("B", "sum(kl_div(y, [1; 2; 0.5])) <= 1, sum(y) == 3"),
    ("B", "[1, y[1], y[2]; y[1], 2, y[3]; y[2], y[3], 1.5] >> 0"),
    ("B - S*sum_squares(y)", "y[1] >= -10"),
    ("B - S*norm2(A*y - b)^2 - S*norm1(y)/3", "sum(y) == 0.7"),
    (
        "B + S*(sum(entr(y)) + log(y[1] + y[2]))",
        "sum(y) <= 4, y[i] <= 2 for i in 1..3",
    ),
];

#[test]
fn suprema_over_cones_equal_the_maximum_at_a_fixed_argument() {
    let mut random = Random(11);
    for (goal, set) in CONES {
        let set = set.replace("norm_ball in y", "y in norm_ball(1.5, 2)");
        for (sense, sign, relation) in [("maximize", "", "<="), ("minimize", "-1", ">=")] {
            let data = format!(
                "param A[4, 3] = [{}]\nparam b[4] = [1; 0.8; 1.2; 0.9]\nparam D[3, 2] = [{}]\nparam e[3] = [{}]\n",
                random.matrix(4, 3),
                random.matrix(3, 2),
                random.list(3)
            );
            let at = random.list(2);
            let goal = goal
                .replace('B', "(D*x + e)'*y + x[1] - 0.5*sum(y)")
                .replace("S*", if sign.is_empty() { "1*" } else { "(-1)*" });
            let fixed = format!(
                "{data}param x[2] = [{at}]\nvar y[3]\n{sense} {goal}\nsubject to\n  {}\n",
                set.replace(", y", "\n  y")
                    .replace(", n", "\n  n")
                    .replace(", sum", "\n  sum")
                    .replace(", A", "\n  A")
                    .replace(
                        "[1\n  y[1]\n  y[2]; y[1], 2\n  y[3]; y[2]\n  y[3], 1.5]",
                        "[1, y[1], y[2]; y[1], 2, y[3]; y[2], y[3], 1.5]"
                    )
            );
            let best = objective(&fixed);
            let inner = format!(
                "{data}let f(x) = {sense} {goal} over y[3] subject to {set}\nvar x[2]\nminimize sum_squares(x - [{at}])\nsubject to\n  f(x) {relation} {sign}1000\nexpect f(x) == {best:.9} within 1e-5\n",
            );
            assert_eq!(unmet(&inner), [""; 0], "{inner}\n{fixed}");
            let pulled = format!(
                "{data}let f(x) = {sense} {goal} over y[3] subject to {set}\nvar x[2]\n{} f(x)\nsubject to\n  x == [{at}]\n",
                if sign.is_empty() {
                    "minimize"
                } else {
                    "maximize"
                }
            );
            let dual = objective(&pulled);
            assert!(
                (dual - best).abs() < 1e-6 * (1.0 + best.abs()),
                "{dual} is not {best}:\n{pulled}"
            );
        }
    }
}

#[test]
fn suprema_over_cones_equal_functions_of_the_language() {
    let pairs = [
        (
            "x'*y over y[4] subject to sum_squares(y) <= 4",
            "2*norm2(x)",
        ),
        ("x'*y - sum_squares(y) over y[4]", "sum_squares(x)/4"),
        (
            "x'*y + sum(entr(y)) over y[4] subject to sum(y) == 1",
            "log_sum_exp(x)",
        ),
        ("x'*y + sum(entr(y)) + sum(y) over y[4]", "sum(exp(x))"),
        (
            "x'*y over y[4] subject to pnorm(y, 3) <= 2",
            "2*pnorm(x, 1.5)",
        ),
        ("x'*y - norm_inf(y)^2 over y[4]", "norm1(x)^2/4"),
        (
            "sum_squares(x) + 2*x'*y - 2*sum_squares(y) over y[4]",
            "1.5*sum_squares(x)",
        ),
    ];
    let rest = "var x[4]\nminimize F + sum_squares(x - [1; -2; 0.5; 3])\n";
    for (inner, known) in pairs {
        let dual = format!("let f(x) = maximize {inner}\n{}", rest.replace('F', "f(x)"));
        let (a, b) = (objective(&dual), objective(&rest.replace('F', known)));
        assert!(
            (a - b).abs() < 1e-6 * (1.0 + b.abs()),
            "{a} is not {b}:\n{dual}"
        );
    }
    let matrices = [
        (
            "trace(X*Y) over Y[3, 3] psd subject to trace(Y) == 1",
            "lambda_max(X)",
        ),
        (
            "trace(X*Y) over Y[3, 3] symmetric subject to 0 << Y, Y << eye(3), trace(Y) == 2",
            "lambda_sum_largest(X, 2)",
        ),
        (
            "sum(diag(X) .* diag(Y)) over Y[3, 3] diagonal subject to sum_squares(Y) <= 1",
            "norm2(diag(X))",
        ),
    ];
    let rest =
        "var X[3, 3] symmetric\nminimize F + sum_squares(X - [1, 2, 0; 2, -1, 0.5; 0, 0.5, 3])\n";
    for (inner, known) in matrices {
        let dual = format!("let f(X) = maximize {inner}\n{}", rest.replace('F', "f(X)"));
        let (a, b) = (objective(&dual), objective(&rest.replace('F', known)));
        assert!(
            (a - b).abs() < 1e-6 * (1.0 + b.abs()),
            "{a} is not {b}:\n{dual}"
        );
    }
}

#[test]
fn joint_problems_stay_joint() {
    // x^2 + x y + y^2 is convex in both; with y^2 alone it is concave in x once y is gone.
    close(
        "let f(x) = minimize x^2 + x*y + y^2 over y\nvar x\nminimize f(x) + (x - 7)^2\n",
        21.0,
    );
    close(
        "let f(x) = minimize x*y + y^2 over y\nvar x\nmaximize f(x) - (x - 5)^2\n",
        -5.0,
    );
}

#[test]
fn infima_of_affine_functions_are_concave() {
    let text = "let low(x) = minimize x'*y over y[3] subject to y in simplex(3)\nvar x[3]\nmaximize low(x) - sum_squares(x - [1; 2; 3])\n";
    close(text, 1.25);
    assert!(!is_convex(
        &text.replace("maximize low(x) -", "minimize low(x) +")
    ));
}

#[test]
fn robust_constraints_are_suprema() {
    let data = "param P[2, 2] = [0.3, 0.1; 0, 0.2]\nparam a[2] = [1; 2]\n";
    let worst = "let worst(x) = maximize (a + P*u)'*x over u[2] subject to norm2(u) <= 1\n";
    let rest = "var x[2] >= 0\nmaximize x[1] + x[2]\nsubject to\n  F <= 4\n";
    let robust = objective(&format!("{data}{worst}{}", rest.replace('F', "worst(x)")));
    let known = objective(&format!(
        "{data}{}",
        rest.replace('F', "a'*x + norm2(P'*x)")
    ));
    assert!((robust - known).abs() < 1e-7, "{robust} {known}");
}

#[test]
fn suprema_stand_inside_of_other_inner_problems() {
    // Moreau's envelope of the larger entry: 3 - 1/2 at [3; 1].
    let text = "let sigma(x) = maximize x'*y over y[2] subject to y in simplex(2)\nlet e(x) = minimize sigma(z) + sum_squares(x - z)/2 over z[2]\nvar x[2]\nminimize e(x)\nsubject to\n  x == [3; 1]\n";
    close(text, 2.5);
}

#[test]
fn a_supremum_may_be_infinite() {
    // Over a cone it is 0 on the polar cone, infinite elsewhere.
    let text = "let sigma(x) = maximize x'*y over y[2] >= 0\nvar x[2]\nminimize sigma(x) + sum_squares(x - [1; -2])\nexpect x == [0; -2]\nexpect sigma(x) == 0\n";
    close(text, 1.0);
    assert_eq!(unmet(text), [""; 0]);
    let free = "let sigma(x) = maximize x*y over y\nvar x\nminimize square(x - 2) + sigma(x)\n";
    close(free, 4.0);
    let nothing = "let sigma(x) = maximize x'*y over y[2] subject to 1 <= y <= 0\nvar x[2]\nminimize sigma(x)\nexpect infeasible\n";
    assert_eq!(unmet(nothing), [""; 0]);
}

#[test]
fn jointly_concave_maxima_are_no_suprema() {
    // An affine inner objective whose factors do not vary: a linear program in both.
    let text = "let g(x) = maximize 2*y + x over y subject to y <= 3 - x\nvar x\nmaximize g(x)\nsubject to\n  x >= 1\n";
    close(text, 5.0);
}

#[test]
fn a_supremum_where_larger_is_better() {
    assert_snapshot!(refusals("let sigma(x) = maximize x'*y over y[2] subject to y in simplex(2)\nvar x[2] <= 1\nmaximize sigma(x)\n"), @r##"
    bowl::convexity::unknown

      × cannot prove that the objective is concave, as maximising asks: `sigma(x)` is convex, but it
      │ would have to be concave
       ╭─[1:16]
     1 │ let sigma(x) = maximize x'*y over y[2] subject to y in simplex(2)
       ·                ─────────────────────────┬────────────────────────
       ·                                         ╰── the inner problem
     2 │ var x[2] <= 1
     3 │ maximize sigma(x)
       ·          ────┬───
       ·              ╰── convex, as the greatest value of an inner problem
       ╰────
      help: this greatest value of an inner problem stands where smaller is better, as in `minimize
            sigma(x)` and `sigma(x) <= c`; elsewhere the inner variables would be chosen against the
            definition
    "##);
}

#[test]
fn a_supremum_over_a_set_that_depends_on_the_argument() {
    assert_snapshot!(errors("let f(x) = maximize x'*y over y[2] subject to\n  y <= x\nvar x[2]\nminimize f(x)\n"), @r##"
    bowl::call::argument

      × `f` is the greatest of functions of its arguments, one for each value of the inner variables,
      │ and this has no known dual
       ╭─[test.opt:2:3]
     1 │ let f(x) = maximize x'*y over y[2] subject to
     2 │   y <= x
       ·   ───┬──
       ·      ╰── here
     3 │ var x[2]
     4 │ minimize f(x)
       ·          ──┬─
       ·            ╰── in this use of `f`
       ╰────
      help: where arguments and inner variables are multiplied, the constraints must be convex and
            hold inner variables alone, and so must all terms of the objective that are not affine in
            the inner variables (concave ones under `maximize`, convex ones under `minimize`)
    "##);
}

#[test]
fn a_supremum_over_a_set_that_is_not_convex() {
    assert_snapshot!(errors("let f(x) = maximize x'*y over y[2] subject to norm2(y) >= y[1]\nvar x[2]\nminimize f(x)\n"), @r##"
    bowl::call::argument

      × `f` is the greatest of functions of its arguments, one for each value of the inner variables,
      │ and this has no known dual
       ╭─[test.opt:1:47]
     1 │ let f(x) = maximize x'*y over y[2] subject to norm2(y) >= y[1]
       ·                                               ────────┬───────
       ·                                                       ╰── here
     2 │ var x[2]
     3 │ minimize f(x)
       ·          ──┬─
       ·            ╰── in this use of `f`
       ╰────
      help: where arguments and inner variables are multiplied, the constraints must be convex and
            hold inner variables alone, and so must all terms of the objective that are not affine in
            the inner variables (concave ones under `maximize`, convex ones under `minimize`)
    "##);
}

#[test]
fn a_supremum_of_convex_terms() {
    assert_snapshot!(errors("let f(x) = maximize x'*y + norm2(y) over y[2] subject to norm1(y) <= 1\nvar x[2]\nminimize f(x)\n"), @r##"
    bowl::call::argument

      × `f` is the greatest of functions of its arguments, one for each value of the inner variables,
      │ and this has no known dual
       ╭─[test.opt:1:21]
     1 │ let f(x) = maximize x'*y + norm2(y) over y[2] subject to norm1(y) <= 1
       ·                     ───────┬───────
       ·                            ╰── here
     2 │ var x[2]
     3 │ minimize f(x)
       ·          ──┬─
       ·            ╰── in this use of `f`
       ╰────
      help: where arguments and inner variables are multiplied, the constraints must be convex and
            hold inner variables alone, and so must all terms of the objective that are not affine in
            the inner variables (concave ones under `maximize`, convex ones under `minimize`)
    "##);
}

#[test]
fn a_supremum_over_a_set_without_interior() {
    // The maximum is 0 at every x, the dual's is not attained.
    assert_snapshot!(errors("let f(x) = maximize x*y over y subject to y^2 <= 0\nvar x\nminimize f(x)\n"), @r##"
    bowl::call::interior

      × no value of the inner variables of `f` was found that satisfies its constraints strictly
       ╭─[test.opt:1:12]
     1 │ let f(x) = maximize x*y over y subject to y^2 <= 0
       ·            ───────────────────┬───────────────────
       ·                               ╰── the inner problem
     2 │ var x
       ╰────
      help: where arguments and inner variables are multiplied, the inner problem is solved by its
            dual, which has the same value only if all constraints but equations and linear
            inequalities can hold strictly: none of norms, squares, logarithms or matrices may be held
            at its very bound
    "##);
    // A gap: y[2] is 0 wherever norm2(y) <= y[1] + 0*y[2] touches y[1] == y[3].
    let gap = "let f(x) = maximize x*y[2] over y[3] subject to\n  norm2([y[2]; y[3]]) <= y[1]\n  y[1] == y[3]\nvar x\nminimize f(x) + (x - 1)^2\n";
    assert!(errors(gap).contains("strictly"));
}
