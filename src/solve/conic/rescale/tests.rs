use super::super::assemble::assemble;
use super::super::balance::by_sizes;
use super::super::residuals::{Open, gradient};
use super::*;
use crate::cone::{AffineMap, Cone, Owner, ProgramBuilder};
use crate::shape::Shape;
use clarabel::solver::SolverStatus;

/// x'x/2 + 1e7 t + p over the cones (t, p, 1) and (p, 1e5 t, 3), [1e8 p, p; p, 1] >> 0 and p = 1e8.
fn program() -> Assembly {
    let mut builder = ProgramBuilder::new();
    let [t, p] = [0, 1].map(|_| builder.variable(Shape::SCALAR));
    let number = |value: f64| AffineMap::zeros(Shape::SCALAR).shifted(value);
    builder.exponential_each(&t, &p, &number(1.0));
    builder.power_each(0.1, &p, &t.scaled(1e5), &number(3.0));
    let matrix = AffineMap::stack(&[&p.clone().scaled(1e8), &p, &number(1.0)]);
    builder.constrain(Cone::PositiveSemidefinite(2), matrix, Owner::GraphForm);
    builder.constrain(Cone::Zero(1), p.clone().shifted(-1e8), Owner::GraphForm);
    builder.add_linear_objective(&AffineMap::combine(&[(1e7, &t), (1.0, &p)]));
    builder.add_quadratic_objective(0, 0, 1.0);
    assemble(&builder.finish()).expect("finite data")
}

fn assert_near(found: &[f64], expected: &[f64]) {
    for (a, b) in found.iter().zip(expected) {
        let apart = (a - b).abs();
        assert!(
            apart <= 1e-11 * a.abs().max(b.abs()),
            "{found:?}, {expected:?}"
        );
    }
}

/// E times the gradient by x is the scaled program's by x', over c; and z's is z''s', over c.
#[test]
fn residuals_and_gaps_are_taken_back_with_points_and_multipliers() {
    let assembly = program();
    let sizes = by_sizes(&assembly).expect("wide data");
    let powers = Scaling::at(&assembly, &[2.0, 1e8], Follows::Steep).expect("finite sizes");
    for (scaling, sheared) in [(sizes, true), (powers, false)] {
        assert_eq!(!scaling.shears.is_empty(), sheared);
        let scaled = scaling.scaled(&assembly);
        let x: Vec<f64> = vec![0.7, 1.3];
        let z: Vec<f64> = (0..10).map(|k| 0.3 + 0.1 * f64::from(k)).collect();
        let inner = gradient(&scaled, &x, &z);
        let slack: f64 = slacks(&scaled, &x).iter().zip(&z).map(|(s, z)| s * z).sum();
        let back = scaling.taken_back(attempt(x, z));
        let outer = gradient(&assembly, &back.x, &back.z);
        let factor = |(g, e): (&f64, &f64)| g * e * scaling.objective;
        let outer: Vec<f64> = outer.iter().zip(&scaling.columns).map(factor).collect();
        assert_near(&outer, &inner);
        let slacks = slacks(&assembly, &back.x);
        let outer: f64 = slacks.iter().zip(&back.z).map(|(s, z)| s * z).sum();
        assert_near(&[outer * scaling.objective], &[slack]);
    }
}

fn attempt(x: Vec<f64>, z: Vec<f64>) -> Attempt {
    Attempt {
        status: SolverStatus::Solved,
        accurate: true,
        x,
        z,
        iterations: 1,
        accuracy: 0.0,
        value: 0.0,
        open: Open::ALL,
        runs_away: false,
        factorisation: String::new(),
    }
}

/// d_i d_j, whatever the entries ask for: a matrix stays semidefinite under a congruence.
#[test]
fn matrices_are_scaled_by_congruences() {
    let mut builder = ProgramBuilder::new();
    let x = builder.variable(Shape::SCALAR);
    let entries = [1e6, 1e3, 1.0, 1.0, 1e-3, 1e-6];
    let parts: Vec<AffineMap> = entries.map(|v| x.clone().scaled(v)).into();
    let matrix = AffineMap::stack(&parts.iter().collect::<Vec<_>>());
    builder.constrain(Cone::PositiveSemidefinite(3), matrix, Owner::GraphForm);
    builder.add_linear_objective(&x);
    let assembly = assemble(&builder.finish()).expect("finite data");
    let rows = by_sizes(&assembly).expect("wide data").rows;
    let square =
        |i: usize, j: usize, k: usize| assert_near(&[rows[i] * rows[j]], &[rows[k] * rows[k]]);
    square(0, 2, 1);
    square(0, 5, 3);
    square(2, 5, 4);
    assert!(rows[5] > 1e3 * rows[0], "{rows:?}");
}
