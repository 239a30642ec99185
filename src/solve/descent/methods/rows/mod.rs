//! Objectives that are sums over data rows, and gradients of a few rows at a time.

mod recognise;
mod sample;

use super::super::packing::Packing;
use super::super::tape::Tape;
use super::objective;
use crate::differentiate::gradient;
use crate::expr::{ExprId, VariableId};
use crate::matrix::Matrix;
use crate::problem::{Problem, Variable};
use crate::span::Span;
use recognise::{Side, recognise};
use sample::Sample;

/// Rows in a mini-batch when none are named: a twentieth of the data within these.
const SMALLEST: usize = 1;
const LARGEST: usize = 64;

const NOT_RECOGNISED: &str = "the objective is not recognised as a sum over data rows; write it as \
    a sum, mean, norm1 or sum_squares of expressions such as X*w, with X a param that has one row for \
    each observation";

/// f(x) = shared(x) + sum over rows i of f_i(x), with the gradient estimated from a few rows:
/// shared(x) + (m/b) sum over the batch of f_i(x).
#[derive(Clone, Debug)]
pub struct RowSum {
    tape: Tape,
    packing: Packing,
    data: Vec<Data>,
    sample: Sample,
    /// m.
    pub rows: usize,
    /// b.
    pub batch: usize,
}

/// One constant of the objective, row after row.
#[derive(Clone, Debug)]
struct Data {
    variable: VariableId,
    /// Entries of row 0, then of row 1, ….
    entries: Vec<f64>,
    width: usize,
    side: Side,
}

impl RowSum {
    /// Says why when the objective is not recognised as a sum over rows.
    pub fn new(problem: &Problem, batch: Option<usize>, seed: u64) -> Result<Self, String> {
        let mut graph = problem.graph.clone();
        let root = objective::root(problem, &mut graph)?;
        let found = recognise(&graph, root).ok_or(NOT_RECOGNISED)?;
        let own = (found.rows / 20).clamp(SMALLEST, LARGEST);
        let batch = batch.unwrap_or(own).clamp(1, found.rows);
        let few = found.with_rows(&graph, root, batch, problem.variables.len());
        let mut few = few.map_err(|_| NOT_RECOGNISED)?;
        let place = |(k, v): (usize, &Variable)| {
            few.graph
                .variable(VariableId(k as u32), v.shape, Span::default())
        };
        let wrt: Vec<ExprId> = problem.variables.iter().enumerate().map(place).collect();
        let slopes = gradient(&mut few.graph, few.root, &wrt);
        let inputs = few.inputs.into_iter();
        let data = inputs
            .map(|(variable, value, side)| Data::new(variable, &value, side))
            .collect();
        Ok(RowSum {
            tape: Tape::new(&few.graph, &[&slopes]),
            packing: Packing::new(problem),
            data,
            sample: Sample::new(found.rows, seed),
            rows: found.rows,
            batch,
        })
    }

    /// Mini-batches in one pass over the data; a rest smaller than a batch waits for the next pass.
    pub fn batches(&self) -> usize {
        (self.rows / self.batch).max(1)
    }

    /// The gradient's estimate from the next batch.
    pub fn next_gradient(&mut self, x: &[f64], out: &mut [f64]) {
        let chosen = self.sample.next(self.batch).to_vec();
        self.gradient_of(&chosen, x, out);
    }

    /// The gradient's estimate from given rows, as many as a batch has.
    pub fn gradient_of(&mut self, rows: &[usize], x: &[f64], out: &mut [f64]) {
        for data in &self.data {
            if let Some(slot) = self.tape.input(data.variable) {
                data.copy(rows, slot);
            }
        }
        for (k, packed) in self.packing.variables.iter().enumerate() {
            if let Some(slot) = self.tape.input(VariableId(k as u32)) {
                packed.expand(&x[packed.range()], slot);
            }
        }
        self.tape.run(0);
        for (k, packed) in self.packing.variables.iter().enumerate() {
            packed.collect(self.tape.root(0, k), &mut out[packed.range()]);
        }
    }
}

impl Data {
    fn new(variable: VariableId, value: &Matrix, side: Side) -> Self {
        let dense = value.to_dense();
        let by_row = match side {
            Side::Rows => dense.transpose(),
            Side::Columns => dense.into_owned(),
        };
        Data {
            variable,
            width: by_row.nrows(),
            entries: by_row.as_slice().to_vec(),
            side,
        }
    }

    /// The chosen rows as a matrix with a row (or a column) for each, down the columns.
    fn copy(&self, rows: &[usize], slot: &mut [f64]) {
        let count = rows.len();
        for (position, &row) in rows.iter().enumerate() {
            let entries = &self.entries[row * self.width..(row + 1) * self.width];
            match self.side {
                Side::Columns => {
                    slot[position * self.width..(position + 1) * self.width]
                        .copy_from_slice(entries);
                }
                Side::Rows => {
                    for (j, entry) in entries.iter().enumerate() {
                        slot[position + j * count] = *entry;
                    }
                }
            }
        }
    }
}
