//! A counterexample in words.

use super::simplify::significant;
use super::{Counterexample, Kind, Point};
use crate::expr::Printed;
use crate::matrix::Matrix;
use crate::problem::Problem;
use std::fmt::Write;

/// Entries printed of one variable.
const MOST_ENTRIES: usize = 8;

impl Counterexample {
    /// The two points, the point between, and the values, in a few lines.
    pub(in crate::convexity) fn describe(&self, problem: &Problem) -> String {
        let [a, b, m] = self.values.map(|v| Printed::number(significant(v, 5)));
        let chord = self.weight * self.values[0] + (1.0 - self.weight) * self.values[1];
        let chord = Printed::number(significant(chord, 5));
        let (first, second) = (
            self.point(problem, &self.first),
            self.point(problem, &self.second),
        );
        let place = if self.weight == 0.5 {
            "midway"
        } else {
            "in between"
        };
        let mut text = String::new();
        match self.kind {
            Kind::Above | Kind::Below => {
                let above = if self.kind == Kind::Above {
                    "above"
                } else {
                    "below"
                };
                let _ = write!(
                    text,
                    "it is {a} at {first} and {b} at {second}, but {m} {place}, {above} the straight line between ({chord})"
                );
            }
            Kind::Outside => {
                let _ = write!(
                    text,
                    "{first} and {second} satisfy it, but the point {place} misses it by {m}"
                );
            }
        }
        text
    }

    fn point(&self, problem: &Problem, point: &Point) -> String {
        let parts = self.variables.iter().map(|&k| {
            let name = &problem.variables[k].name;
            format!("{name} = {}", entries_text(&point[k]))
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

fn entries_text(value: &Matrix) -> String {
    let number = |v: f64| Printed::number(significant(v, 4));
    if let Some(scalar) = value.as_scalar() {
        return number(scalar);
    }
    let shape = value.shape();
    if shape.size() > MOST_ENTRIES {
        let first: Vec<String> = value.entries().iter().take(4).map(|&v| number(v)).collect();
        return format!("[{}; …]", first.join("; "));
    }
    let rows = (0..shape.rows).map(|i| {
        let row = (0..shape.cols).map(|j| number(value.get(i, j)));
        row.collect::<Vec<_>>().join(", ")
    });
    format!("[{}]", rows.collect::<Vec<_>>().join("; "))
}
