//! Constraints that no point satisfies strictly, on the gradient path: optima known by hand, and sets with little room.

use crate::both_paths::{gradient_finds, load};
use bowl::elaborate::random::Generator;
use bowl::solve::{Settings, Solution, descent};
use nalgebra::{DMatrix, DVector};

const WITHIN: f64 = 1e-6;

fn by_gradients(text: &str) -> Solution {
    descent::solve(&load(text).problem, true, &Settings::default())
}

fn says_no_room(solution: &Solution) -> bool {
    solution.notes.iter().any(|note| note.contains("strictly"))
}

fn column(v: &DVector<f64>) -> String {
    let entries: Vec<String> = v.iter().map(|e| format!("{e:?}")).collect();
    format!("[{}]", entries.join("; "))
}

/// Balls that touch in one point, with sizes from metres to kilometres.
#[test]
fn balls_that_touch() {
    let mut random = Generator::new(5);
    for size in [1.0, 30.0, 1e3] {
        let mut draw = |scale: f64| {
            let entries = (0..3).map(|_| scale * (2.0 * random.uniform() - 1.0));
            DVector::from_iterator(3, entries)
        };
        let (point, direction, costs) = (draw(size), draw(1.0).normalize(), draw(1.0));
        let (a, b) = (&point - size * &direction, &point + 2.0 * size * &direction);
        let text = format!(
            "param a[3] = {}\nparam b[3] = {}\nparam c[3] = {}\nvar x[3]\nminimize c'*x\nsubject to\n  \
             norm2(x - a) <= {size}\n  norm2(x - b) <= {}\n",
            column(&a),
            column(&b),
            column(&costs),
            2.0 * size
        );
        let expected = costs.dot(&point);
        gradient_finds(&text, expected, 1e-5);
    }
}

/// X of trace 1 with v'*X*v == 0: <C, X> is at most the largest eigenvalue of C orthogonal to v.
#[test]
fn matrices_without_a_direction() {
    let mut random = Generator::new(6);
    for n in [3, 5] {
        let draw = DMatrix::from_fn(n, n, |_, _| 2.0 * random.uniform() - 1.0);
        let (costs, v) = (&draw + draw.transpose(), draw.column(0).normalize());
        let beside = DMatrix::identity(n, n) - &v * v.transpose();
        let lifted = &beside * &costs * &beside - 1e3 * &v * v.transpose();
        let expected = lifted.symmetric_eigenvalues().max();
        let entries = DVector::from_column_slice(costs.as_slice());
        let text = format!(
            "param c[{}] = {}\nparam v[{n}] = {}\nvar X[{n},{n}] psd\nmaximize c'*vec(X)\nsubject to\n  \
             trace(X) == 1\n  v'*X*v == 0\n",
            n * n,
            column(&entries),
            column(&v)
        );
        gradient_finds(&text, expected, WITHIN);
    }
}

#[test]
fn divergence_of_zero() {
    let text = "param q[4] = [0.1; 0.2; 0.3; 0.4]\nvar p[4]\nminimize [1; 2; 3; 4]'*p\nsubject to\n  \
                p in simplex(4)\n  sum(kl_div(p, q)) <= 0\n";
    gradient_finds(text, 3.0, WITHIN);
}

/// log det X >= 0 and trace X <= n hold for the identity alone.
#[test]
fn equality_of_means() {
    let text =
        "var X[3,3] symmetric\nminimize sum(X)\nsubject to\n  log_det(X) >= 0\n  trace(X) <= 3\n";
    gradient_finds(text, 3.0, WITHIN);
}

/// The gap between the problem and its dual is not zero: y == 0 follows from no multiplier.
#[test]
fn a_cone_met_along_its_edge() {
    let text = "var x\nvar y\nminimize exp(-y)\nsubject to\n  norm2([x; y]) <= x\n  x <= 10\n";
    gradient_finds(text, 1.0, WITHIN);
}

/// X[1,1] == 0 leaves a zero row, which makes the next constraint one without room.
#[test]
fn one_face_exposes_the_next() {
    let text = "var X[3,3] psd\nmaximize X[3,3] + X[2,3]\nsubject to\n  X[1,1] == 0\n  X[2,2] <= X[1,2]\n  \
                X[3,3] <= 2\n";
    gradient_finds(text, 2.0, WITHIN);
}

/// A block of data that is singular by itself says nothing of the unknowns beside its zeros.
#[test]
fn zeros_among_data_are_no_equations() {
    let text = "param T[3,3] psd = [0.5, 0.2, 0; 0.2, 0.5, 0; 0, 0, 0]\nvar R[3,3] psd\nvar Z[3,3]\n\
                maximize trace(Z)\nsubject to\n  [R, Z; Z', T] >> 0\n  trace(R) == 1\n  R[3,3] >= 0.4\n";
    gradient_finds(text, 0.6f64.sqrt(), WITHIN);
}

/// A millionth of room moves the optimum by a thousandth: such a set is not taken for a point.
#[test]
fn little_room_is_room() {
    for room in [1e-6, 1e-8, 1e-9] {
        let text = format!(
            "param c[2] = [2; 0]\nvar x[2]\nminimize x[2]\nsubject to\n  norm2(x) <= {}\n  norm2(x - c) <= 1\n",
            1.0 + room
        );
        let solution = by_gradients(&text);
        assert!(!says_no_room(&solution), "{room}: {:?}", solution.notes);
    }
}

#[test]
fn what_has_no_room_is_named() {
    let text = "var x[2]\nminimize x[2]\nsubject to\n  near: norm2(x) <= 1\n  far: norm2(x - [2; 0]) <= 1\n  free: x <= 5\n";
    let solution = by_gradients(text);
    let note = solution.notes.iter().find(|n| n.contains("strictly"));
    let note = note.expect("a note");
    assert!(note.contains("`far`, `near`;"), "{note}");
    assert!(solution.duals.is_none() && solution.bound.is_none());
}
