//! Equations brought to a form that shows which unknowns they hold: x_j == v has a row of its own.

use faer::Mat;

/// Entries below this share of their row's pivot are rounding, and so are sides of that share of the point.
const ROUNDING: f64 = 1e-9;

/// The columns combined so that each has a one where all others have a zero, by elimination with the largest pivots.
pub fn reduced(mut equations: Mat<f64>) -> Mat<f64> {
    let (n, count) = (equations.nrows(), equations.ncols());
    let mut is_pivot = vec![false; count];
    for _ in 0..count {
        let open = (0..count).filter(|&k| !is_pivot[k]);
        let places = open.flat_map(|k| (0..n).map(move |row| (row, k)));
        let largest = |a: &(usize, usize), b: &(usize, usize)| {
            equations[*a].abs().total_cmp(&equations[*b].abs())
        };
        let Some((row, k)) = places.max_by(largest) else {
            break;
        };
        is_pivot[k] = true;
        let pivot = equations[(row, k)];
        (0..n).for_each(|i| equations[(i, k)] /= pivot);
        for other in (0..count).filter(|&other| other != k) {
            let factor = equations[(row, other)];
            for i in 0..n {
                let part = factor * equations[(i, k)];
                equations[(i, other)] -= part;
            }
        }
    }
    let entry = |i: usize, k: usize| equations[(i, k)];
    Mat::from_fn(n, count, |i, k| {
        if entry(i, k).abs() < ROUNDING {
            0.0
        } else {
            entry(i, k)
        }
    })
}

/// Their values at a point; zero where they are rounding.
pub fn sides(equations: &Mat<f64>, x: &[f64]) -> Vec<f64> {
    let size = x.iter().fold(1.0, |most: f64, x| most.max(x.abs()));
    let side = |k: usize| {
        let terms = x.iter().enumerate().map(|(i, x)| equations[(i, k)] * x);
        let sum: f64 = terms.sum();
        if sum.abs() < ROUNDING * size {
            0.0
        } else {
            sum
        }
    };
    (0..equations.ncols()).map(side).collect()
}
