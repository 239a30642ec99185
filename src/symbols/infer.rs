//! The extent of every part of an expression.

use super::declared::{Declared, Form};
use super::error::SymbolError;
use super::sizes::{Extent, ONE, SCALAR, Size, Sizes};
use crate::span::Span;
use crate::syntax::ast::{AddOperator, Expr, ExprKind, MulOperator};

/// Constants of the language.
const CONSTANTS: [&str; 2] = ["pi", "inf"];
/// Functions whose arguments are sizes.
pub(super) const OF_SIZES: [&str; 3] = ["eye", "ones", "zeros"];

/// A name of the expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol {
    pub name: String,
    pub form: Form,
    pub attributes: Vec<String>,
    pub extent: Extent,
}

pub(super) struct Inference<'d> {
    pub sizes: Sizes,
    /// In the order of the text.
    pub symbols: Vec<Symbol>,
    declared: &'d [Declared],
}

pub(super) type Result<T> = std::result::Result<T, SymbolError>;

impl<'d> Inference<'d> {
    pub fn new(declared: &'d [Declared]) -> Self {
        Inference {
            sizes: Sizes::default(),
            symbols: Vec::new(),
            declared,
        }
    }

    /// `n` of `eye(n)` is a size wherever it stands.
    pub fn find_size_names(&mut self, expr: &Expr) {
        if let ExprKind::Call {
            function,
            arguments,
            ..
        } = expr.kind.as_ref()
            && OF_SIZES.contains(&function.text.as_str())
        {
            for argument in arguments {
                if let ExprKind::Name(name) = argument.value.kind.as_ref() {
                    self.sizes.named(name);
                }
            }
        }
        for child in children(expr) {
            self.find_size_names(child);
        }
    }

    /// The depth of recursion is that of the brackets, which the parser bounds.
    pub fn extent(&mut self, expr: &Expr) -> Result<Extent> {
        match expr.kind.as_ref() {
            ExprKind::Number(_) => Ok(SCALAR),
            ExprKind::Name(name) => Ok(self.symbol(name)),
            ExprKind::Sum { first, rest } => self.sum(first, rest),
            ExprKind::Product { first, rest } => self.product(first, rest),
            ExprKind::Negate(inner) => self.extent(inner),
            ExprKind::Transpose(inner) => {
                let (rows, cols) = self.extent(inner)?;
                Ok((cols, rows))
            }
            ExprKind::Power {
                base,
                elementwise,
                exponent,
                ..
            } => self.power(base, *elementwise, exponent),
            ExprKind::Index { base, items } => self.index(base, items, expr.span),
            ExprKind::Call {
                function,
                arguments,
                family: None,
            } => self.call(function, arguments, expr.span),
            ExprKind::Matrix { rows } => self.matrix(rows, expr.span),
            ExprKind::Call { .. }
            | ExprKind::Comprehension { .. }
            | ExprKind::Text(_)
            | ExprKind::Range { .. }
            | ExprKind::End => Err(SymbolError::new(
                "this needs sizes that are numbers",
                expr.span,
            )
            .or_help("write a file with a `param` and a `var` for each name")),
        }
    }

    fn symbol(&mut self, name: &str) -> Extent {
        if CONSTANTS.contains(&name) || self.sizes.is_name(name) {
            return SCALAR;
        }
        if let Some(known) = self.symbols.iter().find(|symbol| symbol.name == name) {
            return known.extent;
        }
        let declared = self.declared.iter().rev().find(|d| d.name == name);
        let form = declared.map_or(Form::of_name(name), |d| d.form);
        let extent = match form {
            Form::Scalar => SCALAR,
            Form::Vector => (self.sizes.fresh(), ONE),
            Form::Matrix => (self.sizes.fresh(), self.sizes.fresh()),
            Form::Square => {
                let side = self.sizes.fresh();
                (side, side)
            }
        };
        self.symbols.push(Symbol {
            name: name.to_owned(),
            form,
            attributes: declared.map_or_else(Vec::new, |d| d.attributes.clone()),
            extent,
        });
        extent
    }

    fn sum(&mut self, first: &Expr, rest: &[(AddOperator, Expr)]) -> Result<Extent> {
        let mut total = self.extent(first)?;
        for (_, term) in rest {
            let own = self.extent(term)?;
            total = self.entrywise(total, own, "add", term.span)?;
        }
        Ok(total)
    }

    /// Scalars broadcast; other extents must be equal.
    pub(super) fn entrywise(
        &mut self,
        a: Extent,
        b: Extent,
        verb: &str,
        span: Span,
    ) -> Result<Extent> {
        if self.is_scalar(a) {
            return Ok(b);
        }
        if self.is_scalar(b) || (self.sizes.unify(a.0, b.0) && self.sizes.unify(a.1, b.1)) {
            return Ok(a);
        }
        let message = format!(
            "cannot {verb} {} and {}",
            self.describe(a),
            self.describe(b)
        );
        Err(SymbolError::new(message, span).or_help(HELP))
    }

    fn product(&mut self, first: &Expr, rest: &[(MulOperator, Span, Expr)]) -> Result<Extent> {
        let mut left = self.extent(first)?;
        for (operator, sign, factor) in rest {
            let right = self.extent(factor)?;
            left = match operator {
                MulOperator::Times => self.times(left, right, *sign)?,
                MulOperator::Divide if self.is_scalar(right) => left,
                MulOperator::Divide => {
                    let message = format!("cannot divide by {}", self.describe(right));
                    let help = with_number(
                        "`./` divides entry by entry, `inv(A)*b` solves equations",
                        name_of(factor),
                    );
                    return Err(SymbolError::new(message, factor.span).or_help(help));
                }
                MulOperator::ElementTimes => self.entrywise(left, right, "multiply", *sign)?,
                MulOperator::ElementDivide => self.entrywise(left, right, "divide", *sign)?,
            };
        }
        Ok(left)
    }

    fn times(&mut self, left: Extent, right: Extent, span: Span) -> Result<Extent> {
        if self.is_scalar(left) {
            return Ok(right);
        }
        if self.is_scalar(right) {
            return Ok(left);
        }
        if self.sizes.unify(left.1, right.0) {
            return Ok((left.0, right.1));
        }
        let message = format!(
            "cannot multiply {} by {}",
            self.describe(left),
            self.describe(right)
        );
        let help = "`x'*y` is the inner product of vectors, `x .* y` works entry by entry; `--declare 'a scalar'` \
                    makes `a` a number";
        Err(SymbolError::new(message, span).or_help(help))
    }

    fn power(&mut self, base: &Expr, elementwise: bool, exponent: &Expr) -> Result<Extent> {
        let (own, power) = (self.extent(base)?, self.extent(exponent)?);
        if !self.is_scalar(power) {
            let message = format!("{} is no exponent", self.describe(power));
            return Err(SymbolError::new(message, exponent.span).or_help(HELP));
        }
        if elementwise || self.is_scalar(own) {
            return Ok(own);
        }
        let message = format!("`^` takes a scalar, not {}", self.describe(own));
        let help = with_number(
            "`.^` works entry by entry, `x'*x` is the square of a vector's norm",
            name_of(base),
        );
        Err(SymbolError::new(message, base.span).or_help(help))
    }

    fn matrix(&mut self, rows: &[Vec<Expr>], span: Span) -> Result<Extent> {
        for entry in rows.iter().flatten() {
            let extent = self.extent(entry)?;
            if !self.is_scalar(extent) {
                let message = "blocks need sizes that are numbers";
                let help = "write a file with a `param` and a `var` for each name";
                return Err(SymbolError::new(message, entry.span).or_help(help));
            }
        }
        let width = rows.first().map_or(0, Vec::len);
        if rows.iter().any(|row| row.len() != width) {
            return Err(SymbolError::new("the rows have different lengths", span));
        }
        // `[1, 2]` is a column of the language.
        Ok(match rows.len() {
            1 => (Size::Known(width), ONE),
            height => (Size::Known(height), Size::Known(width)),
        })
    }

    pub fn is_scalar(&self, extent: Extent) -> bool {
        self.sizes.resolved(extent) == SCALAR
    }

    pub fn settle(&mut self) -> Result<()> {
        self.sizes.settle();
        Ok(())
    }

    pub fn require_scalar(&self, extent: Extent, span: Span) -> Result<()> {
        if self.is_scalar(extent) {
            return Ok(());
        }
        let message = format!(
            "this is {}, and a gradient is that of a scalar",
            self.describe(extent)
        );
        let help = with_number(
            "put it into `sum(…)` or another function with one value",
            self.vector_alone(extent),
        );
        Err(SymbolError::new(message, span).or_help(help))
    }

    /// The vector that gives its length to the whole, where no other name has it: more likely a number.
    fn vector_alone(&self, whole: Extent) -> Option<&str> {
        let rows_of_whole = self.sizes.resolved(whole).0;
        let length = |symbol: &Symbol| self.sizes.resolved(symbol.extent).0;
        let shares = |symbol: &Symbol, other: &Symbol| {
            let (rows, cols) = self.sizes.resolved(other.extent);
            symbol.name != other.name && (rows == length(symbol) || cols == length(symbol))
        };
        let is_alone = |symbol: &&Symbol| {
            let others = || self.symbols.iter();
            let gives = symbol.form == Form::Vector && length(symbol) == rows_of_whole;
            gives && !others().any(|other| shares(symbol, other))
        };
        self.symbols
            .iter()
            .find(is_alone)
            .map(|symbol| symbol.name.as_str())
    }

    pub fn require_used(&self, declared: &[Declared], span: Span) -> Result<()> {
        let used = |name: &str| self.symbols.iter().any(|symbol| symbol.name == name);
        match declared.iter().find(|d| !used(&d.name)) {
            None => Ok(()),
            Some(d) => {
                let message = format!("`{}` is declared, but it is not in the expression", d.name);
                Err(SymbolError::new(message, span))
            }
        }
    }

    /// "a vector of n", with the sizes' names so far.
    pub(super) fn describe(&self, extent: Extent) -> String {
        let taken = |name: &str| self.symbols.iter().any(|s| s.name == name);
        let names = self.sizes.open(&taken);
        let word = |size: Size| match size {
            Size::Known(number) => number.to_string(),
            Size::Open(class) => {
                let found = names.iter().find(|(k, _)| *k == class);
                found.map_or("?".to_owned(), |(_, name)| name.clone())
            }
        };
        match self.sizes.resolved(extent) {
            SCALAR => "a scalar".to_owned(),
            (rows, ONE) => format!("a vector of {}", word(rows)),
            (ONE, cols) => format!("a row of {}", word(cols)),
            (rows, cols) => format!("a matrix {} x {}", word(rows), word(cols)),
        }
    }
}

pub(super) const HELP: &str =
    "capitals are matrices and small letters vectors; `--declare 'a scalar'` says otherwise";

fn name_of(expr: &Expr) -> Option<&str> {
    match expr.kind.as_ref() {
        ExprKind::Name(name) => Some(name),
        _ => None,
    }
}

/// The help, and how to say that a name stands for a number.
fn with_number(help: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{help}; if `{name}` is a number, add `--declare '{name} scalar'`"),
        None => format!("{help}, or `--declare 'a scalar'` what is a number"),
    }
}

/// The expressions right below, as far as names of sizes may stand in them.
fn children(expr: &Expr) -> Vec<&Expr> {
    match expr.kind.as_ref() {
        ExprKind::Sum { first, rest } => std::iter::once(first)
            .chain(rest.iter().map(|(_, e)| e))
            .collect(),
        ExprKind::Product { first, rest } => std::iter::once(first)
            .chain(rest.iter().map(|(_, _, e)| e))
            .collect(),
        ExprKind::Negate(inner) | ExprKind::Transpose(inner) => vec![inner],
        ExprKind::Power { base, exponent, .. } => vec![base, exponent],
        ExprKind::Index { base, .. } => vec![base],
        ExprKind::Call { arguments, .. } => arguments.iter().map(|a| &a.value).collect(),
        ExprKind::Matrix { rows } => rows.iter().flatten().collect(),
        ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Name(_)
        | ExprKind::Comprehension { .. }
        | ExprKind::Range { .. }
        | ExprKind::End => Vec::new(),
    }
}
