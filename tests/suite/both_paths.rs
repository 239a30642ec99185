//! Problems as text, solved on both paths and compared with a value derived by hand.

use bowl::elaborate::Inputs;
use bowl::pipeline::{self, Answer, Loaded, Outcome, Paths};
use bowl::solve::Settings;

/// Both paths solve the problem to the objective, to a relative error.
pub fn both_find(text: &str, expected: f64, within: f64) {
    find(text, expected, within, true);
}

/// The gradient path does.
pub fn gradient_finds(text: &str, expected: f64, within: f64) {
    find(text, expected, within, false);
}

/// The problem that a text without errors states.
pub fn load(text: &str) -> Loaded {
    pipeline::load("test.opt", text.as_bytes(), &Inputs::default())
        .unwrap_or_else(|reports| panic!("{text}\n{reports:?}"))
}

/// What both paths find.
pub fn solve(loaded: &Loaded) -> Outcome<'_> {
    solve_by(loaded, true)
}

/// What the gradient path finds, which must call the problem `word`.
pub fn answer_by_gradients(text: &str, word: &str) -> Answer {
    answer_within(text, word, &Settings::default())
}

/// The same in so many iterations.
pub fn answer_soon(text: &str, word: &str, iterations: usize) -> Answer {
    let settings = Settings {
        max_iterations: Some(iterations),
        ..Settings::default()
    };
    answer_within(text, word, &settings)
}

fn answer_within(text: &str, word: &str, settings: &Settings) -> Answer {
    let loaded = load(text);
    let outcome = solve_within(&loaded, false, settings);
    let answer = outcome.gradient.expect("it takes part");
    assert_eq!(answer.solution.status.word(), word, "{text}");
    answer
}

fn solve_by(loaded: &Loaded, conic: bool) -> Outcome<'_> {
    solve_within(loaded, conic, &Settings::default())
}

fn solve_within<'l>(loaded: &'l Loaded, conic: bool, settings: &Settings) -> Outcome<'l> {
    let check = pipeline::check(&loaded.problem);
    let paths = Paths {
        conic,
        gradient: true,
    };
    pipeline::solve(&loaded.problem, check, paths, settings)
}

/// The objectives of the paths that took part, each of which must call the problem solved.
fn solved(outcome: &Outcome<'_>, text: &str) -> Vec<f64> {
    let answers = [&outcome.conic, &outcome.gradient].into_iter().flatten();
    let objective = |answer: &Answer| {
        assert_eq!(answer.solution.status.word(), "solved", "{text}");
        let judgement = answer.judgement.as_ref();
        judgement.and_then(|j| j.objective).expect("an objective")
    };
    answers.map(objective).collect()
}

/// The objectives of the conic and of the gradient path.
pub fn objectives(text: &str) -> [f64; 2] {
    let loaded = load(text);
    let found = solved(&solve(&loaded), text);
    found.try_into().expect("both paths take part")
}

fn find(text: &str, expected: f64, within: f64, conic: bool) {
    let loaded = load(text);
    let found = solved(&solve_by(&loaded, conic), text);
    assert_eq!(found.len(), 1 + usize::from(conic), "{text}");
    for found in found {
        let error = (found - expected).abs() / expected.abs();
        assert!(error <= within, "{found} instead of {expected} for\n{text}");
    }
}
