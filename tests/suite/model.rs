//! Problems built in code.

use bowl::atoms::affine::{Add, Divide, Index, Multiply, Negate};
use bowl::atoms::elementwise::{Abs, Exp, Power};
use bowl::atoms::reductions::{Norm2, Sum};
use bowl::atoms::{Entrywise, Reduce};
use bowl::canonicalize::{Options, Recovery, Source, lower};
use bowl::cone::ConeProgram;
use bowl::dcp::Interval;
use bowl::expr::{Atom, ExprId, VariableId};
use bowl::matrix::Matrix;
use bowl::problem::{
    Constraint, ConstraintName, Goal, Origin, Problem, Relation, Structure, Variable,
};
use bowl::shape::Shape;
use bowl::solve::conic::solve_source;
use bowl::solve::{Settings, Solution};
use bowl::span::Span;
use std::sync::Arc;

/// A problem under construction; expressions are graph nodes.
#[derive(Default)]
pub struct Model {
    pub problem: Problem,
}

impl Model {
    pub fn variable(&mut self, shape: Shape) -> ExprId {
        self.structured(shape, Structure::Full)
    }

    pub fn vector(&mut self, n: usize) -> ExprId {
        self.variable(Shape::vector(n))
    }

    pub fn structured(&mut self, shape: Shape, structure: Structure) -> ExprId {
        let position = self.problem.variables.len();
        let id = VariableId(position as u32);
        let node = self.problem.graph.variable(id, shape, Span::default());
        self.problem.variables.push(Variable {
            name: format!("x{position}").into(),
            node,
            shape,
            structure,
            range: Interval::REALS,
            psd: false,
            nsd: false,
            start: None,
            first_index: (1, 1),
            span: Span::default(),
            description: None,
            inner: false,
        });
        node
    }

    pub fn constant(&mut self, value: Matrix) -> ExprId {
        self.problem.graph.constant(value, None, Span::default())
    }

    pub fn numbers(&mut self, entries: &[f64]) -> ExprId {
        self.constant(Matrix::vector(entries.to_vec()))
    }

    /// `rows x cols`, entries down the columns.
    pub fn table(&mut self, rows: usize, cols: usize, entries: &[f64]) -> ExprId {
        self.constant(Matrix::from_columns(
            Shape::new(rows, cols),
            entries.to_vec(),
        ))
    }

    pub fn number(&mut self, value: f64) -> ExprId {
        self.problem.graph.number(value)
    }

    pub fn apply(&mut self, atom: impl Atom, arguments: &[ExprId]) -> ExprId {
        self.problem
            .graph
            .apply(Arc::new(atom), arguments, Span::default())
            .expect("the arguments fit")
    }

    pub fn plus(&mut self, x: ExprId, y: ExprId) -> ExprId {
        self.apply(Add, &[x, y])
    }

    pub fn minus(&mut self, x: ExprId, y: ExprId) -> ExprId {
        let negative = self.apply(Negate, &[y]);
        self.apply(Add, &[x, negative])
    }

    pub fn times(&mut self, x: ExprId, y: ExprId) -> ExprId {
        self.apply(Multiply, &[x, y])
    }

    pub fn scaled(&mut self, factor: f64, x: ExprId) -> ExprId {
        let factor = self.number(factor);
        self.apply(Multiply, &[factor, x])
    }

    pub fn over(&mut self, x: ExprId, divisor: f64) -> ExprId {
        let divisor = self.number(divisor);
        self.apply(Divide, &[x, divisor])
    }

    pub fn sum(&mut self, x: ExprId) -> ExprId {
        self.apply(Reduce::all(Sum), &[x])
    }

    pub fn norm2(&mut self, x: ExprId) -> ExprId {
        self.apply(Reduce::all(Norm2), &[x])
    }

    pub fn abs(&mut self, x: ExprId) -> ExprId {
        self.apply(Entrywise(Abs), &[x])
    }

    pub fn exp(&mut self, x: ExprId) -> ExprId {
        self.apply(Entrywise(Exp), &[x])
    }

    pub fn power(&mut self, x: ExprId, exponent: f64) -> ExprId {
        self.apply(Entrywise(Power::new(exponent)), &[x])
    }

    /// sum(x .^ 2).
    pub fn squares(&mut self, x: ExprId) -> ExprId {
        let squares = self.power(x, 2.0);
        self.sum(squares)
    }

    /// Entry `k` (from 0, down the columns).
    pub fn entry(&mut self, x: ExprId, k: usize) -> ExprId {
        self.entries(x, k..k + 1)
    }

    pub fn entries(&mut self, x: ExprId, range: std::ops::Range<usize>) -> ExprId {
        let text = format!("{}..{}", range.start + 1, range.end);
        let index = Index {
            shape: Shape::vector(range.len()),
            positions: range.collect(),
            text: text.into(),
        };
        self.apply(index, &[x])
    }

    fn constrain(&mut self, left: ExprId, relation: Relation, right: ExprId) -> usize {
        let position = self.problem.constraints.len();
        self.problem.constraints.push(Constraint {
            name: ConstraintName {
                label: format!("c{position}").into(),
                indices: Vec::new(),
                part: None,
            },
            origin: Origin::Line,
            left,
            relation,
            right,
            flipped: false,
            span: Span::default(),
        });
        position
    }

    /// `left <= right`; returns the constraint's position.
    pub fn at_most(&mut self, left: ExprId, right: ExprId) -> usize {
        self.constrain(left, Relation::LessEqual, right)
    }

    /// `left <= value`.
    pub fn at_most_number(&mut self, left: ExprId, value: f64) -> usize {
        let value = self.number(value);
        self.at_most(left, value)
    }

    /// `left >= value`, stored as `value <= left`.
    pub fn at_least_number(&mut self, left: ExprId, value: f64) -> usize {
        let value = self.number(value);
        self.at_most(value, left)
    }

    pub fn equal(&mut self, left: ExprId, right: ExprId) -> usize {
        self.constrain(left, Relation::Equal, right)
    }

    pub fn equal_number(&mut self, left: ExprId, value: f64) -> usize {
        let value = self.number(value);
        self.equal(left, value)
    }

    /// `left << right`.
    pub fn precedes(&mut self, left: ExprId, right: ExprId) -> usize {
        self.constrain(left, Relation::Precedes, right)
    }

    pub fn minimize(&mut self, objective: ExprId) {
        self.problem.objective.goal = Goal::Minimize;
        self.problem.objective.expression = Some(objective);
    }

    pub fn maximize(&mut self, objective: ExprId) {
        self.problem.objective.goal = Goal::Maximize;
        self.problem.objective.expression = Some(objective);
    }

    pub fn lower(&self) -> (ConeProgram, Recovery) {
        self.lower_with(&Options::default())
    }

    pub fn lower_with(&self, options: &Options) -> (ConeProgram, Recovery) {
        lower(&Source::of_problem(&self.problem), options).expect("every atom has a graph form")
    }

    pub fn solve(&self) -> Solution {
        self.solve_with(&Options::default())
    }

    pub fn solve_with(&self, options: &Options) -> Solution {
        let source = Source::of_problem(&self.problem);
        solve_source(&source, options, &Settings::default())
    }

    /// The objective at a solution.
    pub fn value(&self, solution: &Solution) -> f64 {
        let root = self.problem.objective.expression.expect("an objective");
        let evaluator = bowl::expr::Evaluator::new(&self.problem.graph, &[root]);
        let value = evaluator.evaluate(&solution.variables);
        value[0].as_scalar().expect("a scalar objective")
    }
}

/// Asserts |a - b| <= within*max(1, |b|).
pub fn assert_close(a: f64, b: f64, within: f64) {
    assert!((a - b).abs() <= within * b.abs().max(1.0), "{a} is not {b}");
}

/// Asserts the same entry by entry.
pub fn assert_entries(matrix: &Matrix, expected: &[f64], within: f64) {
    let entries = matrix.entries();
    assert_eq!(entries.len(), expected.len());
    for (a, b) in entries.iter().zip(expected) {
        assert_close(*a, *b, within);
    }
}
