//! Values of variables and duals as text.

use super::number::{fixed, significant};
use crate::matrix::Matrix;
use std::fmt::Write;

/// Longer vectors and taller matrices are abbreviated unless all entries are asked for.
const LONGEST_VECTOR: usize = 12;
const LARGEST_SIDE: usize = 8;
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

/// A scalar, `[1, 2, …]`, or the rows of a matrix on lines of their own.
pub fn value_text(value: &Matrix, full: bool) -> String {
    let shape = value.shape();
    if let Some(number) = value.as_scalar() {
        return significant(number, 8);
    }
    let scale = value.stored().iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let decimals = decimals(scale);
    if shape.is_column() {
        return format!(
            "[{}]",
            list(shape.rows, full, LONGEST_VECTOR, |k| {
                fixed(value.get(k, 0), decimals)
            })
        );
    }
    let rows: Vec<String> = picked(shape.rows, full, LARGEST_SIDE)
        .map(|row| match row {
            Some(i) => list(shape.cols, full, LARGEST_SIDE, |j| {
                fixed(value.get(i, j), decimals)
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

fn decimals(scale: f64) -> usize {
    if scale == 0.0 || !scale.is_finite() {
        return 0;
    }
    (DIGITS - 1 - scale.log10().floor() as i32).clamp(0, 15) as usize
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
