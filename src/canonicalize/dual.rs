//! The dual of a strongly convex separable quadratic with two-piece terms.
//!
//! min x'Px/2 + q'x + Σ w_k t_k over a_k t_k + f_k'x + g_k >= 0 and b_k t_k + e_k'x + d_k >= 0, for a
//! positive diagonal P and t_k in these two rows only: w|f'x + g| and w*max of two affine functions.
//! The multipliers of the two rows are w/(2a) + u and (w/2 - a u)/b for |u| <= w/(2a), so that with
//! the rows h = f - (a/b) e of H and γ = g - (a/b) d the dual is
//!
//! min (H'u - c)'P⁻¹(H'u - c)/2 + γ'u over |u_k| <= w_k/(2 a_k), c = q - Σ w (f/a + e/b)/2,
//!
//! one variable for each term, and x = P⁻¹(H'u - c). Of a series x and its differences, H P⁻¹ H' is
//! tridiagonal. Source: A. Chambolle, "An algorithm for total variation minimization and
//! applications", 2004.

use crate::cone::{AffineMap, Block, Cone, ConeProgram, Owner, ProgramBuilder};
use crate::matrix::SparseMatrix;
use crate::shape::Shape;

/// The dual's matrix may have so many times the entries of H.
const MOST_FILL: usize = 4;
/// The diagonal of P may span this factor.
const LARGEST_SPREAD: f64 = 1e6;

/// The way back from the dual's point.
#[derive(Clone, Debug)]
pub(super) struct DualPoint {
    /// H, by the columns of the old variables.
    rows: SparseMatrix,
    /// c.
    slope: Vec<f64>,
    /// The diagonal of P; 0 for the variables of the terms.
    curvature: Vec<f64>,
}

impl DualPoint {
    /// x = P⁻¹(H'u - c), with 0 in the place of the terms' variables.
    pub(super) fn primal(&self, u: &[f64]) -> Vec<f64> {
        let entry = |j: usize| {
            let product: f64 = self.rows.column(j).map(|(k, h)| h * u[k]).sum();
            match self.curvature[j] {
                p if p > 0.0 => (product - self.slope[j]) / p,
                _ => 0.0,
            }
        };
        (0..self.rows.cols).map(entry).collect()
    }

    /// Adds (H'u - c)'P⁻¹(H'u - c)/2.
    fn add_objective(&self, program: &mut ProgramBuilder) {
        for (j, &p) in self.curvature.iter().enumerate().filter(|(_, p)| **p > 0.0) {
            let c = self.slope[j];
            program.add_constant(0.5 * c * c / p);
            for (place, (k, h)) in self.rows.column(j).enumerate() {
                program.add_linear_term(k, -c * h / p);
                program.add_quadratic_objective(k, k, 0.5 * h * h / p);
                for (l, other) in self.rows.column(j).skip(place + 1) {
                    program.add_quadratic_objective(k, l, h * other / p);
                }
            }
        }
    }
}

/// The dual program, where it is a smaller one.
pub(super) fn dual(program: &ConeProgram) -> Option<(ConeProgram, DualPoint)> {
    let curvature = separable(program)?;
    let terms = terms(program, &curvature)?;
    let mut dual = ProgramBuilder::new();
    let multipliers = dual.variable(Shape::vector(terms.len()));
    let mut entries = Vec::new();
    let mut slope = program.linear.clone();
    let mut radii = Vec::with_capacity(terms.len());
    dual.add_constant(-program.constant);
    for (k, term) in terms.iter().enumerate() {
        let [first, second] = &term.rows;
        let (half, ratio) = (
            0.5 * program.linear[term.variable],
            first.factor / second.factor,
        );
        radii.push(half / first.factor);
        dual.add_linear_term(k, first.constant() - ratio * second.constant());
        for (row, weight) in [(first, 1.0), (second, -ratio)] {
            let multiplier = half / row.factor;
            dual.add_constant(multiplier * row.constant());
            for (j, value) in row.others(term.variable) {
                slope[j] -= multiplier * value;
                entries.push((k, j, weight * value));
            }
        }
    }
    let shape = Shape::new(terms.len(), program.variables);
    let rows = SparseMatrix::from_triplets(shape, &entries);
    if fill(&rows) > MOST_FILL * rows.nonzeros() {
        return None;
    }
    let point = DualPoint {
        rows,
        slope,
        curvature,
    };
    point.add_objective(&mut dual);
    let radii = AffineMap::constant(&crate::matrix::Matrix::vector(radii));
    dual.nonnegative(radii.minus(&multipliers));
    dual.nonnegative(radii.plus(&multipliers));
    Some((dual.finish(), point))
}

/// Entries of H P⁻¹ H', those that meet counted apart.
fn fill(rows: &SparseMatrix) -> usize {
    let lengths = rows.column_starts.windows(2).map(|pair| pair[1] - pair[0]);
    lengths.map(|length| length * length).sum()
}

/// The diagonal of P; `None` when there is more to P, or nothing.
fn separable(program: &ConeProgram) -> Option<Vec<f64>> {
    let mut curvature = vec![0.0; program.variables];
    for (i, j, value) in program.quadratic.triplets() {
        if i != j || value < 0.0 {
            return None;
        }
        curvature[i] = value;
    }
    let positive = || curvature.iter().copied().filter(|p| *p > 0.0);
    let (least, most) = positive().fold((f64::INFINITY, 0.0f64), |(l, m), p| (l.min(p), m.max(p)));
    (most > 0.0 && most <= LARGEST_SPREAD * least).then_some(curvature)
}

/// factor*t + others'x + constant >= 0.
#[derive(Clone, Copy, Debug)]
struct Row<'a> {
    map: &'a AffineMap,
    position: usize,
    factor: f64,
}

impl Row<'_> {
    fn constant(&self) -> f64 {
        self.map.constants()[self.position]
    }

    fn others(&self, variable: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.map
            .row(self.position)
            .filter(move |&(j, _)| j != variable)
    }
}

/// A variable of linear cost and the two rows that it stands in.
#[derive(Debug)]
struct Term<'a> {
    variable: usize,
    rows: [Row<'a>; 2],
}

/// One term for each variable without curvature; `None` when the program is more than these.
fn terms<'a>(program: &'a ConeProgram, curvature: &[f64]) -> Option<Vec<Term<'a>>> {
    let mut found: Vec<[Option<Row<'a>>; 2]> = vec![[None; 2]; program.variables];
    for block in &program.blocks {
        if !matches!(block.cone, Cone::Nonnegative(_)) || block.owner != Owner::GraphForm {
            return None;
        }
        for position in 0..block.map.rows() {
            let (variable, row) = bounding(block, position, curvature)?;
            let free = found[variable].iter_mut().find(|slot| slot.is_none())?;
            *free = Some(row);
        }
    }
    let term = |(variable, rows): (usize, [Option<Row<'a>>; 2])| match (curvature[variable], rows) {
        (0.0, [Some(first), Some(second)]) if program.linear[variable] > 0.0 => Some(Some(Term {
            variable,
            rows: [first, second],
        })),
        (0.0, _) => None,
        _ => Some(None),
    };
    let terms: Option<Vec<Option<Term<'a>>>> = found.into_iter().enumerate().map(term).collect();
    let terms: Vec<Term<'a>> = terms?.into_iter().flatten().collect();
    (!terms.is_empty()).then_some(terms)
}

/// The row as a bound from below on the only variable in it that has no curvature.
fn bounding<'a>(block: &'a Block, position: usize, curvature: &[f64]) -> Option<(usize, Row<'a>)> {
    let mut flat = block
        .map
        .row(position)
        .filter(|&(j, _)| curvature[j] == 0.0);
    let (variable, factor) = flat.next()?;
    let row = Row {
        map: &block.map,
        position,
        factor,
    };
    (flat.next().is_none() && factor > 0.0).then_some((variable, row))
}
