//! Variables that stand for inner expressions whose written-out matrix would be large: running sums
//! (n²/2 coefficients, their recursion 3n), the mean in `x - mean(x)` (n², with a variable 3n),
//! products of thin matrices.

use super::{Builder, Task, Unhandled};
use crate::atoms::affine::CumulativeSum;
use crate::atoms::construct;
use crate::expr::ExprId;
use rustc_hash::FxHashMap;

impl Builder {
    /// An expression with an affine form and the same value: the expression itself, or with a
    /// variable for each inner expression that would make the form large.
    pub(super) fn affine_image(&mut self, id: ExprId) -> Result<Option<ExprId>, Unhandled> {
        if self.form(id).is_some() {
            return Ok(Some(id));
        }
        if !self.knowledge.facts(&self.graph, id).curvature.is_affine() {
            return Ok(None);
        }
        let image = self.with_stand_ins(id)?;
        Ok((image != id && self.form(image).is_some()).then_some(image))
    }

    fn with_stand_ins(&mut self, root: ExprId) -> Result<ExprId, Unhandled> {
        let mut images: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in self.graph.below(&[root]) {
            if self.graph.is_constant(id) || self.form(id).is_some() {
                continue;
            }
            let arguments = self.graph.arguments(id).to_vec();
            let image = |a: &ExprId| images.get(a).copied().unwrap_or(*a);
            let mut replaced: Vec<ExprId> = arguments.iter().map(image).collect();
            if let Some(sums) = self.graph.atom_as::<CumulativeSum>(id).cloned() {
                let variable = self.running_sum(&sums, id, replaced[0]);
                images.insert(id, variable);
                continue;
            }
            let mut image = self.applied_like(id, &replaced)?;
            if self.form(image).is_none() {
                replaced.iter_mut().for_each(|a| *a = self.stand_in(*a));
                image = self.applied_like(id, &replaced)?;
            }
            images.insert(id, image);
        }
        Ok(images.get(&root).copied().unwrap_or(root))
    }

    /// For an expression e with more coefficients than entries r*t, with a variable t = e/r, r the root
    /// mean square of the norms of its rows, so that the rows of t = e/r have balanced ends; other
    /// expressions as they are.
    fn stand_in(&mut self, id: ExprId) -> ExprId {
        let Some(form) = self.form(id).filter(|_| !self.graph.is_constant(id)) else {
            return id;
        };
        if form.coefficients() <= form.rows() {
            return id;
        }
        if let Some(&known) = self.stand_ins.get(&id) {
            return known;
        }
        let squares: f64 = form.all_terms().map(|t| t.value * t.value).sum();
        let length = (squares / form.rows() as f64).sqrt();
        let variable = self.lift(self.graph.shape(id));
        let image = construct::scale(&mut self.graph, length, variable);
        let gap = construct::subtract(&mut self.graph, image, id);
        self.tasks.push(Task::Zero(gap, None));
        self.stand_ins.insert(id, image);
        image
    }

    /// s with s_k = s_(k-1) + x_k in each lane.
    fn running_sum(&mut self, sums: &CumulativeSum, id: ExprId, x: ExprId) -> ExprId {
        if let Some(&known) = self.stand_ins.get(&id) {
            return known;
        }
        let shape = self.graph.shape(x);
        let variable = self.lift_for(id);
        let steps = sums
            .steps(shape)
            .filter_map(|(k, before)| Some((k, before?)));
        let (targets, sources): (Vec<usize>, Vec<usize>) = steps.unzip();
        let graph = &mut self.graph;
        let list = crate::shape::Shape::vector(sources.len());
        let before = construct::gather(graph, variable, list, sources.into());
        let before = construct::scatter(graph, shape, vec![targets.into()], &[before]);
        let grown = construct::plus(graph, before, x);
        let gap = construct::subtract(graph, variable, grown);
        self.tasks.push(Task::Zero(gap, None));
        self.stand_ins.insert(id, variable);
        variable
    }
}
