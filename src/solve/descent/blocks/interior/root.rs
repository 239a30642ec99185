//! Roots of second derivatives.

use crate::solve::descent::blocks::Rule;
use crate::solve::descent::spectral;
use faer::{Mat, MatRef};

/// K with M = K'K.
#[derive(Debug)]
pub enum Root {
    Diagonal(Vec<f64>),
    /// Takes Y to R⁻¹*Y*R⁻ᵀ.
    Congruence(Mat<f64>),
}

impl Root {
    /// `None` where the rule's M is given in another form.
    pub fn of(rule: &dyn Rule) -> Option<Self> {
        if let Some(scaling) = rule.congruence() {
            return Some(Root::Congruence(scaling.inverse.clone()));
        }
        let curvature = rule.curvature()?;
        let is_diagonal = curvature.centred.is_empty() && curvature.rank_one.is_empty();
        is_diagonal.then(|| Root::Diagonal(curvature.diagonal.iter().map(|m| m.sqrt()).collect()))
    }

    pub fn rows(&self) -> usize {
        match self {
            Root::Diagonal(roots) => roots.len(),
            Root::Congruence(inverse) => inverse.nrows() * (inverse.nrows() + 1) / 2,
        }
    }

    /// K*v in the place of v.
    pub fn times(&self, v: &mut [f64]) {
        match self {
            Root::Diagonal(roots) => v.iter_mut().zip(roots).for_each(|(v, root)| *v *= root),
            Root::Congruence(inverse) => congruent(inverse.as_ref(), v),
        }
    }

    /// K'*v in the place of v.
    pub fn transposed_times(&self, v: &mut [f64]) {
        match self {
            Root::Diagonal(_) => self.times(v),
            Root::Congruence(inverse) => congruent(inverse.transpose(), v),
        }
    }
}

/// The list of B*Y*B' in the place of that of Y.
fn congruent(b: MatRef<'_, f64>, v: &mut [f64]) {
    let y = spectral::unfold(b.nrows(), v);
    spectral::fold(&(b * y * b.transpose()), v);
}
