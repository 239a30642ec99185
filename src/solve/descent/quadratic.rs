//! A quadratic f by its second derivatives: the affine form of its gradient, and values read from
//! it instead of from the data.
//!
//! With H = 2A'A the value `f(a) + g(a)'d + d'Hd/2`, d = x - a, costs n² where |Ax - b|² costs m*n.
//! It loses the digits by which f(a) or g(a) exceed those at x, so the anchor a follows x, taken
//! from the data each time.

use super::affine::{AffineForm, AffineForms, AffineMap};
use super::packing::Packing;
use super::tape::product::dot;
use crate::expr::{ExprId, Graph};
use crate::matrix::SparseMatrix;
use crate::problem::Structure;
use crate::shape::Shape;

/// A new anchor is taken where value or gradient are this small a share of those at the old one.
const STALE: f64 = 0.02;

/// Entries of the constants below.
pub(super) fn data_below(graph: &Graph, roots: &[ExprId]) -> usize {
    let leaves = graph.reachable(roots).into_iter();
    let sizes = leaves.filter_map(|id| graph.constant_leaf(id));
    sizes.map(|leaf| leaf.value.stored().len()).sum()
}

/// H*x + g over the free entries, for the slopes of a quadratic by variable; `None` where its
/// coefficients should not be written out.
pub fn gradient_form(graph: &Graph, slopes: &[ExprId], packing: &Packing) -> Option<AffineForm> {
    let mut forms = AffineForms::default();
    forms.learn(graph, slopes, packing);
    let mut whole = AffineForm {
        offset: vec![0.0; packing.size],
        ..AffineForm::default()
    };
    for (packed, &slope) in packing.variables.iter().zip(slopes) {
        let form = forms.get(slope)?;
        if packed.structure == Structure::Full {
            whole.add_below(&form, packed.start);
        } else {
            let place = |row: usize| packed.free_entry(row).map(|free| packed.start + free);
            whole.add_placed(&form, place);
        }
    }
    whole.merge();
    Some(whole)
}

/// The lower triangle of H.
pub fn lower_triangle(gradient: &AffineForm) -> SparseMatrix {
    let n = gradient.rows();
    let lower = gradient.all_terms().filter(|t| t.row >= t.column);
    let triplets: Vec<_> = lower.map(|t| (t.row, t.column, t.value)).collect();
    SparseMatrix::from_triplets(Shape::new(n, n), &triplets)
}

/// f about an anchor.
#[derive(Debug)]
pub struct Expansion {
    hessian: AffineMap,
    anchor: Vec<f64>,
    value: f64,
    slope: Vec<f64>,
    /// Gradient at the last x.
    gradient: Vec<f64>,
    away: Vec<f64>,
}

impl Expansion {
    /// Without an anchor yet.
    pub fn new(gradient: &AffineForm) -> Self {
        let n = gradient.rows();
        Expansion {
            hessian: AffineMap::new(gradient, n),
            anchor: Vec::new(),
            value: 0.0,
            slope: vec![0.0; n],
            gradient: vec![0.0; n],
            away: vec![0.0; n],
        }
    }

    /// f(x); `None` where the anchor is stale.
    pub fn value(&mut self, x: &[f64]) -> Option<f64> {
        if self.anchor.is_empty() {
            return None;
        }
        for ((d, x), a) in self.away.iter_mut().zip(x).zip(&self.anchor) {
            *d = x - a;
        }
        self.hessian.times(&self.away, &mut self.gradient);
        let change = dot(&self.slope, &self.away) + 0.5 * dot(&self.gradient, &self.away);
        let slopes = self.gradient.iter_mut().zip(&self.slope);
        slopes.for_each(|(g, s)| *g += s);
        let value = self.value + change;
        let shrunk = |now: f64, then: f64| now < STALE * STALE * then;
        let steep = dot(&self.slope, &self.slope);
        let fresh = self.away.iter().all(|&d| d == 0.0)
            || value.abs() >= STALE * self.value.abs()
                && !shrunk(dot(&self.gradient, &self.gradient), steep);
        fresh.then_some(value)
    }

    /// Gradient at the x of the last value.
    pub fn gradient(&self) -> &[f64] {
        &self.gradient
    }

    /// Value and gradient at x, taken from the data.
    pub fn anchor(&mut self, x: &[f64], value: f64, gradient: &[f64]) {
        self.anchor.clear();
        self.anchor.extend_from_slice(x);
        self.value = value;
        self.slope.copy_from_slice(gradient);
        self.gradient.copy_from_slice(gradient);
    }

    /// No anchor any more.
    pub fn forget(&mut self) {
        self.anchor.clear();
    }

    /// out = H*v.
    pub fn times(&mut self, v: &[f64], out: &mut [f64]) {
        self.hessian.times(v, out);
    }
}
