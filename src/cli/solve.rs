//! `bowl solve`.

use super::arguments::{Format, Path as PathChoice, SolveArguments};
use super::documents::Documents;
use super::excerpt;
use super::exit::Exit;
use super::{input, output};
use crate::compare::Agreement;
use crate::pipeline::{self, Loaded, Outcome, Paths};
use crate::report::{Detail, outcome_json, outcome_text, significant};
use crate::solve::{Settings, Status};
use std::path::Path;
use std::sync::atomic::Ordering;

pub(super) fn run(arguments: &SolveArguments) -> Exit {
    if arguments.output.is_some() && arguments.files.len() > 1 {
        eprintln!("`--output` writes the values of one file; name one only");
        return Exit::CommandWrong;
    }
    let settings = input::settings(&arguments.solver);
    let mut documents = Documents::new(arguments.format == Format::Json, &arguments.files);
    let mut worst = Exit::Done;
    for (k, file) in arguments.files.iter().enumerate() {
        if k > 0 && arguments.format == Format::Text {
            output::print("\n");
        }
        worst = worst.max(file_exit(file, arguments, &settings, &mut documents));
        if settings.interrupted.load(Ordering::SeqCst) {
            worst = Exit::Interrupted;
            break;
        }
    }
    documents.print();
    worst
}

fn file_exit(
    file: &Path,
    arguments: &SolveArguments,
    settings: &Settings,
    documents: &mut Documents,
) -> Exit {
    let loaded = match input::load(file, &arguments.inputs) {
        Ok(loaded) => loaded,
        Err(reports) => return documents.refuse(file, reports),
    };
    let check = pipeline::check(&loaded.problem);
    if !check.is_convex() {
        output::explain(&loaded, &check);
        if arguments.require_convex || arguments.solver.path == PathChoice::Conic {
            documents.refuse_for(file, "not proved convex, so not solved");
            return Exit::NotConvex;
        }
    }
    let paths = Paths::from(arguments.solver.path);
    let outcome = pipeline::solve(&loaded.problem, check, paths, settings);
    tell(&loaded, &outcome, arguments, documents);
    if let Some(path) = &arguments.output
        && let Err(report) = output::write_values(path, &loaded, &outcome)
    {
        eprintln!("{}", excerpt::rendered(report));
        return Exit::InputWrong;
    }
    exit(&outcome)
}

fn tell(
    loaded: &Loaded,
    outcome: &Outcome<'_>,
    arguments: &SolveArguments,
    documents: &mut Documents,
) {
    match arguments.format {
        Format::Json => documents.push(outcome_json(loaded, outcome)),
        Format::Text if arguments.quiet => output::print(&quiet_line(outcome)),
        Format::Text => {
            let detail = Detail {
                full: arguments.full,
                verbose: arguments.verbose,
                style: output::style(),
            };
            output::print(&outcome_text(loaded, outcome, detail));
        }
    }
}

fn quiet_line(outcome: &Outcome<'_>) -> String {
    let Some(answer) = outcome.best() else {
        return format!("{}\n", outcome.word());
    };
    match (
        &answer.solution.status,
        answer.judgement.as_ref().and_then(|j| j.objective),
    ) {
        (Status::Solved | Status::Local, Some(objective)) => {
            format!("{}\n", significant(objective, 12))
        }
        (Status::Solved | Status::Local, None) => "feasible\n".to_owned(),
        (status, _) => format!("{}\n", status.word()),
    }
}

/// The exit code of one file's outcome.
fn exit(outcome: &Outcome<'_>) -> Exit {
    let answers = [&outcome.conic, &outcome.gradient];
    let has = |wanted: fn(&Status) -> bool| {
        answers
            .iter()
            .any(|a| a.as_ref().is_some_and(|a| wanted(&a.solution.status)))
    };
    match &outcome.agreement {
        Agreement::Agree { .. } | Agreement::Loosely { .. } => Exit::Done,
        Agreement::BothInfeasible => Exit::Infeasible,
        Agreement::BothUnbounded => Exit::Unbounded,
        Agreement::Disagree { .. } => Exit::Failed,
        Agreement::NoAnswer { .. } => Exit::Stopped,
        // The second opinion was sought and not had.
        Agreement::OneAnswer { .. }
            if outcome.check.is_convex()
                && has(|s| matches!(s, Status::Solved))
                && has(|s| matches!(s, Status::Stopped(_))) =>
        {
            Exit::Stopped
        }
        Agreement::OneAnswer { .. } if has(|s| matches!(s, Status::Solved | Status::Local)) => {
            Exit::Done
        }
        Agreement::OneAnswer { .. } if has(|s| matches!(s, Status::Infeasible(_))) => {
            Exit::Infeasible
        }
        Agreement::OneAnswer { .. } if has(|s| matches!(s, Status::Unbounded(_))) => {
            Exit::Unbounded
        }
        Agreement::OneAnswer { .. } => Exit::Stopped,
    }
}
