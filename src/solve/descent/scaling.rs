//! Units: rows of norm one, and typical sizes of gradients and of points.

use super::lagrangian::Lagrangian;
use super::lbfgs::norm;
use super::model::Model;
use super::normal_form::Share;
use super::oracle::Smooth;
use super::tape::product::dot;

const LEAST: f64 = 1e-6;
const MOST: f64 = 1e6;

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

/// Divides each group of rows that must stay together by its root mean square row norm.
pub fn scale_rows(model: &mut Model) {
    for part in &mut model.parts {
        let squares = part.map.squared_row_norms();
        let mut scales = Vec::new();
        let mut row_scales = Vec::with_capacity(squares.len());
        let mut start = 0;
        for size in part.rule.groups() {
            let mean = squares[start..start + size].iter().sum::<f64>() / size.max(1) as f64;
            let scale = if mean > 0.0 && mean.is_finite() {
                mean.sqrt()
            } else {
                1.0
            };
            scales.push(scale);
            row_scales.extend(std::iter::repeat_n(1.0 / scale, size));
            start += size;
        }
        part.map.scale_rows(|k| row_scales[k]);
        part.rule.rescale(&scales);
    }
}

pub fn scales(lagrangian: &mut Lagrangian<'_>, start: &[f64]) -> Scales {
    Scales {
        objective: objective_scale(lagrangian, start),
        primal: primal_scale(lagrangian),
    }
}

/// max(|∇f(x0)|, |F'λ0| over finite g) / sqrt(n).
fn objective_scale(lagrangian: &mut Lagrangian<'_>, start: &[f64]) -> f64 {
    let n = start.len();
    let mut gradient = vec![0.0; n];
    lagrangian.evaluate(start, &mut gradient);
    let model = &mut *lagrangian.model;
    let curved = vec![0.0; model.curved.rows()];
    model.gradient(&curved, &mut gradient);
    let mut size = norm(&gradient);
    for (part, rows) in model.parts.iter_mut().zip(&lagrangian.rows) {
        let mut multiplier = vec![0.0; rows.value.len()];
        part.rule.typical_multiplier(&rows.value, &mut multiplier);
        gradient.fill(0.0);
        part.map.add_transposed(&multiplier, &mut gradient);
        let many = (multiplier.len() as f64).sqrt() / 3.0;
        size = size.max(norm(&gradient) / many.max(1.0));
    }
    if size > 0.0 && size.is_finite() {
        (size / (n.max(1) as f64).sqrt()).clamp(LEAST, MOST)
    } else {
        1.0
    }
}

/// The largest offset of a scaled row; for a quadratic f also the length of its steepest descent
/// step.
fn primal_scale(lagrangian: &mut Lagrangian<'_>) -> f64 {
    let model = &mut *lagrangian.model;
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
        model.curvature_times(&gradient, &mut image, &mut curves);
        let curvature = dot(&gradient, &image);
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

/// Multipliers of the parts' scaled rows as multipliers of the user's constraints, of the given
/// sizes.
pub fn user_multipliers(model: &Model, multipliers: &[Vec<f64>], sizes: &[usize]) -> Vec<Vec<f64>> {
    let mut duals: Vec<Vec<f64>> = sizes.iter().map(|&s| vec![0.0; s]).collect();
    for (part, values) in model.parts.iter().zip(multipliers) {
        let scales = part.map.row_scales();
        for share in &part.shares {
            add_share(share, &mut duals, |row| values[row] * scales[row]);
        }
    }
    if let Some(values) = multipliers.get(model.parts.len()) {
        for share in &model.curved.shares {
            add_share(share, &mut duals, |row| values[row]);
        }
    }
    duals
}

fn add_share(share: &Share, duals: &mut [Vec<f64>], value: impl Fn(usize) -> f64) {
    let target = &mut duals[share.constraint];
    match share.folded_side {
        None => {
            for k in 0..share.count {
                // Rows of a broadcast side share one entry.
                let entry = (share.entry + k).min(target.len().saturating_sub(1));
                target[entry] += share.factor * value(share.row + k);
            }
        }
        Some(side) => {
            let mut row = share.row;
            for j in 0..side {
                for i in 0..=j {
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
