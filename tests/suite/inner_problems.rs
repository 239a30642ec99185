//! Functions that are values of inner problems.

#[path = "inner_problems/expected.rs"]
mod expected;
#[path = "inner_problems/messages.rs"]
mod messages;
#[path = "inner_problems/reports.rs"]
mod reports;
#[path = "inner_problems/suprema.rs"]
mod suprema;
#[path = "inner_problems/values.rs"]
mod values;

use bowl::compare::Agreement;
use bowl::elaborate::Inputs;
use bowl::pipeline::{self, Loaded, Outcome, Paths};
use bowl::solve::Settings;

fn loaded(text: &str) -> Loaded {
    match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
        Ok(loaded) => loaded,
        Err(reports) => panic!("{text}\n{reports:?}"),
    }
}

fn solved(loaded: &Loaded) -> Outcome<'_> {
    let check = pipeline::check(&loaded.problem);
    let paths = Paths {
        conic: true,
        gradient: true,
    };
    pipeline::solve(&loaded.problem, check, paths, &Settings::default())
}

/// The objective of both paths, which have to agree.
fn objective(text: &str) -> f64 {
    let loaded = loaded(text);
    let outcome = solved(&loaded);
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

/// What both paths' answers are expected to be and are not.
fn unmet(text: &str) -> Vec<String> {
    let loaded = loaded(text);
    let outcome = solved(&loaded);
    let unmet = pipeline::unmet(&loaded.problem, &outcome, &Settings::default());
    unmet.into_iter().map(|unmet| unmet.reason).collect()
}

fn refusal(text: &str) -> String {
    match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
        Ok(_) => panic!("accepted:\n{text}"),
        Err(reports) => reports.iter().map(|r| format!("{r}\n")).collect(),
    }
}

fn is_convex(text: &str) -> bool {
    pipeline::check(&loaded(text).problem).is_convex()
}
