//! Barriers of cones of three rows that are self-concordant with parameter 3: `F(y) = -log ψ(y) - Σ c*log y_i` over
//! x and y, with ψ the room that the cone leaves.
//!
//! Exponential: ψ = t - x*log(x/y), c = (1, 1). Power: ψ = x^2α*y^2β - z² with β = 1 - α, c = (β, α).
//! Yu. Nesterov, "Towards non-symmetric conic optimization", 2012; R. Chares, "Cones and interior-point algorithms for
//! structured convex optimization involving powers and exponentials", 2009.

use super::Triple;
use super::projection::{Square, Vector, dot, times};

/// Iterations to find where the slope of F is given: each gains digits, but for powers next to the edge.
const MOST_ITERATIONS: usize = 100;

/// ψ with its derivatives at a point.
struct Room {
    value: f64,
    slope: Vector,
    bend: Square,
}

impl Triple {
    /// The least of x, y and how much room is left beside the third; of x and y alone where one is not positive.
    pub fn depth(self, [x, y, z]: Vector) -> f64 {
        if x <= 0.0 || y <= 0.0 {
            return x.min(y);
        }
        let room = match self {
            Triple::Exponential => z - x * (x / y).ln(),
            Triple::Power(alpha) => x.powf(alpha) * y.powf(1.0 - alpha) - z.abs(),
        };
        room.min(x).min(y)
    }

    /// Whether F has a value.
    pub fn has_inside(self, y: Vector) -> bool {
        self.depth(y) > 0.0
    }

    /// c of x, y and z.
    fn weights(self) -> Vector {
        match self {
            Triple::Exponential => [1.0, 1.0, 0.0],
            Triple::Power(alpha) => [1.0 - alpha, alpha, 0.0],
        }
    }

    fn room(self, [x, y, z]: Vector) -> Room {
        match self {
            Triple::Exponential => {
                let log = (x / y).ln();
                Room {
                    value: z - x * log,
                    slope: [-log - 1.0, x / y, 1.0],
                    bend: [
                        [-1.0 / x, 1.0 / y, 0.0],
                        [1.0 / y, -x / (y * y), 0.0],
                        [0.0; 3],
                    ],
                }
            }
            Triple::Power(alpha) => {
                let (a, b) = (2.0 * alpha, 2.0 - 2.0 * alpha);
                let mean = x.powf(alpha) * y.powf(1.0 - alpha);
                let square = mean * mean;
                let mixed = a * b * square / (x * y);
                Room {
                    value: (mean - z.abs()) * (mean + z.abs()),
                    slope: [a * square / x, b * square / y, -2.0 * z],
                    bend: [
                        [a * (a - 1.0) * square / (x * x), mixed, 0.0],
                        [mixed, b * (b - 1.0) * square / (y * y), 0.0],
                        [0.0, 0.0, -2.0],
                    ],
                }
            }
        }
    }

    /// The third derivative of ψ along u and v.
    fn third_of_room(self, [x, y, _]: Vector, u: Vector, v: Vector) -> Vector {
        // ψ_xxx, ψ_xxy, ψ_xyy and ψ_yyy.
        let [xxx, xxy, xyy, yyy] = match self {
            Triple::Exponential => [1.0 / (x * x), 0.0, -1.0 / (y * y), 2.0 * x / (y * y * y)],
            Triple::Power(alpha) => {
                let (a, b) = (2.0 * alpha, 2.0 - 2.0 * alpha);
                let square = x.powf(a) * y.powf(b);
                [
                    a * (a - 1.0) * (a - 2.0) * square / (x * x * x),
                    a * (a - 1.0) * b * square / (x * x * y),
                    a * b * (b - 1.0) * square / (x * y * y),
                    b * (b - 1.0) * (b - 2.0) * square / (y * y * y),
                ]
            }
        };
        let (both_x, both_y) = (u[0] * v[0], u[1] * v[1]);
        let mixed = u[0] * v[1] + u[1] * v[0];
        [
            xxx * both_x + xxy * mixed + xyy * both_y,
            xxy * both_x + xyy * mixed + yyy * both_y,
            0.0,
        ]
    }

    /// -∇F, a point inside the dual cone.
    pub fn dual_of(self, y: Vector) -> Vector {
        let (room, c) = (self.room(y), self.weights());
        let of = |i: usize| room.slope[i] / room.value + share(c[i], y[i]);
        std::array::from_fn(of)
    }

    /// ∇²F = ∇ψ∇ψ'/ψ² - ∇²ψ/ψ + diag(c/y²).
    pub fn bend(self, y: Vector) -> Square {
        let (room, c) = (self.room(y), self.weights());
        let slope = room.slope.map(|slope| slope / room.value);
        std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let own = if i == j {
                    share(share(c[i], y[i]), y[i])
                } else {
                    0.0
                };
                slope[i] * slope[j] - room.bend[i][j] / room.value + own
            })
        })
    }

    /// ∇³F along u and v.
    pub fn third(self, y: Vector, u: Vector, v: Vector) -> Vector {
        let (room, c) = (self.room(y), self.weights());
        let psi = room.value;
        let third = self.third_of_room(y, u, v);
        let (bend_u, bend_v) = (times(&room.bend, u), times(&room.bend, v));
        let (rise_u, rise_v) = (dot(room.slope, u) / psi, dot(room.slope, v) / psi);
        let bent = dot(u, bend_v) / psi - 2.0 * rise_u * rise_v;
        std::array::from_fn(|i| {
            let own = 2.0 * share(c[i] * u[i] * v[i], y[i] * y[i] * y[i]);
            (-third[i] + bend_v[i] * rise_u + bend_u[i] * rise_v + room.slope[i] * bent) / psi - own
        })
    }

    /// The y inside with -∇F(y) = s; `None` where s is not inside the dual cone.
    pub fn primal_of(self, s: Vector) -> Option<Vector> {
        let y = match self {
            Triple::Exponential => exponential_of(s)?,
            Triple::Power(alpha) => power_of(alpha, s)?,
        };
        y.iter().all(|y| y.is_finite()).then_some(y)
    }
}

/// 0 where c is, as z has no edge.
fn share(c: f64, y: f64) -> f64 {
    match c == 0.0 {
        true => 0.0,
        false => c / y,
    }
}

/// With ψ = 1/s_z and v = 1/(x*s_z): v + log(1 + v) = s_x/s_z + 1 + log(s_y/s_z).
fn exponential_of([a, b, c]: Vector) -> Option<Vector> {
    if b <= 0.0 || c <= 0.0 {
        return None;
    }
    let right = a / c + 1.0 + (b / c).ln();
    if right.is_nan() || right <= 0.0 {
        return None;
    }
    let mut v = (right - right.ln_1p()).max(0.5 * right / (1.0 + right));
    for _ in 0..MOST_ITERATIONS {
        let step = (right - v - v.ln_1p()) * (1.0 + v) / (2.0 + v);
        v += step;
        if step.abs() <= f64::EPSILON * v {
            break;
        }
    }
    let x = 1.0 / (v * c);
    let ratio = (b / c / (1.0 + v)).ln();
    Some([x, (1.0 + 1.0 / v) / b, 1.0 / c + x * ratio])
}

/// With q = z²/ψ: x = (2α(1 + q) + β)/s_x, y = (2β(1 + q) + α)/s_y, z = -s_z*ψ/2, of which
/// `4q(1 + q) = s_z²*x^2α*y^2β` is left, a rising function of log q.
fn power_of(alpha: f64, [a, b, c]: Vector) -> Option<Vector> {
    if a <= 0.0 || b <= 0.0 {
        return None;
    }
    let beta = 1.0 - alpha;
    let sides = |q: f64| {
        [
            2.0 * alpha * (1.0 + q) + beta,
            2.0 * beta * (1.0 + q) + alpha,
        ]
    };
    let mut q = 0.0;
    if c != 0.0 {
        let right = 2.0 * (c.abs().ln() - alpha * a.ln() - beta * b.ln());
        let most = 4f64.ln() - 2.0 * alpha * (2.0 * alpha).ln() - 2.0 * beta * (2.0 * beta).ln();
        if right.is_nan() || right >= most {
            return None;
        }
        let [x, y] = sides(0.0);
        let mut log = right - 4f64.ln() + 2.0 * (alpha * x.ln() + beta * y.ln());
        for _ in 0..MOST_ITERATIONS {
            q = log.exp();
            let [x, y] = sides(q);
            let left = 4f64.ln() + log + q.ln_1p() - 2.0 * (alpha * x.ln() + beta * y.ln());
            let slope = 1.0 + q / (1.0 + q) - 4.0 * q * (alpha * alpha / x + beta * beta / y);
            let step = (right - left) / slope;
            log += step;
            if step.abs() <= f64::EPSILON * log.abs().max(1.0) {
                break;
            }
        }
        q = log.exp();
    }
    let [x, y] = sides(q);
    let (x, y) = (x / a, y / b);
    let room = x.powf(2.0 * alpha) * y.powf(2.0 * beta) / (1.0 + q);
    Some([x, y, -0.5 * c * room])
}
