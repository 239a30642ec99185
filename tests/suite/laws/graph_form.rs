//! Graph forms against values: tight inside the domain, infeasible outside.

use super::curvature::outside;
use super::sample::{Half, Trial};
use bowl::cone::ProgramBuilder;
use bowl::dcp::Curvature;
use bowl::expr::Operand;
use bowl::matrix::Matrix;
use bowl::solve::Settings;
use bowl::solve::conic::{ConicStatus, solve};
use std::sync::Arc;

const ROUNDS: usize = 3;

/// Minimises (of a concave function maximises) a weighted sum of the value's entries with the
/// arguments held fixed.
fn optimum(
    trial: &mut Trial<'_>,
    arguments: &[Arc<Matrix>],
    weights: &[f64],
    sense: f64,
) -> Result<(ConicStatus, f64), String> {
    let mut program = ProgramBuilder::new();
    let mut operands = Vec::new();
    for (k, argument) in arguments.iter().enumerate() {
        if trial.constants[k].is_some() {
            operands.push(Operand::Constant(argument.clone()));
            continue;
        }
        let variable = if trial.is_entrywise(k) {
            program.variable(argument.shape())
        } else {
            program.symmetric_variable(argument.shape().rows)
        };
        let fixed = bowl::cone::AffineMap::constant(argument);
        program.zero(variable.minus(&fixed));
        operands.push(Operand::Affine(Arc::new(variable)));
    }
    let shapes: Vec<_> = arguments.iter().map(|a| a.shape()).collect();
    let shape = trial.specimen.atom.shape(&shapes).map_err(|e| e.message)?;
    let value = trial
        .specimen
        .atom
        .graph_form(&operands, shape, &mut program)
        .map_err(|e| format!("no graph form: {}", e.reason))?;
    if value.shape() != shape {
        return Err(format!("the graph form has the shape {}", value.shape()));
    }
    let signed: Vec<f64> = weights.iter().map(|w| sense * w).collect();
    let weighted = value.scaled_rows(&signed);
    let total = weighted.sum_groups(bowl::shape::Shape::SCALAR, |_| 0..weighted.rows());
    program.add_linear_objective(&total);
    let program = program.finish();
    let answer = solve(&program, &Settings::default());
    let linear: f64 = answer
        .x
        .iter()
        .zip(&program.linear)
        .map(|(x, q)| x * q)
        .sum();
    Ok((answer.status, sense * (linear + program.constant)))
}

/// The sense in which the graph form is tight, `None` where nothing is proved.
pub fn sense(trial: &Trial<'_>) -> Option<f64> {
    match trial.specimen.atom.curvature(&trial.facts()) {
        Curvature::Convex | Curvature::Affine | Curvature::Constant => Some(1.0),
        Curvature::Concave => Some(-1.0),
        Curvature::Unknown => None,
    }
}

pub fn law(trial: &mut Trial<'_>) -> Result<(), String> {
    let Some(sense) = sense(trial) else {
        return Ok(());
    };
    if is_refused(trial) {
        return Ok(());
    }
    for _ in 0..ROUNDS {
        let Some(arguments) = trial.points() else {
            return Ok(());
        };
        let values = trial.value(&arguments)?;
        let weights: Vec<f64> = values
            .iter()
            .map(|_| trial.random.between(0.5, 1.5))
            .collect();
        let expected: f64 = values.iter().zip(&weights).map(|(v, w)| v * w).sum();
        let (status, found) = optimum(trial, &arguments, &weights, sense)?;
        let close = (found - expected).abs() <= 2e-6 * expected.abs().max(1.0);
        if status != ConicStatus::Solved || !close {
            return Err(format!(
                "graph form gives {found} ({status:?}), the value is {expected}"
            ));
        }
    }
    Ok(())
}

/// Functions without an exact form state so with a reason.
fn is_refused(trial: &mut Trial<'_>) -> bool {
    const REFUSED: &[&str] = &[
        "log_normcdf",
        "loggamma",
        "digamma",
        "polygamma",
        "sinh",
        "tan",
        "asinh",
        "atanh",
        "normcdf",
        "tanh",
        "sigmoid",
    ];
    REFUSED.contains(&trial.specimen.atom.name())
}

pub fn outside_law(trial: &mut Trial<'_>) -> Result<(), String> {
    let Some(sense) = sense(trial) else {
        return Ok(());
    };
    if trial.half != Half::Whole || is_refused(trial) {
        return Ok(());
    }
    let varying: Vec<usize> = trial.varying().collect();
    for k in varying {
        let (Some(bad), Some(mut point)) = (
            outside(trial.specimen.atom.domain(k), trial.half),
            trial.points(),
        ) else {
            continue;
        };
        let weights = vec![1.0; trial.value(&point)?.len()];
        point[k] = Arc::new(Matrix::filled(point[k].shape(), bad));
        let (status, found) = optimum(trial, &point, &weights, sense)?;
        if status != ConicStatus::Infeasible {
            return Err(format!(
                "outside argument {k} the graph form is {status:?} with {found}"
            ));
        }
    }
    Ok(())
}
