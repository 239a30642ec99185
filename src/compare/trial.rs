//! Points at which derivatives are tried: inside the variables' sets, where the objective is finite.

use crate::matrix::Matrix;
use crate::problem::{Structure, Variable};
use crate::shape::Shape;
use std::sync::Arc;

/// How points are drawn, one way after the other.
const MANNERS: [Manner; 5] = [
    Manner::Declared,
    Manner::Between(0.3, 1.3),
    Manner::Between(-1.0, 1.0),
    Manner::Definite,
    Manner::Between(0.02, 0.2),
];
/// Points drawn until one is good.
const MOST_POINTS: usize = 100;
/// Declared starts may lie at a kink: they are moved by so much beside max(1, |x|).
const MOVED: f64 = 0.02;

#[derive(Clone, Copy, Debug)]
enum Manner {
    /// About the declared start, else within the declared range.
    Declared,
    Between(f64, f64),
    /// Square matrices near a multiple of the identity, other entries positive.
    Definite,
}

/// Fixed pseudo-random numbers (SplitMix64).
pub(super) struct Noise(pub(super) u64);

/// A point where `is_good` holds, the declared start or near it if possible.
pub(super) fn point(
    variables: &[Variable],
    noise: &mut Noise,
    is_good: impl Fn(&[Arc<Matrix>]) -> bool,
) -> Option<Vec<Arc<Matrix>>> {
    (0..MOST_POINTS)
        .map(|k| {
            let manner = MANNERS[k % MANNERS.len()];
            let values = variables.iter().map(|v| noise.value(v, manner));
            values.map(Arc::new).collect::<Vec<_>>()
        })
        .find(|point| is_good(point))
}

impl Noise {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn matrix(&mut self, shape: Shape, low: f64, high: f64) -> Matrix {
        let entries = (0..shape.size()).map(|_| low + (high - low) * self.uniform());
        Matrix::from_columns(shape, entries.collect())
    }

    /// A direction in which the variable may move.
    pub(super) fn direction(&mut self, variable: &Variable) -> Matrix {
        let direction = self.matrix(variable.shape, -1.0, 1.0);
        structured(&direction, variable.structure)
    }

    fn value(&mut self, variable: &Variable, manner: Manner) -> Matrix {
        let value = match (manner, &variable.start) {
            (Manner::Declared, Some(start)) => {
                let near = self.matrix(variable.shape, -1.0, 1.0);
                let moved = |x: f64, d: f64| x + MOVED * x.abs().max(1.0) * d;
                combined(start, &near, moved)
            }
            (Manner::Declared, None) | (Manner::Definite, _) => {
                self.matrix(variable.shape, 0.1, 1.1)
            }
            (Manner::Between(low, high), _) => self.matrix(variable.shape, low, high),
        };
        let definite = matches!(manner, Manner::Definite) && variable.shape.is_square();
        let sign = match (variable.psd || definite, variable.nsd) {
            (_, true) => -1.0,
            (true, false) => 1.0,
            (false, false) => {
                let value = structured(&value, variable.structure);
                return within(&value, variable);
            }
        };
        // Diagonally dominant.
        let size = variable.shape.rows as f64;
        let dominant = combined(&value, &identity(variable.shape), |x, e| {
            sign * (x + 1.5 * size * e)
        });
        structured(&dominant, variable.structure)
    }
}

fn identity(shape: Shape) -> Matrix {
    let entry = |k: usize| {
        if k.is_multiple_of(shape.rows + 1) {
            1.0
        } else {
            0.0
        }
    };
    Matrix::from_columns(shape, (0..shape.size()).map(entry).collect())
}

fn combined(a: &Matrix, b: &Matrix, of: impl Fn(f64, f64) -> f64) -> Matrix {
    let (a_entries, b_entries) = (a.entries(), b.entries());
    let pairs = a_entries.iter().zip(b_entries.iter());
    Matrix::from_columns(a.shape(), pairs.map(|(a, b)| of(*a, *b)).collect())
}

/// The part of a matrix that the structure leaves free.
fn structured(value: &Matrix, structure: Structure) -> Matrix {
    let shape = value.shape();
    let entry = |i: usize, j: usize| match structure {
        Structure::Full => value.get(i, j),
        Structure::Symmetric => 0.5 * (value.get(i, j) + value.get(j, i)),
        Structure::Diagonal if i == j => value.get(i, j),
        Structure::Diagonal => 0.0,
    };
    let entries = (0..shape.cols).flat_map(|j| (0..shape.rows).map(move |i| (i, j)));
    Matrix::from_columns(shape, entries.map(|(i, j)| entry(i, j)).collect())
}

/// Free entries moved into the inside of the declared range.
fn within(value: &Matrix, variable: &Variable) -> Matrix {
    let (lower, upper) = (variable.range.lower, variable.range.upper);
    let space = 0.1 * (upper - lower).min(1.0);
    let inside = |x: f64| match (x < lower + space, x > upper - space) {
        (true, _) => lower + space * (1.0 + (lower - x).abs().min(5.0)),
        (_, true) => upper - space * (1.0 + (upper - x).abs().min(5.0)),
        (false, false) => x,
    };
    let free = structured(&Matrix::filled(variable.shape, 1.0), variable.structure);
    combined(
        value,
        &free,
        |x, free| if free == 0.0 { x } else { inside(x) },
    )
}
