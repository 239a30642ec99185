//! Unknowns in the units that the data give them: x = u*y for each variable x, solved for y. Where all
//! are 1e7 the methods' first steps, and what they count as near, are of another size than the answer.

mod logarithms;

use super::found::{Ending, Found};
use super::packing::Packing;
use super::rebuild::rebuild;
use crate::atoms::construct::scale;
use crate::dcp::Interval;
use crate::matrix::Matrix;
use crate::problem::Problem;
use logarithms::without_unit;
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
        let graph = &mut scaled.graph;
        let variables = problem.variables.iter().zip(&self.units);
        let images = variables.map(|(v, &unit)| (v.node, scale(graph, unit, v.node)));
        let images = images.collect();
        rebuild(&mut scaled, images, |graph, id, arguments| {
            let changes = arguments != graph.arguments(id);
            changes.then(|| without_unit(graph, id, arguments))?
        })?;
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
