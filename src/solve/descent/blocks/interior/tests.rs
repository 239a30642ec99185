//! Every rule with an inside, at random points there: what its M, its corrections and its steps have to be.

use super::*;
use crate::solve::descent::blocks::tests::Numbers;
use crate::solve::descent::blocks::{
    Norms, PositiveSemidefinite, Rule, Scalar, Scalars, SecondOrder, Slopes, SpectralSum, Triple,
    Triples,
};

/// Each kind of rule by name, with its number of rows.
fn rules() -> Vec<(&'static str, Box<dyn Rule>, usize)> {
    let mut slopes = Slopes::default();
    let open = f64::INFINITY;
    for (lower, upper) in [
        (-open, open),
        (0.0, open),
        (-open, -0.5),
        (-1.0, 2.0),
        (0.7, 0.7),
    ] {
        slopes.push(lower, upper);
    }
    let mut norms = Norms::default();
    norms.push(3, 0.7);
    norms.push(2, 4.0);
    let mut cones = SecondOrder::default();
    cones.push(3);
    cones.push(4);
    let mut scalars = Scalars::default();
    for kind in [
        Scalar::NegativeLog,
        Scalar::Entropy,
        Scalar::Power(0.5),
        Scalar::Power(1.5),
        Scalar::Power(-2.0),
    ] {
        scalars.push(kind, 0.8);
    }
    let triples = || {
        let mut triples = Triples::default();
        for kind in [Triple::Exponential, Triple::Power(0.5), Triple::Power(0.2)] {
            triples.push(kind);
        }
        Box::new(triples)
    };
    vec![
        ("slopes", Box::new(slopes), 5),
        ("norms", Box::new(norms), 5),
        ("cones", Box::new(cones), 7),
        ("matrix", Box::new(PositiveSemidefinite::new(3)), 6),
        ("scalars", Box::new(scalars), 5),
        (
            "log det",
            Box::new(SpectralSum::new(3, Scalar::NegativeLog, 1.3)),
            6,
        ),
        (
            "entropy",
            Box::new(SpectralSum::new(3, Scalar::Entropy, 1.3)),
            6,
        ),
        ("triples", triples(), 9),
        ("triples by barriers", triples(), 9),
    ]
}

/// A rule at a point inside, with M and corrections taken there.
struct Stand {
    name: &'static str,
    rule: Box<dyn Rule>,
    point: Vec<f64>,
    multiplier: Vec<f64>,
}

impl Stand {
    fn interior(&mut self) -> &mut dyn Interior {
        self.rule.as_interior().expect("it has an inside")
    }

    fn pair(&self) -> (Vec<f64>, Vec<f64>) {
        (self.point.clone(), self.multiplier.clone())
    }

    fn scale(&mut self) -> bool {
        let (point, multiplier) = self.pair();
        let at = Pair {
            point: &point,
            multiplier: &multiplier,
        };
        self.interior().scale(at)
    }

    /// dλ = M*(dy + e).
    fn answer(&mut self, dy: &[f64], target: f64, is_predicted: bool) -> Vec<f64> {
        let mut shifted = vec![0.0; dy.len()];
        self.interior()
            .correction(target, is_predicted, &mut shifted);
        shifted.iter_mut().zip(dy).for_each(|(e, d)| *e += d);
        let mut change = vec![0.0; dy.len()];
        self.rule.curvature_times(&shifted, &mut change);
        change
    }

    fn advance(&mut self, by: Shares, dy: &[f64], change: &[f64]) {
        let (mut point, mut multiplier) = self.pair();
        let step = Pair {
            point: dy,
            multiplier: change,
        };
        self.interior()
            .advance(by, step, &mut point, &mut multiplier);
        (self.point, self.multiplier) = (point, multiplier);
    }
}

fn each(mut test: impl FnMut(&mut Stand, &mut Numbers)) {
    let mut numbers = Numbers(11);
    for round in 0..8 {
        for (name, mut rule, rows) in rules() {
            let size = [1.0, 1e-3, 30.0][round % 3];
            let (mut point, mut multiplier) = (numbers.list(rows, size), numbers.list(rows, size));
            let interior = rule.as_interior().expect("it has an inside");
            let margins = interior.margins(Pair {
                point: &point,
                multiplier: &multiplier,
            });
            let inwards = |margin: f64| (-1.2 * margin).max(0.0) + size;
            let by = Entry {
                point: inwards(margins[0]),
                multiplier: inwards(margins[1]),
                point_unit: size,
                multiplier_unit: size,
                stiffness: 1e3,
                by_barriers: name == "triples by barriers",
            };
            interior.enter(by, &mut point, &mut multiplier);
            let mut stand = Stand {
                name,
                rule,
                point,
                multiplier,
            };
            assert!(stand.scale(), "{name} is not inside");
            test(&mut stand, &mut numbers);
        }
    }
}

fn dense(rule: &dyn Rule, rows: usize) -> Vec<Vec<f64>> {
    let column = |j: usize| {
        let mut unit = vec![0.0; rows];
        unit[j] = 1.0;
        let mut out = vec![0.0; rows];
        rule.curvature_times(&unit, &mut out);
        out
    };
    (0..rows).map(column).collect()
}

/// Every product moves to its target as far as the step goes: of their sum, at a small share.
#[test]
fn steps_lead_to_the_target() {
    each(|stand, numbers| {
        let dy = numbers.list(stand.point.len(), 1e-3);
        let before = stand.interior().products();
        let target = 0.4 * before.mean();
        let change = stand.answer(&dy, target, false);
        let step = Pair {
            point: &dy,
            multiplier: &change,
        };
        stand.interior().longest(step);
        let share = 1e-6;
        stand.advance(Shares::both(share), &dy, &change);
        assert!(stand.scale());
        let after = stand.interior().products();
        let expected = before.count * target - before.sum;
        let found = (after.sum - before.sum) / share;
        assert!(
            (found - expected).abs() <= 1e-3 * (before.sum + expected.abs()),
            "{}: {found} for {expected}",
            stand.name
        );
    });
}

#[test]
fn second_derivatives_are_symmetric_and_positive() {
    each(|stand, numbers| {
        let rows = stand.point.len();
        let m = dense(stand.rule.as_ref(), rows);
        for i in 0..rows {
            for j in 0..i {
                let size = (m[i][i] * m[j][j]).sqrt();
                assert!((m[i][j] - m[j][i]).abs() <= 1e-9 * size, "{}", stand.name);
            }
        }
        let v = numbers.list(rows, 1.0);
        let mut image = vec![0.0; rows];
        stand.rule.curvature_times(&v, &mut image);
        assert!(dot(&v, &image) >= 0.0, "{}", stand.name);
    });
}

/// K'*K is M, where a rule has K.
#[test]
fn roots_make_the_second_derivatives() {
    let mut names = Vec::new();
    each(|stand, numbers| {
        let v = numbers.list(stand.point.len(), 1.0);
        let mut image = vec![0.0; v.len()];
        stand.rule.curvature_times(&v, &mut image);
        let Some(root) = Root::of(stand.rule.as_ref()) else {
            return;
        };
        let mut found = v;
        root.times(&mut found);
        root.transposed_times(&mut found);
        let size = image.iter().fold(0.0f64, |most, v| most.max(v.abs()));
        for (found, image) in found.iter().zip(&image) {
            let difference = (found - image).abs();
            assert!(
                difference <= 1e-9 * size,
                "{}: {found} for {image}",
                stand.name
            );
        }
        names.push(stand.name);
    });
    for name in ["slopes", "matrix", "log det", "scalars"] {
        assert!(names.contains(&name), "{name} has no root");
    }
}

/// Just short of the longest share a step stays inside; just beyond, it does not.
#[test]
fn longest_shares_end_at_an_edge() {
    each(|stand, numbers| {
        let size = stand.point.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        let dy = numbers.list(stand.point.len(), 3.0 * size);
        let target = stand.interior().products().mean();
        let change = stand.answer(&dy, target, false);
        let step = Pair {
            point: &dy,
            multiplier: &change,
        };
        let longest = stand.interior().longest(step);
        // Slopes move y by λ, so that either share may be endless.
        let finite = |share: f64| if share.is_finite() { share } else { 1.0 };
        let short = longest.map(|share| 0.999 * finite(share));
        stand.advance(short, &dy, &change);
        assert!(
            stand.scale(),
            "{} left its inside at {longest:?}",
            stand.name
        );
        // Cones of three rows are searched for an edge no further than a whole step leads.
        if stand.name.starts_with("triples") {
            return;
        }
        stand.advance(short.map(|share| -share), &dy, &change);
        let ends = [
            (
                longest.point,
                Shares {
                    point: 1.001 * longest.point,
                    multiplier: 0.0,
                },
            ),
            (
                longest.multiplier,
                Shares {
                    point: 0.0,
                    multiplier: 1.001 * longest.multiplier,
                },
            ),
        ];
        for (share, beyond) in ends {
            if share.is_finite() {
                stand.advance(beyond, &dy, &change);
                assert!(
                    !stand.scale(),
                    "{} is inside beyond {longest:?}",
                    stand.name
                );
                stand.advance(beyond.map(|share| -share), &dy, &change);
            }
        }
    });
}

/// What is left open is no less than 0, and that of cones is the sum of the products.
#[test]
fn what_is_open_is_positive() {
    each(|stand, _| {
        let (point, multiplier) = stand.pair();
        let at = Pair {
            point: &point,
            multiplier: &multiplier,
        };
        let (open, sum) = (stand.interior().open(at), stand.interior().products().sum);
        assert!(open >= -1e-9 * sum, "{}: {open}", stand.name);
        if ["cones", "matrix", "triples", "triples by barriers"].contains(&stand.name) {
            assert!(
                (open - sum).abs() <= 1e-9 * sum,
                "{}: {open} for {sum}",
                stand.name
            );
        }
    });
}
