//! The best point so far, and what is handed back of it.

use super::Outer;
use crate::solve::descent::found::{Ending, Found};
use crate::solve::descent::residuals::Residuals;
use crate::solve::descent::scaling;

#[derive(Clone, Debug)]
pub(super) struct Best {
    pub x: Vec<f64>,
    pub multipliers: Vec<Vec<f64>>,
    pub residuals: Residuals,
}

impl Outer<'_, '_> {
    pub(super) fn remember(&mut self, x: &[f64], residuals: Residuals) {
        let better = self
            .best
            .as_ref()
            .is_none_or(|b| residuals.worst() < b.residuals.worst());
        self.halving.take(residuals.worst());
        if !better {
            self.since_best += 1;
            return;
        }
        self.since_best = 0;
        self.best = Some(Best {
            x: x.to_vec(),
            multipliers: self.by_row(self.next()),
            residuals,
        });
    }

    /// Multipliers of the rows before they were scaled.
    pub(super) fn by_row(&self, multipliers: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        scaling::by_row(self.lagrangian.model, multipliers)
    }

    pub(super) fn next(&self) -> Vec<Vec<f64>> {
        let rows = self.lagrangian.rows.iter();
        rows.map(|r| r.next.clone()).collect()
    }

    pub(super) fn short(&self, why: &str) -> Ending {
        let text = self.best.as_ref().map_or(why.to_owned(), |b| {
            let r = b.residuals;
            format!(
                "{why}; relative residuals: constraints {:.1e}, stationarity {:.1e}, primal less dual value {:.1e}",
                r.primal, r.dual, r.gap
            )
        });
        Ending::Short(text)
    }

    pub(super) fn found(
        mut self,
        ending: Ending,
        start: &[f64],
        constraints: &[usize],
    ) -> (Found, Option<Vec<Vec<f64>>>) {
        let best = self.best.take();
        let dual_value = best.as_ref().map(|best| best.residuals.value);
        let rows = best.as_ref().map(|best| best.multipliers.clone());
        let second = self.newton.is_some();
        let (x, duals) = match best {
            Some(best) => {
                let duals = scaling::user_multipliers(
                    self.lagrangian.model,
                    &best.multipliers,
                    constraints,
                );
                (best.x, Some(duals))
            }
            None => (start.to_vec(), None),
        };
        let ending = match ending {
            Ending::Infeasible(parts) => Ending::Infeasible(scaling::user_multipliers(
                self.lagrangian.model,
                &parts,
                constraints,
            )),
            other => other,
        };
        let found = Found {
            x,
            ending,
            method: if second {
                "augmented Lagrangian, semismooth Newton".to_owned()
            } else {
                "augmented Lagrangian, L-BFGS".to_owned()
            },
            iterations: self.iterations,
            evaluations: self.lagrangian.model.evaluations,
            duals,
            bound: Some(self.bound).filter(|b| b.is_finite()),
            dual_value,
            notes: Vec::new(),
            is_certain: self.is_certain,
        };
        (found, rows)
    }
}
