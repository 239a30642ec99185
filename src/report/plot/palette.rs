//! Colours: levels from deep blue (the best) to near white (the worst); curves in colours that people
//! with any colour vision tell apart (M. Okabe and K. Ito, 2008), dashed when the colours are used up.

use super::FINE;
use plotters::style::RGBColor;

const LEVELS: [(f64, f64, f64); 4] = [
    (22.0, 66.0, 110.0),
    (66.0, 136.0, 181.0),
    (170.0, 208.0, 228.0),
    (246.0, 249.0, 251.0),
];
const COLORS: [RGBColor; 6] = [
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
    RGBColor(86, 180, 233),
];
/// Lengths of dash and gap, in units.
const DASHES: [Option<(u32, u32)>; 4] = [
    None,
    Some((8 * FINE, 5 * FINE)),
    Some((3 * FINE, 4 * FINE)),
    Some((16 * FINE, 4 * FINE)),
];

/// Where the objective is not defined.
pub const OUTSIDE: RGBColor = RGBColor(214, 214, 210);
/// The hatching over it.
pub const HATCH: RGBColor = RGBColor(176, 176, 170);

/// How a curve looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub color: RGBColor,
    pub dash: Option<(u32, u32)>,
}

/// Of curves that led nowhere.
pub const LOST: Line = Line {
    color: RGBColor(140, 140, 140),
    dash: None,
};

/// The colour of a level, 0 the best and 1 the worst.
pub fn level(share: f64) -> RGBColor {
    let last = LEVELS.len() - 1;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let k = (place as usize).min(last - 1);
    let (a, b, t) = (LEVELS[k], LEVELS[k + 1], place - k as f64);
    let mix = |a: f64, b: f64| (a + t * (b - a)).round() as u8;
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

/// The look of curve `k`, different for the first 24.
pub fn line(k: usize) -> Line {
    Line {
        color: COLORS[k % COLORS.len()],
        dash: DASHES[k / COLORS.len() % DASHES.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_curves_look_alike() {
        for k in 0..24 {
            assert!((0..k).all(|j| line(j) != line(k)), "{k}");
        }
    }
}
