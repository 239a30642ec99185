//! Answers put onto bounds and linear rows as exactly as numbers allow.
//!
//! A method that is accurate to 1e-11 of x = 1e8 leaves x >= 0 by 1e-3 where x should be 0. Entries beyond a bound
//! by a share of their variable's size are put on it; then the smallest relative step, in the metric of the
//! distances to the bounds, leads onto the equations and onto the rows that are missed: x - D²E'(ED²E')⁻¹(Ex - e).

use super::affine::{AffineForm, AffineForms, Term};
use super::packing::Packing;
use super::violation::Violation;
use crate::expr::{Evaluator, ExprId};
use crate::matrix::Matrix;
use crate::problem::{Constraint, Problem, Relation};
use faer::Mat;
use faer::linalg::solvers::Solve;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// Answers that miss constraints by less stay as they are.
const GOOD: f64 = 1e-8;
/// How far entries move at most, relative to the largest of their variable.
const SMALL: f64 = 1e-6;
/// Equations, and equations times unknowns, up to which they are solved.
const MOST_EQUATIONS: usize = 1000;
const MOST_ENTRIES: usize = 4_000_000;
/// Relative weight that keeps dependent equations solvable.
const RIDGE: f64 = 1e-14;
const TURNS: usize = 12;

/// Whether so many equations of so many unknowns are solved.
fn fits(equations: usize, unknowns: usize) -> bool {
    equations <= MOST_EQUATIONS && equations * unknowns <= MOST_ENTRIES
}

/// The point moved onto bounds and linear rows, where that brings it nearer to all constraints.
pub fn polished(problem: &Problem, variables: &[Arc<Matrix>]) -> Option<Vec<Arc<Matrix>>> {
    let packing = Packing::new(problem);
    let mut x = packing.pack(variables);
    let before = x.clone();
    polish(problem, &packing, &mut x);
    (x != before).then(|| packing.unpack(&x, variables.len()))
}

/// Moves `x` onto bounds and equations where that brings it nearer to all constraints; also where a side has no value
/// at x, such as sqrt(x) at -1e-12.
pub fn polish(problem: &Problem, packing: &Packing, x: &mut [f64]) {
    let violation = Violation::of(problem);
    let before = violation.worst(packing, x).0;
    if before < GOOD {
        return;
    }
    let Some(rows) = Rows::of(problem, packing) else {
        return;
    };
    let mut moved = x.to_vec();
    for _ in 0..TURNS {
        rows.onto_bounds(&mut moved);
        rows.onto_rows(&mut moved);
        rows.onto_epigraphs(packing, &mut moved);
        rows.onto_bounds(&mut moved);
        if violation.worst(packing, &moved).0 < GOOD {
            break;
        }
    }
    if violation.worst(packing, &moved).0 < before {
        x.copy_from_slice(&moved);
    }
}

/// lower <= x <= upper, equations(x) == 0, limits(x) <= 0 and f(x) <= a*x_j + b.
struct Rows<'p> {
    lower: Vec<f64>,
    upper: Vec<f64>,
    /// The largest entry of its variable for each, by ranges.
    variables: Vec<Range<usize>>,
    equations: AffineForm,
    limits: AffineForm,
    epigraphs: Epigraphs<'p>,
}

/// f(x) <= side(x) for each side, whose rows are unknowns of their own, times positive numbers.
struct Epigraphs<'p> {
    functions: Evaluator<'p>,
    sides: Vec<Rc<AffineForm>>,
}

impl<'p> Rows<'p> {
    /// `None` where there is too much.
    fn of(problem: &'p Problem, packing: &Packing) -> Option<Self> {
        let mut rows = Rows {
            lower: vec![f64::NEG_INFINITY; packing.size],
            upper: vec![f64::INFINITY; packing.size],
            variables: packing.variables.iter().map(|v| v.range()).collect(),
            equations: AffineForm::default(),
            limits: AffineForm::default(),
            epigraphs: Epigraphs {
                functions: Evaluator::new(&problem.graph, &[]),
                sides: Vec::new(),
            },
        };
        let mut epigraphs = Vec::new();
        for (variable, packed) in problem.variables.iter().zip(&packing.variables) {
            rows.lower[packed.range()].fill(variable.range.lower);
            rows.upper[packed.range()].fill(variable.range.upper);
        }
        let sides = problem.constraints.iter().flat_map(|c| [c.left, c.right]);
        let mut forms = AffineForms::written_out();
        forms.learn(&problem.graph, &sides.collect::<Vec<_>>(), packing);
        for constraint in &problem.constraints {
            let difference = || forms.difference(problem, constraint);
            match constraint.relation {
                Relation::Equal => difference().iter().for_each(|d| rows.equations.append(d)),
                Relation::LessEqual => match difference() {
                    Some(difference) => rows.take_limits(difference),
                    None => epigraphs.extend(epigraph(&forms, constraint)),
                },
                Relation::Precedes => {}
            }
        }
        let (functions, sides): (Vec<ExprId>, Vec<_>) = epigraphs.into_iter().unzip();
        rows.epigraphs = Epigraphs {
            functions: Evaluator::new(&problem.graph, &functions),
            sides,
        };
        fits(rows.equations.rows(), packing.size).then_some(rows)
    }

    /// Rows a*x_j + b <= 0 of one unknown are bounds; the others stay together.
    fn take_limits(&mut self, form: AffineForm) {
        let mut single: Vec<Option<Term>> = vec![None; form.rows()];
        let mut many = vec![false; form.rows()];
        for term in form.all_terms().filter(|term| term.value != 0.0) {
            many[term.row] |= single[term.row].replace(term).is_some();
        }
        for (row, term) in single.iter().enumerate() {
            let Some(term) = term.filter(|_| !many[row]) else {
                continue;
            };
            let bound = -form.offset[row] / term.value;
            let (j, slot) = (term.column, term.value > 0.0);
            match slot {
                true => self.upper[j] = self.upper[j].min(bound),
                false => self.lower[j] = self.lower[j].max(bound),
            }
        }
        if many.contains(&true) {
            self.limits.append(&form);
        }
    }

    /// How far each entry moves at most: a share of the largest entry or bound of its variable.
    fn reaches(&self, x: &[f64]) -> Vec<f64> {
        let mut reaches = vec![0.0; x.len()];
        for range in &self.variables {
            let entries = [x, &self.lower, &self.upper].map(|v| &v[range.clone()]);
            let finite = entries.into_iter().flatten().filter(|v| v.is_finite());
            reaches[range.clone()].fill(SMALL * finite.fold(0.0, |most: f64, v| most.max(v.abs())));
        }
        reaches
    }

    fn onto_bounds(&self, x: &mut [f64]) {
        let reaches = self.reaches(x);
        for (j, x) in x.iter_mut().enumerate() {
            let inside = x.max(self.lower[j]).min(self.upper[j]);
            if (inside - *x).abs() <= reaches[j] {
                *x = inside;
            }
        }
    }

    /// Unknowns that bound a function from above raised to it.
    fn onto_epigraphs(&self, packing: &Packing, x: &mut [f64]) {
        if self.epigraphs.sides.is_empty() {
            return;
        }
        let reaches = self.reaches(x);
        let point = packing.unpack(x, self.variables.len());
        let values = self.epigraphs.functions.evaluate(&point);
        for (side, value) in self.epigraphs.sides.iter().zip(&values) {
            let value = value.entries();
            for term in side.all_terms() {
                let f = value[term.row.min(value.len() - 1)];
                let needed = (f - side.offset[term.row]) / term.value;
                let bound = &mut x[term.column];
                if needed > *bound && needed - *bound <= reaches[term.column] {
                    *bound = needed;
                }
            }
        }
    }

    /// Distances to the nearest bound, or to 0 where it is nearer.
    fn distances(&self, x: &[f64]) -> Vec<f64> {
        let reaches = self.reaches(x);
        let distance = |j: usize| {
            let room = (x[j] - self.lower[j]).min(self.upper[j] - x[j]);
            let room = room.clamp(0.0, x[j].abs().max(f64::MIN_POSITIVE));
            let is_free = self.lower[j].is_infinite() && self.upper[j].is_infinite();
            if is_free { room.max(reaches[j]) } else { room }
        };
        (0..x.len()).map(distance).collect()
    }

    /// Onto the equations and the limits that x is beyond.
    fn onto_rows(&self, x: &mut [f64]) {
        let beyond = self.limits_beyond(x);
        let mut rows = self.equations.clone();
        rows.append(&self.limits.gather(beyond.into_iter()));
        let m = rows.rows();
        if m == 0 || !fits(m, x.len()) {
            return;
        }
        let distances = self.distances(x);
        let mut scaled = Mat::<f64>::zeros(m, x.len());
        for term in rows.all_terms() {
            scaled[(term.row, term.column)] += term.value * distances[term.column];
        }
        let mut gram = &scaled * scaled.transpose();
        (0..m).for_each(|k| gram[(k, k)] += RIDGE * gram[(k, k)] + f64::MIN_POSITIVE);
        let missed = values(&rows, x);
        let sides = Mat::from_fn(m, 1, |k, _| missed[k]);
        let multipliers = gram.partial_piv_lu().solve(&sides);
        let step = scaled.transpose() * multipliers;
        for (j, x) in x.iter_mut().enumerate() {
            let step = step[(j, 0)] * distances[j];
            *x -= if step.is_finite() { step } else { 0.0 };
        }
    }

    /// The positions of the limits that do not hold.
    fn limits_beyond(&self, x: &[f64]) -> Vec<usize> {
        let values = values(&self.limits, x);
        (0..values.len()).filter(|&k| values[k] > 0.0).collect()
    }
}

/// f and the side of f(x) <= side(x), where each row of the side is an unknown of its own, times a positive number.
fn epigraph(forms: &AffineForms, constraint: &Constraint) -> Option<(ExprId, Rc<AffineForm>)> {
    let side = forms.get(constraint.right)?;
    let mut columns: Vec<usize> = side.all_terms().map(|term| term.column).collect();
    columns.sort_unstable();
    columns.dedup();
    let is_single = columns.len() == side.rows() && side.all_terms().count() == side.rows();
    let fits = is_single && side.all_terms().all(|term| term.value > 0.0);
    fits.then_some((constraint.left, side))
}

fn values(rows: &AffineForm, x: &[f64]) -> Vec<f64> {
    let mut values = rows.offset.clone();
    for term in rows.all_terms() {
        values[term.row] += term.value * x[term.column];
    }
    values
}
