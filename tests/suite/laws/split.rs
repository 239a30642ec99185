//! The gradient path's forms against values: a function minimised with its arguments held fixed.

use super::graph_form::sense;
use super::sample::Trial;
use bowl::dcp::Interval;
use bowl::expr::{ExprId, VariableId};
use bowl::matrix::Matrix;
use bowl::problem::{
    Constraint, ConstraintName, Goal, Objective, Origin, Problem, Relation, Structure, Variable,
};
use bowl::shape::Shape;
use bowl::solve::{Settings, Status, descent};
use bowl::span::Span;
use std::sync::Arc;

/// Where the function stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// minimise weights'f(x).
    Objective,
    /// minimise weights't where f(x) <= t.
    Constraint,
}

pub fn variable(
    problem: &mut Problem,
    shape: Shape,
    structure: Structure,
    range: Interval,
) -> ExprId {
    let id = VariableId(problem.variables.len() as u32);
    let node = problem.graph.variable(id, shape, Span::default());
    let name = format!("v{}", id.index());
    problem.variables.push(Variable {
        structure,
        ..Variable::plain(name, node, shape, range, Span::default())
    });
    node
}

fn constrain(problem: &mut Problem, left: ExprId, relation: Relation, right: ExprId) {
    let label = format!("c{}", problem.constraints.len());
    problem.constraints.push(Constraint {
        name: ConstraintName {
            label: label.into(),
            indices: Vec::new(),
            part: None,
        },
        origin: Origin::Line,
        left,
        relation,
        right,
        flipped: false,
        span: Span::default(),
    });
}

pub fn literal(problem: &mut Problem, value: Matrix) -> ExprId {
    problem.graph.constant(value, None, Span::default())
}

/// The problem whose optimum is weights'f(arguments).
fn fixed(
    trial: &Trial<'_>,
    arguments: &[Arc<Matrix>],
    weights: &[f64],
    sense: f64,
    place: Place,
) -> Result<Problem, String> {
    let mut problem = Problem::default();
    let mut operands = Vec::new();
    for (k, argument) in arguments.iter().enumerate() {
        let constant = literal(&mut problem, argument.as_ref().clone());
        if trial.constants[k].is_some() {
            operands.push(constant);
            continue;
        }
        let structure = if trial.is_entrywise(k) {
            Structure::Full
        } else {
            Structure::Symmetric
        };
        let range = trial.half.interval();
        let operand = variable(&mut problem, argument.shape(), structure, range);
        constrain(&mut problem, operand, Relation::Equal, constant);
        operands.push(operand);
    }
    let atom = trial.specimen.atom.clone();
    let value = problem.graph.apply(atom, &operands, Span::default());
    let value = value.map_err(|e| e.message)?;
    let shape = problem.graph.shape(value);
    let counted = match place {
        Place::Objective => value,
        Place::Constraint => {
            let t = variable(&mut problem, shape, Structure::Full, Interval::REALS);
            let (left, right) = if sense > 0.0 { (value, t) } else { (t, value) };
            constrain(&mut problem, left, Relation::LessEqual, right);
            t
        }
    };
    let weights = literal(&mut problem, Matrix::from_columns(shape, weights.to_vec()));
    let total = bowl::atoms::construct::inner_product(&mut problem.graph, weights, counted);
    problem.objective = Objective {
        goal: if sense > 0.0 {
            Goal::Minimize
        } else {
            Goal::Maximize
        },
        expression: Some(total),
        ..Objective::default()
    };
    Ok(problem)
}

/// The optimum is the value, and the multipliers of `f(x) <= t` are the weights.
pub fn law(trial: &mut Trial<'_>, place: Place) -> Result<(), String> {
    let Some(sense) = sense(trial) else {
        return Ok(());
    };
    for _ in 0..2 {
        let Some(arguments) = trial.points() else {
            return Ok(());
        };
        let values = trial.value(&arguments)?;
        let weights: Vec<f64> = values
            .iter()
            .map(|_| trial.random.between(0.5, 1.5))
            .collect();
        let expected: f64 = values.iter().zip(&weights).map(|(v, w)| v * w).sum();
        let problem = fixed(trial, &arguments, &weights, sense, place)?;
        let solution = descent::solve(&problem, true, &Settings::default());
        if solution.status != Status::Solved {
            let status = &solution.status;
            return Err(format!(
                "{status:?} at {arguments:?}, the value is {expected}"
            ));
        }
        let found: f64 = match place {
            Place::Objective => {
                let points: Vec<Arc<Matrix>> = point(trial, &arguments, &solution.variables);
                let values = trial.value(&points)?;
                values.iter().zip(&weights).map(|(v, w)| v * w).sum()
            }
            Place::Constraint => {
                let t = solution.variables.last().ok_or("no variables")?.entries();
                t.iter().zip(&weights).map(|(v, w)| v * w).sum()
            }
        };
        if (found - expected).abs() > 2e-5 * expected.abs().max(1.0) {
            return Err(format!("found {found}, the value is {expected}"));
        }
        if place == Place::Constraint {
            multipliers(&problem, &solution, &weights)?;
        }
    }
    Ok(())
}

fn point(
    trial: &Trial<'_>,
    arguments: &[Arc<Matrix>],
    variables: &[Arc<Matrix>],
) -> Vec<Arc<Matrix>> {
    let mut found = variables.iter();
    let argument = |(k, given): (usize, &Arc<Matrix>)| match &trial.constants[k] {
        Some(constant) => constant.clone(),
        None => found.next().unwrap_or(given).clone(),
    };
    arguments.iter().enumerate().map(argument).collect()
}

fn multipliers(
    problem: &Problem,
    solution: &bowl::solve::Solution,
    weights: &[f64],
) -> Result<(), String> {
    let duals = solution.duals.as_ref().ok_or("no multipliers")?;
    let dual = duals.last().ok_or("no multipliers")?.entries();
    let close = |(d, w): (&f64, &f64)| (d - w).abs() <= 1e-4;
    if problem.constraints.len() == duals.len() && dual.iter().zip(weights).all(close) {
        Ok(())
    } else {
        Err(format!("multipliers {dual:?} for weights {weights:?}"))
    }
}
