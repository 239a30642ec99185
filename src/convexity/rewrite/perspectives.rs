//! perspective(f, s) with f in a better form: perspective(x'*x, s) -> perspective(sum_squares(x), s).

use super::{Found, Rewriter};
use crate::atoms::perspective::Perspective;
use crate::convexity::dcp::Analysis;
use crate::convexity::repair::{Repair, Step};
use crate::dcp::Curvature;
use crate::expr::ExprId;
use crate::problem::{Problem, Variable};
use crate::span::Span;
use std::sync::Arc;

/// f as a problem of its own, its variables in the cones around the arguments.
pub(super) fn of_better_form(rewriter: &mut Rewriter<'_, '_>, id: ExprId) -> Option<Found> {
    let graph = rewriter.analysis.graph();
    let perspective = graph.atom_as::<Perspective>(id)?.clone();
    let arguments = graph.arguments(id).to_vec();
    let facts: Vec<_> = arguments
        .iter()
        .map(|&a| *rewriter.analysis.facts(a))
        .collect();
    let (body, root) = perspective.body();
    let variables = perspective.inner(&facts).into_iter().zip(body.ids());
    let problem = Problem {
        graph: body.clone(),
        variables: variables
            .map(|(f, node)| Variable::plain("x", node, f.shape, f.range, Span::default()))
            .collect(),
        ..Problem::default()
    };
    let better = better_form(&problem, root, &perspective)?;
    let expression = rewriter.analysis.apply(Arc::new(better), &arguments)?;
    Some(Found::everywhere(expression))
}

/// An expression equal to f everywhere, as a perspective.
fn better_form(problem: &Problem, root: ExprId, like: &Perspective) -> Option<Perspective> {
    let mut analysis = Analysis::new(problem, &[root]);
    let mut repair = Repair::new(&analysis);
    let image = repair.expression(&mut analysis, root);
    let elsewhere = |step: &&Step| match step {
        Step::Quadratic(_) => false,
        Step::Rewrite { found, .. } => found.domain.is_some(),
    };
    let narrowed = repair.steps(&analysis, root).iter().any(elsewhere);
    let known = image != root && analysis.curvature(image) != Curvature::Unknown;
    (known && !narrowed).then(|| like.with_body(analysis.graph(), image))
}
