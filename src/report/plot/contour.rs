//! Two unknowns: filled levels of the objective, and the path of each method.

use super::axis::Axis;
use super::isolines::Grid;
use super::scene::Scene;
use super::window::range;
use super::{
    Area, CROSS, Chart, FINE, MAP, THICK, THIN, chart, color_key, palette, region, stroke,
};
use crate::solve::descent::oracle::Smooth;
use plotters::prelude::*;

const CELLS: (usize, usize) = (140, 120);
const LEVELS: usize = 14;
/// Iterates get a dot each up to this many.
const MOST_DOTS: usize = 60;
/// Width of the key to the colours.
const KEY: u32 = 92 * FINE;

/// A rectangle of cells by opposite corners, and its band: `None` where the objective is not defined.
type Run = ([(f64, f64); 2], Option<usize>);

/// Whether the objective is defined on all that is shown.
pub fn draw(scene: &mut Scene<'_>, area: &Area<'_>) -> Result<bool, Box<dyn std::error::Error>> {
    let (x, y) = (range(scene, 0), range(scene, 1));
    let mut slope = [0.0; 2];
    let objective = &mut scene.objective;
    // Small is good, whether minimised or maximised.
    let grid = Grid::new(x, y, CELLS, |px, py| {
        objective.evaluate(&[px, py], &mut slope)
    });
    let levels = levels(&grid);
    let (map, key) = area.split_horizontally(MAP - KEY);
    let axes = (Axis::level(x, (MAP - KEY) / FINE - 90), Axis::upright(y));
    let names = (name(scene, 0), name(scene, 1));
    let mut chart = chart(
        &map,
        "objective and path",
        axes,
        (&names.0, &names.1),
        false,
    )?;
    let whole = ground(&mut chart, &grid, &levels)?;
    for curve in &scene.curves {
        let points: Vec<(f64, f64)> = curve.trace.iter().map(|i| (i.x[0], i.x[1])).collect();
        stroke::path(&mut chart, curve, &points, (x, y), MOST_DOTS)?;
    }
    let marks = scene.marks.iter().map(|mark| (mark[0], mark[1]));
    let seen = marks.filter(|&mark| super::clip::is_inside(mark, (x, y)));
    chart.draw_series(seen.map(|mark| Cross::new(mark, CROSS, BLACK.stroke_width(THICK))))?;
    color_key::draw(&key, &levels, scene.objective.sign)?;
    Ok(whole)
}

fn name(scene: &Scene<'_>, k: usize) -> String {
    scene.names.get(k).cloned().unwrap_or_default()
}

/// The levels, lines between them, and what lies outside the domain.
fn ground(
    chart: &mut Chart<'_, '_>,
    grid: &Grid,
    levels: &[f64],
) -> Result<bool, Box<dyn std::error::Error>> {
    let (inside, outside): (Vec<Run>, Vec<Run>) = bands(grid, levels)
        .into_iter()
        .partition(|(_, band)| band.is_some());
    chart.draw_series(inside.into_iter().map(|(corners, band)| {
        let color = palette::level(share(band.unwrap_or(0), levels));
        Rectangle::new(corners, color.filled())
    }))?;
    let outside: Vec<[(f64, f64); 2]> = outside.into_iter().map(|(corners, _)| corners).collect();
    region::hatch(chart, &outside)?;
    for level in levels {
        for line in grid.isolines(*level) {
            chart.draw_series(LineSeries::new(line, WHITE.mix(0.7).stroke_width(THIN)))?;
        }
    }
    Ok(outside.is_empty())
}

/// Where a band stands between the best, 0, and the worst, 1.
pub fn share(band: usize, levels: &[f64]) -> f64 {
    band as f64 / levels.len().max(1) as f64
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
fn bands(grid: &Grid, levels: &[f64]) -> Vec<Run> {
    let band = |i, j| {
        let value = grid.middle(i, j);
        value
            .is_finite()
            .then(|| levels.partition_point(|level| *level < value))
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
