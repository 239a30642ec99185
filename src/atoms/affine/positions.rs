//! Positions in a matrix, zero-based and down the columns, as `.opt` index text.

use crate::shape::Shape;

/// Longer lists of positions are cut.
const LONGEST_LIST: usize = 8;

/// What stands in the brackets when the entries at `positions` of a matrix of shape `source` form
/// one of shape `result`.
pub(crate) fn index_text(positions: &[usize], source: Shape, result: Shape) -> String {
    if source.is_column() {
        return axis_text(positions, source.rows);
    }
    match rows_and_columns(positions, source, result) {
        Some((rows, cols)) => format!(
            "{}, {}",
            axis_text(&rows, source.rows),
            axis_text(&cols, source.cols)
        ),
        None => "…".to_owned(),
    }
}

/// The rows and columns whose crossings are the positions, when there are such.
pub(crate) fn rows_and_columns(
    positions: &[usize],
    source: Shape,
    result: Shape,
) -> Option<(Vec<usize>, Vec<usize>)> {
    if positions.len() != result.size() || positions.is_empty() {
        return None;
    }
    let rows: Vec<usize> = positions[..result.rows]
        .iter()
        .map(|p| p % source.rows)
        .collect();
    let cols: Vec<usize> = positions
        .iter()
        .step_by(result.rows)
        .map(|p| p / source.rows)
        .collect();
    let crossing = |k: usize| rows[k % result.rows] + source.rows * cols[k / result.rows];
    let fits = positions.iter().enumerate().all(|(k, &p)| p == crossing(k));
    fits.then_some((rows, cols))
}

/// `3`, `2..5`, `1..9 by 2`, `:` or a list.
fn axis_text(picks: &[usize], length: usize) -> String {
    if picks.len() == length && picks.len() > 1 && picks.iter().enumerate().all(|(k, &p)| p == k) {
        return ":".to_owned();
    }
    match (picks, step(picks)) {
        ([p], _) => format!("{}", p + 1),
        ([first, .., last], Some(1)) => format!("{}..{}", first + 1, last + 1),
        ([first, .., last], Some(step)) => format!("{}..{} by {step}", first + 1, last + 1),
        _ if picks.len() <= LONGEST_LIST => {
            let list: Vec<String> = picks.iter().map(|p| format!("{}", p + 1)).collect();
            format!("[{}]", list.join(", "))
        }
        _ => "…".to_owned(),
    }
}

/// The common difference of positions that rise evenly.
pub(crate) fn step(picks: &[usize]) -> Option<usize> {
    let step = picks.get(1)?.checked_sub(*picks.first()?)?;
    let even = picks
        .windows(2)
        .all(|pair| pair[1].checked_sub(pair[0]) == Some(step));
    (step > 0 && even).then_some(step)
}
