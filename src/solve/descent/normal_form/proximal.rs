//! Terms of the objective with a proximal operator of their own: no new variable is needed.

use super::constraints::folded;
use super::local::Direction;
use super::parts::{Part, SmoothRows};
use super::{Builder, Unhandled};
use crate::atoms::elementwise::{Power, Scalene};
use crate::atoms::reductions::{Max, Norm1, Norm2, NormInf, SortedProduct, SumLargest};
use crate::atoms::{Along, Entrywise, Lanes, Reduce, Reduction};
use crate::dcp::Curvature;
use crate::expr::ExprId;
use crate::solve::descent::affine::AffineForm;
use crate::solve::descent::blocks::{Peak, Ranked, Rule, Scalar, SpectralSum};

/// A function of a lane, by its rule.
#[derive(Clone, Debug)]
pub(super) enum LaneTerm {
    Absolute,
    Norm,
    /// The sum of the largest `count` entries; of their absolute values for `both` signs.
    Largest {
        count: f64,
        both: bool,
    },
    /// The entries in falling order times these weights, which fall too.
    Ranked(Vec<f64>),
}

/// A function of one entry, by its rule; concave ones take their weights negated.
#[derive(Clone, Copy, Debug)]
enum EntryTerm {
    /// max(left*y, right*y).
    Slopes(f64, f64),
    /// φ(y + shift) of a convex φ.
    Scalar(Scalar, f64),
    /// -φ(y + shift).
    Negated(Scalar, f64),
}

impl Builder {
    /// Adds weights'node to the objective if the node has such an operator, and says whether.
    pub(super) fn proximal_term(&mut self, id: ExprId, weights: &[f64]) -> Result<bool, Unhandled> {
        if let Some((term, along)) = self.lane_term(id)
            && !(self.peaks_as_rows && matches!(term, LaneTerm::Largest { .. }))
            && weights.iter().all(|&w| w >= 0.0)
        {
            let lanes = Lanes {
                along,
                shape: self.graph.shape(self.graph.arguments(id)[0]),
            };
            if matches!(term, LaneTerm::Absolute)
                && self.curved_argument(id, |k| {
                    let weight = weights[lanes.lane(k)];
                    (-weight, weight)
                })?
            {
                return Ok(true);
            }
            let form = self.affine_argument(id)?;
            self.add_lanes(&term, &form, lanes, weights);
            return Ok(true);
        }
        if let Some(term) = self.entry_term(id) {
            return self.add_entries(id, term, weights);
        }
        if let Some((kind, sign)) = self.spectral_term(id)
            && weights[0] * sign >= 0.0
        {
            let side = self.graph.shape(self.graph.arguments(id)[0]).rows;
            let form = folded(&self.affine_argument(id)?, side);
            self.push_part(SpectralSum::new(side, kind, weights[0] * sign), form);
            return Ok(true);
        }
        Ok(false)
    }

    fn reduction<F: Reduction>(&self, id: ExprId) -> Option<(&F, Along)> {
        let reduce = self.graph.atom_as::<Reduce<F>>(id)?;
        Some((&reduce.function, reduce.along))
    }

    pub(super) fn lane_term(&self, id: ExprId) -> Option<(LaneTerm, Along)> {
        let largest = |count, both| LaneTerm::Largest { count, both };
        if let Some((_, along)) = self.reduction::<Norm1>(id) {
            return Some((LaneTerm::Absolute, along));
        }
        if let Some((_, along)) = self.reduction::<Norm2>(id) {
            return Some((LaneTerm::Norm, along));
        }
        if let Some((_, along)) = self.reduction::<Max>(id) {
            return Some((largest(1.0, false), along));
        }
        if let Some((_, along)) = self.reduction::<NormInf>(id) {
            return Some((largest(1.0, true), along));
        }
        if let Some((function, along)) = self.reduction::<SortedProduct>(id) {
            return Some((LaneTerm::Ranked(function.weights().collect()), along));
        }
        let (function, along) = self.reduction::<SumLargest>(id)?;
        Some((largest(function.count(), false), along))
    }

    fn entry_term(&self, id: ExprId) -> Option<EntryTerm> {
        if let Some(scalene) = self.graph.atom_as::<Entrywise<Scalene>>(id) {
            let (left, right) = scalene.0.slopes();
            return (left < right).then_some(EntryTerm::Slopes(left, right));
        }
        let power = self.graph.atom_as::<Entrywise<Power>>(id);
        match self.graph.atom(id)?.name() {
            "abs" => Some(EntryTerm::Slopes(-1.0, 1.0)),
            "pos" | "relu" => Some(EntryTerm::Slopes(0.0, 1.0)),
            "neg" => Some(EntryTerm::Slopes(-1.0, 0.0)),
            "log" => Some(EntryTerm::Negated(Scalar::NegativeLog, 0.0)),
            "log1p" => Some(EntryTerm::Negated(Scalar::NegativeLog, 1.0)),
            "entr" => Some(EntryTerm::Negated(Scalar::Entropy, 0.0)),
            "sqrt" => Some(EntryTerm::Negated(Scalar::Power(0.5), 0.0)),
            "inv_pos" => Some(EntryTerm::Scalar(Scalar::Power(-1.0), 0.0)),
            _ => {
                let p = power?.0.exponent();
                let kind = Scalar::Power(p);
                Some(if (0.0..1.0).contains(&p) {
                    EntryTerm::Negated(kind, 0.0)
                } else {
                    EntryTerm::Scalar(kind, 0.0)
                })
            }
        }
    }

    /// The convex function of eigenvalues, and the sign with which the node is their sum.
    fn spectral_term(&self, id: ExprId) -> Option<(Scalar, f64)> {
        match self.graph.atom(id)?.name() {
            "log_det" => Some((Scalar::NegativeLog, -1.0)),
            "von_neumann_entr" => Some((Scalar::Entropy, -1.0)),
            "tr_inv" => Some((Scalar::Power(-1.0), 1.0)),
            _ => None,
        }
    }

    fn add_lanes(&mut self, term: &LaneTerm, form: &AffineForm, lanes: Lanes, weights: &[f64]) {
        for (k, &weight) in weights.iter().enumerate() {
            let lane = match lanes.along {
                Along::All => form.clone(),
                Along::Rows | Along::Columns => form.gather(lanes.positions(k)),
            };
            match term {
                LaneTerm::Absolute => {
                    self.stack.slopes(&lane, |_| (-weight, weight));
                }
                LaneTerm::Norm => self.stack.norm(&lane, weight),
                LaneTerm::Largest { count, both } => {
                    let mut lane = lane;
                    if *both {
                        lane.append(&lane.scaled(-1.0));
                    }
                    self.push_part(Peak::new(lane.rows(), weight, *count), lane);
                }
                LaneTerm::Ranked(ranked) => {
                    let ranked = ranked.iter().map(|w| weight * w).collect();
                    self.push_part(Ranked::new(ranked), lane);
                }
            }
        }
    }

    fn add_entries(
        &mut self,
        id: ExprId,
        term: EntryTerm,
        weights: &[f64],
    ) -> Result<bool, Unhandled> {
        let (kind, shift, sign) = match term {
            EntryTerm::Slopes(left, right) => {
                if weights.iter().any(|&w| w < 0.0) {
                    return Ok(false);
                }
                let slopes = |k: usize| (left * weights[k], right * weights[k]);
                if !self.curved_argument(id, slopes)? {
                    let form = self.affine_argument(id)?;
                    self.stack.slopes(&form, slopes);
                }
                return Ok(true);
            }
            EntryTerm::Scalar(kind, shift) => (kind, shift, 1.0),
            EntryTerm::Negated(kind, shift) => (kind, shift, -1.0),
        };
        if weights.iter().any(|&w| sign * w < 0.0) {
            return Ok(false);
        }
        let mut form = self.affine_argument(id)?;
        form.offset.iter_mut().for_each(|b| *b += shift);
        // A factor of zero leaves the domain alone, which the problem spells out.
        let kept: Vec<usize> = (0..weights.len()).filter(|&k| weights[k] != 0.0).collect();
        if kept.len() < weights.len() {
            form = form.gather(kept.iter().copied());
        }
        self.stack.scalars(&form, kind, |k| sign * weights[kept[k]]);
        Ok(true)
    }

    fn push_part(&mut self, rule: impl Rule + 'static, form: AffineForm) {
        self.parts.push(Part {
            rule: Box::new(rule),
            form,
            shares: Vec::new(),
        });
    }

    /// Σ max(lower*y, upper*y) over the only argument as it stands, where the problem need not be
    /// convex and the argument is not affine; says whether.
    fn curved_argument(
        &mut self,
        id: ExprId,
        slopes: impl Fn(usize) -> (f64, f64),
    ) -> Result<bool, Unhandled> {
        let argument = self.graph.arguments(id)[0];
        if !self.local || self.affine_image(argument)?.is_some() {
            return Ok(false);
        }
        let direction = self.argument_direction(id, 0, Direction::Up);
        let expression = self.lifted(argument, direction);
        let size = self.graph.shape(expression).size();
        self.rows.push(SmoothRows {
            expression,
            slopes: (0..size).map(slopes).collect(),
            source: None,
        });
        Ok(true)
    }

    /// The affine form of the only argument, lifted if need be.
    fn affine_argument(&mut self, id: ExprId) -> Result<AffineForm, Unhandled> {
        let curvature = self.knowledge.facts(&self.graph, id).curvature;
        let argument = self.affine_arguments(id, curvature != Curvature::Concave)?[0];
        let form = self.form_or_equal(argument);
        form.map(|f| f.as_ref().clone())
            .ok_or_else(|| self.refusal(id, "of an argument that is not affine"))
    }
}
