//! No word without its test: what a path calls solved, infeasible or unbounded is tested on the
//! user's problem, and told as "stopped" where the test fails.

use crate::both_paths::{both_find, load, solve};
use bowl::compare::{Agreement, Judge, contradiction, improvement};
use bowl::matrix::Matrix;
use bowl::pipeline::{self, Answer, Paths};
use bowl::report::{Detail, outcome_json, outcome_text};
use bowl::solve::{Certificate, Settings, Status};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

const BOTH: Paths = Paths {
    conic: true,
    gradient: true,
};

/// The report, and the JSON, of both paths' answers.
fn told(text: &str) -> (String, serde_json::Value) {
    let loaded = load(text);
    let outcome = solve(&loaded);
    let told = outcome_text(&loaded, &outcome, Detail::default());
    (told, outcome_json(&loaded, &outcome))
}

/// What `bowl solve --quiet` prints, and its exit code.
fn quiet(text: &str) -> (String, i32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bowl"))
        .args(["solve", "--quiet", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("bowl starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(text.as_bytes()).expect("is read");
    drop(stdin);
    let output = child.wait_with_output().expect("bowl ends");
    let word = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (word, output.status.code().expect("no signal"))
}

#[test]
fn what_fails_its_test_is_called_stopped_everywhere() {
    for text in [
        // Feasible, although no cone program of doubles says so.
        "var x\nminimize exp(exp(exp(x)))\nsubject to\n  x >= 5\n",
        "var x\nminimize exp(exp(exp(exp(x)))) - x\nsubject to\n  x >= 2\n",
        "var x[2] >= -2\nminimize sum(exp(exp(exp(exp(exp(x))))))\nsubject to\n  sum(x) >= 1\n",
        // Bounded, far out.
        "var x >= -1e308\nminimize x\n",
        "var x >= -1e308, <= 1e308\nmaximize x\n",
        "var x[3] >= -1e300\nminimize sum(x)\n",
        // Solved by the solver's test, a third too large by ours.
        "var x >= -2\nminimize exp(exp(exp(exp(exp(x)))))\n",
    ] {
        let (report, json) = told(text);
        for claim in ["infeasible", "unbounded", "agree"] {
            assert!(!report.contains(claim), "{text}{report}");
        }
        for path in ["conic", "gradient"] {
            assert_eq!(json[path]["status"], "stopped", "{text}{report}");
            assert!(json[path]["reason"].is_string(), "{text}{json}");
            assert!(json[path]["proof"].is_null(), "{text}{json}");
        }
        assert_eq!(quiet(text), ("stopped".to_owned(), 7), "{text}");
    }
}

#[test]
fn every_kind_of_contradiction_is_proved() {
    for text in [
        "var x[2]\nfind x\nsubject to\n  norm2(x) <= 1\n  sum(x) >= 2\n",
        "var x[2]\nfind x\nsubject to\n  norm1(x) <= 1\n  x[1] + x[2] >= 3\n",
        "var x[5]\nfind x\nsubject to\n  norm1(x - 1) <= 1\n  norm1(x + 1) <= 2\n",
        "var x[3]\nfind x\nsubject to\n  max(x) <= -1\n  x[2] >= 0\n",
        "var x\nfind x\nsubject to\n  abs(x - 1) <= 0.2\n  abs(x + 1) <= 0.2\n",
        "var x[4]\nfind x\nsubject to\n  norm_inf(x) <= 1\n  sum(x) >= 5\n",
        "var x\nfind x\nsubject to\n  exp(x) <= -1\n",
        "var x\nvar y\nfind x, y\nsubject to\n  exp(x) + exp(y) <= 1\n  x + y >= 0\n",
        "var x[2] >= 0\nfind x\nsubject to\n  geo_mean(x) >= 2\n  sum(x) <= 3\n",
        "var X[3, 3] symmetric\nfind X\nsubject to\n  lambda_max(X) <= 0\n  trace(X) >= 1\n",
        "var x[3]\nfind x\nsubject to\n  sum_squares(x) <= 1\n  x[1] + x[2] + x[3] >= 2\n",
        "var x[6]\nfind x\nsubject to\n  sum(huber(x, 1)) <= 1\n  sum(x) >= 8\n",
        "var x[3]\nfind x\nsubject to\n  sum_largest(x, 2) <= 1\n  sum(x) >= 2\n",
    ] {
        let (report, json) = told(text);
        assert_eq!(json["conic"]["status"], "infeasible", "{text}{report}");
        let proof = json["conic"]["proof"].as_str().unwrap_or_default();
        assert!(proof.contains("adds up to 0 >= "), "{text}{report}");
        assert_ne!(json["gradient"]["status"], "solved", "{text}{report}");
    }
}

#[test]
fn a_bound_far_out_stops_a_direction() {
    for (text, proves) in [
        ("var x\nminimize x\nsubject to\n  x >= -1e3\n", false),
        ("var x\nminimize x\nsubject to\n  x >= -1e308\n", false),
        ("var x\nminimize x\nsubject to\n  -x <= 1e25\n", false),
        ("var x\nminimize x\nsubject to\n  x <= 1e308\n", false),
        ("var x\nminimize x\nsubject to\n  x <= 1e10\n", true),
        (
            "param l[2] = [-inf; 0]\nvar x\nvar y\nminimize x + y^2\nsubject to\n  [x; y] >= l\n",
            true,
        ),
    ] {
        let loaded = load(text);
        let direction = loaded.problem.variables.iter().enumerate();
        let certificate = Certificate {
            direction: direction
                .map(|(k, _)| Arc::new(Matrix::scalar(if k == 0 { -1.0 } else { 0.0 })))
                .collect(),
            ..Certificate::default()
        };
        let judge = Judge::new(&loaded.problem);
        let found = improvement(&loaded.problem, &judge, &certificate);
        assert_eq!(found.is_some(), proves, "{text}");
    }
}

#[test]
fn far_starts_lead_to_the_optimum() {
    for start in [30.0, 100.0, 300.0] {
        assert_agreement(&format!("var x start {start}\nminimize exp(x) - x\n"));
    }
    // The start between the constraints is 2^100 high.
    assert_agreement("var x\nvar y\nminimize x^100 + (y - 2)^2\nsubject to\n  x + y == 4\n");
    assert_agreement("var x[2] start [1000; 1]\nminimize x[1]^4 + x[2]^2 - x[1]\n");
}

fn assert_agreement(text: &str) {
    let loaded = load(text);
    let outcome = solve(&loaded);
    let agree = matches!(outcome.agreement, Agreement::Agree { .. });
    assert!(agree, "{text}\n{:?}", outcome.agreement);
}

#[test]
fn small_coefficients_do_not_prove_a_contradiction() {
    for text in [
        "var x[2]\nminimize norm2(x)\nsubject to\n  x[1] == 1e-6*x[2]\n  x[1] >= 100\n",
        "var x[0..12]\nminimize norm1(x)\nsubject to\n  x[0] == 1\n  d[t]: x[t+1] == 10*x[t] for t in 0..11\n",
        "var x[0..40]\nvar u[0..39]\nminimize sum_squares(x)\nsubject to\n  x[0] == 10\n  d[t]: x[t+1] == 2*x[t] + u[t] for t in 0..39\n  -0.5 <= u <= 0.5\n",
        "var x[2]\nfind x\nsubject to\n  x[1] + 1e-7*x[2] >= 1\n  x[1] + 2e-7*x[2] <= -1\n",
        "var x[3]\nminimize -x[1]\nsubject to\n  x[1] <= 1e5*x[2]\n  x[2] <= 1e5*x[3]\n  x[3] <= 1\n",
    ] {
        let loaded = load(text);
        let word = solve(&loaded).word();
        assert!(matches!(word, "solved" | "no answer"), "{word}\n{text}");
    }
}

/// Objectives whose value at infinity is the trap: what is neither "unbounded" nor the optimum.
const WITHOUT_AN_OPTIMUM: &[&str] = &[
    "var x\nminimize x^(-0.1)\n",
    "var x >= 0\nminimize inv_pos(x)\n",
    "var x\nminimize norm2([x; 1000]) - x\n",
    "var x\nminimize norm2([1e-6*x; 1]) - 1e-6*x\n",
];

#[test]
fn an_infimum_that_no_point_attains_is_no_answer() {
    for text in WITHOUT_AN_OPTIMUM {
        let loaded = load(text);
        let outcome = solve(&loaded);
        assert_eq!(outcome.word(), "no answer", "{text}");
        assert!(
            matches!(outcome.agreement, Agreement::NoAnswer { .. }),
            "{text}"
        );
    }
}

#[test]
fn an_optimum_far_out_is_found_or_not_claimed() {
    for (text, optimum) in [
        ("var x\nmaximize min(sqrt(x), 1e5)\n", 1e5),
        ("var x\nmaximize min(1e-7*x, 100)\n", 100.0),
        ("var x\nmaximize log(x) - 1e-6*x\n", 6.0 * 10f64.ln() - 1.0),
        ("var x >= 0\nminimize -sqrt(x) + 1e-5*x\n", -25000.0),
        (
            "var x\nminimize -log(x) + 1e-12*x\n",
            1.0 - 12.0 * 10f64.ln(),
        ),
    ] {
        let loaded = load(text);
        let outcome = solve(&loaded);
        for answer in [&outcome.conic, &outcome.gradient].into_iter().flatten() {
            let objective = answer.judgement.as_ref().and_then(|j| j.objective);
            match (&answer.solution.status, objective) {
                (Status::Solved, Some(found)) => {
                    let error = (found - optimum).abs() / optimum.abs().max(1.0);
                    assert!(error <= 1e-4, "{found} instead of {optimum}\n{text}");
                }
                (Status::Stopped(_), _) => {}
                (status, _) => panic!("{status:?}\n{text}"),
            }
        }
    }
}

#[test]
fn objectives_that_fall_slowly_without_end_are_unbounded() {
    for text in ["var x\nmaximize log(x)\n", "var x\nminimize -sqrt(x)\n"] {
        assert_eq!(solve(&load(text)).word(), "unbounded", "{text}");
    }
}

/// The conic answer, and the report with it.
fn conic(text: &str) -> (Answer, String) {
    let loaded = load(text);
    let check = pipeline::check(&loaded.problem);
    let paths = Paths {
        gradient: false,
        ..BOTH
    };
    let outcome = pipeline::solve(&loaded.problem, check, paths, &Settings::default());
    let report = outcome_text(&loaded, &outcome, Detail::default());
    assert!(
        matches!(outcome.agreement, Agreement::OneAnswer { .. }),
        "{text}{report}"
    );
    (outcome.conic.expect("was asked for"), report)
}

fn objective(answer: &Answer) -> f64 {
    let judgement = answer.judgement.as_ref().expect("a point");
    judgement.objective.expect("a value")
}

#[test]
fn a_run_that_falls_short_is_repeated_and_the_report_says_so() {
    // A*x falls without end; the other value is that of the gradient path.
    let fall = "param A[m,n] = randn(40, 20, seed = 521)\nvar x[n]\n\
                minimize max(exp(A*x) - 1) + sum(pos(A*x - 0.5))\nsubject to\n  sum(x) == 1\n";
    let tail = "param A[m,n] = randn(150, 100, seed = 780)\nvar w[n] >= 0\n\
                minimize cvar(A*w, 0.8)\nsubject to\n  sum(w) == 1\n";
    for (text, value, variation) in [
        (fall, -1.0, "more regularisation"),
        (tail, 0.0308443704, "another factorisation"),
    ] {
        let (answer, report) = conic(text);
        assert_eq!(answer.solution.status, Status::Solved, "{text}{report}");
        assert!(
            (objective(&answer) - value).abs() <= 1e-6 * value.max(1.0),
            "{report}"
        );
        let sentence = format!(
            "conic: Clarabel stopped short of the accuracy asked for; the answer comes from a \
             further run with {variation}"
        );
        assert!(report.contains(&sentence), "{report}");
    }
}

/// The answers of both paths to the text.
fn both(text: &str) -> Vec<Answer> {
    let loaded = load(text);
    let outcome = solve(&loaded);
    outcome.conic.into_iter().chain(outcome.gradient).collect()
}

#[test]
fn the_direction_of_an_unbounded_problem_can_be_checked() {
    let text =
        "var x\nvar y >= 0\nminimize y - 2*x\nsubject to\n  a: x - y <= 3\n  b: x + 5 >= 0.5*y\n";
    let answers = both(text);
    assert_eq!(answers.len(), 2);
    for answer in answers {
        let direction = &answer.evidence.direction;
        let [x, y] = [0, 1].map(|k| direction[k].get(0, 0));
        assert!((x.abs().max(y.abs()) - 1.0).abs() < 1e-9, "{x} {y}");
        let rounding = 1e-5;
        assert!(y >= -rounding && x - y <= rounding && x >= 0.5 * y - rounding);
        assert!(y - 2.0 * x < -0.1, "{x} {y}");
    }
}

#[test]
fn the_multipliers_of_an_infeasible_problem_can_be_checked() {
    // 0 >= λ'(A*x - b) + μ*(1.5 - x[2]) needs A'*λ = (0, μ).
    let text = "var x[2]\nparam A[3, 2] = [1, 2; 3, 4; -1, 0]\nfind x\nsubject to\n  c: A*x <= [1; 2; -3]\n  d: x[2] >= 1.5\n";
    let answers = both(text);
    assert_eq!(answers.len(), 2);
    for answer in answers {
        let of = |name: &str| {
            let mut named = answer.evidence.multipliers.iter();
            named.find(|(n, _)| n == name).map(|(_, m)| m.clone())
        };
        let c = of("c").expect("a multiplier for each row");
        let d = of("d").map_or(0.0, |d| d.get(0, 0));
        let [p, q, r] = [0, 1, 2].map(|k| c.get(k, 0));
        assert!(p.min(q).min(r).min(d) >= 0.0);
        assert!((p + 3.0 * q - r).abs() < 1e-5, "{p} {q} {r}");
        assert!((2.0 * p + 4.0 * q - d).abs() < 1e-5, "{p} {q} {d}");
        assert!(1.5 * d - p - 2.0 * q + 3.0 * r > 0.1);
    }
}

#[test]
fn values_beyond_all_numbers_are_read_off_the_proved_form() {
    let ln2 = 2f64.ln();
    let cases = [
        (
            "var x\nminimize log(exp(x) + exp(2000 - x))\n",
            1000.0 + ln2,
        ),
        ("var x >= 800\nminimize log(1 + exp(x)) + x/2\n", 1200.0),
        (
            "var x[2]\nminimize x[1]\nsubject to\n  x[2] == 900\n  log(sum(exp(x))) <= x[1] + ln2\n",
            900.0,
        ),
        ("var x >= -800\nmaximize -log(exp(x) + exp(2*x))/100\n", 8.0),
    ];
    for (text, expected) in cases {
        let text = text.replace("ln2", &ln2.to_string());
        both_find(&text, expected, 1e-6);
    }
}

#[test]
fn points_far_out_are_not_proved_away() {
    // c + 1.5 h/|h| is feasible, 1e7 from the origin, where |x - c|₂ - h'(x - c)/|h| is as large as |c|.
    let text = "param c[40] = 2e6*randn(40, 1, seed = 1)\nparam h[40] = randn(40, 1, seed = 31)\nvar x[40]\n\
                minimize norm1(x)\nsubject to\n  norm2(x - c) <= 1.5\n  h'*(x - c)/norm2(h) >= 1.49999\n";
    let loaded = load(text);
    let outcome = solve(&loaded);
    for answer in [&outcome.conic, &outcome.gradient].into_iter().flatten() {
        let status = &answer.solution.status;
        assert!(
            !matches!(status, Status::Infeasible(_)),
            "{}",
            status.word()
        );
    }
}

/// |x - c| - h'(x - c)/|h| falls towards 0 far out only: what the search for its least value finds is refuted
/// by a point nearer by.
#[test]
fn combinations_that_fall_far_out_prove_nothing() {
    for seed in 1..=8 {
        for size in ["1e3", "2e6", "1e8"] {
            let text = format!(
                "param c[40] = {size}*randn(40, 1, seed = {seed})\nparam h[40] = randn(40, 1, seed = 31)\n\
                 var x[40]\nminimize norm1(x)\nsubject to\n  norm2(x - c) <= 1.5\n  \
                 h'*(x - c)/norm2(h) >= 1.49999\n"
            );
            let loaded = load(&text);
            for error in [0.0, 1e-9, 1e-8, 1e-7, 1e-6] {
                let multipliers = [1.0, 1.0 - error].map(|m| Arc::new(Matrix::scalar(m)));
                let certificate = Certificate {
                    multipliers: multipliers.to_vec(),
                    direction: Vec::new(),
                };
                let found = contradiction(&loaded.problem, &certificate, &[]);
                assert_eq!(found, None, "{error} {text}");
            }
        }
    }
}

/// At 0 they are -infinity, which is not rounding.
#[test]
fn infinite_slopes_at_the_edge_of_a_domain_prove_nothing() {
    for constraint in [
        "kl_div(x, 1) <= 0.5",
        "rel_entr(x, 2) <= -0.3",
        "-sqrt(x) <= -0.5",
    ] {
        let loaded = load(&format!("var x\nfind x\nsubject to\n  {constraint}\n"));
        let certificate = Certificate {
            multipliers: vec![Arc::new(Matrix::scalar(1.0))],
            direction: Vec::new(),
        };
        let found = contradiction(&loaded.problem, &certificate, &[]);
        assert_eq!(found, None, "{constraint}");
    }
}

#[test]
fn two_runs_that_end_at_the_start_do_not_agree() {
    let loaded = load("var x[3]\nminimize sum(exp(500*x)) - 3e120*sum(x)\n");
    let outcome = solve(&loaded);
    assert!(
        matches!(outcome.agreement, Agreement::NoAnswer { .. }),
        "{:?}",
        outcome.agreement
    );
}

#[test]
fn contradictions_within_the_accuracy_are_told_as_such() {
    let loaded = load("var x\nminimize x\nsubject to\n  x >= 1\n  x <= 1 - 1e-6\n");
    let Agreement::Disagree { reason } = solve(&loaded).agreement else {
        panic!("one path has a proof, the other a point");
    };
    assert!(reason.contains("misses them by 5.0e-7 only"), "{reason}");
}

/// The gradient path's direction, read off a point with a little violation, proves nothing; the ray to
/// the conic path's point does.
#[test]
fn slow_falls_beside_bounded_variables_are_proved() {
    for objective in ["-3*geo_mean(x + 0.1)", "-sum(sqrt(x + 0.01))"] {
        let text = format!(
            "var x[12] >= 0\nminimize {objective}\nsubject to\n  lambda_max(diag(x[1..3]) + x[4]*ones(3, 3)) <= 1.5\n"
        );
        let loaded = load(&text);
        let outcome = solve(&loaded);
        assert_eq!(outcome.agreement, Agreement::BothUnbounded, "{text}");
    }
}

/// Lyapunov functions of stiff stable systems: trace(P) is at least 0, though along P = -diag(1, 1e-4) the inequality
/// is violated by 2e-3 only, beside entries of 1e4.
#[test]
fn directions_that_violate_a_matrix_inequality_a_little_prove_nothing() {
    for system in [
        "[0, 1; -1e4, -10]",
        "[0, 1; -1e5, -10]",
        "[-1, 1e4; 0, -100]",
    ] {
        let text = format!(
            "param A[2, 2] = {system}\nvar P[2, 2] symmetric\nminimize trace(P)\nsubject to\n  A'*P + P*A << -eye(2)\n"
        );
        for answer in both(&text) {
            let status = &answer.solution.status;
            assert!(!matches!(status, Status::Unbounded(_)), "{text}{status:?}");
        }
    }
    // And what has no bound is still seen.
    let text =
        "var P[2, 2] symmetric\nmaximize trace(P)\nsubject to\n  P >> eye(2)\n  P[1, 2] <= 1\n";
    for answer in both(text) {
        let status = &answer.solution.status;
        assert!(matches!(status, Status::Unbounded(_)), "{text}{status:?}");
    }
}

/// sin(pi) is 1.2e-16.
#[test]
fn rounding_of_the_data_is_no_contradiction() {
    for n in [8, 10, 13] {
        let text = format!(
            "param n = {n}\nparam t[n] = linspace(0, 1, n)\nvar Z[n, n]\n\
             minimize sum(huber(diff(Z), M = 0.1)) + sum(huber(diff(Z, each = row), M = 0.1))\nsubject to\n  \
             Z[1, :]' == sin(pi*t)\n  Z[n, :]' == sin(pi*t)\n  Z[:, 1] == 0\n  Z[:, n] == 0\n"
        );
        assert_agreement(&text);
    }
}

/// Readings that are 3e-10 too far apart, in metres: a violation of 2e-10 is small beside one, but not beside them.
#[test]
fn small_numbers_are_missed_by_small_violations() {
    let text = |reading: f64| {
        format!(
            "param r[3] = [1.21e-9; 3e-9; {reading:e}]\nvar s\nfind s\nsubject to\n  agree: abs(r - s) <= 2.5e-9\n"
        )
    };
    let (report, _) = told(&text(6.51e-9));
    assert!(report.contains("violates `agree` by 1."), "{report}");
    assert!(
        report.contains("much beside its numbers, none above 6.5e-9"),
        "{report}"
    );
    let (report, json) = told(&text(6.1e-9));
    assert_eq!(json["agreement"]["verdict"], "agree", "{report}");
    // A zero written as 1e-9, of unknowns near one.
    let (report, json) = told(
        "param spots[n] = [1; 2; 3; 4; 5; 6]\nvar p[n] >= 0\nmaximize sum(entr(p))\nsubject to\n  sum(p) == 1\n  \
         spots'*p >= 5.5\n  p[1..4] <= 1e-9\n",
    );
    assert_eq!(json["gradient"]["status"], "solved", "{report}");
}
