//! The first-order conditions of a point, on the user's own problem.

use super::second_order::{SecondOrder, second_order};
use crate::expr::Kink;
use crate::matrix::{Eigen, Matrix};
use crate::problem::{Problem, Relation};
use crate::shape::Shape;
use crate::solve::descent::lbfgs::norm;
use crate::solve::descent::model::Model;
use crate::solve::descent::normal_form::NormalForm;
use crate::solve::descent::packing::Packing;
use crate::solve::descent::violation::Violation;

/// Up to here the conditions count as satisfied.
pub const SATISFIED: f64 = 1e-6;

/// How far a point and its multipliers are from the Karush-Kuhn-Tucker conditions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Residuals {
    /// Relative to max(1, largest entry of the sides).
    pub violation: f64,
    /// |∇f + Σ λ'∇(left - right)|.
    pub gradient_norm: f64,
    /// The same relative to max(|∇f|, 1).
    pub stationarity: f64,
    /// The worst |λ*(left - right)|, or the part of λ with the wrong sign, relative to
    /// max(1, |f|) and max(1, |λ|).
    pub complementarity: f64,
}

impl Residuals {
    pub fn are_satisfied(&self) -> bool {
        // No maximum of these: it would pass over NaN.
        let all = [self.violation, self.stationarity, self.complementarity];
        all.iter().all(|residual| *residual <= SATISFIED)
    }
}

/// The user's objective and one row left - right for each entry of a constraint, with derivatives.
pub struct Conditions<'p> {
    problem: &'p Problem,
    sides: Violation<'p>,
    model: Model,
    rows: Vec<f64>,
    /// Slopes are small beside this.
    pub unit: f64,
    /// Entries at an edge of a domain, which do not move.
    pub held: Vec<usize>,
    /// Whether some expression has a kink.
    pub kinked: bool,
}

impl<'p> Conditions<'p> {
    pub fn new(problem: &'p Problem) -> Self {
        let model = Model::new(NormalForm::plain(problem));
        Conditions {
            problem,
            sides: Violation::of(problem),
            rows: vec![0.0; model.curved.rows()],
            model,
            unit: 1.0,
            held: Vec::new(),
            kinked: is_kinked(problem),
        }
    }

    pub fn packing(&self) -> &Packing {
        &self.model.packing
    }

    /// The objective, small values being good.
    pub fn value(&mut self, x: &[f64]) -> f64 {
        self.model.values(x, &mut self.rows)
    }

    /// The same with its slope.
    pub fn value_and_slope(&mut self, x: &[f64]) -> (f64, Vec<f64>) {
        let mut slope = vec![0.0; x.len()];
        let value = self.value(x);
        self.model.gradient(&vec![0.0; self.rows.len()], &mut slope);
        (value, slope)
    }

    /// The worst violation, and whose it is by position.
    pub fn violation(&self, x: &[f64]) -> (f64, Option<usize>) {
        self.sides.worst(&self.model.packing, x)
    }

    /// At x with these multipliers by constraint.
    pub fn residuals(&mut self, x: &[f64], duals: &[Vec<f64>]) -> Residuals {
        let (value, mut slope) = self.value_and_slope(x);
        self.held.iter().for_each(|&k| slope[k] = 0.0);
        let scale = norm(&slope).max(self.unit);
        self.model.gradient(&duals.concat(), &mut slope);
        self.held.iter().for_each(|&k| slope[k] = 0.0);
        let gradient_norm = norm(&slope);
        Residuals {
            violation: self.violation(x).0,
            gradient_norm,
            stationarity: gradient_norm / scale,
            complementarity: self.complementarity(value, duals),
        }
    }

    /// At the point of the last evaluation.
    fn complementarity(&self, value: f64, duals: &[Vec<f64>]) -> f64 {
        let largest = duals.iter().flatten().fold(1.0, |m: f64, l| m.max(l.abs()));
        let product_scale = value.abs().max(1.0);
        let mut worst = 0.0f64;
        let mut first = 0;
        for (constraint, duals) in self.problem.constraints.iter().zip(duals) {
            let rows = &self.rows[first..first + duals.len()];
            first += duals.len();
            let products = duals.iter().zip(rows).map(|(l, r)| l * r);
            let (product, wrong) = match constraint.relation {
                Relation::Equal => continue,
                Relation::LessEqual => {
                    let product = products.filter(|p| p.is_finite());
                    let wrong = duals.iter().fold(0.0, |m: f64, l| m.max(-l));
                    (product.fold(0.0, |m: f64, p| m.max(p.abs())), wrong)
                }
                Relation::Precedes => (products.sum::<f64>().abs(), negative_part(duals)),
            };
            worst = worst.max(product / product_scale).max(wrong / largest);
        }
        worst
    }

    /// What second derivatives say of x; `None` where they do not decide or are not at hand.
    pub fn second_order(&mut self, x: &[f64], duals: &[Vec<f64>]) -> Option<SecondOrder> {
        let constraints = self.problem.constraints.iter().zip(duals);
        let mut bent = constraints.filter(|(c, _)| c.relation == Relation::Precedes);
        if bent.any(|(_, duals)| duals.iter().any(|&l| l != 0.0)) {
            return None;
        }
        let multipliers = duals.concat();
        let mut slope = vec![0.0; x.len()];
        self.model.values(x, &mut self.rows);
        self.model.gradient(&multipliers, &mut slope);
        let rows = std::slice::from_ref(&self.rows);
        second_order(&mut self.model, x, rows, &[multipliers], &self.held)
    }

    /// Whether the slope of the Lagrangian jumps next to x.
    pub fn is_at_kink(&mut self, x: &[f64], duals: &[Vec<f64>]) -> bool {
        super::kink::is_near(&mut self.model, x, &duals.concat())
    }
}

fn is_kinked(problem: &Problem) -> bool {
    let graph = &problem.graph;
    let nodes = graph.reachable(&problem.roots()).into_iter();
    let mut atoms = nodes
        .filter(|&id| !graph.is_constant(id))
        .filter_map(|id| graph.atom(id));
    atoms.any(|atom| matches!(atom.kink(), Kink::Kinked | Kink::Proximal(_)))
}

/// How far the most negative eigenvalue of a square matrix is below zero.
fn negative_part(entries: &[f64]) -> f64 {
    let side = (entries.len() as f64).sqrt() as usize;
    let matrix = Matrix::from_columns(Shape::new(side, side), entries.to_vec());
    let least = Eigen::of(&matrix).and_then(|e| e.values.first().copied());
    (-least.unwrap_or(0.0)).max(0.0)
}
