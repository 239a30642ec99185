//! Multipliers moved to where the slope of Σ λ'(left - right) vanishes along all unknowns that affine constraints alone
//! hold, and a little larger for those that bend.
//!
//! A solver leaves a slope of 1e-9, along which the combination falls without end where x has no bounds. The change is
//! the least in |δ/λ|, of a matrix M in |M^(-1/2) Δ M^(-1/2)|: it keeps signs and definiteness.

use crate::expr::NodeKind;
use crate::matrix::{Cholesky, Eigen, Matrix, symmetric_part};
use crate::problem::{Constraint, Problem, Relation};
use crate::solve::descent::affine::{AffineForm, AffineForms};
use crate::solve::descent::packing::Packing;
use faer::Mat;
use nalgebra::DMatrix;
use std::sync::Arc;

/// Unknowns, and entries of the system, up to which this is tried.
const MOST_UNKNOWNS: usize = 600;
const MOST_ENTRIES: usize = 4_000_000;
/// Multipliers of equations change by shares of at least this, the largest multiplier one.
const LEAST_WEIGHT: f64 = 1e-4;
/// Multipliers of constraints that bend grow by this share: the slope of |x| <= 1 is held with room.
const ROOM: f64 = 1e-6;
/// Keeps dependent columns solvable, relative.
const RIDGE: f64 = 1e-13;
const TURNS: usize = 4;
/// What may be left of the slope, as a share.
const LEFT: f64 = 1e-2;

/// The multipliers of one affine constraint, left - right.
struct Block {
    position: usize,
    form: AffineForm,
    weight: Weight,
}

enum Weight {
    /// Of each entry alone.
    Entries(Vec<f64>),
    /// M^(1/2).
    Root(DMatrix<f64>),
}

/// `None` where nothing can be moved, or that leaves the slope as large as it was.
pub(super) fn corrected(
    problem: &Problem,
    multipliers: &[Arc<Matrix>],
) -> Option<Vec<Arc<Matrix>>> {
    let packing = Packing::new(problem);
    let mut moved: Vec<Vec<f64>> = multipliers
        .iter()
        .map(|m| m.entries().into_owned())
        .collect();
    let (blocks, held) = blocks(problem, &packing, multipliers, &mut moved)?;
    let columns = columns(&blocks, &held);
    if !columns.is_empty() {
        take_slope_off(&blocks, &columns, &mut moved)?;
    } else if !held.contains(&true) {
        return None;
    }
    let all = problem.constraints.iter().zip(multipliers).zip(moved);
    let in_cone = all.map(|((c, m), entries)| Arc::new(in_cone(c, m, entries)));
    Some(in_cone.collect())
}

/// Makes the slope along these unknowns vanish; `None` where little is gained.
fn take_slope_off(blocks: &[Block], columns: &[usize], moved: &mut [Vec<f64>]) -> Option<()> {
    let rows: usize = blocks.iter().map(|b| b.form.rows()).sum();
    if columns.len() > MOST_UNKNOWNS || rows * columns.len() > MOST_ENTRIES {
        return None;
    }
    let system = system(blocks, columns);
    let mut gram = system.transpose() * &system;
    (0..columns.len()).for_each(|j| gram[(j, j)] += RIDGE * gram[(j, j)] + f64::MIN_POSITIVE);
    let factor = Cholesky::of(gram)?;
    let first = slope(blocks, columns, moved);
    for _ in 0..TURNS {
        let slope = slope(blocks, columns, moved);
        let mut solution = Mat::from_fn(columns.len(), 1, |j, _| slope[j]);
        factor.solve_in_place(&mut solution);
        take_off(blocks, &(&system * solution), moved);
    }
    let size = |slope: &[f64]| slope.iter().fold(0.0f64, |most, s| most.max(s.abs()));
    let left = size(&slope(blocks, columns, moved));
    (left <= LEFT * size(&first)).then_some(())
}

/// The affine constraints that may take part, and the unknowns that others hold.
fn blocks(
    problem: &Problem,
    packing: &Packing,
    multipliers: &[Arc<Matrix>],
    moved: &mut [Vec<f64>],
) -> Option<(Vec<Block>, Vec<bool>)> {
    let mut forms = AffineForms::default();
    let sides = problem.constraints.iter().flat_map(|c| [c.left, c.right]);
    forms.learn(&problem.graph, &sides.collect::<Vec<_>>(), packing);
    let mut held = vec![false; packing.size];
    let mut blocks = Vec::new();
    for (position, (constraint, multiplier)) in
        problem.constraints.iter().zip(multipliers).enumerate()
    {
        let is_idle = multiplier.stored().iter().all(|e| *e == 0.0);
        if is_idle && constraint.relation != Relation::Equal {
            continue;
        }
        match forms.difference(problem, constraint) {
            Some(form) => blocks.push(Block {
                position,
                form,
                weight: Weight::of(constraint.relation, multiplier)?,
            }),
            None if is_idle => {}
            None => {
                hold(problem, packing, constraint, &mut held);
                moved[position].iter_mut().for_each(|m| *m *= 1.0 + ROOM);
            }
        }
    }
    Some((blocks, held))
}

impl Weight {
    fn of(relation: Relation, multiplier: &Matrix) -> Option<Weight> {
        let entries = || multiplier.entries().into_owned();
        Some(match relation {
            Relation::LessEqual => Weight::Entries(entries()),
            Relation::Equal => {
                let sizes = entries().into_iter().map(|m| m.abs().max(LEAST_WEIGHT));
                Weight::Entries(sizes.collect())
            }
            Relation::Precedes => {
                let eigen = Eigen::of_symmetric(&symmetric_part(multiplier))?;
                Weight::Root(eigen.map(|value| value.max(0.0).sqrt()))
            }
        })
    }

    /// W*v, v a list of all entries.
    fn times(&self, v: &[f64]) -> Vec<f64> {
        match self {
            Weight::Entries(sizes) => sizes.iter().zip(v).map(|(w, v)| w * v).collect(),
            Weight::Root(root) => {
                let side = root.nrows();
                let matrix = DMatrix::from_column_slice(side, side, v);
                (root * matrix * root).as_slice().to_vec()
            }
        }
    }
}

/// All entries of the variables that a constraint names.
fn hold(problem: &Problem, packing: &Packing, constraint: &Constraint, held: &mut [bool]) {
    let graph = &problem.graph;
    for id in graph.below(&[constraint.left, constraint.right]) {
        if let NodeKind::Variable(variable) = graph.kind(id) {
            held[packing.variables[variable.index()].range()].fill(true);
        }
    }
}

/// The unknowns that affine constraints alone hold.
fn columns(blocks: &[Block], held: &[bool]) -> Vec<usize> {
    let mut named = vec![false; held.len()];
    for term in blocks.iter().flat_map(|b| b.form.all_terms()) {
        named[term.column] |= term.value != 0.0;
    }
    (0..held.len()).filter(|&j| named[j] && !held[j]).collect()
}

/// W*G by blocks, a row for each multiplier.
fn system(blocks: &[Block], columns: &[usize]) -> Mat<f64> {
    let rows = blocks.iter().map(|b| b.form.rows()).sum();
    let mut system = Mat::zeros(rows, columns.len());
    let mut first = 0;
    for block in blocks {
        let count = block.form.rows();
        let mut by_column = vec![Vec::new(); columns.len()];
        for term in block.form.all_terms() {
            if let Ok(j) = columns.binary_search(&term.column) {
                by_column[j].push((term.row, term.value));
            }
        }
        for (j, terms) in by_column
            .iter()
            .enumerate()
            .filter(|(_, terms)| !terms.is_empty())
        {
            let mut entries = vec![0.0; count];
            terms.iter().for_each(|(row, value)| entries[*row] += value);
            for (row, value) in block.weight.times(&entries).into_iter().enumerate() {
                system[(first + row, j)] = value;
            }
        }
        first += count;
    }
    system
}

/// G'λ.
fn slope(blocks: &[Block], columns: &[usize], multipliers: &[Vec<f64>]) -> Vec<f64> {
    let mut slope = vec![0.0; columns.len()];
    for block in blocks {
        let multipliers = &multipliers[block.position];
        for term in block.form.all_terms() {
            if let Ok(j) = columns.binary_search(&term.column) {
                slope[j] += multipliers[term.row] * term.value;
            }
        }
    }
    slope
}

/// λ - W*change.
fn take_off(blocks: &[Block], change: &Mat<f64>, multipliers: &mut [Vec<f64>]) {
    let mut first = 0;
    for block in blocks {
        let count = block.form.rows();
        let part: Vec<f64> = (first..first + count).map(|row| change[(row, 0)]).collect();
        let change = block.weight.times(&part);
        let entries = multipliers[block.position].iter_mut();
        entries.zip(change).for_each(|(m, change)| *m -= change);
        first += count;
    }
}

fn in_cone(constraint: &Constraint, before: &Matrix, mut entries: Vec<f64>) -> Matrix {
    if constraint.relation == Relation::LessEqual {
        entries.iter_mut().for_each(|m| *m = m.max(0.0));
    }
    Matrix::from_columns(before.shape(), entries)
}
