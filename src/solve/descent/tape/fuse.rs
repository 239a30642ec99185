//! Finds the steps that one pass over the rows of tall data can do.
//!
//! A row step computes one number for each row from the same row of its operands; a total adds up
//! over the rows. Steps that need nothing of these run before the sweep, those that need a total
//! run behind it.

use super::kernel::{Kernel, Source};
use super::rows::RowData;
use super::sweep::{Program, RowKernel, RowSource, RowStep, Sweep, Total, TotalKernel};
use super::{Action, Step};
use crate::atoms::reductions::SumSquares;
use crate::atoms::{Along, Reduce};
use crate::matrix::Matrix;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Stored entries from which a pass by rows pays.
const LARGE: usize = 1 << 14;
/// Stored entries that are worth a thread.
const PART: usize = 1 << 17;
const MOST_PARTS: usize = 16;
/// Rows of dense columns at once: shorter runs would defeat the prefetching.
const DENSE_BLOCK: usize = 1024;
/// Stored entries of sparse rows at once, within the second-level cache.
const SPARSE_BLOCK: usize = 1 << 14;

/// Fuses the steps of a stage.
pub struct Fuser<'t> {
    pub slots: &'t [Matrix],
    pub constants: &'t [Arc<Matrix>],
    /// How many operands and roots name each slot.
    pub uses: &'t [usize],
    /// Row-major data by constant and transposition.
    pub data: FxHashMap<(usize, bool), Arc<RowData>>,
}

/// A step that multiplies a vector by a constant matrix of so many rows and columns.
struct Multiplication {
    factor: f64,
    constant: usize,
    transposed: bool,
    rows: usize,
    cols: usize,
    vector: usize,
}

fn multiplication(step: &Step) -> Option<Multiplication> {
    let Kernel::Product(product) = &step.kernel else {
        return None;
    };
    let factor = product.factor;
    match *step.operands {
        [Source::Constant(constant), Source::Slot(vector)]
            if product.cols == 1 && product.rows > 1 =>
        {
            Some(Multiplication {
                factor,
                constant,
                transposed: product.left_transposed,
                rows: product.rows,
                cols: product.inner,
                vector,
            })
        }
        [Source::Slot(vector), Source::Constant(constant)]
            if product.rows == 1 && product.cols > 1 =>
        {
            Some(Multiplication {
                factor,
                constant,
                transposed: !product.right_transposed,
                rows: product.cols,
                cols: product.inner,
                vector,
            })
        }
        _ => None,
    }
}

/// Steps still to be looked through, or done.
enum Pending {
    Steps(Vec<Step>),
    Done(Action),
}

impl Fuser<'_> {
    pub fn fuse(&mut self, steps: Vec<Step>) -> Vec<Action> {
        let mut done = Vec::new();
        let mut pending = vec![Pending::Steps(steps)];
        while let Some(next) = pending.pop() {
            match next {
                Pending::Done(action) => done.push(action),
                Pending::Steps(steps) => match steps.iter().find_map(|s| self.tall_rows(s)) {
                    None => done.extend(steps.into_iter().map(Action::Step)),
                    Some(rows) => {
                        let region = Region::of(self, steps, rows);
                        pending.push(Pending::Steps(region.after));
                        let sweep = Sweep::new(Arc::new(region.program));
                        pending.push(Pending::Done(Action::Sweep(sweep)));
                        pending.push(Pending::Steps(region.before));
                    }
                },
            }
        }
        done
    }

    /// The longer side of a large matrix that a vector is multiplied by.
    fn tall_rows(&self, step: &Step) -> Option<usize> {
        let found = multiplication(step)?;
        let stored = self.constants[found.constant].stored().len();
        u32::try_from(found.rows.min(found.cols)).ok()?;
        (stored >= LARGE).then(|| found.rows.max(found.cols))
    }

    fn row_data(&mut self, constant: usize, transposed: bool) -> Arc<RowData> {
        let matrix = &self.constants[constant];
        let found = self.data.entry((constant, transposed));
        found
            .or_insert_with(|| Arc::new(RowData::new(matrix, transposed)))
            .clone()
    }
}

/// Steps parted into those before a sweep, its own, and those behind.
struct Region<'f, 't> {
    fuser: &'f mut Fuser<'t>,
    /// The row step behind each slot that the sweep computes.
    members: FxHashMap<usize, usize>,
    /// Slots that depend on the sweep and are not rows of it.
    later: FxHashSet<usize>,
    /// How often the sweep itself reads the results of its row steps.
    own_uses: FxHashMap<usize, usize>,
    /// Stored entries of dense and of sparse data.
    dense: usize,
    sparse: usize,
    split: Split,
}

#[derive(Default)]
struct Split {
    before: Vec<Step>,
    program: Program,
    after: Vec<Step>,
}

impl Region<'_, '_> {
    fn of(fuser: &mut Fuser<'_>, steps: Vec<Step>, rows: usize) -> Split {
        let mut region = Region {
            fuser,
            members: FxHashMap::default(),
            later: FxHashSet::default(),
            own_uses: FxHashMap::default(),
            dense: 0,
            sparse: 0,
            split: Split::default(),
        };
        region.split.program.rows = rows;
        for step in steps {
            region.place(step);
        }
        region.finish()
    }

    fn place(&mut self, step: Step) {
        let slots = || step.operands.iter().filter_map(|&source| slot(source));
        let waits = slots().any(|s| self.later.contains(&s));
        if !waits && (self.add_row(&step) || self.add_total(&step)) {
            return;
        }
        if waits || slots().any(|s| self.members.contains_key(&s)) {
            self.later.insert(step.out);
            self.split.after.push(step);
        } else {
            self.split.before.push(step);
        }
    }

    fn finish(mut self) -> Split {
        let program = &mut self.split.program;
        let stored = (self.dense + self.sparse).max(1);
        program.parts = (stored / PART).clamp(1, MOST_PARTS.min(program.rows));
        let most = match self.dense {
            0 => (SPARSE_BLOCK * program.rows / stored).clamp(16, DENSE_BLOCK),
            _ => DENSE_BLOCK,
        };
        let share = program.rows.div_ceil(program.parts);
        program.block = share.div_ceil(share.div_ceil(most));
        for (slot, step) in self.members {
            let own = self.own_uses.get(&slot).copied().unwrap_or(0);
            if self.fuser.uses[slot] > own {
                program.exports.push((step, slot));
            }
        }
        program.exports.sort_unstable();
        self.split
    }

    fn add_row(&mut self, step: &Step) -> bool {
        let Some((kernel, operands)) = self.times(step).or_else(|| self.row_kernel(step)) else {
            return false;
        };
        self.members
            .insert(step.out, self.split.program.steps.len());
        self.split.program.steps.push(RowStep { kernel, operands });
        true
    }

    /// A*x with the rows of the sweep.
    fn times(&mut self, step: &Step) -> Option<(RowKernel, Vec<RowSource>)> {
        let found = multiplication(step)?;
        let fits =
            found.rows == self.split.program.rows && !self.members.contains_key(&found.vector);
        if !fits || found.cols > found.rows {
            return None;
        }
        let data = self.data(found.constant, found.transposed);
        let x = self.input(found.vector);
        Some((RowKernel::Times(found.factor, data, x), Vec::new()))
    }

    fn data(&mut self, constant: usize, transposed: bool) -> Arc<RowData> {
        let stored = self.fuser.constants[constant].stored().len();
        let data = self.fuser.row_data(constant, transposed);
        match data.as_ref() {
            RowData::Dense { .. } => self.dense += stored,
            RowData::Sparse(_) => self.sparse += stored,
        }
        data
    }

    fn row_kernel(&mut self, step: &Step) -> Option<(RowKernel, Vec<RowSource>)> {
        let kernel = match &step.kernel {
            Kernel::Combine(factors) => RowKernel::Combine(factors.clone()),
            Kernel::Scale(factor) => RowKernel::Scale(*factor),
            Kernel::ElementMultiply => RowKernel::ElementMultiply,
            Kernel::Divide => RowKernel::Divide,
            Kernel::Atom(atom) if atom.entry_map().is_some() => RowKernel::Entries(atom.clone()),
            Kernel::Atom(_)
            | Kernel::Product(_)
            | Kernel::Gather(_)
            | Kernel::Scatter(_)
            | Kernel::Transpose(_)
            | Kernel::Stack(_)
            | Kernel::Append
            | Kernel::Sum
            | Kernel::SumRows(_)
            | Kernel::SumColumns(_) => return None,
        };
        Some((kernel, self.row_operands(&step.operands)?))
    }

    fn add_total(&mut self, step: &Step) -> bool {
        let Some((kernel, operands)) = self.transposed(step).or_else(|| self.total(step)) else {
            return false;
        };
        self.later.insert(step.out);
        self.split.program.totals.push(Total {
            kernel,
            operands,
            slot: step.out,
            size: self.fuser.slots[step.out].shape().size(),
        });
        true
    }

    /// A'*r, r along the rows of the sweep.
    fn transposed(&mut self, step: &Step) -> Option<(TotalKernel, Vec<RowSource>)> {
        let found = multiplication(step)?;
        let fits = found.cols == self.split.program.rows;
        if !fits || found.rows > found.cols {
            return None;
        }
        let data = self.data(found.constant, !found.transposed);
        let operand = self.operand(Source::Slot(found.vector));
        Some((TotalKernel::Transposed(found.factor, data), vec![operand]))
    }

    fn total(&mut self, step: &Step) -> Option<(TotalKernel, Vec<RowSource>)> {
        let kernel = match &step.kernel {
            Kernel::Sum => TotalKernel::Sum,
            Kernel::Product(p) if (p.rows, p.cols) == (1, 1) => TotalKernel::Dot(p.factor),
            Kernel::Atom(atom) => {
                let reduce: &Reduce<SumSquares> = atom.as_any().downcast_ref()?;
                (reduce.along == Along::All).then_some(TotalKernel::SumSquares)?
            }
            Kernel::Product(_)
            | Kernel::Combine(_)
            | Kernel::Scale(_)
            | Kernel::ElementMultiply
            | Kernel::Divide
            | Kernel::Gather(_)
            | Kernel::Scatter(_)
            | Kernel::Transpose(_)
            | Kernel::Stack(_)
            | Kernel::Append
            | Kernel::SumRows(_)
            | Kernel::SumColumns(_) => return None,
        };
        let whole = step.operands.iter().all(|&s| self.length(s) != Some(1));
        whole
            .then(|| self.row_operands(&step.operands))
            .flatten()
            .map(|o| (kernel, o))
    }

    /// Entries of a dense operand.
    fn length(&self, source: Source) -> Option<usize> {
        let value = match source {
            Source::Slot(slot) => &self.fuser.slots[slot],
            Source::Constant(constant) => self.fuser.constants[constant].as_ref(),
        };
        value.as_slice().map(<[f64]>::len)
    }

    /// The operands, at least one of them a row step's result and each a scalar or one number for
    /// each row.
    fn row_operands(&mut self, sources: &[Source]) -> Option<Vec<RowSource>> {
        let is_member = |&s: &Source| slot(s).is_some_and(|s| self.members.contains_key(&s));
        let rows = self.split.program.rows;
        let fits = |&s: &Source| matches!(self.length(s), Some(n) if n == rows || n == 1);
        if !sources.iter().any(is_member) || !sources.iter().all(fits) {
            return None;
        }
        Some(sources.iter().map(|&s| self.operand(s)).collect())
    }

    fn operand(&mut self, source: Source) -> RowSource {
        match source {
            Source::Constant(constant) => {
                RowSource::Constant(self.fuser.constants[constant].clone())
            }
            Source::Slot(slot) => match self.members.get(&slot) {
                Some(&step) => {
                    *self.own_uses.entry(slot).or_default() += 1;
                    RowSource::Step(step)
                }
                None => RowSource::Input(self.input(slot)),
            },
        }
    }

    /// The position among the inputs.
    fn input(&mut self, slot: usize) -> usize {
        let inputs = &mut self.split.program.inputs;
        if let Some(found) = inputs.iter().position(|&(s, _)| s == slot) {
            return found;
        }
        inputs.push((slot, self.fuser.slots[slot].shape().size()));
        inputs.len() - 1
    }
}

fn slot(source: Source) -> Option<usize> {
    match source {
        Source::Slot(slot) => Some(slot),
        Source::Constant(_) => None,
    }
}
