//! Expressions as `.opt` text.

use super::atom::Parameter;
use super::graph::{ExprId, Graph, NodeKind};
use crate::matrix::Matrix;
use crate::shape::Shape;
use rustc_hash::FxHashMap;

/// Longer texts are cut: a shared graph can unfold to a text of any length.
const LONGEST_TEXT: usize = 4000;
/// Anonymous matrices up to this many entries print in full.
const LARGEST_LITERAL: usize = 16;

/// How tightly a printed text binds, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precedence {
    Sum,
    /// With `/`, `.*` or `./` at the top.
    Product,
    /// With `*` alone at the top, so that brackets to the right may go.
    MatrixProduct,
    Unary,
    Power,
    Postfix,
}

/// A text and how tightly it binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    pub text: String,
    pub precedence: Precedence,
    /// Of the value, filled in by the printer: `x/c` or `x ./ y`, `A*x*y` or `A*(x*y)`.
    pub shape: Shape,
}

impl Printed {
    pub fn new(text: impl Into<String>, precedence: Precedence) -> Self {
        let mut text = text.into();
        if text.len() > LONGEST_TEXT {
            text = "…".to_owned();
        }
        Printed {
            text,
            precedence,
            shape: Shape::SCALAR,
        }
    }

    /// A name, a number, a call or anything in brackets.
    pub fn tight(text: impl Into<String>) -> Self {
        Printed::new(text, Precedence::Postfix)
    }

    /// The text, in parentheses unless it binds at least as tightly as `least`.
    pub fn at_least(&self, least: Precedence) -> String {
        if self.precedence >= least {
            self.text.clone()
        } else {
            format!("({})", self.text)
        }
    }

    /// `name(arguments, parameters)`.
    pub fn call(name: &str, arguments: &[Printed], parameters: &[Parameter]) -> Self {
        let mut parts: Vec<String> = arguments.iter().map(|a| a.text.clone()).collect();
        parts.extend(parameters.iter().map(|p| match p.name {
            Some(name) => format!("{name} = {}", p.text),
            None => p.text.clone(),
        }));
        Printed::tight(format!("{name}({})", parts.join(", ")))
    }

    /// `left operator right` of a left-associative operator.
    pub fn infix(left: &Printed, operator: &str, right: &Printed, precedence: Precedence) -> Self {
        let tighter = match precedence {
            Precedence::Sum => Precedence::Product,
            Precedence::Product | Precedence::MatrixProduct => Precedence::Unary,
            Precedence::Unary | Precedence::Power | Precedence::Postfix => Precedence::Postfix,
        };
        let text = format!(
            "{}{operator}{}",
            left.at_least(precedence),
            right.at_least(tighter)
        );
        Printed::new(text, precedence)
    }

    /// A number as `.opt` reads it back.
    pub fn number(value: f64) -> String {
        if value.is_infinite() {
            return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
        }
        let magnitude = value.abs();
        if magnitude != 0.0 && !(1e-5..1e15).contains(&magnitude) {
            format!("{value:e}")
        } else {
            format!("{value}")
        }
    }
}

/// The text of `root`; variables are named by `variable_names` (by position).
pub fn print<S: AsRef<str>>(graph: &Graph, root: ExprId, variable_names: &[S]) -> Printed {
    print_with(graph, root, variable_names, &FxHashMap::default())
}

/// The same, with names in place of some parts below.
pub fn print_with<S: AsRef<str>>(
    graph: &Graph,
    root: ExprId,
    variable_names: &[S],
    parts: &FxHashMap<ExprId, String>,
) -> Printed {
    let names = variable_names
        .iter()
        .map(|name| Printed::tight(name.as_ref()));
    print_of(graph, root, &names.collect::<Vec<_>>(), parts)
}

/// The text of `root` with these texts in place of its variables.
pub fn print_of(
    graph: &Graph,
    root: ExprId,
    variables: &[Printed],
    parts: &FxHashMap<ExprId, String>,
) -> Printed {
    let mut texts: FxHashMap<ExprId, Printed> = FxHashMap::default();
    for id in graph.below(&[root]) {
        if let Some(name) = parts.get(&id).filter(|_| id != root) {
            let mut printed = Printed::tight(name);
            printed.shape = graph.shape(id);
            texts.insert(id, printed);
            continue;
        }
        let mut printed = match graph.kind(id) {
            NodeKind::Constant(constant) => match &constant.name {
                Some(name) => Printed::tight(name.as_ref()),
                None => literal(&constant.value),
            },
            NodeKind::Variable(variable) => match variables.get(variable.index()) {
                Some(text) => text.clone(),
                None => Printed::tight("?"),
            },
            NodeKind::Apply(atom) => {
                let arguments: Vec<Printed> = graph
                    .arguments(id)
                    .iter()
                    .map(|a| texts[a].clone())
                    .collect();
                atom.print(&arguments)
            }
        };
        printed.shape = graph.shape(id);
        texts.insert(id, printed);
    }
    texts.remove(&root).unwrap_or(Printed::tight("?"))
}

fn literal(value: &Matrix) -> Printed {
    let shape = value.shape();
    if let Some(number) = value.as_scalar() {
        let precedence = if number.is_sign_negative() {
            Precedence::Unary
        } else {
            Precedence::Postfix
        };
        return Printed::new(Printed::number(number), precedence);
    }
    if let Matrix::Sparse(sparse) = value
        && sparse.is_identity()
    {
        return Printed::tight(format!("eye({})", shape.rows));
    }
    if let Some(filled) = filled_literal(value) {
        return filled;
    }
    if let Matrix::Sparse(sparse) = value
        && sparse.is_identity()
    {
        return Printed::tight(format!("eye({})", shape.rows));
    }
    if shape.size() > LARGEST_LITERAL {
        return Printed::tight(format!("<{} x {}>", shape.rows, shape.cols));
    }
    let rows: Vec<String> = (0..shape.rows)
        .map(|i| {
            let entries = (0..shape.cols).map(|j| Printed::number(value.get(i, j)));
            entries.collect::<Vec<_>>().join(", ")
        })
        .collect();
    // `[1, 2]` is a column of the language, so a row is one transposed.
    let row_mark = if shape.rows == 1 { "'" } else { "" };
    Printed::tight(format!("[{}]{row_mark}", rows.join("; ")))
}

/// `zeros(n)`, `ones(n)` and the like.
fn filled_literal(value: &Matrix) -> Option<Printed> {
    let shape = value.shape();
    let entries = value.as_slice()?;
    let first = *entries.first()?;
    let name = match first {
        0.0 => "zeros",
        1.0 => "ones",
        _ => return None,
    };
    let sizes = if shape.is_column() {
        format!("{}", shape.rows)
    } else {
        format!("{}, {}", shape.rows, shape.cols)
    };
    entries
        .iter()
        .all(|&e| e == first)
        .then(|| Printed::tight(format!("{name}({sizes})")))
}
