//! Roots of polynomials of one variable.

use faer::Mat;

/// Real parts of all complex roots of Σ c_k x^k, real roots among them; empty for a constant.
///
/// They are the eigenvalues of the companion matrix. Source: A. Edelman, H. Murakami, "Polynomial
/// roots from companion matrix eigenvalues", 1995.
pub fn real_parts_of_roots(ascending: &[f64]) -> Vec<f64> {
    let degree = ascending.iter().rposition(|&c| c != 0.0).unwrap_or(0);
    let leading = ascending.get(degree).copied().unwrap_or(0.0);
    let ratios: Vec<f64> = ascending[..degree].iter().map(|c| -c / leading).collect();
    if degree == 0 || !ratios.iter().all(|r| r.is_finite()) {
        return Vec::new();
    }
    let companion = Mat::from_fn(degree, degree, |i, j| match (i == j + 1, j + 1 == degree) {
        (true, _) => 1.0,
        (false, true) => ratios[i],
        (false, false) => 0.0,
    });
    let roots = companion.eigenvalues_from_real().unwrap_or_default();
    roots.iter().map(|root| root.re).collect()
}

#[cfg(test)]
mod tests {
    use super::real_parts_of_roots;

    #[test]
    fn roots_of_a_cubic_and_of_a_constant() {
        // (x - 1)(x + 2)(x - 3) = x³ - 2x² - 5x + 6.
        let mut roots = real_parts_of_roots(&[6.0, -5.0, -2.0, 1.0, 0.0]);
        roots.sort_by(f64::total_cmp);
        let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-12;
        assert!(roots.iter().zip(&[-2.0, 1.0, 3.0]).all(close), "{roots:?}");
        assert!(real_parts_of_roots(&[2.0]).is_empty());
        assert!(real_parts_of_roots(&[]).is_empty());
    }
}
