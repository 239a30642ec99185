//! The points that satisfy the linear equations, x = p + N*y, as a problem in y.
//!
//! Where the states of an unstable system follow from its inputs, multipliers of the equations that bind them
//! grow with every step in time, too far for a method of multipliers: over the inputs alone there are none. At
//! the answer they follow from the others, as the Lagrangian's slope vanishes there.

mod elimination;
mod own_basis;
mod restricted;

use super::augmented_lagrangian::{self, Along};
use super::blocks::Rule;
use super::budget::Budget;
use super::found::{Ending, Found};
use super::model::Model;
use super::normal_form::NormalForm;
use super::packing::Packing;
use super::scaling::user_multipliers;
use super::start;
use crate::problem::Problem;
use crate::solve::Settings;
use elimination::NullSpace;
use faer::Mat;
use faer::linalg::solvers::Solve;
use own_basis::Basis;
use restricted::{equations, restricted};

/// Unknowns, and coefficients of the equations, up to which they are solved.
const MOST_UNKNOWNS: usize = 1500;
/// Where the equations have few terms and leave no more than that.
const MOST_OF_SPARSE: usize = 3000;
const FEW_TERMS: usize = 4;
const MOST_COEFFICIENTS: usize = 1_000_000;
/// The Lagrangian's slope that multipliers may leave, as a share of what they take off.
const FLAT: f64 = 1e-4;
/// Penalty whose proximal points lie near.
const NEAR: f64 = 1e6;

/// The linear equations of a problem, solved for some of its unknowns.
#[derive(Debug)]
pub struct Equations {
    space: NullSpace,
    /// Part and row of each.
    places: Vec<(usize, usize)>,
    /// Rows of their coefficients.
    rows: Vec<elimination::Equation>,
}

impl Equations {
    /// `None` where there are none, too many, or some contradict each other.
    pub fn of(form: &NormalForm) -> Option<Equations> {
        let unknowns = form.packing.size;
        let coefficients = form.parts.iter().map(|p| p.form.coefficients());
        if unknowns > MOST_OF_SPARSE || coefficients.sum::<usize>() > MOST_COEFFICIENTS {
            return None;
        }
        let (rows, places) = equations(form);
        let terms: usize = rows.iter().map(|row| row.terms.len()).sum();
        let has_many = unknowns > MOST_UNKNOWNS && terms > FEW_TERMS * rows.len();
        if rows.is_empty() || has_many {
            return None;
        }
        let space = NullSpace::of(&rows, unknowns)?;
        (space.free.len() <= MOST_UNKNOWNS).then_some(Equations {
            space,
            places,
            rows,
        })
    }

    /// No equations: all points.
    fn none(form: &NormalForm) -> Equations {
        Equations {
            space: NullSpace::whole(form.packing.size),
            places: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// All points, or those that satisfy the equations, in coordinates in which the rows of the data are orthonormal;
    /// `None` where that changes little.
    pub fn in_own_basis(problem: &Problem) -> Result<Option<Equations>, String> {
        let form = NormalForm::new(problem)?;
        let mut equations = Equations::of(&form).unwrap_or_else(|| Equations::none(&form));
        let over = Model::new(restricted(form, &equations.space));
        Ok(Basis::of(&over).map(|basis| {
            equations.space.take_basis(basis);
            equations
        }))
    }

    /// How many there are in all.
    pub fn unknowns(&self) -> usize {
        self.space.point.len()
    }

    /// How many times as far as others some unknown moves that follows from them.
    pub fn growth(&self) -> f64 {
        let coefficients = self.space.rows.iter().flatten();
        coefficients.fold(0.0, |largest, (_, c)| c.abs().max(largest))
    }

    /// Whether some hold an unknown at a bound of its variable: at the edge of a domain, such as sqrt(x) with x >= 0
    /// and x == 0, no multiplier does.
    pub fn hold_bounds(&self, problem: &Problem) -> bool {
        let packing = Packing::new(problem);
        let mut at_bound = vec![[f64::NAN; 2]; packing.size];
        for (variable, packed) in problem.variables.iter().zip(&packing.variables) {
            at_bound[packed.range()].fill([variable.range.lower, variable.range.upper]);
        }
        self.rows.iter().any(|row| match row.terms[..] {
            [(unknown, factor)] => {
                let bounds = at_bound.get(unknown);
                bounds.is_some_and(|bounds| bounds.contains(&(row.side / factor)))
            }
            _ => false,
        })
    }

    /// The answer over the points that satisfy the equations, that way; `None` where none is found.
    pub fn solve(
        &self,
        way: Option<Along>,
        problem: &Problem,
        settings: &Settings,
        sizes: &[usize],
        budget: &Budget,
    ) -> Result<Option<Found>, String> {
        if self.space.free.is_empty() {
            return self.only_point(problem, sizes);
        }
        let form = NormalForm::new(problem)?;
        let start = self
            .space
            .coordinates(&start::point(problem, form.packing.size));
        let mut model = Model::new(restricted(form, &self.space));
        model.use_threads(settings.threads);
        let (mut found, multipliers) =
            augmented_lagrangian::solve_by_rows(way, &mut model, &start, sizes, budget);
        if found.ending != Ending::Solved {
            return Ok(None);
        }
        found.x = self.space.expand(&found.x);
        let mut whole = Model::new(NormalForm::new(problem)?);
        found.duals = multipliers
            .and_then(|known| self.multipliers(&mut whole, &found.x, known))
            .map(|all| user_multipliers(&whole, &all, sizes));
        Ok(Some(found))
    }

    /// The point that the equations leave, an answer if all constraints hold there.
    fn only_point(&self, problem: &Problem, sizes: &[usize]) -> Result<Option<Found>, String> {
        let mut whole = Model::new(NormalForm::new(problem)?);
        let x = self.space.point.clone();
        let known = subgradients(&mut whole, &x);
        let multipliers = self.multipliers(&mut whole, &x, known);
        Ok(Some(Found {
            ending: Ending::Solved,
            method: "solution of the linear equations".to_owned(),
            duals: multipliers.map(|all| user_multipliers(&whole, &all, sizes)),
            ..Found::stayed(x, "")
        }))
    }

    /// Multipliers of all rows: those of the equations make the Lagrangian's slope vanish along the unknowns
    /// that the equations were solved for. `None` where it does not vanish along the others: slopes of badly
    /// conditioned functions may be nothing but rounding where all unknowns vary.
    fn multipliers(
        &self,
        whole: &mut Model,
        x: &[f64],
        mut known: Vec<Vec<f64>>,
    ) -> Option<Vec<Vec<f64>>> {
        let slope = lagrangian_slope(whole, x, &known);
        let pivots = &self.space.pivots;
        let mut column_of = vec![None; x.len()];
        for (column, (_, unknown)) in pivots.iter().enumerate() {
            column_of[*unknown] = Some(column);
        }
        let mut transposed = Mat::<f64>::zeros(pivots.len(), pivots.len());
        for (row, (equation, _)) in pivots.iter().enumerate() {
            for &(unknown, value) in &self.rows[*equation].terms {
                if let Some(column) = column_of[unknown] {
                    transposed[(column, row)] += value;
                }
            }
        }
        let sides = Mat::from_fn(pivots.len(), 1, |k, _| -slope[pivots[k].1]);
        let solution = transposed.partial_piv_lu().solve(&sides);
        for (k, (equation, _)) in pivots.iter().enumerate() {
            let (part, row) = self.places[*equation];
            known[part][row] = solution[(k, 0)];
        }
        let largest = |slope: &[f64]| slope.iter().fold(0.0, |most: f64, s| most.max(s.abs()));
        let rest = largest(&lagrangian_slope(whole, x, &known));
        // False for what is no number.
        (rest <= FLAT * largest(&slope).max(1.0)).then_some(known)
    }
}

/// Multipliers of all rows that their functions have near F(x); zeros for bounds that hold.
fn subgradients(model: &mut Model, x: &[f64]) -> Vec<Vec<f64>> {
    let mut all = Vec::new();
    let mut curves = vec![0.0; model.curved.rows()];
    model.values(x, &mut curves);
    for part in &mut model.parts {
        let mut value = vec![0.0; part.map.rows()];
        part.map.value(x, &mut value);
        all.push(subgradient(part.rule.as_mut(), &value));
    }
    all.push(subgradient(&mut model.curved.rule, &curves));
    all
}

fn subgradient(rule: &mut dyn Rule, value: &[f64]) -> Vec<f64> {
    let (mut multiplier, mut point) = (vec![0.0; value.len()], vec![0.0; value.len()]);
    rule.apply(value, NEAR, &mut multiplier, &mut point);
    multiplier
}

/// ∇f(x) + F(x)'λ over all parts.
fn lagrangian_slope(model: &mut Model, x: &[f64], multipliers: &[Vec<f64>]) -> Vec<f64> {
    let mut slope = vec![0.0; x.len()];
    let mut curves = vec![0.0; model.curved.rows()];
    model.values(x, &mut curves);
    model.gradient(&multipliers[model.parts.len()], &mut slope);
    for (part, multipliers) in model.parts.iter_mut().zip(multipliers) {
        part.map.add_transposed(multipliers, &mut slope);
    }
    slope
}
