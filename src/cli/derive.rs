//! `bowl derive`.

use super::arguments::{DeriveArguments, Format};
use super::documents::Documents;
use super::exit::Exit;
use super::{input, output};
use crate::compare::gradient_error;
use crate::differentiate::gradient;
use crate::expr::{ExprId, Graph, print};
use crate::pipeline::Loaded;
use crate::problem::Problem;
use crate::report::compact;
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// A gradient further than this from central differences fails `--check`.
const CHECK_TOLERANCE: f64 = 1e-5;

/// The objective's gradient, one expression for each variable asked for.
struct Derivation {
    graph: Graph,
    variables: Vec<usize>,
    gradient: Vec<ExprId>,
}

pub(super) fn run(arguments: &DeriveArguments) -> Exit {
    let mut documents = Documents::new(arguments.format == Format::Json, &arguments.files);
    let exits = arguments
        .files
        .iter()
        .map(|file| file_exit(file, arguments, &mut documents));
    let worst = exits.max().unwrap_or(Exit::Done);
    documents.print();
    worst
}

fn file_exit(file: &Path, arguments: &DeriveArguments, documents: &mut Documents) -> Exit {
    let loaded = match input::load(file, &arguments.inputs) {
        Ok(loaded) => loaded,
        Err(reports) => return documents.refuse(file, reports),
    };
    match derivation(&loaded.problem, arguments) {
        Ok(derivation) => report(&loaded, &derivation, arguments, documents),
        Err(message) => {
            documents.refuse_for(file, &message);
            Exit::InputWrong
        }
    }
}

fn derivation(problem: &Problem, arguments: &DeriveArguments) -> Result<Derivation, String> {
    let objective = problem
        .objective
        .expression
        .ok_or("`find` has no objective to differentiate")?;
    let variables = match &arguments.wrt {
        None => (0..problem.variables.len())
            .filter(|&k| !problem.variables[k].inner)
            .collect(),
        Some(name) => vec![
            problem
                .variables
                .iter()
                .position(|v| *v.name == **name)
                .ok_or_else(|| format!("there is no variable `{name}`"))?,
        ],
    };
    let mut graph = problem.graph.clone();
    let nodes: Vec<ExprId> = variables
        .iter()
        .map(|&k| problem.variables[k].node)
        .collect();
    let gradient = gradient(&mut graph, objective, &nodes);
    Ok(Derivation {
        graph,
        variables,
        gradient,
    })
}

fn report(
    loaded: &Loaded,
    derivation: &Derivation,
    arguments: &DeriveArguments,
    documents: &mut Documents,
) -> Exit {
    let problem = &loaded.problem;
    let names = problem.variable_names();
    let formulas: Vec<(Arc<str>, String)> = derivation
        .variables
        .iter()
        .zip(&derivation.gradient)
        .map(|(&k, &g)| (names[k].clone(), print(&derivation.graph, g, &names).text))
        .collect();
    let error = arguments.check.then(|| {
        gradient_error(
            problem,
            &derivation.graph,
            &derivation.variables,
            &derivation.gradient,
        )
    });
    match arguments.format {
        Format::Json => documents.push(as_json(loaded, &formulas, error)),
        Format::Text => output::print(&as_text(loaded, &formulas, error)),
    }
    match error {
        Some(error) if error > CHECK_TOLERANCE => Exit::Failed,
        Some(_) | None => Exit::Done,
    }
}

fn as_text(loaded: &Loaded, formulas: &[(Arc<str>, String)], error: Option<f64>) -> String {
    let problem = &loaded.problem;
    let mut text = String::new();
    if let Some(objective) = problem.objective.expression {
        let _ = writeln!(text, "f = {}", problem.text(objective));
    }
    let width = formulas
        .iter()
        .map(|(n, _)| n.chars().count())
        .max()
        .unwrap_or(0);
    for (name, formula) in formulas {
        let padding = " ".repeat(width - name.chars().count());
        let _ = writeln!(text, "df/d{name}{padding} = {formula}");
    }
    if let Some(error) = error {
        let _ = writeln!(text, "central differences agree to {}", compact(error));
    }
    text
}

fn as_json(loaded: &Loaded, formulas: &[(Arc<str>, String)], error: Option<f64>) -> Value {
    let problem = &loaded.problem;
    let gradient: Map<String, Value> = formulas
        .iter()
        .map(|(name, formula)| (name.to_string(), json!(formula)))
        .collect();
    json!({
        "schema": 1,
        "file": loaded.name,
        "objective": problem.objective.expression.map(|f| problem.text(f)),
        "gradient": gradient,
        "difference_error": error,
    })
}
