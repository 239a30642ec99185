//! Formulas as LaTeX: an `align*` of amsmath.

mod expression;
mod functions;
mod names;

use super::{Formula, Formulas, Second};
use crate::compare::Difference;
use crate::syntax;
use expression::Writer;
use names::name;
use std::fmt::Write;

/// The equations, ready to paste; `is_scalar` tells names that stand for numbers.
pub fn derivation_latex(
    formulas: &Formulas,
    is_scalar: &dyn Fn(&str) -> bool,
    checks: &[(&str, Difference)],
) -> String {
    let latex = |text: &str| written(text, is_scalar);
    let mut lines = vec![("f".to_owned(), latex(&formulas.objective))];
    for (variable, formula) in &formulas.gradient {
        lines.push((format!("\\nabla_{{{}}} f", name(variable)), latex(formula)));
    }
    lines.extend(
        formulas
            .hessian
            .iter()
            .filter_map(|second| line(second, &latex)),
    );
    for (part, formula) in &formulas.shared {
        lines.push((format!("\\text{{where }} {}", name(part)), latex(formula)));
    }
    let mut text = "\\begin{align*}\n".to_owned();
    let last = lines.len() - 1;
    for (k, (left, right)) in lines.iter().enumerate() {
        let end = if k == last { "" } else { " \\\\" };
        let _ = writeln!(text, "  {left} &= {right}{end}");
    }
    text.push_str("\\end{align*}\n");
    for sentence in comments(formulas, checks) {
        let _ = writeln!(text, "% {sentence}");
    }
    text
}

fn line(second: &Second, latex: &dyn Fn(&str) -> String) -> Option<(String, String)> {
    let (row, column) = (name(&second.row), name(&second.column));
    let left = match second.row == second.column {
        true => format!("\\nabla^2_{{{row}}} f"),
        false => format!("\\nabla^2_{{{row} {column}}} f"),
    };
    match &second.formula {
        Formula::Matrix(text) => Some((left, latex(text))),
        Formula::Applied { direction, text } => {
            Some((format!("{left}[{}]", name(direction)), latex(text)))
        }
        Formula::Missing(_) => None,
    }
}

/// What is told beside the equations, as comments of LaTeX.
fn comments(formulas: &Formulas, checks: &[(&str, Difference)]) -> Vec<String> {
    let mut sentences: Vec<String> = formulas.meanings.iter().map(|m| (*m).to_owned()).collect();
    sentences.extend(
        formulas
            .hessian
            .iter()
            .filter_map(|second| match &second.formula {
                Formula::Missing(reason) => Some(format!(
                    "the Hessian in {} and {} is not known: {reason}",
                    second.row, second.column
                )),
                Formula::Matrix(_) | Formula::Applied { .. } => None,
            }),
    );
    sentences.extend(formulas.notes.iter().cloned());
    sentences.extend(checks.iter().map(super::text::check_sentence));
    sentences
}

/// The text as LaTeX; what is no expression of the language stands as it is.
fn written(text: &str, is_scalar: &dyn Fn(&str) -> bool) -> String {
    match syntax::parse_expression(text) {
        Ok(expr) => Writer { is_scalar }.expression(&expr).text,
        Err(_) => format!("\\texttt{{{}}}", names::escaped(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latex(text: &str) -> String {
        written(text, &|name| name == "t" || name == "lambda" || name == "n")
    }

    #[test]
    fn products_sums_and_transposes() {
        assert_eq!(latex("(A + A')*x"), "\\left(A + A^\\top\\right) x");
        assert_eq!(latex("2*A'*(A*x - b)"), "2 A^\\top \\left(A x - b\\right)");
        assert_eq!(latex("-x'*y/n"), "-\\frac{x^\\top y}{n}");
        assert_eq!(latex("2*3*x"), "2 \\cdot 3 x");
        assert_eq!(latex("x .* y ./ z"), "x \\odot y \\oslash z");
        assert_eq!(latex("a - (b - c)"), "a - \\left(b - c\\right)");
        assert_eq!(latex("(x + y)/n*z"), "\\frac{x + y}{n} z");
        assert_eq!(latex("(x + y)*z/n"), "\\frac{\\left(x + y\\right) z}{n}");
        assert_eq!(latex("x/(2*n)*y"), "\\frac{x}{2 n} y");
        assert_eq!(latex("t*(-x)"), "t \\left(-x\\right)");
        assert_eq!(
            latex("A'*diag(p)*A/30"),
            "\\frac{A^\\top \\operatorname{diag}\\left(p\\right) A}{30}"
        );
    }

    #[test]
    fn powers_and_indices() {
        assert_eq!(latex("x[1]^2"), "x_{1}^{2}");
        assert_eq!(latex("x.^2"), "x^{\\odot 2}");
        assert_eq!(latex("(x')^2"), "\\left(x^\\top\\right)^{2}");
        assert_eq!(latex("A[2, :]"), "A_{2,:}");
        assert_eq!(latex("x[2..4]'"), "x_{2:4}^\\top");
        assert_eq!(latex("(x + y)[3]"), "\\left(x + y\\right)_{3}");
        assert_eq!(latex("inv(X)'"), "\\left(X^{-1}\\right)^\\top");
        assert_eq!(latex("exp(t)^2"), "\\exp\\left(t\\right)^{2}");
    }

    #[test]
    fn functions_and_names() {
        assert_eq!(latex("lambda*norm1(w)"), "\\lambda \\left\\|w\\right\\|_1");
        assert_eq!(
            latex("sum_squares(A*x - b)"),
            "\\left\\|A x - b\\right\\|_2^2"
        );
        assert_eq!(latex("log_det(X)"), "\\log\\det\\left(X\\right)");
        assert_eq!(
            latex("eye(n)/norm2(x)"),
            "\\frac{I_{n}}{\\left\\|x\\right\\|_2}"
        );
        assert_eq!(latex("x_max + alpha1"), "x_{\\mathrm{max}} + \\alpha_{1}");
        assert_eq!(
            latex("huber(x, M = 2)"),
            "\\operatorname{huber}\\left(x, M = 2\\right)"
        );
        assert_eq!(latex("ones(n)"), "\\mathbf{1}_{n}");
        assert_eq!(
            latex("sum(x[i]^2 for i in 1..n)"),
            "\\sum_{i=1}^{n} x_{i}^{2}"
        );
        assert_eq!(latex("1e-7*x"), "10^{-7} x");
    }

    #[test]
    fn matrices_are_written_as_the_language_reads_them() {
        assert_eq!(latex("[1, t]"), "\\begin{bmatrix} 1 \\\\ t \\end{bmatrix}");
        assert_eq!(latex("[1, t]'"), "\\begin{bmatrix} 1 & t \\end{bmatrix}");
        assert_eq!(
            latex("[4, 1; 1, 2]"),
            "\\begin{bmatrix} 4 & 1 \\\\ 1 & 2 \\end{bmatrix}"
        );
        assert_eq!(latex("[A, B]"), "\\begin{bmatrix} A & B \\end{bmatrix}");
    }
}
