//! What the laws cannot know of functions of one number: curvature by range, refusals of the conic
//! path, far arguments.

use super::model::assert_close;
use bowl::atoms::Elementwise;
use bowl::atoms::elementwise::{LogGamma, LogNormCdf, Polygamma, XExp};
use bowl::canonicalize::{LoweringError, canonicalize};
use bowl::convexity::check;
use bowl::dcp::{Curvature, Interval};
use bowl::elaborate::Inputs;
use bowl::expr::Evaluator;
use bowl::pipeline;
use bowl::problem::Problem;
use bowl::solve::conic::{ConicStatus, solve, solve_problem};
use bowl::solve::{Settings, Solution, Status, descent};

fn problem(text: &str) -> Problem {
    match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
        Ok(loaded) => loaded.problem,
        Err(reports) => panic!("{text}\n{reports:?}"),
    }
}

/// The least value on the conic path, or why there is no cone program.
fn cone_optimum(text: &str) -> Result<f64, LoweringError> {
    let problem = problem(text);
    let convex = check(&problem).into_convex().expect("a convex problem");
    let (program, _) = canonicalize(&convex)?;
    let answer = solve(&program, &Settings::default());
    assert_eq!(answer.status, ConicStatus::Solved);
    let terms = answer.x.iter().zip(&program.linear).map(|(x, q)| x * q);
    Ok(terms.sum::<f64>() + program.constant)
}

#[test]
fn xexp_is_convex_from_minus_two_on() {
    let within = |low, high| XExp.curvature(Interval::new(low, high));
    assert_eq!(within(-2.0, f64::INFINITY), Curvature::Convex);
    assert_eq!(within(-2.1, -1.9), Curvature::Unknown);
    assert_eq!(within(f64::NEG_INFINITY, -2.0), Curvature::Concave);
    // Second differences of x e^x, whose second derivative (x + 2) e^x changes sign at -2.
    for k in 0..400 {
        let x = -6.0 + 0.02 * f64::from(k);
        let bend = XExp.value(x - 0.01) - 2.0 * XExp.value(x) + XExp.value(x + 0.01);
        let stated = within(x - 0.01, x + 0.01);
        assert!(stated != Curvature::Convex || bend >= 0.0, "{x}: {bend}");
        assert!(stated != Curvature::Concave || bend <= 0.0, "{x}: {bend}");
    }
}

#[test]
fn xexp_has_an_exact_cone_form_where_it_rises() {
    for x in [-1.0, -0.9, -0.3, 0.0, 0.8, 2.0] {
        let text = format!("var x >= -1\nminimize xexp(x)\nsubject to\n  at: x == {x}\n");
        let found = cone_optimum(&text).expect("a cone form on x >= -1");
        assert_close(found, XExp.value(x), 1e-6);
    }
    let lowest = cone_optimum("var x >= -1, <= 5\nminimize xexp(x)\n").expect("a cone form");
    assert_close(lowest, -(-1f64).exp(), 1e-6);
}

#[test]
fn functions_without_a_cone_form_are_refused_with_a_reason() {
    let refused = [
        ("var x >= -2\nminimize xexp(x)\n", "x >= -1"),
        ("var x\nmaximize log_normcdf(x) - x\n", "not approximated"),
        ("var x >= 1\nminimize loggamma(x)\n", "not approximated"),
    ];
    for (text, part) in refused {
        match cone_optimum(text) {
            Err(LoweringError::NoGraphForm { reason, .. }) => assert!(reason.contains(part)),
            other => panic!("{text}{other:?}"),
        }
    }
}

#[test]
fn both_paths_agree_on_functions_in_the_objective_and_in_constraints() {
    let terms = [
        ("sum(berhu(x - 1, M = 0.5))", 2.0),
        ("sum(scalene(x - 1, 0.9, 0.1))", 0.5),
        ("-sum(scalene(x - 1, -2, 0.5))", 1.5),
        ("sum(huber_pos(x))", 1.0),
        ("huber_circ(x - 2)", 1.5),
        ("sum(huber_scaled(x - 2, x[1], M = 2))", 2.0),
        ("sum(pow_abs(x - 1, 2.5))", 0.4),
        ("sum(pow_pos(x - 1, 1.5))", 0.2),
        ("sum_square_pos(x - 1)", 0.2),
        ("quad_pos_over_lin(x - 1, x[2])", 0.2),
        ("inv_prod(x)", 0.7),
        ("-harmonic_mean(x)", -1.2),
        ("-pnorm(x, 0.5)", -11.0),
        ("-pnorm(x, -2)", -0.7),
        ("-sum_log(x)", -0.1),
        ("sum(xexp(x))", 7.0),
        ("sum(2 .^ x)", 7.0),
    ];
    let mut wrong = Vec::new();
    for (term, limit) in terms {
        let pull = "sum_squares(x - [0.5; 2; 1.4])";
        let (first, second) = (format!("{pull} + {term}"), pull.to_owned());
        let bounded = format!("subject to\n  limit: {term} <= {limit}\n");
        for (objective, rest) in [(first, String::new()), (second, bounded)] {
            let text = format!("var x[3] >= 0\nminimize {objective}\n{rest}");
            wrong.extend(disagreement(&text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How the two paths' optimal values differ, if they do.
fn disagreement(text: &str) -> Option<String> {
    let problem = problem(text);
    let settings = Settings::default();
    let convex = check(&problem).into_convex().expect("a convex problem");
    let conic = solve_problem(&convex, &settings);
    let gradient = descent::solve(&problem, true, &settings);
    let (first, second) = (optimum(&problem, &conic), optimum(&problem, &gradient));
    let close = (first? - second?).abs() <= 1e-6 * first?.abs().max(1.0);
    (!close).then(|| format!("{text}{first:?} and {second:?}: {:?}", gradient.status))
}

/// The objective at a solution; NaN when there is none.
fn optimum(problem: &Problem, solution: &Solution) -> Option<f64> {
    if solution.status != Status::Solved {
        return Some(f64::NAN);
    }
    let root = problem.objective.expression?;
    let values = Evaluator::new(&problem.graph, &[root]).evaluate(&solution.variables);
    values[0].as_scalar()
}

#[test]
fn the_gradient_path_solves_what_the_conic_path_refuses() {
    // Stationary where φ(x)/Φ(x) = 1; where digamma(x) = 0; where (1 + x) e^x = -0.1, x > -2.
    let problems = [
        (
            "var x\nmaximize log_normcdf(x) - x\n",
            -0.302_630_840_711_573,
        ),
        ("var x >= 0\nminimize loggamma(x)\n", 1.461_632_144_968_362),
        (
            "var x >= -2, <= 0\nminimize xexp(x) + 0.1*x\n",
            -1.409_315_107_563_67,
        ),
    ];
    for (text, expected) in problems {
        let problem = problem(text);
        let solution = descent::solve(&problem, true, &Settings::default());
        assert_eq!(solution.status, Status::Solved, "{:?}", solution.notes);
        assert_close(solution.variables[0].entries()[0], expected, 1e-6);
    }
}

#[test]
fn far_arguments_keep_their_digits() {
    // By mpmath 1.3 with 40 digits.
    let normal = [
        (-1e5, -5_000_000_012.431_864),
        (-100.0, -5_005.524_208_694_205),
        (-30.5, -469.462_737_322_912_1),
        (-29.5, -439.429_474_609_150_24),
        (-1.0, -1.841_021_645_009_263_5),
        (3.0, -1.350_809_964_748_193_8e-3),
        (9.0, -1.128_588_405_953_840_6e-19),
    ];
    for (x, value) in normal {
        assert_relative(LogNormCdf.value(x), value);
    }
    let gamma = [
        (1e-300, 690.775_527_898_213_7),
        (0.5, 0.572_364_942_924_700_1),
        (1e10, 220_258_509_288.810_58),
    ];
    for (x, value) in gamma {
        assert_relative(LogGamma.value(x), value);
    }
    let derivatives = [
        (0, 1e-3, -1_000.575_571_931_810_3),
        (0, 0.7, -1.220_023_553_697_934_6),
        (0, 100.0, 4.600_161_852_738_087),
        (1, 0.7, 2.834_049_156_694_610_6),
        (1, 14.9, 6.941_658_320_709_579e-2),
        (2, 0.7, -6.434_992_874_190_923),
        (2, 100.0, -1.010_049_998_333_5e-4),
        (5, 1e-3, 1.2e20),
        (5, 14.9, 3.852_949_996_524_476e-5),
    ];
    for (order, x, value) in derivatives {
        assert_relative(Polygamma::new(order).value(x), value);
    }
}

fn assert_relative(found: f64, expected: f64) {
    let error = (found - expected).abs();
    assert!(error <= 2e-14 * expected.abs(), "{found} is not {expected}");
}
