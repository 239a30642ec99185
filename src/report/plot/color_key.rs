//! Which colour is which value of the objective, beside the map.

use super::axis::labels;
use super::contour::share;
use super::{Area, Drawn, FINE, LABEL, THIN, palette};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const UNIT: i32 = FINE as i32;
const TOP: i32 = 44 * UNIT;
const BELOW: i32 = 58 * UNIT;
const WIDE: i32 = 16 * UNIT;

/// `levels` rise in the sense in which small is good; the key rises in the user's.
pub fn draw(area: &Area<'_>, levels: &[f64], sign: f64) -> Drawn {
    let bottom = area.dim_in_pixel().1 as i32 - BELOW;
    let bands = levels.len() + 1;
    let place = |k: usize| {
        let up = if sign > 0.0 { k } else { bands - k };
        bottom - (bottom - TOP) * up as i32 / bands as i32
    };
    for band in 0..bands {
        let corners = [(0, place(band)), (WIDE, place(band + 1))];
        let color = palette::level(share(band, levels));
        area.draw(&Rectangle::new(corners, color.filled()))?;
    }
    let frame = [(0, TOP), (WIDE, bottom)];
    area.draw(&Rectangle::new(frame, BLACK.mix(0.4).stroke_width(THIN)))?;
    let values: Vec<f64> = levels.iter().map(|level| sign * level).collect();
    let style = TextStyle::from(LABEL.into_font()).pos(Pos::new(HPos::Left, VPos::Center));
    for (k, label) in labels(&values).into_iter().enumerate() {
        area.draw_text(&label, &style, (WIDE + 6 * UNIT, place(k + 1)))?;
    }
    area.draw_text("objective", &style, (0, TOP - 14 * UNIT))?;
    Ok(())
}
