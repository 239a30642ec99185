//! Where variables are counted from: (x - c)² is x² for an x counted from c, without the products
//! with c whose cancellation would cost digits.

use crate::cone::AffineMap;

/// For each of the program's first variables the point from which a quadratic term measures it.
#[derive(Debug)]
pub(super) struct Centres(Vec<Option<f64>>);

impl Centres {
    pub(super) fn new(count: usize) -> Self {
        Centres(vec![None; count])
    }

    /// Rows f*x + g are centred at -g/f; the first to come counts.
    pub(super) fn offer_rows(&mut self, map: &AffineMap) {
        for k in 0..map.rows() {
            let mut terms = map.row(k);
            if let (Some((j, factor)), None) = (terms.next(), terms.next())
                && let Some(slot) = self.0.get_mut(j)
                && factor != 0.0
            {
                slot.get_or_insert(-map.constants()[k] / factor);
            }
        }
    }

    /// Takes these centres if all the variables are still free.
    pub(super) fn offer_all(&mut self, variables: &[usize], centres: &[f64]) -> bool {
        let free = |j: &usize| matches!(self.0.get(*j), Some(None));
        if !variables.iter().all(free) {
            return false;
        }
        for (&j, &centre) in variables.iter().zip(centres) {
            self.0[j] = Some(centre);
        }
        true
    }

    /// By variable; empty when all are 0.
    pub(super) fn shifts(self) -> Vec<f64> {
        let finite = |c: Option<f64>| c.filter(|c| c.is_finite()).unwrap_or(0.0);
        let shifts: Vec<f64> = self.0.into_iter().map(finite).collect();
        if shifts.iter().all(|&s| s == 0.0) {
            return Vec::new();
        }
        shifts
    }
}
