//! `bowl derive`: of files, and of bare expressions.

mod checks;
mod expression;

use super::arguments::{DeriveArguments, DeriveFormat};
use super::documents::Documents;
use super::exit::Exit;
use super::{input, output};
use crate::differentiate::{Derivation, derive};
use crate::pipeline::Loaded;
use crate::problem::Problem;
use crate::report::{Formulas, derivation_json, derivation_latex, derivation_text, formulas};
use checks::Checks;
use std::path::Path;

pub(super) fn run(arguments: &DeriveArguments) -> Exit {
    let json = arguments.format == DeriveFormat::Json;
    let mut documents = Documents::new(json, &arguments.files);
    let exits = arguments
        .files
        .iter()
        .map(|file| match expression_in_place_of(file) {
            Some(text) => expression::exit(text, arguments, &mut documents),
            None => file_exit(file, arguments, &mut documents),
        });
    let worst = exits.max().unwrap_or(Exit::Done);
    documents.print();
    worst
}

/// What is no file and is not named like one is an expression.
fn expression_in_place_of(file: &Path) -> Option<&str> {
    let is_file = file.as_os_str() == "-" || file.exists();
    let like_a_file = file.extension().is_some_and(|ending| ending == "opt");
    if is_file || like_a_file {
        return None;
    }
    file.to_str().map(str::trim_start)
}

fn file_exit(file: &Path, arguments: &DeriveArguments, documents: &mut Documents) -> Exit {
    if !arguments.declare.is_empty() {
        documents.refuse_for(
            file,
            "`--declare` is for bare expressions; a file declares its own names",
        );
        return Exit::InputWrong;
    }
    let loaded = match input::load(file, &arguments.inputs) {
        Ok(loaded) => loaded,
        Err(reports) => return documents.refuse(file, reports),
    };
    match derive(&loaded.problem, arguments.wrt.as_deref(), arguments.hessian) {
        Ok(derivation) => {
            let formulas = formulas(&loaded.problem, &derivation);
            report(&loaded, &derivation, &formulas, arguments, documents)
        }
        Err(message) => {
            documents.refuse_for(file, &message);
            Exit::InputWrong
        }
    }
}

fn report(
    loaded: &Loaded,
    derivation: &Derivation,
    formulas: &Formulas,
    arguments: &DeriveArguments,
    documents: &mut Documents,
) -> Exit {
    let checks = Checks::of(&loaded.problem, derivation, arguments);
    let told = checks.told();
    match arguments.format {
        DeriveFormat::Json => documents.push(derivation_json(
            &loaded.name,
            formulas,
            checks.gradient,
            checks.hessian,
        )),
        DeriveFormat::Text => output::print(&derivation_text(formulas, &told)),
        DeriveFormat::Latex => {
            let is_scalar = |name: &str| is_scalar(&loaded.problem, formulas, name);
            output::print(&derivation_latex(formulas, &is_scalar, &told));
        }
    }
    checks.exit()
}

/// Names of sizes and of positions are those that nothing else has.
fn is_scalar(problem: &Problem, formulas: &Formulas, name: &str) -> bool {
    let mut variables = problem.variables.iter();
    let mut params = problem.params.iter();
    let vector = variables.any(|v| *v.name == *name && !v.shape.is_scalar())
        || params.any(|p| *p.name == *name && !p.value.shape().is_scalar());
    !vector && formulas.shared.iter().all(|(shared, _)| shared != name)
}
