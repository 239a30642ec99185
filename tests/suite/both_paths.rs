//! Problems as text, solved on both paths and compared with a value derived by hand.

use bowl::elaborate::Inputs;
use bowl::pipeline::{self, Paths};
use bowl::solve::Settings;

/// Both paths solve the problem to the objective, to a relative error.
pub fn both_find(text: &str, expected: f64, within: f64) {
    let loaded = pipeline::load("test.opt", text.as_bytes(), &Inputs::default());
    let loaded = loaded.unwrap_or_else(|reports| panic!("{text}\n{reports:?}"));
    let check = pipeline::check(&loaded.problem);
    let paths = Paths {
        conic: true,
        gradient: true,
    };
    let outcome = pipeline::solve(&loaded.problem, check, paths, &Settings::default());
    for answer in [&outcome.conic, &outcome.gradient] {
        let answer = answer.as_ref().expect("an answer");
        assert_eq!(answer.solution.status.word(), "solved", "{text}");
        let found = answer.judgement.as_ref().and_then(|j| j.objective);
        let found = found.expect("an objective");
        let error = (found - expected).abs() / expected.abs();
        assert!(error <= within, "{found} instead of {expected} for\n{text}");
    }
}
