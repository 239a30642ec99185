//! A problem with its data, before anything is known of its convexity.
//!
//! Both solution paths start here and judge themselves here: the objective and the constraints are
//! the user's own expressions.

mod inner;
mod violation;

pub use inner::InnerProblem;
pub use violation::slackness;

use crate::dcp::Interval;
use crate::expr::{ExprId, Graph};
use crate::matrix::Matrix;
use crate::shape::Shape;
use crate::span::Span;
use std::fmt;
use std::sync::Arc;

/// Everything that a `.opt` file says, data filled in.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    pub graph: Graph,
    pub variables: Vec<Variable>,
    pub objective: Objective,
    /// In the order of the text; attributes and bounds of variables stand where the variable does.
    pub constraints: Vec<Constraint>,
    /// Uses of functions that are values of inner problems, those within before the outer.
    pub inner: Vec<InnerProblem>,
    pub expectations: Vec<Expectation>,
    /// Known quantities, for the report.
    pub params: Vec<Param>,
}

/// An unknown.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: Arc<str>,
    /// The node of the whole variable, of the declared shape.
    pub node: ExprId,
    pub shape: Shape,
    /// What the variable's entries share; both paths work with the free entries only.
    pub structure: Structure,
    /// Holds every entry, by declared bounds and sign attributes.
    pub range: Interval,
    pub psd: bool,
    pub nsd: bool,
    pub start: Option<Arc<Matrix>>,
    /// The index of the first row and column: 1 unless the axis carries its own range.
    pub first_index: (i64, i64),
    pub span: Span,
    pub description: Option<String>,
    /// Belongs to the inner problem of a function.
    pub inner: bool,
}

impl Variable {
    /// Without attributes but its range.
    pub fn plain(
        name: impl Into<Arc<str>>,
        node: ExprId,
        shape: Shape,
        range: Interval,
        span: Span,
    ) -> Self {
        Variable {
            name: name.into(),
            node,
            shape,
            structure: Structure::Full,
            range,
            psd: false,
            nsd: false,
            start: None,
            first_index: (1, 1),
            span,
            description: None,
            inner: false,
        }
    }
}

/// Which entries of a variable are free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Structure {
    Full,
    /// X = X': the upper triangle.
    Symmetric,
    /// Zero off the diagonal.
    Diagonal,
}

/// A known quantity.
#[derive(Clone, Debug)]
pub struct Param {
    pub name: Arc<str>,
    pub value: Arc<Matrix>,
    pub span: Span,
    pub description: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Goal {
    Minimize,
    Maximize,
    /// Any feasible point.
    #[default]
    Find,
}

impl Goal {
    /// What the objective is multiplied by to be made small.
    pub fn sign(self) -> f64 {
        match self {
            Goal::Maximize => -1.0,
            Goal::Minimize | Goal::Find => 1.0,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Objective {
    pub goal: Goal,
    pub label: Option<Arc<str>>,
    /// A scalar; `None` for `find`.
    pub expression: Option<ExprId>,
    pub span: Span,
}

/// `left relation right`, entry by entry, scalars broadcast. `>=` and `>>` are stored with their
/// sides exchanged and `flipped` set.
#[derive(Clone, Debug)]
pub struct Constraint {
    pub name: ConstraintName,
    pub origin: Origin,
    pub left: ExprId,
    pub relation: Relation,
    pub right: ExprId,
    /// The text has the sides the other way round.
    pub flipped: bool,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    Equal,
    LessEqual,
    /// right - left is positive semidefinite.
    Precedes,
}

/// Where a constraint comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A line under `subject to`.
    Line,
    /// A bound behind a variable.
    Bound,
    /// An attribute of a variable.
    Attribute,
    /// Of the inner problem of a function.
    Inner,
}

impl Constraint {
    /// Of the two sides together, which stand in `graph`.
    pub fn shape(&self, graph: &Graph) -> Shape {
        let left = graph.shape(self.left);
        left.broadcast(graph.shape(self.right)).unwrap_or(left)
    }

    /// Belongs to the inner problem of a function.
    pub fn is_inner(&self) -> bool {
        self.origin == Origin::Inner
    }
}

/// `label`, `label[3]`, or what stands for it; the part tells members of a chain or set apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConstraintName {
    /// The label, or the variable's name with the attribute, or `line 12`.
    pub label: Arc<str>,
    /// Values of the family's indices.
    pub indices: Vec<i64>,
    /// Position within a chain or a set, from 0; `None` when it stands alone.
    pub part: Option<u32>,
}

impl ConstraintName {
    /// Of a constraint that stands alone.
    pub fn plain(label: impl Into<Arc<str>>) -> Self {
        ConstraintName {
            label: label.into(),
            indices: Vec::new(),
            part: None,
        }
    }
}

impl fmt::Display for ConstraintName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.label)?;
        if !self.indices.is_empty() {
            let indices: Vec<String> = self.indices.iter().map(i64::to_string).collect();
            write!(f, "[{}]", indices.join(", "))?;
        }
        match self.part {
            Some(part) => write!(f, " (part {})", part + 1),
            None => Ok(()),
        }
    }
}

/// A known answer that the file states.
#[derive(Clone, Debug)]
pub struct Expectation {
    pub subject: Expected,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum Expected {
    /// |objective - value| <= within*max(1, |value|).
    Objective {
        value: f64,
        within: f64,
    },
    /// Entry by entry, relative to max(1, |value|).
    Value {
        expression: ExprId,
        value: Arc<Matrix>,
        within: f64,
    },
    /// Of these constraints (by position), one behind the other.
    Dual {
        name: String,
        constraints: Vec<usize>,
        value: Arc<Matrix>,
        within: f64,
    },
    Infeasible,
    Unbounded,
    Convex,
    NotConvex,
}

impl Problem {
    /// Names of the variables, by position.
    pub fn variable_names(&self) -> Vec<Arc<str>> {
        self.variables.iter().map(|v| v.name.clone()).collect()
    }

    /// Whether some variable belongs to the inner problem of a function.
    pub fn has_inner(&self) -> bool {
        self.variables.iter().any(|v| v.inner)
    }

    /// That of finding a point for the constraints.
    pub fn without_objective(&self) -> Problem {
        let mut problem = self.clone();
        problem.objective = Objective {
            goal: Goal::Find,
            label: None,
            expression: None,
            span: problem.objective.span,
        };
        problem
    }

    /// Total number of entries of the variables that the file declares.
    pub fn size(&self) -> usize {
        let own = self.variables.iter().filter(|v| !v.inner);
        own.map(|v| v.shape.size()).sum()
    }

    /// The shape of a constraint's two sides together.
    pub fn constraint_shape(&self, constraint: &Constraint) -> Shape {
        constraint.shape(&self.graph)
    }

    /// Every expression that the problem minimises or constrains.
    pub fn roots(&self) -> Vec<ExprId> {
        let sides = self.constraints.iter().flat_map(|c| [c.left, c.right]);
        self.objective.expression.into_iter().chain(sides).collect()
    }

    /// The expression as `.opt` text.
    pub fn text(&self, expression: ExprId) -> String {
        crate::expr::print(&self.graph, expression, &self.variable_names()).text
    }
}
