//! Expressions compiled to a list of steps over preallocated buffers.
//!
//! Shared subexpressions are computed once, constants are folded when the tape is made, sums over
//! the rows of tall data take one pass over it, and a run does not allocate (beyond what single
//! functions such as eigenvalues and products of two large matrices need for themselves).

mod fuse;
mod kernel;
mod plan;
pub mod product;
mod rows;
mod sweep;
mod team;

pub use kernel::Source;

use crate::expr::{Evaluator, ExprId, Graph, NodeKind, VariableId};
use crate::matrix::Matrix;
use fuse::Fuser;
use kernel::{Kernel, entries_mut};
use plan::{Plan, plan};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use sweep::Sweep;
use team::Team;

#[derive(Clone, Debug)]
struct Step {
    kernel: Kernel,
    operands: Box<[Source]>,
    out: usize,
}

/// What a run does next.
#[derive(Clone, Debug)]
enum Action {
    Step(Step),
    Sweep(Sweep),
}

/// The threads of one tape; a copy of the tape runs in its caller's thread alone.
#[derive(Debug, Default)]
struct Threads(Option<Team>);

impl Clone for Threads {
    fn clone(&self) -> Self {
        Threads::default()
    }
}

/// Several stages of roots, each computed from the variables and the stages before it.
#[derive(Clone, Debug)]
pub struct Tape {
    slots: Vec<Matrix>,
    constants: Vec<Arc<Matrix>>,
    /// By stage.
    actions: Vec<Vec<Action>>,
    threads: Threads,
    inputs: FxHashMap<VariableId, usize>,
    roots: Vec<Vec<Source>>,
}

const UNUSED: usize = usize::MAX;

impl Tape {
    /// Compiles the roots of each stage.
    pub fn new(graph: &Graph, stages: &[&[ExprId]]) -> Tape {
        let all: Vec<ExprId> = stages.concat();
        let mut plans = Plans::new(graph);
        plans.demand(stages);
        let mut tape = Tape {
            slots: Vec::new(),
            constants: Vec::new(),
            actions: Vec::new(),
            threads: Threads::default(),
            inputs: FxHashMap::default(),
            roots: Vec::new(),
        };
        let constants = tape.fold_constants(graph, &plans, &all);
        let mut slot_of = vec![UNUSED; graph.len()];
        tape.place_variables(graph, &plans, &mut slot_of);
        let mut steps = Vec::new();
        for (stage, roots) in stages.iter().enumerate() {
            steps.push(tape.emit(graph, &mut plans, stage, &mut slot_of, &constants));
            let source = |id: &ExprId| locate(*id, false, &slot_of, &constants);
            tape.roots.push(roots.iter().map(source).collect());
        }
        tape.fuse(steps);
        tape
    }

    fn fuse(&mut self, stages: Vec<Vec<Step>>) {
        let operands = stages.iter().flatten().flat_map(|s| s.operands.iter());
        let mut uses = vec![0; self.slots.len()];
        for source in operands.chain(self.roots.iter().flatten()) {
            if let Source::Slot(slot) = *source {
                uses[slot] += 1;
            }
        }
        let mut fuser = Fuser {
            slots: &self.slots,
            constants: &self.constants,
            uses: &uses,
            data: FxHashMap::default(),
        };
        self.actions = stages.into_iter().map(|s| fuser.fuse(s)).collect();
    }

    fn fold_constants(
        &mut self,
        graph: &Graph,
        plans: &Plans<'_>,
        roots: &[ExprId],
    ) -> FxHashMap<(ExprId, bool), usize> {
        let mut wanted: Vec<(ExprId, bool)> = plans.constants.clone();
        let constant_roots = roots.iter().filter(|&&r| graph.is_constant(r));
        wanted.extend(constant_roots.map(|&r| (r, false)));
        wanted.sort();
        wanted.dedup();
        let ids: Vec<ExprId> = wanted.iter().map(|(id, _)| *id).collect();
        let values = Evaluator::new(graph, &ids).evaluate(&[]);
        for (&(_, sparse), value) in wanted.iter().zip(values) {
            self.constants
                .push(if sparse || value.as_slice().is_some() {
                    value
                } else {
                    Arc::new(Matrix::Dense(value.to_dense().into_owned()))
                });
        }
        wanted.into_iter().zip(0..).collect()
    }

    fn place_variables(&mut self, graph: &Graph, plans: &Plans<'_>, slot_of: &mut [usize]) {
        for id in graph.ids() {
            if let NodeKind::Variable(variable) = graph.kind(id)
                && plans.stage[id.index()] != UNUSED
            {
                slot_of[id.index()] = self.slots.len();
                self.inputs.insert(*variable, self.slots.len());
                self.slots.push(Matrix::zeros(graph.shape(id)));
            }
        }
    }

    fn emit(
        &mut self,
        graph: &Graph,
        plans: &mut Plans<'_>,
        stage: usize,
        slot_of: &mut [usize],
        constants: &FxHashMap<(ExprId, bool), usize>,
    ) -> Vec<Step> {
        let mut steps = Vec::new();
        for id in graph.ids() {
            if plans.stage[id.index()] != stage {
                continue;
            }
            let Some(plan) = plans.plans[id.index()].take() else {
                continue;
            };
            let sparse = plan.takes_sparse();
            let operands = plan
                .operands
                .iter()
                .map(|&o| locate(o, sparse, slot_of, constants))
                .collect();
            slot_of[id.index()] = self.slots.len();
            steps.push(Step {
                kernel: plan.kernel,
                operands,
                out: self.slots.len(),
            });
            self.slots.push(Matrix::zeros(graph.shape(id)));
        }
        steps
    }

    /// Large data is then read by so many threads at once.
    pub fn use_threads(&mut self, threads: usize) {
        let shared = |action: &Action| matches!(action, Action::Sweep(s) if s.is_shared());
        let pays = threads > 1 && self.actions.iter().flatten().any(shared);
        self.threads = Threads(pays.then(|| Team::new(threads)));
    }

    /// The buffer of a variable, to be filled before a run; `None` when nothing depends on it.
    pub fn input(&mut self, variable: VariableId) -> Option<&mut [f64]> {
        let slot = *self.inputs.get(&variable)?;
        Some(entries_mut(&mut self.slots[slot]))
    }

    /// Computes the steps of one stage; the stages before it must be up to date.
    pub fn run(&mut self, stage: usize) {
        for action in &self.actions[stage] {
            match action {
                Action::Step(step) => step.run(&mut self.slots, &self.constants),
                Action::Sweep(sweep) => sweep.run(&mut self.slots, self.threads.0.as_ref()),
            }
        }
    }

    /// The value of root `k` of a stage, down the columns.
    pub fn root(&self, stage: usize, k: usize) -> &[f64] {
        let value = match self.roots[stage][k] {
            Source::Slot(slot) => &self.slots[slot],
            Source::Constant(position) => self.constants[position].as_ref(),
        };
        value.as_slice().unwrap_or_default()
    }

    /// Entries of all values and of the data.
    pub fn entries(&self) -> usize {
        let data = self.constants.iter().map(|data| match data.as_ref() {
            Matrix::Sparse(sparse) => sparse.nonzeros(),
            dense => dense.shape().size(),
        });
        let values = self.slots.iter().map(|value| value.shape().size());
        values.chain(data).sum()
    }

    /// Number of steps of all stages.
    pub fn len(&self) -> usize {
        let length = |action: &Action| match action {
            Action::Step(_) => 1,
            Action::Sweep(sweep) => sweep.len(),
        };
        self.actions.iter().flatten().map(length).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Step {
    fn run(&self, slots: &mut [Matrix], constants: &[Arc<Matrix>]) {
        let (before, rest) = slots.split_at_mut(self.out);
        let before = &*before;
        let fetch = |source| match source {
            Source::Slot(slot) => &before[slot],
            Source::Constant(position) => constants[position].as_ref(),
        };
        let out = entries_mut(&mut rest[0]);
        self.kernel.run(&self.operands, fetch, out);
    }
}

fn locate(
    id: ExprId,
    sparse: bool,
    slot_of: &[usize],
    constants: &FxHashMap<(ExprId, bool), usize>,
) -> Source {
    match constants.get(&(id, sparse)) {
        Some(&position) => Source::Constant(position),
        None => Source::Slot(slot_of[id.index()]),
    }
}

/// Which nodes are computed, in which stage, and how.
struct Plans<'g> {
    graph: &'g Graph,
    /// The first stage that needs the node; `UNUSED` for none.
    stage: Vec<usize>,
    plans: Vec<Option<Plan>>,
    /// Constants that kernels read, and whether they are read sparse.
    constants: Vec<(ExprId, bool)>,
}

impl<'g> Plans<'g> {
    fn new(graph: &'g Graph) -> Self {
        Plans {
            graph,
            stage: vec![UNUSED; graph.len()],
            plans: std::iter::repeat_with(|| None).take(graph.len()).collect(),
            constants: Vec::new(),
        }
    }

    fn demand(&mut self, stages: &[&[ExprId]]) {
        for (stage, roots) in stages.iter().enumerate() {
            for root in roots.iter().filter(|&&r| !self.graph.is_constant(r)) {
                let slot = &mut self.stage[root.index()];
                *slot = (*slot).min(stage);
            }
        }
        for id in self.graph.ids().rev() {
            if self.stage[id.index()] != UNUSED
                && let Some(atom) = self.graph.atom(id)
            {
                let plan = plan(self.graph, id, atom);
                self.demand_operands(id, &plan);
                self.plans[id.index()] = Some(plan);
            }
        }
    }

    fn demand_operands(&mut self, id: ExprId, plan: &Plan) {
        for &operand in &plan.operands {
            if self.graph.is_constant(operand) {
                self.constants.push((operand, plan.takes_sparse()));
            } else {
                let stage = self.stage[id.index()];
                let slot = &mut self.stage[operand.index()];
                *slot = (*slot).min(stage);
            }
        }
    }
}
