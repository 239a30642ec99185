//! The gradient path against the conic path: by structure, and on random sums and constraints.

use crate::both_paths::objectives;
use bowl::compare::Agreement;
use bowl::elaborate::Inputs;
use bowl::pipeline::{self, Paths};
use bowl::solve::descent::normal_form::NormalForm;
use bowl::solve::{Settings, Status, descent};

/// How both answers agree, and the method of the gradient path.
fn both(text: &str) -> (Agreement, String) {
    let loaded = match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
        Ok(loaded) => loaded,
        Err(reports) => panic!("{text}\n{reports:?}"),
    };
    let check = pipeline::check(&loaded.problem);
    let paths = Paths {
        conic: true,
        gradient: true,
    };
    let outcome = pipeline::solve(&loaded.problem, check, paths, &Settings::default());
    let gradient = outcome.gradient.expect("a gradient answer");
    (outcome.agreement, gradient.solution.work.method)
}

fn agrees_by(method: &str, text: &str) {
    let (agreement, found) = both(text);
    let agree = matches!(agreement, Agreement::Agree { .. });
    assert!(agree, "{text}\n{agreement:?} by {found}");
    assert!(found.starts_with(method), "{found} for\n{text}");
}

const DATA: &str = "param A[40, 30] = randn(40, 30, seed = 3)\nparam b[40] = randn(40, seed = 4)\n";

#[test]
fn smooth_terms_with_simple_others_take_the_proximal_gradient() {
    let proximal =
        |text: &str| agrees_by("accelerated proximal gradient", &format!("{DATA}{text}"));
    proximal("var x[30]\nminimize sum_squares(A*x - b) + 3*norm1(x)\n");
    proximal("var x[30] >= 0\nminimize sum(huber(A*x - b))\n");
    proximal("var x[30] >= -0.1, <= 0.1\nminimize sum(logistic(A*x .* b))\n");
    proximal("var x[30] >= 0\nminimize sum_squares(A*x - b)\nsubject to\n  sum(x) == 1\n");
    proximal("var x[30]\nminimize log_sum_exp(A*x)\nsubject to\n  x in simplex(30)\n");
    proximal("var x[30] >= 0\nminimize sum_squares(A*x - b)\nsubject to\n  sum(x) <= 0.3\n");
    proximal(
        "var x[30]\nminimize sum_squares(A*x - b) + 4*sum(norm2(x[3*(g-1)+1..3*g]) for g in 1..10)\n",
    );
    proximal(
        "var X[10, 3]\nminimize sum(logistic(A*vec(X) .* b))/40 + 0.01*sum(norm2(X, each = row))\n",
    );
    proximal(
        "var x[30] >= 0\nminimize sum_squares(A*x - b)\nsubject to\n  x[1] + 2*x[2] == 1\n  x[4] - x[5] >= 1\n",
    );
}

#[test]
fn balances_that_rounding_does_not_meet_are_solved() {
    let text = "param A[200, 100] = randn(200, 100, seed = 3)\nvar x[100]\nminimize sum(logistic(A*x)) + sum_squares(x)\nsubject to\n  x[1..50] + x[51..100] == 0.01\n";
    let loaded =
        pipeline::load("test.opt", text.as_bytes(), &Inputs::default()).expect("a problem");
    let solution = descent::solve(&loaded.problem, true, &Settings::default());
    assert_eq!(solution.status, Status::Solved);
    assert!(
        solution.work.evaluations < 400,
        "{}",
        solution.work.evaluations
    );
}

#[test]
fn other_structures_take_their_methods() {
    agrees_by(
        "analytic",
        &format!("{DATA}var x[30]\nminimize sum_squares(A*x - b)\n"),
    );
    agrees_by(
        "L-BFGS",
        &format!("{DATA}var x[30]\nminimize sum(huber(A*x - b)) + sum_squares(x)\n"),
    );
    let running = "var x[6] >= 0\nminimize sum_squares(x)\nsubject to\n  cumsum(x) >= [1; 2; 5; 6; 6; 9]\n  -cumsum(x) + 12 == 3 + [8; 7; 4; 3; 3; 0]\n";
    agrees_by("augmented Lagrangian", running);
    let kinked = "var x[6]\nminimize norm1(cumsum(x) - [1; 2; 0; 6; 6; 9]) + norm2(x)\n";
    agrees_by("augmented Lagrangian", kinked);
}

/// Smooth problems on which L-BFGS alone takes tens of thousands of steps or stops short.
#[test]
fn badly_conditioned_smooth_problems_end_by_newton_steps() {
    let data = "param A[60, 20] = randn(60, 20, seed = 2)\nparam s[20] = randn(20, seed = 4)\nvar x[20]\nminimize ";
    let texts = [
        "sum_squares(A*(exp(5*s) .* x) - 1) + sum(x .^ 4)",
        "sum((A*(exp(3*s) .* x) - 1) .^ 8)",
        "log_sum_exp(A*(exp(5*s) .* x))",
        "sum(logistic(A*(exp(5*s) .* x))) + 1e-6*sum_squares(x)",
    ];
    for text in texts {
        agrees_by("L-BFGS, Newton finish", &format!("{data}{text}\n"));
    }
    let smoothing = "param n = 2000\nparam y[n] = randn(n, seed = 2)\nvar x[n]\nminimize 1e6*sum_squares(diff(x, 2)) + sum(huber(x - y))\n";
    agrees_by("L-BFGS, Newton finish", smoothing);
}

const OBJECTIVES: &[&str] = &[
    "sum_squares(A*x - b)",
    "norm1(A*x - b)",
    "sum(huber(A*x - b))",
    "sum(logistic(A*x))",
    "log_sum_exp(A*x)",
    "norm2(A*x - b)",
    "norm2(x)",
    "norm1(x)",
    "max(A*x)",
    "norm_inf(A*x - b)",
    "sum(pos(A*x - b))",
    "sum_largest(A*x, 2)",
    "quad_over_lin(A*x, x[1] + 5)",
    "-sum(log(x + 5))",
    "-geo_mean(x + 6)",
    "sum(exp(A*x/5))",
    "sum(inv_pos(x + 5))",
    "-sum(entr(x + 4))",
    "-sum(sqrt(x + 3))",
    "sum(power(x + 4, 1.5))",
    "pnorm(A*x - b, 3)",
    "square(norm2(A*x - b))",
    "max(norm1(x), 2*norm2(A*x))",
    "exp(norm2(x))",
    "sum(abs(x[i+1] - x[i]) for i in 1..4)",
    "lambda_max(diag(x) + ones(5, 5))",
    "-log_det(diag(x + 4) + 0.1*ones(5, 5))",
];

const CONSTRAINTS: &[&str] = &[
    "sum(x) == 1",
    "norm2(x) <= 2",
    "norm1(x) <= 3",
    "log_sum_exp(x) <= 3",
    "sum(entr(x + 3)) >= -14",
    "geo_mean(x + 3) >= 2",
    "norm2(A*x - b) <= 8",
    "x[1] + x[2] <= x[3]",
    "square(x[1]) + exp(x[2]) <= 2",
    "max(abs(x)) <= 1.5",
    "sum(inv_pos(x + 3)) <= 4",
    "diag(x) + 2*eye(5) >> ones(5, 5)/4",
    "quad_over_lin(x, x[1] + 3) <= 2",
    "norm2(x) <= log(x[1] + 5)",
];

/// SplitMix64, below `count`.
fn pick(state: &mut u64, count: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) % count as u64) as usize
}

fn random_problem(state: &mut u64) -> String {
    let seed = pick(state, 1000);
    let data = format!(
        "param A[8, 5] = randn(8, 5, seed = {seed})\nparam b[8] = randn(8, seed = {seed})\n"
    );
    let first = OBJECTIVES[pick(state, OBJECTIVES.len())];
    let second = OBJECTIVES[pick(state, OBJECTIVES.len())];
    let mut text =
        format!("{data}var x[5]\nminimize {first} + 0.5*({second})\nsubject to\n  -2 <= x <= 2\n");
    for _ in 0..pick(state, 3) {
        text += &format!("  {}\n", CONSTRAINTS[pick(state, CONSTRAINTS.len())]);
    }
    text
}

#[test]
fn random_problems_have_one_answer() {
    let mut state = 1;
    let mut failures = Vec::new();
    for _ in 0..300 {
        let text = random_problem(&mut state);
        let (agreement, method) = both(&text);
        let fine = matches!(
            agreement,
            Agreement::Agree { .. } | Agreement::BothInfeasible | Agreement::BothUnbounded
        );
        if !fine {
            failures.push(format!("{text}{agreement:?} by {method}\n"));
        }
    }
    let count = failures.len();
    assert!(
        failures.is_empty(),
        "{count} failures\n{}",
        failures.join("\n")
    );
}

/// Outer functions of each kind over inner ones that are not affine: which side of the inner value
/// its stand-in lies on depends on both.
#[test]
fn compositions_bound_their_arguments_on_the_right_side() {
    let mut texts = Vec::new();
    let concave_inner = [
        "log(x[1])",
        "sqrt(x[2])",
        "min(x[1], 2*x[2])",
        "geo_mean(x)",
        "entr(x[1]) + 1",
    ];
    let concave_outer = [
        "sqrt(I + 1)",
        "log(I + 1)",
        "min(I, 2 - x[2])",
        "geo_mean([I + 1; x[2]])",
        "-inv_pos(I + 1)",
        "-quad_over_lin(x[1], I + 1)",
        "-max(-I, x[1])",
        "-exp(-I)",
        "harmonic_mean([I + 1; x[1]])",
        "-huber(neg(I))",
    ];
    for inner in concave_inner {
        for outer in concave_outer {
            let value = outer.replace('I', &format!("({inner})"));
            let text = format!(
                "var x[2]\nmaximize {value} - 0.1*sum_squares(x - 1)\nsubject to\n  sum(x) <= 3\n  x >= 0.2\n"
            );
            texts.push(text);
        }
    }
    let convex_inner = [
        "norm2(x)",
        "abs(x[1] - 2)",
        "max(x)",
        "exp(x[1])",
        "huber(x[1] + x[2])",
    ];
    let convex_outer = [
        "exp(I)",
        "square(pos(I))",
        "max(I, x[2])",
        "log_sum_exp([I; x[1]])",
        "norm2([pos(I); abs(x[2])])",
        "inv_pos(9 - I)",
        "huber_pos(I)",
        "-sqrt(30 - I)",
        "-log(30 - I)",
        "xexp(pos(I))",
    ];
    for inner in convex_inner {
        for outer in convex_outer {
            let value = outer.replace('I', &format!("({inner})"));
            let text = format!(
                "var x[2]\nminimize {value} + 0.1*sum_squares(x - 1)\nsubject to\n  sum(x) >= 1\n  -1 <= x <= 1.5\n"
            );
            texts.push(text);
        }
    }
    let apart = |text: &String| !matches!(both(text).0, Agreement::Agree { .. });
    let apart: Vec<&String> = texts.iter().filter(|text| apart(text)).collect();
    assert!(apart.is_empty(), "{apart:#?}");
}

#[test]
fn answers_at_the_edge_of_a_domain_have_a_value() {
    // x .^ 1.5 has none below 0, where rounding may carry x.
    for seed in 1..=8 {
        let text = format!(
            "param A[20, 40] = rand(20, 40, seed = {seed})\nvar x[40] >= 0\nminimize sum(x .^ 1.5) + pnorm(A*x - 3, 3)\nsubject to\n  geo_mean(x[1..3]) >= 0.1\n"
        );
        let (agreement, ..) = both(&text);
        assert!(
            matches!(agreement, Agreement::Agree { .. }),
            "{text}\n{agreement:?}"
        );
    }
}

/// Texts that the rules accept only once they are rewritten.
const REWRITTEN: &[&str] = &[
    "var p >= 0.1\nvar q >= 0.1\nminimize -log(p*q) + 0.3*((p-2)^2 + (q-1)^2)\n",
    "var p >= 0.1\nminimize exp(2*log(p)) + 0.3*(p-2)^2\n",
    "var x\nminimize log(1 + exp(x)) + x^2\n",
    "var x\nminimize sqrt(1 + x^2) + (x-1)^2\n",
    "var p >= 0.1\nminimize p*log(p)\n",
    "var x\nvar y\nminimize (x-5)^2 + (y-4)^2\nsubject to\n  sqrt(x^2 + y^2) <= 2\n",
    "var x[2]\nminimize max(x[1]*x[1], 0.7) + x[2]^4\n",
    "var x[2]\nminimize sqrt(x[1]^2 + x[1]*x[2] + x[2]^2) + x[1]/2\n",
    "var x[2]\nminimize max(norm2(x)*norm2(x), 1)\n",
    "var x[2]\nminimize max(x[1]*log(x[1]), x[2]^2)\n",
    "var p\nvar q\nminimize -(sqrt(p) + sqrt(q))^2 + p^2 + q^2\n",
    "var p >= 0.1\nvar q >= 0.1\nminimize p*log(p/q) + q^2\n",
    "var x\nminimize -log(1/(1 + exp(-x))) + x^2\n",
    "var x[2]\nminimize max(log(exp(x[1]) + exp(x[2])), -x[1], -x[2])\n",
    "param P[2, 2] = [2, 1; 1, 3]\nvar x[2]\nminimize max(x'*P*x - 1, 0) + sum(x)\n",
    "var v[3]\nminimize log(sum(exp(v))) + sum_squares(v - 1)\n",
    "param P[2, 2] = [2, 1; 1, 3]\nvar v[2]\nminimize sqrt(v'*P*v) + sum_squares(v - 1)\n",
];

/// Rewritten entry by entry.
const REWRITTEN_COLUMNS: &[&str] = &[
    "sum(x .^ 2 ./ y)",
    "sum(sqrt(1 + x.^2))",
    "sum(sqrt(k + 2*x.^2 + (y - 1).^2))",
    "-sum(sqrt(x .* y))",
    "-sum(x.^0.3 .* y.^0.5)",
    "sum(1 ./ (x .* y))",
    "sum(log(exp(x) + exp(y)))",
    "sum(log(2*exp(x) + k + exp(s)))",
    "sum(x.^4 ./ y.^2)",
    "max(sqrt(x.*x + s^2))",
    "sum((x.^2 + y.^2) ./ (x + y))",
    "sum(exp(2*x) ./ sqrt(y))",
    "sum(sqrt(1 + x.^4 ./ y))",
];

#[test]
fn rewritten_files_are_solved_as_they_were_proved() {
    let declared = "param k[3] = [1; 2; 0.5]\nvar x[3] >= 0.1\nvar y[3] >= 0.1\nvar s >= 0\n";
    let columns = REWRITTEN_COLUMNS
        .iter()
        .map(|f| format!("{declared}minimize {f} + sum(x) + 2*sum(y) + sum_squares(y - k) + s\n"));
    let texts = REWRITTEN.iter().map(|text| (*text).to_owned());
    for text in texts.chain(columns) {
        let (agreement, found) = both(&text);
        let agree = matches!(agreement, Agreement::Agree { .. });
        assert!(agree, "{text}\n{agreement:?} by {found}");
    }
}

/// Smooth terms of different shapes under one kink: each has second derivatives of its own.
#[test]
fn smooth_terms_of_several_shapes_have_their_own_curvature() {
    for text in [
        "var x\nminimize log_sum_exp([abs(x - 1); 0]) + x^2\n",
        "var x\nminimize log_sum_exp([abs(x - 1); 2*abs(x)]) + x^2\n",
        "param B[17, 35] = randn(17, 35, seed = 1)\nparam A[17, 35] = randn(17, 35, seed = 3)\nvar x[35] >= 0\nminimize sum(pow_abs(B*x - 1, 3)) + 10*sum_squares(A*x - 1) + 1e-3*sum_squares(x) + sum(inv_pos(x + 2))\nsubject to\n  norm2(x) <= 0.8\n",
    ] {
        let (agreement, found) = both(text);
        let agree = matches!(agreement, Agreement::Agree { .. });
        assert!(agree, "{text}\n{agreement:?} by {found}");
    }
}

/// At the edge of the domain, and by rounding a little outside of it.
#[test]
fn entropies_in_constraints_have_one_answer() {
    let data = "param A[8, 5] = randn(8, 5, seed = 31)\nparam b[8] = randn(8, seed = 32)\nparam C[6, 5] = rand(6, 5, seed = 33)\nparam c[5] = 0.2 + rand(5, seed = 34)\nvar x[5]\nvar y[5]\nminimize ";
    let objectives = [
        "sum_squares(A*x - b)",
        "norm1(x - b[1..5])",
        "sum(exp(x/2))",
        "max(A*x)",
    ];
    let constraints = [
        "sum(entr(x)) >= 0.2\n  sum(x) <= 3",
        "sum(rel_entr(x, c)) <= 0.4\n  x <= 1.5",
        "sum(entr(C*x)) >= 0.1",
        "sum(rel_entr(x, y)) <= 0.2\n  sum(y) <= 4\n  y <= 2",
        "entr(x[1]) + entr(x[2]) >= 0.2\n  sum(kl_div(c, x)) <= 0.5",
        "sum(entr(x)) >= norm2(x - c) - 0.2\n  sum(x) == 1",
        "entr(x) >= -0.3",
        "rel_entr(x[1], x[2]) <= 0.1\n  x >= -1\n  entr(x) >= -0.3",
    ];
    for objective in objectives {
        for constraint in constraints {
            let text = format!(
                "{data}{objective} + 1e-2*sum_squares(y - 1)\nsubject to\n  {constraint}\n"
            );
            agrees_by("augmented Lagrangian", &text);
        }
    }
}

#[test]
fn unbounded_beside_the_domain_of_an_entropy() {
    let text = "param b[5] = randn(5, seed = 32)\nvar x[5]\nvar y[5]\nminimize b'*x + 1e-2*sum_squares(y - 1)\nsubject to\n  entr(x[1]) + entr(x[2]) >= 0.2\n  x <= 1.5\n";
    let (agreement, method) = both(text);
    let unbounded = matches!(agreement, Agreement::BothUnbounded);
    assert!(unbounded, "{agreement:?} by {method}");
}

/// With 0, 1 and 3 iterations every method says what stopped it, or was done before.
#[test]
fn every_method_heeds_the_limit_on_iterations() {
    let hinge = "param s[40] = randn(40, seed = 5)\nvar x[30]\nminimize sum(pos(1 - A*x .* s)) + sum_squares(x)\n";
    let stays = format!("{DATA}{hinge}");
    let lasso = format!("{DATA}var x[30]\nminimize sum(logistic(A*x)) + norm1(x)\n");
    let smooth = format!("{DATA}var x[30]\nminimize sum(huber(A*x - b)) + sum_squares(x)\n");
    let well = "var x[2] start [1; 0.3]\nminimize (x[1]^2 - 1)^2 + x[2]^4 + x[1]*x[2]\n".to_owned();
    let circle =
        "var x[2] start [1; 3]\nminimize x[1]\nsubject to\n  x[1]^2 + x[2]^2 == 1\n".to_owned();
    for (text, convex) in [
        (stays, true),
        (lasso, true),
        (smooth, true),
        (well, false),
        (circle, false),
    ] {
        let loaded =
            pipeline::load("test.opt", text.as_bytes(), &Inputs::default()).expect("a problem");
        for most in [0, 1, 3] {
            let settings = Settings {
                max_iterations: Some(most),
                ..Settings::default()
            };
            let solution = descent::solve(&loaded.problem, convex, &settings);
            assert!(solution.work.iterations <= most, "{:?}", solution.work);
            let Status::Stopped(reason) = &solution.status else {
                panic!("{text}: {:?} {:?}", solution.status, solution.work);
            };
            let told = reason.starts_with("the limit on iterations was reached");
            assert!(told, "{most} {reason} for\n{text}");
        }
        let free = descent::solve(&loaded.problem, convex, &Settings::default());
        let solved = matches!(free.status, Status::Solved | Status::Local);
        assert!(solved, "{:?} for\n{text}", free.status);
    }
}

/// On their way to the answer variables leave their range, and x^3 falls there without end.
#[test]
fn odd_powers_of_what_is_nowhere_negative_are_convex_beyond_its_range() {
    let data = "param B[m,n] = rand(9, 5, seed = 3)\nparam c[n] = randn(5, seed = 4)\n";
    for (range, objective) in [
        (">= 0", "sum(x .^ 3) - c'*x"),
        (">= 0", "exp(sum(x .^ 3)) - sum(x)"),
        ("", "sum(abs(x - c) .^ 3) + 0.01*sum_squares(x) - sum(x)"),
        ("", "norm2(x - c)^5 - 3*sum(x)"),
    ] {
        let text = format!(
            "{data}var x[5] {range}\nminimize {objective}\nsubject to\n  sum(x) >= 1\n  B*x <= 2\n  norm2(x - 2) <= 4\n"
        );
        let [conic, gradient] = objectives(&text);
        let error = (conic - gradient).abs() / conic.abs().max(1.0);
        assert!(error <= 1e-7, "{text}{conic} {gradient}");
    }
}

/// exp(30*40) is beyond all numbers, and so are the points near the start.
#[test]
fn starts_beyond_the_range_of_numbers_are_left() {
    let text = "param A[m,n] = randn(40, 20, seed = 521)\nvar x[n] start 40\n\
                minimize max(exp(A*x) - 1) + sum_squares(x)\nsubject to\n  sum(x) == 1\n";
    let [conic, gradient] = objectives(text);
    assert!((conic - gradient).abs() <= 1e-7, "{conic} {gradient}");
}

/// The constraints come the nearer to each other the farther out x lies: slopes vanish nowhere.
#[test]
fn contradictions_that_are_least_at_no_point_are_told() {
    for constraints in [
        "exp(x) <= y\n  y <= -0.1",
        "inv_pos(x) <= y\n  y <= -0.1",
        "exp(x) + exp(-x - z) <= y\n  y <= -0.1",
    ] {
        for objective in ["0", "x"] {
            let text =
                format!("var x\nvar y\nvar z\nminimize {objective}\nsubject to\n  {constraints}\n");
            let (agreement, method) = both(&text);
            let agree = matches!(agreement, Agreement::BothInfeasible);
            assert!(agree, "{text}{agreement:?} by {method}");
        }
    }
}

/// x^3 is convex where the constraints leave x, and falls without end beside them.
#[test]
fn odd_powers_are_convex_beyond_ranges_that_constraints_state() {
    let text = "param a[n] = rand(12, seed = 908)\nvar p[n]\nminimize 1e5*(sum(p)/10)^3\nsubject to\n  \
                sum(p) == 24.8245\n  a'*p <= 19.8051\n  p >= 0\n";
    let [conic, gradient] = objectives(text);
    let error = (conic - gradient).abs() / conic.abs();
    assert!(error <= 1e-7, "{conic} {gradient}");
}

/// Counts, some of them zero, seen through a wide kernel: a cone for each would be steeper than the sum of logarithms.
#[test]
fn divergences_from_fixed_counts_need_no_new_unknowns() {
    let text = "param d[30] = pos(randn(30, seed = 5) - 0.3)\nlet k = [j for j in 1..30]\n\
                let R = exp(-square(k*ones(1, 30) - ones(30)*k')/9)\nvar x[30] >= 0, <= 4\n\
                minimize sum(kl_div(d, R*x + 0.02)) + sum(rel_entr(d, 2*x + 0.5))\n";
    let loaded = crate::both_paths::load(text);
    let form = NormalForm::new(&loaded.problem).expect("a normal form");
    assert_eq!(form.packing.size, 30);
    let [conic, gradient] = objectives(text);
    assert!(
        (conic - gradient).abs() < 1e-6 * conic.abs().max(1.0),
        "{conic} {gradient}"
    );
    // Where the count is zero the divergence is y alone, on y >= 0.
    let bound = "var x\nminimize kl_div(0, x + 1) + kl_div(2, 3 - x)\n";
    crate::both_paths::both_find(bound, 2.0 * (0.5f64).ln() + 2.0, 1e-6);
}
