//! The Newton system in sparse quasi-definite form.

use super::layout::PartRows;
use super::quasi_definite::QuasiDefinite;
use super::rotating::Rotating;
use super::source::Source;
use super::varying::Varying;
use crate::matrix::SparseMatrix;
use crate::shape::Shape;
use crate::solve::descent::blocks::{Curvature, Rule};
use crate::solve::descent::lagrangian::Lagrangian;
use crate::solve::descent::model::{AffinePart, Model};
use crate::solve::descent::quadratic::lower_triangle;
use crate::solve::descent::ridge_terms::RidgeTerms;

/// Coefficients beyond which a sparse factorisation is not tried.
const MOST_ENTRIES: usize = 8_000_000;

#[derive(Debug)]
pub struct Sparse {
    /// Second derivatives of f, of its quadratic share where it has ridge terms; lower triangle.
    smooth: SparseMatrix,
    ridges: Option<RidgeTerms>,
    varying: Option<Varying>,
    rotating: Vec<Rotating>,
    /// Of the parts, then of the curved rows, then of the ridge terms.
    parts: Vec<PartRows>,
    /// Position in the matrix of each entry in the order of emission.
    positions: Vec<usize>,
    system: QuasiDefinite,
    /// Of the last factorisation.
    curvatures: Vec<Curvature>,
}

impl Sparse {
    /// Of a Lagrangian that has been evaluated; `None` when some part has no sparse form or a
    /// factorisation takes more multiplications than `most_work`.
    pub fn new(lagrangian: &mut Lagrangian<'_>, most_work: f64) -> Option<Self> {
        let model = &mut *lagrangian.model;
        let entries: usize = model.parts.iter().map(|p| p.map.coefficients()).sum();
        if entries > MOST_ENTRIES {
            return None;
        }
        let rotating = Rotating::all(model)?;
        let coefficients: usize = rotating.iter().map(Rotating::coefficients).sum();
        if coefficients > MOST_ENTRIES {
            return None;
        }
        let n = model.size;
        let constant = constant_hessian(model);
        let (mut ridges, varying) = match constant {
            Some(_) => (None, None),
            None => read(model, &lagrangian.sizes)?,
        };
        let smooth = match (constant, &ridges) {
            (Some(constant), _) => constant,
            (None, Some(terms)) => lower_triangle(terms.rest()),
            (None, None) => SparseMatrix::zeros(Shape::new(n, n)),
        };
        let size = ridges.as_ref().map_or(0, RidgeTerms::coefficients);
        if size > MOST_ENTRIES {
            return None;
        }
        let curvatures = curvatures(lagrangian, &mut ridges, varying.is_some())?;
        let model = &*lagrangian.model;
        let mut spectral = rotating.iter();
        let part_rows = |part: &AffinePart| match part.rule.spectral_side() {
            None => Some(rows(part)),
            Some(_) => spectral.next().map(|rotating| rotating.part_rows(model)),
        };
        let mut parts: Vec<PartRows> = model.parts.iter().map(part_rows).collect::<Option<_>>()?;
        if let Some(varying) = &varying {
            parts.push(varying.part_rows());
        }
        if let Some(ridges) = &ridges {
            let pairs = ridges.maps().zip(ridges.groups());
            parts.extend(pairs.map(|(map, groups)| PartRows::new(map.all_rows(), &groups)));
        }
        let block = varying.as_ref();
        let (system, positions) = arrange(&smooth, block, &mut parts, &curvatures, most_work)?;
        Some(Sparse {
            smooth,
            varying,
            ridges,
            rotating,
            parts,
            positions,
            system,
            curvatures,
        })
    }

    pub fn work(&self) -> f64 {
        self.system.work()
    }

    /// Whether rows are turned at every step.
    pub fn turns(&self) -> bool {
        !self.rotating.is_empty()
    }

    /// (∂²L + shift*I)*d = right.
    pub fn solve(
        &mut self,
        lagrangian: &mut Lagrangian<'_>,
        shift: f64,
        right: &[f64],
    ) -> Option<Vec<f64>> {
        self.factorise(lagrangian, shift, 0.0)?;
        self.substitute(lagrangian, right)
    }

    /// By the last factorisation.
    pub fn substitute(&mut self, lagrangian: &Lagrangian<'_>, right: &[f64]) -> Option<Vec<f64>> {
        let mut whole = right.to_vec();
        whole.resize(self.system.matrix.cols, 0.0);
        let mut solution = self.substitute_whole(lagrangian, whole)?;
        solution.truncate(right.len());
        Some(solution)
    }

    /// Of the whole system, before the unknowns were scaled.
    fn substitute_whole(
        &mut self,
        lagrangian: &Lagrangian<'_>,
        mut right: Vec<f64>,
    ) -> Option<Vec<f64>> {
        let scales = scales(lagrangian);
        right.iter_mut().zip(&scales).for_each(|(v, s)| *v *= s);
        let mut solution = self.system.substitute(&right)?;
        solution.iter_mut().zip(&scales).for_each(|(v, s)| *v *= s);
        Some(solution)
    }

    /// d and σM(J*d + y) for (H + shift*I)*d + J'σM(J*d + y) = right and y by part, by the last factorisation.
    pub fn substitute_by_rows(
        &mut self,
        lagrangian: &Lagrangian<'_>,
        right: &[f64],
        shifts: &[Vec<f64>],
        multipliers: &mut [Vec<f64>],
    ) -> Option<Vec<f64>> {
        let sigma = lagrangian.sigma;
        let mut whole = right.to_vec();
        whole.resize(self.system.matrix.cols, 0.0);
        let mut turned = shifts.to_vec();
        self.rotating
            .iter()
            .for_each(|rotating| rotating.turn(lagrangian, &mut turned));
        let count = lagrangian.model.parts.len() + usize::from(self.varying.is_some());
        let parts = self.parts.iter().zip(&self.curvatures).take(count);
        for ((part, curvature), y) in parts.zip(&turned) {
            part.put(curvature, &part.terms(curvature), sigma, y, &mut whole);
        }
        let mut solution = self.substitute_whole(lagrangian, whole)?;
        let parts = self.parts.iter().zip(&self.curvatures).take(count);
        for (((part, curvature), y), out) in parts.zip(&turned).zip(&mut *multipliers) {
            part.take(curvature, &part.terms(curvature), sigma, y, &solution, out);
        }
        self.rotating
            .iter()
            .for_each(|rotating| rotating.turn_back(lagrangian, multipliers));
        solution.truncate(right.len());
        Some(solution)
    }

    /// -softness*M on the places of rows.
    fn softening(&self, softness: f64) -> Vec<f64> {
        let mut softening = vec![0.0; self.system.matrix.cols];
        for (part, curvature) in self.parts.iter().zip(&self.curvatures) {
            part.soften(curvature, &part.terms(curvature), softness, &mut softening);
        }
        softening
    }

    /// Factorises ∂²L + shift*I at the last evaluated point, rows of large M taken for those of 1/`softness` at most;
    /// `None` where that fails.
    pub fn factorise(
        &mut self,
        lagrangian: &mut Lagrangian<'_>,
        shift: f64,
        softness: f64,
    ) -> Option<()> {
        let has_grown = self.read_varying(lagrangian);
        for rotating in &self.rotating {
            rotating.read(lagrangian, &mut self.parts);
        }
        self.curvatures = curvatures(lagrangian, &mut self.ridges, self.varying.is_some())?;
        let curvatures = &self.curvatures;
        if has_grown || !fit(&self.parts, curvatures) {
            let most = f64::INFINITY;
            let block = self.varying.as_ref();
            let arranged = arrange(&self.smooth, block, &mut self.parts, curvatures, most)?;
            (self.system, self.positions) = arranged;
        }
        let values = &mut self.system.matrix.values;
        values.fill(0.0);
        let mut positions = self.positions.iter();
        let mut add = |_: usize, _: usize, value: f64| {
            if let Some(&position) = positions.next() {
                values[position] += value;
            }
        };
        let sigma = lagrangian.sigma;
        emit(
            &self.smooth,
            self.varying.as_ref(),
            &self.parts,
            curvatures,
            sigma,
            lagrangian.shifts(shift),
            &mut add,
        );
        scale_symmetrically(&mut self.system.matrix, &scales(lagrangian));
        let softening = match softness > 0.0 {
            true => self.softening(softness * sigma),
            false => Vec::new(),
        };
        self.system.factorise_softened(softening).then_some(())
    }

    /// Takes derivatives that vary; whether they have more entries than before.
    fn read_varying(&mut self, lagrangian: &mut Lagrangian<'_>) -> bool {
        let place = lagrangian.model.parts.len();
        let (Some(varying), Some(rows)) = (&mut self.varying, self.parts.get_mut(place)) else {
            return false;
        };
        let has_grown = varying.read(lagrangian.model, &lagrangian.sizes);
        match has_grown {
            true => *rows = varying.part_rows(),
            false => rows.jacobian.values.copy_from_slice(&varying.slopes.values),
        }
        has_grown
    }
}

/// Readings from which on f is left out where its second derivatives are known in rows.
const MANY_READINGS: usize = 30;

/// f in rows; or what reads the second derivatives of f and of the curved rows; or both, the curved rows read alone,
/// where that are much fewer readings.
fn read(model: &mut Model, sizes: &[f64]) -> Option<(Option<RidgeTerms>, Option<Varying>)> {
    if let Some(terms) = model.ridge_terms() {
        return Some((Some(terms), None));
    }
    let whole = Varying::cheap(Source::Whole, model, sizes);
    let readings = whole.as_ref().map_or(usize::MAX, Varying::readings);
    if readings >= MANY_READINGS
        && model.has_smooth
        && model.curved.rows() > 0
        && let Some(terms) = model.ridge_terms_beside_rows()
        && let Some(alone) = Varying::cheap(Source::rows_alone(model), model, sizes)
        && alone.readings() < readings / 2
    {
        return Some((Some(terms), Some(alone)));
    }
    Some((None, Some(whole?)))
}

/// The second derivatives of f where they are constant and all there is beside the parts.
fn constant_hessian(model: &mut Model) -> Option<SparseMatrix> {
    if model.curved.rows() > 0 {
        return None;
    }
    model.sparse_hessian(MOST_ENTRIES)
}

/// Units of the unknowns in which the entries of the matrix are neither large nor small.
fn scales(lagrangian: &Lagrangian<'_>) -> Vec<f64> {
    let root = lagrangian.unit.sqrt();
    lagrangian.sizes.iter().map(|u| u / root).collect()
}

/// K becomes S*K*S, S = diag(scales, 1).
fn scale_symmetrically(matrix: &mut SparseMatrix, scales: &[f64]) {
    let of = |k: usize| scales.get(k).copied().unwrap_or(1.0);
    for j in 0..matrix.cols {
        for e in matrix.column_starts[j]..matrix.column_starts[j + 1] {
            matrix.values[e] *= of(j) * of(matrix.row_indices[e]);
        }
    }
}

/// The curvature of every part, then of the ridge terms by σ or of the curved rows; `None` when one has
/// no such form.
fn curvatures(
    lagrangian: &Lagrangian<'_>,
    ridges: &mut Option<RidgeTerms>,
    has_curved_rows: bool,
) -> Option<Vec<Curvature>> {
    let model = &lagrangian.model;
    let parts = model.parts.iter().map(|p| curvature(p.rule.as_ref()));
    let mut all: Vec<Curvature> = parts.collect::<Option<_>>()?;
    if has_curved_rows {
        all.push(model.curved.rule.curvature()?);
    }
    if let Some(ridges) = ridges {
        all.extend(ridges.curvatures(&model.point, 1.0 / lagrangian.sigma));
    }
    Some(all)
}

/// That of a function of eigenvalues by its rows in the basis of the eigenvectors.
fn curvature(rule: &dyn Rule) -> Option<Curvature> {
    match rule.spectral_side() {
        None => rule.curvature(),
        Some(_) => rule.spectral_curvature().map(|(_, diagonal)| Curvature {
            diagonal,
            ..Curvature::default()
        }),
    }
}

fn rows(part: &AffinePart) -> PartRows {
    let rows = PartRows::new(part.map.all_rows(), &part.rule.groups());
    match part.rule.is_definite() {
        true => rows.standing(),
        false => rows,
    }
}

/// Whether all rank-one terms have their places.
fn fit(parts: &[PartRows], curvatures: &[Curvature]) -> bool {
    let fits = |(part, curvature): (&PartRows, &Curvature)| {
        let terms = part.terms(curvature);
        terms.iter().zip(&part.groups).all(|(t, g)| t.fit(g))
    };
    parts.iter().zip(curvatures).all(fits)
}

/// Makes places for all rank-one terms, numbers the rows and analyses the pattern.
fn arrange(
    smooth: &SparseMatrix,
    varying: Option<&Varying>,
    parts: &mut [PartRows],
    curvatures: &[Curvature],
    most_work: f64,
) -> Option<(QuasiDefinite, Vec<usize>)> {
    let unknowns = smooth.cols;
    let mut size = unknowns;
    for (part, curvature) in parts.iter_mut().zip(curvatures) {
        let terms = part.terms(curvature);
        let groups = part.groups.iter_mut().zip(&terms);
        groups.for_each(|(group, terms)| group.provide_for(terms));
        size = part.number(size);
    }
    let mut entries = Vec::new();
    let mut push = |row: usize, column: usize, _: f64| entries.push((row, column, 0.0));
    let shifts = std::iter::repeat_n(1.0, unknowns);
    emit(smooth, varying, parts, curvatures, 1.0, shifts, &mut push);
    let matrix = SparseMatrix::from_triplets(Shape::new(size, size), &entries);
    let positions = positions(&matrix, &entries)?;
    let signs = signs(parts, unknowns, size);
    let system = QuasiDefinite::new(matrix, &signs, unknowns, most_work)?;
    Some((system, positions))
}

fn positions(matrix: &SparseMatrix, entries: &[(usize, usize, f64)]) -> Option<Vec<usize>> {
    let position = |&(row, column, _): &(usize, usize, f64)| {
        let start = matrix.column_starts[column];
        let rows = &matrix.row_indices[start..matrix.column_starts[column + 1]];
        rows.binary_search(&row).ok().map(|k| start + k)
    };
    entries.iter().map(position).collect()
}

/// Unknowns and the auxiliary t have positive pivots, multipliers negative ones.
fn signs(parts: &[PartRows], unknowns: usize, size: usize) -> Vec<i8> {
    let mut signs = vec![-1; size];
    signs[..unknowns].fill(1);
    for group in parts.iter().flat_map(|p| &p.groups) {
        let start = group.first + group.positive;
        signs[start..start + group.negative].fill(1);
    }
    signs
}

/// All entries of the lower triangle, for the given σ and a shift of each unknown.
fn emit(
    smooth: &SparseMatrix,
    varying: Option<&Varying>,
    parts: &[PartRows],
    curvatures: &[Curvature],
    sigma: f64,
    shifts: impl Iterator<Item = f64>,
    sink: &mut dyn FnMut(usize, usize, f64),
) {
    for (row, column, value) in smooth.triplets() {
        sink(row, column, value);
    }
    let varying = varying.into_iter().flat_map(|v| v.triangle.triplets());
    varying.for_each(|(row, column, value)| sink(row, column, value));
    shifts.enumerate().for_each(|(j, shift)| sink(j, j, shift));
    for (part, curvature) in parts.iter().zip(curvatures) {
        part.emit(curvature, &part.terms(curvature), sigma, sink);
    }
}
