//! What each line and mark is, in a strip above the picture.

use super::palette::{self, Line};
use super::{Area, Drawn, FINE, LABEL, THICK, THIN, stroke};
use plotters::prelude::*;

/// Names side by side.
const COLUMNS: usize = 2;
const ROW: u32 = 20 * FINE;
const UNIT: i32 = FINE as i32;
const LEFT: i32 = 24 * UNIT;
/// Width of a sample.
const WIDE: i32 = 28 * UNIT;

/// One entry of the strip.
#[derive(Clone, Debug)]
pub struct Key {
    sample: Sample,
    text: String,
}

#[derive(Clone, Copy, Debug)]
pub enum Sample {
    Line(Line),
    Cross,
    /// Where the objective is not defined.
    Outside,
}

impl Key {
    pub fn new(sample: Sample, text: &str) -> Self {
        let text = text.to_owned();
        Key { sample, text }
    }
}

/// The strip's height.
pub fn height(keys: &[Key]) -> u32 {
    ROW * keys.len().div_ceil(COLUMNS) as u32 + 10 * FINE
}

pub fn draw(keys: &[Key], area: &Area<'_>) -> Drawn {
    let width = (area.dim_in_pixel().0 / COLUMNS as u32) as i32;
    for (k, key) in keys.iter().enumerate() {
        let x = LEFT + width * (k % COLUMNS) as i32;
        let y = 16 * UNIT + ROW as i32 * (k / COLUMNS) as i32;
        draw_sample(key.sample, area, (x, y))?;
        let (font, size) = LABEL;
        let text = Text::new(
            key.text.clone(),
            (x + WIDE + 8 * UNIT, y - 7 * UNIT),
            (font, size + 2 * FINE),
        );
        area.draw(&text)?;
    }
    Ok(())
}

fn draw_sample(sample: Sample, area: &Area<'_>, (x, y): (i32, i32)) -> Drawn {
    match sample {
        Sample::Line(line) => stroke::on_area(area, [(x, y), (x + WIDE, y)], line, THICK + THIN),
        Sample::Cross => {
            let cross = Cross::new((x + WIDE / 2, y), super::CROSS, BLACK.stroke_width(THICK));
            Ok(area.draw(&cross)?)
        }
        Sample::Outside => {
            let (top, bottom) = (y - 6 * UNIT, y + 6 * UNIT);
            let corners = [(x, top), (x + WIDE, bottom)];
            area.draw(&Rectangle::new(corners, palette::OUTSIDE.filled()))?;
            for left in [x, x + 8 * UNIT, x + 16 * UNIT] {
                let slant = [(left, bottom), (left + 12 * UNIT, top)];
                area.draw(&PathElement::new(slant, palette::HATCH.stroke_width(THIN)))?;
            }
            Ok(())
        }
    }
}
