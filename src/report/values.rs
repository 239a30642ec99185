//! Values of variables and duals as text.

use super::number::{PLAIN, fixed, magnitude, significant};
use crate::matrix::Matrix;
use std::fmt::Write;

/// Longer vectors and taller matrices are abbreviated unless all entries are asked for.
const LONGEST_VECTOR: usize = 12;
const LARGEST_SIDE: usize = 8;
/// Points in tables are shown for so many unknowns.
const LONGEST_IN_TABLE: usize = 6;
/// Significant digits of the largest entry.
const DIGITS: i32 = 7;

/// `name  value` lines, values aligned; matrices take several lines.
pub fn named_values<'v>(
    values: impl Iterator<Item = (String, &'v Matrix)>,
    full: bool,
    indent: usize,
) -> String {
    let values: Vec<(String, &Matrix)> = values.collect();
    let width = values
        .iter()
        .map(|(n, _)| n.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (name, value) in values {
        let padding = width - name.chars().count() + 2;
        let margin = indent + width + 2;
        let shown = value_text(value, full).replace('\n', &format!("\n{}", " ".repeat(margin)));
        let _ = writeln!(
            text,
            "{}{name}{}{shown}",
            " ".repeat(indent),
            " ".repeat(padding)
        );
    }
    text
}

/// `[1, 2]`, every entry to so many digits.
pub fn vector(entries: &[f64], digits: usize) -> String {
    let entries: Vec<String> = entries.iter().map(|e| significant(*e, digits)).collect();
    format!("[{}]", entries.join(", "))
}

/// A point as a cell of a table.
pub fn short_vector(x: &[f64]) -> String {
    if x.len() <= LONGEST_IN_TABLE {
        return vector(x, 7);
    }
    let head = vector(&x[..LONGEST_IN_TABLE - 1], 7);
    format!("{}, …]", head.trim_end_matches(']'))
}

/// A scalar, `[1, 2, …]`, or the rows of a matrix on lines of their own.
pub fn value_text(value: &Matrix, full: bool) -> String {
    let shape = value.shape();
    if let Some(number) = value.as_scalar() {
        return significant(number, 8);
    }
    let finite = value.stored().iter().filter(|v| v.is_finite());
    let scale = finite.fold(0.0, |m: f64, v| m.max(v.abs()));
    if shape.is_column() {
        return format!(
            "[{}]",
            list(shape.rows, full, LONGEST_VECTOR, |k| {
                entry_text(value.get(k, 0), scale)
            })
        );
    }
    let rows: Vec<String> = picked(shape.rows, full, LARGEST_SIDE)
        .map(|row| match row {
            Some(i) => list(shape.cols, full, LARGEST_SIDE, |j| {
                entry_text(value.get(i, j), scale)
            }),
            None => "…".to_owned(),
        })
        .collect();
    let size = if rows.len() < shape.rows {
        format!("  ({} x {})", shape.rows, shape.cols)
    } else {
        String::new()
    };
    format!("[{}]{size}", rows.join(";\n "))
}

/// An entry beside a largest one of size `scale`, whose digits are all shown.
fn entry_text(value: f64, scale: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return significant(value, 1);
    }
    let largest = magnitude(scale);
    if PLAIN.contains(&largest) {
        return fixed(value, (DIGITS - 1 - largest).clamp(0, 15) as usize);
    }
    match DIGITS + magnitude(value) - largest {
        digits @ 1.. => significant(value, digits as usize),
        _ => "0".to_owned(),
    }
}

fn list(count: usize, full: bool, most: usize, entry: impl Fn(usize) -> String) -> String {
    let entries: Vec<String> = picked(count, full, most)
        .map(|k| k.map_or_else(|| "…".to_owned(), &entry))
        .collect();
    entries.join(", ")
}

/// Positions to show; `None` stands for those left out.
fn picked(count: usize, full: bool, most: usize) -> impl Iterator<Item = Option<usize>> {
    let all = full || count <= most;
    let head = if all { count } else { most - 3 };
    let tail = if all { 0 } else { 2 };
    (0..head)
        .map(Some)
        .chain((!all).then_some(None))
        .chain((count - tail..count).map(Some))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(entries: &[f64]) -> String {
        value_text(&Matrix::vector(entries.to_vec()), false)
    }

    #[test]
    fn entries_share_the_digits_of_the_largest() {
        assert_eq!(shown(&[1.0 / 3.0, 1e-9, -2.0]), "[0.333333, 0, -2]");
        assert_eq!(shown(&[0.0, 0.0]), "[0, 0]");
    }

    #[test]
    fn very_small_and_large_entries_have_exponents() {
        assert_eq!(shown(&[1.25e-7, -3e-9, 4e-15]), "[1.25e-7, -3e-9, 0]");
        assert_eq!(shown(&[2.5e20, 1.0]), "[2.5e20, 0]");
        assert_eq!(shown(&[f64::INFINITY, 1.5]), "[inf, 1.5]");
    }
}
