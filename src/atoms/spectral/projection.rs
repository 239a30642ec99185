//! Projections of spectra, for proximal operators.

/// argmin |u - x|² over 0 <= u <= 1, Σ u = total, by halving the shift of u = clamp(x - shift);
/// `total` lies in 0..=x.len().
pub(super) fn onto_capped_simplex(x: &[f64], total: f64) -> Vec<f64> {
    let clamped = |shift: f64| x.iter().map(move |v| (v - shift).clamp(0.0, 1.0));
    let (mut low, mut high) = x
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
            (l.min(*v), h.max(*v))
        });
    low -= 1.0;
    // The sum falls from n at `low` to 0 at `high`.
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if clamped(middle).sum::<f64>() > total {
            low = middle;
        } else {
            high = middle;
        }
    }
    clamped(0.5 * (low + high)).collect()
}

/// argmin |u - x|² over Σ |u_i| <= radius, for x >= 0.
pub(super) fn onto_l1_ball(x: &[f64], radius: f64) -> Vec<f64> {
    if x.iter().sum::<f64>() <= radius {
        return x.to_vec();
    }
    let mut sorted = x.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut shift) = (0.0, 0.0);
    for (k, v) in sorted.iter().enumerate() {
        sum += v;
        let candidate = (sum - radius) / (k + 1) as f64;
        if candidate >= *v {
            break;
        }
        shift = candidate;
    }
    x.iter().map(|v| (v - shift).max(0.0)).collect()
}
