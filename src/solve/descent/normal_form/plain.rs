//! The problem as it stands.

use super::{NormalForm, Place, SmoothRows};
use crate::atoms::construct;
use crate::expr::{ExprId, Graph};
use crate::problem::{Constraint, Goal, Problem, Relation};
use crate::solve::descent::packing::Packing;

impl NormalForm {
    /// f, made small, and a row left - right for each entry of each constraint: nothing is lifted
    /// and nothing recognised.
    pub fn plain(problem: &Problem) -> NormalForm {
        let mut graph = problem.graph.clone();
        let packing = Packing::new(problem);
        let smooth = problem
            .objective
            .expression
            .map(|f| match problem.objective.goal {
                Goal::Maximize => construct::negate(&mut graph, f),
                Goal::Minimize | Goal::Find => f,
            });
        let constraints = problem.constraints.iter().enumerate();
        let rows = constraints.map(|(k, c)| rows(&mut graph, k, c)).collect();
        NormalForm {
            nodes: problem.variables.iter().map(|v| v.node).collect(),
            linear: vec![0.0; packing.size],
            graph,
            packing,
            smooth,
            constant: 0.0,
            parts: Vec::new(),
            rows,
            kept_kinks: Vec::new(),
            lifts: Vec::new(),
            at_edges: Vec::new(),
            has_null_vectors: false,
        }
    }
}

fn rows(graph: &mut Graph, k: usize, constraint: &Constraint) -> SmoothRows {
    let expression: ExprId = construct::subtract(graph, constraint.left, constraint.right);
    let slopes = match constraint.relation {
        Relation::Equal => (f64::NEG_INFINITY, f64::INFINITY),
        Relation::LessEqual => (0.0, f64::INFINITY),
        // Its multiplier is a matrix, which no slope bounds.
        Relation::Precedes => (0.0, 0.0),
    };
    SmoothRows {
        slopes: vec![slopes; graph.shape(expression).size()],
        expression,
        source: Some(Place {
            constraint: k,
            entry: 0,
        }),
    }
}
