//! Where the objective is not defined: grey, hatched.

use super::{Chart, Drawn, FINE, THIN, palette};
use plotters::prelude::*;

/// From one slanted line to the next, in pixels.
const APART: i32 = 9 * FINE as i32;

/// Fills rectangles, given by opposite corners, so that the hatching runs on from one to the next.
pub fn hatch(chart: &mut Chart<'_, '_>, rectangles: &[[(f64, f64); 2]]) -> Drawn {
    let fill = |corners: &[(f64, f64); 2]| Rectangle::new(*corners, palette::OUTSIDE.filled());
    chart.draw_series(rectangles.iter().map(fill))?;
    let area = chart.plotting_area().strip_coord_spec();
    let base = area.get_base_pixel();
    for corners in rectangles {
        let [a, b] = corners.map(|corner| {
            let (x, y) = chart.plotting_area().map_coordinate(&corner);
            (x - base.0, y - base.1)
        });
        let (x, y) = ((a.0.min(b.0), a.0.max(b.0)), (a.1.min(b.1), a.1.max(b.1)));
        for line in slanted(x, y) {
            area.draw(&PathElement::new(line, palette::HATCH.stroke_width(THIN)))?;
        }
    }
    Ok(())
}

/// The lines x + y = k*APART inside a rectangle.
fn slanted(x: (i32, i32), y: (i32, i32)) -> impl Iterator<Item = [(i32, i32); 2]> {
    let sums = (x.0 + y.0).div_euclid(APART) + 1..=(x.1 + y.1).div_euclid(APART);
    sums.map(move |k| {
        let sum = k * APART;
        let (left, right) = (x.0.max(sum - y.1), x.1.min(sum - y.0));
        [(left, sum - left), (right, sum - right)]
    })
}
