//! Problems inside a problem: each use of a function that is the value of an inner problem.

use super::{Constraint, Expected, Goal, Objective, Problem, Structure, Variable};
use crate::cone::ConeProgram;
use crate::expr::{ExprId, Graph, NodeKind, VariableId};
use crate::matrix::Matrix;
use crate::span::Span;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

/// One use. Its variables and constraints stand among those of the whole problem.
#[derive(Clone, Debug)]
pub struct InnerProblem {
    /// `f`, then `f#2` for the next use.
    pub name: Arc<str>,
    /// The node that stands for the value.
    pub value: ExprId,
    pub goal: Goal,
    pub objective: ExprId,
    /// By position; those of inner problems within are among them.
    pub variables: Range<usize>,
    pub constraints: Range<usize>,
    /// `minimize … over … subject to …`.
    pub definition: Span,
    /// The constraints in cones, of a problem stated by its dual: the two have one value where
    /// these hold strictly. Those of problems within may stand here too.
    pub interior: Vec<Arc<ConeProgram>>,
    /// Variables and constraints of the problem that the dual stands for, which nothing needs once
    /// it is told that the constraints hold strictly; by position, before they are left out.
    pub replaced: (Range<usize>, Range<usize>),
}

impl InnerProblem {
    /// Variables that were not replaced.
    pub fn stated_variables(&self) -> impl Iterator<Item = usize> + '_ {
        let all = self.variables.clone();
        all.filter(|k| !self.replaced.0.contains(k))
    }

    /// Constraints that were not replaced.
    pub fn stated_constraints(&self) -> impl Iterator<Item = usize> + '_ {
        let all = self.constraints.clone();
        all.filter(|k| !self.replaced.1.contains(k))
    }
}

/// What a set of expressions needs of the problem.
struct Reached {
    /// Rising.
    nodes: Vec<ExprId>,
    /// Inner problems by position, the outer before those within.
    inner: Vec<usize>,
}

impl Problem {
    /// The problem over outer and inner variables together: each value is its inner objective. It
    /// has the same answers wherever the composition rule accepts the values.
    pub fn joint(&self) -> Problem {
        let roots = self.roots();
        let mut copy = Copy::new(self, (0..self.variables.len()).collect());
        copy.erase_values();
        copy.run(&self.graph.reachable(&roots));
        copy.finish(0..self.constraints.len(), &self.objective)
    }

    /// The inner problem by itself, the outer variables fixed, with the positions that its
    /// variables have in the whole problem.
    pub fn inner_at(&self, position: usize, point: &[Arc<Matrix>]) -> (Problem, Vec<usize>) {
        let inner = &self.inner[position];
        let reached = self.reached(self.inner_roots(inner));
        let within = reached.inner.iter().map(|&k| &self.inner[k]);
        let all: Vec<&InnerProblem> = within.chain([inner]).collect();
        let variables = merged(all.iter().map(|inner| inner.variables.clone()));
        let constraints = merged(all.iter().map(|inner| inner.constraints.clone()));
        let objective = Objective {
            goal: inner.goal,
            label: None,
            expression: Some(inner.objective),
            span: inner.definition,
        };
        let mut copy = Copy::new(self, variables.clone());
        copy.point = point;
        copy.erase_values();
        copy.run(&reached.nodes);
        (copy.finish(constraints.into_iter(), &objective), variables)
    }

    /// Some constraints and an objective, which hold no other variables than these.
    pub fn part(
        &self,
        variables: Range<usize>,
        constraints: Range<usize>,
        objective: &Objective,
    ) -> Problem {
        let sides = self.constraints[constraints.clone()].iter();
        let sides = sides.flat_map(|c| [c.left, c.right]);
        let roots: Vec<ExprId> = sides.chain(objective.expression).collect();
        let mut copy = Copy::new(self, variables.collect());
        copy.run(&self.graph.below(&roots));
        copy.finish(constraints, objective)
    }

    /// The problem without inner problems that neither the objective nor a constraint uses, or the
    /// position of an expectation that needs one of them.
    pub(crate) fn without_unused_inner(self) -> Result<Problem, usize> {
        let within = merged(self.inner.iter().map(|inner| inner.constraints.clone()));
        let own = (0..self.constraints.len()).filter(|k| within.binary_search(k).is_err());
        let sides = own
            .map(|k| &self.constraints[k])
            .flat_map(|c| [c.left, c.right]);
        let roots = self.objective.expression.into_iter().chain(sides);
        let reached = self.reached(roots.collect());
        let replaced = self.inner.iter().any(|inner| !inner.replaced.0.is_empty());
        if reached.inner.len() == self.inner.len() && !replaced {
            return Ok(self);
        }
        let expected: Vec<ExprId> = self.expected_values().collect();
        if let Some(k) = self.expectation_beyond(&reached) {
            return Err(k);
        }
        let variables = self.kept(
            &reached,
            self.variables.len(),
            |i| i.variables.clone(),
            |i| i.replaced.0.clone(),
        );
        let constraints = self.kept(
            &reached,
            self.constraints.len(),
            |i| i.constraints.clone(),
            |i| i.replaced.1.clone(),
        );
        Ok(self.restricted(&reached, &expected, variables, &constraints))
    }

    /// Positions below `count` in no inner problem, or in one that is reached and not replaced by
    /// its dual.
    fn kept(
        &self,
        reached: &Reached,
        count: usize,
        range: fn(&InnerProblem) -> Range<usize>,
        replaced: fn(&InnerProblem) -> Range<usize>,
    ) -> Vec<usize> {
        let within = merged(self.inner.iter().map(range));
        let used = merged(reached.inner.iter().map(|&k| range(&self.inner[k])));
        let gone = merged(self.inner.iter().map(replaced));
        let holds = |list: &[usize], k: &usize| list.binary_search(k).is_ok();
        let is_kept = |k: &usize| !holds(&within, k) || holds(&used, k) && !holds(&gone, k);
        (0..count).filter(is_kept).collect()
    }

    fn restricted(
        &self,
        reached: &Reached,
        expected: &[ExprId],
        variables: Vec<usize>,
        constraints: &[usize],
    ) -> Problem {
        let place = |kept: &[usize], range: &Range<usize>| {
            kept.partition_point(|&k| k < range.start)..kept.partition_point(|&k| k < range.end)
        };
        let mut copy = Copy::new(self, variables.clone());
        let mut nodes = self.graph.reachable(expected);
        nodes.extend_from_slice(&reached.nodes);
        nodes.sort_unstable();
        nodes.dedup();
        copy.run(&nodes);
        let mut inner: Vec<usize> = reached.inner.clone();
        inner.sort_unstable();
        let inner = inner.into_iter().map(|k| {
            let inner = &self.inner[k];
            InnerProblem {
                value: copy.image(inner.value),
                objective: copy.image(inner.objective),
                variables: place(&variables, &inner.variables),
                constraints: place(constraints, &inner.constraints),
                replaced: Default::default(),
                ..inner.clone()
            }
        });
        let inner: Vec<InnerProblem> = inner.collect();
        let mut expectations = self.expectations.clone();
        for expectation in &mut expectations {
            if let Expected::Value { expression, .. } = &mut expectation.subject {
                *expression = copy.image(*expression);
            }
        }
        let part = copy.finish(constraints.iter().copied(), &self.objective);
        Problem {
            inner,
            expectations,
            params: self.params.clone(),
            ..part
        }
    }

    /// Inner problems whose value is read by the expressions, the outer before those within.
    pub fn inner_below(&self, expressions: &[ExprId]) -> Vec<usize> {
        let nodes = self.graph.reachable(expressions);
        let below = |inner: &InnerProblem| nodes.binary_search(&inner.value).is_ok();
        let mut found: Vec<usize> = (0..self.inner.len())
            .filter(|&k| below(&self.inner[k]))
            .collect();
        found.sort_unstable_by_key(|&k| std::cmp::Reverse(self.inner[k].value));
        found
    }

    /// Expressions that the file states the value of.
    pub fn expected_values(&self) -> impl Iterator<Item = ExprId> + '_ {
        let subjects = self.expectations.iter().map(|e| &e.subject);
        subjects.filter_map(|subject| match subject {
            Expected::Value { expression, .. } => Some(*expression),
            Expected::Objective { .. }
            | Expected::Dual { .. }
            | Expected::Infeasible
            | Expected::Unbounded
            | Expected::Convex
            | Expected::NotConvex => None,
        })
    }

    /// The first expectation that reads the value of an inner problem not reached.
    fn expectation_beyond(&self, reached: &Reached) -> Option<usize> {
        self.expectations.iter().position(|expectation| {
            let Expected::Value { expression, .. } = &expectation.subject else {
                return false;
            };
            let mut below = self.inner_below(&[*expression]).into_iter();
            below.any(|k| !reached.inner.contains(&k))
        })
    }

    fn inner_roots(&self, inner: &InnerProblem) -> Vec<ExprId> {
        let stated = inner.stated_constraints();
        let sides = stated.flat_map(|k| [self.constraints[k].left, self.constraints[k].right]);
        sides.chain([inner.objective]).collect()
    }

    /// Everything below the roots; a value needs its inner problem, constraints included, whose
    /// expressions all come before it.
    fn reached(&self, roots: Vec<ExprId>) -> Reached {
        let values = self.values();
        let mut seen = vec![false; self.graph.len()];
        let mut inner = Vec::new();
        roots.iter().for_each(|root| seen[root.index()] = true);
        for id in self.graph.ids().rev() {
            if !seen[id.index()] {
                continue;
            }
            for argument in self.graph.arguments(id) {
                seen[argument.index()] = true;
            }
            if let Some(&k) = values.get(&id) {
                inner.push(k);
                let roots = self.inner_roots(&self.inner[k]);
                roots.iter().for_each(|root| seen[root.index()] = true);
            }
        }
        let nodes = self.graph.ids().filter(|id| seen[id.index()]).collect();
        Reached { nodes, inner }
    }

    /// Inner problems by the node of their value.
    fn values(&self) -> FxHashMap<ExprId, usize> {
        let inner = self.inner.iter().enumerate();
        inner.map(|(k, inner)| (inner.value, k)).collect()
    }
}

/// All positions of the ranges, rising, each once.
fn merged(ranges: impl Iterator<Item = Range<usize>>) -> Vec<usize> {
    let mut positions: Vec<usize> = ranges.flatten().collect();
    positions.sort_unstable();
    positions.dedup();
    positions
}

/// A part of a problem in a graph of its own.
struct Copy<'p> {
    problem: &'p Problem,
    /// Positions of the variables that are kept, rising; others are fixed.
    kept: Vec<usize>,
    point: &'p [Arc<Matrix>],
    /// Nodes that others stand in for.
    exchanged: FxHashMap<ExprId, ExprId>,
    graph: Graph,
    images: FxHashMap<ExprId, ExprId>,
}

impl<'p> Copy<'p> {
    fn new(problem: &'p Problem, kept: Vec<usize>) -> Self {
        let mut copy = Copy {
            problem,
            kept,
            point: &[],
            exchanged: FxHashMap::default(),
            graph: Graph::new(),
            images: FxHashMap::default(),
        };
        for k in 0..copy.kept.len() {
            let variable = &problem.variables[copy.kept[k]];
            let id = VariableId(k as u32);
            let node = copy.graph.variable(id, variable.shape, variable.span);
            if variable.structure != Structure::Full {
                copy.graph.set_symmetric(id);
            }
            copy.images.insert(variable.node, node);
        }
        copy
    }

    /// Inner objectives stand in for the values.
    fn erase_values(&mut self) {
        let inner = self.problem.inner.iter();
        self.exchanged = inner.map(|i| (i.value, i.objective)).collect();
    }

    /// Copies the nodes, which rise.
    fn run(&mut self, nodes: &[ExprId]) {
        for &id in nodes {
            if !self.images.contains_key(&id) {
                let image = self.node(id);
                self.images.insert(id, image);
            }
        }
    }

    fn node(&mut self, id: ExprId) -> ExprId {
        let source = &self.problem.graph;
        if let Some(&other) = self.exchanged.get(&id) {
            return self.image(other);
        }
        match source.kind(id) {
            NodeKind::Variable(variable) => match self.point.get(variable.index()) {
                Some(value) => self.graph.constant(value.clone(), None, source.span(id)),
                None => self.graph.number(0.0),
            },
            NodeKind::Constant(_) | NodeKind::Apply(_) => {
                let arguments = source.arguments(id).iter();
                let images: Vec<ExprId> = arguments.map(|&a| self.image(a)).collect();
                self.graph.copied(source, id, &images)
            }
        }
    }

    fn image(&self, id: ExprId) -> ExprId {
        self.images.get(&id).copied().unwrap_or(id)
    }

    fn finish(self, constraints: impl Iterator<Item = usize>, objective: &Objective) -> Problem {
        let variables = self.kept.iter().map(|&k| &self.problem.variables[k]);
        let variables = variables.map(|variable| Variable {
            node: self.image(variable.node),
            ..variable.clone()
        });
        let constraints = constraints.map(|k| &self.problem.constraints[k]);
        let constraints = constraints.map(|constraint| Constraint {
            left: self.image(constraint.left),
            right: self.image(constraint.right),
            ..constraint.clone()
        });
        Problem {
            variables: variables.collect(),
            constraints: constraints.collect(),
            objective: Objective {
                expression: objective.expression.map(|id| self.image(id)),
                ..objective.clone()
            },
            graph: self.graph,
            ..Problem::default()
        }
    }
}
