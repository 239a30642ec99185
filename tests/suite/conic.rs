//! Problems with known answers through the conic path: values, duals, certificates, each cone with
//! a feasible, an infeasible and an unbounded problem.

use super::model::{Model, assert_close, assert_entries};
use bowl::atoms::affine::ElementMultiply;
use bowl::canonicalize::{Options, Source};
use bowl::matrix::Matrix;
use bowl::problem::Structure;
use bowl::shape::Shape;
use bowl::solve::conic::solve_source;
use bowl::solve::{Settings, Solution, Status};

const WITHIN: f64 = 1e-6;

fn assert_solved(solution: &Solution) {
    assert_eq!(solution.status, Status::Solved, "{:?}", solution.notes);
}

fn dual(solution: &Solution, constraint: usize) -> &Matrix {
    &solution.duals.as_ref().expect("duals")[constraint]
}

/// lp_1: min -4 x_1 - 5 x_2, 2 x_1 + x_2 <= 3, x_1 + 2 x_2 <= 3, x >= 0.
fn lp_1() -> Model {
    let mut m = Model::default();
    let x = m.vector(2);
    let c = m.table(1, 2, &[-4.0, -5.0]);
    let objective = m.times(c, x);
    m.minimize(objective);
    let (a, b) = (m.table(1, 2, &[2.0, 1.0]), m.table(1, 2, &[1.0, 2.0]));
    let (first, second) = (m.times(a, x), m.times(b, x));
    m.at_most_number(first, 3.0);
    m.at_most_number(second, 3.0);
    m.at_least_number(x, 0.0);
    m
}

#[test]
fn linear_program_with_duals() {
    let m = lp_1();
    let solution = m.solve();
    assert_solved(&solution);
    assert_close(m.value(&solution), -9.0, WITHIN);
    assert_entries(&solution.variables[0], &[1.0, 1.0], WITHIN);
    assert_entries(dual(&solution, 0), &[1.0], WITHIN);
    assert_entries(dual(&solution, 1), &[2.0], WITHIN);
    assert_entries(dual(&solution, 2), &[0.0, 0.0], WITHIN);
}

#[test]
fn linear_program_without_bound() {
    // lp_3 and lp_6.
    let mut m = Model::default();
    let x = m.vector(5);
    let total = m.sum(x);
    m.minimize(total);
    m.at_most_number(x, 1.0);
    let solution = m.solve();
    let Status::Unbounded(certificate) = &solution.status else {
        panic!("{:?}", solution.status);
    };
    let direction: f64 = certificate.direction[0].entries().iter().sum();
    assert!(direction < 0.0);
    let mut m = Model::default();
    let x = m.vector(1);
    let objective = m.scaled(0.23, x);
    m.maximize(objective);
    assert!(matches!(m.solve().status, Status::Unbounded(_)));
}

#[test]
fn infeasible_linear_program_names_multipliers() {
    // x <= 1 and x >= 2.
    let mut m = Model::default();
    let x = m.vector(1);
    m.minimize(x);
    m.at_most_number(x, 1.0);
    m.at_least_number(x, 2.0);
    m.at_most_number(x, 5.0);
    let Status::Infeasible(certificate) = m.solve().status else {
        panic!("not infeasible");
    };
    let multipliers: Vec<f64> = certificate
        .multipliers
        .iter()
        .map(|m| m.get(0, 0))
        .collect();
    // λ_0 (x - 1) + λ_1 (2 - x) + λ_2 (x - 5) is a positive constant.
    let [a, b, c] = multipliers[..] else {
        panic!("{multipliers:?}");
    };
    let value = 2.0 * b - a - 5.0 * c;
    assert!(a >= 0.0 && b >= 0.0 && c >= 0.0 && value > 0.0);
    assert_close((a - b + c) / value, 0.0, 1e-6);
}

#[test]
fn infeasible_and_unbounded_is_called_infeasible() {
    let mut m = Model::default();
    let x = m.vector(2);
    let (first, second) = (m.entry(x, 0), m.entry(x, 1));
    m.minimize(second);
    m.at_most_number(first, 1.0);
    m.at_least_number(first, 2.0);
    assert!(matches!(m.solve().status, Status::Infeasible(_)));
}

#[test]
fn constant_constraints_are_decided() {
    let mut m = Model::default();
    let x = m.vector(1);
    m.minimize(x);
    m.at_least_number(x, 3.0);
    let one = m.number(1.0);
    let holds = m.at_most_number(one, 2.0);
    let solution = m.solve();
    assert_solved(&solution);
    assert_entries(dual(&solution, holds), &[0.0], WITHIN);
    let violated = m.at_most_number(one, 0.5);
    let Status::Infeasible(certificate) = m.solve().status else {
        panic!("not infeasible");
    };
    assert_entries(&certificate.multipliers[violated], &[1.0], WITHIN);
    assert_entries(&certificate.multipliers[0], &[0.0], WITHIN);
}

#[test]
fn infinite_bounds_are_no_bounds() {
    let mut m = Model::default();
    let x = m.vector(2);
    let total = m.sum(x);
    m.minimize(total);
    let lower = m.numbers(&[1.0, 2.0]);
    let upper = m.numbers(&[f64::INFINITY, 4.0]);
    m.at_most(lower, x);
    m.at_most(x, upper);
    let solution = m.solve();
    assert_solved(&solution);
    assert_entries(&solution.variables[0], &[1.0, 2.0], WITHIN);
}

#[test]
fn quadratic_program_with_dual() {
    // qp_0: min x² with x >= 1, dual 2.
    let mut m = Model::default();
    let x = m.vector(1);
    let square = m.power(x, 2.0);
    m.minimize(square);
    let bound = m.at_least_number(x, 1.0);
    let (program, _) = m.lower();
    assert_eq!((program.variables, program.quadratic.nonzeros()), (1, 1));
    let solution = m.solve();
    assert_solved(&solution);
    assert_close(m.value(&solution), 1.0, WITHIN);
    assert_entries(dual(&solution, bound), &[2.0], WITHIN);
}

#[test]
fn maximised_concave_quadratic() {
    // max 3 - (x - 2)² over x <= 1: 2 at 1, dual 2.
    let mut m = Model::default();
    let x = m.vector(1);
    let two = m.number(2.0);
    let shifted = m.minus(x, two);
    let square = m.power(shifted, 2.0);
    let three = m.number(3.0);
    let objective = m.minus(three, square);
    m.maximize(objective);
    let bound = m.at_most_number(x, 1.0);
    let solution = m.solve();
    assert_solved(&solution);
    assert_close(m.value(&solution), 2.0, WITHIN);
    assert_entries(dual(&solution, bound), &[2.0], WITHIN);
}

#[test]
fn infeasible_and_unbounded_quadratic_programs() {
    let mut m = Model::default();
    let x = m.vector(2);
    let first = m.entry(x, 0);
    let square = m.power(first, 2.0);
    let total = m.sum(x);
    let objective = m.plus(square, total);
    m.minimize(objective);
    assert!(matches!(m.solve().status, Status::Unbounded(_)));
    m.at_most_number(total, 0.0);
    m.at_least_number(total, 1.0);
    assert!(matches!(m.solve().status, Status::Infeasible(_)));
}

/// socp_1: min 3 x_1 + 2 x_2 + x_3, |x| <= y, x_1 + x_2 + 3 x_3 >= 1, y <= 5.
fn socp_1() -> Model {
    let mut m = Model::default();
    let (x, y) = (m.vector(3), m.vector(1));
    let c = m.table(1, 3, &[3.0, 2.0, 1.0]);
    let objective = m.times(c, x);
    m.minimize(objective);
    let norm = m.norm2(x);
    m.at_most(norm, y);
    let a = m.table(1, 3, &[1.0, 1.0, 3.0]);
    let product = m.times(a, x);
    m.at_least_number(product, 1.0);
    m.at_most_number(y, 5.0);
    m
}

#[test]
fn second_order_program_is_one_cone() {
    let m = socp_1();
    let (program, _) = m.lower();
    assert_eq!(program.variables, 4);
    let solution = m.solve();
    assert_solved(&solution);
    assert_close(m.value(&solution), -13.548638904065102, WITHIN);
    let expected = [-3.874621860638774, -2.129788233677883, 2.33480343377204];
    assert_entries(&solution.variables[0], &expected, 1e-5);
    let duals = solution.duals.as_ref().expect("duals");
    // The head's multiplier is that of y <= 5.
    assert_close(duals[0].get(0, 0), duals[2].get(0, 0), WITHIN);
}

#[test]
fn eliminated_epigraphs_keep_values_and_duals() {
    let m = socp_1();
    let kept = Options {
        eliminate_epigraphs: false,
        ..Options::default()
    };
    let (reduced, plain) = (m.solve(), m.solve_with(&kept));
    assert_close(m.value(&reduced), m.value(&plain), WITHIN);
    let (a, b) = (reduced.duals.expect("duals"), plain.duals.expect("duals"));
    for (a, b) in a.iter().zip(&b) {
        assert_entries(a, &b.entries(), 1e-5);
    }
}

#[test]
fn second_order_program_infeasible_and_unbounded() {
    let mut m = Model::default();
    let x = m.vector(2);
    let (norm, first) = (m.norm2(x), m.entry(x, 0));
    m.minimize(first);
    m.at_most_number(norm, 1.0);
    m.at_least_number(first, 2.0);
    let Status::Infeasible(certificate) = m.solve().status else {
        panic!("not infeasible");
    };
    // λ_0 (|x| - 1) + λ_1 (2 - x_1) is positive everywhere.
    let (a, b) = (
        certificate.multipliers[0].get(0, 0),
        certificate.multipliers[1].get(0, 0),
    );
    assert!(b <= a * (1.0 + 1e-6) && 2.0 * b > a, "{a} {b}");
    let mut m = Model::default();
    let (x, t) = (m.vector(2), m.vector(1));
    let norm = m.norm2(x);
    m.at_most(norm, t);
    let first = m.entry(x, 0);
    m.minimize(first);
    assert!(matches!(m.solve().status, Status::Unbounded(_)));
}

#[test]
fn absolute_bound_is_two_rows() {
    // min x_1 - x_2 over |x| <= 3: duals 1, 1.
    let mut m = Model::default();
    let x = m.vector(2);
    let c = m.table(1, 2, &[1.0, -1.0]);
    let objective = m.times(c, x);
    m.minimize(objective);
    let size = m.abs(x);
    let bound = m.at_most_number(size, 3.0);
    let (program, _) = m.lower();
    let rows: usize = program.blocks.iter().map(|b| b.map.rows()).sum();
    assert_eq!((program.variables, rows), (2, 4));
    let solution = m.solve();
    assert_solved(&solution);
    assert_entries(&solution.variables[0], &[-3.0, 3.0], WITHIN);
    assert_entries(dual(&solution, bound), &[1.0, 1.0], WITHIN);
}

/// The correlation bound of B&V exercise 8.3 (sdp_1min, sdp_1max).
fn correlation() -> Model {
    let mut m = Model::default();
    let rho = m.structured(Shape::new(4, 4), Structure::Symmetric);
    let zero = m.number(0.0);
    m.precedes(zero, rho);
    for (i, j, low, high) in [
        (0, 1, 0.6, 0.9),
        (0, 2, 0.8, 0.9),
        (1, 3, 0.5, 0.7),
        (2, 3, -0.8, -0.4),
    ] {
        let entry = m.entry(rho, i + 4 * j);
        m.at_least_number(entry, low);
        m.at_most_number(entry, high);
    }
    for i in 0..4 {
        let entry = m.entry(rho, 5 * i);
        m.equal_number(entry, 1.0);
    }
    m
}

#[test]
fn semidefinite_program() {
    let mut m = correlation();
    let entry = m.entry(m.problem.variables[0].node, 12);
    m.minimize(entry);
    let solution = m.solve();
    assert_solved(&solution);
    assert_close(m.value(&solution), -0.39282032303659115, 1e-5);
    // Λ >> 0 is complementary to ρ.
    let (lambda, rho) = (dual(&solution, 0), &solution.variables[0]);
    let product = lambda.to_dense().dot(&rho.to_dense());
    assert_close(product, 0.0, 1e-5);
    assert!(lambda.to_dense().symmetric_eigenvalues().min() > -1e-7);
    m.maximize(entry);
    assert_close(m.value(&m.solve()), 0.22990908343376001, 1e-5);
}

#[test]
fn semidefinite_dual_is_exact() {
    // min x_12 over [1, x; x, 4] >> 0: -2, Λ = [1, .5; .5, .25].
    let mut m = Model::default();
    let x = m.structured(Shape::new(2, 2), Structure::Symmetric);
    let zero = m.number(0.0);
    let cone = m.precedes(zero, x);
    let (first, last) = (m.entry(x, 0), m.entry(x, 3));
    m.equal_number(first, 1.0);
    m.equal_number(last, 4.0);
    let corner = m.entry(x, 2);
    m.minimize(corner);
    let solution = m.solve();
    assert_solved(&solution);
    assert_close(m.value(&solution), -2.0, WITHIN);
    assert_entries(dual(&solution, cone), &[1.0, 0.5, 0.5, 0.25], 1e-5);
}

#[test]
fn semidefinite_program_infeasible_and_unbounded() {
    let mut m = Model::default();
    let x = m.structured(Shape::new(2, 2), Structure::Symmetric);
    let zero = m.number(0.0);
    m.precedes(zero, x);
    let corner = m.entry(x, 2);
    m.minimize(corner);
    assert!(matches!(m.solve().status, Status::Unbounded(_)));
    let first = m.entry(x, 0);
    m.at_most_number(first, -1.0);
    assert!(matches!(m.solve().status, Status::Infeasible(_)));
}

#[test]
fn diagonal_variable() {
    // min trace(D) over [1, 0.5; 0.5, 1] << D, D diagonal: 3.
    let mut m = Model::default();
    let d = m.structured(Shape::new(2, 2), Structure::Diagonal);
    let lower = m.table(2, 2, &[1.0, 0.5, 0.5, 1.0]);
    m.precedes(lower, d);
    let total = m.sum(d);
    m.minimize(total);
    let solution = m.solve();
    assert_solved(&solution);
    assert_close(m.value(&solution), 3.0, WITHIN);
}

#[test]
fn exponential_program() {
    // exp_5: min sum(exp(x)), sum(x) == 1.
    let mut m = Model::default();
    let x = m.vector(5);
    let exponentials = m.exp(x);
    let objective = m.sum(exponentials);
    m.minimize(objective);
    let total = m.sum(x);
    let sum_is_one = m.equal_number(total, 1.0);
    let solution = m.solve();
    assert_solved(&solution);
    assert_close(m.value(&solution), 6.107013790800849, WITHIN);
    // L = f + ν(sum(x) - 1): ν = -exp(1/5).
    assert_entries(dual(&solution, sum_is_one), &[-(0.2f64.exp())], WITHIN);
}

#[test]
fn exponential_bound_and_its_dual() {
    // max x with exp(x) <= 3: log 3, dual 1/3.
    let mut m = Model::default();
    let x = m.vector(1);
    m.maximize(x);
    let exponential = m.exp(x);
    let bound = m.at_most_number(exponential, 3.0);
    let (program, _) = m.lower();
    assert_eq!(program.variables, 1);
    let solution = m.solve();
    assert_solved(&solution);
    assert_close(m.value(&solution), 3f64.ln(), WITHIN);
    assert_entries(dual(&solution, bound), &[1.0 / 3.0], WITHIN);
}

#[test]
fn exponential_program_infeasible_and_unbounded() {
    let mut m = Model::default();
    let x = m.vector(1);
    let exponential = m.exp(x);
    m.minimize(x);
    m.at_most_number(exponential, 1.0);
    assert!(matches!(m.solve().status, Status::Unbounded(_)));
    m.at_most_number(exponential, -1.0);
    assert!(matches!(m.solve().status, Status::Infeasible(_)));
}

#[test]
fn power_program() {
    // min x^3 + y^1.5 + x^-1, x + y >= 3.
    let mut m = Model::default();
    let (x, y) = (m.vector(1), m.vector(1));
    let (cube, root) = (m.power(x, 3.0), m.power(y, 1.5));
    let inverse = m.power(x, -1.0);
    let objective = m.plus(cube, root);
    let objective = m.plus(objective, inverse);
    m.minimize(objective);
    let total = m.plus(x, y);
    let bound = m.at_least_number(total, 3.0);
    let solution = m.solve();
    assert_solved(&solution);
    let (x, y) = (
        solution.variables[0].get(0, 0),
        solution.variables[1].get(0, 0),
    );
    let lambda = dual(&solution, bound).get(0, 0);
    assert_close(x + y, 3.0, WITHIN);
    assert_close(3.0 * x * x - 1.0 / (x * x), lambda, 1e-4);
    assert_close(1.5 * y.sqrt(), lambda, 1e-4);
}

#[test]
fn square_root_may_lie_above_a_negative_bound() {
    // The power cone bounds |value|: the variable may not be replaced by its bound -5.
    let mut m = Model::default();
    let x = m.vector(1);
    let root = m.power(x, 0.5);
    m.minimize(x);
    m.at_least_number(root, -5.0);
    let solution = m.solve();
    assert_solved(&solution);
    assert_close(m.value(&solution), 0.0, WITHIN);
}

#[test]
fn power_program_infeasible_and_unbounded() {
    let mut m = Model::default();
    let x = m.vector(1);
    let root = m.power(x, 0.5);
    let objective = m.plus(root, x);
    m.maximize(objective);
    assert!(matches!(m.solve().status, Status::Unbounded(_)));
    let cube = m.power(x, 3.0);
    m.at_most_number(cube, -1.0);
    assert!(matches!(m.solve().status, Status::Infeasible(_)));
}

#[test]
fn growth_without_a_ray_is_not_called_solved() {
    let mut m = Model::default();
    let x = m.vector(1);
    let root = m.power(x, 0.5);
    m.maximize(root);
    let status = m.solve().status;
    assert!(matches!(status, Status::Stopped(_) | Status::Unbounded(_)));
}

#[test]
fn large_constant_does_not_spoil_a_projection() {
    // min |x - y|² over x <= 0.5 max(y): all but one entry stay; b'b is 1e8 times the optimum.
    let mut m = Model::default();
    let n = 200;
    let y: Vec<f64> = (0..n).map(|k| 1e4 + k as f64).collect();
    let x = m.vector(n);
    let target = m.numbers(&y);
    let difference = m.minus(x, target);
    let objective = m.squares(difference);
    m.minimize(objective);
    m.at_most_number(x, y[n - 1] - 1.0);
    let solution = m.solve();
    assert_solved(&solution);
    assert_close(m.value(&solution), 1.0, WITHIN);
}

#[test]
fn tall_least_squares_in_every_form() {
    let (rows, cols) = (60, 4);
    let entries: Vec<f64> = (0..rows * cols)
        .map(|k| ((k * k + 7 * k) as f64 * 0.37).sin())
        .collect();
    for noise in [1e-6, 1.0] {
        let mut m = Model::default();
        let x = m.vector(cols);
        let a = m.table(rows, cols, &entries);
        let b: Vec<f64> = (0..rows)
            .map(|i| {
                let row: f64 = (0..cols).map(|j| entries[i + j * rows]).sum();
                100.0 * row + noise * (i as f64).cos()
            })
            .collect();
        let product = m.times(a, x);
        let b = m.numbers(&b);
        let residual = m.minus(product, b);
        let objective = m.squares(residual);
        m.minimize(objective);
        let triangular = Options {
            products: false,
            ..Options::default()
        };
        let plain = Options {
            triangular_least_squares: false,
            ..triangular
        };
        let expected = m.solve_with(&plain);
        for options in [Options::default(), triangular] {
            let solution = m.solve_with(&options);
            assert_solved(&solution);
            let entries = expected.variables[0].entries();
            assert_entries(&solution.variables[0], &entries, WITHIN);
            assert_close(m.value(&solution), m.value(&expected), WITHIN);
        }
    }
}

#[test]
fn unused_variable_is_zero() {
    let mut m = lp_1();
    m.vector(3);
    let solution = m.solve();
    assert_solved(&solution);
    assert_entries(&solution.variables[1], &[0.0; 3], 0.0);
}

#[test]
fn weighted_squares_go_into_the_objective() {
    // min 2 x_1² + 3 x_2² - 4 x_1 - 6 x_2, in both notations: -5 at (1, 1).
    for transposed in [false, true] {
        let mut m = Model::default();
        let x = m.vector(2);
        let squares = m.power(x, 2.0);
        let weighted = if transposed {
            let weights = m.table(1, 2, &[2.0, 3.0]);
            m.times(weights, squares)
        } else {
            let weights = m.numbers(&[2.0, 3.0]);
            let products = m.apply(ElementMultiply, &[weights, squares]);
            m.sum(products)
        };
        let c = m.table(1, 2, &[-4.0, -6.0]);
        let linear = m.times(c, x);
        let objective = m.plus(weighted, linear);
        m.minimize(objective);
        let (program, _) = m.lower();
        assert_eq!((program.variables, program.blocks.len()), (2, 0));
        let solution = m.solve();
        assert_solved(&solution);
        assert_close(m.value(&solution), -5.0, WITHIN);
        assert_entries(&solution.variables[0], &[1.0, 1.0], WITHIN);
    }
}

#[test]
fn bounds_of_a_symmetric_variable_share_their_duals() {
    // min 2 x_12 over symmetric X with X >= -1: duals 1 for both corners, 0 on the diagonal.
    let mut m = Model::default();
    let x = m.structured(Shape::new(2, 2), Structure::Symmetric);
    let corner = m.entry(x, 2);
    let objective = m.scaled(2.0, corner);
    m.minimize(objective);
    let bound = m.at_least_number(x, -1.0);
    let mut source = Source::of_problem(&m.problem);
    source.symmetric[bound] = true;
    let solution = solve_source(&source, &Options::default(), &Settings::default());
    assert_solved(&solution);
    assert_entries(dual(&solution, bound), &[0.0, 1.0, 1.0, 0.0], WITHIN);
}
