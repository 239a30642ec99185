//! Two unknowns: filled levels of the objective, and the path of each method.

use super::isolines::Grid;
use super::window::{best, range};
use super::{
    Area, CAPTION, CROSS, DOT, Drawn, FINE, LABEL, LABELS_BELOW, MARGIN, THICK, THIN, TICK, palette,
};
use crate::solve::descent::methods::{Iterate, Lecture};
use crate::solve::descent::oracle::Smooth;
use plotters::prelude::*;

const CELLS: (usize, usize) = (140, 120);
const LEVELS: usize = 14;
/// Iterates get a dot each up to this many.
const MOST_DOTS: usize = 60;

pub fn draw(lecture: &mut Lecture, names: &[String], area: &Area<'_>) -> Drawn {
    let (x, y) = (range(lecture, 0), range(lecture, 1));
    let sign = lecture.objective.sign;
    let mut slope = [0.0; 2];
    let objective = &mut lecture.objective;
    let grid = Grid::new(x, y, CELLS, |px, py| {
        sign * objective.evaluate(&[px, py], &mut slope)
    });
    let levels = levels(&grid);
    let mut chart = ChartBuilder::on(area)
        .margin(MARGIN)
        .x_label_area_size(LABELS_BELOW)
        .y_label_area_size(56 * FINE)
        .caption("objective and path", CAPTION)
        .build_cartesian_2d(x.0..x.1, y.0..y.1)?;
    chart.draw_series(bands(&grid, &levels).into_iter().map(|(corners, band)| {
        let share = band as f64 / levels.len().max(1) as f64;
        Rectangle::new(corners, palette::level(share).filled())
    }))?;
    for level in &levels {
        for line in grid.isolines(*level) {
            chart.draw_series(LineSeries::new(line, WHITE.mix(0.7).stroke_width(THIN)))?;
        }
    }
    chart
        .configure_mesh()
        .disable_mesh()
        .axis_style(BLACK.stroke_width(THIN))
        .label_style(LABEL)
        .set_all_tick_mark_size(TICK)
        .x_desc(names.first().map_or("", String::as_str))
        .y_desc(names.get(1).map_or("", String::as_str))
        .draw()?;
    for (k, told) in lecture.told.iter().enumerate() {
        let path = visible(&told.run.trace, x, y);
        let color = palette::method(k);
        chart.draw_series(LineSeries::new(path.clone(), color.stroke_width(THICK)))?;
        let dots = if path.len() <= MOST_DOTS {
            path.len()
        } else {
            1
        };
        chart.draw_series(
            path.iter()
                .take(dots)
                .map(|p| Circle::new(*p, DOT, color.filled())),
        )?;
    }
    let goal = best(lecture);
    if let [px, py] = goal[..] {
        chart.draw_series([Cross::new((px, py), CROSS, BLACK.stroke_width(THICK))])?;
    }
    Ok(())
}

/// Values with nearly equal areas between them, closer together near the lowest.
fn levels(grid: &Grid) -> Vec<f64> {
    let finite = grid.values.iter().copied().filter(|v| v.is_finite());
    let mut values: Vec<f64> = finite.collect();
    values.sort_by(f64::total_cmp);
    if values.is_empty() {
        return values;
    }
    let pick = |k: usize| {
        let share = (k as f64 / LEVELS as f64).powf(1.5);
        values[((values.len() - 1) as f64 * share) as usize]
    };
    let mut levels: Vec<f64> = (1..LEVELS).map(pick).collect();
    levels.dedup();
    levels
}

/// Cells of the same band side by side as one rectangle.
fn bands(grid: &Grid, levels: &[f64]) -> Vec<([(f64, f64); 2], usize)> {
    let band = |i, j| {
        let value = grid.middle(i, j);
        let value = if value.is_nan() { f64::INFINITY } else { value };
        levels.partition_point(|level| *level < value)
    };
    let mut runs = Vec::new();
    for j in 0..grid.cells.1 {
        let mut start = 0;
        for i in 1..=grid.cells.0 {
            if i < grid.cells.0 && band(i, j) == band(start, j) {
                continue;
            }
            let low = grid.corner(start as f64, j as f64);
            let high = grid.corner(beyond(i, grid.cells.0), beyond(j + 1, grid.cells.1));
            runs.push(([low, high], band(start, j)));
            start = i;
        }
    }
    runs
}

/// A little over the edge of the cell: what is drawn next covers it, and no seam is left between.
fn beyond(edge: usize, cells: usize) -> f64 {
    (edge as f64 + 0.2).min(cells as f64)
}

/// The path up to where it leaves the window.
fn visible(trace: &[Iterate], x: (f64, f64), y: (f64, f64)) -> Vec<(f64, f64)> {
    let mut path: Vec<(f64, f64)> = Vec::new();
    for iterate in trace {
        let point = (iterate.x[0], iterate.x[1]);
        let inside = (x.0..=x.1).contains(&point.0) && (y.0..=y.1).contains(&point.1);
        if inside {
            path.push(point);
            continue;
        }
        if let Some(&last) = path.last() {
            path.extend(edge(last, point, x, y));
        }
        break;
    }
    path
}

/// Where the way from a point inside to one outside crosses the edge.
fn edge(from: (f64, f64), to: (f64, f64), x: (f64, f64), y: (f64, f64)) -> Option<(f64, f64)> {
    let share = |from: f64, to: f64, range: (f64, f64)| {
        let end = if to > from { range.1 } else { range.0 };
        if to == from {
            1.0
        } else {
            ((end - from) / (to - from)).min(1.0)
        }
    };
    let t = share(from.0, to.0, x).min(share(from.1, to.1, y));
    let point = (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
    let clamp = |v: f64, range: (f64, f64)| v.clamp(range.0, range.1);
    (point.0.is_finite() && point.1.is_finite()).then(|| (clamp(point.0, x), clamp(point.1, y)))
}
