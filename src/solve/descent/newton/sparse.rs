//! The Newton system in sparse quasi-definite form.

use super::layout::PartRows;
use super::quasi_definite::QuasiDefinite;
use crate::matrix::SparseMatrix;
use crate::shape::Shape;
use crate::solve::descent::blocks::Curvature;
use crate::solve::descent::lagrangian::Lagrangian;
use crate::solve::descent::quadratic::lower_triangle;
use crate::solve::descent::ridge_terms::RidgeTerms;

/// Coefficients beyond which a sparse factorisation is not tried.
const MOST_ENTRIES: usize = 8_000_000;

#[derive(Debug)]
pub struct Sparse {
    /// Second derivatives of f, of its quadratic share where it has ridge terms; lower triangle.
    smooth: SparseMatrix,
    ridges: Option<RidgeTerms>,
    /// Of the parts, then of the ridge terms.
    parts: Vec<PartRows>,
    /// Position in the matrix of each entry in the order of emission.
    positions: Vec<usize>,
    system: QuasiDefinite,
}

impl Sparse {
    /// Of a Lagrangian that has been evaluated; `None` when some part has no sparse form or a
    /// factorisation takes more multiplications than `most_work`.
    pub fn new(lagrangian: &mut Lagrangian<'_>, most_work: f64) -> Option<Self> {
        let model = &mut *lagrangian.model;
        let entries: usize = model.parts.iter().map(|p| p.map.coefficients()).sum();
        if model.curved.rows() > 0 || entries > MOST_ENTRIES {
            return None;
        }
        let (smooth, mut ridges) = match model.sparse_hessian(MOST_ENTRIES) {
            Some(smooth) => (smooth, None),
            None => {
                let ridges = model.ridge_terms()?;
                (lower_triangle(ridges.rest()), Some(ridges))
            }
        };
        let size = ridges.as_ref().map_or(0, RidgeTerms::coefficients);
        if size > MOST_ENTRIES {
            return None;
        }
        let curvatures = curvatures(lagrangian, &mut ridges)?;
        let parts = lagrangian.model.parts.iter();
        let mut parts: Vec<PartRows> = parts
            .map(|p| PartRows::new(p.map.all_rows(), &p.rule.groups()))
            .collect();
        if let Some(ridges) = &ridges {
            let pairs = ridges.maps().zip(ridges.groups());
            parts.extend(pairs.map(|(map, groups)| PartRows::new(map.all_rows(), &groups)));
        }
        let (system, positions) = arrange(&smooth, &mut parts, &curvatures, most_work)?;
        Some(Sparse {
            smooth,
            ridges,
            parts,
            positions,
            system,
        })
    }

    pub fn work(&self) -> f64 {
        self.system.work()
    }

    /// (∂²L + shift*I)*d = right.
    pub fn solve(
        &mut self,
        lagrangian: &Lagrangian<'_>,
        shift: f64,
        right: &[f64],
    ) -> Option<Vec<f64>> {
        let curvatures = curvatures(lagrangian, &mut self.ridges)?;
        if !fit(&self.parts, &curvatures) {
            let most = f64::INFINITY;
            let arranged = arrange(&self.smooth, &mut self.parts, &curvatures, most)?;
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
            &self.parts,
            &curvatures,
            (sigma, shift),
            &mut add,
        );
        let mut whole = right.to_vec();
        whole.resize(self.system.matrix.cols, 0.0);
        let mut solution = self.system.solve(&whole)?;
        solution.truncate(right.len());
        Some(solution)
    }
}

/// The curvature of every part, then of the ridge terms by σ; `None` when one has no such form.
fn curvatures(
    lagrangian: &Lagrangian<'_>,
    ridges: &mut Option<RidgeTerms>,
) -> Option<Vec<Curvature>> {
    let model = &lagrangian.model;
    let parts = model.parts.iter().map(|p| p.rule.curvature());
    let mut all: Vec<Curvature> = parts.collect::<Option<_>>()?;
    if let Some(ridges) = ridges {
        all.extend(ridges.curvatures(&model.point, 1.0 / lagrangian.sigma));
    }
    Some(all)
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
    parts: &mut [PartRows],
    curvatures: &[Curvature],
    most_work: f64,
) -> Option<(QuasiDefinite, Vec<usize>)> {
    let unknowns = smooth.cols;
    let mut size = unknowns;
    for (part, curvature) in parts.iter_mut().zip(curvatures) {
        let counts: Vec<(usize, usize)> = part
            .terms(curvature)
            .iter()
            .map(|t| (t.positive.len(), t.negatives()))
            .collect();
        for (group, (positive, negative)) in part.groups.iter_mut().zip(counts) {
            group.positive = group.positive.max(positive);
            group.negative = group.negative.max(negative);
        }
        size = part.number(size);
    }
    let mut entries = Vec::new();
    let mut push = |row: usize, column: usize, _: f64| entries.push((row, column, 0.0));
    emit(smooth, parts, curvatures, (1.0, 1.0), &mut push);
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

/// All entries of the lower triangle, for the given (σ, shift).
fn emit(
    smooth: &SparseMatrix,
    parts: &[PartRows],
    curvatures: &[Curvature],
    (sigma, shift): (f64, f64),
    sink: &mut dyn FnMut(usize, usize, f64),
) {
    for (row, column, value) in smooth.triplets() {
        sink(row, column, value);
    }
    (0..smooth.cols).for_each(|j| sink(j, j, shift));
    for (part, curvature) in parts.iter().zip(curvatures) {
        part.emit(curvature, &part.terms(curvature), sigma, sink);
    }
}
