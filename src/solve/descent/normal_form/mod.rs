//! `minimise f(x) + c'x + Σ g_i(F_i(x))`, built from the user's own expressions.
//!
//! f is smooth on the whole space. Each g_i has a proximal operator; each F_i is affine, or smooth
//! and convex under an increasing g_i. Where neither holds, an argument is lifted: a new variable
//! takes its place, bounded by it.

mod constraints;
mod edges;
mod epigraph;
mod held;
mod knowledge;
mod levels;
mod local;
mod null_vectors;
mod objective;
mod odd_powers;
mod parts;
mod plain;
mod proximal;
mod rows;
mod separate;
mod shared_rows;
mod singular;
mod stand_ins;
mod substitute;
mod whole;

pub use parts::{Part, Place, Share, SmoothRows, Stack, Triangle};

use super::affine::{AffineForm, AffineForms};
use super::packing::Packing;
use crate::dcp::Interval;
use crate::expr::{ExprId, Graph, VariableId};
use crate::problem::{Problem, Relation, Structure};
use crate::shape::Shape;
use edges::Edges;
use knowledge::{Knowledge, turns_without_end};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The problem in normal form; free entries of lifted variables follow the user's.
#[derive(Debug)]
pub struct NormalForm {
    pub graph: Graph,
    pub packing: Packing,
    /// The nodes of all variables, by position.
    pub nodes: Vec<ExprId>,
    /// f without its affine part; `None` when there is none.
    pub smooth: Option<ExprId>,
    pub linear: Vec<f64>,
    pub constant: f64,
    pub parts: Vec<Part>,
    /// Functions of smooth expressions; of a convex problem F <= 0 with convex F alone.
    pub rows: Vec<SmoothRows>,
    /// Kinked nodes that stand in f or in the rows as they are, of a problem that is not convex.
    pub kept_kinks: Vec<ExprId>,
    /// Lifted variables by position, with the nodes whose values they take.
    pub lifts: Vec<(usize, ExprId)>,
    /// Columns that linear rows hold where the domain of a function ends, by value, of a convex problem.
    pub at_edges: Vec<(usize, f64)>,
    /// Whether null vectors have been taken out of semidefinite parts: multipliers of what remains prove nothing of
    /// the whole.
    pub has_null_vectors: bool,
}

/// What still has to be brought into normal form.
#[derive(Debug)]
enum Task {
    /// expression <= 0, entry by entry; the constraint of the user that it is, if any.
    Below(ExprId, Option<Place>),
    /// expression == 0.
    Zero(ExprId, Option<Place>),
    /// expression >> 0.
    Semidefinite(ExprId, Option<Place>),
}

/// A convex node that is bounded from above, or a concave one from below.
#[derive(Clone, Copy, Debug)]
enum Bounded {
    /// By one expression so far.
    Once,
    /// By a variable, which further expressions bound.
    By(ExprId),
}

/// Why a problem has no normal form yet: a plain phrase.
pub type Unhandled = String;

#[derive(Debug)]
struct Builder {
    graph: Graph,
    packing: Packing,
    nodes: Vec<ExprId>,
    forms: AffineForms,
    knowledge: Knowledge,
    smooth: Vec<ExprId>,
    linear: Vec<(usize, f64)>,
    constant: f64,
    stack: Stack,
    parts: Vec<Part>,
    rows: Vec<SmoothRows>,
    /// What the objective still is beside its finished terms: Σ weights'expression. The last
    /// expression goes first, so that all its weights have come together.
    weights: BTreeMap<ExprId, Vec<f64>>,
    tasks: Vec<Task>,
    bounds: FxHashMap<ExprId, Bounded>,
    /// The variables that stand for inner expressions.
    stand_ins: FxHashMap<ExprId, ExprId>,
    /// Forms whose rows are multiples of few variables.
    shared: FxHashMap<ExprId, Rc<AffineForm>>,
    /// Whether the problem need not be convex.
    local: bool,
    /// Whether functions stay where their arguments are held at the edge of their domain.
    keeps_edges: bool,
    /// Whether functions of definite matrices whose pieces are dear stay as they are.
    stays_inside: bool,
    /// Whether maxima become rows.
    peaks_as_rows: bool,
    kept_kinks: Vec<ExprId>,
    lifts: Vec<(usize, ExprId)>,
    /// The variables that are equal to other expressions.
    equals: FxHashMap<ExprId, ExprId>,
}

impl NormalForm {
    /// Of a convex problem.
    pub fn new(problem: &Problem) -> Result<NormalForm, Unhandled> {
        NormalForm::build(|| Builder::new(problem, false), problem)
    }

    /// Of a convex problem, with cones for the functions whose slopes turn without end; `None` where it has
    /// none.
    pub fn without_turns(problem: &Problem) -> Option<Result<NormalForm, Unhandled>> {
        has_node(problem, turns_without_end)
            .then(|| NormalForm::build(|| Builder::new(problem, true), problem))
    }

    /// Of a convex problem, without the pieces of functions that are dear and smooth inside their domain; `None` where
    /// there are none.
    pub fn without_dear_pieces(problem: &Problem) -> Option<Result<NormalForm, Unhandled>> {
        let inside = || Builder {
            stays_inside: true,
            ..Builder::new(problem, false)
        };
        let is_dear = |graph: &Graph, id| graph.atom(id).is_some_and(|a| a.has_dear_pieces());
        has_node(problem, is_dear).then(|| NormalForm::build(inside, problem))
    }

    /// Of a convex problem, with rows for maxima, norms of the largest entry and sums of the largest.
    pub fn by_rows(problem: &Problem) -> Result<NormalForm, Unhandled> {
        let by_rows = || Builder {
            peaks_as_rows: true,
            ..Builder::new(problem, false)
        };
        NormalForm::build(by_rows, problem)
    }

    /// Of any problem with derivatives: F is smooth, and a kink that the problem does not push to
    /// its convex side stays in it as it is.
    pub fn local(problem: &Problem) -> Result<NormalForm, Unhandled> {
        let local = || Builder {
            local: true,
            keeps_edges: true,
            ..Builder::new(problem, false)
        };
        NormalForm::build(local, problem)
    }

    /// Of a convex problem, with its functions and matrices as they are at the edges of their domains.
    pub fn with_edges(problem: &Problem) -> Result<NormalForm, Unhandled> {
        let keeping = || Builder {
            keeps_edges: true,
            ..Builder::new(problem, false)
        };
        NormalForm::build(keeping, problem)
    }

    fn build(builder: impl Fn() -> Builder, problem: &Problem) -> Result<NormalForm, Unhandled> {
        if let Some(form) = builder().built(problem)? {
            return Ok(form);
        }
        let keeping = Builder {
            keeps_edges: true,
            ..builder()
        };
        let form = keeping.built(problem)?;
        form.ok_or_else(|| "constraints that contradict each other".to_owned())
    }
}

/// Whether the problem has such a node.
fn has_node(problem: &Problem, is_one: impl Fn(&Graph, ExprId) -> bool) -> bool {
    let nodes = problem.graph.reachable(&problem.roots());
    nodes.into_iter().any(|id| is_one(&problem.graph, id))
}

impl Builder {
    /// `None` where what functions are at the edges of their domains contradicts the constraints: a proof of that
    /// needs the functions.
    fn built(mut self, problem: &Problem) -> Result<Option<NormalForm>, Unhandled> {
        let images = match self.local {
            true => FxHashMap::default(),
            false => {
                self.knowledge.learn_bounds(problem);
                self.without_odd_powers(&problem.roots())?
            }
        };
        self.start(problem, &images);
        while let Some((expression, weights)) = self.weights.pop_last() {
            self.weigh(expression, weights)?;
        }
        while let Some(task) = self.tasks.pop() {
            self.work(task)?;
        }
        Ok(self.finish())
    }

    fn new(problem: &Problem, takes_turns_for_kinks: bool) -> Self {
        let graph = problem.graph.clone();
        let packing = Packing::new(problem);
        let roots = problem.roots();
        let mut forms = AffineForms::default();
        forms.learn(&graph, &roots, &packing);
        Builder {
            knowledge: Knowledge::new(problem, takes_turns_for_kinks),
            nodes: problem.variables.iter().map(|v| v.node).collect(),
            graph,
            packing,
            forms,
            smooth: Vec::new(),
            linear: Vec::new(),
            constant: 0.0,
            stack: Stack::default(),
            parts: Vec::new(),
            rows: Vec::new(),
            weights: BTreeMap::new(),
            tasks: Vec::new(),
            bounds: FxHashMap::default(),
            stand_ins: FxHashMap::default(),
            shared: FxHashMap::default(),
            local: false,
            keeps_edges: false,
            stays_inside: false,
            peaks_as_rows: false,
            kept_kinks: Vec::new(),
            lifts: Vec::new(),
            equals: FxHashMap::default(),
        }
    }

    /// Tasks of the images, in reverse, so that the objective and the first constraints come first.
    fn start(&mut self, problem: &Problem, images: &FxHashMap<ExprId, ExprId>) {
        let image = |id: ExprId| images.get(&id).copied().unwrap_or(id);
        for (k, constraint) in problem.constraints.iter().enumerate().rev() {
            let (left, right) = (image(constraint.left), image(constraint.right));
            let place = Some(Place {
                constraint: k,
                entry: 0,
            });
            let task = match constraint.relation {
                Relation::Equal => Task::Zero(self.difference(left, right), place),
                Relation::LessEqual => Task::Below(self.difference(left, right), place),
                Relation::Precedes => Task::Semidefinite(self.difference(right, left), place),
            };
            self.tasks.push(task);
        }
        if let Some(objective) = problem.objective.expression {
            self.add_weights(image(objective), vec![problem.objective.goal.sign()]);
        }
        self.learn_tasks();
    }

    /// Affine forms of all that waits, in one pass.
    fn learn_tasks(&mut self) {
        let tasks = self.tasks.iter().map(Task::expression);
        let roots: Vec<ExprId> = tasks.chain(self.weights.keys().copied()).collect();
        self.forms.learn(&self.graph, &roots, &self.packing);
    }

    fn work(&mut self, task: Task) -> Result<(), Unhandled> {
        match task {
            Task::Below(expression, source) => self.below(expression, source),
            Task::Zero(expression, source) => self.zero(expression, source),
            Task::Semidefinite(expression, source) => self.semidefinite(expression, source),
        }
    }

    fn form(&mut self, id: ExprId) -> Option<Rc<AffineForm>> {
        self.forms.learn_node(&self.graph, id, &self.packing);
        self.forms.get(id)
    }

    /// The affine form of the expression; where the problem need not be convex, else of a new
    /// variable equal to it.
    fn form_or_equal(&mut self, id: ExprId) -> Option<Rc<AffineForm>> {
        if let Some(form) = self.form(id) {
            return Some(form);
        }
        if !self.local {
            return None;
        }
        let known = self.equals.get(&id).copied();
        let variable = known.unwrap_or_else(|| self.equal_variable(id));
        self.form(variable)
    }

    fn equal_variable(&mut self, id: ExprId) -> ExprId {
        let variable = self.lift_for(id);
        let gap = self.difference(id, variable);
        self.tasks.push(Task::Zero(gap, None));
        self.equals.insert(id, variable);
        variable
    }

    /// A new variable.
    fn lift(&mut self, shape: Shape) -> ExprId {
        self.new_variable(shape, Structure::Full, Interval::REALS)
    }

    /// A new variable in the place of a node: with the node's range.
    fn lift_for(&mut self, id: ExprId) -> ExprId {
        let range = self.knowledge.facts(&self.graph, id).range;
        self.lifts.push((self.nodes.len(), id));
        self.new_variable(self.graph.shape(id), Structure::Full, range)
    }

    /// A new symmetric matrix in the place of a node.
    fn lift_symmetric(&mut self, id: ExprId) -> ExprId {
        self.lifts.push((self.nodes.len(), id));
        let shape = self.graph.shape(id);
        self.new_variable(shape, Structure::Symmetric, Interval::REALS)
    }

    fn new_variable(&mut self, shape: Shape, structure: Structure, range: Interval) -> ExprId {
        let id = VariableId(self.nodes.len() as u32);
        let node = self.graph.variable(id, shape, Default::default());
        if structure != Structure::Full {
            self.graph.set_symmetric(id);
        }
        self.knowledge.add_variable(shape, range);
        self.packing.push(shape, structure);
        self.nodes.push(node);
        node
    }

    /// `None` where edges contradict the rest.
    fn finish(mut self) -> Option<NormalForm> {
        let mut linear = vec![0.0; self.packing.size];
        for (column, value) in self.linear {
            linear[column] += value;
        }
        let smooth = match self.smooth.as_slice() {
            [] => None,
            terms => Some(crate::atoms::construct::sum(&mut self.graph, terms)),
        };
        let edges = match self.keeps_edges {
            true => Edges::default(),
            false => {
                let columns = self.knowledge.columns(&self.packing);
                self.stack.without_edges(&mut self.parts, &columns)?
            }
        };
        let mut parts = self.stack.into_parts();
        parts.append(&mut self.parts);
        Some(NormalForm {
            graph: self.graph,
            packing: self.packing,
            nodes: self.nodes,
            smooth,
            linear,
            constant: self.constant + edges.constant,
            parts,
            rows: self.rows,
            kept_kinks: self.kept_kinks,
            lifts: self.lifts,
            at_edges: edges.held,
            has_null_vectors: edges.has_null_vectors,
        })
    }
}

impl Task {
    fn expression(&self) -> ExprId {
        match self {
            Task::Below(id, _) | Task::Zero(id, _) | Task::Semidefinite(id, _) => *id,
        }
    }
}
