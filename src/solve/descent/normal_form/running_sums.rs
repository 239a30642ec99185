//! Running sums as new variables: their matrix has n²/2 coefficients, their recursion 3n.

use super::{Builder, Task, Unhandled};
use crate::atoms::affine::CumulativeSum;
use crate::atoms::construct;
use crate::expr::ExprId;
use rustc_hash::FxHashMap;

impl Builder {
    /// An expression with an affine form and the same value: the expression itself, or with a
    /// variable for each running sum.
    pub(super) fn affine_image(&mut self, id: ExprId) -> Result<Option<ExprId>, Unhandled> {
        if self.form(id).is_some() {
            return Ok(Some(id));
        }
        let image = self.without_running_sums(id)?;
        Ok((image != id && self.form(image).is_some()).then_some(image))
    }

    fn without_running_sums(&mut self, root: ExprId) -> Result<ExprId, Unhandled> {
        let mut images: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in self.graph.reachable(&[root]) {
            let arguments = self.graph.arguments(id).to_vec();
            let image = |a: &ExprId| images.get(a).copied().unwrap_or(*a);
            let replaced: Vec<ExprId> = arguments.iter().map(image).collect();
            let sums = self.graph.atom_as::<CumulativeSum>(id).cloned();
            if let Some(sums) = sums
                && !self.graph.is_constant(id)
            {
                let variable = self.running_sum(&sums, id, replaced[0]);
                images.insert(id, variable);
            } else if replaced != arguments {
                let image = self.applied_like(id, &replaced)?;
                images.insert(id, image);
            }
        }
        Ok(images.get(&root).copied().unwrap_or(root))
    }

    /// s with s_k = s_(k-1) + x_k in each lane.
    fn running_sum(&mut self, sums: &CumulativeSum, id: ExprId, x: ExprId) -> ExprId {
        if let Some(&known) = self.running_sums.get(&id) {
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
        self.running_sums.insert(id, variable);
        variable
    }
}
