//! From the syntax tree to the problem: names, shapes, data.
//!
//! Nothing is evaluated here but sizes, indices and params; expressions become graph nodes as the
//! user wrote them.

mod attribute;
mod axis;
mod call;
mod constraint;
mod declare;
mod error;
mod expectation;
mod expression;
mod family;
mod finite;
mod generate;
mod index;
mod inner_perspective;
mod lanes;
mod linearize;
mod literal;
mod matrix_sets;
mod number;
mod param;
mod partial;
mod perspective;
mod polynomial_set;
mod power;
pub mod random;
mod scope;
mod sets;
mod source;
mod suggest;
mod supremum;

pub use error::{ElaborateError, LocatedDataError};
pub use generate::generator;
pub use suggest::instead_of;

use crate::expr::{ExprId, Graph};
use crate::matrix::Matrix;
use crate::problem::{Goal, Objective, Problem};
use crate::span::Span;
use crate::spelling::known_names;
use crate::syntax::ast;
use finite::Finiteness;
use partial::unused_inner;
use rustc_hash::{FxBuildHasher, FxHashMap};
use scope::{Declared, Expansion, Local};
use std::path::PathBuf;
use std::sync::Arc;

/// The most entries that one value may have: 1 GiB of numbers.
const LARGEST_VALUE: f64 = 134_217_728.0;
/// The most members of one `for` family.
const LARGEST_FAMILY: f64 = 5_000_000.0;

/// Nodes that there is room for at first.
const NODES_PER_STATEMENT: usize = 6;

/// Further errors of one file are not looked for.
const MOST_ERRORS: usize = 100;

type Result<T> = std::result::Result<T, ElaborateError>;

/// What stands beside the text.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The folder that relative data paths start from.
    pub directory: PathBuf,
    /// `--data`: values by name.
    pub data: FxHashMap<String, Arc<Matrix>>,
    pub settings: Vec<Setting>,
    /// Starts in place of declared ones: for the variable of that name, or for all.
    pub starts: Vec<(Option<String>, ast::Expr)>,
}

/// `--set NAME=EXPR`.
#[derive(Clone, Debug)]
pub struct Setting {
    pub name: String,
    /// The text of the expression.
    pub text: String,
    pub value: ast::Expr,
}

/// Gives every name its meaning. The independent errors of the file are returned together.
pub fn elaborate(
    text: &str,
    file: &ast::File,
    inputs: &Inputs,
) -> std::result::Result<Problem, Vec<ElaborateError>> {
    let mut elaborator = Elaborator::new(text, file, inputs);
    let mut errors = Vec::new();
    for statement in &file.statements {
        if let Err(error) = elaborator.statement(statement)
            && !matches!(error, ElaborateError::Suppressed)
        {
            errors.push(error);
            if errors.len() == MOST_ERRORS {
                return Err(errors);
            }
        }
    }
    if errors.is_empty() {
        errors.extend(elaborator.unused_inputs());
        errors.extend(elaborator.missing_objective(text));
    }
    if errors.is_empty() {
        errors.extend(elaborator.check_arithmetic());
    }
    if errors.is_empty() {
        elaborator.finish().map_err(|error| vec![error])
    } else {
        Err(errors)
    }
}

struct Elaborator<'a> {
    text: &'a str,
    file: &'a ast::File,
    /// Byte offsets of line starts.
    lines: Vec<usize>,
    inputs: &'a Inputs,
    graph: Graph,
    problem: Problem,
    globals: FxHashMap<String, Declared>,
    /// How many declarations there were so far.
    declarations: usize,
    /// What calls of the file's functions expanded to, so that no call is expanded twice.
    expansions: FxHashMap<Expansion, ExprId>,
    /// Single entries that were picked before: node, row and column from 0.
    entries: FxHashMap<(ExprId, usize, usize), ExprId>,
    /// How many expressions are being read, one inside the other.
    depth: usize,
    /// Names that are seen inside a function body were declared before the function.
    visible: usize,
    locals: Vec<Local>,
    /// Locals below this position belong to a caller.
    frame: usize,
    /// What `end` means, innermost last.
    ends: Vec<i64>,
    objective_seen: Option<Span>,
    names_used: FxHashMap<Arc<str>, Span>,
    /// How many uses of each function that is the value of an inner problem there were, and how
    /// many unknowns that a set brought have each name.
    inner_uses: FxHashMap<String, usize>,
    finiteness: Finiteness,
}

impl<'a> Elaborator<'a> {
    fn new(text: &'a str, file: &'a ast::File, inputs: &'a Inputs) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        Elaborator {
            text,
            file,
            lines: std::iter::once(0)
                .chain(starts.map(|(k, _)| k + 1))
                .collect(),
            inputs,
            graph: Graph::with_capacity(NODES_PER_STATEMENT * file.statements.len()),
            problem: Problem::default(),
            globals: FxHashMap::default(),
            declarations: 0,
            expansions: FxHashMap::default(),
            entries: FxHashMap::default(),
            depth: 0,
            visible: usize::MAX,
            locals: Vec::new(),
            frame: 0,
            ends: Vec::new(),
            objective_seen: None,
            names_used: FxHashMap::with_capacity_and_hasher(file.statements.len(), FxBuildHasher),
            inner_uses: FxHashMap::default(),
            finiteness: Finiteness::default(),
        }
    }

    /// Line number from 1.
    fn line(&self, span: Span) -> usize {
        self.lines
            .partition_point(|&start| start <= span.start as usize)
    }

    fn statement(&mut self, statement: &ast::Statement) -> Result<()> {
        self.locals.clear();
        self.frame = 0;
        self.visible = usize::MAX;
        self.ends.clear();
        match &statement.kind {
            ast::StatementKind::Param(param) => self.param(param, statement.comment.as_deref()),
            ast::StatementKind::Var(var) => self.var(var, statement.comment.as_deref()),
            ast::StatementKind::Let(definition) => self.definition(definition),
            ast::StatementKind::Objective(objective) => self.objective(objective, statement.span),
            ast::StatementKind::SubjectTo => Ok(()),
            ast::StatementKind::Constraint(constraint) => self.constraint(constraint),
            ast::StatementKind::Expect(expect) => self.expectation(expect, statement.span),
        }
    }

    fn objective(&mut self, objective: &ast::Objective, span: Span) -> Result<()> {
        if let Some(first) = self.objective_seen {
            return Err(ElaborateError::Statement {
                message: "the file has two objectives".to_owned(),
                span,
                label: "the second".to_owned(),
                other: Some(first),
                help: Some("keep one; weigh several goals as one sum".to_owned()),
            });
        }
        self.objective_seen = Some(span);
        match objective {
            ast::Objective::Find(names) => {
                for name in names {
                    self.variable_named(name)?;
                }
                self.problem.objective.span = span;
                Ok(())
            }
            ast::Objective::Optimize { sense, label, body } => {
                let expression = self.expression(body)?;
                let shape = self.graph.shape(expression);
                if !shape.is_scalar() {
                    return Err(ElaborateError::statement(
                        format!("the objective must be a scalar, but it is a {shape}"),
                        "not a scalar",
                        body.span,
                    )
                    .or_help("add the entries up with `sum(…)`, or take a norm"));
                }
                self.problem.objective = Objective {
                    goal: match sense {
                        ast::Sense::Minimize => Goal::Minimize,
                        ast::Sense::Maximize => Goal::Maximize,
                    },
                    label: label.as_ref().map(|l| l.text.as_str().into()),
                    expression: Some(expression),
                    span: body.span,
                };
                Ok(())
            }
        }
    }

    /// Values from the command line that the file has no param for.
    fn unused_inputs(&self) -> Vec<ElaborateError> {
        let starts = self.inputs.starts.iter();
        let variables = self.problem.variables.iter().filter(|v| !v.inner);
        let lost = starts
            .filter_map(|(name, _)| name.as_ref())
            .filter(|name| !variables.clone().any(|v| *v.name == ***name))
            .map(|name| ElaborateError::UnknownName {
                what: "variable",
                name: name.clone(),
                span: Span::default(),
                help: Some(known_names(
                    name,
                    variables.clone().map(|v| v.name.as_ref()),
                    "the file's variables are",
                )),
            });
        let set = self.inputs.settings.iter().map(|s| ("--set", &s.name));
        let mut data: Vec<&String> = self.inputs.data.keys().collect();
        data.sort();
        let given = set.chain(data.into_iter().map(|name| ("--data", name)));
        let params = &self.problem.params;
        given
            .filter(|(_, name)| !params.iter().any(|p| *p.name == ***name))
            .map(|(option, name)| ElaborateError::UnusedInput {
                option,
                name: name.clone(),
                help: known_names(
                    name,
                    params.iter().map(|p| p.name.as_ref()),
                    "the file's params are",
                ),
            })
            .chain(lost)
            .collect()
    }

    fn missing_objective(&self, text: &str) -> Option<ElaborateError> {
        if self.objective_seen.is_some() {
            return None;
        }
        let end = Span::new(text.trim_end().len(), text.trim_end().len());
        Some(
            ElaborateError::statement("the file has no objective", "ends here", end).or_help(
                "add a line `minimize …` or `maximize …`, or `find x` for any feasible point",
            ),
        )
    }

    fn finish(mut self) -> Result<Problem> {
        self.problem.graph = self.graph;
        let spans: Vec<Span> = self.problem.expectations.iter().map(|e| e.span).collect();
        let used = self.problem.without_unused_inner();
        used.map_err(|k| unused_inner(spans[k]))
    }
}
