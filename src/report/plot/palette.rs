//! Colours: levels from deep blue (low) to near white (high); methods in colours that people with
//! any colour vision tell apart (M. Okabe and K. Ito, 2008).

use plotters::style::RGBColor;

const LEVELS: [(f64, f64, f64); 4] = [
    (22.0, 66.0, 110.0),
    (66.0, 136.0, 181.0),
    (170.0, 208.0, 228.0),
    (246.0, 249.0, 251.0),
];
const METHODS: [RGBColor; 7] = [
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
    RGBColor(86, 180, 233),
    RGBColor(240, 228, 66),
];

/// The colour of a level, 0 the lowest and 1 the highest.
pub fn level(share: f64) -> RGBColor {
    let last = LEVELS.len() - 1;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let k = (place as usize).min(last - 1);
    let (a, b, t) = (LEVELS[k], LEVELS[k + 1], place - k as f64);
    let mix = |a: f64, b: f64| (a + t * (b - a)).round() as u8;
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

/// The colour of method `k`.
pub fn method(k: usize) -> RGBColor {
    METHODS[k % METHODS.len()]
}
