//! Gradients and Hessians as `bowl derive` tells them: right by differences, and written in the language.

use super::sample::Trial;
use bowl::atoms::construct;
use bowl::compare::{Difference, gradient_error, hessian_error};
use bowl::dcp::Interval;
use bowl::differentiate::{Block, Derivation, derive, underivable};
use bowl::elaborate::Inputs;
use bowl::expr::{Evaluator, ExprId, Kink, VariableId};
use bowl::matrix::Matrix;
use bowl::pipeline;
use bowl::problem::{Goal, Objective, Problem, Structure, Variable};
use bowl::report::{Formula, formulas};
use bowl::shape::Shape;
use bowl::span::Span;
use std::fmt::Write;
use std::sync::Arc;

/// What a declaration may say of a variable.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Declared {
    Plain,
    Symmetric,
    Diagonal,
    Psd,
    Nsd,
}

const SQUARE: [Declared; 5] = [
    Declared::Plain,
    Declared::Symmetric,
    Declared::Diagonal,
    Declared::Psd,
    Declared::Nsd,
];

fn variable(problem: &mut Problem, shape: Shape, declared: Declared, range: Interval) -> ExprId {
    let id = VariableId(problem.variables.len() as u32);
    let node = problem.graph.variable(id, shape, Span::default());
    let name = format!("v{}", id.index());
    problem.variables.push(Variable {
        structure: match declared {
            Declared::Plain => Structure::Full,
            Declared::Diagonal => Structure::Diagonal,
            Declared::Symmetric | Declared::Psd | Declared::Nsd => Structure::Symmetric,
        },
        psd: declared == Declared::Psd,
        nsd: declared == Declared::Nsd,
        ..Variable::plain(name, node, shape, range, Span::default())
    });
    node
}

/// minimise weights'f(arguments).
fn problem(trial: &mut Trial<'_>, declared: Declared) -> Option<Problem> {
    let mut problem = Problem::default();
    let range = trial.half.interval();
    let mut operands = Vec::new();
    for (k, constant) in trial.constants.clone().into_iter().enumerate() {
        operands.push(match constant {
            Some(value) => problem.graph.constant(value, None, Span::default()),
            None => {
                let shape = trial.specimen.arguments[k].0;
                let own = match shape.is_square() && !shape.is_scalar() {
                    true => declared,
                    false => Declared::Plain,
                };
                variable(&mut problem, shape, own, range)
            }
        });
    }
    let atom = trial.specimen.atom.clone();
    let value = problem.graph.apply(atom, &operands, Span::default()).ok()?;
    let weights = trial.random.matrix(problem.graph.shape(value), 0.5, 1.5);
    let weights = problem.graph.constant(weights, None, Span::default());
    let total = construct::inner_product(&mut problem.graph, weights, value);
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let known = underivable(&problem.graph, total, &nodes).is_none() && !nodes.is_empty();
    problem.objective = Objective {
        goal: Goal::Minimize,
        expression: Some(total),
        ..Objective::default()
    };
    known.then_some(problem)
}

/// `--check --hessian` holds for every function whose derivatives are known and every declaration of a
/// square matrix; points must be found unless the declaration leaves none.
pub fn check_law(trial: &mut Trial<'_>) -> Result<(), String> {
    let square = trial.varying().any(|k| {
        let shape = trial.specimen.arguments[k].0;
        shape.is_square() && !shape.is_scalar()
    });
    let declarations = if square { &SQUARE[..] } else { &SQUARE[..1] };
    for &declared in declarations {
        let Some(problem) = problem(trial, declared) else {
            continue;
        };
        let derivation = derive(&problem, None, true)?;
        let gradient = gradient_error(&problem, &derivation);
        holds("gradient", gradient, declared)?;
        if matches!(trial.specimen.atom.kink(), Kink::Smooth) {
            holds("Hessian", hessian_error(&problem, &derivation), declared)?;
        }
    }
    Ok(())
}

fn holds(what: &str, difference: Difference, declared: Declared) -> Result<(), String> {
    match difference {
        Difference::By(error) if error <= 1e-5 => Ok(()),
        // No definite or diagonal matrix has a value, or none of a sign.
        Difference::NoPoint if declared != Declared::Plain => Ok(()),
        other => Err(format!("{what}, declared {declared:?}: {other:?}")),
    }
}

/// The texts read as expressions that have the derivatives' values, unless names are explained.
pub fn text_law(trial: &mut Trial<'_>) -> Result<(), String> {
    let Some(problem) = problem(trial, Declared::Plain) else {
        return Ok(());
    };
    let derivation = derive(&problem, None, true)?;
    let printed = formulas(&problem, &derivation);
    if !printed.meanings.is_empty() {
        return Ok(());
    }
    let Some(arguments) = trial.points() else {
        return Ok(());
    };
    let point: Vec<Arc<Matrix>> = trial.varying().map(|k| arguments[k].clone()).collect();
    let pairs = derivation.gradient.iter().zip(&printed.gradient);
    let mut texts: Vec<(ExprId, String)> = pairs.map(|(&g, (_, text))| (g, text.clone())).collect();
    for (second, told) in derivation.hessian.iter().zip(&printed.hessian) {
        let (Some(root), Some(text)) = (root(&second.block), text(&told.formula)) else {
            continue;
        };
        texts.push((root, text.to_owned()));
    }
    for (root, text) in texts {
        reads_back(
            trial,
            &problem,
            &derivation,
            &point,
            (root, &text),
            &printed.shared,
        )?;
    }
    Ok(())
}

fn root(block: &Block) -> Option<ExprId> {
    match *block {
        Block::Matrix(id) => Some(id),
        Block::Applied { value, .. } => Some(value),
        Block::Unknown(_) => None,
    }
}

fn text(formula: &Formula) -> Option<&str> {
    match formula {
        Formula::Matrix(text) | Formula::Applied { text, .. } => Some(text),
        Formula::Missing(_) => None,
    }
}

/// Σ weights .* value, of the expression and of its text, at the point and random directions.
fn reads_back(
    trial: &mut Trial<'_>,
    problem: &Problem,
    derivation: &Derivation,
    point: &[Arc<Matrix>],
    (root, text): (ExprId, &str),
    shared: &[(String, String)],
) -> Result<(), String> {
    let shape = derivation.graph.shape(root);
    let mut file = String::new();
    let mut values = point.to_vec();
    for variable in &problem.variables {
        let _ = writeln!(
            file,
            "var {}[{}, {}]",
            variable.name, variable.shape.rows, variable.shape.cols
        );
    }
    // Directions are called D, E, … in the order of the variables.
    for (k, variable) in problem.variables.iter().enumerate() {
        let name = ["D", "E", "F", "G", "H"][k];
        let _ = writeln!(
            file,
            "var {name}[{}, {}]",
            variable.shape.rows, variable.shape.cols
        );
        values.push(Arc::new(trial.random.matrix(variable.shape, -1.0, 1.0)));
    }
    let _ = writeln!(
        file,
        "param weights[{}, {}] = rand({}, {}, seed = 5)",
        shape.rows, shape.cols, shape.rows, shape.cols
    );
    for (name, part) in shared {
        let _ = writeln!(file, "let {name} = {part}");
    }
    let _ = writeln!(file, "minimize sum(weights .* ({text}))");
    let loaded = pipeline::load("formula.opt", file.as_bytes(), &Inputs::default())
        .map_err(|reports| format!("{file}\n{reports:?}"))?;
    let known = Evaluator::new(&derivation.graph, &[root]).evaluate(&values)[0].clone();
    let weights = loaded.problem.params.iter().find(|p| &*p.name == "weights");
    let weights = weights.ok_or("no weights")?.value.clone();
    let known_entries = known.entries();
    let wanted: f64 = known_entries
        .iter()
        .zip(weights.entries().iter())
        .map(|(a, b)| a * b)
        .sum();
    let read = loaded.problem.objective.expression.ok_or("no objective")?;
    let found = Evaluator::new(&loaded.problem.graph, &[read]).evaluate(&values);
    let found = found[0].as_scalar().unwrap_or(f64::NAN);
    let size: f64 = known_entries.iter().map(|e| e.abs()).sum::<f64>() + 1.0;
    let same = (found - wanted).abs() <= 1e-9 * size;
    match same || !wanted.is_finite() {
        true => Ok(()),
        false => Err(format!("`{text}` is {found}, not {wanted}")),
    }
}
