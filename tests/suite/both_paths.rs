//! Problems as text, solved on both paths and compared with a value derived by hand.

use bowl::elaborate::Inputs;
use bowl::pipeline::{self, Paths};
use bowl::solve::Settings;

/// Both paths solve the problem to the objective, to a relative error.
pub fn both_find(text: &str, expected: f64, within: f64) {
    find(text, expected, within, true);
}

/// The gradient path does.
pub fn gradient_finds(text: &str, expected: f64, within: f64) {
    find(text, expected, within, false);
}

fn find(text: &str, expected: f64, within: f64, conic: bool) {
    let loaded = pipeline::load("test.opt", text.as_bytes(), &Inputs::default());
    let loaded = loaded.unwrap_or_else(|reports| panic!("{text}\n{reports:?}"));
    let check = pipeline::check(&loaded.problem);
    let paths = Paths {
        conic,
        gradient: true,
    };
    let outcome = pipeline::solve(&loaded.problem, check, paths, &Settings::default());
    let answers = outcome.conic.as_ref().into_iter().chain(&outcome.gradient);
    let mut count = 0;
    for answer in answers {
        assert_eq!(answer.solution.status.word(), "solved", "{text}");
        let found = answer.judgement.as_ref().and_then(|j| j.objective);
        let found = found.expect("an objective");
        let error = (found - expected).abs() / expected.abs();
        assert!(error <= within, "{found} instead of {expected} for\n{text}");
        count += 1;
    }
    assert_eq!(count, 1 + usize::from(conic), "{text}");
}
