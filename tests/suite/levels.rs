//! Bounds on functions of one number, written as linear rows, against the same bounds as cones.

use crate::both_paths::{load, objectives};
use bowl::atoms::entries;
use bowl::canonicalize::{Options, Source};
use bowl::compare::{Agreement, Judge};
use bowl::elaborate::Inputs;
use bowl::pipeline::{self, Loaded};
use bowl::solve::conic::solve_source;
use bowl::solve::{Settings, Solution, Status, descent};

/// The objective, and the multipliers of the constraint called `level`.
fn answer(loaded: &Loaded, solution: &Solution) -> (f64, Vec<f64>) {
    let text = &loaded.text;
    assert_eq!(solution.status, Status::Solved, "{text}");
    let judged = Judge::new(&loaded.problem)
        .judge(solution)
        .expect("a point");
    assert_eq!(judged.flaw(1e-6), None, "{text}");
    let names = loaded
        .problem
        .constraints
        .iter()
        .map(|c| c.name.to_string());
    let place = names
        .into_iter()
        .position(|name| name == "level")
        .expect("a level");
    let duals = solution.duals.as_ref().expect("multipliers");
    let objective = judged.objective.expect("an objective");
    (objective, duals[place].entries().into_owned())
}

fn without_levels(loaded: &Loaded) -> Option<Solution> {
    let check = pipeline::check(&loaded.problem);
    let source = Source::of_convex(check.convex()?);
    let options = Options::default().without("levels").expect("a rule");
    let solution = solve_source(&source, &options, &Settings::default());
    (solution.status == Status::Solved).then_some(solution)
}

/// f(x) <= c (or >= c) for each function of one number, where it is convex (or concave), in the direction that
/// the bound stops.
#[test]
fn tangents_at_the_ends_say_what_cones_say() {
    let mut compared = 0;
    for entry in entries() {
        for relation in ["<=", ">="] {
            for slope in [-1.7, 1.7] {
                // Two levels, the second halfway to the first from where the function is evaluated at.
                let text = format!(
                    "param c[2] = {}([0.3; 0.8])\nvar x[2] >= -0.6, <= 3\n\
                     minimize {slope}*sum(x) + 0.01*sum_squares(x)\nsubject to\n  level: {}(x) {relation} c\n",
                    entry.name, entry.name
                );
                let Ok(loaded) = pipeline::load("test.opt", text.as_bytes(), &Inputs::default())
                else {
                    continue;
                };
                let check = pipeline::check(&loaded.problem);
                let Some(whole) = without_levels(&loaded).filter(|_| check.is_convex()) else {
                    continue;
                };
                let (expected, multipliers) = answer(&loaded, &whole);
                let convex = check.convex().expect("a proof");
                let conic = solve_source(
                    &Source::of_convex(convex),
                    &Options::default(),
                    &Settings::default(),
                );
                let gradient = descent::solve(&loaded.problem, true, &Settings::default());
                for solution in [conic, gradient] {
                    let (found, duals) = answer(&loaded, &solution);
                    let method = &solution.work.method;
                    assert!(
                        (found - expected).abs() <= 1e-6,
                        "{text}{found}, not {expected} by {method}"
                    );
                    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-3 * b.abs().max(1.0);
                    assert!(
                        duals.iter().zip(&multipliers).all(near),
                        "{text}{duals:?}, not {multipliers:?} by {method}"
                    );
                }
                compared += usize::from(multipliers.iter().any(|m| m.abs() > 0.1));
            }
        }
    }
    assert!(compared >= 15, "{compared} bounds that stop");
}

/// Far from where a search begins, and beyond what cones can hold.
#[test]
fn bounds_that_hold_far_away_are_met() {
    for (text, expected) in [
        (
            "var x\nminimize x\nsubject to\n  log(x) >= 20\n",
            20f64.exp(),
        ),
        ("var x\nminimize x\nsubject to\n  1e4 <= sqrt(x)\n", 1e8),
        (
            "var x[3]\nminimize sum(x)\nsubject to\n  inv_pos(x) <= 1e-6\n",
            3e6,
        ),
        (
            "var x[3]\nmaximize sum(x)\nsubject to\n  3*x .^ 2 - 1e12 <= 2e12\n",
            3e6,
        ),
        (
            "var x[2]\nmaximize sum(x)\nsubject to\n  exp(x) <= [1e3; 1e300]\n",
            1e3f64.ln() + 1e300f64.ln(),
        ),
    ] {
        for found in objectives(text) {
            assert!(
                (found - expected).abs() <= 1e-6 * expected,
                "{text}{found}, not {expected}"
            );
        }
    }
}

#[test]
fn levels_below_all_values_are_contradictions() {
    for level in [
        "x^2 <= -1",
        "exp(x) <= -0.1",
        "entr(x) >= 1",
        "abs(x) <= -1e-3",
    ] {
        let loaded = load(&format!(
            "var x\nminimize x\nsubject to\n  level: {level}\n"
        ));
        let gradient = descent::solve(&loaded.problem, true, &Settings::default());
        assert!(
            matches!(gradient.status, Status::Infeasible(_)),
            "{level}: {:?}",
            gradient.status
        );
        let agreement = crate::both_paths::solve(&loaded).agreement;
        assert!(
            matches!(agreement, Agreement::BothInfeasible),
            "{level}: {agreement:?}"
        );
    }
}
