//! `bowl descend`: the lecture through the binary, and laws that every method obeys.

use bowl::elaborate::Inputs;
use bowl::elaborate::random::Generator;
use bowl::pipeline;
use bowl::problem::Problem;
use bowl::solve::Settings;
use bowl::solve::descent::methods::{
    Ending, Kind, Lecture, Objective, Plan, RowSum, StepChoice, StepRule, curvature, lecture,
    restarts,
};
use bowl::solve::descent::oracle::Smooth;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};

fn problem(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("problems");
    path.join(name).to_str().expect("plain").to_owned()
}

fn descend(file: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bowl"))
        .arg("descend")
        .arg(file)
        .args(arguments)
        .output()
        .expect("bowl runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("valid JSON on stdout")
}

/// Shows `wanted` on stdout, with the exit code.
fn tells(name: &str, arguments: &[&str], code: i32, wanted: &[&str]) {
    let output = descend(&problem(name), arguments);
    let shown = text(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {shown}");
    for phrase in wanted {
        assert!(
            shown.contains(phrase),
            "{arguments:?}: no `{phrase}` in\n{shown}"
        );
    }
}

const TWO_SQUARES: &str = "lecture/two_squares.opt";

#[test]
fn the_blackboard_run() {
    let run = [
        "--method",
        "gradient",
        "--step",
        "0.2",
        "--iterations",
        "25",
        "--start",
        "0",
    ];
    let wanted = [
        "[2.99999147, 2.99999147]",
        "each step multiplies it by 0.6",
        "analytic   [3, 3]",
    ];
    tells(TWO_SQUARES, &run, 0, &wanted);
}

#[test]
fn a_step_too_long_is_said_to_diverge_and_why() {
    let why = [
        "diverged at step",
        "step 1.1 > 2/L = 1",
        "multiplies the gradient by 1.2",
    ];
    tells(TWO_SQUARES, &["--step", "1.1"], 7, &why);
    let short = ["--step", "1.1", "--iterations", "8"];
    tells(
        TWO_SQUARES,
        &short,
        0,
        &["diverging after 8 steps with step 1.1 > 2/L = 1"],
    );
}

#[test]
fn a_step_too_short_is_said_to_be() {
    let slow = ["--step", "0.025", "--iterations", "20"];
    let wanted = ["the step could be almost 40 times larger: 2/L is 1"];
    tells(TWO_SQUARES, &slow, 0, &wanted);
}

#[test]
fn overshooting_is_seen() {
    tells(
        TWO_SQUARES,
        &["--step", "0.9"],
        0,
        &["overshooting", "longer than 1/L = 0.5"],
    );
}

#[test]
fn diminishing_steps_arrive() {
    for step in ["0.4/k", "0.4/sqrt(k)"] {
        let run = [
            "--step",
            step,
            "--iterations",
            "4000",
            "--tolerance",
            "1e-3",
            "--format",
            "json",
        ];
        let report = json(&descend(&problem(TWO_SQUARES), &run));
        assert_eq!(
            report["runs"][0]["outcome"], "converged",
            "{step}: {report}"
        );
    }
}

#[test]
fn both_wells_are_found_and_called_local() {
    let output = descend(
        &problem("lecture/double_well.opt"),
        &["--starts", "20", "--format", "json"],
    );
    let report = json(&output);
    let places = report["places"].as_array().expect("a list");
    let values: Vec<f64> = places
        .iter()
        .filter_map(|p| p["objective"].as_f64())
        .collect();
    assert_eq!(values.len(), 2, "{report}");
    assert!((values[0] + 0.305428).abs() < 1e-5 && (values[1] - 0.294146).abs() < 1e-5);
    let reached: u64 = places.iter().filter_map(|p| p["reached"].as_u64()).sum();
    assert_eq!(reached, 20);
    let shown = text(&descend(
        &problem("lecture/double_well.opt"),
        &["--starts", "20"],
    ));
    assert!(
        shown.contains("a local minimum: the Hessian is positive definite"),
        "{shown}"
    );
    assert!(!shown.contains("optimal"), "{shown}");
}

#[test]
fn solve_takes_many_starts_too() {
    let output = Command::new(env!("CARGO_BIN_EXE_bowl"))
        .args(["solve", "--starts", "20", "--format", "json"])
        .arg(problem("lecture/double_well.opt"))
        .output()
        .expect("bowl runs");
    let report = json(&output);
    let objective = report["gradient"]["objective"].as_f64().expect("a number");
    assert!((objective + 0.305428).abs() < 1e-5, "{report}");
    let notes = report["gradient"]["notes"].to_string();
    assert!(
        notes.contains("20 of 20 starts ended in 2 different places"),
        "{notes}"
    );
}

#[test]
fn saddle_points_are_named() {
    tells(
        "lecture/saddle.opt",
        &["--start", "[1; 0]"],
        1,
        &[
            "a saddle point",
            "expect objective == -1 within 1e-6: not met",
        ],
    );
    let newton = ["--method", "newton", "--start", "[1; 0.1]"];
    tells(
        "lecture/saddle.opt",
        &newton,
        0,
        &[
            "the Hessian was not positive definite",
            "least eigenvalue -3.88",
            "a local minimum",
        ],
    );
}

#[test]
fn unbounded_objectives_are_told() {
    let run = ["--method", "lbfgs"];
    tells("lecture/affine.opt", &run, 6, &["falls without end"]);
}

/// What `bowl descend` says of a problem.
fn told(text_of_problem: &str, arguments: &[&str]) -> (String, Option<i32>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("problem.opt");
    std::fs::write(&path, text_of_problem).expect("written");
    let output = descend(path.to_str().expect("plain"), arguments);
    (text(&output), output.status.code())
}

#[test]
fn a_step_out_of_the_domain_is_no_endless_fall() {
    for arguments in [
        &[][..],
        &["--step", "0.5"],
        &["--step", "3"],
        &["--step", "exact"],
        &["--method", "lbfgs"],
        &["--method", "conjugate"],
    ] {
        let (told, code) = told("var x start 1\nminimize sqrt(x)\n", arguments);
        assert!(!told.contains("unbounded"), "{told}");
        assert_ne!(code, Some(6), "{told}");
    }
}

const EVERY_WAY: [&[&str]; 6] = [
    &[],
    &["--step", "exact"],
    &["--step", "bb"],
    &["--method", "newton"],
    &["--method", "lbfgs"],
    &["--method", "nesterov"],
];

#[test]
fn far_starts_and_flat_valleys_are_no_minima() {
    let cases = [
        ("var x start 30\nminimize exp(x) - x\n", 1.0),
        ("var x[2] start [1000; 1]\nminimize x[1]^4 + x[2]^2\n", 0.0),
        (
            "var x[2] start [1e6; -1e-3]\nminimize 1e-12*x[1]^2 + 1e6*x[2]^2\n",
            0.0,
        ),
        ("var x\nmaximize -1e-3*exp(x) + x\n", 5.907755),
    ];
    for (problem, best) in cases {
        for arguments in EVERY_WAY {
            let arguments = [arguments, &["--format", "json"]].concat();
            let (report, _) = told(problem, &arguments);
            let report: Value = serde_json::from_str(&report).expect("JSON");
            let run = &report["runs"][0];
            let objective = run["objective"].as_f64().expect("a number");
            let global = run["seen"].to_string().contains("global");
            let near = (objective - best).abs() < 1e-5;
            assert!(near || !global, "{problem}{arguments:?}: {report}");
        }
    }
}

#[test]
fn functions_without_a_minimum_are_not_given_one() {
    for problem in [
        "var x\nminimize exp(x)\n",
        "var x start 1\nminimize -log(x)\n",
    ] {
        for arguments in EVERY_WAY {
            let (told, code) = told(problem, arguments);
            let claims = told.contains("minimum\n") || told.contains("unbounded");
            assert!(!claims && code == Some(0), "{problem}{arguments:?}: {told}");
        }
    }
}

#[test]
fn falls_without_end_are_no_overshooting() {
    for problem in [
        "var x start 1\nminimize -x^2\n",
        "var x start 1\nmaximize exp(x) + x^2\n",
        "var x\nminimize -exp(x)\n",
    ] {
        for arguments in [
            &[][..],
            &["--step", "0.1"],
            &["--step", "0.1", "--iterations", "5"],
        ] {
            let (told, _) = told(problem, arguments);
            for wrong in ["diverg", "overshoots", "curvature grows", "left the domain"] {
                assert!(!told.contains(wrong), "{problem}{arguments:?}: {told}");
            }
            let way = if problem.contains("maximize") {
                "rises"
            } else {
                "falls"
            };
            assert!(told.contains(&format!("the objective {way}")), "{told}");
        }
    }
}

#[test]
fn a_step_that_blows_up_is_measured_at_the_start() {
    let rosenbrock = problem("lecture/rosenbrock.opt");
    let output = descend(&rosenbrock, &["--step", "0.01", "--start", "[-1.2; 1]"]);
    assert!(
        text(&output).contains("step 0.01 > 2/L = 0.001328"),
        "{}",
        text(&output)
    );
}

#[test]
fn starts_at_kinks_have_a_subgradient() {
    let problem = "var x[2]\nminimize norm2(x) + 2*sum_squares(x - 1)\n";
    let (told, _) = told(problem, &[]);
    assert!(
        told.contains("1.28921356") && told.contains("global minimum"),
        "{told}"
    );
}

#[test]
fn the_ball_stops_where_its_momentum_would_blow_up() {
    let problem = "var x[3]\nminimize exp(max(x)) + 0.1*sum_squares(x)\n";
    let (told, code) = told(problem, &["--method", "heavy-ball"]);
    assert!(
        told.contains("the ball was stopped") && code == Some(0),
        "{told}"
    );
}

#[test]
fn the_noise_of_a_constant_rate_is_told() {
    let learn = problem("learn/logistic.opt");
    let run = [
        "--method",
        "stochastic",
        "--step",
        "0.5",
        "--iterations",
        "40",
    ];
    let output = descend(&learn, &run);
    assert!(
        text(&output).contains("a constant rate"),
        "{}",
        text(&output)
    );
}

#[test]
fn starts_come_from_the_command_line() {
    let output = descend(
        &problem(TWO_SQUARES),
        &["--iterations", "0", "--start", "x=[7; 8]"],
    );
    assert!(text(&output).contains("[7, 8]"), "{}", text(&output));
    for wrong in ["[1; 2; 3]", "y=3", "x=", "x=x"] {
        let output = descend(&problem(TWO_SQUARES), &["--start", wrong]);
        assert_eq!(output.status.code(), Some(3), "{wrong}");
    }
}

#[test]
fn wrong_options_are_refused() {
    for wrong in [
        &["--step", "0"][..],
        &["--step", "fast"],
        &["--compare", "magic"],
        &["--momentum", "1"],
        &["--method", "adam", "--batch", "0"],
        &["--tolerance", "2"],
        &["--compare", "fixed", "--method", "newton"],
    ] {
        assert_eq!(
            descend(&problem(TWO_SQUARES), wrong).status.code(),
            Some(2),
            "{wrong:?}"
        );
    }
    let unfit = [
        &["--method", "stochastic"][..],
        &["--method", "lbfgs", "--step", "0.1"],
        &["--method", "adam", "--step", "exact"],
        &["--method", "newton", "--step", "bb"],
        &["--momentum", "0.5"],
        &["--method", "nesterov", "--batch", "5"],
        &["--start", "inf"],
    ];
    for unfit in unfit {
        assert_eq!(
            descend(&problem(TWO_SQUARES), unfit).status.code(),
            Some(3),
            "{unfit:?}"
        );
    }
    let constrained = descend(&problem("lasso.opt"), &["--method", "stochastic"]);
    assert_eq!(constrained.status.code(), Some(0));
    assert_eq!(
        descend(&problem("portfolio.opt"), &[]).status.code(),
        Some(3)
    );
}

#[test]
fn squared_norms_are_quadratics() {
    let run = ["--method", "newton"];
    let wanted = ["converged after 1 step", "(analytic"];
    tells("lecture/least_squares.opt", &run, 0, &wanted);
    // A heavy ball may swing far out before it settles.
    tells(
        "learn/linear.opt",
        &["--method", "heavy-ball"],
        0,
        &["converged", wanted[1]],
    );
}

#[test]
fn starts_outside_the_domain_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("log.opt");
    std::fs::write(&file, "var x\nminimize x - log(x)\n").expect("written");
    let path = file.to_str().expect("plain");
    let picture = folder.path().join("log.svg");
    let run = ["--plot", picture.to_str().expect("plain")];
    let output = descend(path, &run);
    assert!(
        text(&output).contains("not finite at the start"),
        "{}",
        text(&output)
    );
    let output = descend(path, &["--start", "3", "--method", "newton"]);
    assert!(
        text(&output).contains("global minimum"),
        "{}",
        text(&output)
    );
}

#[test]
fn traces_hold_every_step() {
    let run = [
        "--step",
        "0.2",
        "--iterations",
        "5",
        "--trace",
        "--format",
        "json",
    ];
    let report = json(&descend(&problem(TWO_SQUARES), &run));
    let trace = report["runs"][0]["trace"].as_array().expect("a list");
    assert_eq!(trace.len(), 6);
    for (k, iterate) in trace.iter().enumerate() {
        let x = iterate["x"][0].as_f64().expect("a number");
        assert!((x - 3.0 * (1.0 - 0.6f64.powi(k as i32))).abs() < 1e-12);
        assert_eq!(iterate["evaluations"], k + 1);
    }
}

#[test]
fn pictures_are_drawn() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, unknowns) in [
        ("lecture/rosenbrock.opt", 2),
        ("lecture/double_well.opt", 1),
        ("learn/logistic.opt", 11),
    ] {
        let file = folder.path().join("picture.svg");
        let path = file.to_str().expect("plain");
        let run = [
            "--compare",
            "backtracking,nesterov,lbfgs",
            "--iterations",
            "30",
            "--plot",
            path,
        ];
        let output = descend(&problem(name), &run);
        assert_eq!(output.status.code(), Some(0), "{name}");
        let svg = std::fs::read_to_string(&file).expect("a picture");
        assert!(
            svg.starts_with("<svg width=\"1180\"") && svg.trim_end().ends_with("</svg>"),
            "{name}"
        );
        assert!(
            svg.contains("gradient norm") && svg.contains("L-BFGS"),
            "{name}"
        );
        assert_eq!(svg.contains("objective and path"), unknowns == 2);
        assert_eq!(svg.contains("objective and iterates"), unknowns == 1);
        assert!(!svg.contains("NaN"), "{name}");
    }
}

/// The picture of a run as SVG text.
fn picture(file: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file_of_picture = folder.path().join("picture.svg");
    let path = file_of_picture.to_str().expect("plain");
    let mut all = arguments.to_vec();
    all.extend(["--plot", path]);
    let output = descend(file, &all);
    assert!(output.status.code() <= Some(7), "{output:?}");
    std::fs::read_to_string(&file_of_picture).expect("a picture")
}

/// The points of each line of that colour.
fn lines_of_color(svg: &str, color: &str) -> Vec<usize> {
    let lines = svg.lines().filter(|line| line.starts_with("<polyline"));
    let own = lines.filter(|line| line.contains(&format!("stroke=\"{color}\"")));
    own.filter_map(|line| line.split("points=\"").nth(1))
        .map(|points| {
            points
                .split('"')
                .next()
                .unwrap_or_default()
                .split_whitespace()
                .count()
        })
        .collect()
}

#[test]
fn every_method_has_its_curve_also_where_it_reaches_zero() {
    let run = ["--compare", "fixed,nesterov,conjugate"];
    let svg = picture(&problem("lecture/ill_conditioned.opt"), &run);
    // On the map, in the strip, by value and by gradient.
    assert_eq!(lines_of_color(&svg, "#CC79A7"), [3, 2, 3, 3]);
}

#[test]
fn dots_stand_where_iterates_are() {
    let svg = picture(&problem("lecture/two_squares.opt"), &["--step", "1.1"]);
    let circles = svg.lines().filter(|line| line.starts_with("<circle"));
    let report = json(&descend(
        &problem("lecture/two_squares.opt"),
        &["--step", "1.1", "--trace", "--format", "json"],
    ));
    let trace = report["runs"][0]["trace"].as_array().expect("a list");
    // The window is a square around [3; 3] that ends before 10 is reached; each of both
    // diagrams by step has a dot at the start.
    let inside = trace
        .iter()
        .filter(|i| i["x"][0].as_f64().is_some_and(|x| (x - 3.0).abs() < 10.0));
    assert_eq!(circles.count(), inside.count() + 2);
}

#[test]
fn what_lies_outside_the_domain_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "var x[2] start [0.2; 0.6]\nmaximize log(x[1]) + log(x[2]) - x[1] - 2*x[2]\n";
    let file = folder.path().join("log.opt");
    std::fs::write(&file, text).expect("written");
    let svg = picture(file.to_str().expect("plain"), &[]);
    assert!(svg.contains("outside the objective"));
    let svg = picture(&problem("lecture/rosenbrock.opt"), &[]);
    assert!(!svg.contains("outside the objective"));
}

#[test]
fn paths_from_many_starts_are_drawn_with_their_minima() {
    let svg = picture(&problem("lecture/double_well.opt"), &["--starts", "20"]);
    assert!(
        svg.contains("objective -0.305428, a local minimum, from"),
        "{svg}"
    );
    assert!(svg.contains("objective 0.294146, a local minimum, from"));
    // In the strip, and for each start on the curve, by value and by gradient.
    let lines = lines_of_color(&svg, "#D55E00").len() + lines_of_color(&svg, "#009E73").len();
    assert!(lines > 40, "{lines}");
    let many = descend(
        &problem("lecture/double_well.opt"),
        &["--starts", "1000", "--plot", "x.svg"],
    );
    assert_eq!(many.status.code(), Some(2));
}

fn load(text: &str) -> Problem {
    let loaded = pipeline::load("test", text.as_bytes(), &Inputs::default());
    loaded
        .map_err(|e| format!("{e:?}"))
        .expect("a good problem")
        .problem
}

fn matrix(rows: usize, cols: usize, random: &mut Generator) -> String {
    let row = |random: &mut Generator| {
        let entries = random.normals(cols);
        entries
            .iter()
            .map(f64::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let rows: Vec<String> = (0..rows).map(|_| row(random)).collect();
    rows.join("; ")
}

/// A convex quadratic of 4 unknowns as a least-squares problem with a ridge.
fn quadratic(seed: u64) -> Problem {
    let mut random = Generator::new(seed);
    let (a, b) = (matrix(40, 4, &mut random), matrix(40, 1, &mut random));
    load(&format!(
        "param A[m, n] = [{a}]\nparam b[m] = [{b}]\nvar x[n]\n\
         minimize sum_squares(A*x - b)/m + 0.1*sum_squares(x)\n"
    ))
}

fn logistic(seed: u64) -> Problem {
    let mut random = Generator::new(seed);
    let a = matrix(60, 3, &mut random);
    let signs = random.normals(60);
    let signs: Vec<String> = signs.iter().map(|s| s.signum().to_string()).collect();
    load(&format!(
        "param A[m, n] = [{a}]\nparam s[m] = [{}]\nvar x[n]\nvar c\n\
         minimize mean(logistic(-s .* (A*x + c))) + 0.05*sum_squares(x) + 0.05*c^2\n",
        signs.join("; ")
    ))
}

fn run(problem: &Problem, plans: &[Plan], iterations: usize, tolerance: f64) -> Lecture {
    let settings = Settings {
        max_iterations: Some(iterations),
        tolerance: Some(tolerance),
        ..Settings::default()
    };
    lecture(problem, plans, true, &settings).expect("the methods fit")
}

fn rules() -> Vec<Plan> {
    let rule = |rule| Plan::new(Kind::Gradient, StepChoice::Rule(rule));
    let own = |kind| Plan::new(kind, StepChoice::Own);
    vec![
        Plan::new(Kind::Gradient, StepChoice::InverseCurvature),
        rule(StepRule::Backtracking),
        rule(StepRule::Exact),
        rule(StepRule::BarzilaiBorwein),
        own(Kind::HeavyBall),
        own(Kind::Nesterov),
        own(Kind::Conjugate),
        own(Kind::Newton),
        own(Kind::Lbfgs),
    ]
}

/// The minimum by Newton's method, to rounding.
fn reference(problem: &Problem) -> f64 {
    let newton = Plan::new(Kind::Newton, StepChoice::Own);
    run(problem, &[newton], 60, 1e-12).told[0].run.last().value
}

#[test]
fn every_method_reaches_the_minimum_of_convex_problems() {
    for seed in 1..=5 {
        for problem in [quadratic(seed), logistic(seed)] {
            let best = reference(&problem);
            let lecture = run(&problem, &rules(), 3000, 1e-7);
            for told in &lecture.told {
                let run = &told.run;
                assert_eq!(run.ending, Ending::Converged, "seed {seed}: {}", run.method);
                let error = (run.last().value - best).abs();
                assert!(error < 1e-9, "seed {seed}: {} is {error:e} off", run.method);
            }
        }
    }
}

#[test]
fn random_methods_come_close() {
    for seed in 1..=3 {
        for problem in [quadratic(seed), logistic(seed)] {
            let best = reference(&problem);
            let plans = [
                Plan::new(Kind::Stochastic, StepChoice::Own),
                Plan::new(
                    Kind::Stochastic,
                    StepChoice::Rule(StepRule::Diminishing(0.5)),
                ),
                Plan::new(Kind::Adam, StepChoice::Rule(StepRule::SquareRoot(0.05))),
            ];
            for told in run(&problem, &plans, 300, 1e-9).told {
                let error = told.run.last().value - best;
                assert!(
                    (-1e-12..2e-2).contains(&error),
                    "{}: {error:e}",
                    told.run.method
                );
            }
        }
    }
}

#[test]
fn conjugate_gradients_end_after_as_many_steps_as_unknowns() {
    let conjugate = Plan::new(Kind::Conjugate, StepChoice::Own);
    for seed in 1..=5 {
        let lecture = run(&quadratic(seed), &[conjugate], 5, 1e-8);
        assert_eq!(lecture.told[0].run.ending, Ending::Converged);
        let newton = Plan::new(Kind::Newton, StepChoice::Own);
        let lecture = run(&quadratic(seed), &[newton], 2, 1e-8);
        assert_eq!(lecture.told[0].run.iterations(), 1);
    }
}

#[test]
fn exact_steps_leave_gradients_at_right_angles() {
    let exact = Plan::new(Kind::Gradient, StepChoice::Rule(StepRule::Exact));
    for problem in [quadratic(3), logistic(3)] {
        let lecture = run(&problem, &[exact], 8, 1e-12);
        for iterate in &lecture.told[0].run.trace[1..] {
            assert!(iterate.cosine.abs() < 1e-6, "{}", iterate.cosine);
        }
    }
}

#[test]
fn two_over_l_parts_convergence_from_divergence() {
    for seed in 1..=3 {
        let problem = quadratic(seed);
        let mut objective = Objective::new(&problem).expect("smooth");
        let bound = curvature::at(&mut objective, &[0.0; 4])
            .expect("known")
            .bound();
        for (share, wanted) in [(1.9, Ending::Converged), (2.1, Ending::Diverged)] {
            let rule = StepChoice::Rule(StepRule::Fixed(share / bound));
            let lecture = run(&problem, &[Plan::new(Kind::Gradient, rule)], 5000, 1e-8);
            assert_eq!(lecture.told[0].run.ending, wanted, "{share}/L");
        }
    }
}

#[test]
fn power_iteration_finds_the_ends_of_a_large_spectrum() {
    let problem =
        load("var x[400]\nlet c = linspace(-2, 6, 400)\nminimize 0.5*sum(c .* x .* x) + sum(x)\n");
    let mut objective = Objective::new(&problem).expect("smooth");
    let found = curvature::at(&mut objective, &[0.3; 400]).expect("known");
    assert!((found.largest - 6.0).abs() < 0.1, "{found:?}");
    assert!((found.least + 2.0).abs() < 0.1, "{found:?}");
}

/// Every way to write a sum over rows that is recognised: the mini-batch gradients of one pass
/// average to the whole gradient.
#[test]
fn mini_batches_average_to_the_gradient() {
    let forms = [
        "sum_squares(X*w + c - y)",
        "norm2(X*w + c - y)^2 + norm1(w)",
        "(X*w - y)'*(X*w - y)/m + 3*c^2",
        "mean(logistic(-y .* (X*w + c)))",
        "sum(huber(X*w - y)) + 0.5*w'*w",
        "sum(logistic(X*w) - y .* (X*w))",
        "norm1(X*w - y - c)",
        "mean(log_sum_exp([X*w, c*y, y], each = row)) - y'*(X*w)/m",
        "sum_squares(tanh(X*V' + ones(m)*d')*u - y)/m + 0.01*sum_squares(V)",
        "2*sum_squares(w'*X' - y') - sum(w)",
    ];
    let mut random = Generator::new(9);
    let (x, y) = (matrix(12, 3, &mut random), matrix(12, 1, &mut random));
    for form in forms {
        let problem = load(&format!(
            "param X[m, n] = [{x}]\nparam y[m] = [{y}]\nvar w[n]\nvar c\nvar V[2, n]\nvar d[2]\n\
             var u[2]\nminimize {form}\n"
        ));
        for batch in [1, 3, 12] {
            average(&problem, form, batch, &mut random);
        }
    }
}

fn average(problem: &Problem, form: &str, batch: usize, random: &mut Generator) {
    let mut objective = Objective::new(problem).expect("derivable");
    let size = objective.size();
    let point = random.normals(size);
    let mut whole = vec![0.0; size];
    objective.evaluate(&point, &mut whole);
    let mut rows = RowSum::new(problem, Some(batch), 4).expect(form);
    assert_eq!(rows.rows, 12, "{form}");
    let (mut mean, mut part) = (vec![0.0; size], vec![0.0; size]);
    for _ in 0..rows.batches() {
        rows.next_gradient(&point, &mut part);
        let share = rows.batches() as f64;
        mean.iter_mut()
            .zip(&part)
            .for_each(|(m, p)| *m += p / share);
    }
    let scale = whole.iter().fold(1.0, |m: f64, g| m.max(g.abs()));
    for (mean, whole) in mean.iter().zip(&whole) {
        assert!(
            (mean - whole).abs() < 1e-10 * scale,
            "{form}: {mean} for {whole}"
        );
    }
}

#[test]
fn what_is_no_sum_over_rows_is_refused() {
    let forms = [
        "norm2(X*w - y)",
        "max(X*w - y)",
        "log_sum_exp(X*w)",
        "sum_squares(X'*(X*w - y))",
        "sum_squares(w)",
        "exp(sum_squares(X*w - y))",
        "sum_squares(X*w - y)*mean(X*w)",
        "w'*S*w",
    ];
    let mut random = Generator::new(9);
    let (x, y) = (matrix(6, 3, &mut random), matrix(6, 1, &mut random));
    for form in forms {
        let problem = load(&format!(
            "param X[m, n] = [{x}]\nparam y[m] = [{y}]\nparam S[n, n] = [2, 0, 1; 0, 3, 0; 1, 0, 4]\n\
             var w[n]\nminimize {form}\n"
        ));
        let refused = RowSum::new(&problem, None, 1);
        assert!(refused.is_err(), "{form}");
    }
}

#[test]
fn maximised_objectives_rise() {
    let problem = load("var x[2]\nmaximize 5 - (x[1] - 1)^2 - 2*(x[2] + 1)^2\n");
    let lecture = run(&problem, &rules(), 500, 1e-9);
    for told in &lecture.told {
        assert!(
            (told.run.last().value - 5.0).abs() < 1e-9,
            "{}",
            told.run.method
        );
    }
}

#[test]
fn runs_with_one_seed_are_the_same() {
    let problem = quadratic(2);
    let plans = [
        Plan::new(Kind::Adam, StepChoice::Own),
        Plan::new(Kind::Stochastic, StepChoice::Own),
    ];
    let (first, second) = (
        run(&problem, &plans, 20, 1e-9),
        run(&problem, &plans, 20, 1e-9),
    );
    for (a, b) in first.told.iter().zip(&second.told) {
        assert_eq!(a.run.trace, b.run.trace);
    }
    let settings = Settings {
        threads: 2,
        ..Settings::default()
    };
    let waves = load("var x start 2\nminimize sin(3*x) + 0.1*x^2\n");
    let plan = Plan::new(Kind::Lbfgs, StepChoice::Own);
    let find = || {
        let found = restarts(&waves, &plan, 30, &settings).expect("smooth");
        let mut told = String::new();
        for place in &found.places {
            let _ = writeln!(told, "{} {}", place.value, place.reached);
        }
        told
    };
    assert_eq!(find(), find());
    assert!(find().lines().count() >= 4, "{}", find());
}

#[test]
fn a_network_learns_to_read_digits() {
    let run = [
        "--method",
        "adam",
        "--step",
        "0.01",
        "--batch",
        "32",
        "--iterations",
        "20",
    ];
    let output = descend(&problem("learn/digits_network.opt"), &run);
    let shown = text(&output);
    assert!(
        shown.contains("expect accuracy == 1 within 0.05: met"),
        "{shown}"
    );
}

#[test]
fn the_analytic_answer_stands_beside_the_iterative_one() {
    for name in ["learn/linear.opt", "learn/ridge.opt"] {
        let run = [
            "--method",
            "lbfgs",
            "--tolerance",
            "1e-11",
            "--format",
            "json",
        ];
        let report = json(&descend(&problem(name), &run));
        let analytic = report["analytic"]["objective"].as_f64().expect("a number");
        let found = report["runs"][0]["objective"].as_f64().expect("a number");
        assert!(
            (found / analytic - 1.0).abs() < 1e-9,
            "{name}: {found} for {analytic}"
        );
        let expectations = report["runs"][0]["expectations"]
            .as_array()
            .expect("a list");
        assert!(
            expectations.iter().all(|e| e["met"] == true),
            "{name}: {expectations:?}"
        );
    }
}

/// What the lecture says where a method can go on for ever.
#[test]
fn endless_slopes_edges_and_whole_gradients_are_told() {
    let file = |text: &str| {
        let file = tempfile::Builder::new().suffix(".opt").tempfile();
        let mut file = file.expect("a file");
        std::io::Write::write_all(&mut file, text.as_bytes()).expect("written");
        file
    };
    let told = |text: &str, flags: &[&str]| {
        let file = file(text);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_bowl"))
            .arg("descend")
            .arg(file.path())
            .args(flags)
            .output()
            .expect("bowl runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let affine = told("var x[2]\nminimize x[1] - 2*x[2] + 3\n", &["--step", "0.1"]);
    assert!(affine.contains("falls without end: unbounded"), "{affine}");
    let edge = told("var x start 1\nminimize sqrt(x)\n", &[]);
    assert!(
        edge.contains("the domain of the objective ends less than"),
        "{edge}"
    );
    let whole = told(
        "var x[2] start [-1.2; 1]\nminimize 100*(x[2] - x[1]^2)^2 + (1 - x[1])^2\n",
        &["--method", "adam", "--step", "0.1", "--iterations", "200"],
    );
    assert!(
        !whole.contains("mini-batches") && !whole.contains("passes"),
        "{whole}"
    );
    assert!(whole.contains("not converged after 200 steps"), "{whole}");
}
