//! Constants that come with the language: `ones`, `eye`, `randn`, `rows`, ….

use super::random::Generator;
use super::{ElaborateError, Elaborator, Result};
use crate::expr::ExprId;
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::{Argument, Name};

/// Names of the functions here, and what they give.
pub(super) const GENERATORS: &[(&str, &str)] = &[
    ("ones", "ones(n), ones(m, n): a vector or matrix of ones"),
    (
        "zeros",
        "zeros(n), zeros(m, n): a vector or matrix of zeros",
    ),
    (
        "eye",
        "eye(n), eye(m, n): ones on the diagonal, the identity where it is square",
    ),
    (
        "rand",
        "rand(n, seed = 1), rand(m, n, seed = 1): random numbers between 0 and 1, the same for one seed everywhere",
    ),
    (
        "randn",
        "randn(n, seed = 1), randn(m, n, seed = 1): random numbers of the standard normal distribution, the same for one seed everywhere",
    ),
    ("rows", "rows(A): the number of rows"),
    ("cols", "cols(A): the number of columns"),
    ("length", "length(x): the number of entries of a vector"),
    (
        "linspace",
        "linspace(a, b, n): n numbers from a to b, equally far apart",
    ),
    (
        "logspace",
        "logspace(a, b, n): n numbers from 10^a to 10^b, each the same multiple of the one before",
    ),
];

pub(super) fn is_generator(name: &str) -> bool {
    generator(name).is_some()
}

/// What a function that makes data gives, such as `eye`; `None` for others.
pub fn generator(name: &str) -> Option<&'static str> {
    let known = GENERATORS.iter().find(|(known, _)| *known == name);
    known.map(|(_, text)| *text)
}

impl Elaborator<'_> {
    pub(super) fn generate_constant(
        &mut self,
        function: &Name,
        arguments: &[Argument],
        span: Span,
    ) -> Result<ExprId> {
        let value = match function.text.as_str() {
            "rows" | "cols" | "length" => return self.extent(function, arguments, span),
            "linspace" | "logspace" => self.spaced(function, arguments, span)?,
            "eye" => {
                let shape = self.sizes(function, arguments, span)?;
                let side = shape.rows.min(shape.cols);
                let ones: Vec<_> = (0..side).map(|k| (k, k, 1.0)).collect();
                Matrix::Sparse(SparseMatrix::from_triplets(shape, &ones))
            }
            "ones" => Matrix::filled(self.sizes(function, arguments, span)?, 1.0),
            "zeros" => Matrix::zeros(self.sizes(function, arguments, span)?),
            "rand" | "randn" => {
                let shape = self.sizes(function, arguments, span)?;
                let mut generator = Generator::new(self.seed(function, arguments)?);
                let entries = if function.text == "rand" {
                    generator.uniforms(shape.size())
                } else {
                    generator.normals(shape.size())
                };
                Matrix::from_columns(shape, entries)
            }
            other => {
                return Err(ElaborateError::argument(
                    format!("no function `{other}`"),
                    span,
                ));
            }
        };
        let text = span.of(self.text);
        let name = (text.len() <= 24).then(|| text.into());
        Ok(self.graph.constant(value, name, span))
    }

    /// `(n)` is a vector (of `eye` a square), `(m, n)` a matrix, `()` a scalar.
    fn sizes(&mut self, function: &Name, arguments: &[Argument], span: Span) -> Result<Shape> {
        let mut sizes = Vec::new();
        for argument in arguments.iter().filter(|a| a.name.is_none()) {
            let size = self.integer(&argument.value, "a size")?;
            if size < 1 {
                return Err(ElaborateError::argument(
                    format!("a size must be at least 1, but it is {size}"),
                    argument.value.span,
                ));
            }
            sizes.push(size as f64);
        }
        let (rows, cols) = match (sizes.as_slice(), function.text.as_str()) {
            ([n], "eye") => (*n, *n),
            ([], "rand" | "randn") => (1.0, 1.0),
            ([n], _) => (*n, 1.0),
            ([m, n], _) => (*m, *n),
            _ => {
                let name = &function.text;
                return Err(ElaborateError::argument(
                    format!("`{name}` takes one or two sizes"),
                    span,
                )
                .or_help(format!("write `{name}(n)` or `{name}(m, n)`")));
            }
        };
        self.check_count(&format!("`{}`", function.text), rows * cols, span)?;
        Ok(Shape::new(rows as usize, cols as usize))
    }

    fn seed(&mut self, function: &Name, arguments: &[Argument]) -> Result<u64> {
        for argument in arguments {
            match &argument.name {
                Some(name) if name.text == "seed" => {
                    return Ok(self.integer(&argument.value, "a seed")? as u64);
                }
                Some(name) => {
                    let message = format!("`{}` has no argument `{}`", function.text, name.text);
                    return Err(ElaborateError::argument(message, name.span));
                }
                None => {}
            }
        }
        Err(ElaborateError::argument(
            format!(
                "`{}` needs a seed, so that every run has the same numbers",
                function.text
            ),
            function.span,
        )
        .or_help(format!("write `{}(…, seed = 1)`", function.text)))
    }

    /// `rows(A)`, `cols(A)`, `length(x)`.
    fn extent(&mut self, function: &Name, arguments: &[Argument], span: Span) -> Result<ExprId> {
        let [argument] = arguments else {
            let message = format!("`{}` takes one argument", function.text);
            return Err(ElaborateError::argument(message, span));
        };
        let node = self.expression(&argument.value)?;
        let shape = self.graph.shape(node);
        let extent = match function.text.as_str() {
            "rows" => shape.rows,
            "cols" => shape.cols,
            _ if shape.is_vector() => shape.size(),
            _ => {
                return Err(ElaborateError::argument(
                    format!("`length` is for vectors, but this is a {shape}"),
                    argument.value.span,
                )
                .or_help("write `rows(A)` or `cols(A)`"));
            }
        };
        Ok(self.graph.number(extent as f64))
    }

    /// `linspace(a, b, n)`: n numbers from a to b; `logspace(a, b, n)`: 10 to those powers.
    fn spaced(&mut self, function: &Name, arguments: &[Argument], span: Span) -> Result<Matrix> {
        let [from, to, count] = arguments else {
            let name = &function.text;
            let message = format!("`{name}` takes a start, an end and a count");
            return Err(ElaborateError::argument(message, span)
                .or_help(format!("write `{name}(0, 1, 11)`")));
        };
        let from = self.number(&from.value, "the start")?;
        let to = self.number(&to.value, "the end")?;
        let n = self.integer(&count.value, "the count")?;
        if n < 1 {
            return Err(ElaborateError::argument(
                "the count must be at least 1",
                count.value.span,
            ));
        }
        self.check_count("this vector", n as f64, span)?;
        let step = if n > 1 {
            (to - from) / (n - 1) as f64
        } else {
            0.0
        };
        let at = |k: i64| {
            if k == n - 1 && n > 1 {
                to
            } else {
                from + step * k as f64
            }
        };
        let power = function.text == "logspace";
        let entries = (0..n).map(|k| if power { 10f64.powf(at(k)) } else { at(k) });
        Ok(Matrix::vector(entries.collect()))
    }
}
