//! Whether answers meet what the file expects.

use super::judge::{Judge, Judgement};
use crate::convexity::Convexity;
use crate::matrix::Matrix;
use crate::problem::{Expectation, Expected, Problem};
use crate::solve::{Solution, Status};
use crate::span::Span;
use std::sync::Arc;

/// One path's answer under test.
#[derive(Clone, Copy, Debug)]
pub struct Tested<'a> {
    /// `conic` or `gradient`.
    pub path: &'static str,
    pub solution: &'a Solution,
    pub judgement: Option<&'a Judgement>,
    /// Where values are read: inner problems at their optimum; or why not.
    pub point: Result<&'a [Arc<Matrix>], &'a str>,
}

/// One expectation that an answer does not meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Unmet {
    /// Of the expectation in the text.
    pub span: Span,
    /// One sentence.
    pub reason: String,
}

/// What is not as expected; empty when all is well. Paths that did not handle the problem are left
/// out by the caller.
pub fn unmet(
    problem: &Problem,
    judge: &Judge<'_>,
    convexity: Convexity,
    answers: &[Tested<'_>],
) -> Vec<Unmet> {
    let mut failures = Vec::new();
    for Expectation { subject, span } in &problem.expectations {
        let mut unmet = |reason| {
            failures.push(Unmet {
                span: *span,
                reason,
            })
        };
        match subject {
            Expected::Convex if convexity != Convexity::Proved => {
                unmet("expected a proof of convexity, found none".to_owned());
            }
            Expected::NotConvex if convexity == Convexity::Proved => {
                unmet("expected a problem that is not convex, found a proof".to_owned());
            }
            Expected::Convex | Expected::NotConvex => {}
            subject => answers
                .iter()
                .filter_map(|a| broken(problem, judge, subject, *a))
                .for_each(unmet),
        }
    }
    failures
}

fn broken(
    problem: &Problem,
    judge: &Judge<'_>,
    subject: &Expected,
    answer: Tested<'_>,
) -> Option<String> {
    let path = answer.path;
    let solution = answer.solution;
    match subject {
        Expected::Convex | Expected::NotConvex => None,
        Expected::Infeasible => (!matches!(solution.status, Status::Infeasible(_))).then(|| {
            format!(
                "{path}: expected infeasible, found {}",
                solution.status.word()
            )
        }),
        Expected::Unbounded => (!matches!(solution.status, Status::Unbounded(_))).then(|| {
            format!(
                "{path}: expected unbounded, found {}",
                solution.status.word()
            )
        }),
        Expected::Objective { value, within } => {
            let found = answer.judgement.and_then(|j| j.objective);
            far(found, *value, *within).then(|| {
                let found = found.map_or(solution.status.word().to_owned(), |f| format!("{f:.10}"));
                format!("{path}: expected objective {value} within {within:e}, found {found}")
            })
        }
        Expected::Value {
            expression,
            value,
            within,
        } => {
            answer.judgement?;
            let text = || problem.text(*expression);
            let point = match answer.point {
                Ok(point) => point,
                Err(reason) => return Some(format!("{path}: expected {}, but {reason}", text())),
            };
            let found = judge.values(&[*expression], point).pop()?;
            difference(&found.entries(), &value.entries(), *within)
                .map(|where_| format!("{path}: expected {} {where_}", text()))
        }
        Expected::Dual {
            name,
            constraints,
            value,
            within,
        } => {
            let found = duals(solution, constraints)?;
            difference(&found, &value.entries(), *within)
                .map(|where_| format!("{path}: expected dual({name}) {where_}"))
        }
    }
}

fn far(found: Option<f64>, value: f64, within: f64) -> bool {
    let close = |f: f64| (f - value).abs() <= within * value.abs().max(1.0);
    !found.is_some_and(close)
}

/// The entries of these constraints' duals, one behind the other.
fn duals(solution: &Solution, constraints: &[usize]) -> Option<Vec<f64>> {
    let duals = solution.duals.as_ref()?;
    let mut entries = Vec::new();
    for &k in constraints {
        entries.extend_from_slice(&duals.get(k)?.entries());
    }
    Some(entries)
}

/// "[3] == 2 within 1e-6, found 2.1" for the worst entry, when one is too far off.
fn difference(found: &[f64], wanted: &[f64], within: f64) -> Option<String> {
    let off = |k: &usize| (found[*k] - wanted[*k]).abs() / wanted[*k].abs().max(1.0);
    let worst = (0..wanted.len().min(found.len())).max_by(|a, b| off(a).total_cmp(&off(b)))?;
    let place = if wanted.len() > 1 {
        format!("at entry {} ", worst + 1)
    } else {
        String::new()
    };
    let off = off(&worst);
    (off > within || off.is_nan()).then(|| {
        let (wanted, found) = (wanted[worst], found[worst]);
        format!("{place}== {wanted} within {within:e}, found {found:.10}")
    })
}
