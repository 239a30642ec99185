//! Sums over the rows of tall data in one pass: for each block of rows the products A*x, the
//! functions of single rows behind them, and the sums and products A'*r that follow.

use super::kernel::{broadcast, combine, entries_mut, sum};
use super::product::dot;
use super::rows::RowData;
use super::team::{Task, Team};
use crate::expr::Atom;
use crate::expr::EntryMap;
use crate::matrix::Matrix;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Where the rows of an operand stand; scalars broadcast.
#[derive(Clone, Debug)]
pub enum RowSource {
    /// The result of an earlier row step.
    Step(usize),
    Constant(Arc<Matrix>),
    /// A value from outside that is there before the sweep.
    Input(usize),
}

/// One number for each row.
#[derive(Clone, Debug)]
pub enum RowKernel {
    /// factor*A*x; x is an input.
    Times(f64, Arc<RowData>, usize),
    Combine(Box<[f64]>),
    Scale(f64),
    ElementMultiply,
    Divide,
    /// An atom with an [`EntryMap`].
    Entries(Arc<dyn Atom>),
}

#[derive(Clone, Debug)]
pub struct RowStep {
    pub kernel: RowKernel,
    pub operands: Vec<RowSource>,
}

/// Added up over the rows.
#[derive(Clone, Debug)]
pub enum TotalKernel {
    Sum,
    SumSquares,
    /// factor*first'*second.
    Dot(f64),
    /// factor*A'*first.
    Transposed(f64, Arc<RowData>),
}

#[derive(Clone, Debug)]
pub struct Total {
    pub kernel: TotalKernel,
    pub operands: Vec<RowSource>,
    /// The slot of the result, and its size.
    pub slot: usize,
    pub size: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Program {
    pub rows: usize,
    /// Rows at once.
    pub block: usize,
    /// Shares of the rows that different threads may take; their number does not depend on the
    /// number of threads, so neither does the rounding.
    pub parts: usize,
    pub steps: Vec<RowStep>,
    pub totals: Vec<Total>,
    /// Slots and their sizes.
    pub inputs: Vec<(usize, usize)>,
    /// Row steps whose results others need: the step and the slot.
    pub exports: Vec<(usize, usize)>,
}

/// What one part needs and finds.
#[derive(Debug, Default)]
struct Part {
    rows: Range<usize>,
    results: Vec<Vec<f64>>,
    totals: Vec<Vec<f64>>,
    exports: Vec<Vec<f64>>,
}

#[derive(Debug)]
struct Job {
    program: Arc<Program>,
    inputs: RwLock<Vec<Vec<f64>>>,
    parts: Vec<Mutex<Part>>,
    /// The next part that nobody took.
    next: AtomicUsize,
}

/// A program with its buffers.
#[derive(Debug)]
pub struct Sweep(Arc<Job>);

impl Clone for Sweep {
    fn clone(&self) -> Self {
        Sweep::new(self.0.program.clone())
    }
}

impl Sweep {
    pub fn new(program: Arc<Program>) -> Self {
        let zeros = |&(_, size): &(usize, usize)| vec![0.0; size];
        Sweep(Arc::new(Job {
            inputs: RwLock::new(program.inputs.iter().map(zeros).collect()),
            parts: (0..program.parts)
                .map(|k| Mutex::new(program.part(k)))
                .collect(),
            next: AtomicUsize::new(0),
            program,
        }))
    }

    /// Whether several threads can share it.
    pub fn is_shared(&self) -> bool {
        self.0.parts.len() > 1
    }

    /// Number of steps that it stands for.
    pub fn len(&self) -> usize {
        self.0.program.steps.len() + self.0.program.totals.len()
    }

    /// Reads and writes its slots.
    pub fn run(&self, slots: &mut [Matrix], team: Option<&Team>) {
        let job = &self.0;
        job.load(slots);
        job.next.store(0, Ordering::SeqCst);
        match team {
            Some(team) if self.is_shared() => team.run(job.clone()),
            _ => job.work(),
        }
        job.collect(slots);
    }
}

fn lock(part: &Mutex<Part>) -> MutexGuard<'_, Part> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Job {
    fn load(&self, slots: &[Matrix]) {
        let inputs = self.inputs.write();
        let mut inputs = inputs.unwrap_or_else(PoisonError::into_inner);
        for (input, &(slot, _)) in inputs.iter_mut().zip(&self.program.inputs) {
            input.copy_from_slice(slots[slot].as_slice().unwrap_or_default());
        }
    }

    fn collect(&self, slots: &mut [Matrix]) {
        for total in &self.program.totals {
            entries_mut(&mut slots[total.slot]).fill(0.0);
        }
        for part in &self.parts {
            let part = lock(part);
            for (total, found) in self.program.totals.iter().zip(&part.totals) {
                let slot = entries_mut(&mut slots[total.slot]);
                slot.iter_mut().zip(found).for_each(|(s, f)| *s += f);
            }
            for (&(_, slot), found) in self.program.exports.iter().zip(&part.exports) {
                entries_mut(&mut slots[slot])[part.rows.clone()].copy_from_slice(found);
            }
        }
    }
}

impl Task for Job {
    fn work(&self) {
        let inputs = self.inputs.read().unwrap_or_else(PoisonError::into_inner);
        while let Some(part) = self.parts.get(self.next.fetch_add(1, Ordering::SeqCst)) {
            self.program.run(&inputs, &mut lock(part));
        }
    }
}

impl Program {
    fn part(&self, k: usize) -> Part {
        let bound = |k: usize| k * self.rows / self.parts;
        let rows = bound(k)..bound(k + 1);
        Part {
            results: vec![vec![0.0; self.block.min(rows.len())]; self.steps.len()],
            totals: self.totals.iter().map(|t| vec![0.0; t.size]).collect(),
            exports: vec![vec![0.0; rows.len()]; self.exports.len()],
            rows,
        }
    }

    fn run(&self, inputs: &[Vec<f64>], part: &mut Part) {
        part.totals.iter_mut().for_each(|t| t.fill(0.0));
        let mut start = part.rows.start;
        while start < part.rows.end {
            let end = (start + self.block).min(part.rows.end);
            self.run_block(inputs, start..end, part);
            start = end;
        }
    }

    fn run_block(&self, inputs: &[Vec<f64>], rows: Range<usize>, part: &mut Part) {
        for (k, step) in self.steps.iter().enumerate() {
            let (before, rest) = part.results.split_at_mut(k);
            let view = View {
                inputs,
                results: before,
                rows: rows.clone(),
            };
            step.run(&view, &mut rest[0][..rows.len()]);
        }
        let view = View {
            inputs,
            results: &part.results,
            rows: rows.clone(),
        };
        for (total, out) in self.totals.iter().zip(&mut part.totals) {
            total.add(&view, out);
        }
        let offset = rows.start - part.rows.start;
        for (&(step, _), out) in self.exports.iter().zip(&mut part.exports) {
            out[offset..offset + rows.len()].copy_from_slice(&part.results[step][..rows.len()]);
        }
    }
}

/// What the steps of a block read.
struct View<'a> {
    inputs: &'a [Vec<f64>],
    results: &'a [Vec<f64>],
    rows: Range<usize>,
}

impl<'a> View<'a> {
    fn get(&self, source: &'a RowSource) -> &'a [f64] {
        match source {
            RowSource::Step(k) => &self.results[*k][..self.rows.len()],
            RowSource::Constant(value) => self.rows_of(value.as_slice().unwrap_or_default()),
            RowSource::Input(k) => self.rows_of(&self.inputs[*k]),
        }
    }

    fn rows_of(&self, entries: &'a [f64]) -> &'a [f64] {
        match entries.len() {
            1 => entries,
            _ => &entries[self.rows.clone()],
        }
    }
}

impl RowStep {
    fn run(&self, view: &View<'_>, out: &mut [f64]) {
        let get = |k: usize| view.get(&self.operands[k]);
        match &self.kernel {
            RowKernel::Times(factor, data, x) => {
                data.times(*factor, view.rows.clone(), &view.inputs[*x], out);
            }
            RowKernel::Combine(factors) => {
                combine(factors, self.operands.iter().map(|s| view.get(s)), out);
            }
            RowKernel::Scale(factor) => {
                let factor = factor * get(0)[0];
                out.iter_mut()
                    .zip(get(1))
                    .for_each(|(o, x)| *o = factor * x);
            }
            RowKernel::ElementMultiply => broadcast(get(0), get(1), out, |x, y| x * y),
            RowKernel::Divide => broadcast(get(0), get(1), out, |x, y| x / y),
            RowKernel::Entries(atom) => {
                if let Some(map) = atom.entry_map() {
                    EntryMap::map(map, get(0), out);
                }
            }
        }
    }
}

impl Total {
    fn add(&self, view: &View<'_>, out: &mut [f64]) {
        let get = |k: usize| view.get(&self.operands[k]);
        match &self.kernel {
            TotalKernel::Sum => out[0] += sum(get(0)),
            TotalKernel::SumSquares => out[0] += dot(get(0), get(0)),
            TotalKernel::Dot(factor) => out[0] += factor * dot(get(0), get(1)),
            TotalKernel::Transposed(factor, data) => {
                data.add_transposed(*factor, view.rows.clone(), get(0), out);
            }
        }
    }
}
