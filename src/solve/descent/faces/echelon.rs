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

#[cfg(test)]
mod tests {
    use super::*;

    /// x_1 == 0 and x_3 == 5, turned by an angle and with rounding, beside x_2 + 2x_4 == 1.
    #[test]
    fn turned_equations_hold_unknowns_one_by_one() {
        let (c, s) = (0.6, 0.8);
        let rows = [
            [c, 1e-12, s, 0.0],
            [-s, 0.0, c, 1e-13],
            [0.0, 1.0, 1e-12, 2.0],
        ];
        let reduced = reduced(Mat::from_fn(4, 3, |i, k| rows[k][i]));
        let mut found: Vec<Vec<f64>> = reduced
            .col_iter()
            .map(|c| c.iter().copied().collect())
            .collect();
        found.sort_by(|a, b| b.partial_cmp(a).expect("numbers"));
        let expected = [
            [1.0, 0.0, 0.0, 0.0],
            [0.0, 0.5, 0.0, 1.0],
            [0.0, 0.0, 1.0, 0.0],
        ];
        for (found, expected) in found.iter().zip(expected) {
            let gap = found.iter().zip(expected).map(|(f, e)| (f - e).abs());
            assert!(gap.fold(0.0, f64::max) < 1e-9, "{found:?}");
        }
        let singles = found
            .iter()
            .filter(|row| row.iter().filter(|e| **e != 0.0).count() == 1);
        assert_eq!(singles.count(), 2);
        let mut sides = sides(&reduced, &[1e-11, 0.2, 5.0, 0.4]);
        sides.sort_by(f64::total_cmp);
        assert_eq!(sides[0], 0.0);
        assert!((sides[1] - 0.5).abs() < 1e-9 && (sides[2] - 5.0).abs() < 1e-9);
    }
}
