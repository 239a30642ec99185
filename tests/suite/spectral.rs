//! Quadratic and spectral functions: slopes, graph forms against values, domains, proximal maps.

use super::construct::{check_pullbacks, numbers};
use super::model::{Model, assert_close};
use crate::both_paths::objectives;
use bowl::atoms::{Role, Specimen, quadratic, spectral};
use bowl::dcp::{Curvature, Facts};
use bowl::differentiate::{gradient, hessian_times, underivable};
use bowl::expr::{Atom, Domain, Evaluator, ExprId, Graph, Kink, Proximal, VariableId};
use bowl::matrix::Matrix;
use bowl::shape::Shape;
use bowl::solve::Status;
use nalgebra::DMatrix;
use std::sync::Arc;

fn symmetric(side: usize, seed: u64) -> DMatrix<f64> {
    let square = DMatrix::from_vec(side, side, numbers(side * side, seed));
    &square + square.transpose()
}

fn definite(side: usize, seed: u64) -> DMatrix<f64> {
    let square = DMatrix::from_vec(side, side, numbers(side * side, seed));
    square.tr_mul(&square) + DMatrix::identity(side, side) * 0.3
}

fn point_in(domain: Domain, shape: Shape, seed: u64) -> Matrix {
    match domain {
        Domain::Symmetric => Matrix::Dense(symmetric(shape.rows, seed)),
        Domain::PositiveSemidefinite | Domain::PositiveDefinite => {
            Matrix::Dense(definite(shape.rows, seed))
        }
        Domain::Reals => Matrix::from_columns(shape, numbers(shape.size(), seed)),
        Domain::AtLeast(bound) | Domain::Above(bound) | Domain::Within(bound, _) => {
            let entries = numbers(shape.size(), seed);
            let inside = entries.iter().map(|e| bound + e.abs() + 0.1).collect();
            Matrix::from_columns(shape, inside)
        }
    }
}

fn point(specimen: &Specimen, seed: u64) -> Vec<Arc<Matrix>> {
    let arguments = specimen.arguments.iter().enumerate();
    arguments
        .map(|(k, (shape, role))| {
            let domain = match (specimen.atom.name(), k, role) {
                // Convex in x where the constant matrix is definite.
                ("quad_form", 1, Role::Constant) => Domain::PositiveDefinite,
                _ => specimen.atom.domain(k),
            };
            Arc::new(point_in(domain, *shape, seed + k as u64))
        })
        .collect()
}

fn specimens() -> Vec<Specimen> {
    let entries = quadratic::ENTRIES.iter().chain(spectral::ENTRIES);
    entries.flat_map(|entry| (entry.specimens)()).collect()
}

fn value_of(atom: &dyn Atom, arguments: &[Arc<Matrix>]) -> f64 {
    let mut out = [f64::NAN];
    let arguments: Vec<&Matrix> = arguments.iter().map(AsRef::as_ref).collect();
    atom.evaluate(&arguments, &mut out);
    out[0]
}

fn facts(specimen: &Specimen, point: &[Arc<Matrix>]) -> Vec<Facts> {
    let arguments = specimen.arguments.iter().zip(point);
    arguments
        .map(|((shape, role), value)| {
            let mut facts = Facts::unknown(*shape);
            facts.curvature = match role {
                Role::Constant => Curvature::Constant,
                Role::Variable => Curvature::Affine,
            };
            facts.symmetric = value.is_symmetric();
            facts.psd = *role == Role::Constant && point_is_psd(value);
            facts
        })
        .collect()
}

fn point_is_psd(value: &Matrix) -> bool {
    bowl::matrix::square_root_factor(value).is_some()
}

#[test]
fn slopes_match_differences() {
    for specimen in specimens() {
        check_pullbacks(&specimen, &point(&specimen, 3), 1e-7);
    }
}

/// Hessian times a direction against differences of the gradient, wherever it is offered.
#[test]
fn second_derivatives_match_differences() {
    let mut found = 0;
    for specimen in specimens() {
        let value = point(&specimen, 7);
        let (shape, role) = specimen.arguments[0];
        if role == Role::Constant || specimen.atom.name() == "inv" {
            continue;
        }
        let mut graph = Graph::new();
        let arguments: Vec<ExprId> = specimen
            .arguments
            .iter()
            .enumerate()
            .map(|(k, (shape, _))| match k {
                0 => graph.variable(VariableId(0), *shape, Default::default()),
                _ => graph.constant(value[k].clone(), None, Default::default()),
            })
            .collect();
        let scalar = graph
            .apply(specimen.atom.clone(), &arguments, Default::default())
            .expect("specimens fit");
        let slope = gradient(&mut graph, scalar, &arguments[..1])[0];
        if underivable(&graph, slope, &arguments[..1]).is_some() {
            continue;
        }
        found += 1;
        let mut direction = point_in(Domain::Reals, shape, 40).into_dense();
        if shape.is_square() {
            direction = &direction + direction.transpose();
        }
        let constant = Matrix::Dense(direction.clone());
        let constant = graph.constant(constant, None, Default::default());
        let product = hessian_times(&mut graph, scalar, &arguments[..1], &[constant])[0];
        let evaluator = Evaluator::new(&graph, &[slope, product]);
        let start = value[0].to_dense().into_owned();
        let at = |step: f64| {
            let moved = Matrix::Dense(&start + &direction * step);
            evaluator.evaluate(&[Arc::new(moved)])
        };
        let (ahead, behind) = (at(1e-5), at(-1e-5));
        let difference = (ahead[0].to_dense().as_ref() - behind[0].to_dense().as_ref()) / 2e-5;
        let error = (difference - at(0.0)[1].to_dense().as_ref()).amax();
        assert!(error < 1e-6, "{:?}: {error}", specimen.atom);
    }
    assert!(found >= 6, "{found}");
}

/// The atom over variables that are held at the point.
fn held(specimen: &Specimen, point: &[Arc<Matrix>], curvature: Curvature) -> Model {
    let mut model = Model::default();
    let mut arguments = Vec::new();
    for ((shape, role), value) in specimen.arguments.iter().zip(point) {
        let constant = model.constant(value.as_ref().clone());
        if *role == Role::Constant {
            arguments.push(constant);
            continue;
        }
        let variable = model.variable(*shape);
        model.equal(variable, constant);
        arguments.push(variable);
    }
    let graph = &mut model.problem.graph;
    let value = graph
        .apply(specimen.atom.clone(), &arguments, Default::default())
        .expect("specimens fit");
    if curvature.is_convex() {
        model.minimize(value);
    } else {
        model.maximize(value);
    }
    model
}

#[test]
fn graph_forms_are_tight() {
    for specimen in specimens() {
        for seed in [1, 11] {
            let point = point(&specimen, seed);
            let curvature = specimen.atom.curvature(&facts(&specimen, &point));
            if curvature == Curvature::Unknown {
                continue;
            }
            let model = held(&specimen, &point, curvature);
            let solution = model.solve();
            assert_eq!(solution.status, Status::Solved, "{:?}", specimen.atom);
            let expected = value_of(specimen.atom.as_ref(), &point);
            let (program, _) = model.lower();
            assert!(program.blocks.len() < 20);
            assert_close(objective(&model), expected, 1e-6);
        }
    }
}

/// The optimal value of the cone program itself, not the atom evaluated at its solution: an
/// auxiliary variable takes the atom's place.
fn objective(model: &Model) -> f64 {
    let mut model = Model {
        problem: model.problem.clone(),
    };
    let goal = model.problem.objective.goal;
    let value = model.problem.objective.expression.expect("an objective");
    let bound = model.variable(Shape::SCALAR);
    if goal == bowl::problem::Goal::Minimize {
        model.at_most(value, bound);
        model.minimize(bound);
    } else {
        model.at_most(bound, value);
        model.maximize(bound);
    }
    let solution = model.solve();
    assert_eq!(solution.status, Status::Solved);
    model.value(&solution)
}

#[test]
fn outside_the_domain_there_is_no_solution() {
    let outside = |side: usize| {
        let mut matrix = DMatrix::identity(side, side);
        (matrix[(0, 1)], matrix[(1, 0)]) = (2.0, 2.0);
        Matrix::Dense(matrix)
    };
    for specimen in specimens() {
        let last = specimen.arguments.len() - 1;
        let (shape, role) = specimen.arguments[last];
        let definite = matches!(
            specimen.atom.domain(last),
            Domain::PositiveDefinite | Domain::PositiveSemidefinite
        );
        let curvature = {
            let point = point(&specimen, 1);
            specimen.atom.curvature(&facts(&specimen, &point))
        };
        if !definite || role == Role::Constant || curvature == Curvature::Unknown {
            continue;
        }
        let mut point = point(&specimen, 1);
        point[last] = Arc::new(outside(shape.rows));
        let infinite = value_of(specimen.atom.as_ref(), &point);
        let expected = if curvature.is_convex() {
            f64::INFINITY
        } else {
            f64::NEG_INFINITY
        };
        assert_eq!(infinite, expected, "{:?}", specimen.atom);
        let status = held(&specimen, &point, curvature).solve().status;
        assert!(
            matches!(status, Status::Infeasible(_)),
            "{:?} {status:?}",
            specimen.atom
        );
    }
}

/// prox minimises g(y) + |y - z|²/(2 s): no nearby point is better.
#[test]
fn proximal_maps_are_optimal() {
    let mut found = 0;
    for specimen in specimens() {
        let Kink::Proximal(prox) = specimen.atom.kink() else {
            continue;
        };
        found += 1;
        let shape = specimen.arguments[0].0;
        let symmetric = specimen.atom.domain(0) == Domain::Symmetric;
        let g = |y: &[f64]| {
            let y = Arc::new(Matrix::from_columns(shape, y.to_vec()));
            value_of(specimen.atom.as_ref(), &[y])
        };
        check_proximal(prox.as_ref(), shape, symmetric, g);
    }
    assert!(found >= 3);
    let barrier = |y: &[f64]| {
        let y = Arc::new(Matrix::from_columns(Shape::new(3, 3), y.to_vec()));
        -value_of(&spectral::LogDeterminant, &[y])
    };
    let prox = spectral::NegativeLogDeterminantProximal;
    check_proximal(&prox, Shape::new(3, 3), true, barrier);
}

fn check_proximal(prox: &dyn Proximal, shape: Shape, symmetric: bool, g: impl Fn(&[f64]) -> f64) {
    let part = |entries: Vec<f64>| {
        let matrix = DMatrix::from_vec(shape.rows, shape.cols, entries);
        if symmetric {
            (&matrix + matrix.transpose()) * 0.5
        } else {
            matrix
        }
    };
    for (seed, step) in [(1, 0.1), (2, 0.7), (3, 3.0)] {
        let z = part(numbers(shape.size(), seed)) * 2.0;
        let mut y = vec![f64::NAN; shape.size()];
        prox.prox(shape, z.as_slice(), step, &mut y);
        let total = |y: &[f64]| {
            let squares: f64 = y.iter().zip(z.iter()).map(|(a, b)| (a - b).powi(2)).sum();
            g(y) + squares / (2.0 * step)
        };
        let best = total(&y);
        for trial in 0..200 {
            let size = [1e-1, 1e-2, 1e-3][trial % 3];
            let direction = part(numbers(shape.size(), 100 + trial as u64));
            let moved: Vec<f64> = y
                .iter()
                .zip(direction.iter())
                .map(|(a, d)| a + size * d)
                .collect();
            assert!(total(&moved) >= best - 1e-12, "{prox:?} {step}");
        }
    }
}

#[test]
fn known_values() {
    let of = |name: &str, arguments: &[Matrix]| {
        let entry = bowl::atoms::find(name).expect("a registered name");
        let input = bowl::atoms::BuildInput {
            shapes: arguments.iter().map(Matrix::shape).collect(),
            parameters: entry.parameters,
            constants: Vec::new(),
            along: bowl::atoms::Along::All,
        };
        let atom = (entry.build)(&input).expect("it fits");
        let arguments: Vec<Arc<Matrix>> = arguments.iter().cloned().map(Arc::new).collect();
        value_of(atom.as_ref(), &arguments)
    };
    let square = |entries: &[f64]| {
        let side = (entries.len() as f64).sqrt() as usize;
        Matrix::Dense(DMatrix::from_row_slice(side, side, entries))
    };
    // Values of the reference table.
    let x = square(&[2.0, 0.0, 0.0, 1.0]);
    assert_eq!(of("lambda_max", std::slice::from_ref(&x)), 2.0);
    assert_close(
        of("lambda_min", &[square(&[5.0, 7.0, 7.0, -3.0])]),
        1.0 - 65f64.sqrt(),
        1e-14,
    );
    assert_close(of("norm_nuc", &[square(&[2.0, 0.0, 0.0, 1.0])]), 3.0, 1e-15);
    assert_close(
        of("sigma_max", &[square(&[3.0, 4.0, 5.0, 6.0])]),
        f64::midpoint(86.0, 7380f64.sqrt()).sqrt(),
        1e-15,
    );
    let ones = Matrix::vector(vec![1.0, 2.0]);
    assert_close(
        of(
            "matrix_frac",
            &[ones.clone(), square(&[1.0, 0.0, 0.0, 1.0])],
        ),
        5.0,
        1e-15,
    );
    assert_close(
        of("quad_over_lin", &[ones, Matrix::scalar(2.0)]),
        2.5,
        1e-15,
    );
    assert_eq!(
        of("log_det", &[square(&[1.0, 2.0, 2.0, 1.0])]),
        f64::NEG_INFINITY
    );
    assert_eq!(
        of("quad_over_lin", &[Matrix::scalar(1.0), Matrix::scalar(0.0)]),
        f64::INFINITY
    );
    assert!(of("lambda_max", &[square(&[f64::NAN, 0.0, 0.0, 1.0])]).is_nan());
}

#[test]
fn a_negative_semidefinite_form_is_concave() {
    let specimen = &(quadratic::ENTRIES[0].specimens)()[0];
    let mut point = point(specimen, 5);
    let negative = -definite(3, 5);
    point[1] = Arc::new(Matrix::Dense(negative));
    let model = held(specimen, &point, Curvature::Concave);
    assert_close(
        objective(&model),
        value_of(&quadratic::QuadraticForm, &point),
        1e-6,
    );
}

#[test]
fn functions_of_symmetric_matrices_read_the_symmetric_part() {
    let convex = [
        "lambda_max(X)",
        "-lambda_min(X)",
        "lambda_sum_largest(X, 2)",
        "-log_det(X)",
        "-det_rootn(X)",
        "tr_inv(X)",
        "-von_neumann_entr(X)",
        "matrix_frac([1; 2; 3], X)",
        "perspective(lambda_max(X), s)",
    ];
    for f in convex {
        let rest = "var X[3, 3]\nvar s >= 1, <= 2\nminimize F + sum_squares(X - [4, 3, 0; 1, 2, -1; 0.5, 2, 5])\n";
        let full = objectives(&rest.replace('F', f));
        let part = objectives(&rest.replace('F', &f.replace('X', "((X + X')/2)")));
        for other in full.iter().chain(&part) {
            assert_close(*other, part[0], 1e-7);
        }
        assert_eq!(full.len(), 2);
    }
}
