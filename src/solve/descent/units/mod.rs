//! Unknowns in the units that the data give them: x = u*y for each variable x, solved for y. Where all
//! are 1e7 the methods' first steps, and what they count as near, are of another size than the answer.

mod logarithms;

use super::found::{Ending, Found};
use super::packing::Packing;
use crate::atoms::construct::scale;
use crate::dcp::Interval;
use crate::expr::ExprId;
use crate::matrix::Matrix;
use crate::problem::Problem;
use logarithms::without_unit;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Units within 1/this and this change nothing.
const FAR: f64 = 16.0;

/// Entries of answers in their own units up to this are expected.
const NEAR: f64 = 1e4;

/// A unit for each variable of a problem.
pub struct Units {
    units: Vec<f64>,
    packing: Packing,
}

impl Units {
    /// By the sizes of the free entries; `None` where all are near one, or belong to inner problems.
    pub fn by_sizes(problem: &Problem, sizes: &[f64]) -> Option<Units> {
        let packing = Packing::new(problem);
        let unit = |entries: &[f64]| {
            let logs = entries.iter().map(|size| size.log2());
            (logs.sum::<f64>() / entries.len().max(1) as f64)
                .round()
                .exp2()
        };
        let variables = packing.variables.iter();
        let units: Vec<f64> = variables.map(|v| unit(&sizes[v.range()])).collect();
        let asks = units.iter().any(|unit| !(1.0 / FAR..=FAR).contains(unit));
        (asks && !problem.has_inner()).then_some(Units { units, packing })
    }

    /// The problem in these units; `None` where an expression cannot be written so.
    pub fn of_problem(&self, problem: &Problem) -> Option<Problem> {
        let mut scaled = problem.clone();
        let images = self.images(&mut scaled)?;
        let image = |id: &mut ExprId| *id = images.get(id).copied().unwrap_or(*id);
        for constraint in &mut scaled.constraints {
            image(&mut constraint.left);
            image(&mut constraint.right);
        }
        scaled.objective.expression.as_mut().map(image);
        for (variable, &unit) in scaled.variables.iter_mut().zip(&self.units) {
            let range = variable.range;
            variable.range = Interval::new(range.lower / unit, range.upper / unit);
            variable.start = variable.start.take().map(|start| {
                let entries = start.entries().iter().map(|entry| entry / unit).collect();
                Arc::new(Matrix::from_columns(variable.shape, entries))
            });
        }
        Some(scaled)
    }

    /// What becomes of the nodes that depend on variables.
    fn images(&self, problem: &mut Problem) -> Option<FxHashMap<ExprId, ExprId>> {
        let mut images: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        let roots = problem.roots();
        let graph = &mut problem.graph;
        for (variable, &unit) in problem.variables.iter().zip(&self.units) {
            images.insert(variable.node, scale(graph, unit, variable.node));
        }
        for id in graph.reachable(&roots) {
            let Some(atom) = graph.atom(id).cloned() else {
                continue;
            };
            let arguments = graph.arguments(id).iter();
            let replaced: Vec<ExprId> = arguments.map(|a| *images.get(a).unwrap_or(a)).collect();
            if replaced != graph.arguments(id) {
                let span = graph.span(id);
                let image = without_unit(graph, id, &replaced);
                let image = image.or_else(|| graph.apply(atom, &replaced, span).ok());
                images.insert(id, image?);
            }
        }
        Some(images)
    }

    /// Whether y is of the size that the units were to give it: where a search ends far out, they prove nothing.
    pub fn suit(&self, y: &[f64]) -> bool {
        y[..self.packing.size].iter().all(|y| y.abs() <= NEAR)
    }

    /// What was found for y, as an answer for x.
    pub fn taken_back(&self, mut found: Found) -> Found {
        self.enlarge(&mut found.x);
        if let Ending::Unbounded(direction) = &mut found.ending {
            self.enlarge(direction);
        }
        found
    }

    fn enlarge(&self, x: &mut [f64]) {
        for (packed, unit) in self.packing.variables.iter().zip(&self.units) {
            x[packed.range()]
                .iter_mut()
                .for_each(|entry| *entry *= unit);
        }
    }
}
