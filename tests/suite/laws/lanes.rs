//! `each = row` and `each = column`: every function that has them, built as a call builds it.

use super::sample::Random;
use bowl::atoms::{Along, Arity, BuildInput, Entry, Lanes, Role, Specimen, entries};
use bowl::expr::{Atom, Domain};
use bowl::matrix::Matrix;
use bowl::shape::Shape;
use std::sync::Arc;

const SHAPE: Shape = Shape::new(2, 3);

/// A value for each parameter that has no default.
fn constant(name: &str) -> Matrix {
    match name {
        "k" => Matrix::scalar(1.5),
        "p" => Matrix::scalar(2.5),
        "beta" => Matrix::scalar(0.4),
        "w" => Matrix::vector(vec![1.0, -0.5]),
        other => panic!("no value for the parameter {other}"),
    }
}

/// Shapes of the expressions: of two, the second has an entry for each lane.
fn shapes(entry: &Entry, shape: Shape, along: Along) -> Vec<Shape> {
    match entry.arity {
        Arity::Exactly([_, _]) => vec![shape, Lanes { along, shape }.result_shape()],
        Arity::Exactly([_]) | Arity::AtLeast(1) => vec![shape],
        Arity::Exactly(_) | Arity::AtLeast(_) => panic!("{} has lanes of several", entry.name),
    }
}

fn build(entry: &Entry, shape: Shape, along: Along) -> Arc<dyn Atom> {
    let parameters = entry.parameters.iter();
    let constants =
        parameters.map(|p| Arc::new(p.default.map_or_else(|| constant(p.name), Matrix::scalar)));
    let input = BuildInput {
        shapes: shapes(entry, shape, along),
        parameters: entry.parameters,
        constants: constants.collect(),
        along,
    };
    (entry.build)(&input).unwrap_or_else(|reason| panic!("{}: {reason}", entry.name))
}

/// Functions that run along rows and columns.
fn reductions() -> impl Iterator<Item = &'static Entry> {
    entries().filter(|entry| entry.each)
}

/// Each of them along rows and along columns, for all other laws.
pub fn specimens() -> impl Iterator<Item = (String, Specimen)> {
    let both = |entry: &'static Entry| {
        [Along::Rows, Along::Columns].map(|along| {
            let specimen = Specimen {
                atom: build(entry, SHAPE, along),
                arguments: shapes(entry, SHAPE, along)
                    .into_iter()
                    .map(|shape| (shape, Role::Variable))
                    .collect(),
            };
            (entry.name.to_owned(), specimen)
        })
    };
    reductions().flat_map(both)
}

fn value(atom: &dyn Atom, arguments: &[Matrix]) -> Vec<f64> {
    let shapes: Vec<Shape> = arguments.iter().map(Matrix::shape).collect();
    let shape = atom.shape(&shapes).expect("the matrices fit");
    let mut out = vec![f64::NAN; shape.size()];
    atom.evaluate(&arguments.iter().collect::<Vec<_>>(), &mut out);
    out
}

/// Random arguments from the domain.
fn arguments(entry: &Entry, atom: &dyn Atom, along: Along, random: &mut Random) -> Vec<Matrix> {
    let shapes = shapes(entry, SHAPE, along).into_iter().enumerate();
    let draw = |(k, shape)| {
        let low = match atom.domain(k) {
            Domain::AtLeast(bound) | Domain::Above(bound) => bound + 0.1,
            _ => -2.0,
        };
        random.matrix(shape, low, 2.0)
    };
    shapes.map(draw).collect()
}

/// f(X, each = row) holds f of each row, f(X, each = column) that of each column; where f of a lane
/// is a lane itself (`cumsum`), it stands in the place of the lane.
pub fn law() {
    let mut random = Random::new(7);
    let mut count = 0;
    for entry in reductions() {
        for along in [Along::Rows, Along::Columns] {
            let atom = build(entry, SHAPE, along);
            let given = arguments(entry, atom.as_ref(), along, &mut random);
            let whole = value(atom.as_ref(), &given);
            let lanes = Lanes {
                along,
                shape: SHAPE,
            };
            for k in 0..lanes.count() {
                let entries = lanes.positions(k).map(|p| given[0].entries()[p]);
                let lane = Matrix::vector(entries.collect());
                let own = given[1..].iter().map(|y| Matrix::scalar(y.entries()[k]));
                let atom = build(entry, lane.shape(), Along::All);
                let lane: Vec<Matrix> = std::iter::once(lane).chain(own).collect();
                let alone = value(atom.as_ref(), &lane);
                let found: Vec<f64> = if alone.len() == 1 {
                    vec![whole[k]]
                } else if whole.len() == SHAPE.size() {
                    lanes.positions(k).map(|p| whole[p]).collect()
                } else {
                    let length = whole.len() / lanes.count();
                    let step = |i: usize| match along {
                        Along::Rows => k + i * lanes.count(),
                        Along::All | Along::Columns => k * length + i,
                    };
                    (0..length).map(|i| whole[step(i)]).collect()
                };
                let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-13 * b.abs().max(1.0);
                assert!(
                    found.len() == alone.len() && found.iter().zip(&alone).all(close),
                    "{} {along:?}: {found:?} for {alone:?}",
                    entry.name
                );
                count += 1;
            }
        }
    }
    assert!(count > 100, "only {count} lanes were compared");
}
