//! The syntax tree: what the text says, before any name has a meaning.
//!
//! Sums and products are flat lists, so a chain of a million terms is one node, and the depth of
//! the tree is bounded by the bracket nesting that the parser allows.

use crate::span::Span;

/// A whole `.opt` file, statements in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    pub statements: Vec<Statement>,
}

/// One statement with the comment that stands behind it on its line.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub span: Span,
    pub kind: StatementKind,
    /// Text of a trailing comment, without `#` and outer blanks: the description of a declaration.
    pub comment: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    Param(Param),
    Var(Var),
    Let(Let),
    Objective(Objective),
    /// The heading `subject to`.
    SubjectTo,
    Constraint(Constraint),
    Expect(Expect),
}

impl StatementKind {
    /// The name that the statement gives a meaning.
    pub fn declares(&self) -> Option<&Name> {
        match self {
            StatementKind::Param(param) => Some(&param.name),
            StatementKind::Var(var) => Some(&var.name),
            StatementKind::Let(definition) => Some(&definition.name),
            StatementKind::Objective(_)
            | StatementKind::SubjectTo
            | StatementKind::Constraint(_)
            | StatementKind::Expect(_) => None,
        }
    }
}

/// An identifier where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// `param NAME [axes] attributes (= value)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    pub name: Name,
    pub axes: Vec<Axis>,
    pub attributes: Vec<AttributeWord>,
    pub value: Option<Expr>,
}

/// `var NAME [axes] attributes bounds (start value)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Var {
    pub name: Name,
    pub axes: Vec<Axis>,
    pub attributes: Vec<AttributeWord>,
    pub bounds: Vec<Bound>,
    pub start: Option<Expr>,
}

/// `let NAME = body` (no parameters) or `let f(x, y) = body`.
#[derive(Clone, Debug, PartialEq)]
pub struct Let {
    pub name: Name,
    /// `None` for an abbreviation, `Some` for a function.
    pub parameters: Option<Vec<Name>>,
    /// The value, or the objective of the inner problem.
    pub body: Expr,
    /// The rest of an inner problem, for a function that is its value.
    pub inner: Option<Inner>,
}

/// `minimize … over y subject to …` without its objective.
#[derive(Clone, Debug, PartialEq)]
pub struct Inner {
    pub sense: Sense,
    pub variables: Vec<Var>,
    pub constraints: Vec<Constraint>,
    pub span: Span,
}

/// One axis of a declared shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Axis {
    /// `n` or `3` or `n + 1`: runs over `1..n`.
    Length(Expr),
    /// `0..T`: carries its own range, both ends included.
    Range { from: Expr, to: Expr },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attribute {
    Nonneg,
    Nonpos,
    Symmetric,
    Psd,
    Nsd,
    Diagonal,
    Sparse,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AttributeWord {
    pub attribute: Attribute,
    pub span: Span,
}

/// `>= 0` or `<= 1` behind a variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    pub relation: Relation,
    pub value: Expr,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    Equal,
    LessEqual,
    GreaterEqual,
    /// `<<`: right minus left is positive semidefinite.
    PrecedesEqual,
    /// `>>`: left minus right is positive semidefinite.
    SucceedsEqual,
}

impl Relation {
    pub fn sign(self) -> &'static str {
        match self {
            Relation::Equal => "==",
            Relation::LessEqual => "<=",
            Relation::GreaterEqual => ">=",
            Relation::PrecedesEqual => "<<",
            Relation::SucceedsEqual => ">>",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sense {
    Minimize,
    Maximize,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Objective {
    Optimize {
        sense: Sense,
        label: Option<Name>,
        body: Expr,
    },
    /// `find x, y`.
    Find(Vec<Name>),
}

/// `label[t]: body for t in 0..T`.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    pub label: Option<Label>,
    pub body: ConstraintBody,
    pub family: Option<Box<Family>>,
    pub span: Span,
}

/// A constraint's name; the indices name the members of a family.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub name: Name,
    pub indices: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ConstraintBody {
    /// `a <= b` or a chain `a <= b <= c`; `rest` is never empty.
    Relations {
        first: Expr,
        rest: Vec<(Relation, Span, Expr)>,
    },
    /// `x in SET`.
    Membership { element: Expr, set: SetExpr },
}

/// `simplex(n)`, `psd`, `pow_cone(a)`, …; the name is checked by elaboration.
#[derive(Clone, Debug, PartialEq)]
pub struct SetExpr {
    pub name: Name,
    pub arguments: Vec<Argument>,
    pub span: Span,
}

/// `for i in 1..n, j in 1..n if i != j`.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    pub generators: Vec<Generator>,
    pub filter: Option<Condition>,
    pub span: Span,
}

/// `t in 0..T-1 by 2`, or `t in order` with a vector of integers.
#[derive(Clone, Debug, PartialEq)]
pub struct Generator {
    pub name: Name,
    pub over: GeneratorDomain,
}

#[derive(Clone, Debug, PartialEq)]
pub enum GeneratorDomain {
    Range {
        from: Expr,
        to: Expr,
        by: Option<Expr>,
    },
    Vector(Expr),
}

/// A filter over the generators' names; all parts must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    Compare {
        left: Expr,
        relation: Comparison,
        right: Expr,
    },
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expect {
    /// `expect objective == 12.5 within 1e-6`; `within` absent means 1e-6.
    Objective {
        value: Expr,
        within: Option<Expr>,
    },
    /// `expect EXPR == value within tolerance`: any expression of variables and params.
    Value {
        subject: Expr,
        value: Expr,
        within: Option<Expr>,
    },
    /// `expect dual(label) == value`, `expect dual(x >=) == value`.
    Dual {
        subject: DualName,
        value: Expr,
        within: Option<Expr>,
    },
    Infeasible,
    Unbounded,
    Convex,
    NotConvex,
}

/// A constraint, named as reports name it: `cap[3]`, `x >=`, `x nonneg`, `line 7`, `box (part 2)`.
#[derive(Clone, Debug, PartialEq)]
pub struct DualName {
    /// The label, or the variable with the sign or attribute, or `line 7`.
    pub label: Name,
    pub indices: Vec<Expr>,
    /// As written, from 1.
    pub part: Option<u32>,
}

/// An expression where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: Box<ExprKind>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Number(f64),
    /// Only inside data sources.
    Text(String),
    Name(String),
    /// `first + … - …`, flat.
    Sum {
        first: Expr,
        rest: Vec<(AddOperator, Expr)>,
    },
    /// `first * … / …`, flat, from left to right.
    Product {
        first: Expr,
        rest: Vec<(MulOperator, Span, Expr)>,
    },
    /// An odd number of leading minus signs.
    Negate(Expr),
    Power {
        base: Expr,
        /// `.^` rather than `^`.
        elementwise: bool,
        operator_span: Span,
        exponent: Expr,
    },
    Transpose(Expr),
    Index {
        base: Expr,
        items: Vec<IndexItem>,
    },
    /// `f(a, M = 2)`, and `sum(body for t in 1..n)` when `family` is there.
    Call {
        function: Name,
        arguments: Vec<Argument>,
        family: Option<Box<Family>>,
    },
    /// `[a, b; c, d]`: rows apart by `;`.
    Matrix {
        rows: Vec<Vec<Expr>>,
    },
    /// `[body for t in 1..n]`.
    Comprehension {
        body: Expr,
        family: Box<Family>,
    },
    /// `1..10 by 2`, as an argument: `columns = 1..10`.
    Range {
        from: Expr,
        to: Expr,
        by: Option<Expr>,
    },
    /// `end` inside an index: the last position of that axis.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddOperator {
    Plus,
    Minus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MulOperator {
    /// `*`
    Times,
    /// `/`
    Divide,
    /// `.*`
    ElementTimes,
    /// `./`
    ElementDivide,
}

#[derive(Clone, Debug, PartialEq)]
pub enum IndexItem {
    /// `:`
    All(Span),
    /// `3`, `t + 1`, `order`, `end`: a position or a vector of positions.
    At(Expr),
    /// `2..n by 2`
    Range {
        from: Expr,
        to: Expr,
        by: Option<Expr>,
    },
}

/// `value` or `name = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    pub name: Option<Name>,
    pub value: Expr,
}

impl Argument {
    /// The value of the first argument of this name.
    pub fn named<'a>(arguments: &'a [Argument], name: &str) -> Option<&'a Expr> {
        let matches = |a: &&Argument| a.name.as_ref().is_some_and(|n| n.text == name);
        arguments.iter().find(matches).map(|a| &a.value)
    }
}
