//! Sets that are put together of others, on both paths against values derived by hand.

use crate::both_paths::both_find;

#[test]
fn a_rotated_cone_bounds_a_square_by_a_product() {
    // u*v >= 25, so u + v >= 10.
    let text = "var u\nvar v\nvar x[2]\nminimize u + v\nsubject to\n  [u; v; x] in rotated_soc\n  x == [3; 4]\n";
    both_find(text, 10.0, 1e-7);
}

#[test]
fn a_geometric_mean_cone_bounds_a_number() {
    let text =
        "var x[2]\nvar z\nmaximize z\nsubject to\n  [x; z] in geo_mean_cone\n  sum(x) == 3\n";
    both_find(text, 1.5, 1e-7);
    let text = "var x[2]\nvar z\nminimize z\nsubject to\n  [x; z] in geo_mean_cone([2; 1])\n  sum(x) == 3\n";
    both_find(text, -(4f64.cbrt()), 1e-7);
}

fn extreme_trace(sense: &str, set: &str) -> String {
    format!("var T[2, 2] symmetric\n{sense} trace(T)\nsubject to\n  mean: T in {set}\n")
}

#[test]
fn the_mean_of_two_matrices_bounds_from_below() {
    // A # B is (A + B)*sqrt(3/14) for matrices of side 2 and determinant 3.
    let text = extreme_trace("maximize", "geo_mean_hypo([2, 1; 1, 2], diag([1; 3]), 0.5)");
    both_find(&text, 8.0 * (3f64 / 14.0).sqrt(), 1e-6);
    for t in [0.25, 0.3, 2.0 / 3.0, 0.9, 6.0 / 7.0] {
        let set = format!("geo_mean_hypo(eye(2), [2, 1; 1, 2], {t})");
        both_find(&extreme_trace("maximize", &set), 1.0 + 3f64.powf(t), 1e-6);
    }
}

#[test]
fn the_mean_of_two_matrices_bounds_from_above() {
    for t in [-1.0, -0.4, 1.5, 1.75, 2.0] {
        let set = format!("geo_mean_epi(eye(2), [2, 1; 1, 2], {t})");
        both_find(&extreme_trace("minimize", &set), 1.0 + 3f64.powf(t), 1e-6);
    }
}

#[test]
fn the_mean_of_two_unknown_matrices_is_largest_where_they_are_multiples_of_the_identity() {
    let text = "var T[2, 2] symmetric\nvar X[2, 2] symmetric\nvar Y[2, 2] symmetric\nmaximize trace(T)\n\
                subject to\n  T in geo_mean_hypo(X, Y, 0.25)\n  trace(X) == 2\n  trace(Y) == 3\n";
    both_find(text, 2.0 * 1.5f64.powf(0.25), 1e-6);
}

#[test]
fn the_entropy_of_two_matrices_bounds_from_above() {
    let text = extreme_trace("minimize", "rel_entr_epi([2, 1; 1, 2], eye(2))");
    both_find(&text, 3.0 * 3f64.ln(), 1e-6);
    let text = extreme_trace("minimize", "rel_entr_epi(diag([1; 2]), diag([2; 3]))");
    both_find(&text, 0.5f64.ln() + 2.0 * (2f64 / 3.0).ln(), 1e-6);
}

#[test]
fn a_set_keeps_its_unknowns_where_a_value_of_an_inner_problem_is_not_used() {
    let text = "var T[2, 2] symmetric\nvar x\nlet f(x) = minimize (x - y)^2 over y\nlet unused = f(x)\n\
                maximize trace(T) - x^2\nsubject to\n  T in geo_mean_hypo(diag([4; 9]), eye(2), 0.5)\n";
    both_find(text, 5.0, 1e-6);
}
