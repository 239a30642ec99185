//! The distinct points that many starts led to.

use super::number::{compact, significant};
use super::table::table;
use super::values::short_vector;
use crate::problem::Problem;
use crate::solve::descent::methods::{Place, kind};
use std::fmt::Write;

/// More places are counted, not listed.
pub const MOST_PLACES: usize = 20;

/// A table, the best first, and what each of them is; nothing where one start alone led to one place.
pub fn places_text(problem: &Problem, places: &[Place]) -> String {
    let reached: usize = places.iter().map(|place| place.reached).sum();
    if reached < 2 {
        return String::new();
    }
    let listed = &places[..places.len().min(MOST_PLACES)];
    let mut kinds: Vec<String> = Vec::new();
    let mut number = |place: &Place| {
        let text = kind(problem, place);
        let known = kinds.iter().position(|kind| *kind == text);
        known.unwrap_or_else(|| {
            kinds.push(text);
            kinds.len() - 1
        })
    };
    let numbers: Vec<usize> = listed.iter().map(&mut number).collect();
    let shown = |number: usize| match kinds.len() {
        1 => String::new(),
        _ => mark(number),
    };
    let mut rows = vec![head(problem)];
    let pairs = listed.iter().zip(&numbers);
    rows.extend(pairs.map(|(place, &number)| row(problem, place, shown(number))));
    let mut text = format!("\n{}", table(&rows, 2));
    if places.len() > MOST_PLACES {
        let _ = writeln!(text, "  and {} more", places.len() - MOST_PLACES);
    }
    text.push('\n');
    for (number, kind) in kinds.iter().enumerate() {
        let _ = match (kinds.len(), places.len()) {
            (1, 1) => writeln!(text, "  it is {kind}"),
            (1, _) => writeln!(text, "  each is {kind}"),
            _ => writeln!(text, "  {} {kind}", mark(number)),
        };
    }
    text
}

/// "(a)", "(b)".
fn mark(number: usize) -> String {
    let letter = char::from(b'a' + (number % 26) as u8);
    format!("({letter})")
}

fn head(problem: &Problem) -> Vec<String> {
    cells(
        problem,
        ["objective", "reached", "violation", "gradient", "", "at"].map(str::to_owned),
    )
}

fn row(problem: &Problem, place: &Place, mark: String) -> Vec<String> {
    cells(
        problem,
        [
            significant(place.value, 9),
            times(place.reached),
            compact(place.violation),
            compact(place.gradient_norm),
            mark,
            short_vector(&place.x),
        ],
    )
}

/// "once", "3 times".
pub fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}

/// Without an objective where there is none, and without violations where nothing can be violated.
fn cells(problem: &Problem, cells: [String; 6]) -> Vec<String> {
    let keeps = [
        problem.objective.expression.is_some(),
        true,
        !problem.constraints.is_empty(),
        true,
        true,
        true,
    ];
    let kept = cells.into_iter().zip(keeps).filter(|(_, keep)| *keep);
    kept.map(|(cell, _)| cell).collect()
}
