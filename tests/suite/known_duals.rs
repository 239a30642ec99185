//! Multipliers against hand-derived numbers, and against finite differences of the optimal value.
//!
//! L = f + λ'(left - right), of `a >= b` b - a, with f = -objective when maximising.

use bowl::elaborate::Inputs;
use bowl::pipeline::{self, Answer, Loaded, Paths};
use bowl::solve::{Settings, Status};

const BOTH: Paths = Paths {
    conic: true,
    gradient: true,
};
/// Relative; an entropy's multiplier by the conic path is 1.8e-5 off at a gap of 1e-9.
const WITHIN: f64 = 1e-4;

fn loaded(text: &str) -> Loaded {
    match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
        Ok(loaded) => loaded,
        Err(reports) => panic!("{text}\n{reports:?}"),
    }
}

/// The answers of the conic and the gradient path.
fn answers(loaded: &Loaded) -> [Answer; 2] {
    let check = pipeline::check(&loaded.problem);
    let outcome = pipeline::solve(&loaded.problem, check, BOTH, &Settings::default());
    [
        outcome.conic.expect("a conic answer"),
        outcome.gradient.expect("a gradient answer"),
    ]
}

/// The multiplier of the constraint of that name, by columns.
fn dual(loaded: &Loaded, answer: &Answer, name: &str) -> Vec<f64> {
    let text = &loaded.text;
    assert_eq!(answer.solution.status, Status::Solved, "{text}");
    let constraints = &loaded.problem.constraints;
    let names: Vec<String> = constraints.iter().map(|c| c.name.to_string()).collect();
    let position = names.iter().position(|n| n == name);
    let position = position.unwrap_or_else(|| panic!("{name} is none of {names:?}"));
    let duals = answer.solution.duals.as_ref();
    let duals = duals.unwrap_or_else(|| panic!("no multipliers for\n{text}"));
    duals[position].entries().into_owned()
}

fn known(text: &str, expected: &[(&str, &[f64])]) {
    let loaded = loaded(text);
    for answer in answers(&loaded) {
        for (name, value) in expected {
            let found = dual(&loaded, &answer, name);
            let near = |(a, b): (&f64, &f64)| (a - b).abs() <= WITHIN * b.abs().max(1.0);
            let method = &answer.solution.work.method;
            assert!(
                found.len() == value.len() && found.iter().zip(*value).all(near),
                "{name}: {found:?}, expected {value:?}, by {method}\n{text}"
            );
        }
    }
}

#[test]
fn production_plan() {
    // F. S. Hillier and G. J. Lieberman, the Wyndor Glass problem: 0, 3/2, 1.
    known(
        "var x >= 0\nvar y >= 0\nmaximize 3*x + 5*y\nsubject to\n  a: x <= 4\n  b: 2*y <= 12\n  c: 3*x + 2*y <= 18\n",
        &[
            ("a", &[0.0]),
            ("b", &[1.5]),
            ("c", &[1.0]),
            ("x >=", &[0.0]),
        ],
    );
}

#[test]
fn diet() {
    // Both demands bind at (3, 1): λ_1 + λ_2 = 2, λ_1 + 3 λ_2 = 3.
    known(
        "var x >= 0\nvar y >= 0\nminimize 2*x + 3*y\nsubject to\n  a: x + y >= 4\n  b: x + 3*y >= 6\n",
        &[("a", &[1.5]), ("b", &[0.5]), ("y >=", &[0.0])],
    );
}

#[test]
fn equations_have_the_sign_of_left_minus_right() {
    // x = y = 1: 2x + λ = 0; with the sides exchanged the sign changes.
    known(
        "var x\nvar y\nminimize x^2 + y^2\nsubject to\n  e: x + y == 2\n",
        &[("e", &[-2.0])],
    );
    known(
        "var x\nvar y\nminimize x^2 + y^2\nsubject to\n  e: 2 == x + y\n",
        &[("e", &[2.0])],
    );
    known(
        "var x\nvar y\nmaximize -x^2 - y^2\nsubject to\n  e: x + y == 2\n",
        &[("e", &[-2.0])],
    );
}

#[test]
fn inequalities_either_way_round_have_nonnegative_multipliers() {
    // 2(x - 3) + a λ = 0 at x = 1, a the coefficient.
    known(
        "var x\nminimize (x - 3)^2\nsubject to\n  c: 1 >= x\n",
        &[("c", &[4.0])],
    );
    known(
        "var x\nmaximize -(x - 3)^2\nsubject to\n  c: 2*x <= 2\n",
        &[("c", &[2.0])],
    );
}

#[test]
fn bounds_and_attributes() {
    // Stationarity in one variable.
    known(
        "var x >= -1\nvar y <= 3\nminimize x - 2*y\n",
        &[("x >=", &[1.0]), ("y <=", &[2.0])],
    );
    known("var z == 4\nminimize z^2\n", &[("z ==", &[-8.0])]);
    known(
        "var x nonneg\nminimize (x + 1)^2\n",
        &[("x nonneg", &[2.0])],
    );
    known(
        "var x nonpos\nmaximize -(x - 1)^2\n",
        &[("x nonpos", &[2.0])],
    );
}

#[test]
fn semidefinite_matrices() {
    // Λ = C - 1*I at the least eigenvalue 1; Λ = v v' with v = (1, 1)/sqrt(2) at the largest.
    known(
        "param C[2, 2] = [2, 1; 1, 2]\nvar X[2, 2] psd\nminimize trace(C*X)\nsubject to\n  t: trace(X) == 1\n",
        &[("X psd", &[1.0, 1.0, 1.0, 1.0]), ("t", &[-1.0])],
    );
    known(
        "param C[2, 2] = [2, 1; 1, 2]\nvar t\nminimize t\nsubject to\n  m: C << t*eye(2)\n",
        &[("m", &[0.5, 0.5, 0.5, 0.5])],
    );
}

#[test]
fn second_order_cone() {
    // c + λ x/|x| = 0 with c = (3, 4).
    known(
        "param c[2] = [3; 4]\nvar x[2]\nminimize c'*x\nsubject to\n  ball: norm2(x) <= 1\n",
        &[("ball", &[5.0])],
    );
}

#[test]
fn exponential_cone() {
    // 1 = λ and 1 = λ e^x.
    known(
        "var x\nvar y\nminimize y - x\nsubject to\n  c: exp(x) <= y\n",
        &[("c", &[1.0])],
    );
}

#[test]
fn entropy_maximisation() {
    // log x_i + 1 + ν = 0 with x_i = 1/4: ν = log 4 - 1.
    known(
        "var x[4]\nmaximize sum(entr(x))\nsubject to\n  total: sum(x) == 1\n",
        &[("total", &[4f64.ln() - 1.0])],
    );
}

#[test]
fn entries_of_vectors_and_matrices() {
    // λ_i = 2 max(a_i - b_i, 0).
    known(
        "param a[3] = [1; 2; 3]\nparam b[3] = [2; 1; 1]\nvar x[3]\nminimize sum_squares(x - a)\nsubject to\n  c: x <= b\n",
        &[("c", &[0.0, 2.0, 4.0])],
    );
    known(
        "param A[2, 2] = [1, 2; 3, 4]\nvar X[2, 2]\nminimize sum_squares(X - A)\nsubject to\n  c: X >= 2.5\n",
        &[("c", &[3.0, 0.0, 1.0, 0.0])],
    );
}

#[test]
fn members_of_families_and_chains() {
    // Each member binds on its own.
    known(
        "var x[3]\nmaximize x[1] + 2*x[2] + 3*x[3]\nsubject to\n  cap: x[i] <= i for i in 1..3\n",
        &[("cap[1]", &[1.0]), ("cap[2]", &[2.0]), ("cap[3]", &[3.0])],
    );
    known(
        "var x\nminimize (x - 3)^2\nsubject to\n  box: -1 <= x <= 1\n",
        &[("box (part 1)", &[0.0]), ("box (part 2)", &[4.0])],
    );
}

/// The optimal value, in the user's sense, with `@` in the text replaced by a number.
fn optima(template: &str, number: f64) -> [f64; 2] {
    let loaded = loaded(&template.replace('@', &format!("({number})")));
    answers(&loaded).map(|answer| {
        let judgement = answer.judgement.expect("a point");
        judgement.objective.expect("an objective")
    })
}

/// d(optimal value)/d(number) is `sign` times the multiplier of `c`, where the value is smooth.
fn differences_agree(template: &str, number: f64, sign: f64) {
    const STEP: f64 = 1e-3;
    let above = optima(template, number + STEP);
    let below = optima(template, number - STEP);
    let loaded = loaded(&template.replace('@', &format!("({number})")));
    for (k, answer) in answers(&loaded).iter().enumerate() {
        let slope = (above[k] - below[k]) / (2.0 * STEP);
        let multiplier = sign * dual(&loaded, answer, "c")[0];
        let error = (slope - multiplier).abs() / multiplier.abs().max(1.0);
        assert!(
            error < WITHIN,
            "slope {slope}, multiplier {multiplier}\n{template}"
        );
    }
}

#[test]
fn multipliers_are_slopes_of_the_optimal_value() {
    // `left <= b` and `left == b`: -λ when minimising, λ when maximising; `left >= b` the reverse.
    differences_agree(
        "var x[3] >= 0\nminimize 3*x[1] + 2*x[2] + 4*x[3]\nsubject to\n  x[1] + 2*x[3] >= 2\n  c: x[1] + x[2] + x[3] >= @\n",
        3.0,
        1.0,
    );
    differences_agree(
        "param a[3] = [1; -2; 4]\nvar x[3]\nminimize sum_squares(x - a)\nsubject to\n  c: x[1] + 2*x[2] + x[3] == @\n",
        -1.0,
        -1.0,
    );
    differences_agree(
        "param a[2] = [3; 1]\nvar x[2]\nmaximize a'*x\nsubject to\n  c: norm2(x) <= @\n",
        2.0,
        1.0,
    );
    differences_agree(
        "param v[4] = [1; 2; 3; 4]\nvar x[4]\nmaximize sum(entr(x))\nsubject to\n  sum(x) == 1\n  c: v'*x == @\n",
        2.2,
        1.0,
    );
    differences_agree(
        "param C[2, 2] = [2, 1; 1, 3]\nvar X[2, 2] psd\nminimize trace(C*X)\nsubject to\n  trace(X) == 1\n  c: X[1, 2] >= @\n",
        0.2,
        1.0,
    );
    differences_agree(
        "var x\nvar y\nmaximize log(x) + 2*log(y)\nsubject to\n  c: x + y <= @\n",
        3.0,
        1.0,
    );
    differences_agree(
        "var x[3]\nminimize sum_squares(x - 2)\nsubject to\n  cap: x[i] <= i/2 for i in 1..3\n  c: sum(x) <= @\n",
        2.6,
        -1.0,
    );
}

/// The entries that the proximal gradient leaves at a bound may be a rounding error away from it.
#[test]
fn bounds_of_a_portfolio_have_their_duals_on_both_paths() {
    for seed in 1..=8 {
        let text = format!(
            "param A[75, 49] = randn(75, 49, seed = {seed})\nparam mu[49] = randn(49, seed = 871)\nvar w[49] >= 0\nmaximize mu'*w - 0.5*sum_squares(A*w)\nsubject to\n  b: sum(w) == 1\n"
        );
        let loaded = loaded(&text);
        let [conic, gradient] = answers(&loaded).map(|answer| dual(&loaded, &answer, "w >="));
        for (a, b) in conic.iter().zip(&gradient) {
            assert!((a - b).abs() <= WITHIN, "{a} and {b}\n{text}");
        }
    }
}

/// With a label, an index, a bound, an attribute, a line and parts of a chain to name.
const NAMED: &str = "var x[2] >= -1
var y nonneg
var z
var w
var V[2, 2]
param C[2, 2] = [1, 3; 2, 4]
minimize x[2] - 2*x[1] + 3*y - 4*z + 5*w - trace(C'*V)
subject to
  f[i]: x[i] <= 2 for i in 1..2
  box: 0 <= z <= 4
  w >= 3
  g[j]: V[:, j] <= [1; 2] for j in 1..2
  ball: norm2(x) <= 50
";

/// Each multiplier by the name that a report prints.
const NAMES: [(&str, &str); 11] = [
    ("f", "[2; 0]"),
    ("f[1]", "2"),
    ("f[2]", "0"),
    ("x >=", "[0; 1]"),
    ("y nonneg", "3"),
    ("box (part 1)", "0"),
    ("box (part 2)", "4"),
    ("line 11", "5"),
    ("g", "[1, 3; 2, 4]"),
    ("g[2]", "[3; 4]"),
    ("ball", "0"),
];

fn unmet(text: &str) -> Vec<String> {
    let loaded = loaded(text);
    let check = pipeline::check(&loaded.problem);
    let outcome = pipeline::solve(&loaded.problem, check, BOTH, &Settings::default());
    let unmet = pipeline::unmet(&loaded.problem, &outcome, &Settings::default());
    unmet.into_iter().map(|unmet| unmet.reason).collect()
}

#[test]
fn every_multiplier_can_be_expected_by_its_name() {
    let lines = |more: &str| -> String {
        let line = |(name, value): &(&str, &str)| {
            format!("expect dual({name}) == {value}{more} within 1e-4\n")
        };
        NAMES.iter().map(line).collect()
    };
    assert_eq!(
        unmet(&(NAMED.to_owned() + &lines(""))),
        Vec::<String>::new()
    );
    let failures = unmet(&(NAMED.to_owned() + &lines(" + 1")));
    for (name, _) in NAMES {
        let told = format!("expected dual({name}) ");
        let count = failures.iter().filter(|f| f.contains(&told)).count();
        assert_eq!(count, 2, "{name}: {failures:?}");
    }
}

#[test]
fn names_that_fit_no_or_several_constraints_are_refused() {
    for (name, message) in [
        ("h", "there is no constraint `h`"),
        ("f[3]", "no constraint `f` has this index or part"),
        ("box", "`box` stands for several constraints"),
        ("box (part 0)", "no constraint `box` has this index or part"),
        ("box (part 3)", "no constraint `box` has this index or part"),
        ("x <=", "there is no constraint `x <=`"),
        ("line 9", "there is no constraint `line 9`"),
    ] {
        let text = format!("{NAMED}expect dual({name}) == 0\n");
        let reports = pipeline::load("test.opt", text.as_bytes(), &Inputs::default());
        let told: Vec<String> = match reports {
            Ok(_) => panic!("accepted: {name}"),
            Err(reports) => reports.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(told, [message], "{name}");
    }
}
