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

fn build(entry: &Entry, shape: Shape, along: Along) -> Arc<dyn Atom> {
    let parameters = entry.parameters.iter();
    let constants =
        parameters.map(|p| Arc::new(p.default.map_or_else(|| constant(p.name), Matrix::scalar)));
    let input = BuildInput {
        shapes: vec![shape],
        parameters: entry.parameters,
        constants: constants.collect(),
        along,
    };
    (entry.build)(&input).unwrap_or_else(|reason| panic!("{}: {reason}", entry.name))
}

/// Functions of one expression that run along rows and columns.
fn reductions() -> impl Iterator<Item = &'static Entry> {
    entries().filter(|entry| {
        let one = match entry.arity {
            Arity::Exactly(names) => names.len() == 1,
            Arity::AtLeast(least) => least == 1,
        };
        assert!(one || !entry.each, "{} has lanes of several", entry.name);
        entry.each
    })
}

/// Each of them along rows and along columns, for all other laws.
pub fn specimens() -> impl Iterator<Item = (String, Specimen)> {
    let both = |entry: &'static Entry| {
        [Along::Rows, Along::Columns].map(|along| {
            let specimen = Specimen {
                atom: build(entry, SHAPE, along),
                arguments: vec![(SHAPE, Role::Variable)],
            };
            (entry.name.to_owned(), specimen)
        })
    };
    reductions().flat_map(both)
}

fn value(atom: &dyn Atom, x: &Matrix) -> Vec<f64> {
    let shape = atom.shape(&[x.shape()]).expect("the matrix fits");
    let mut out = vec![f64::NAN; shape.size()];
    atom.evaluate(&[x], &mut out);
    out
}

/// f(X, each = row) holds f of each row, f(X, each = column) that of each column; where f of a lane
/// is a lane itself (`cumsum`), it stands in the place of the lane.
pub fn law() {
    let mut random = Random::new(7);
    let mut count = 0;
    for entry in reductions() {
        for along in [Along::Rows, Along::Columns] {
            let atom = build(entry, SHAPE, along);
            let low = match atom.domain(0) {
                Domain::AtLeast(bound) | Domain::Above(bound) => bound + 0.1,
                _ => -2.0,
            };
            let x = random.matrix(SHAPE, low, 2.0);
            let whole = value(atom.as_ref(), &x);
            let lanes = Lanes {
                along,
                shape: SHAPE,
            };
            for k in 0..lanes.count() {
                let entries: Vec<f64> = lanes.positions(k).map(|p| x.entries()[p]).collect();
                let lane = Matrix::vector(entries);
                let alone = value(build(entry, lane.shape(), Along::All).as_ref(), &lane);
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
