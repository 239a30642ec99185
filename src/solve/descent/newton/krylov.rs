//! The combination of directions z_k whose images K z_k leave least of a residual, one direction after the other.
//!
//! Y. Saad, "A flexible inner-outer preconditioned GMRES algorithm", 1993.

use crate::solve::descent::lbfgs::{add_scaled, norm};
use crate::solve::descent::tape::product::dot;

/// Growth of a direction's image beside what is new in it, from which nothing is new.
const NOTHING_NEW: f64 = 1e-14;

#[derive(Debug)]
pub struct Krylov {
    /// Orthonormal, the first along the residual.
    basis: Vec<Vec<f64>>,
    directions: Vec<Vec<f64>>,
    /// Upper triangle, by column, that rotations have made of the images in the basis.
    columns: Vec<Vec<f64>>,
    rotations: Vec<[f64; 2]>,
    /// The residual in the basis, rotated; its last entry is what is left.
    rest: Vec<f64>,
    most: usize,
    is_complete: bool,
}

impl Krylov {
    /// For a residual other than 0, with so many directions at most.
    pub fn new(mut residual: Vec<f64>, most: usize) -> Self {
        let length = norm(&residual);
        residual.iter_mut().for_each(|r| *r /= length);
        Krylov {
            basis: vec![residual],
            directions: Vec::new(),
            columns: Vec::new(),
            rotations: Vec::new(),
            rest: vec![length],
            most,
            is_complete: false,
        }
    }

    /// Whether another direction may bring the rest down to `enough`.
    pub fn is_open(&self, enough: f64) -> bool {
        let left = self.rest.last().map_or(0.0, |rest| rest.abs());
        !self.is_complete && self.directions.len() < self.most && left > enough
    }

    /// What the next direction is to be an approximate solution for.
    pub fn next_direction(&self) -> Vec<f64> {
        self.basis.last().cloned().unwrap_or_default()
    }

    /// Takes a direction with its image.
    pub fn push(&mut self, direction: Vec<f64>, mut image: Vec<f64>) {
        let length = norm(&image);
        let mut column = Vec::with_capacity(self.basis.len() + 1);
        for vector in &self.basis {
            let along = dot(vector, &image);
            add_scaled(-along, vector, &mut image);
            column.push(along);
        }
        for (k, [c, s]) in self.rotations.iter().enumerate() {
            let [a, b] = [column[k], column[k + 1]];
            (column[k], column[k + 1]) = (c * a + s * b, c * b - s * a);
        }
        let new = norm(&image);
        let last = column.pop().unwrap_or(0.0);
        let radius = last.hypot(new);
        if radius.is_nan() || radius <= NOTHING_NEW * length {
            self.is_complete = true;
            return;
        }
        let [c, s] = [last / radius, new / radius];
        column.push(radius);
        self.columns.push(column);
        self.rotations.push([c, s]);
        self.directions.push(direction);
        let rest = self.rest.pop().unwrap_or(0.0);
        self.rest.extend([c * rest, -s * rest]);
        self.is_complete = new <= NOTHING_NEW * length;
        if !self.is_complete {
            image.iter_mut().for_each(|w| *w /= new);
            self.basis.push(image);
        }
    }

    /// The best combination of the directions.
    pub fn step(&self) -> Vec<f64> {
        let count = self.directions.len();
        let mut shares = self.rest[..count].to_vec();
        for k in (0..count).rev() {
            shares[k] /= self.columns[k][k];
            let share = shares[k];
            let above = self.columns[k].iter().zip(&mut shares[..k]);
            above.for_each(|(entry, other)| *other -= share * entry);
        }
        let mut step = vec![0.0; self.basis[0].len()];
        for (share, direction) in shares.iter().zip(&self.directions) {
            add_scaled(*share, direction, &mut step);
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A symmetric matrix of four rows, taken apart by its diagonal.
    const MATRIX: [[f64; 4]; 4] = [
        [4.0, 1.0, 0.0, 2.0],
        [1.0, -3.0, 0.5, 0.0],
        [0.0, 0.5, 2.0, 1.0],
        [2.0, 0.0, 1.0, 5.0],
    ];

    fn image(x: &[f64]) -> Vec<f64> {
        let row = |row: &[f64; 4]| row.iter().zip(x).map(|(a, x)| a * x).sum();
        MATRIX.iter().map(row).collect()
    }

    fn after(count: usize, right: &[f64]) -> Vec<f64> {
        let mut space = Krylov::new(right.to_vec(), count);
        while space.is_open(0.0) {
            let next = space.next_direction();
            let direction: Vec<f64> = (0..4).map(|k| next[k] / MATRIX[k][k]).collect();
            let image = image(&direction);
            space.push(direction, image);
        }
        space.step()
    }

    #[test]
    fn as_many_directions_as_rows_leave_nothing() {
        let right = [1.0, -2.0, 0.5, 3.0];
        let image = image(&after(4, &right));
        for (image, right) in image.iter().zip(right) {
            assert!((image - right).abs() < 1e-13, "{image} for {right}");
        }
    }

    #[test]
    fn every_direction_leaves_less() {
        let right = [1.0, -2.0, 0.5, 3.0];
        let left = |count: usize| {
            let image = image(&after(count, &right));
            let rest: Vec<f64> = image.iter().zip(right).map(|(i, r)| r - i).collect();
            norm(&rest)
        };
        let all: Vec<f64> = (1..=3).map(left).collect();
        assert!(all.windows(2).all(|pair| pair[1] < pair[0]), "{all:?}");
    }

    #[test]
    fn a_right_side_among_few_directions_ends_at_once() {
        let mut space = Krylov::new(vec![0.0, 2.0, 0.0], 3);
        space.push(vec![0.0, 1.0, 0.0], vec![0.0, 4.0, 0.0]);
        assert!(!space.is_open(0.0));
        assert_eq!(space.step(), [0.0, 0.5, 0.0]);
    }
}
