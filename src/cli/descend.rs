//! `bowl descend`: one method or several, step by step.

use super::arguments::{Contender, DescendArguments, Format, Method};
use super::documents::Documents;
use super::exit::Exit;
use super::{input, output};
use crate::pipeline::{self, Loaded};
use crate::report::{
    LectureDetail, lecture_json, lecture_svg, lecture_text, meets_expectations, restarts_json,
    restarts_svg, restarts_text,
};
use crate::solve::Settings;
use crate::solve::descent::methods::{
    Ending, Kind, Lecture, Plan, StepChoice, lecture, restarts, restarts_with_runs,
};
use std::path::Path;
use std::sync::atomic::Ordering;

/// More paths are one blot.
const MOST_DRAWN: usize = 200;

pub(super) fn run(arguments: &DescendArguments) -> Exit {
    if let Some(reason) = unheeded(arguments) {
        eprintln!("{reason}");
        return Exit::CommandWrong;
    }
    let settings = settings(arguments);
    let mut documents = Documents::new(arguments.format == Format::Json, &arguments.files);
    let mut worst = Exit::Done;
    for file in &arguments.files {
        worst = worst.max(file_exit(file, arguments, &settings, &mut documents));
        if settings.interrupted.load(Ordering::SeqCst) {
            worst = Exit::Interrupted;
            break;
        }
    }
    documents.print();
    worst
}

/// Options beside others with which they have no meaning.
fn unheeded(arguments: &DescendArguments) -> Option<String> {
    let compares = !arguments.compare.is_empty();
    let names = |wanted: fn(Kind) -> bool| {
        let mut kinds = arguments
            .compare
            .iter()
            .map(|c| contender(arguments, *c).kind);
        kinds.any(wanted)
    };
    let reason = if arguments.plot.is_some() && arguments.files.len() > 1 {
        "`--plot` draws one file; name one only"
    } else if arguments.plot.is_some() && arguments.starts > MOST_DRAWN {
        return Some(format!(
            "`--plot` draws the paths from at most {MOST_DRAWN} starts"
        ));
    } else if arguments.starts > 1 && compares {
        "`--compare` shows descents from one start; leave `--starts` out"
    } else if arguments.starts > 1 && arguments.trace {
        "`--trace` shows a descent from one start; leave `--starts` out"
    } else if compares && arguments.step.is_some() && !arguments.compare.contains(&Contender::Fixed)
    {
        "`--step` is the step of `fixed`, which `--compare` does not name; name steps in the list itself, \
         as `--compare 0.1,exact`"
    } else if compares && arguments.momentum.is_some() && !names(Kind::has_momentum) {
        "`--momentum` is for heavy-ball and nesterov, and `--compare` names neither"
    } else if compares && arguments.batch.is_some() && !names(Kind::is_random) {
        "`--batch` is for stochastic and adam, and `--compare` names neither"
    } else {
        return None;
    };
    Some(reason.to_owned())
}

fn settings(arguments: &DescendArguments) -> Settings {
    Settings {
        tolerance: arguments.tolerance,
        time_limit: arguments.time_limit,
        max_iterations: Some(arguments.iterations),
        threads: input::all_threads(),
        seed: arguments.seed,
        starts: arguments.starts,
        lowering: Default::default(),
        interrupted: input::interruption(),
    }
}

fn file_exit(
    file: &Path,
    arguments: &DescendArguments,
    settings: &Settings,
    documents: &mut Documents,
) -> Exit {
    let loaded = match input::load_from(file, &arguments.inputs, &arguments.start) {
        Ok(loaded) => loaded,
        Err(reports) => return documents.refuse(file, reports),
    };
    let convex = pipeline::check(&loaded.problem).is_convex();
    let outcome = if arguments.starts > 1 {
        from_starts(&loaded, arguments, settings, convex, documents)
    } else {
        from_one_start(&loaded, arguments, settings, convex, documents)
    };
    outcome.unwrap_or_else(|message| {
        documents.refuse_for(file, &message);
        Exit::InputWrong
    })
}

fn from_one_start(
    loaded: &Loaded,
    arguments: &DescendArguments,
    settings: &Settings,
    convex: bool,
    documents: &mut Documents,
) -> Result<Exit, String> {
    let lecture = lecture(&loaded.problem, &plans(arguments), convex, settings)?;
    match arguments.format {
        Format::Json => documents.push(lecture_json(loaded, &lecture, arguments.trace)),
        Format::Text => output::print(&lecture_text(loaded, &lecture, detail(arguments))),
    }
    if let Some(path) = &arguments.plot {
        write(path, &lecture_svg(&loaded.problem, &lecture)?)?;
    }
    Ok(exit(loaded, &lecture))
}

fn from_starts(
    loaded: &Loaded,
    arguments: &DescendArguments,
    settings: &Settings,
    convex: bool,
    documents: &mut Documents,
) -> Result<Exit, String> {
    let plan = plan(arguments, arguments.method);
    let found = match arguments.plot {
        Some(_) => restarts_with_runs(&loaded.problem, &plan, arguments.starts, settings)?,
        None => restarts(&loaded.problem, &plan, arguments.starts, settings)?,
    };
    let name = plan.kind.name();
    match arguments.format {
        Format::Json => documents.push(restarts_json(loaded, &found, name, convex)),
        Format::Text => {
            let detail = detail(arguments);
            output::print(&restarts_text(loaded, &found, name, convex, detail));
        }
    }
    if let Some(path) = &arguments.plot {
        write(path, &restarts_svg(&loaded.problem, &found)?)?;
    }
    Ok(if found.places.is_empty() {
        Exit::Stopped
    } else {
        Exit::Done
    })
}

fn write(path: &Path, picture: &str) -> Result<(), String> {
    std::fs::write(path, picture)
        .map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}

fn detail(arguments: &DescendArguments) -> LectureDetail {
    LectureDetail {
        full: arguments.full,
        trace: arguments.trace,
        style: output::style(),
    }
}

/// What the options ask for: the one method, or those to compare.
fn plans(arguments: &DescendArguments) -> Vec<Plan> {
    if arguments.compare.is_empty() {
        return vec![plan(arguments, arguments.method)];
    }
    let contenders = arguments.compare.iter();
    contenders.map(|c| contender(arguments, *c)).collect()
}

fn plan(arguments: &DescendArguments, method: Method) -> Plan {
    Plan {
        kind: method.into(),
        step: arguments.step.map_or(StepChoice::Own, StepChoice::Rule),
        momentum: arguments.momentum,
        batch: arguments.batch,
    }
}

/// `fixed` takes the step of the command line when there is one; other methods their own.
fn contender(arguments: &DescendArguments, contender: Contender) -> Plan {
    let with = |kind: Kind, step| Plan {
        kind,
        step,
        momentum: arguments.momentum.filter(|_| kind.has_momentum()),
        batch: arguments.batch.filter(|_| kind.is_random()),
    };
    match contender {
        Contender::Fixed => {
            let step = arguments
                .step
                .map_or(StepChoice::InverseCurvature, StepChoice::Rule);
            with(Kind::Gradient, step)
        }
        Contender::Rule(rule) => with(Kind::Gradient, StepChoice::Rule(rule)),
        Contender::Method(method) => with(method.into(), StepChoice::Own),
    }
}

/// Of several methods the worst; where one converged the file's expectations count.
fn exit(loaded: &Loaded, lecture: &Lecture) -> Exit {
    let exits = lecture.told.iter().map(|told| match told.run.ending {
        Ending::Converged if !meets_expectations(loaded, lecture, told) => Exit::Failed,
        Ending::Converged | Ending::Unfinished | Ending::Stalled(_) => Exit::Done,
        Ending::Diverged | Ending::Cut(_) => Exit::Stopped,
        Ending::Endless => Exit::Unbounded,
    });
    exits.max().unwrap_or(Exit::Done)
}
