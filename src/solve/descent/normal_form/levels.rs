//! Bounds on functions of one number as linear rows, their tangents at the ends. So f is not evaluated far
//! from where it holds: at log(x) >= 20 a search would begin 5e8 away from the answer.

use super::Builder;
use super::parts::Place;
use crate::atoms::levels::{Bound, Tangents};
use crate::expr::ExprId;
use crate::solve::descent::affine::AffineForm;

impl Builder {
    /// expression <= 0 as linear rows, where it is such a bound; whether it is.
    pub(super) fn below_level(&mut self, id: ExprId, source: Option<Place>) -> bool {
        self.tangent_rows(id, source).is_some()
    }

    fn tangent_rows(&mut self, id: ExprId, source: Option<Place>) -> Option<()> {
        let bound = Bound::of(&self.graph, &[(1.0, id)], self.graph.shape(id))?;
        let form = self.form(bound.argument)?;
        let curvature = self.knowledge.facts(&self.graph, bound.value).curvature;
        let range = self.knowledge.facts(&self.graph, bound.argument).range;
        let (graph, forms) = (&self.graph, &mut self.forms);
        let tangents = bound.tangents(graph, curvature, range, |id| forms.fold(graph, id))?;
        for tangents in tangents.iter().filter(|t| !t.is_empty()) {
            let rows = rows(&form, tangents);
            let wall = |k: usize| match tangents.slopes[k] {
                0.0 => 0.0,
                _ => f64::INFINITY,
            };
            let row = self.stack.slopes(&rows, |k| (0.0, wall(k)));
            self.share_rows(source, row, rows.rows());
        }
        Some(())
    }
}

/// slopes*(u - ends).
fn rows(u: &AffineForm, tangents: &Tangents) -> AffineForm {
    let mut rows = u.scaled_rows(|k| tangents.slopes[k]);
    let offsets = rows.offset.iter_mut().zip(tangents.sides());
    offsets.for_each(|(offset, side)| *offset -= side);
    rows
}
