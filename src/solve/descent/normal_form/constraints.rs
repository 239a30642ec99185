//! Constraints.

use super::local::Direction;
use super::parts::{Part, Place, Share, SmoothRows, Triangle};
use super::{Builder, Task, Unhandled};
use crate::atoms::construct;
use crate::expr::ExprId;
use crate::solve::descent::blocks::PositiveSemidefinite;
use std::rc::Rc;

const INFINITY: f64 = f64::INFINITY;

impl Builder {
    /// left - right, of the shape of both together.
    pub(super) fn difference(&mut self, left: ExprId, right: ExprId) -> ExprId {
        if construct::is_zero(&self.graph, right) && !self.graph.shape(left).is_scalar() {
            return left;
        }
        construct::subtract(&mut self.graph, left, right)
    }

    /// expression == 0.
    pub(super) fn zero(&mut self, id: ExprId, source: Option<Place>) -> Result<(), Unhandled> {
        let image = self.affine_image(id)?;
        let Some(form) = image.and_then(|image| self.form(image)) else {
            return self.curved_zero(id, source);
        };
        let row = self.stack.slopes(&form, |_| (-INFINITY, INFINITY));
        self.share_rows(source, row, form.rows());
        Ok(())
    }

    /// expression == 0 where it is not affine.
    fn curved_zero(&mut self, id: ExprId, source: Option<Place>) -> Result<(), Unhandled> {
        if !self.local {
            return Err("an equation that is not affine".to_owned());
        }
        let lifted = self.lifted(id, Direction::Both);
        self.push_rows(lifted, (-INFINITY, INFINITY), source);
        Ok(())
    }

    /// The same slopes for every entry.
    pub(super) fn push_rows(&mut self, id: ExprId, slopes: (f64, f64), source: Option<Place>) {
        self.rows.push(SmoothRows {
            expression: id,
            slopes: vec![slopes; self.graph.shape(id).size()],
            source,
        });
    }

    pub(super) fn share_rows(&mut self, source: Option<Place>, row: usize, count: usize) {
        if let Some(place) = source {
            self.stack.share_slopes(Share {
                constraint: place.constraint,
                entry: place.entry,
                row,
                count,
                factor: 1.0,
                triangle: None,
            });
        }
    }

    /// expression <= 0.
    pub(super) fn below(&mut self, id: ExprId, source: Option<Place>) -> Result<(), Unhandled> {
        let id = self.affine_image(id)?.unwrap_or(id);
        if let Some(mut form) = self.form(id) {
            // A row under an infinite bound binds nothing.
            let open: Vec<bool> = form.offset.iter().map(|&b| b == -INFINITY).collect();
            let slope = |row: usize| if open[row] { 0.0 } else { INFINITY };
            if open.contains(&true) {
                let offsets = &mut Rc::make_mut(&mut form).offset;
                offsets
                    .iter_mut()
                    .zip(&open)
                    .for_each(|(b, open)| *b = if *open { 0.0 } else { *b });
            }
            let row = self.stack.slopes(&form, |row| (0.0, slope(row)));
            self.share_rows(source, row, form.rows());
            return Ok(());
        }
        self.knowledge.grow(&self.graph);
        if !self.local && self.below_level(id, source) {
            return Ok(());
        }
        if !self.knowledge.is_rough_below(id) {
            self.push_rows(id, (0.0, INFINITY), source);
            return Ok(());
        }
        if let Some((rough, sign, rest)) = self.single_rough_term(id)
            && (!self.local || self.is_bounding(rough, Direction::of_sign(sign)))
        {
            return match sign {
                // sign*rough + rest <= 0.
                true => self.epigraph(rough, rest, source),
                false => self.hypograph(rough, rest, source),
            };
        }
        if self.local {
            let lifted = self.lifted(id, Direction::Up);
            self.push_rows(lifted, (0.0, INFINITY), source);
            return Ok(());
        }
        let smoothed = self.smoothed(id)?;
        self.below(smoothed, source)
    }

    /// The expression as ±rough + affine with one rough term of its shape: the term, whether its
    /// sign is plus, and the bound ∓affine.
    fn single_rough_term(&mut self, id: ExprId) -> Option<(ExprId, bool, ExprId)> {
        use crate::atoms::affine::{Add, Negate};
        let terms = if self.graph.atom_as::<Add>(id).is_some() {
            self.graph.arguments(id).to_vec()
        } else {
            vec![id]
        };
        let (mut rough, mut rest) = (None, Vec::new());
        for term in terms {
            if self.form(term).is_some() {
                rest.push(term);
            } else if rough.replace(term).is_some() {
                return None;
            }
        }
        let term = rough?;
        let negated = self.graph.atom_as::<Negate>(term).is_some();
        let core = if negated {
            self.graph.arguments(term)[0]
        } else {
            term
        };
        if !self.knowledge.is_rough(core) || self.graph.shape(core) != self.graph.shape(id) {
            return None;
        }
        let shape = self.graph.shape(id);
        let total = match rest.as_slice() {
            [] => construct::zeros(&mut self.graph, shape),
            terms => construct::sum(&mut self.graph, terms),
        };
        let total = construct::fill(&mut self.graph, total, shape);
        let bound = if negated {
            total
        } else {
            construct::negate(&mut self.graph, total)
        };
        Some((core, !negated, bound))
    }

    /// expression >> 0.
    pub(super) fn semidefinite(
        &mut self,
        id: ExprId,
        source: Option<Place>,
    ) -> Result<(), Unhandled> {
        let image = self.affine_image(id)?;
        let Some(form) = image.and_then(|image| self.form(image)) else {
            return self.curved_semidefinite(id, source);
        };
        let side = self.graph.shape(id).rows;
        let form = folded(&form, side);
        let shares = source.map(|place| Share {
            constraint: place.constraint,
            entry: place.entry,
            row: 0,
            count: form.rows(),
            factor: -1.0,
            triangle: Some(Triangle::whole(side)),
        });
        self.parts.push(Part {
            rule: Box::new(PositiveSemidefinite::new(side)),
            form,
            shares: shares.into_iter().collect(),
        });
        Ok(())
    }
}

impl Builder {
    /// expression >> 0 where it is not affine: a new matrix is equal to it.
    fn curved_semidefinite(&mut self, id: ExprId, source: Option<Place>) -> Result<(), Unhandled> {
        if !self.local {
            return Err("a semidefinite constraint that is not affine".to_owned());
        }
        let matrix = self.lift_symmetric(id);
        let gap = self.difference(id, matrix);
        self.tasks.push(Task::Zero(gap, None));
        self.semidefinite(matrix, source)
    }
}

/// The upper triangle of a symmetric matrix by columns, off the diagonal times sqrt(2).
pub(super) fn folded(
    form: &crate::solve::descent::affine::AffineForm,
    side: usize,
) -> crate::solve::descent::affine::AffineForm {
    let place = |source: usize| {
        let (i, j) = (source % side, source / side);
        let (low, high) = (i.min(j), i.max(j));
        let factor = if i == j {
            1.0
        } else {
            std::f64::consts::FRAC_1_SQRT_2
        };
        std::iter::once((high * (high + 1) / 2 + low, factor))
    };
    let mut folded = form.mapped(side * (side + 1) / 2, place);
    folded.merge();
    folded
}
