//! The Hessian's eigenvalues: all of them for few unknowns, the largest by power iteration.

use super::super::lbfgs::{add_scaled, norm};
use super::super::oracle::Smooth;
use super::super::tape::product::dot;
use super::objective::Objective;
use crate::elaborate::random::Generator;
use crate::matrix::Eigen;
use nalgebra::{DMatrix, DVector};

/// The Hessian is formed for so many unknowns.
pub const FORMED: usize = 300;
/// Power iteration ends when its estimate moves less than this.
const SETTLED: f64 = 1e-6;
const MOST_PRODUCTS: usize = 300;
/// Eigenvalues below this share of the largest count as zero.
const ZERO: f64 = 1e-7;
/// Those of a quadratic below this share are none.
const NONE: f64 = 1e-13;

/// A distance over which a curvature should stay as it is, relative to max(1, |x|), and in Newton steps.
pub const BESIDE: f64 = 1e-4;
pub const NEWTON_STEPS: f64 = 3.0;

/// Slopes beside an inflection are steeper than at it by this factor, and no smaller than this share of the
/// first gradient.
const STEEPER: f64 = 4.0;
const SLOPE: f64 = 1e-10;

/// Whether a curvature nearby is about the same.
pub fn is_alike(nearby: f64, here: f64) -> bool {
    (0.5..=2.0).contains(&(nearby / here))
}

/// The ends of the spectrum of a Hessian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curvature {
    pub least: f64,
    pub largest: f64,
}

/// What the signs of the eigenvalues say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Definiteness {
    Positive,
    /// Some eigenvalues are zero, none is negative.
    Semidefinite,
    Indefinite,
    /// None is positive.
    Negative,
}

/// The eigenvalues of a Hessian as far as they are known.
#[derive(Debug)]
pub struct Spectrum {
    pub ends: Curvature,
    /// All of them, and their directions, of few unknowns.
    pub eigen: Option<Eigen>,
}

impl Curvature {
    /// The largest absolute value: L.
    pub fn bound(self) -> f64 {
        self.largest.abs().max(self.least.abs())
    }

    pub fn definiteness(self) -> Definiteness {
        self.definiteness_beside(0.0)
    }

    /// Of a part of a matrix with entries up to `size`, whose rounding it carries.
    pub fn definiteness_beside(self, size: f64) -> Definiteness {
        let zero = ZERO * self.bound().max(size);
        if self.least > zero {
            Definiteness::Positive
        } else if self.least >= -zero {
            Definiteness::Semidefinite
        } else if self.largest > zero {
            Definiteness::Indefinite
        } else {
            Definiteness::Negative
        }
    }
}

/// What the ends of the spectrum at x say of a stationary point close by: where the least curvature is
/// not the same all around, as that of x^4 next to 0, the point may have none.
///
/// Of many unknowns the ends are estimates from inside: they show curvatures of both signs, never that there
/// are none. `None` where nothing is shown.
pub fn definiteness(
    objective: &mut Objective,
    x: &[f64],
    spectrum: &Spectrum,
) -> Option<Definiteness> {
    let known = spectrum.ends.definiteness();
    let Some(eigen) = &spectrum.eigen else {
        return (known == Definiteness::Indefinite).then_some(known);
    };
    let is_steady = objective.quadratic || is_steady(objective, x, eigen);
    Some(match is_steady {
        true => known,
        false => Definiteness::Semidefinite,
    })
}

fn is_steady(objective: &mut Objective, x: &[f64], eigen: &Eigen) -> bool {
    let weakest = Weakest::at(objective, x, eigen);
    let (direction, least) = (&weakest.direction, weakest.curvature);
    let mut image = vec![0.0; x.len()];
    let [one, other] = weakest.beside(x);
    let stationary = moved(x, 1.0, &weakest.newton);
    [one, other, stationary].iter().all(|moved| {
        objective.hessian_at(moved, direction, &mut image)
            && is_alike(dot(direction, &image), least)
    })
}

/// The direction of the least curvature at a point, and the slope along it.
struct Weakest {
    direction: Vec<f64>,
    curvature: f64,
    slope: f64,
    /// -|H|⁺ g, which leads to the stationary point close by.
    newton: Vec<f64>,
}

impl Weakest {
    fn at(objective: &mut Objective, x: &[f64], eigen: &Eigen) -> Self {
        let direction: Vec<f64> = eigen.vectors.column(0).iter().copied().collect();
        let mut gradient = vec![0.0; x.len()];
        objective.evaluate(x, &mut gradient);
        let step = newton(eigen, &DVector::from_column_slice(&gradient), ZERO);
        Weakest {
            slope: dot(&direction, &gradient),
            curvature: eigen.values[0],
            newton: step.as_slice().to_vec(),
            direction,
        }
    }

    /// The points on both sides, as far as a curvature should stay as it is.
    fn beside(&self, x: &[f64]) -> [Vec<f64>; 2] {
        let newton = (self.slope / self.curvature).abs();
        let newton = if newton.is_finite() { newton } else { 0.0 };
        let length = (BESIDE * norm(x).max(1.0)).max(NEWTON_STEPS * newton);
        [length, -length].map(|length| moved(x, length, &self.direction))
    }
}

fn moved(x: &[f64], length: f64, direction: &[f64]) -> Vec<f64> {
    let mut moved = x.to_vec();
    add_scaled(length, direction, &mut moved);
    moved
}

/// -|H|⁺ g, along directions with more than this share of the largest curvature.
pub fn newton(eigen: &Eigen, gradient: &DVector<f64>, share: f64) -> DVector<f64> {
    let zero = share * eigen.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let mut along = eigen.vectors.tr_mul(gradient);
    for (a, value) in along.iter_mut().zip(&eigen.values) {
        *a *= if value.abs() > zero {
            -1.0 / value.abs()
        } else {
            0.0
        };
    }
    &eigen.vectors * along
}

/// Whether the slope along the direction of least curvature vanishes at x and goes on in the same sense on
/// both sides, as that of x^3 at 0. `first` is the gradient's size at the start.
pub fn is_inflection(objective: &mut Objective, x: &[f64], eigen: &Eigen, first: f64) -> bool {
    let weakest = Weakest::at(objective, x, eigen);
    let least = (STEEPER * weakest.slope.abs()).max(SLOPE * first);
    let mut gradient = vec![0.0; x.len()];
    let slopes = weakest.beside(x).map(|moved| {
        objective.evaluate(&moved, &mut gradient);
        dot(&weakest.direction, &gradient)
    });
    slopes.iter().all(|slope| *slope > least) || slopes.iter().all(|slope| *slope < -least)
}

/// The Hessian at x, column by column; `None` when second derivatives are not known.
pub fn hessian(objective: &mut Objective, x: &[f64]) -> Option<DMatrix<f64>> {
    let n = x.len();
    let mut matrix = DMatrix::zeros(n, n);
    let mut unit = vec![0.0; n];
    for (j, mut column) in matrix.column_iter_mut().enumerate() {
        unit[j] = 1.0;
        if !objective.hessian_at(x, &unit, column.as_mut_slice()) {
            return None;
        }
        unit[j] = 0.0;
    }
    Some((&matrix + matrix.transpose()) * 0.5)
}

/// x moved towards `goal` along the directions without curvature, where there are such.
pub fn nearest_without_curvature(
    objective: &mut Objective,
    x: &[f64],
    goal: &[f64],
) -> Option<Vec<f64>> {
    let formed = hessian(objective, x).filter(|_| x.len() <= FORMED)?;
    let eigen = Eigen::of_symmetric(&formed)?;
    let bound = eigen.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let flat = eigen.values.iter().zip(eigen.vectors.column_iter());
    let mut moved = x.to_vec();
    for (_, direction) in flat.filter(|(value, _)| value.abs() <= NONE * bound) {
        let apart: Vec<f64> = goal.iter().zip(x).map(|(g, x)| g - x).collect();
        let along = dot(direction.as_slice(), &apart);
        add_scaled(along, direction.as_slice(), &mut moved);
    }
    Some(moved)
}

/// The ends of the spectrum at x; `None` when second derivatives are not known or not finite.
pub fn at(objective: &mut Objective, x: &[f64]) -> Option<Curvature> {
    spectrum(objective, x).map(|spectrum| spectrum.ends)
}

/// At x; `None` when second derivatives are not known or not finite.
pub fn spectrum(objective: &mut Objective, x: &[f64]) -> Option<Spectrum> {
    if x.is_empty() || !objective.twice {
        return None;
    }
    if x.len() <= FORMED {
        let eigen = Eigen::of_symmetric(&hessian(objective, x)?)?;
        let ends = Curvature {
            least: *eigen.values.first()?,
            largest: *eigen.values.last()?,
        };
        let eigen = Some(eigen);
        return Some(Spectrum { ends, eigen });
    }
    let extreme = power(objective, x, 0.0)?;
    let other = power(objective, x, extreme)? + extreme;
    let ends = Curvature {
        least: extreme.min(other),
        largest: extreme.max(other),
    };
    Some(Spectrum { ends, eigen: None })
}

/// The eigenvalue of H - shift*I of the greatest absolute value.
fn power(objective: &mut Objective, x: &[f64], shift: f64) -> Option<f64> {
    let mut v = Generator::new(7).normals(x.len());
    let mut image = vec![0.0; x.len()];
    let mut estimate = 0.0;
    for _ in 0..MOST_PRODUCTS {
        let length = norm(&v);
        if length == 0.0 || !length.is_finite() {
            return length.is_finite().then_some(0.0);
        }
        v.iter_mut().for_each(|v| *v /= length);
        if !objective.hessian_at(x, &v, &mut image) {
            return None;
        }
        for (i, v) in image.iter_mut().zip(&v) {
            *i -= shift * v;
        }
        let next = dot(&v, &image);
        let settled = (next - estimate).abs() <= SETTLED * next.abs();
        estimate = next;
        std::mem::swap(&mut v, &mut image);
        if settled {
            break;
        }
    }
    Some(estimate)
}
