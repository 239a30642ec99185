//! Files, standard input and values of params from the command line.

use super::arguments::{InputArguments, Path as PathChoice, SolverArguments};
use crate::canonicalize::Options;
use crate::data;
use crate::elaborate::{Inputs, Setting};
use crate::pipeline::{self, Loaded, Paths};
use crate::solve::Settings;
use crate::syntax::{self, ast};
use miette::{NamedSource, Report, miette};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Larger problem files are refused; data belongs into data files.
const LARGEST_TEXT: u64 = 1 << 30;

/// Reads and elaborates one file, with starts (`EXPR` or `NAME=EXPR`) in place of declared ones.
pub(super) fn load_from(
    file: &Path,
    arguments: &InputArguments,
    starts: &[String],
) -> Result<Loaded, Vec<Report>> {
    let mut inputs = inputs(file, arguments).map_err(|report| vec![report])?;
    for start in starts {
        inputs
            .starts
            .push(parse_start(start).map_err(|report| vec![report])?);
    }
    let bytes = bytes(file).map_err(|report| vec![report])?;
    pipeline::load(&shown_name(file), &bytes, &inputs)
}

/// Reads and elaborates one file.
pub(super) fn load(file: &Path, arguments: &InputArguments) -> Result<Loaded, Vec<Report>> {
    let inputs = inputs(file, arguments).map_err(|report| vec![report])?;
    let bytes = bytes(file).map_err(|report| vec![report])?;
    pipeline::load(&shown_name(file), &bytes, &inputs)
}

pub(super) fn shown_name(file: &Path) -> String {
    if is_stdin(file) {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    }
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn bytes(file: &Path) -> Result<Vec<u8>, Report> {
    let mut bytes = Vec::new();
    let outcome = if is_stdin(file) {
        std::io::stdin()
            .take(LARGEST_TEXT + 1)
            .read_to_end(&mut bytes)
    } else {
        let opened = std::fs::File::open(file).and_then(|opened| {
            if opened.metadata()?.is_dir() {
                Err(std::io::Error::other("it is a folder, not a file"))
            } else {
                Ok(opened)
            }
        });
        opened.and_then(|opened| opened.take(LARGEST_TEXT + 1).read_to_end(&mut bytes))
    };
    match outcome {
        Ok(_) if bytes.len() as u64 > LARGEST_TEXT => Err(miette!(
            code = "bowl::file::too_large",
            help = "put large data into a CSV file and read it with `csv(\"file.csv\")`",
            "`{}` is larger than 1 GiB",
            shown_name(file)
        )),
        Ok(_) => Ok(bytes),
        Err(error) => Err(miette!(
            code = "bowl::file::unreadable",
            "cannot read `{}`: {}",
            shown_name(file),
            data::plain_reason(&error)
        )),
    }
}

fn inputs(file: &Path, arguments: &InputArguments) -> Result<Inputs, Report> {
    let directory = if is_stdin(file) { None } else { file.parent() };
    let mut inputs = Inputs {
        directory: directory.map(PathBuf::from).unwrap_or_default(),
        ..Inputs::default()
    };
    for setting in &arguments.set {
        inputs.settings.push(parse_setting(setting)?);
    }
    for path in &arguments.data {
        for (name, value) in data::read_inputs(path).map_err(Report::new)? {
            inputs.data.insert(name, Arc::new(value));
        }
    }
    Ok(inputs)
}

/// `lambda=0.5`.
fn parse_setting(setting: &str) -> Result<Setting, Report> {
    let Some((name, text)) = setting.split_once('=') else {
        return Err(miette!(
            code = "bowl::set::form",
            help = "write `--set lambda=0.5`",
            "`--set {setting}` has no `=`"
        ));
    };
    Ok(Setting {
        name: name.trim().to_owned(),
        text: text.to_owned(),
        value: expression(text, &format!("--set {name}"))?,
    })
}

/// `2`, `[1; 2]`, `w=randn(10, seed = 3)`.
fn parse_start(start: &str) -> Result<(Option<String>, ast::Expr), Report> {
    let named = |c: char| c.is_alphanumeric() || c == '_';
    match start.split_once('=') {
        Some((name, text)) if name.trim().chars().all(named) => Ok((
            Some(name.trim().to_owned()),
            expression(text, &format!("--start {name}"))?,
        )),
        Some(_) | None => Ok((None, expression(start, "--start")?)),
    }
}

fn expression(text: &str, place: &str) -> Result<ast::Expr, Report> {
    syntax::parse_expression(text).map_err(|errors| {
        let source = NamedSource::new(place, text.to_owned());
        let first = errors.into_iter().next().map(Report::new);
        first
            .unwrap_or_else(|| miette!("`{place}` cannot be read"))
            .with_source_code(source)
    })
}

impl From<PathChoice> for Paths {
    fn from(choice: PathChoice) -> Self {
        Paths {
            conic: choice != PathChoice::Gradient,
            gradient: choice != PathChoice::Conic,
        }
    }
}

/// Settings for the solvers.
pub(super) fn settings(arguments: &SolverArguments) -> Settings {
    let threads = match arguments.threads {
        0 => all_threads(),
        threads => threads,
    };
    let rules = arguments.without.iter();
    let lowering = rules.fold(Options::default(), |options, rule| {
        options.without(rule).unwrap_or(options)
    });
    Settings {
        tolerance: arguments.tolerance,
        time_limit: arguments.time_limit,
        max_iterations: arguments.max_iterations,
        threads,
        seed: arguments.seed,
        starts: arguments.starts,
        lowering,
        interrupted: interruption(),
    }
}

/// As many as the machine has.
pub(super) fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Set by the first Ctrl-C; the second ends the process.
pub(super) fn interruption() -> Arc<AtomicBool> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = interrupted.clone();
    let handler = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    if handler.is_err() {
        // Without a handler Ctrl-C ends the process at once, which is what the user wants too.
    }
    interrupted
}
