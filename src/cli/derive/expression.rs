//! `bowl derive "x'*A*x"`: derived for several choices of sizes, told for all of them.

use super::super::arguments::DeriveArguments;
use super::super::documents::Documents;
use super::super::exit::Exit;
use super::report;
use crate::differentiate::{Derivation, derive};
use crate::elaborate::Inputs;
use crate::pipeline::{self, Loaded};
use crate::report::{Formulas, formulas};
use crate::symbols::{Sketch, generalised, sketch};
use crate::syntax;
use miette::{Diagnostic, NamedSource, Report, miette};
use std::path::Path;

const NAME: &str = "expression";

pub(super) fn exit(text: &str, arguments: &DeriveArguments, documents: &mut Documents) -> Exit {
    match derived(text, arguments) {
        Ok(Derived {
            loaded,
            derivation,
            formulas,
        }) => report(&loaded, &derivation, &formulas, arguments, documents),
        Err(reports) => documents.refuse(Path::new(text), reports),
    }
}

/// For one choice of sizes, with formulas that hold for all.
struct Derived {
    loaded: Loaded,
    derivation: Derivation,
    formulas: Formulas,
}

fn derived(text: &str, arguments: &DeriveArguments) -> Result<Derived, Vec<Report>> {
    if !arguments.inputs.set.is_empty() || !arguments.inputs.data.is_empty() {
        let message = "`--set` and `--data` give values to the params of a file";
        return Err(vec![miette!("{message}; a bare expression has none")]);
    }
    let sketch = sketched(text, arguments).map_err(|mut reports| {
        if looks_like_a_path(text) {
            let no_file = "there is no such file, and as an expression it is wrong as well:";
            reports.insert(0, miette!("`{text}`: {no_file}"));
        }
        reports
    })?;
    let wrt = arguments.wrt.as_deref();
    let unknowns = sketch.unknowns(wrt).map_err(told)?;
    if sketch.numbers(0).is_none() {
        return Err(told("there are too many different sizes".to_owned()));
    }
    let choices = match sketch.size_names().is_empty() {
        true => 1,
        false => Sketch::CHOICES,
    };
    let mut all = Vec::with_capacity(choices);
    for choice in 0..choices {
        all.push(for_choice(&sketch, &unknowns, choice, arguments)?);
    }
    let common = common(&sketch, &all).ok_or_else(|| {
        told(
            "the formula holds numbers that depend on sizes in a way without a name; write a file"
                .to_owned(),
        )
    })?;
    let mut first = all.swap_remove(0);
    first.formulas = common;
    let sizes = sketch.described();
    first.formulas.notes.insert(0, sizes);
    Ok(first)
}

fn sketched(text: &str, arguments: &DeriveArguments) -> Result<Sketch, Vec<Report>> {
    let expr = syntax::parse_expression(text).map_err(|errors| -> Vec<Report> {
        let shown = |error| in_text(error, text);
        errors.into_iter().map(shown).collect()
    })?;
    sketch(text, &expr, &arguments.declare).map_err(|e| vec![in_text(e, text)])
}

fn for_choice(
    sketch: &Sketch,
    unknowns: &[String],
    choice: usize,
    arguments: &DeriveArguments,
) -> Result<Derived, Vec<Report>> {
    let text = sketch.problem(unknowns, choice);
    let loaded = pipeline::load(NAME, text.as_bytes(), &Inputs::default())?;
    let derivation = derive(&loaded.problem, None, arguments.hessian).map_err(told)?;
    let formulas = formulas(&loaded.problem, &derivation);
    Ok(Derived {
        loaded,
        derivation,
        formulas,
    })
}

/// The formulas with names of sizes in place of numbers.
fn common(sketch: &Sketch, all: &[Derived]) -> Option<Formulas> {
    let mut common = all.first()?.formulas.clone();
    let names = sketch.size_names();
    let sizes: Option<Vec<&[usize]>> = (0..all.len()).map(|k| sketch.numbers(k)).collect();
    let sizes = sizes?;
    let texts: Vec<Vec<&str>> = all.iter().map(|derived| derived.formulas.texts()).collect();
    if texts.iter().any(|own| own.len() != texts[0].len()) {
        return None;
    }
    for (k, slot) in common.texts_mut().into_iter().enumerate() {
        let same: Vec<&str> = texts.iter().map(|own| own[k]).collect();
        *slot = generalised(&same, &sizes, &names)?;
    }
    Some(common)
}

fn looks_like_a_path(text: &str) -> bool {
    let sign = |c: char| c.is_alphanumeric() || "_-./\\".contains(c);
    text.contains(['.', '/']) && text.chars().all(sign)
}

fn in_text(error: impl Diagnostic + Send + Sync + 'static, text: &str) -> Report {
    let source = NamedSource::new(NAME, text.to_owned());
    Report::new(error).with_source_code(source)
}

fn told(message: String) -> Vec<Report> {
    vec![miette!("{message}")]
}
