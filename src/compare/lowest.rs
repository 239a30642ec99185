//! The lowest point of a convex function, as far as it takes to see that it stays positive far around.

use super::cuts::{Cut, Cuts};
use super::points::{flat, largest, mapped};
use crate::expr::{ExprId, Graph, VariableId};
use crate::matrix::{Matrix, SparseMatrix, symmetric_part};
use crate::problem::{Problem, Structure};
use crate::shape::Shape;
use crate::solve::Settings;
use crate::solve::descent::budget::Budget;
use crate::solve::descent::lbfgs::minimise;
use crate::solve::descent::line_search::Point;
use crate::solve::descent::oracle::Smooth;
use crate::solve::descent::tape::Tape;
use std::cell::RefCell;
use std::sync::Arc;

/// Points must be excluded at least this far out by the slope with its rounding, and by that of slopes at
/// a kink this many times as far as the kink.
const LEAST_RADIUS: f64 = 1e4;
const BESIDE: f64 = 100.0;
/// How far out it is also looked at where it falls fastest: what is left of a linear term is more
/// than rounding if it carries the function below zero there.
const FAR_OUT: [f64; 2] = [1e10, 1e15];
/// What is left of terms that cancel, relative to these, is taken as rounding.
const CANCELLED: f64 = 1e-6;
/// The same for the value: constraints that miss each other by less are not said to.
const NO_EXCESS: f64 = 1e-8;

/// Steps of descent at most, and entries that they pass over.
const DESCENT_STEPS: usize = 500;
const MOST_PASSED: usize = 200_000_000;

/// At kinks, slopes are gathered around a point of up to so many entries, at this relative distance.
const MOST_ENTRIES: usize = 200;
const AROUND: f64 = 1e-6;
/// Faces looked for one after the other: those of a kink that proves something are few.
const MOST_TURNS: usize = 50;

/// A convex function h of a problem's variables.
pub(super) struct Function<'e> {
    problem: &'e Problem,
    tape: RefCell<Tape>,
    /// Of the roots.
    shapes: Vec<Shape>,
    /// Whether its slopes may jump.
    has_kinks: bool,
}

/// Where h is seen to stay positive far around.
pub(super) struct Lowest {
    pub value: f64,
    pub radius: f64,
}

/// h at a point.
struct Height {
    /// h and its slopes, these without what counts as rounding.
    values: Vec<Arc<Matrix>>,
    /// |h'| with it.
    slope: f64,
    /// Its length.
    rounding: f64,
}

impl Height {
    fn new(values: Vec<Arc<Matrix>>, with_rounding: &[Arc<Matrix>]) -> Self {
        let pairs = flat(&with_rounding[1..]).zip(flat(&values[1..]));
        let rounding = pairs.map(|(all, kept)| (all - kept).powi(2)).sum::<f64>();
        Height {
            slope: squares(&with_rounding[1..]).sqrt(),
            rounding: rounding.sqrt(),
            values,
        }
    }

    /// Infinite outside of the domain.
    fn value(&self) -> Option<f64> {
        self.values.first()?.as_scalar()
    }
}

impl<'e> Function<'e> {
    /// Roots: h and its slopes by variable; then, as often as there are such, the same of functions whose
    /// terms are as large as those of h, but do not cancel.
    pub(super) fn new(
        problem: &'e Problem,
        graph: &Graph,
        roots: &[ExprId],
        has_kinks: bool,
    ) -> Self {
        Function {
            problem,
            tape: RefCell::new(Tape::new(graph, &[roots])),
            shapes: roots.iter().map(|&root| graph.shape(root)).collect(),
            has_kinks,
        }
    }

    fn roots_at(&self, point: &[Arc<Matrix>]) -> Vec<Arc<Matrix>> {
        let mut tape = self.tape.borrow_mut();
        for (k, value) in point.iter().enumerate() {
            if let Some(slot) = tape.input(VariableId(k as u32)) {
                slot.copy_from_slice(&value.entries());
            }
        }
        tape.run(0);
        let roots = self.shapes.iter().enumerate();
        let matrix = |(k, shape): (usize, &Shape)| {
            Arc::new(Matrix::from_columns(*shape, tape.root(0, k).to_vec()))
        };
        roots.map(matrix).collect()
    }

    fn at(&self, point: &[Arc<Matrix>]) -> Height {
        let values = self.roots_at(point);
        let mut mixtures = values.chunks(1 + point.len()).map(<[_]>::to_vec);
        let mut own = mixtures.next().unwrap_or_default();
        keep_structure(self.problem, &mut own[1..]);
        let all = own.clone();
        mixtures.for_each(|mut terms| {
            keep_structure(self.problem, &mut terms[1..]);
            own = without_rounding(&own, &terms);
        });
        Height::new(own, &all)
    }

    fn point(&self, entries: &[f64]) -> Vec<Arc<Matrix>> {
        let mut start = 0;
        let variables = self.problem.variables.iter();
        let matrices = variables.map(|variable| {
            let end = start + variable.shape.size();
            let column = entries[start..end].to_vec();
            start = end;
            Arc::new(Matrix::from_columns(variable.shape, column))
        });
        matrices.collect()
    }

    /// By descent until h(x)/|h'(x)| is large, which for affine h holds at once; where no step descends, as
    /// at a kink, the slopes around tell. `None` when h falls to zero.
    pub(super) fn lowest(
        &mut self,
        mut start: Vec<Arc<Matrix>>,
        least_radius: f64,
    ) -> Option<Lowest> {
        keep_structure(self.problem, &mut start);
        let mut point = Point::at(self, flat(&start).collect());
        if !point.is_finite() {
            return None;
        }
        let mut enough = |point: &Point| match point.value > 0.0 {
            true => point.value / least_radius,
            false => f64::INFINITY,
        };
        let budget = Budget::new(&Settings::default());
        let steps = (MOST_PASSED / self.tape.borrow().entries().max(1)).min(DESCENT_STEPS);
        minimise(self, &mut point, &mut enough, true, steps, &budget);
        let point = self.point(&point.x);
        let height = self.at(&point);
        let value = height.value().filter(|v| v.is_finite() && *v > 0.0)?;
        let radius = value / squares(&height.values[1..]).sqrt();
        let out = LEAST_RADIUS.max(BESIDE * largest(&point));
        let proves = value > out * height.slope
            && radius > least_radius
            && self.stays_positive(&point, flat(&height.values[1..]), radius);
        match proves {
            true => Some(Lowest { value, radius }),
            false => self.around(&point, least_radius),
        }
    }

    /// A bound of h from below by its slopes at points around.
    fn around(&self, point: &[Arc<Matrix>], least_radius: f64) -> Option<Lowest> {
        let entries: usize = point.iter().map(|v| v.shape().size()).sum();
        if entries > MOST_ENTRIES || !self.has_kinks {
            return None;
        }
        let mut near = Near::new(self, point)?;
        for k in 0..2 * entries {
            let distance = if k < entries { AROUND } else { -AROUND };
            near.add(|e| if e == k % entries { distance } else { 0.0 })?;
        }
        // A kink for each of many terms has more faces than there are entries: those that the slope asks for follow.
        for _ in 0..MOST_TURNS {
            let (value, slope) = near.cuts.lower_bound();
            let (length, radius) = (slope.norm(), value / slope.norm());
            if value > BESIDE * near.size * near.rounding
                && radius > least_radius
                && self.stays_positive(point, slope.iter().copied(), radius)
            {
                return Some(Lowest { value, radius });
            }
            if near.cuts.is_spent() || !near.add(|e| -AROUND * slope[e] / length)? {
                break;
            }
        }
        None
    }

    /// Whether h stays positive against its slope, beyond the radius that the slope allows.
    fn stays_positive(
        &self,
        point: &[Arc<Matrix>],
        slope: impl Iterator<Item = f64>,
        radius: f64,
    ) -> bool {
        let slope: Vec<f64> = slope.collect();
        let length = slope.iter().map(|g| g * g).sum::<f64>().sqrt();
        if length == 0.0 {
            return true;
        }
        let far = FAR_OUT.into_iter().filter(|t| *t > radius);
        std::iter::once(2.0 * radius).chain(far).all(|t| {
            let there = mapped(point, |k, x| x - t * slope[k] / length);
            self.at(&there).value().is_some_and(|v| v > 0.0)
        })
    }
}

/// Slopes of h near one point.
struct Near<'f, 'e> {
    function: &'f Function<'e>,
    point: &'f [Arc<Matrix>],
    /// Of the point, at least 1.
    size: f64,
    cuts: Cuts,
    /// The largest.
    rounding: f64,
}

impl<'f, 'e> Near<'f, 'e> {
    fn new(function: &'f Function<'e>, point: &'f [Arc<Matrix>]) -> Option<Self> {
        let here = function.at(point);
        let mut cuts = Cuts::default();
        cuts.add(Cut::new(&here.values, point)?);
        Some(Near {
            function,
            point,
            size: largest(point).max(1.0),
            cuts,
            rounding: here.rounding,
        })
    }

    /// That at the point moved by so much of its size; whether there is none like it.
    fn add(&mut self, moved: impl Fn(usize) -> f64) -> Option<bool> {
        let mut near = mapped(self.point, |e, x| x + self.size * moved(e));
        keep_structure(self.function.problem, &mut near);
        let there = self.function.at(&near);
        self.rounding = self.rounding.max(there.rounding);
        Some(self.cuts.add(Cut::new(&there.values, &near)?))
    }
}

impl Smooth for Function<'_> {
    fn size(&self) -> usize {
        let variables = self.problem.variables.iter();
        variables.map(|v| v.shape.size()).sum()
    }

    fn evaluate(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let height = self.at(&self.point(x));
        let slopes = flat(&height.values[1..]);
        gradient.iter_mut().zip(slopes).for_each(|(g, s)| *g = s);
        height.value().unwrap_or(f64::INFINITY)
    }
}

/// Projects onto the symmetric or diagonal matrices that a variable ranges over.
fn keep_structure(problem: &Problem, values: &mut [Arc<Matrix>]) {
    for (variable, value) in problem.variables.iter().zip(values) {
        let kept = match variable.structure {
            Structure::Full => continue,
            Structure::Symmetric => Matrix::Dense(symmetric_part(value)),
            Structure::Diagonal => diagonal_part(value),
        };
        *value = Arc::new(kept);
    }
}

fn diagonal_part(matrix: &Matrix) -> Matrix {
    let entries: Vec<f64> = (0..matrix.shape().rows).map(|i| matrix.get(i, i)).collect();
    Matrix::Sparse(SparseMatrix::diagonal(&entries))
}

/// The value and the slopes, zeros for what is nothing beside its terms.
fn without_rounding(values: &[Arc<Matrix>], terms: &[Arc<Matrix>]) -> Vec<Arc<Matrix>> {
    let mut terms = flat(terms);
    mapped(values, |k, value| {
        let share = if k == 0 { NO_EXCESS } else { CANCELLED };
        let size = terms.next().unwrap_or(0.0).abs();
        let is_rounding = size.is_finite() && value.abs() <= share * size;
        if is_rounding { 0.0 } else { value }
    })
}

fn squares(slopes: &[Arc<Matrix>]) -> f64 {
    flat(slopes).map(|g| g * g).sum()
}
