//! Second derivatives of semidefinite matrices scaled from inside, from the few entries that each unknown has.

use crate::matrix::SparseMatrix;
use crate::solve::descent::spectral::{self, folded_places};
use faer::Mat;
use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

/// H += sigma*J'*M*J where M takes Y to V*Y*V, by the rows of each unknown:
/// `M[(k, l), (p, q)] = c_kl c_pq (V_kp V_lq + V_kq V_lp)/2` with c = 1 on the diagonal and √2 off it. Where an unknown
/// has many rows, V*A*V is written out instead.
///
/// K. Fujisawa, M. Kojima, K. Nakata, "Exploiting sparsity in primal-dual interior-point methods for semidefinite
/// programming", 1997.
pub fn add_congruence(hessian: &mut Mat<f64>, jacobian: &SparseMatrix, v: &Mat<f64>, sigma: f64) {
    let side = v.nrows();
    let places: Vec<(usize, usize)> = folded_places(side).collect();
    let rows = jacobian.transposed();
    let total = rows.values.len();
    let list = |j: usize| rows.column(j).map(|(k, a)| (places[k], k, a));
    let mut image = vec![0.0; places.len()];
    for j in (0..rows.cols).filter(|&j| rows.column(j).next().is_some()) {
        let own: Vec<((usize, usize), f64)> = list(j)
            .map(|((p, q), _, a)| match p == q {
                true => ((p, q), a),
                false => ((p, q), SQRT_2 * a),
            })
            .collect();
        let is_long = own.len() * total > 4 * side.pow(3) + total;
        if is_long {
            image.fill(0.0);
            list(j).for_each(|(_, k, a)| image[k] = a);
            let written = v * spectral::unfold(side, &image) * v;
            spectral::fold(&written, &mut image);
        }
        for i in (j..rows.cols).filter(|&i| rows.column(i).next().is_some()) {
            let product: f64 = match is_long {
                true => rows.column(i).map(|(k, b)| b * image[k]).sum(),
                false => list(i)
                    .map(|(at, _, b)| b * congruent_entry(v, at, &own))
                    .sum(),
            };
            hessian[(i, j)] += sigma * product;
        }
    }
}

/// An entry of V*A*V's list, A by its entries times c.
fn congruent_entry(v: &Mat<f64>, (k, l): (usize, usize), a: &[((usize, usize), f64)]) -> f64 {
    let terms = a
        .iter()
        .map(|&((p, q), a)| a * (v[(k, p)] * v[(l, q)] + v[(k, q)] * v[(l, p)]));
    let factor = if k == l { 0.5 } else { FRAC_1_SQRT_2 };
    factor * terms.sum::<f64>()
}
