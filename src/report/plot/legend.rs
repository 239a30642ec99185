//! Which colour is which method, in a strip above the picture.

use super::{Area, Drawn, FINE, palette};
use crate::solve::descent::methods::Lecture;
use plotters::prelude::*;

/// Names side by side.
const COLUMNS: usize = 2;
const ROW: u32 = 20 * FINE;
const UNIT: i32 = FINE as i32;
const LEFT: i32 = 24 * UNIT;

/// The strip's height.
pub fn height(lecture: &Lecture) -> u32 {
    ROW * lecture.told.len().div_ceil(COLUMNS) as u32 + 10 * FINE
}

pub fn draw(lecture: &Lecture, area: &Area<'_>) -> Drawn {
    let width = (area.dim_in_pixel().0 / COLUMNS as u32) as i32;
    for (k, told) in lecture.told.iter().enumerate() {
        let x = LEFT + width * (k % COLUMNS) as i32;
        let y = 16 * UNIT + ROW as i32 * (k / COLUMNS) as i32;
        let color = palette::method(k);
        area.draw(&PathElement::new(
            [(x, y), (x + 24 * UNIT, y)],
            color.stroke_width(3 * FINE),
        ))?;
        let name = told.run.method.clone();
        area.draw(&Text::new(
            name,
            (x + 32 * UNIT, y - 7 * UNIT),
            ("sans-serif", 14 * FINE),
        ))?;
    }
    Ok(())
}
