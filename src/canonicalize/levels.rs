//! Bounds on functions of one number as linear rows, their tangents at the ends: no cone, and no number
//! beside them that is as large as f is there.

use super::Source;
use super::forward::Forward;
use crate::atoms::levels::{Bound, Tangents};
use crate::cone::AffineMap;
use crate::dcp::Curvature;
use crate::expr::{Evaluator, ExprId};
use crate::matrix::Matrix;
use crate::problem::Relation;
use crate::shape::Shape;

/// Rows in place of a constraint.
#[derive(Clone, Debug)]
pub(super) struct Level {
    /// u.
    pub argument: ExprId,
    shape: Shape,
    /// At the lower and at the upper ends.
    tangents: [Tangents; 2],
}

impl Level {
    /// `None` where constraint k is no such bound on an affine u.
    pub(super) fn of(source: &Source<'_>, constants: &Evaluator<'_>, k: usize) -> Option<Level> {
        let (left, right) = source.sides[k];
        let (left_shape, right_shape) = (source.graph.shape(left), source.graph.shape(right));
        let shape = left_shape.broadcast(right_shape)?;
        let by_triangle = source.symmetric[k] && !shape.is_scalar();
        if source.problem.constraints[k].relation != Relation::LessEqual || by_triangle {
            return None;
        }
        let bound = Bound::of(source.graph, &[(1.0, left), (-1.0, right)], shape)?;
        let curvature = source.facts.get(bound.value.index())?.curvature;
        let u = source.facts.get(bound.argument.index())?;
        if u.curvature != Curvature::Affine {
            return None;
        }
        let constant = |id| constants.constant(id).cloned();
        let tangents = bound.tangents(source.graph, curvature, u.range, constant)?;
        let binds = tangents.iter().any(|t| !t.is_empty());
        binds.then_some(Level {
            argument: bound.argument,
            shape,
            tangents,
        })
    }

    pub(super) fn shape(&self) -> Shape {
        self.shape
    }

    /// ±(ends - u) >= 0 at each kind of end that there is, and by what multipliers of the constraint exceed
    /// those of these rows: 1/|f'(end)|.
    pub(super) fn rows(&self, forward: &Forward) -> (AffineMap, Vec<f64>) {
        let u = forward.affine(self.argument);
        let (mut maps, mut factors) = (Vec::new(), Vec::new());
        for tangents in self.tangents.iter().filter(|t| !t.is_empty()) {
            let sign = |slope: &f64| if *slope == 0.0 { 0.0 } else { slope.signum() };
            let signs = tangents.slopes.iter().map(sign);
            let downward: Vec<f64> = signs.clone().map(|sign| -sign).collect();
            let ends = signs.zip(&tangents.ends);
            let sides = ends.map(|(sign, end)| if sign == 0.0 { 1.0 } else { sign * end });
            let sides = Matrix::from_columns(self.shape, sides.collect());
            maps.push(u.scaled_rows(&downward).plus_constant(&sides));
            let inverse = |slope: &f64| {
                if *slope == 0.0 {
                    0.0
                } else {
                    1.0 / slope.abs()
                }
            };
            factors.extend(tangents.slopes.iter().map(inverse));
        }
        let parts: Vec<&AffineMap> = maps.iter().collect();
        (AffineMap::stack(&parts), factors)
    }
}
