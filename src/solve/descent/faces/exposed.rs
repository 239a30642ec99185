//! The equations that multipliers of the least room expose.

use super::echelon;
use super::room::{Room, is_widened};
use crate::problem::{Constraint, Problem, Relation};
use crate::solve::descent::lbfgs::norm;
use crate::solve::descent::model::Model;
use crate::solve::descent::normal_form::NormalForm;
use crate::solve::descent::spectral::eigen;
use faer::Mat;
use std::ops::Range;

/// Share of all multipliers from which one is no rounding.
const POSITIVE: f64 = 1e-4;
/// Equations of such a size beside the largest are no rounding.
const DISTINCT: f64 = 1e-4;
/// Equations of the user that depend on others have squares of this size.
const DEPENDENT: f64 = 1e-12;

/// Linear equations of the free entries, and what becomes of the constraints they come from.
#[derive(Debug)]
pub struct Exposed {
    /// As columns, each with an unknown that the others leave out.
    pub equations: Mat<f64>,
    /// Their values at the point that was found.
    pub sides: Vec<f64>,
    pub kinds: Vec<Kind>,
    pub units: Vec<f64>,
}

/// What the multipliers say of a constraint.
#[derive(Debug)]
pub enum Kind {
    /// It may have room.
    Open,
    /// Some of its entries are equations.
    Tight,
    /// G is zero on a subspace; a basis of what is orthogonal to it.
    Face(Mat<f64>),
}

impl Exposed {
    /// `None` where nothing is said that the equations of the problem do not say.
    pub fn by(problem: &Problem, room: &Room) -> Option<Exposed> {
        let mut search = Search::new(problem, room)?;
        let kinds: Vec<Kind> = (0..problem.constraints.len())
            .map(|k| search.constraint(k))
            .collect();
        search.curvature();
        let equations = echelon::reduced(search.distinct()?);
        Some(Exposed {
            sides: echelon::sides(&equations, &room.x),
            equations,
            kinds,
            units: room.units.clone(),
        })
    }

    /// Of the constraints without room.
    pub fn names(&self, problem: &Problem) -> impl Iterator<Item = String> {
        let constraints = problem.constraints.iter().zip(&self.kinds);
        let closed = constraints.filter(|(_, kind)| !matches!(kind, Kind::Open));
        closed.map(|(constraint, _)| constraint.name.to_string())
    }
}

struct Search<'p> {
    problem: &'p Problem,
    room: &'p Room,
    model: Model,
    /// Rows of each constraint among those of the model.
    rows: Vec<Range<usize>>,
    /// Σ λ over all, each in the unit of its constraint.
    total: f64,
    /// Slopes of what is constant where the constraints hold, none longer than one.
    slopes: Vec<Vec<f64>>,
}

impl<'p> Search<'p> {
    /// `None` where there is no second derivative.
    fn new(problem: &'p Problem, room: &'p Room) -> Option<Self> {
        let mut model = Model::new(NormalForm::plain(&problem.without_objective()));
        if !model.is_twice_derivable() {
            return None;
        }
        let mut first = 0;
        let rows = model.curved.sizes.iter().map(|&size| {
            first += size;
            first - size..first
        });
        let rows = rows.collect();
        model.values(&room.x, &mut vec![0.0; first]);
        let mut search = Search {
            problem,
            room,
            model,
            rows,
            total: 0.0,
            slopes: Vec::new(),
        };
        search.total = (0..problem.constraints.len())
            .map(|k| search.trace(k))
            .sum();
        Some(search)
    }

    /// Σ λ of the constraint, or tr(Z), in its unit; zero of what was not widened.
    fn trace(&self, k: usize) -> f64 {
        let (constraint, multipliers) = (&self.problem.constraints[k], &self.room.multipliers[k]);
        let sum: f64 = match constraint.relation {
            _ if !is_widened(constraint) => 0.0,
            Relation::Precedes => multipliers.iter().step_by(self.side(constraint) + 1).sum(),
            Relation::Equal | Relation::LessEqual => multipliers.iter().sum(),
        };
        sum * self.room.units[k]
    }

    /// Those below are rounding.
    fn least_multiplier(&self, k: usize) -> f64 {
        POSITIVE * self.total / self.room.units[k]
    }

    fn side(&self, constraint: &Constraint) -> usize {
        constraint.shape(&self.problem.graph).rows
    }

    /// Takes the slopes of its entries with multipliers, or of U'G.
    fn constraint(&mut self, k: usize) -> Kind {
        let constraint = &self.problem.constraints[k];
        match constraint.relation {
            Relation::Equal => Kind::Open,
            Relation::LessEqual => self.entries(k),
            Relation::Precedes => self.face(k, self.side(constraint)),
        }
    }

    fn entries(&mut self, k: usize) -> Kind {
        let least = self.least_multiplier(k);
        let multipliers = self.room.multipliers[k].iter().enumerate();
        let tight: Vec<usize> = multipliers
            .filter(|(_, l)| **l > least)
            .map(|(j, _)| j)
            .collect();
        for &entry in &tight {
            let row = self.rows[k].start + entry;
            self.take_slope(&[(row, 1.0)], self.room.units[k]);
        }
        match tight[..] {
            [] => Kind::Open,
            _ => Kind::Tight,
        }
    }

    fn face(&mut self, k: usize, side: usize) -> Kind {
        let multiplier = &self.room.multipliers[k];
        let multiplier = Mat::from_fn(side, side, |i, j| {
            0.5 * (multiplier[i + j * side] + multiplier[j + i * side])
        });
        let spectrum = eigen(&multiplier);
        let least = self.least_multiplier(k);
        let open = spectrum
            .values
            .iter()
            .filter(|value| **value <= least)
            .count();
        if open == side {
            return Kind::Open;
        }
        let first = self.rows[k].start;
        for u in open..side {
            for column in 0..side {
                let entry = |i: usize| (first + i + column * side, spectrum.vectors[(i, u)]);
                let weights: Vec<(usize, f64)> = (0..side).map(entry).collect();
                self.take_slope(&weights, self.room.units[k]);
            }
        }
        Kind::Face(spectrum.vectors.subcols(0, open).to_owned())
    }

    /// The slope of Σ weight*row.
    fn slope(&mut self, weights: &[(usize, f64)]) -> Vec<f64> {
        let mut all = vec![0.0; self.model.curved.rows()];
        weights.iter().for_each(|&(row, weight)| all[row] = weight);
        let mut slope = vec![0.0; self.model.size];
        self.model.add_adjoint(&all, &mut slope);
        slope
    }

    /// A slope that moves the rows by less than their unit while x moves by its size stays short, and zero counts
    /// for nothing.
    fn take_slope(&mut self, weights: &[(usize, f64)], unit: f64) {
        let size = self.room.x.iter().fold(1.0, |m: f64, x| m.max(x.abs()));
        let mut slope = self.slope(weights);
        slope.iter_mut().for_each(|s| *s *= size / unit);
        self.slopes.push(of_length_at_most_one(slope));
    }

    /// The rows of Σ λ ∇²h, relative to its largest entry.
    fn curvature(&mut self) {
        let n = self.model.size;
        let mut weights = vec![0.0; self.model.curved.rows()];
        for (k, constraint) in self.problem.constraints.iter().enumerate() {
            if constraint.relation == Relation::LessEqual {
                let least = self.least_multiplier(k);
                let slots = weights[self.rows[k].clone()].iter_mut();
                let pairs = slots.zip(&self.room.multipliers[k]);
                pairs
                    .filter(|(_, l)| **l > least)
                    .for_each(|(w, l)| *w = *l);
            }
        }
        self.model.gradient(&weights, &mut vec![0.0; n]);
        let mut rows = weights;
        let mut curvature = Vec::with_capacity(n);
        for k in 0..n {
            let (mut direction, mut row) = (vec![0.0; n], vec![0.0; n]);
            direction[k] = 1.0;
            self.model.curvature_times(&direction, &mut row, &mut rows);
            curvature.push(row);
        }
        let entries = || curvature.iter().flatten();
        let largest = entries().fold(0.0, |m: f64, c| m.max(c.abs()));
        if largest > 0.0 && entries().all(|c| c.is_finite()) {
            curvature.iter_mut().flatten().for_each(|c| *c /= largest);
            self.slopes.append(&mut curvature);
        }
    }

    /// An orthonormal basis of the slopes beside those of the problem's equations; `None` where there is none.
    fn distinct(&mut self) -> Option<Mat<f64>> {
        let free = self.along_equations();
        let n = free.nrows();
        let slopes = Mat::from_fn(self.slopes.len(), n, |i, j| self.slopes[i][j]);
        let within = slopes * &free;
        let spectrum = eigen(&(within.transpose() * &within));
        let least = DISTINCT * DISTINCT;
        let open = spectrum.values.iter().filter(|v| **v <= least).count();
        let count = free.ncols() - open;
        (count > 0).then(|| &free * spectrum.vectors.subcols(open, count))
    }

    /// An orthonormal basis of the steps along the problem's equations.
    fn along_equations(&mut self) -> Mat<f64> {
        let n = self.model.size;
        let mut gram = Mat::<f64>::zeros(n, n);
        for (k, constraint) in self.problem.constraints.iter().enumerate() {
            if constraint.relation != Relation::Equal {
                continue;
            }
            for row in self.rows[k].clone() {
                let slope = self.slope(&[(row, 1.0)]);
                let slope = of_length_one(slope);
                let column = Mat::from_fn(n, 1, |i, _| slope[i]);
                gram += &column * column.transpose();
            }
        }
        let spectrum = eigen(&gram);
        let open = spectrum
            .values
            .iter()
            .filter(|value| **value <= DEPENDENT)
            .count();
        spectrum.vectors.subcols(0, open).to_owned()
    }
}

/// Zeros where it has no length.
fn of_length_one(mut slope: Vec<f64>) -> Vec<f64> {
    let length = norm(&slope);
    let has_length = length > 0.0 && length.is_finite();
    let divide = |s: &mut f64| *s = if has_length { *s / length } else { 0.0 };
    slope.iter_mut().for_each(divide);
    slope
}

fn of_length_at_most_one(slope: Vec<f64>) -> Vec<f64> {
    match norm(&slope) < 1.0 {
        true => slope,
        false => of_length_one(slope),
    }
}
