//! The nearest point of a cone of three rows.

pub type Vector = [f64; 3];
pub type Square = [[f64; 3]; 3];

pub const IDENTITY: Square = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
pub const ZERO: Square = [[0.0; 3]; 3];

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
