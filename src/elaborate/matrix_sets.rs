//! Sets of matrices that take unknowns of their own: `T in geo_mean_hypo(A, B, t)`,
//! `geo_mean_epi(A, B, t)`, `rel_entr_epi(A, B)`.

use super::constraint::Comparison;
use super::sets::set_usage;
use super::{ElaborateError, Elaborator, Result};
use crate::atoms::construct;
use crate::atoms::spectral::OperatorLogarithm;
use crate::atoms::spectral::expression::block_matrix;
use crate::atoms::spectral::geometric_mean::{Bound, Inequalities, mean};
use crate::expr::ExprId;
use crate::problem::{ConstraintName, Origin, Structure};
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::{Argument, Relation, SetExpr};
use std::sync::Arc;

/// Takes down the linear matrix inequalities of one membership as constraints of the problem.
struct Pieces<'e, 'a> {
    elaborator: &'e mut Elaborator<'a>,
    name: ConstraintName,
    span: Span,
    error: Option<ElaborateError>,
}

impl Inequalities for Pieces<'_, '_> {
    type Matrix = ExprId;

    fn unknown(&mut self, like: &ExprId) -> ExprId {
        let shape = self.elaborator.graph.shape(*like);
        let label = format!("{}.mean", self.name);
        self.elaborator.symmetric_unknown(&label, shape, self.span)
    }

    fn block(&mut self, a: &ExprId, b: &ExprId, c: &ExprId) {
        let block = block_matrix(&mut self.elaborator.graph, *a, *b, *c);
        self.semidefinite(&block);
    }

    fn semidefinite(&mut self, a: &ExprId) {
        if self.elaborator.graph.is_constant(*a) {
            return;
        }
        let side = (*a, self.span);
        let comparison = self.elaborator.against_zero(side, Relation::SucceedsEqual);
        let (name, origin) = (self.name.clone(), Origin::Inner);
        if let Err(error) = self.elaborator.compare(name, origin, comparison) {
            self.error.get_or_insert(error);
        }
    }
}

impl Pieces<'_, '_> {
    /// An unknown P below (Z - A)(s (Z - A) + A)^-1 A.
    fn quotient(&mut self, a: ExprId, z: ExprId, s: f64) -> ExprId {
        let below = self.unknown(&a);
        let graph = &mut self.elaborator.graph;
        let scaled = construct::scale(graph, s, below);
        let first = construct::subtract(graph, a, scaled);
        let own = construct::scale(graph, 1.0 - s, a);
        let other = construct::scale(graph, s, z);
        let last = construct::plus(graph, own, other);
        self.block(&first, &a, &last);
        below
    }
}

impl<'a> Elaborator<'a> {
    /// T << W for W below A #_t B, or T >> W for W above it.
    pub(super) fn geometric_mean(
        &mut self,
        name: &ConstraintName,
        element: (ExprId, Span),
        set: &SetExpr,
        bound: Bound,
    ) -> Result<Vec<Comparison>> {
        let usage = match bound {
            Bound::Below => "geo_mean_hypo(A, B, t)",
            Bound::Above => "geo_mean_epi(A, B, t)",
        };
        let [a, b, weight] = set.arguments.as_slice() else {
            return Err(set_usage(set, usage));
        };
        let (a, b) = self.pair(element, set, a, b)?;
        let t = self.weight(weight, bound)?;
        let mut pieces = self.pieces(name, element.1);
        let side = mean(&a, &b, t, &mut pieces);
        if let Some(error) = pieces.error {
            return Err(error);
        }
        let Some(side) = side else {
            let message = format!("t must be a ratio of whole numbers up to 1000, but it is {t}");
            return Err(ElaborateError::argument(message, weight.value.span)
                .or_help("only then the set has an exact form in semidefinite cones"));
        };
        let relation = match bound {
            Bound::Below => Relation::PrecedesEqual,
            Bound::Above => Relation::SucceedsEqual,
        };
        Ok(vec![comparison(element, relation, side)])
    }

    fn weight(&mut self, argument: &Argument, bound: Bound) -> Result<f64> {
        let t = self.number(&argument.value, "the weight of a geometric mean")?;
        let (inside, range) = match bound {
            Bound::Below => ((0.0..=1.0).contains(&t), "between 0 and 1"),
            Bound::Above => (
                (-1.0..=0.0).contains(&t) || (1.0..=2.0).contains(&t),
                "between -1 and 0 or between 1 and 2",
            ),
        };
        if inside {
            return Ok(t);
        }
        let message = format!("t must lie {range}, but it is {t}");
        Err(ElaborateError::argument(message, argument.value.span))
    }

    /// T >> A^(1/2) log(A^(1/2) B^-1 A^(1/2)) A^(1/2), by roots and a quadrature: with
    /// Z = A #_(1/2^k) B, T >> -(Σ w_j P_j) where P_j is below (Z - A)(s_j (Z - A) + A)^-1 A.
    pub(super) fn operator_entropy(
        &mut self,
        name: &ConstraintName,
        element: (ExprId, Span),
        set: &SetExpr,
    ) -> Result<Vec<Comparison>> {
        let [a, b] = set.arguments.as_slice() else {
            return Err(set_usage(set, "rel_entr_epi(A, B)"));
        };
        let (a, b) = self.pair(element, set, a, b)?;
        let mut pieces = self.pieces(name, element.1);
        let root = OperatorLogarithm::root(a, b, |z, a| {
            let next = pieces.unknown(&z);
            pieces.block(&z, &next, &a);
            next
        });
        let points = OperatorLogarithm::quadrature().into_iter();
        let terms: Vec<ExprId> = points
            .map(|(s, weight)| {
                let term = pieces.quotient(a, root, s);
                construct::scale(&mut pieces.elaborator.graph, -weight, term)
            })
            .collect();
        if let Some(error) = pieces.error {
            return Err(error);
        }
        let sum = construct::sum(&mut self.graph, &terms);
        let entropy = self.apply(Arc::new(OperatorLogarithm), &[(sum, element.1)], element.1)?;
        Ok(vec![comparison(element, Relation::SucceedsEqual, entropy)])
    }

    fn pieces(&mut self, name: &ConstraintName, span: Span) -> Pieces<'_, 'a> {
        Pieces {
            elaborator: self,
            name: name.clone(),
            span,
            error: None,
        }
    }

    /// Two matrices of the element's shape, which is square.
    fn pair(
        &mut self,
        element: (ExprId, Span),
        set: &SetExpr,
        a: &Argument,
        b: &Argument,
    ) -> Result<(ExprId, ExprId)> {
        let shape = self.graph.shape(element.0);
        if !shape.is_square() {
            let message = format!(
                "`{}` holds square matrices, but this is a {shape}",
                set.name.text
            );
            return Err(ElaborateError::argument(message, element.1));
        }
        let mut sides = [element.0; 2];
        for (side, argument) in sides.iter_mut().zip([a, b]) {
            *side = self.expression(&argument.value)?;
            let own = self.graph.shape(*side);
            if own != shape {
                let message = format!("this is a {own}, but the matrix in the set is a {shape}");
                return Err(ElaborateError::argument(message, argument.value.span));
            }
            let leaf = self.graph.constant_leaf(*side);
            if leaf.is_some_and(|leaf| !leaf.value.is_symmetric()) {
                let message = "this matrix must be symmetric";
                return Err(ElaborateError::argument(message, argument.value.span));
            }
        }
        Ok((sides[0], sides[1]))
    }

    fn symmetric_unknown(&mut self, label: &str, shape: Shape, span: Span) -> ExprId {
        let name = self.use_name(label);
        let position = self.free_variable(name, shape, span);
        let variable = &mut self.problem.variables[position];
        variable.structure = Structure::Symmetric;
        variable.inner = true;
        variable.node
    }
}

fn comparison(left: (ExprId, Span), relation: Relation, right: ExprId) -> Comparison {
    Comparison {
        left,
        relation,
        right: (right, left.1),
        span: left.1,
    }
}
