//! The nearest point of a cone of three rows, and matrices of three.

pub type Vector = [f64; 3];
pub type Square = [[f64; 3]; 3];

pub const IDENTITY: Square = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
pub const ZERO: Square = [[0.0; 3]; 3];

/// The order in which z, x and y are eliminated.
const PIVOTS: [usize; 3] = [2, 0, 1];
/// Share of a diagonal entry below which what is left of it is rounding.
const ROUNDING: f64 = 1e-14;

/// A positive semidefinite matrix as terms d*u*u', by its Cholesky factor from z on: often nothing else holds the unknown
/// behind z, which then stands in one term alone. Each comes with the rows of u's entries.
pub fn terms(matrix: &Square) -> impl Iterator<Item = (f64, Vector, &'static [usize])> {
    let (mut rest, whole) = (*matrix, *matrix);
    PIVOTS.iter().enumerate().filter_map(move |(done, &pivot)| {
        let d = rest[pivot][pivot];
        if d <= ROUNDING * whole[pivot][pivot] {
            return None;
        }
        let left = &PIVOTS[done..];
        let column: Vector = std::array::from_fn(|i| rest[i][pivot] / d);
        for &i in left {
            for &j in left {
                rest[i][j] -= d * column[i] * column[j];
            }
        }
        Some((d, column, left))
    })
}

/// The nearest point of the cone.
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    pub point: Vector,
    /// v - point, without the digits that this difference would lose.
    pub normal: Vector,
    pub derivative: Square,
}

impl Projection {
    /// Of a point of the cone.
    pub fn inside(v: Vector) -> Self {
        Projection {
            point: v,
            normal: [0.0; 3],
            derivative: IDENTITY,
        }
    }

    /// Of a point of the polar cone.
    pub fn apex(v: Vector) -> Self {
        Projection {
            point: [0.0; 3],
            normal: v,
            derivative: ZERO,
        }
    }

    pub fn by_difference(v: Vector, point: Vector, derivative: Square) -> Self {
        Projection {
            point,
            normal: std::array::from_fn(|i| v[i] - point[i]),
            derivative,
        }
    }
}

pub fn cross(a: Vector, b: Vector) -> Vector {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

pub fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub fn norm(a: Vector) -> f64 {
    dot(a, a).sqrt()
}

pub fn times(m: &Square, v: Vector) -> Vector {
    m.map(|row| dot(row, v))
}

/// v + share*step.
pub fn moved(v: Vector, share: f64, step: Vector) -> Vector {
    std::array::from_fn(|i| v[i] + share * step[i])
}

/// M⁻¹ r by the terms of M, and what is left of r, which these do not make.
pub fn solved(m: &Square, r: Vector) -> (Vector, Vector) {
    let (mut solution, mut rest) = ([0.0; 3], r);
    let mut all = [(0.0, ZERO[0], &PIVOTS[..0]); 3];
    let mut count = 0;
    for (d, u, rows) in terms(m) {
        let share = rest[rows[0]];
        rows.iter().for_each(|&i| rest[i] -= share * u[i]);
        all[count] = (share / d, u, rows);
        count += 1;
    }
    for (share, u, rows) in all[..count].iter().rev() {
        let known: f64 = rows[1..].iter().map(|&i| u[i] * solution[i]).sum();
        solution[rows[0]] = share - known;
    }
    (solution, rest)
}

/// The inverse of a positive definite matrix.
pub fn inverted(m: &Square) -> Square {
    let columns = IDENTITY.map(|unit| solved(m, unit).0);
    std::array::from_fn(|i| std::array::from_fn(|j| columns[j][i]))
}
