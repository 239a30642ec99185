//! Random points of a domain, and what is known of them.

use bowl::atoms::{Role, Specimen};
use bowl::dcp::{Curvature, Facts, Interval};
use bowl::expr::Domain;
use bowl::matrix::Matrix;
use bowl::shape::Shape;
use std::sync::Arc;

/// The part of the domain that a trial draws from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    Whole,
    Nonnegative,
    Nonpositive,
}

impl Half {
    pub fn interval(self) -> Interval {
        match self {
            Half::Whole => Interval::REALS,
            Half::Nonnegative => Interval::NONNEGATIVE,
            Half::Nonpositive => Interval::NONPOSITIVE,
        }
    }
}

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(77))
    }

    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    pub fn matrix(&mut self, shape: Shape, low: f64, high: f64) -> Matrix {
        let entries = (0..shape.size()).map(|_| self.between(low, high)).collect();
        Matrix::from_columns(shape, entries)
    }
}

/// One application on one half of its domain.
pub struct Trial<'s> {
    pub specimen: &'s Specimen,
    pub half: Half,
    pub random: Random,
    /// Values of the constant arguments; varying ones have `None`.
    pub constants: Vec<Option<Arc<Matrix>>>,
    /// How far inside the semidefinite cone points lie: at its edge slopes may be infinite.
    pub margin: f64,
}

impl<'s> Trial<'s> {
    /// One trial for each half that the domain meets.
    pub fn all(specimen: &'s Specimen, seed: u64) -> Vec<Trial<'s>> {
        let halves = [Half::Whole, Half::Nonnegative, Half::Nonpositive];
        let trial = |half: Half| {
            let mut trial = Trial {
                specimen,
                half,
                random: Random::new(seed * 3 + half as u64 + 1),
                constants: vec![None; specimen.arguments.len()],
                margin: 0.0,
            };
            for k in 0..specimen.arguments.len() {
                if specimen.arguments[k].1 == Role::Constant {
                    trial.constants[k] = Some(Arc::new(trial.draw(k)?));
                }
            }
            trial.points().map(|_| trial)
        };
        halves.into_iter().filter_map(trial).collect()
    }

    /// Whether the domain of an argument is one of entries rather than of matrices.
    pub fn is_entrywise(&self, argument: usize) -> bool {
        !matches!(
            self.specimen.atom.domain(argument),
            Domain::Symmetric | Domain::PositiveSemidefinite | Domain::PositiveDefinite
        )
    }

    /// Arguments: constants as fixed, the others drawn anew; `None` when the half misses the domain.
    pub fn points(&mut self) -> Option<Vec<Arc<Matrix>>> {
        (0..self.specimen.arguments.len())
            .map(|k| match self.constants[k].clone() {
                Some(constant) => Some(constant),
                None => self.draw(k).map(Arc::new),
            })
            .collect()
    }

    fn draw(&mut self, argument: usize) -> Option<Matrix> {
        let shape = self.specimen.arguments[argument].0;
        let (low, high) = match self.specimen.atom.domain(argument) {
            Domain::Reals => (-2.0, 2.0),
            Domain::AtLeast(bound) => (bound, bound + 2.5),
            Domain::Above(bound) => (bound + 0.1, bound + 2.5),
            // The ends may be poles.
            Domain::Within(low, high) => (low + 0.05 * (high - low), high - 0.05 * (high - low)),
            Domain::Symmetric => return self.symmetric(shape, 0.0, false),
            Domain::PositiveSemidefinite => return self.symmetric(shape, self.margin, true),
            Domain::PositiveDefinite => return self.symmetric(shape, 0.4, true),
        };
        let (low, high) = match self.half {
            Half::Whole => (low, high),
            Half::Nonnegative => (low.max(0.0), high),
            Half::Nonpositive => (low, high.min(0.0)),
        };
        (low < high).then(|| self.random.matrix(shape, low, high))
    }

    /// B'B + shift*I, or (B + B')/2.
    fn symmetric(&mut self, shape: Shape, shift: f64, definite: bool) -> Option<Matrix> {
        if self.half != Half::Whole {
            return None;
        }
        let factor = self.random.matrix(shape, -1.0, 1.0).into_dense();
        let mut matrix = if definite {
            factor.transpose() * &factor
        } else {
            (&factor + factor.transpose()) * 0.5
        };
        for k in 0..shape.rows {
            matrix[(k, k)] += shift;
        }
        Some(Matrix::Dense(matrix))
    }

    /// What the rules may know of the arguments.
    pub fn facts(&self) -> Vec<Facts> {
        let facts = |k: usize| {
            let domain = self.specimen.atom.domain(k);
            let psd = matches!(
                domain,
                Domain::PositiveSemidefinite | Domain::PositiveDefinite
            );
            let constant = self.constants[k].as_ref();
            Facts {
                curvature: match constant {
                    Some(_) => Curvature::Constant,
                    None => Curvature::Affine,
                },
                range: match constant {
                    Some(value) => Interval::of(value.entries().iter().copied()),
                    None => self.half.interval(),
                },
                symmetric: !self.is_entrywise(k) || self.specimen.arguments[k].0.is_scalar(),
                psd,
                ..Facts::unknown(self.specimen.arguments[k].0)
            }
        };
        (0..self.specimen.arguments.len()).map(facts).collect()
    }

    /// The value; the shape facet gives its length.
    pub fn value(&self, arguments: &[Arc<Matrix>]) -> Result<Vec<f64>, String> {
        let shapes: Vec<Shape> = arguments.iter().map(|a| a.shape()).collect();
        let shape = self.specimen.atom.shape(&shapes).map_err(|e| e.message)?;
        let mut out = vec![f64::NAN; shape.size()];
        let views: Vec<&Matrix> = arguments.iter().map(AsRef::as_ref).collect();
        self.specimen.atom.evaluate(&views, &mut out);
        Ok(out)
    }

    pub fn varying(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.constants.len()).filter(|k| self.constants[*k].is_none())
    }
}

/// a + t*(b - a), entry by entry.
pub fn between(a: &Matrix, b: &Matrix, t: f64) -> Matrix {
    let pairs = a
        .entries()
        .into_owned()
        .into_iter()
        .zip(b.entries().into_owned());
    let entries = pairs.map(|(a, b)| a + t * (b - a)).collect();
    Matrix::from_columns(a.shape(), entries)
}
