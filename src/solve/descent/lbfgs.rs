//! L-BFGS: quasi-Newton steps from the last few changes of the gradient.
//!
//! J. Nocedal, "Updating quasi-Newton matrices with limited storage", 1980.

use super::budget::Budget;
use super::line_search::{Point, Search, search};
use super::oracle::Smooth;
use super::tape::product::dot;
use std::collections::VecDeque;

/// Changes remembered.
const MEMORY: usize = 15;

/// Pairs of steps s and gradient changes y with 1/(s'y).
#[derive(Clone, Debug, Default)]
pub struct Memory {
    pairs: VecDeque<(Vec<f64>, Vec<f64>, f64)>,
    weights: Vec<f64>,
}

impl Memory {
    pub fn clear(&mut self) {
        self.pairs.clear();
    }

    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Remembers a step where the curvature is positive; the oldest buffers are used again.
    pub fn push(&mut self, from: &Point, to: &Point) {
        let (mut s, mut y, _) = if self.pairs.len() == MEMORY {
            self.pairs.pop_front().unwrap_or_default()
        } else {
            Default::default()
        };
        difference(&to.x, &from.x, &mut s);
        difference(&to.gradient, &from.gradient, &mut y);
        let curvature = dot(&s, &y);
        if curvature > 1e-16 * dot(&y, &y).sqrt() * dot(&s, &s).sqrt() {
            self.pairs.push_back((s, y, 1.0 / curvature));
        }
    }

    /// direction = -H*gradient by the two-loop recursion.
    pub fn direction(&mut self, gradient: &[f64], direction: &mut Vec<f64>) {
        direction.clear();
        direction.extend(gradient.iter().map(|g| -g));
        self.weights.clear();
        for (s, y, rho) in self.pairs.iter().rev() {
            let weight = rho * dot(s, direction);
            self.weights.push(weight);
            add_scaled(-weight, y, direction);
        }
        if let Some((_, y, rho)) = self.pairs.back() {
            let scale = 1.0 / (rho * dot(y, y));
            direction.iter_mut().for_each(|d| *d *= scale);
        }
        for ((s, y, rho), weight) in self.pairs.iter().zip(self.weights.iter().rev()) {
            let correction = weight - rho * dot(y, direction);
            add_scaled(correction, s, direction);
        }
    }
}

fn difference(a: &[f64], b: &[f64], out: &mut Vec<f64>) {
    out.clear();
    out.extend(a.iter().zip(b).map(|(a, b)| a - b));
}

/// out += factor*v.
pub fn add_scaled(factor: f64, v: &[f64], out: &mut [f64]) {
    out.iter_mut().zip(v).for_each(|(o, v)| *o += factor * v);
}

/// |v|, also where squares of its entries leave the numbers of the machine.
pub fn norm(v: &[f64]) -> f64 {
    let squares = dot(v, v);
    if squares.is_normal() || squares.is_nan() {
        return squares.sqrt();
    }
    let largest = v.iter().fold(0.0, |m: f64, entry| m.max(entry.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return squares.sqrt();
    }
    let scaled: f64 = v.iter().map(|entry| (entry / largest).powi(2)).sum();
    largest * scaled.sqrt()
}

/// Why the iteration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The gradient is as small as asked.
    Converged,
    /// No step made progress: the limit of rounding, or a function that is not smooth.
    Stalled,
    /// The function falls without end.
    Endless,
    /// Iterations, time or the user ended it.
    Limit,
}

/// How a minimisation went.
#[derive(Clone, Debug)]
pub struct Descent {
    pub end: End,
    pub iterations: usize,
    /// The last one searched.
    pub direction: Vec<f64>,
}

/// Minimises from `point` until |gradient| <= `target(point)`.
pub fn minimise(
    function: &mut dyn Smooth,
    point: &mut Point,
    target: &mut dyn FnMut(&Point) -> f64,
    convex: bool,
    most: usize,
    budget: &Budget,
) -> Descent {
    let mut direction = Vec::with_capacity(point.x.len());
    let (end, iterations) = iterate(
        function,
        point,
        target,
        convex,
        most,
        budget,
        &mut direction,
    );
    Descent {
        end,
        iterations,
        direction,
    }
}

fn iterate(
    function: &mut dyn Smooth,
    point: &mut Point,
    target: &mut dyn FnMut(&Point) -> f64,
    convex: bool,
    most: usize,
    budget: &Budget,
    direction: &mut Vec<f64>,
) -> (End, usize) {
    let mut memory = Memory::default();
    let mut trial = point.clone();
    for iteration in 0..most {
        let size = norm(&point.gradient);
        if size <= target(point) {
            return (End::Converged, iteration);
        }
        if budget.is_spent() {
            return (End::Limit, iteration);
        }
        memory.direction(&point.gradient, direction);
        let first = if memory.is_empty() {
            first_step(point, size)
        } else {
            1.0
        };
        let mut found = search(function, point, direction, first, convex, &mut trial);
        if found == Search::Failed && !memory.is_empty() {
            memory.clear();
            memory.direction(&point.gradient, direction);
            let first = first_step(point, size);
            found = search(function, point, direction, first, convex, &mut trial);
        }
        match found {
            Search::Step(_) => {
                memory.push(&trial, point);
                budget.count_iteration();
            }
            Search::Endless => return (End::Endless, iteration),
            Search::Failed => return (End::Stalled, iteration),
        }
    }
    (End::Limit, most)
}

/// A first step of one percent of the point's size, or of unit length from zero.
fn first_step(point: &Point, gradient: f64) -> f64 {
    let size = norm(&point.x);
    let length = if size > 0.0 { 0.01 * size } else { 1.0 };
    let drop = if point.value == 0.0 {
        f64::INFINITY
    } else {
        point.value.abs() / gradient
    };
    length.min(drop) / gradient
}
