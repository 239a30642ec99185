//! Problems that are not proved convex: known local minima and multipliers, first-order conditions
//! recomputed by differences, and the words that are used of them.

use crate::both_paths::{load, solve};
use bowl::compare::Judge;
use bowl::elaborate::Inputs;
use bowl::matrix::Matrix;
use bowl::pipeline::{self, Answer, Loaded, Paths};
use bowl::problem::{Goal, Relation};
use bowl::solve::{Settings, Status};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

const BOTH: Paths = Paths {
    conic: true,
    gradient: true,
};

fn loaded(text: &str) -> Loaded {
    match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
        Ok(loaded) => loaded,
        Err(reports) => panic!("{text}\n{reports:?}"),
    }
}

fn answer(loaded: &Loaded, settings: &Settings) -> Answer {
    let check = pipeline::check(&loaded.problem);
    assert!(!check.is_convex(), "{}", loaded.text);
    let outcome = pipeline::solve(&loaded.problem, check, BOTH, settings);
    outcome.gradient.expect("a gradient answer")
}

fn bowl(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bowl"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bowl starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("bowl reads");
    drop(stdin);
    child.wait_with_output().expect("bowl ends")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A local minimum of this value.
fn minimum(text: &str, value: f64) -> Answer {
    let loaded = loaded(text);
    let answer = answer(&loaded, &Settings::default());
    let status = &answer.solution.status;
    assert_eq!(*status, Status::Local, "{text}\n{:?}", answer.solution);
    let judgement = answer.judgement.as_ref().expect("a point");
    let found = judgement.objective.expect("an objective");
    let near = (found - value).abs() <= 1e-6 * value.abs().max(1.0);
    assert!(near && judgement.violation <= 1e-6, "{found}\n{text}");
    answer
}

#[test]
fn kinks_on_either_side_are_minimised() {
    minimum(
        "var x start 2\nminimize abs(sin(x)) + 0.1*(x - 3)^2\n",
        0.00200484799,
    );
    minimum("var x start 0.3\nminimize -abs(x) + x^2\n", -0.25);
    minimum(
        "var x start 3\nminimize min((x - 1)^2, (x + 2)^2 + 1)\n",
        0.0,
    );
    minimum(
        "var x[2] start [2; 1]\nminimize max(x[1]*x[2], 1 - x[1], 2 - x[2] - x[1]^3)\n",
        minimax(),
    );
    minimum(
        "var x[2]\nminimize -norm1(x)\nsubject to\n  x <= 1\n  x >= -0.5\n",
        -2.0,
    );
    minimum(
        "var x[2] start [1; 0.5]\nminimize sum_squares(x)\nsubject to\n  norm1(x) >= 1\n",
        0.5,
    );
    minimum(
        "var x[2] start [1; 0.2]\nminimize x[1] + 2*x[2]\nsubject to\n  norm2(x) == 1\n",
        -(5f64.sqrt()),
    );
    minimum(
        "var x[2] start [1; 1]\nminimize pos(1 - x[1]*x[2]) + 0.1*sum_squares(x)\n",
        0.2,
    );
}

/// Of max(x*y, 1 - x, 2 - y - x^3) on a fine grid, refined.
fn minimax() -> f64 {
    let f = |x: f64, y: f64| (x * y).max(1.0 - x).max(2.0 - y - x.powi(3));
    let (mut x, mut y, mut step) = (2.0, 1.0, 0.5);
    let mut best = f(x, y);
    while step > 1e-11 {
        let mut moved = false;
        for k in 0..64 {
            let angle = std::f64::consts::TAU * f64::from(k) / 64.0;
            let (a, b) = (x + step * angle.cos(), y + step * angle.sin());
            if f(a, b) < best {
                (x, y, best, moved) = (a, b, f(a, b), true);
            }
        }
        if !moved {
            step *= 0.7;
        }
    }
    best
}

#[test]
fn saddle_points_and_flat_points_are_left_behind() {
    minimum(
        "var x[2] start [0.7071067811865476; 0.7071067811865476]\nminimize x[1] + x[2]\nsubject to\n  x[1]^2 + x[2]^2 == 1\n",
        -(2f64.sqrt()),
    );
    minimum("var x[2]\nminimize x[1]^2 - x[2]^2 + x[2]^4\n", -0.25);
    minimum(
        "var x[2]\nminimize x[1]^2 - x[2]^2\nsubject to\n  -1 <= x\n  x <= 2\n  x[1] + x[2] <= 10\n",
        -4.0,
    );
    // At 0 first and second derivatives vanish, and it is no minimum.
    // The minima are the two ends.
    let flat = loaded("var x >= -1, <= 5\nminimize x^2*sin(x)\n");
    let found = answer(&flat, &Settings::default());
    let value = found.judgement.and_then(|j| j.objective).expect("a value");
    let ends = [-(1f64.sin()), 25.0 * 5f64.sin()];
    let at_end = ends.iter().any(|end| (value - end).abs() < 1e-6);
    assert!(found.solution.status == Status::Local && at_end, "{value}");
    // A descent that ends next to a point of inflection has a positive second derivative there.
    let loaded = loaded("var x start 1\nminimize x^3\n");
    let answer = answer(&loaded, &Settings::default());
    let unbounded = matches!(answer.solution.status, Status::Unbounded(_));
    assert!(unbounded, "{:?}", answer.solution);
    // Too many unknowns for the Hessian, and the start is a maximum.
    minimum(
        "var x[400]\nminimize sum(x .^ 4) - sum_squares(x)\n",
        -100.0,
    );
}

#[test]
fn multipliers_are_those_known() {
    let text = "var X[2, 2] symmetric\nminimize X[1, 2]\nsubject to\n  cone: X >> 0\n  unit: X[1, 1]*X[2, 2] == 1\n  fixed: X[1, 1] == 1\n";
    let answer = minimum(text, -1.0);
    let duals = answer.solution.duals.expect("multipliers");
    let near = |k: usize, wanted: &[f64]| {
        let found = duals[k].entries();
        let all = found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(all, "{found:?} {wanted:?}");
    };
    near(0, &[0.5, 0.5, 0.5, 0.5]);
    near(1, &[0.5]);
    near(2, &[0.0]);
    let text =
        "var x[2] start [2; 2]\nmaximize x[1]*x[2]\nsubject to\n  line: x[1] + 3*x[2] <= 6\n";
    let answer = minimum(text, 3.0);
    let duals = answer.solution.duals.expect("multipliers");
    assert!((duals[0].get(0, 0) - 1.0).abs() < 1e-5);
}

/// No sentence on a problem without a proof of convexity claims more than a local answer.
#[test]
fn no_local_answer_is_called_optimal_or_solved() {
    let mut texts: Vec<String> = ["problems/nonconvex", "problems/lecture"]
        .iter()
        .flat_map(|folder| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            let files = std::fs::read_dir(folder).expect("a folder").flatten();
            files.map(|f| f.path()).collect::<Vec<PathBuf>>()
        })
        .map(|path| std::fs::read_to_string(path).expect("text"))
        .collect();
    texts.push(GAP.to_owned());
    texts.push("var x >= 1\nminimize -x^2\n".to_owned());
    texts.push("var x start 1\nminimize x*log(x)*sin(x)\n".to_owned());
    let mut seen = 0;
    for text in &texts {
        let loaded = loaded(text);
        if pipeline::check(&loaded.problem).is_convex() {
            continue;
        }
        for starts in ["1", "5"] {
            let output = bowl(
                &["solve", "--starts", starts, "--format", "json", "-"],
                text,
            );
            let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            let status = json["gradient"]["status"].as_str().expect("a status");
            let allowed = [
                "local minimum",
                "local maximum",
                "stopped",
                "unbounded",
                "infeasible",
            ];
            assert!(allowed.contains(&status), "{status}\n{text}");
            let printed = stdout(&bowl(&["solve", "--starts", starts, "-"], text));
            for word in ["optimal", "optimum", "solved", "global"] {
                assert!(!printed.to_lowercase().contains(word), "{word}\n{printed}");
            }
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

const GAP: &str = "var x[2] start [1; 1]\nminimize x[1]\nsubject to\n  ring: x[1]^2 + x[2]^2 == 1\n  above: sin(x[1]) + x[2] >= 3\n";

#[test]
fn a_failed_search_is_no_proof() {
    let output = bowl(&["solve", "-"], GAP);
    let printed = stdout(&output);
    assert_eq!(output.status.code(), Some(7), "{printed}");
    assert!(printed.contains("no point that satisfies the constraints was found from 14 starts"));
    assert!(!printed.contains("infeasible"), "{printed}");
    let output = bowl(&["solve", "--starts", "4", "-"], GAP);
    assert_eq!(output.status.code(), Some(7));
    assert!(stdout(&output).contains("none of 4 starts led to a point"));
}

#[test]
fn contradictory_convex_constraints_are_a_proof() {
    // The second one is proved convex by a rewrite.
    for left in ["x[1] <= -1", "sqrt(x[1]^2 + x[2]^2) <= 1"] {
        let text = format!(
            "var x[2]\nminimize x[1]*x[2]\nsubject to\n  wave: sin(x[1]) == x[2]\n  left: {left}\n  right: x[1] >= 2\n"
        );
        let output = bowl(&["solve", "-"], &text);
        let printed = stdout(&output);
        assert_eq!(output.status.code(), Some(5), "{printed}");
        assert!(
            printed.contains("`left`, `right` cannot hold together"),
            "{printed}"
        );
    }
}

#[test]
fn random_starts_list_feasible_places() {
    let text = "var x >= -2, <= 3\nminimize (x^2 - 1)^2 + 0.3*x\nsubject to\n  away: x^2 >= 0.25\n";
    let arguments = ["solve", "--starts", "20", "--format", "json", "-"];
    let json: Value = serde_json::from_slice(&bowl(&arguments, text).stdout).expect("JSON");
    let places = json["gradient"]["places"].as_array().expect("places");
    assert_eq!(places.len(), 2, "{places:?}");
    let number = |place: &Value, key: &str| place[key].as_f64().expect("a number");
    for (place, at) in places.iter().zip([-1.0356, 0.9603]) {
        let x = place["x"][0].as_f64().expect("a number");
        assert!((x - at).abs() < 1e-3);
        assert!(number(place, "violation") <= 1e-6 && number(place, "gradient_norm") < 1e-6);
        let kind = place["kind"].as_str().expect("a kind");
        assert!(kind.starts_with("a local minimum"), "{kind}");
    }
    let reached: f64 = places.iter().map(|p| number(p, "reached")).sum();
    assert_eq!(reached, 20.0);
    let again = bowl(&arguments, text);
    let again: Value = serde_json::from_slice(&again.stdout).expect("JSON");
    assert_eq!(json["gradient"]["places"], again["gradient"]["places"]);
}

#[test]
fn an_endless_fall_gives_its_direction() {
    for text in [
        "var x[2] start [3; 5]\nminimize sin(x[1]) - x[2]\n",
        "var x[2] start [3; 5]\nminimize exp(x[1]) - x[2]\n",
        "var x >= 1 start 4\nminimize -x^2\n",
    ] {
        let output = bowl(&["solve", "--path", "gradient", "-"], text);
        let printed = stdout(&output);
        assert_eq!(output.status.code(), Some(6), "{text}\n{printed}");
        assert!(printed.contains("the objective improves by"), "{printed}");
    }
}

#[test]
fn descend_names_the_constraints_that_it_cannot_heed() {
    let output = bowl(&["descend", "-"], "var x >= 1\nminimize x^2\n");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3));
    assert!(
        message.contains("`x >=`") && message.contains("bowl solve"),
        "{message}"
    );
}

/// The same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    /// Between -1 and 1, to two places.
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        let share = (self.0 >> 33) as f64 / (1u64 << 31) as f64;
        ((2.0 * share - 1.0) * 100.0).round() / 100.0
    }

    fn list(&mut self, count: usize) -> String {
        let numbers: Vec<String> = (0..count).map(|_| format!("{}", self.next())).collect();
        format!("[{}]", numbers.join(", "))
    }

    fn problem(&mut self) -> String {
        let n = 2 + (self.next().abs() * 3.0) as usize;
        let square = |numbers: &mut Self| {
            let rows: Vec<String> = (0..n)
                .map(|_| numbers.list(n).trim_matches(['[', ']']).to_owned())
                .collect();
            format!("[{}]", rows.join("; "))
        };
        let mut text = format!("var x[{n}] start {}\n", self.list(n));
        let (q, p) = (square(self), square(self));
        let (c, d) = (self.list(n), self.list(n));
        let kink = match (self.next() * 3.0) as i32 {
            0 => " + 0.5*norm1(x - 0.2)".to_owned(),
            1 => " + abs(x[1]*x[2] - 0.3)".to_owned(),
            _ => String::new(),
        };
        text.push_str(&format!(
            "minimize x'*{q}*x + {c}'*x + 0.3*sum(x .^ 4) + sin(x[1]){kink}\nsubject to\n"
        ));
        match (self.next() * 3.0) as i32 {
            0 => text.push_str("  ball: sum_squares(x) == 2\n"),
            1 => text.push_str("  shell: sum_squares(x) >= 1\n  x <= 1.5\n"),
            _ => text.push_str("  product: x[1]*x[2] >= 0.25\n  x >= -2\n"),
        }
        text.push_str(&format!("  curved: x'*{p}*x + {d}'*x <= 3\n"));
        text
    }
}

/// |∇L| by central differences, its size without the multipliers, and the worst |λ*(left - right)|.
fn conditions(loaded: &Loaded, answer: &Answer) -> (f64, f64, f64) {
    let problem = &loaded.problem;
    let judge = Judge::new(problem);
    let sides: Vec<_> = problem.roots();
    let duals = answer.solution.duals.as_ref().expect("multipliers");
    let at = |x: &[f64]| {
        let point = Arc::new(Matrix::vector(x.to_vec()));
        let values = judge.values(&sides, &[point]);
        let sign = if problem.objective.goal == Goal::Maximize {
            -1.0
        } else {
            1.0
        };
        let objective = sign * values[0].as_scalar().expect("a number");
        let mut products = Vec::new();
        for (k, dual) in duals.iter().enumerate() {
            let (left, right) = (values[2 * k + 1].entries(), values[2 * k + 2].entries());
            let entry = |side: &[f64], e: usize| side[if side.len() == 1 { 0 } else { e }];
            let dual = dual.entries();
            for e in 0..dual.len() {
                products.push(dual[e] * (entry(&left, e) - entry(&right, e)));
            }
        }
        (objective, products)
    };
    let x = answer.solution.variables[0].entries().into_owned();
    let (mut squares, mut plain) = (0.0, 0.0);
    for k in 0..x.len() {
        let (mut up, mut down) = (x.clone(), x.clone());
        up[k] += 1e-5;
        down[k] -= 1e-5;
        let (above, below) = (at(&up), at(&down));
        let objective = (above.0 - below.0) / 2e-5;
        let rows = above.1.iter().sum::<f64>() - below.1.iter().sum::<f64>();
        squares += (objective + rows / 2e-5).powi(2);
        plain += objective.powi(2);
    }
    let slack = at(&x).1.iter().fold(0.0, |m: f64, p| m.max(p.abs()));
    (squares.sqrt(), plain.sqrt(), slack)
}

#[test]
fn first_order_conditions_hold_by_differences() {
    let mut numbers = Numbers(7);
    let (mut local, mut smooth) = (0, 0);
    const COUNT: usize = 120;
    for _ in 0..COUNT {
        let text = numbers.problem();
        let loaded = loaded(&text);
        if pipeline::check(&loaded.problem).is_convex() {
            continue;
        }
        let answer = answer(&loaded, &Settings::default());
        if answer.solution.status != Status::Local {
            continue;
        }
        local += 1;
        let violation = answer.judgement.as_ref().expect("a point").violation;
        assert!(violation <= 1e-6, "{violation}\n{text}");
        let duals = answer.solution.duals.as_ref().expect("multipliers");
        for (constraint, dual) in loaded.problem.constraints.iter().zip(duals) {
            let signed = constraint.relation == Relation::LessEqual;
            assert!(
                !signed || dual.entries().iter().all(|&l| l >= -1e-7),
                "{text}"
            );
        }
        if text.contains("norm1") || text.contains("abs") {
            lower_nowhere_near(&loaded, &answer);
            continue;
        }
        smooth += 1;
        let (slope, plain, slack) = conditions(&loaded, &answer);
        assert!(slope <= 1e-5 * plain.max(1.0), "{slope}\n{text}");
        assert!(slack <= 1e-5, "{slack}\n{text}");
    }
    assert!(
        local >= COUNT * 9 / 10 && smooth >= COUNT / 4,
        "{local} {smooth}"
    );
}

/// No feasible point close by is lower by more than second-order terms of the violation.
fn lower_nowhere_near(loaded: &Loaded, answer: &Answer) {
    let judge = Judge::new(&loaded.problem);
    let x = answer.solution.variables[0].entries().into_owned();
    let here = judge
        .point(&answer.solution.variables)
        .objective
        .expect("a value");
    let mut numbers = Numbers(3);
    for _ in 0..400 {
        let moved: Vec<f64> = x.iter().map(|x| x + 1e-3 * numbers.next()).collect();
        let there = judge.point(&[Arc::new(Matrix::vector(moved))]);
        let feasible = there.violation <= 1e-9;
        let value = there.objective.expect("a value");
        assert!(
            !feasible || value >= here - 1e-6,
            "{value} below {here}\n{}",
            loaded.text
        );
    }
}

/// A square root has its least value where its domain ends.
#[test]
fn minima_at_the_edge_of_a_domain_are_found() {
    for (text, wanted) in [
        ("var x start 1\nminimize sqrt(x)\n", 0.0),
        ("var x\nminimize sqrt(x)\n", 0.0),
        ("var x start 5\nminimize sqrt(x - 2) + 3\n", 3.0),
        ("var x start 0.2\nmaximize -sqrt(1/3 - x)\n", 0.0),
        ("var x[3] start [1; 2; 0.5]\nminimize sum(sqrt(x))\n", 0.0),
        (
            "var x[2] start [1; 2]\nminimize sqrt(x[1]) + (x[2]^2 - 1)^2\n",
            0.0,
        ),
        (
            "var x[3]\nminimize sum(entr(x))\nsubject to\n  x in simplex(3)\n",
            0.0,
        ),
    ] {
        let loaded = loaded(text);
        let answer = answer(&loaded, &Settings::default());
        let told = format!("{text}: {:?}", answer.solution);
        assert_eq!(answer.solution.status, Status::Local, "{told}");
        let objective = answer.judgement.and_then(|j| j.objective).expect("a value");
        assert!((objective - wanted).abs() <= 1e-7, "{objective}, {told}");
        let notes = answer.solution.notes.join("\n");
        assert!(notes.contains("edge of the domain"), "{told}");
        assert!(!notes.contains("definite"), "{told}");
    }
}

/// Where the edge slopes the entries cannot be held one by one.
#[test]
fn nothing_is_claimed_along_a_sloping_edge() {
    let text = "var x[2] start [1; 1]\nminimize sqrt(x[1] + x[2]) + (x[1]^2 - 9)^2\n";
    let loaded = loaded(text);
    let answer = answer(&loaded, &Settings::default());
    let value = answer.judgement.and_then(|j| j.objective).expect("a value");
    let is_minimum = value <= 1e-6;
    assert!(
        is_minimum || matches!(answer.solution.status, Status::Stopped(_)),
        "{:?}",
        answer.solution
    );
}

/// x^4 is flat at its minimum: the small curvature of an iterate next to it is none of the point's.
#[test]
fn curvature_that_fades_makes_no_definite_hessian() {
    for (text, definite) in [
        ("var x start 1\nminimize x^4 - 0*x^3*sin(x)\n", false),
        ("var x start 2\nminimize x^4*cos(0.1*x)\n", false),
        (
            "var x[2] start [1; 1]\nminimize sin(x[1])^2 + x[2]^4\n",
            false,
        ),
        (
            "var x[2] start [1; 1]\nminimize sin(x[1])^2 + x[2]^4 + x[2]^2\n",
            true,
        ),
        ("var x start 1\nminimize 1e-6*sin(x)\n", true),
    ] {
        let loaded = loaded(text);
        let answer = answer(&loaded, &Settings::default());
        let notes = answer.solution.notes.join("\n");
        assert_eq!(
            notes.contains("is positive definite"),
            definite,
            "{text}: {notes}"
        );
        let output = String::from_utf8(bowl_descend(text)).expect("text");
        assert_eq!(
            output.contains("is positive definite"),
            definite,
            "{text}: {output}"
        );
    }
}

fn bowl_descend(text: &str) -> Vec<u8> {
    let iterations = ["descend", "-", "--method", "newton", "--iterations", "200"];
    bowl(&iterations, text).stdout
}

#[test]
fn slopes_that_have_underflowed_are_told() {
    for text in [
        "var x start 800\nminimize exp(-x)\n",
        "var x start -900\nmaximize -logistic(x)\n",
    ] {
        let output = bowl(&["descend", "-"], text).stdout;
        let told = String::from_utf8(output).expect("text");
        assert!(told.contains("smaller here than every number"), "{told}");
        assert!(!told.contains("global"), "{told}");
    }
    let level = "var x start -2\nminimize pos(x)^2\n";
    let output = bowl(&["descend", "-"], level).stdout;
    let told = String::from_utf8(output).expect("text");
    assert!(told.contains("so this is a global minimum"), "{told}");
}

#[test]
fn a_gradient_that_grows_is_not_said_to_come_down() {
    let loaded = load("var x\nminimize log(x)\n");
    let outcome = solve(&loaded);
    let status = outcome.gradient.map(|answer| answer.solution.status);
    let Some(Status::Stopped(reason)) = status else {
        panic!("{status:?}");
    };
    assert!(reason.contains("the gradient grew to"), "{reason}");
}

/// Just beside a kink the slope of one side says nothing of the other.
#[test]
fn places_beside_kinks_are_no_minima_where_the_other_side_falls() {
    type Function = fn(f64) -> f64;
    let cases: [(&str, Function); 5] = [
        ("-abs(x) + 0.1*x^2 + max(0, -x)", |x| {
            -x.abs() + 0.1 * x * x + (-x).max(0.0)
        }),
        ("0.1*x^2 - max(0, x)", |x| 0.1 * x * x - x.max(0.0)),
        ("x^2 - 2*abs(x - 0.5) - x", |x| {
            x * x - 2.0 * (x - 0.5).abs() - x
        }),
        ("sin(3*x) - 0.5*abs(x - 0.3)", |x| {
            (3.0 * x).sin() - 0.5 * (x - 0.3).abs()
        }),
        ("abs(x^2 - 1) - abs(x)", |x| (x * x - 1.0).abs() - x.abs()),
    ];
    for (text, function) in cases {
        let text = format!("var x >= -3, <= 3\nminimize {text}\n");
        let arguments = ["solve", "--starts", "40", "--format", "json", "-"];
        let json: Value = serde_json::from_slice(&bowl(&arguments, &text).stdout).expect("JSON");
        let places = json["gradient"]["places"].as_array().expect("places");
        assert!(!places.is_empty(), "{text}");
        for place in places {
            let x = place["x"][0].as_f64().expect("a number");
            let kind = place["kind"].as_str().expect("a kind");
            if !kind.starts_with("a local minimum") {
                continue;
            }
            for step in [1e-6, 1e-5, 1e-4, 1e-3] {
                for near in [x - step, x + step].map(|near: f64| near.clamp(-3.0, 3.0)) {
                    let falls = function(x) - function(near);
                    assert!(
                        falls <= 1e-2 * step,
                        "{text}{x} falls by {falls} to {near}: {kind}"
                    );
                }
            }
        }
    }
}

/// Concave functions with infinite slopes at the edges are least at the corners of a simplex.
#[test]
fn corners_of_a_simplex_are_found() {
    for (objective, corner) in [
        ("sum(sqrt(x))", 1.0),
        ("sum(entr(x))", 0.0),
        ("sum(x .^ 0.3)", 1.0),
        ("geo_mean(x + 0) + sum(sqrt(x))", 1.0),
    ] {
        let text = format!("var x[4] >= 0\nminimize {objective}\nsubject to\n  sum(x) == 1\n");
        let arguments = ["solve", "--starts", "20", "--format", "json", "-"];
        let json: Value = serde_json::from_slice(&bowl(&arguments, &text).stdout).expect("JSON");
        let places = json["gradient"]["places"].as_array().expect("places");
        let reached = |place: &Value| place["reached"].as_u64().unwrap_or(0);
        assert!(
            places.iter().map(reached).sum::<u64>() >= 15,
            "{text}{places:?}"
        );
        for place in places {
            let value = place["objective"].as_f64().expect("a number");
            assert!((value - corner).abs() <= 1e-6, "{text}{place}");
        }
    }
}

/// log(-2) is no number, though exp(-inf) is one: answers lie in the domain of every function.
#[test]
fn no_answer_lies_where_an_inner_function_has_no_value() {
    for (text, expected) in [
        ("var x\nminimize exp(log(x)) + (x + 2)^2\n", 4.0),
        (
            "var x start -2\nminimize sigmoid(log(x)) + (x + 2)^2\n",
            4.0,
        ),
        (
            "var x\nvar y\nminimize 1/inv_pos(x) + (x + 2)^2 + y^2\n",
            4.0,
        ),
        (
            "var x start 2\nminimize exp(log(x^2 - 1)) + 3*(x - 0.5)^2\n",
            0.75,
        ),
    ] {
        let loaded = loaded(text);
        let found = answer(&loaded, &Settings::default());
        let judgement = found.judgement.expect("a point");
        let value = judgement.objective.expect("an objective");
        assert!((value - expected).abs() < 1e-6, "{value}: {text}");
        assert!(judgement.violation < 1e-6, "{judgement:?}: {text}");
    }
}

/// A point far out where the values are still falling is no local minimum.
#[test]
fn limits_at_infinity_are_no_local_minima() {
    for text in [
        "var x start 1\nminimize sigmoid(x)\n",
        "var x start 1\nminimize tanh(x)\n",
        "var x start 1\nmaximize tanh(2*x)\n",
        "param t[m] = [-2; -1; 1; 2]\nparam y[m] = [0; 0; 1; 1]\nvar w\nvar b\n\
         minimize sum_squares(sigmoid(w*t + b) - y)\n",
    ] {
        let loaded = loaded(text);
        let answer = answer(&loaded, &Settings::default());
        let status = answer.solution.status;
        assert!(matches!(status, Status::Stopped(_)), "{text}{status:?}");
    }
}
