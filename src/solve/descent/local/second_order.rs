//! The Hessian of the Lagrangian on the directions that the active constraints leave.

use crate::matrix::Eigen;
use crate::solve::descent::lbfgs::{add_scaled, norm};
use crate::solve::descent::methods::beside::flat_directions;
use crate::solve::descent::methods::curvature::{
    BESIDE, Curvature, Definiteness, NEWTON_STEPS, is_alike,
};
use crate::solve::descent::model::Model;
use crate::solve::descent::tape::product::dot;
use nalgebra::{DMatrix, DVector};

/// Unknowns up to which it is formed.
pub const LARGEST: usize = 300;
/// A row with |F| up to this share of the point's size is active.
const ACTIVE: f64 = 1e-6;
/// A multiplier this close to an end of its interval may be at the end, relative to the largest.
const AT_END: f64 = 1e-6;
/// Squared singular values of rows of length one below this count as zero.
const DEPENDENT: f64 = 1e-12;

/// What second derivatives say of a point that satisfies the first-order conditions.
#[derive(Clone, Debug)]
pub struct SecondOrder {
    pub definiteness: Definiteness,
    /// The ends of the spectrum; `None` where the constraints leave no direction.
    pub curvature: Option<Curvature>,
    /// The direction along the active constraints of the least curvature.
    pub weakest: Option<Vec<f64>>,
    /// Directions along them of little or no curvature.
    pub flat: Vec<Vec<f64>>,
}

impl SecondOrder {
    /// Whether some direction along the active constraints has negative curvature.
    pub fn falls(&self) -> bool {
        match self.definiteness {
            Definiteness::Indefinite | Definiteness::Negative => true,
            Definiteness::Positive | Definiteness::Semidefinite => false,
        }
    }
}

/// All rows of slopes together: values, multipliers with their intervals, and the Jacobian.
#[derive(Default)]
struct Rows {
    values: Vec<f64>,
    multipliers: Vec<f64>,
    ends: Vec<(f64, f64)>,
    /// Of the model's parts with such rows: part and first row.
    places: Vec<(usize, usize)>,
}

/// At x, where the model was evaluated last, with values and multipliers of its parts' rows,
/// the curved ones last; `None` for many unknowns, and where a part with a multiplier bends in
/// another way.
pub fn second_order(
    model: &mut Model,
    x: &[f64],
    values: &[Vec<f64>],
    multipliers: &[Vec<f64>],
    held: &[usize],
) -> Option<SecondOrder> {
    let mut found = at_point(model, x, values, multipliers, held)?;
    let curved = multipliers.last().map_or(&[][..], Vec::as_slice);
    if found.definiteness != Definiteness::Semidefinite
        && let (Some(weakest), Some(curvature)) = (&found.weakest, found.curvature)
        && !is_steady(model, x, curved, weakest, curvature.least, held)
    {
        found.definiteness = Definiteness::Semidefinite;
    }
    Some(found)
}

/// Whether the curvature along a direction, `least` at x, is about the same to either side, over more
/// than a Newton step: an iterate close to a point without curvature has some.
fn is_steady(
    model: &mut Model,
    x: &[f64],
    multipliers: &[f64],
    direction: &[f64],
    least: f64,
    held: &[usize],
) -> bool {
    let mut rows = vec![0.0; multipliers.len()];
    let (mut image, mut slope) = (vec![0.0; x.len()], vec![0.0; x.len()]);
    model.values(x, &mut rows);
    model.gradient(multipliers, &mut slope);
    held.iter().for_each(|&k| slope[k] = 0.0);
    let newton = (dot(direction, &slope) / least).abs();
    let length = (BESIDE * norm(x).max(1.0)).max(NEWTON_STEPS * newton);
    [length, -length].into_iter().all(|length| {
        let mut moved = x.to_vec();
        add_scaled(length, direction, &mut moved);
        model.values(&moved, &mut rows);
        model.gradient(multipliers, &mut slope);
        model.curvature_times(direction, &mut image, &mut rows);
        held.iter().for_each(|&k| image[k] = 0.0);
        is_alike(dot(direction, &image), least)
    })
}

fn at_point(
    model: &mut Model,
    x: &[f64],
    values: &[Vec<f64>],
    multipliers: &[Vec<f64>],
    held: &[usize],
) -> Option<SecondOrder> {
    let n = model.size;
    if n == 0 || n > LARGEST || !model.is_twice_derivable() {
        return None;
    }
    let rows = Rows::of(model, values, multipliers)?;
    let (hessian, jacobian) = derivatives(model, &rows, held);
    let (mut strong, mut all) = rows.active(norm(x).max(1.0));
    let own = rows.values.len()..jacobian.nrows();
    strong.extend(own.clone());
    all.extend(own);
    let wide = Reduced::new(&hessian, &jacobian, &strong)?;
    if wide.definiteness() == Definiteness::Positive || strong == all {
        return Some(wide.told());
    }
    // A multiplier at an end of its interval leaves one side of a direction open: only a direction
    // along all active rows tells of descent.
    let told = Reduced::new(&hessian, &jacobian, &all)?.told();
    Some(match told.definiteness {
        Definiteness::Indefinite | Definiteness::Negative => told,
        Definiteness::Positive | Definiteness::Semidefinite => SecondOrder {
            definiteness: Definiteness::Semidefinite,
            ..told
        },
    })
}

/// The Hessian of the Lagrangian and the Jacobian of the rows, column by column; each entry that is
/// held is a row of its own behind the others.
fn derivatives(model: &mut Model, rows: &Rows, held: &[usize]) -> (DMatrix<f64>, DMatrix<f64>) {
    let n = model.size;
    let mut hessian = DMatrix::zeros(n, n);
    let count = rows.values.len();
    let mut jacobian = DMatrix::zeros(count + held.len(), n);
    let mut unit = vec![0.0; n];
    let mut curved = vec![0.0; model.curved.rows()];
    for j in (0..n).filter(|j| !held.contains(j)) {
        unit[j] = 1.0;
        model.curvature_times(&unit, hessian.column_mut(j).as_mut_slice(), &mut curved);
        let mut column = jacobian.column_mut(j);
        let column = &mut column.as_mut_slice()[..count];
        for &(part, first) in &rows.places {
            match model.parts.get_mut(part) {
                Some(part) => {
                    let count = part.map.rows();
                    part.map.times(&unit, &mut column[first..first + count]);
                }
                None => column[first..].copy_from_slice(&curved),
            }
        }
        unit[j] = 0.0;
    }
    for (k, &entry) in held.iter().enumerate() {
        hessian.row_mut(entry).fill(0.0);
        jacobian[(count + k, entry)] = 1.0;
    }
    ((&hessian + hessian.transpose()) * 0.5, jacobian)
}

impl Rows {
    fn of(model: &Model, values: &[Vec<f64>], multipliers: &[Vec<f64>]) -> Option<Self> {
        let mut rows = Rows::default();
        for (k, (values, multipliers)) in values.iter().zip(multipliers).enumerate() {
            let slopes = match model.parts.get(k) {
                Some(part) => part.rule.as_slopes(),
                None => Some(&model.curved.rule),
            };
            let Some(slopes) = slopes else {
                if multipliers.iter().all(|&m| m == 0.0) {
                    continue;
                }
                return None;
            };
            rows.places.push((k, rows.values.len()));
            rows.values.extend_from_slice(values);
            rows.multipliers.extend_from_slice(multipliers);
            let ends = slopes.lower.iter().zip(&slopes.upper);
            rows.ends.extend(ends.map(|(&l, &u)| (l, u)));
        }
        Some(rows)
    }

    /// Rows with F = 0: those whose multiplier lies inside its interval, and all.
    fn active(&self, scale: f64) -> (Vec<usize>, Vec<usize>) {
        let largest = self
            .multipliers
            .iter()
            .fold(0.0, |m: f64, l| m.max(l.abs()));
        let margin = AT_END * largest;
        let is_active = |&k: &usize| {
            let (lower, upper) = self.ends[k];
            lower < upper && self.values[k].abs() <= ACTIVE * scale
        };
        let is_strong = |&k: &usize| {
            let ((lower, upper), value) = (self.ends[k], self.multipliers[k]);
            let equal = lower == f64::NEG_INFINITY && upper == f64::INFINITY;
            equal || (value > lower + margin && value < upper - margin)
        };
        let all: Vec<usize> = (0..self.values.len()).filter(is_active).collect();
        (all.iter().copied().filter(is_strong).collect(), all)
    }
}

/// Z'HZ with the columns of Z orthonormal and J*Z = 0.
struct Reduced {
    basis: DMatrix<f64>,
    eigen: Option<Eigen>,
    /// Of the whole Hessian, beside which an eigenvalue is zero.
    size: f64,
}

impl Reduced {
    fn new(hessian: &DMatrix<f64>, jacobian: &DMatrix<f64>, rows: &[usize]) -> Option<Self> {
        let basis = null_space(jacobian, rows)?;
        let size = hessian.amax();
        let eigen = match basis.ncols() {
            0 => None,
            _ => Some(Eigen::of_symmetric(
                &(basis.transpose() * hessian * &basis),
            )?),
        };
        Some(Reduced { basis, eigen, size })
    }

    fn curvature(&self) -> Option<Curvature> {
        let values = &self.eigen.as_ref()?.values;
        Some(Curvature {
            least: *values.first()?,
            largest: *values.last()?,
        })
    }

    fn definiteness(&self) -> Definiteness {
        match self.curvature() {
            None => Definiteness::Positive,
            Some(curvature) => curvature.definiteness_beside(self.size),
        }
    }

    fn unreduced(&self, direction: &[f64]) -> Vec<f64> {
        let direction = &self.basis * DVector::from_column_slice(direction);
        direction.iter().copied().collect()
    }

    fn told(&self) -> SecondOrder {
        let definiteness = self.definiteness();
        SecondOrder {
            definiteness,
            curvature: self.curvature(),
            weakest: self.eigen.as_ref().map(|eigen| {
                let direction = eigen.vectors.column(0);
                self.unreduced(direction.as_slice())
            }),
            flat: self.eigen.as_ref().map_or(Vec::new(), |eigen| {
                let flat = flat_directions(eigen);
                flat.iter()
                    .map(|direction| self.unreduced(direction))
                    .collect()
            }),
        }
    }
}

/// An orthonormal basis of the directions in which none of the rows changes.
fn null_space(jacobian: &DMatrix<f64>, rows: &[usize]) -> Option<DMatrix<f64>> {
    let n = jacobian.ncols();
    let mut chosen = DMatrix::zeros(rows.len(), n);
    for (mut target, &k) in chosen.row_iter_mut().zip(rows) {
        let row = jacobian.row(k);
        let length = row.norm();
        if length > 0.0 {
            target.copy_from(&(row / length));
        }
    }
    let eigen = Eigen::of_symmetric(&(chosen.transpose() * &chosen))?;
    let count = eigen.values.iter().filter(|v| **v <= DEPENDENT).count();
    Some(eigen.vectors.columns(0, count).into_owned())
}
