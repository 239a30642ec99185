//! Attributes of a param are claims about its value.

use super::{ElaborateError, Elaborator, Result};
use crate::expr::Printed;
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;
use crate::syntax::ast::{self, Attribute};

impl Elaborator<'_> {
    /// Attributes of a param are claims about its value.
    pub(super) fn checked_attributes(&self, param: &ast::Param, value: Matrix) -> Result<Matrix> {
        let mut value = value;
        for word in &param.attributes {
            let broken = match word.attribute {
                Attribute::Nonneg => entry_where(&value, |e| e < 0.0),
                Attribute::Nonpos => entry_where(&value, |e| e > 0.0),
                Attribute::Diagonal => off_diagonal(&value),
                Attribute::Symmetric => asymmetry(&value),
                Attribute::Psd => asymmetry(&value).or_else(|| indefinite(&value, 1.0)),
                Attribute::Nsd => asymmetry(&value).or_else(|| indefinite(&value, -1.0)),
                Attribute::Sparse => {
                    value = Matrix::Sparse(match value {
                        Matrix::Sparse(sparse) => sparse,
                        Matrix::Dense(dense) => SparseMatrix::from_dense(&dense),
                    });
                    None
                }
            };
            if let Some(broken) = broken {
                return Err(broken_claim(param, word, &value, broken));
            }
        }
        Ok(value)
    }
}

pub(super) fn attribute_word(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::Nonneg => "nonneg",
        Attribute::Nonpos => "nonpos",
        Attribute::Symmetric => "symmetric",
        Attribute::Psd => "psd",
        Attribute::Nsd => "nsd",
        Attribute::Diagonal => "diagonal",
        Attribute::Sparse => "sparse",
    }
}

/// "entry [2, 3] is -1" for the first entry that the test finds.
fn entry_where(value: &Matrix, broken: impl Fn(f64) -> bool) -> Option<String> {
    let Shape { rows, cols } = value.shape();
    value.stored().iter().find(|e| broken(**e))?;
    (0..cols)
        .flat_map(|j| (0..rows).map(move |i| (i, j)))
        .find(|&(i, j)| broken(value.get(i, j)))
        .map(|(i, j)| entry_text(value, i, j))
}

fn entry_text(value: &Matrix, i: usize, j: usize) -> String {
    let entry = value.get(i, j);
    if value.shape().is_column() {
        format!("entry [{}] is {entry}", i + 1)
    } else {
        format!("entry [{}, {}] is {entry}", i + 1, j + 1)
    }
}

fn off_diagonal(value: &Matrix) -> Option<String> {
    let Shape { rows, cols } = value.shape();
    (0..cols)
        .flat_map(|j| (0..rows).map(move |i| (i, j)))
        .find(|&(i, j)| i != j && value.get(i, j) != 0.0)
        .map(|(i, j)| entry_text(value, i, j))
}

fn asymmetry(value: &Matrix) -> Option<String> {
    if !value.shape().is_square() {
        return Some(format!("it is a {}", value.shape()));
    }
    let (i, j) = value.asymmetry()?;
    Some(format!(
        "it is not symmetric: {}, and {}",
        entry_text(value, i, j),
        entry_text(value, j, i)
    ))
}

/// An eigenvalue of the wrong sign, beyond rounding.
fn indefinite(value: &Matrix, sign: f64) -> Option<String> {
    let dense = value.to_dense();
    let eigenvalues = (dense.as_ref() * sign).symmetric_eigenvalues();
    let scale = eigenvalues.iter().fold(0.0, |m: f64, e| m.max(e.abs()));
    let least = eigenvalues.iter().copied().fold(f64::INFINITY, f64::min);
    let tolerance = 1e-12 * scale * dense.nrows() as f64;
    (least < -tolerance).then(|| {
        let shown: f64 = format!("{:.5e}", sign * least).parse().unwrap_or(least);
        format!("it has the eigenvalue {}", Printed::number(shown))
    })
}

fn broken_claim(
    param: &ast::Param,
    word: &ast::AttributeWord,
    value: &Matrix,
    broken: String,
) -> ElaborateError {
    let name = &param.name.text;
    let attribute = attribute_word(word.attribute);
    let symmetric = matches!(
        word.attribute,
        Attribute::Symmetric | Attribute::Psd | Attribute::Nsd
    );
    let help = if symmetric && value.shape().is_square() && asymmetry(value).is_some() {
        format!("its symmetric part is `({name} + {name}')/2`")
    } else {
        format!("correct the value, or leave `{attribute}` out")
    };
    ElaborateError::Attribute {
        name: name.clone(),
        attribute,
        broken,
        span: word.span,
        help: Some(help),
    }
}
