//! Epigraph variables that one inequality alone bounds are replaced by the bound.
//!
//! A variable v of the program occurs in F x + g ∈ K, in one row a'x - c v + b >= 0 with c > 0, and
//! nowhere else. If growing v keeps the cone constraints (its column lies in K, as K + K is in K),
//! then v may as well be the largest that the row allows, (a'x + b)/c: the row goes, and so does v.
//! The same holds with the signs turned. The row's multiplier comes back from the condition that
//! the Lagrangian does not change with v: c z_row = Σ (column of v)_k z_k.

use super::affine::{AffineMap, Replacement};
use super::program::{Block, Cone};

/// What was eliminated, to bring points and multipliers back: round by round, as what a
/// replacement has changed is not looked at again in the same round.
#[derive(Clone, Debug, Default)]
pub struct Elimination {
    rounds: Vec<Round>,
}

/// Replacements that do not touch each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Round {
    /// Old numbers of the rows and variables that are left.
    rows: Vec<u32>,
    variables: Vec<u32>,
    removed: Vec<Removed>,
    old_rows: usize,
    old_variables: usize,
    /// Some variables stand in rows that were changed, and may be eliminated in another round.
    pub(super) more: bool,
}

#[derive(Clone, Debug)]
struct Removed {
    row: usize,
    variable: usize,
    /// The other rows with the variable, with coefficient/c.
    others: Vec<(usize, f64)>,
    /// (a, b)/c by old variables.
    terms: Vec<(usize, f64)>,
    offset: f64,
}

impl Elimination {
    pub(super) fn push(&mut self, round: Round) {
        self.rounds.push(round);
    }

    /// A point of the reduced program as one of the program before.
    pub fn old_point(&self, x: &[f64]) -> Vec<f64> {
        let rounds = self.rounds.iter().rev();
        rounds.fold(x.to_vec(), |x, round| round.old_point(&x))
    }

    /// Multipliers of the reduced program's rows as those of the program before.
    pub fn old_multipliers(&self, z: &[f64]) -> Vec<f64> {
        let rounds = self.rounds.iter().rev();
        rounds.fold(z.to_vec(), |z, round| round.old_multipliers(&z))
    }
}

impl Round {
    /// The old number of each variable that is left.
    pub(super) fn kept_variables(&self) -> &[u32] {
        &self.variables
    }

    fn old_point(&self, x: &[f64]) -> Vec<f64> {
        let mut old = vec![0.0; self.old_variables];
        for (&k, value) in self.variables.iter().zip(x) {
            old[k as usize] = *value;
        }
        for removed in &self.removed {
            let bound: f64 = removed.terms.iter().map(|&(j, c)| c * old[j]).sum();
            old[removed.variable] = bound + removed.offset;
        }
        old
    }

    fn old_multipliers(&self, z: &[f64]) -> Vec<f64> {
        let mut old = vec![0.0; self.old_rows];
        for (&k, value) in self.rows.iter().zip(z) {
            old[k as usize] = *value;
        }
        for removed in &self.removed {
            old[removed.row] = removed.others.iter().map(|&(k, c)| c * old[k]).sum();
        }
        old
    }
}

/// The variable's place in one row.
#[derive(Clone, Copy, Debug)]
struct Occurrence {
    row: u32,
    value: f64,
}

/// A program under reduction.
struct Reduction<'a> {
    blocks: &'a [Block],
    /// First row of each block, and the number of rows.
    starts: Vec<usize>,
    /// Rows that a replacement has used or changed.
    frozen: Vec<bool>,
    removed: Vec<Removed>,
    /// Whether a variable stood in a frozen row.
    more: bool,
}

/// Reduces `blocks`; variables before `first` and those with `in_objective` stay. `None` when all
/// do.
pub(super) fn eliminate(
    blocks: &mut Vec<Block>,
    variables: usize,
    first: usize,
    in_objective: &[bool],
) -> Option<Round> {
    if (first..variables).all(|v| in_objective[v]) {
        return None;
    }
    let mut starts = vec![0];
    for block in blocks.iter() {
        starts.push(starts.last().copied().unwrap_or(0) + block.map.rows());
    }
    let rows = starts.last().copied().unwrap_or(0);
    let (column_starts, occurrences) = occurrences(blocks, variables, first);
    let mut reduction = Reduction {
        blocks,
        starts,
        frozen: vec![false; rows],
        removed: Vec::new(),
        more: false,
    };
    for v in (first..variables).filter(|&v| !in_objective[v]) {
        let column = &occurrences[column_starts[v - first]..column_starts[v - first + 1]];
        reduction.consider(v, column);
    }
    let (removed, more) = (reduction.removed, reduction.more);
    let reduced = !removed.is_empty();
    reduced.then(|| Round {
        more,
        ..apply(blocks, variables, rows, removed)
    })
}

/// Rows of each variable from `first` on, by variable, rising.
fn occurrences(blocks: &[Block], variables: usize, first: usize) -> (Vec<usize>, Vec<Occurrence>) {
    let mut starts = vec![0; variables - first + 1];
    for (j, _) in blocks.iter().flat_map(|b| b.map.terms()) {
        if j >= first {
            starts[j - first + 1] += 1;
        }
    }
    for k in 1..starts.len() {
        starts[k] += starts[k - 1];
    }
    let mut next = starts.clone();
    let blank = Occurrence { row: 0, value: 0.0 };
    let mut all = vec![blank; starts.last().copied().unwrap_or(0)];
    let mut row = 0;
    for block in blocks {
        for k in 0..block.map.rows() {
            for (j, value) in block.map.row(k).filter(|&(j, _)| j >= first) {
                all[next[j - first]] = Occurrence { row, value };
                next[j - first] += 1;
            }
            row += 1;
        }
    }
    (starts, all)
}

impl Reduction<'_> {
    fn block_of(&self, row: usize) -> usize {
        self.starts.partition_point(|&start| start <= row) - 1
    }

    fn consider(&mut self, variable: usize, column: &[Occurrence]) {
        let frozen = column.iter().any(|o| self.frozen[o.row as usize]);
        self.more |= frozen;
        let repeated = column.windows(2).any(|pair| pair[0].row == pair[1].row);
        if column.len() < 2 || frozen || repeated {
            return;
        }
        let Some(bound) = self.bounding_row(column) else {
            return;
        };
        let row = column[bound].row as usize;
        let block = self.block_of(row);
        let local = row - self.starts[block];
        let map = &self.blocks[block].map;
        let (others, length) = (column.len() - 1, map.row_length(local) - 1);
        // The copies may not weigh more than what goes.
        if others * length > others + length + 2 {
            return;
        }
        let c = -column[bound].value;
        let bounding: Vec<(usize, f64)> = map.row(local).collect();
        let removed = Removed {
            row,
            variable,
            others: column
                .iter()
                .filter(|o| o.row as usize != row)
                .map(|o| (o.row as usize, o.value / c))
                .collect(),
            terms: bounding
                .into_iter()
                .filter(|&(j, _)| j != variable)
                .map(|(j, a)| (j, a / c))
                .collect(),
            offset: map.constants()[local] / c,
        };
        for occurrence in column {
            self.frozen[occurrence.row as usize] = true;
        }
        self.removed.push(removed);
    }

    /// The only row that keeps the variable from growing (or from falling) for ever.
    fn bounding_row(&self, column: &[Occurrence]) -> Option<usize> {
        self.only_obstacle(column, 1.0)
            .or_else(|| self.only_obstacle(column, -1.0))
    }

    /// The only row, one of >= 0, that `direction` times the variable's column leaves.
    fn only_obstacle(&self, column: &[Occurrence], direction: f64) -> Option<usize> {
        let mut obstacle = None;
        let mut position = 0;
        while position < column.len() {
            let row = column[position].row as usize;
            let block = self.block_of(row);
            let (cone, start) = (&self.blocks[block].cone, self.starts[block]);
            if let Cone::Nonnegative(_) = cone {
                if direction * column[position].value < 0.0 && obstacle.replace(position).is_some()
                {
                    return None;
                }
                position += 1;
                continue;
            }
            let dimension = cone.dimension();
            let instance = start + (row - start) / dimension * dimension;
            let end = position
                + column[position..]
                    .iter()
                    .take_while(|o| (o.row as usize) < instance + dimension)
                    .count();
            let entries = column[position..end]
                .iter()
                .map(|o| (o.row as usize - instance, direction * o.value));
            if !contains(cone, entries) {
                return None;
            }
            position = end;
        }
        obstacle
    }
}

/// Whether a sparse vector (position, value) lies in the cone for certain.
fn contains(cone: &Cone, entries: impl Iterator<Item = (usize, f64)> + Clone) -> bool {
    match cone {
        Cone::Zero(_) => false,
        Cone::Nonnegative(_) => entries.clone().all(|(_, v)| v >= 0.0),
        Cone::SecondOrder(_) => {
            let head: f64 = entries.clone().filter(|e| e.0 == 0).map(|e| e.1).sum();
            let tail: f64 = entries.filter(|e| e.0 > 0).map(|e| e.1 * e.1).sum();
            head >= tail.sqrt()
        }
        // Diagonal matrices only: position of (i, i) is i(i + 3)/2.
        Cone::PositiveSemidefinite(_) => entries.clone().all(|(k, v)| v >= 0.0 && is_diagonal(k)),
        // (x <= 0, 0, z >= 0) is the part of the closure with y = 0.
        Cone::Exponential => entries.clone().all(|(k, v)| match k {
            0 => v <= 0.0,
            1 => false,
            _ => v >= 0.0,
        }),
        Cone::Power(_) => entries.clone().all(|(k, v)| k < 2 && v >= 0.0),
        Cone::GeneralizedPower(exponents, _) => {
            let base = exponents.len();
            entries.clone().all(|(k, v)| k < base && v >= 0.0)
        }
    }
}

fn is_diagonal(position: usize) -> bool {
    let column = ((8 * position + 9).isqrt() - 3) / 2;
    column * (column + 3) / 2 == position
}

/// Rewrites the blocks without the removed rows and variables.
fn apply(blocks: &mut Vec<Block>, variables: usize, rows: usize, removed: Vec<Removed>) -> Round {
    let renumbering = Renumbering::new(variables, rows, &removed);
    let mut start = 0;
    for block in blocks.iter_mut() {
        let count = block.map.rows();
        renumbering.rewrite(block, start);
        start += count;
    }
    blocks.retain(|block| block.map.rows() > 0);
    Round {
        more: false,
        rows: renumbering.kept_rows(),
        variables: renumbering.kept_variables(),
        removed,
        old_rows: rows,
        old_variables: variables,
    }
}

struct Renumbering {
    row_stays: Vec<bool>,
    /// New number of each variable; for a removed one its place in `bounds`, with the top bit set.
    numbers: Vec<u32>,
    /// Terms by new numbers, and offset.
    bounds: Vec<(Vec<(usize, f64)>, f64)>,
}

const REMOVED: u32 = 1 << 31;

impl Renumbering {
    fn new(variables: usize, rows: usize, removed: &[Removed]) -> Self {
        let mut row_stays = vec![true; rows];
        let mut numbers = vec![0; variables];
        for (k, r) in removed.iter().enumerate() {
            row_stays[r.row] = false;
            numbers[r.variable] = REMOVED | k as u32;
        }
        let kept = numbers.iter_mut().filter(|n| **n & REMOVED == 0);
        kept.enumerate().for_each(|(k, number)| *number = k as u32);
        let renumber = |r: &Removed| {
            let terms = r.terms.iter().map(|&(j, a)| (numbers[j] as usize, a));
            (terms.collect(), r.offset)
        };
        let bounds = removed.iter().map(renumber).collect();
        Renumbering {
            row_stays,
            numbers,
            bounds,
        }
    }

    fn replacement(&self, variable: usize) -> Replacement<'_> {
        let number = self.numbers[variable];
        if number & REMOVED == 0 {
            return Replacement::Variable(number as usize);
        }
        let (terms, offset) = &self.bounds[(number & !REMOVED) as usize];
        Replacement::Affine {
            terms,
            offset: *offset,
        }
    }

    fn rewrite(&self, block: &mut Block, start: usize) {
        let map: AffineMap = block
            .map
            .substituted(|k| self.row_stays[start + k], |v| self.replacement(v));
        if let Cone::Nonnegative(_) = block.cone {
            block.cone = Cone::Nonnegative(map.rows());
            block.count = 1;
        }
        block.map = map;
    }

    fn kept_rows(&self) -> Vec<u32> {
        let rows = self.row_stays.iter().enumerate();
        rows.filter(|(_, stays)| **stays)
            .map(|(k, _)| k as u32)
            .collect()
    }

    fn kept_variables(&self) -> Vec<u32> {
        let numbers = self.numbers.iter().enumerate();
        numbers
            .filter(|(_, number)| **number & REMOVED == 0)
            .map(|(k, _)| k as u32)
            .collect()
    }
}
