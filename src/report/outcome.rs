//! `bowl solve` for people.

use super::number::{compact, duration, significant};
use super::places::places_text;
use super::style::Style;
use super::table::table;
use super::values::named_values;
use crate::compare::{AGREE, Agreement, Judgement};
use crate::matrix::Matrix;
use crate::pipeline::{Answer, Loaded, Outcome};
use crate::problem::{Goal, Origin, Problem};
use crate::solve::Status;
use std::fmt::Write;
use std::sync::Arc;

/// More lines of duals are abbreviated.
const MOST_DUALS: usize = 30;

/// How much to tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detail {
    pub full: bool,
    pub verbose: bool,
    pub style: Style,
}

/// The whole report of one file.
pub fn outcome_text(loaded: &Loaded, outcome: &Outcome<'_>, detail: Detail) -> String {
    let problem = &loaded.problem;
    let mut text = headline(loaded, outcome, detail.style);
    text.push('\n');
    text.push_str(&answers_table(problem, outcome, detail.style));
    for note in notes(outcome) {
        let _ = writeln!(text, "  {note}");
    }
    if let Some(gradient) = &outcome.gradient {
        text.push_str(&places_text(problem, &gradient.solution.places));
    }
    if let Some(subset) = &outcome.contradictory {
        let _ = writeln!(text, "  {}", super::subset::told(loaded, subset));
    }
    if detail.verbose {
        text.push_str(&direction_text(problem, outcome, detail.full));
    }
    if let Some(answer) = outcome.best().filter(|answer| has_answer(answer)) {
        text.push('\n');
        text.push_str(&variables_text(
            problem,
            &answer.solution.variables,
            detail.full,
            false,
        ));
        if detail.verbose {
            text.push_str(&duals_text(problem, answer, detail.full, false));
            text.push_str(&inner_text(problem, answer, detail.full));
        }
    }
    text
}

/// Values of the file's own variables, or of those of inner problems.
fn variables_text(problem: &Problem, values: &[Arc<Matrix>], full: bool, inner: bool) -> String {
    let pairs = problem.variables.iter().zip(values);
    let shown = pairs.filter(|(variable, _)| variable.inner == inner);
    let named = shown.map(|(variable, value)| (variable.name.to_string(), value.as_ref()));
    named_values(named, full, 2)
}

/// The direction that proves the objective unbounded.
fn direction_text(problem: &Problem, outcome: &Outcome<'_>, full: bool) -> String {
    let answers = [&outcome.conic, &outcome.gradient].into_iter().flatten();
    let mut directions = answers.map(|answer| &answer.evidence.direction);
    let Some(direction) = directions.find(|direction| !direction.is_empty()) else {
        return String::new();
    };
    let entries = variables_text(problem, direction, full, false);
    format!("\n  the objective improves without end along\n\n{entries}")
}

/// Variables and duals of inner problems and sets.
fn inner_text(problem: &Problem, answer: &Answer, full: bool) -> String {
    if !problem.has_inner() {
        return String::new();
    }
    format!(
        "\n  inner variables\n\n{}{}",
        variables_text(problem, &answer.solution.variables, full, true),
        duals_text(problem, answer, full, true)
    )
}

fn headline(loaded: &Loaded, outcome: &Outcome<'_>, style: Style) -> String {
    let problem = &loaded.problem;
    let variables: usize = problem.size();
    let rows: usize = problem
        .constraints
        .iter()
        .filter(|c| c.origin == Origin::Line)
        .map(|c| problem.constraint_shape(c).size())
        .sum();
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let mut size = format!("{variables} variable{}", plural(variables));
    if rows > 0 {
        let _ = write!(size, ", {rows} constraint{}", plural(rows));
    }
    format!(
        "{}  {}  {}\n",
        style.bold(&loaded.name),
        outcome.check.summary(),
        style.dim(&size)
    )
}

fn answers_table(problem: &Problem, outcome: &Outcome<'_>, style: Style) -> String {
    let answers: Vec<(&str, &Answer)> = [
        ("conic", outcome.conic.as_ref()),
        ("gradient", outcome.gradient.as_ref()),
    ]
    .into_iter()
    .filter_map(|(name, answer)| Some((name, answer?)))
    .collect();
    let row = |label: &str, cell: &dyn Fn(&Answer) -> String| {
        let mut cells = vec![label.to_owned()];
        cells.extend(answers.iter().map(|(_, answer)| cell(answer)));
        cells
    };
    let mut rows = vec![vec![String::new()]];
    rows[0].extend(answers.iter().map(|(name, _)| (*name).to_owned()));
    let mut first = row("objective", &|a| objective_cell(a, problem.objective.goal));
    first.push(agreement_text(&outcome.agreement, style));
    rows.push(first);
    if answers.iter().any(|(_, a)| violation(a).is_some()) {
        rows.push(row("violation", &|a| {
            violation(a).map_or(String::new(), compact)
        }));
    }
    if answers.iter().any(|(_, a)| !a.solution.places.is_empty()) {
        rows.push(row("slope", &slope_cell));
    }
    let convex = outcome.check.is_convex();
    type Measure = fn(&Answer) -> Option<f64>;
    for (name, of) in [
        ("gap", gap as Measure),
        ("complementarity", complementarity),
    ] {
        if convex && answers.iter().any(|(_, a)| of(a).is_some()) {
            rows.push(row(name, &|a| of(a).map_or(String::new(), compact)));
        }
    }
    rows.push(row("time", &|a| duration(a.solution.work.seconds)));
    rows.push(row("method", &|a| a.solution.work.method.clone()));
    rows.push(row("work", &work_cell));
    table(&rows, 2)
}

fn objective_cell(answer: &Answer, goal: Goal) -> String {
    let value = answer.judgement.as_ref().map(|j| match j.objective {
        Some(objective) => significant(objective, 11),
        None if j.violation > AGREE => "not feasible".to_owned(),
        None => "feasible".to_owned(),
    });
    match (&answer.solution.status, value) {
        (Status::Solved, Some(value)) => value,
        (Status::Local, Some(value)) if goal == Goal::Find => value,
        (Status::Local, Some(value)) => {
            format!("{value} ({})", answer.solution.status.word_for(goal))
        }
        (Status::Infeasible(_), _) => "infeasible".to_owned(),
        (Status::Unbounded(_), _) => "unbounded".to_owned(),
        (Status::NotHandled(_), _) => "not handled".to_owned(),
        (Status::Stopped(_), Some(value)) => format!("{value} (stopped)"),
        (Status::Stopped(_) | Status::Solved | Status::Local, None) => "no answer".to_owned(),
    }
}

/// Of the Lagrangian at a local answer.
fn slope_cell(answer: &Answer) -> String {
    let place = answer.solution.places.first();
    place.map_or(String::new(), |p| compact(p.gradient_norm))
}

/// Whether the point is meant as an answer: where there is none, the last point tells nothing.
fn has_answer(answer: &Answer) -> bool {
    match answer.solution.status {
        Status::Solved | Status::Local | Status::Stopped(_) => true,
        Status::Infeasible(_) | Status::Unbounded(_) | Status::NotHandled(_) => false,
    }
}

fn judged(answer: &Answer) -> Option<&Judgement> {
    answer.judgement.as_ref().filter(|_| has_answer(answer))
}

fn violation(answer: &Answer) -> Option<f64> {
    Some(judged(answer)?.violation)
}

/// To the proved bound. Of a point that is no answer it would tell nothing: the multipliers may belong
/// to no point.
fn gap(answer: &Answer) -> Option<f64> {
    meant(answer)?.gap
}

/// What the multipliers alone say where no bound is proved.
fn complementarity(answer: &Answer) -> Option<f64> {
    let judgement = meant(answer)?;
    judgement
        .complementarity
        .filter(|_| judgement.gap.is_none())
}

fn meant(answer: &Answer) -> Option<&Judgement> {
    let stopped = matches!(answer.solution.status, Status::Stopped(_));
    judged(answer).filter(|_| !stopped)
}

fn work_cell(answer: &Answer) -> String {
    let work = &answer.solution.work;
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    match (work.iterations, work.evaluations) {
        (0, 0) => String::new(),
        (n, 0) => format!("{n} iteration{}", plural(n)),
        (_, n) => format!("{n} evaluation{}", plural(n)),
    }
}

fn agreement_text(agreement: &Agreement, style: Style) -> String {
    match agreement {
        Agreement::Agree { difference } if *difference == 0.0 => style.good("agree exactly"),
        Agreement::Agree { difference } => {
            style.good(&format!("agree to {}", compact(*difference)))
        }
        Agreement::Loosely { difference } => {
            style.warn(&format!("agree loosely: to {}", compact(*difference)))
        }
        Agreement::BothInfeasible | Agreement::BothUnbounded => style.good("agree"),
        Agreement::Disagree { .. } => style.bad("disagree"),
        Agreement::OneAnswer { .. } => style.warn("one answer only"),
        Agreement::NoAnswer { .. } => style.bad("no answer"),
    }
}

/// Plain sentences below the table.
fn notes(outcome: &Outcome<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    match &outcome.agreement {
        Agreement::Disagree { reason } => notes.push(format!("the answers disagree: {reason}")),
        Agreement::OneAnswer { reason } => notes.push(format!("one answer only: {reason}")),
        Agreement::NoAnswer { reason } => notes.push(format!("no answer: {reason}")),
        Agreement::Agree { .. }
        | Agreement::Loosely { .. }
        | Agreement::BothInfeasible
        | Agreement::BothUnbounded => {}
    }
    let told = match &outcome.agreement {
        Agreement::NoAnswer { reason } => Some(reason),
        _ => None,
    };
    let answers = [("conic", &outcome.conic), ("gradient", &outcome.gradient)];
    for (path, answer) in answers {
        let Some(answer) = answer else { continue };
        if let Status::Stopped(reason) = &answer.solution.status
            && told.is_none_or(|told| told != reason)
        {
            notes.push(format!("the {path} path stopped: {reason}"));
        }
        notes.extend(answer.proof.iter().map(|p| format!("{path}: {p}")));
        notes.extend(answer.solution.notes.iter().map(|n| format!("{path}: {n}")));
    }
    notes
}

/// Duals by constraint name.
fn duals_text(problem: &Problem, answer: &Answer, full: bool, inner: bool) -> String {
    let Some(duals) = &answer.solution.duals else {
        return String::new();
    };
    let mut named = dual_families(problem, duals, inner);
    if named.is_empty() {
        return String::new();
    }
    let left_out = named.len().saturating_sub(MOST_DUALS);
    if !full {
        named.truncate(MOST_DUALS);
    }
    let lines = named
        .iter()
        .map(|(name, value)| (format!("dual({name})"), value.as_ref()));
    let mut text = format!("\n{}", named_values(lines, full, 2));
    if left_out > 0 && !full {
        let _ = writeln!(text, "  … and {left_out} more; `--full` prints all");
    }
    text
}

/// Scalar members of one family as one vector, `label[1..n]`; everything else as it is.
fn dual_families(
    problem: &Problem,
    duals: &[Arc<Matrix>],
    inner: bool,
) -> Vec<(String, Arc<Matrix>)> {
    let mut named: Vec<(String, Arc<Matrix>)> = Vec::new();
    let mut start = 0;
    while start < duals.len() {
        if problem.constraints[start].is_inner() != inner {
            start += 1;
            continue;
        }
        let first = &problem.constraints[start].name;
        let member = |k: &usize| {
            let name = &problem.constraints[*k].name;
            name.label == first.label && name.part == first.part && !name.indices.is_empty()
        };
        let scalar = |k: &usize| duals[*k].shape().is_scalar();
        let count = (start..duals.len())
            .take_while(|k| member(k) && scalar(k))
            .count();
        if count < 2 {
            named.push((first.to_string(), duals[start].clone()));
            start += 1;
            continue;
        }
        let entries = (start..start + count).map(|k| duals[k].get(0, 0)).collect();
        let name = format!("{}[…]", first.label);
        named.push((name, Arc::new(Matrix::vector(entries))));
        start += count;
    }
    named
}
