//! Units: rows of norm one, and typical sizes of gradients and of points.

use super::basis;
use super::lagrangian::Lagrangian;
use super::lbfgs::norm;
use super::model::{AffinePart, Model};
use super::normal_form::{Share, Triangle};
use super::oracle::Smooth;
use super::tape::product::dot;
use crate::matrix::{are_alike, congruence, congruent_factors, power_factors, power_of_two};

/// Of points.
const LEAST: f64 = 1e-6;
const MOST: f64 = 1e6;
/// Of gradients.
const LEAST_SLOPE: f64 = 1e-100;
/// Slopes that are smaller than this share of their terms, or of the slopes nearby, may be rounding.
const LEAST_SHARE: f64 = 1e-6;

/// A value so many times above what is left of it was that of a point too far away.
const FAR_FALL: f64 = 100.0;

/// Typical sizes.
#[derive(Clone, Copy, Debug)]
pub struct Scales {
    /// Of gradients.
    pub objective: f64,
    /// Of points and rows.
    pub primal: f64,
}

/// Whether a value lies so far above another that gradients and curvatures measured there say nothing
/// here.
pub fn falls_far(from: f64, to: f64) -> bool {
    from - to > FAR_FALL * to.abs().max(1.0)
}

/// Divides each group of rows that must stay together by its root mean square row norm, for unknowns
/// of the given sizes; and matrices by congruences where their entries are of very different size.
pub fn scale_rows(model: &mut Model, sizes: &[f64]) {
    for part in &mut model.parts {
        basis::take_own(part, sizes);
        let mut squares = part.map.squared_row_norms(sizes);
        if let Some(diagonal) = congruence_of(part, &squares) {
            let factors = congruent_factors(&diagonal);
            part.map.scale_rows(|k| 1.0 / factors[k]);
            part.rule.rescale_congruently(&diagonal);
            squares = part.map.squared_row_norms(sizes);
        }
        scale_groups(part, &squares);
    }
}

/// The numbers d_i by whose products d_i d_j the entries of a matrix differ, for these squared row norms; `None`
/// where they are alike, or no congruence may be made.
fn congruence_of(part: &AffinePart, squares: &[f64]) -> Option<Vec<f64>> {
    let side = part.rule.congruent_side()?;
    let rows = squares.iter().zip(&part.map.offset);
    let entries = rows.map(|(square, b)| square.sqrt().max(b.abs()));
    let factors = congruence(side, entries.enumerate());
    let inverses = || factors.iter().map(|d| power_of_two(1.0 / d)).collect();
    (!are_alike(factors.iter().map(|d| d * d))).then(inverses)
}

fn scale_groups(part: &mut AffinePart, squares: &[f64]) {
    let mut scales = Vec::new();
    let mut row_scales = Vec::with_capacity(squares.len());
    let mut start = 0;
    for (g, size) in part.rule.groups().into_iter().enumerate() {
        let rows = start..start + size;
        start = rows.end;
        let scale = root_mean(&squares[rows.clone()]);
        scales.push(scale);
        match power_of(part, g, &squares[rows.clone()], &part.map.offset[rows]) {
            Some(factors) => row_scales.extend(factors),
            None => row_scales.extend(std::iter::repeat_n(1.0 / scale, size)),
        }
    }
    part.map.scale_rows(|k| row_scales[k]);
    part.rule.rescale(&scales);
}

/// Of the norms of rows; 1 where that is no scale.
fn root_mean(squares: &[f64]) -> f64 {
    let mean = squares.iter().sum::<f64>() / squares.len().max(1) as f64;
    match mean > 0.0 && mean.is_finite() {
        true => mean.sqrt(),
        false => 1.0,
    }
}

/// The factors of three rows that stay in their power cone; `None` where the rows are alike, or there is no such
/// cone.
fn power_of(part: &AffinePart, group: usize, squares: &[f64], offset: &[f64]) -> Option<[f64; 3]> {
    let exponent = part.rule.exponent(group)?;
    let sizes = std::array::from_fn(|k| squares[k].sqrt().max(offset[k].abs()));
    let factors = power_factors(exponent, sizes);
    (!are_alike(factors)).then_some(factors)
}

/// Directions that tell how steep rows are.
const PROBES: u64 = 4;
/// Rows this many times steeper or flatter than 1 take a new factor.
const STEEP: f64 = 30.0;

/// Rows are not measured in less than this.
const LEAST_ROW: f64 = 1e-12;

/// Gives curved rows whose slopes at the last evaluated point are far from one, for unknowns of their
/// sizes, a factor that makes them about one, and their multipliers its inverse; whether there are any.
pub fn level_curved_rows(lagrangian: &mut Lagrangian<'_>) -> bool {
    let slopes = slopes_of_curved_rows(lagrangian);
    let is_far = |slope: &f64| slope.is_finite() && !(1.0 / STEEP..=STEEP).contains(slope);
    let mut changed = false;
    let curved = lagrangian.curved();
    for (k, slope) in slopes.iter().enumerate() {
        if *slope > 0.0 && is_far(slope) {
            lagrangian.model.curved.scales[k] /= slope;
            lagrangian.rows[curved].multiplier[k] *= slope;
            changed = true;
        }
    }
    changed
}

/// Measures rows of functions that bend the more the smaller they are, such as -log y at 1e-5, in what they are at the
/// last evaluated point, where one penalty for all would be far too small for some; whether there are any.
pub fn level_small_rows(lagrangian: &mut Lagrangian<'_>) -> bool {
    let mut changed = false;
    for (part, rows) in lagrangian.model.parts.iter_mut().zip(&mut lagrangian.rows) {
        if !part.rule.bends_by_size() {
            continue;
        }
        let own = |y: &f64| match (0.0..1.0 / STEEP).contains(y) && *y > 0.0 {
            true => y.max(LEAST_ROW),
            false => 1.0,
        };
        let factors: Vec<f64> = rows.point.iter().map(own).collect();
        if factors.iter().all(|factor| *factor == 1.0) {
            continue;
        }
        part.map.scale_rows(|k| 1.0 / factors[k]);
        part.rule.rescale(&factors);
        let multipliers = rows.multiplier.iter_mut().zip(&factors);
        multipliers.for_each(|(m, factor)| *m *= factor);
        changed = true;
    }
    changed
}

/// About |u*F_k'| for each curved row, from a few random directions.
fn slopes_of_curved_rows(lagrangian: &mut Lagrangian<'_>) -> Vec<f64> {
    let (model, sizes) = (&mut *lagrangian.model, &lagrangian.sizes);
    let rows = model.curved.rows();
    if rows == 0 {
        return Vec::new();
    }
    let mut squares = vec![0.0; rows];
    let (mut image, mut ignored) = (vec![0.0; rows], vec![0.0; model.size]);
    for seed in 0..PROBES {
        let direction: Vec<f64> = (0..model.size)
            .map(|k| sizes[k] * weight(k, seed))
            .collect();
        model.curvature_times(&direction, &mut ignored, &mut image);
        let pairs = squares.iter_mut().zip(&image);
        pairs.for_each(|(s, v)| *s += v * v / PROBES as f64);
    }
    squares.into_iter().map(f64::sqrt).collect()
}

/// Of mean square 1, by chance; not ±1 alone, as rows like exp(x) - t at x = 0 would vanish along many.
fn weight(k: usize, seed: u64) -> f64 {
    let mixed = (k as u64 + 1 + (seed << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let share = (mixed >> 11) as f64 / (1u64 << 53) as f64;
    3f64.sqrt() * (2.0 * share - 1.0)
}

pub fn scales(lagrangian: &mut Lagrangian<'_>, start: &[f64]) -> Scales {
    Scales {
        objective: objective_scale(lagrangian, start),
        primal: primal_scale(lagrangian),
    }
}

/// max(|u*∇f(x0)|, |u*F'λ0| over finite g) / sqrt(n).
fn objective_scale(lagrangian: &mut Lagrangian<'_>, start: &[f64]) -> f64 {
    let n = start.len();
    let mut gradient = vec![0.0; n];
    lagrangian.evaluate(start, &mut gradient);
    let model = &mut *lagrangian.model;
    let curved = vec![0.0; model.curved.rows()];
    model.gradient(&curved, &mut gradient);
    let length = |v: &[f64]| norm(&times(&lagrangian.sizes, v));
    let mut size = length(&gradient);
    let mut floor = 0.0f64;
    for (part, rows) in model.parts.iter_mut().zip(&lagrangian.rows) {
        let mut multiplier = vec![0.0; rows.value.len()];
        part.rule.typical_multiplier(&rows.value, &mut multiplier);
        gradient.fill(0.0);
        part.map.add_transposed(&multiplier, &mut gradient);
        let many = (multiplier.len() as f64).sqrt() / 3.0;
        size = size.max(length(&gradient) / many.max(1.0));
        floor = floor.max(norm(&multiplier) / many.max(1.0));
    }
    if floor.max(size) < 1.0 {
        floor = floor.max(nearby_slope(lagrangian, start));
    }
    let typical = floor.min(1.0);
    if size <= LEAST_SHARE * typical {
        size = typical;
    }
    if size > 0.0 && size.is_finite() {
        (size / (n.max(1) as f64).sqrt()).clamp(LEAST_SLOPE, MOST)
    } else {
        1.0
    }
}

/// |u*∇f| one unit of every unknown from the start; 0 where that is not finite.
fn nearby_slope(lagrangian: &mut Lagrangian<'_>, start: &[f64]) -> f64 {
    let pairs = start.iter().zip(&lagrangian.sizes);
    let x: Vec<f64> = pairs.map(|(x, u)| x + u).collect();
    let model = &mut *lagrangian.model;
    let mut curves = vec![0.0; model.curved.rows()];
    let mut gradient = vec![0.0; x.len()];
    model.values(&x, &mut curves);
    curves.fill(0.0);
    model.gradient(&curves, &mut gradient);
    let size = norm(&times(&lagrangian.sizes, &gradient));
    if size.is_finite() { size } else { 0.0 }
}

/// The largest offset of a scaled row; for a quadratic f also the length of its steepest descent
/// step.
fn primal_scale(lagrangian: &mut Lagrangian<'_>) -> f64 {
    let (model, sizes) = (&mut *lagrangian.model, &lagrangian.sizes);
    let mut size = 0.0f64;
    for part in &model.parts {
        let offsets = part.map.offset.iter().zip(part.map.row_scales());
        size = offsets.fold(size, |m, (b, s)| m.max((b * s).abs()));
    }
    if model.has_smooth && model.is_quadratic {
        let n = model.size;
        let (mut gradient, mut image) = (vec![0.0; n], vec![0.0; n]);
        let mut curves = vec![0.0; model.curved.rows()];
        model.values(&vec![0.0; n], &mut curves);
        curves.fill(0.0);
        model.gradient(&curves, &mut gradient);
        let gradient = times(sizes, &gradient);
        model.curvature_times(&times(sizes, &gradient), &mut image, &mut curves);
        let curvature = dot(&gradient, &times(sizes, &image));
        if curvature > 0.0 {
            size = size.max(norm(&gradient).powi(3) / curvature / (n as f64).sqrt());
        }
    }
    if size > 0.0 && size.is_finite() {
        size.clamp(LEAST, MOST)
    } else {
        1.0
    }
}

fn times(sizes: &[f64], v: &[f64]) -> Vec<f64> {
    sizes.iter().zip(v).map(|(u, v)| u * v).collect()
}

/// Multipliers of the scaled rows as multipliers of the rows before they were scaled, by part.
pub fn by_row(model: &Model, mut multipliers: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let parts = model.parts.iter().map(|part| part.map.row_scales());
    let scales = parts.chain([model.curved.scales.as_slice()]);
    for (rows, scales) in multipliers.iter_mut().zip(scales) {
        rows.iter_mut().zip(scales).for_each(|(m, s)| *m *= s);
    }
    multipliers
}

/// Multipliers of the rows before they were scaled as multipliers of the user's constraints, of the given sizes.
pub fn user_multipliers(model: &Model, multipliers: &[Vec<f64>], sizes: &[usize]) -> Vec<Vec<f64>> {
    let mut duals: Vec<Vec<f64>> = sizes.iter().map(|&s| vec![0.0; s]).collect();
    let parts = model.parts.iter().map(|part| &part.shares);
    for (shares, values) in parts.chain([&model.curved.shares]).zip(multipliers) {
        for share in shares {
            add_share(share, &mut duals, |row| values[row]);
        }
    }
    duals
}

fn add_share(share: &Share, duals: &mut [Vec<f64>], value: impl Fn(usize) -> f64) {
    let target = &mut duals[share.constraint];
    match &share.triangle {
        None => {
            for k in 0..share.count {
                // Rows of a broadcast side share one entry.
                let entry = (share.entry + k).min(target.len().saturating_sub(1));
                target[entry] += share.factor * value(share.row + k);
            }
        }
        Some(Triangle { side, kept }) => {
            let mut row = share.row;
            for (k, &j) in kept.iter().enumerate() {
                for &i in &kept[..=k] {
                    let half = if i == j {
                        1.0
                    } else {
                        std::f64::consts::FRAC_1_SQRT_2
                    };
                    let entry = share.factor * half * value(row);
                    target[i + j * side] += entry;
                    if i != j {
                        target[j + i * side] += entry;
                    }
                    row += 1;
                }
            }
        }
    }
}
