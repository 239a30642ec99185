//! What is affine for the rules is so for the gradient path, with the same values.

use super::sample::{Half, Trial};
use bowl::dcp::Curvature;
use bowl::expr::{ExprId, Graph, VariableId};
use bowl::problem::Structure;
use bowl::solve::descent::affine::AffineForms;
use bowl::solve::descent::packing::Packing;
use bowl::span::Span;

pub fn law(trial: &mut Trial<'_>) -> Result<(), String> {
    // Running sums are new variables there, `normal_form::stand_ins`.
    if ["cumsum", "reverse_cumsum"].contains(&trial.specimen.atom.name()) {
        return Ok(());
    }
    let facts = trial.facts();
    let atom = trial.specimen.atom.clone();
    if trial.half != Half::Whole || atom.curvature(&facts) != Curvature::Affine {
        return Ok(());
    }
    let mut graph = Graph::new();
    let mut packing = Packing {
        variables: Vec::new(),
        size: 0,
    };
    let points = trial.points().ok_or("no point")?;
    let (mut arguments, mut x): (Vec<ExprId>, Vec<f64>) = (Vec::new(), Vec::new());
    for (k, point) in points.iter().enumerate() {
        if trial.constants[k].is_some() {
            arguments.push(graph.constant(point.clone(), None, Span::default()));
            continue;
        }
        let id = VariableId(packing.variables.len() as u32);
        arguments.push(graph.variable(id, point.shape(), Span::default()));
        packing.push(point.shape(), Structure::Full);
        x.extend(point.entries().iter());
    }
    let root = graph.apply(atom, &arguments, Span::default());
    let root = root.map_err(|error| error.message)?;
    let mut forms = AffineForms::default();
    forms.learn(&graph, &[root], &packing);
    let form = forms
        .get(root)
        .ok_or("affine, but without an affine form")?;
    let mut values = form.offset.clone();
    for term in form.all_terms() {
        values[term.row] += term.value * x[term.column];
    }
    let expected = trial.value(&points)?;
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * b.abs().max(1.0);
    match values.iter().zip(&expected).all(near) {
        true => Ok(()),
        false => Err(format!("{values:?}, not {expected:?}")),
    }
}
