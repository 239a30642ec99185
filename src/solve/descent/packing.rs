//! The free entries of all variables in one flat vector.

use crate::matrix::Matrix;
use crate::problem::{Problem, Structure};
use crate::shape::Shape;
use std::sync::Arc;

/// One variable's place in the flat vector.
#[derive(Clone, Copy, Debug)]
pub struct Packed {
    pub shape: Shape,
    pub structure: Structure,
    pub start: usize,
}

impl Packed {
    /// Number of free entries.
    pub fn len(self) -> usize {
        match self.structure {
            Structure::Full => self.shape.size(),
            Structure::Symmetric => self.shape.rows * (self.shape.rows + 1) / 2,
            Structure::Diagonal => self.shape.rows,
        }
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start..self.start + self.len()
    }

    /// The free entry (within the variable) behind each entry; `None` where it is always zero.
    pub fn free_entry(self, position: usize) -> Option<usize> {
        let (i, j) = (position % self.shape.rows, position / self.shape.rows);
        match self.structure {
            Structure::Full => Some(position),
            Structure::Symmetric => {
                let (low, high) = (i.min(j), i.max(j));
                Some(high * (high + 1) / 2 + low)
            }
            Structure::Diagonal => (i == j).then_some(i),
        }
    }

    /// The whole variable from its free entries.
    pub fn expand(self, free: &[f64], out: &mut [f64]) {
        match self.structure {
            Structure::Full => out.copy_from_slice(free),
            Structure::Symmetric => {
                let n = self.shape.rows;
                let mut entries = free.iter();
                for j in 0..n {
                    for (i, &value) in (0..=j).zip(&mut entries) {
                        out[i + j * n] = value;
                        out[j + i * n] = value;
                    }
                }
            }
            Structure::Diagonal => {
                let n = self.shape.rows;
                out.fill(0.0);
                free.iter()
                    .enumerate()
                    .for_each(|(i, v)| out[i * (n + 1)] = *v);
            }
        }
    }

    /// The adjoint of [`Packed::expand`].
    pub fn collect(self, whole: &[f64], out: &mut [f64]) {
        match self.structure {
            Structure::Full => out.copy_from_slice(whole),
            Structure::Symmetric => {
                let n = self.shape.rows;
                let mut slots = out.iter_mut();
                for j in 0..n {
                    for (i, slot) in (0..=j).zip(&mut slots) {
                        let mirrored = if i == j { 0.0 } else { whole[j + i * n] };
                        *slot = whole[i + j * n] + mirrored;
                    }
                }
            }
            Structure::Diagonal => {
                let n = self.shape.rows;
                out.iter_mut()
                    .enumerate()
                    .for_each(|(i, s)| *s = whole[i * (n + 1)]);
            }
        }
    }
}

/// All variables.
#[derive(Clone, Debug)]
pub struct Packing {
    pub variables: Vec<Packed>,
    /// Total number of free entries.
    pub size: usize,
}

impl Packing {
    pub fn new(problem: &Problem) -> Self {
        let mut packing = Packing {
            variables: Vec::new(),
            size: 0,
        };
        for variable in &problem.variables {
            packing.push(variable.shape, variable.structure);
        }
        packing
    }

    /// Appends a variable.
    pub fn push(&mut self, shape: Shape, structure: Structure) {
        let packed = Packed {
            shape,
            structure,
            start: self.size,
        };
        self.size += packed.len();
        self.variables.push(packed);
    }

    /// The values of the first `count` variables, each of its declared shape.
    pub fn unpack(&self, x: &[f64], count: usize) -> Vec<Arc<Matrix>> {
        let whole = |packed: &Packed| {
            let mut entries = vec![0.0; packed.shape.size()];
            packed.expand(&x[packed.range()], &mut entries);
            Arc::new(Matrix::from_columns(packed.shape, entries))
        };
        self.variables.iter().take(count).map(whole).collect()
    }

    /// The free entries of values of the first variables, zeros for the others.
    pub fn pack(&self, values: &[Arc<Matrix>]) -> Vec<f64> {
        let mut x = vec![0.0; self.size];
        let values = values.iter().enumerate();
        values.for_each(|(k, value)| self.pack_into(k, value, &mut x));
        x
    }

    /// The free entries of given values.
    pub fn pack_into(&self, variable: usize, value: &Matrix, x: &mut [f64]) {
        let packed = self.variables[variable];
        let entries = value.entries();
        for (position, &entry) in entries.iter().enumerate() {
            if let Some(free) = packed.free_entry(position) {
                x[packed.start + free] = entry;
            }
        }
    }
}
