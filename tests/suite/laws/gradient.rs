//! Pullbacks against central differences, of first and second order.

use super::sample::{Half, Trial};
use bowl::atoms::{Along, construct};
use bowl::differentiate::{gradient, hessian_times, underivable};
use bowl::expr::{Evaluator, ExprId, Graph, Kink, VariableId};
use bowl::matrix::Matrix;
use bowl::span::Span;
use std::sync::Arc;

const ROUNDS: usize = 4;
const STEP: f64 = 1e-5;
/// Of points from the edge of the semidefinite cone.
const MARGIN: f64 = 0.3;

/// sum(W .* f(x)) with random weights, its variables and where they are.
struct Setting {
    graph: Graph,
    root: ExprId,
    nodes: Vec<ExprId>,
    point: Vec<Arc<Matrix>>,
    directions: Vec<Matrix>,
}

pub fn law(trial: &mut Trial<'_>) -> Result<(), String> {
    if trial.half != Half::Whole {
        return Ok(());
    }
    trial.margin = MARGIN;
    for _ in 0..ROUNDS {
        let Some(mut setting) = setting(trial) else {
            return Ok(());
        };
        both_orders(trial, &mut setting)?;
        if reads_symmetric_parts(trial) {
            setting.skew();
            both_orders(trial, &mut setting).map_err(|e| format!("not symmetric: {e}"))?;
        }
    }
    Ok(())
}

fn both_orders(trial: &Trial<'_>, setting: &mut Setting) -> Result<(), String> {
    let Setting { root, nodes, .. } = &setting;
    let (root, nodes) = (*root, nodes.clone());
    if let Some(node) = underivable(&setting.graph, root, &nodes) {
        return Err(format!("no pullback: {:?}", setting.graph.kind(node)));
    }
    let slopes = gradient(&mut setting.graph, root, &nodes);
    compare(setting, &[root], &slopes, "first")?;
    let smooth = matches!(trial.specimen.atom.kink(), Kink::Smooth);
    if smooth && underivable(&setting.graph, slopes[0], &nodes).is_none() {
        second(setting, &nodes, &slopes)?;
    }
    Ok(())
}

/// Functions of symmetric matrices take every matrix, and read its symmetric part.
fn reads_symmetric_parts(trial: &Trial<'_>) -> bool {
    (0..trial.specimen.arguments.len()).any(|k| !trial.is_entrywise(k))
}

impl Setting {
    /// Points and directions of square matrices are no longer symmetric.
    fn skew(&mut self) {
        let tilted = |matrix: &Matrix| {
            let mut dense = matrix.to_dense().into_owned();
            let tilt = |i: usize, j: usize| 0.3 + 0.1 * (i + 2 * j) as f64;
            for (i, j) in (0..dense.ncols()).flat_map(|j| (0..j).map(move |i| (i, j))) {
                dense[(i, j)] += tilt(i, j);
                dense[(j, i)] -= tilt(i, j);
            }
            Matrix::Dense(dense)
        };
        let square = |matrix: &Matrix| matrix.shape().is_square();
        for point in self.point.iter_mut().filter(|p| square(p)) {
            *point = Arc::new(tilted(point));
        }
        for direction in self.directions.iter_mut().filter(|d| square(d)) {
            *direction = tilted(direction);
        }
    }
}

fn setting(trial: &mut Trial<'_>) -> Option<Setting> {
    let arguments = trial.points()?;
    let other = trial.points()?;
    let mut graph = Graph::new();
    let mut setting = Setting {
        root: graph.number(0.0),
        graph: Graph::new(),
        nodes: Vec::new(),
        point: Vec::new(),
        directions: Vec::new(),
    };
    let mut ids = Vec::new();
    for (k, argument) in arguments.iter().enumerate() {
        if trial.constants[k].is_some() {
            ids.push(graph.constant(argument.clone(), None, Span::default()));
            continue;
        }
        let id = VariableId(setting.nodes.len() as u32);
        let node = graph.variable(id, argument.shape(), Span::default());
        ids.push(node);
        setting.nodes.push(node);
        setting.point.push(argument.clone());
        let difference = other[k].to_dense().as_ref() - argument.to_dense().as_ref();
        setting.directions.push(Matrix::Dense(difference));
    }
    if setting.nodes.is_empty() {
        return None;
    }
    let value = graph
        .apply(trial.specimen.atom.clone(), &ids, Span::default())
        .ok()?;
    let weights = trial.random.matrix(graph.shape(value), 0.5, 1.5);
    let weights = graph.constant(weights, None, Span::default());
    let product = construct::element_times(&mut graph, weights, value);
    setting.root = construct::sum_along(&mut graph, product, Along::All);
    setting.graph = graph;
    Some(setting)
}

/// The slopes' inner product with the directions against (f(x + hd) - f(x - hd))/2h.
fn compare(
    setting: &Setting,
    root: &[ExprId],
    slopes: &[ExprId],
    order: &str,
) -> Result<(), String> {
    let value = |t: f64| -> f64 {
        let moved: Vec<Arc<Matrix>> = setting
            .point
            .iter()
            .zip(&setting.directions)
            .map(|(x, d)| {
                Arc::new(Matrix::Dense(
                    x.to_dense().as_ref() + d.to_dense().as_ref() * t,
                ))
            })
            .collect();
        let values = Evaluator::new(&setting.graph, root).evaluate(&moved);
        values[0].as_scalar().unwrap_or(f64::NAN)
    };
    let found = Evaluator::new(&setting.graph, slopes).evaluate(&setting.point);
    let mut slope = 0.0;
    for ((slope_matrix, direction), node) in
        found.iter().zip(&setting.directions).zip(&setting.nodes)
    {
        if slope_matrix.shape() != setting.graph.shape(*node) {
            return Err(format!(
                "{order} slope has the shape {}",
                slope_matrix.shape()
            ));
        }
        let pairs = slope_matrix.entries().into_owned().into_iter();
        slope += pairs
            .zip(direction.entries().iter())
            .map(|(a, b)| a * b)
            .sum::<f64>();
    }
    let difference = (value(STEP) - value(-STEP)) / (2.0 * STEP);
    let error = (slope - difference).abs();
    if error <= 2e-5 * difference.abs().max(1.0) {
        Ok(())
    } else {
        Err(format!(
            "{order} derivative {slope}, by differences {difference}"
        ))
    }
}

/// The same for g(x) = slope(x)'v with a fixed direction v.
fn second(setting: &mut Setting, nodes: &[ExprId], slopes: &[ExprId]) -> Result<(), String> {
    let directions: Vec<ExprId> = setting
        .directions
        .iter()
        .map(|d| setting.graph.constant(d.clone(), None, Span::default()))
        .collect();
    let product = bowl::differentiate::inner_products(&mut setting.graph, slopes, &directions);
    let root = setting.root;
    let curved = hessian_times(&mut setting.graph, root, nodes, &directions);
    compare(setting, &[product], &curved, "second")
}
