//! Functions that are values of inner problems, against values derived by hand.

use bowl::compare::Agreement;
use bowl::elaborate::Inputs;
use bowl::pipeline::{self, Paths};
use bowl::solve::Settings;

/// The objective of both paths, which have to agree.
fn objective(text: &str) -> f64 {
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
    let agree = matches!(outcome.agreement, Agreement::Agree { .. });
    assert!(agree, "{text}\n{:?}", outcome.agreement);
    let judged = outcome.best().and_then(|answer| answer.judgement.as_ref());
    judged.and_then(|j| j.objective).expect("an objective")
}

fn close(text: &str, expected: f64) {
    let found = objective(text);
    assert!(
        (found - expected).abs() < 1e-6,
        "{found} is not {expected}:\n{text}"
    );
}

fn refusal(text: &str) -> String {
    match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
        Ok(_) => panic!("accepted:\n{text}"),
        Err(reports) => reports.iter().map(|r| format!("{r}\n")).collect(),
    }
}

fn is_convex(text: &str) -> bool {
    let loaded = pipeline::load("test.opt", text.as_bytes(), &Inputs::default());
    let loaded = loaded.unwrap_or_else(|reports| panic!("{text}\n{reports:?}"));
    pipeline::check(&loaded.problem).is_convex()
}

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
    let told = refusal(
        "let f(x) = minimize abs(x - y) over y\nvar x\nminimize x\nsubject to\n  x >= 0\nexpect f(x) == 0\n",
    );
    assert!(told.contains("does not use"), "{told}");
}
