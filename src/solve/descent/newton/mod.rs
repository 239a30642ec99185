//! Semismooth Newton for the augmented Lagrangian.
//!
//! X. Li, D. Sun, K.-C. Toh, "A highly efficient semismooth Newton augmented Lagrangian method for
//! solving lasso problems", 2018.

mod backup;
mod by_roots;
mod condense;
mod congruence;
mod dense;
mod grouping;
mod krylov;
mod layout;
mod ldl;
mod orthogonal;
mod pattern;
mod quasi_definite;
mod rotating;
mod source;
mod sparse;
mod standing;
mod varying;

use super::budget::Budget;
use super::conjugate_gradient;
use super::lagrangian::{Lagrangian, Scratch};
use super::lbfgs::End;
use super::line_search::{Point, Search, search};
use super::oracle::Smooth;
use super::ridge_terms::RidgeTerms;
use super::tape::product::dot;
use backup::Backup;
use dense::Dense;
pub use quasi_definite::QuasiDefinite;
pub use sparse::Sparse;

/// Work of one sparse factorisation, in multiplications, up to which it is tried at all.
const MOST_SPARSE_WORK: f64 = 5e9;
/// Work up to which second-order steps pay from the start.
const CHEAP_WORK: f64 = 3e8;
/// A sparse factorisation does fewer operations in a second than a dense one.
const SPARSE_OVERHEAD: f64 = 8.0;

/// How the systems are solved.
#[derive(Debug)]
enum System {
    Dense(Box<Dense>),
    /// Quasi-definite, with a row for each row of a part.
    Sparse(Box<Sparse>),
    /// Products alone, by conjugate gradients.
    Products,
}

/// What stays the same from step to step.
#[derive(Debug)]
pub struct Newton {
    system: System,
    backup: Option<Backup>,
    /// Whether the curvature is nowhere negative.
    convex: bool,
    /// Whether systems by rows are solved from roots.
    has_roots: bool,
    scratch: Scratch,
    pub systems: usize,
    pub products: usize,
    /// The direction of an endless fall.
    pub searched: Vec<f64>,
}

impl Newton {
    pub fn new(lagrangian: &mut Lagrangian<'_>) -> Self {
        let mut newton = Newton::by(System::choose(lagrangian), true);
        newton.backup = match &newton.system {
            System::Sparse(sparse) if sparse.turns() => Backup::of(lagrangian),
            _ => None,
        };
        newton
    }

    /// Where the curvature may be negative: the matrix is shifted until it is positive definite,
    /// or conjugate gradients end at the first direction of negative curvature.
    pub fn indefinite(lagrangian: &Lagrangian<'_>) -> Self {
        let system = match Dense::work(lagrangian, false) {
            Some(_) => System::Dense(Box::new(Dense::new(lagrangian, None))),
            None => System::Products,
        };
        Newton::by(system, false)
    }

    fn by(system: System, convex: bool) -> Self {
        Newton {
            system,
            backup: None,
            convex,
            has_roots: false,
            scratch: Scratch::default(),
            systems: 0,
            products: 0,
            searched: Vec::new(),
        }
    }

    /// Whether a step costs little enough to begin with such steps.
    pub fn is_cheap(&self) -> bool {
        match &self.system {
            System::Dense(_) => true,
            System::Sparse(sparse) => sparse.work() <= CHEAP_WORK,
            System::Products => false,
        }
    }

    /// Whether its systems keep the digits of the rows.
    pub fn keeps_rows(&self) -> bool {
        self.has_roots || matches!(self.system, System::Sparse(_))
    }

    /// From now on, by roots of the rows' second derivatives; whether that can be, and was not so before.
    pub fn take_roots(&mut self, lagrangian: &Lagrangian<'_>) -> bool {
        let can = matches!(self.system, System::Dense(_)) && Dense::can_take_roots(lagrangian);
        can && !std::mem::replace(&mut self.has_roots, true)
    }

    /// Whether its systems are factorised.
    pub fn is_direct(&self) -> bool {
        !matches!(self.system, System::Products)
    }

    /// Minimises the Lagrangian from `point` until |gradient| <= `target`.
    pub fn minimise(
        &mut self,
        lagrangian: &mut Lagrangian<'_>,
        point: &mut Point,
        target: &mut dyn FnMut(&Lagrangian<'_>) -> f64,
        most: usize,
        budget: &Budget,
    ) -> (End, usize) {
        let mut trial = point.clone();
        let first = lagrangian.length(&point.gradient);
        for iteration in 0..most {
            let size = lagrangian.length(&point.gradient);
            if size <= target(lagrangian) {
                return (End::Converged, iteration);
            }
            if budget.is_spent() {
                return (End::Limit, iteration);
            }
            let mut direction = self.direction(lagrangian, point, size / first);
            let slope = dot(&direction, &point.gradient);
            if slope.is_nan() || slope >= 0.0 {
                direction = point.gradient.iter().map(|g| -g).collect();
            }
            match search(lagrangian, point, &direction, 1.0, self.convex, &mut trial) {
                Search::Step(_) => budget.count_iteration(),
                Search::Endless => {
                    self.searched = direction;
                    return (End::Endless, iteration);
                }
                Search::Failed => {
                    // The caches must stand at the point that is kept.
                    point.value = lagrangian.evaluate(&point.x, &mut point.gradient);
                    return (End::Stalled, iteration);
                }
            }
        }
        (End::Limit, most)
    }

    /// Factorises ∂²L + shift*I at the last evaluated point; whether that succeeded.
    pub fn factorise_softened(
        &mut self,
        lagrangian: &mut Lagrangian<'_>,
        shift: f64,
        softness: f64,
    ) -> bool {
        self.systems += 1;
        let done = match &mut self.system {
            System::Dense(dense) if self.has_roots => dense.factorise_by_roots(lagrangian, shift),
            System::Dense(dense) => dense.factorise(lagrangian, shift),
            System::Sparse(sparse) => sparse.factorise(lagrangian, shift, softness),
            System::Products => None,
        };
        done.is_some()
    }

    /// d and, by part, σM(J*d + y) for (H + shift*I)*d + J'σM(J*d + y) = right, by the last factorisation.
    pub fn substitute_by_rows(
        &mut self,
        lagrangian: &mut Lagrangian<'_>,
        right: &[f64],
        shifts: &[Vec<f64>],
        multipliers: &mut [Vec<f64>],
    ) -> Option<Vec<f64>> {
        match &mut self.system {
            System::Dense(dense) => {
                dense.substitute_by_rows(lagrangian, right, shifts, multipliers)
            }
            System::Sparse(sparse) => {
                sparse.substitute_by_rows(lagrangian, right, shifts, multipliers)
            }
            System::Products => None,
        }
    }

    /// -(∂²L)⁻¹*gradient with the second derivatives at the last evaluated point.
    pub fn step_for(&mut self, lagrangian: &mut Lagrangian<'_>, point: &Point) -> Vec<f64> {
        self.direction(lagrangian, point, 1.0)
    }

    fn direction(
        &mut self,
        lagrangian: &mut Lagrangian<'_>,
        point: &Point,
        progress: f64,
    ) -> Vec<f64> {
        self.systems += 1;
        let size = lagrangian.length(&point.gradient);
        let shift = lagrangian.rho + 1e-12 * lagrangian.unit * size.min(1.0);
        let right: Vec<f64> = point.gradient.iter().map(|g| -g).collect();
        let direct = match &mut self.system {
            System::Dense(dense) if self.convex => dense.solve(lagrangian, shift, &right),
            System::Dense(dense) => dense.solve_shifted(lagrangian, shift, &right),
            System::Sparse(sparse) => sparse.solve(lagrangian, shift, &right),
            System::Products => None,
        };
        let direct = match &mut self.backup {
            None => direct,
            Some(backup) => backup.checked(direct, lagrangian, shift, &right, &mut self.scratch),
        };
        if let Some(backup) = self.backup.take_if(|backup| backup.is_needed()) {
            self.system = System::Dense(backup.dense);
        }
        direct.unwrap_or_else(|| self.by_products(lagrangian, shift, &right, progress))
    }

    fn by_products(
        &mut self,
        lagrangian: &mut Lagrangian<'_>,
        shift: f64,
        right: &[f64],
        progress: f64,
    ) -> Vec<f64> {
        let tolerance = 0.1 * (0.5 * progress.sqrt()).min(0.1);
        let scale: Vec<f64> = lagrangian.sizes.iter().map(|u| u * u).collect();
        let (scratch, products) = (&mut self.scratch, &mut self.products);
        let mut product = |v: &[f64], out: &mut [f64]| {
            *products += 1;
            shifted_product(lagrangian, shift, v, out, scratch);
        };
        conjugate_gradient::solve(&mut product, right, &scale, tolerance, 500)
    }
}

/// out = (∂²L + shift*I)*v.
fn shifted_product(
    lagrangian: &mut Lagrangian<'_>,
    shift: f64,
    v: &[f64],
    out: &mut [f64],
    scratch: &mut Scratch,
) {
    lagrangian.curvature_times(v, out, scratch);
    let shifts = lagrangian.shifts(shift).zip(v);
    let pairs = out.iter_mut().zip(shifts);
    pairs.for_each(|(o, (s, v))| *o += s * v);
}

fn ridges(lagrangian: &mut Lagrangian<'_>) -> Option<RidgeTerms> {
    match lagrangian.model.is_quadratic {
        true => None,
        false => lagrangian.model.ridge_terms(),
    }
}

impl System {
    fn choose(lagrangian: &mut Lagrangian<'_>) -> System {
        let ridges = ridges(lagrangian);
        let dense_work = Dense::work(lagrangian, ridges.is_some());
        let most = match dense_work {
            Some(work) => (work / SPARSE_OVERHEAD).min(MOST_SPARSE_WORK),
            None => MOST_SPARSE_WORK,
        };
        if let Some(sparse) = Sparse::new(lagrangian, most) {
            return System::Sparse(Box::new(sparse));
        }
        match dense_work {
            Some(_) => System::Dense(Box::new(Dense::new(lagrangian, ridges))),
            None => System::Products,
        }
    }
}
