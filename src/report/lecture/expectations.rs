//! What the file expects of the answer, beside what a run reached.

use crate::expr::Evaluator;
use crate::matrix::Matrix;
use crate::pipeline::Loaded;
use crate::problem::{Expectation, Expected};
use crate::report::values::value_text;
use crate::solve::descent::methods::{Lecture, Told};
use std::sync::Arc;

/// One expectation of a value.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    /// As the file says it.
    pub text: String,
    pub met: bool,
    pub found: Arc<Matrix>,
}

/// Expectations of the objective and of expressions; of duals and verdicts a run says nothing.
pub(super) fn expectations(loaded: &Loaded, lecture: &Lecture, told: &Told) -> Vec<Checked> {
    let count = loaded.problem.variables.len();
    let variables = lecture.objective.packing.unpack(&told.run.x, count);
    let expectations = loaded.problem.expectations.iter();
    expectations
        .filter_map(|e| checked(loaded, told, &variables, e))
        .collect()
}

/// Whether the last point of a run is what the file expects.
pub fn meets_expectations(loaded: &Loaded, lecture: &Lecture, told: &Told) -> bool {
    let checked = expectations(loaded, lecture, told);
    checked.iter().all(|checked| checked.met)
}

fn checked(
    loaded: &Loaded,
    told: &Told,
    variables: &[Arc<Matrix>],
    expectation: &Expectation,
) -> Option<Checked> {
    let (found, wanted, within) = match &expectation.subject {
        Expected::Objective { value, within } => {
            let found = Matrix::scalar(told.run.last().value);
            (Arc::new(found), Arc::new(Matrix::scalar(*value)), *within)
        }
        Expected::Value {
            expression,
            value,
            within,
        } => {
            let evaluator = Evaluator::new(&loaded.problem.graph, &[*expression]);
            let found = evaluator.evaluate(variables).into_iter().next()?;
            (found, value.clone(), *within)
        }
        Expected::Dual { .. }
        | Expected::Infeasible
        | Expected::Unbounded
        | Expected::Convex
        | Expected::NotConvex => return None,
    };
    let pairs = found.entries().into_owned().into_iter();
    let met = pairs
        .zip(wanted.entries().iter())
        .all(|(f, w)| (f - w).abs() <= within * w.abs().max(1.0));
    let span = expectation.span;
    let text = loaded.text.get(span.start as usize..span.end as usize)?;
    Some(Checked {
        text: text.trim().to_owned(),
        met,
        found,
    })
}

/// "expect accuracy == 1 within 0.05: met, found 0.976".
pub(super) fn sentence(checked: &Checked) -> String {
    let verdict = if checked.met { "met" } else { "not met" };
    if checked.found.shape().is_scalar() {
        let found = value_text(&checked.found, false);
        format!("{}: {verdict}, found {found}", checked.text)
    } else {
        format!("{}: {verdict}", checked.text)
    }
}
