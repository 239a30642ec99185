//! `c in nonneg_poly_coeffs`, `c in convex_poly_coeffs`: coefficients of polynomials, the highest
//! power first.

use super::constraint::Comparison;
use super::{ElaborateError, Elaborator, Result, sets};
use crate::atoms::affine::Multiply;
use crate::atoms::{Along, registry};
use crate::expr::ExprId;
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::{Relation, SetExpr};
use std::sync::Arc;

impl Elaborator<'_> {
    /// poly_min(c, a, b) >= 0.
    pub(super) fn nonnegative_polynomials(
        &mut self,
        element: (ExprId, Span),
        set: &SetExpr,
    ) -> Result<Vec<Comparison>> {
        let ends = self.ends(set)?;
        let Some(entry) = registry::find("poly_min") else {
            return Err(sets::unknown_set(set));
        };
        let ends = ends.map(|end| Arc::new(Matrix::scalar(end)));
        let least = self.build(entry, &[element], &ends, Along::All, element.1)?;
        let above = (least, element.1);
        Ok(vec![self.against_zero(above, Relation::GreaterEqual)])
    }

    /// The second derivative is nonnegative.
    pub(super) fn convex_polynomials(
        &mut self,
        element: (ExprId, Span),
        set: &SetExpr,
    ) -> Result<Vec<Comparison>> {
        let shape = self.graph.shape(element.0);
        if !shape.is_column() {
            let message = format!("this set holds vectors of coefficients, but this is a {shape}");
            return Err(ElaborateError::argument(message, element.1));
        }
        let span = element.1;
        let matrix = Matrix::Sparse(second_derivative(shape.rows));
        let matrix = self.graph.constant(matrix, None, span);
        let curvature = self.apply(Arc::new(Multiply), &[(matrix, span), element], span)?;
        self.nonnegative_polynomials((curvature, span), set)
    }

    /// The stretch of the line: all of it, or from a to b.
    fn ends(&mut self, set: &SetExpr) -> Result<[f64; 2]> {
        match set.arguments.as_slice() {
            [] => Ok([f64::NEG_INFINITY, f64::INFINITY]),
            [lower, upper] => Ok([
                self.number(&lower.value, "the lower end of an interval")?,
                self.number(&upper.value, "the upper end of an interval")?,
            ]),
            _ => {
                let name = &set.name.text;
                Err(sets::set_usage(set, &format!("{name}` or `{name}(a, b)")))
            }
        }
    }
}

/// (n-k)(n-k-1) from coefficient k to coefficient k of two powers less; a zero for degree below 2.
fn second_derivative(count: usize) -> SparseMatrix {
    let rows = count.saturating_sub(2);
    let factor = |k: usize| ((count - 1 - k) * (count - 2 - k)) as f64;
    let triplets: Vec<_> = (0..rows).map(|k| (k, k, factor(k))).collect();
    SparseMatrix::from_triplets(Shape::new(rows.max(1), count), &triplets)
}
