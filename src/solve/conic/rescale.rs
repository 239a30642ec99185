//! The program in the units of a point near its answer.
//!
//! Exponential and power cones are not scaled by the solver entry by entry, and entries of very
//! different size in one cone cost accuracy. Each has linear maps T of its own onto itself:
//!
//! - exponential: a(x + b y, y, e^b z);
//! - power: (l x, m y, l^a m^(1-a) z);
//! - semidefinite: S X S with a diagonal S.
//!
//! With x = D x' and s' = T s all entries are near 1 at the given point. Multipliers go back by T'.

use super::assemble::Assembly;
use super::attempt::Attempt;
use clarabel::algebra::CscMatrix;
use clarabel::solver::SupportedConeT;
use std::sync::Arc;

/// Factors up to this, or down to its inverse, are left as they are.
const NOTABLE: f64 = 1e3;
/// Entries outside are taken as accidents.
const LARGEST: f64 = 1e40;
const SMALLEST: f64 = 1e-8;

/// A program with the units that it was put in.
pub(super) struct Rescaled {
    pub assembly: Arc<Assembly>,
    columns: Vec<f64>,
    rows: Vec<f64>,
    /// (k, c): of row k, c times row k + 1 was added.
    shears: Vec<(usize, f64)>,
    /// What the objective was multiplied by.
    pub objective: f64,
}

impl Rescaled {
    /// `None` where no cone's entries are notably far from 1 at `x`, or the point is none.
    pub fn at(assembly: &Assembly, x: &[f64]) -> Option<Self> {
        if x.len() != assembly.linear.len() || !x.iter().all(|e| e.is_finite()) {
            return None;
        }
        let mut rescaled = Rescaled {
            assembly: Arc::new(assembly.clone()),
            columns: x.iter().map(|e| unit(e.abs())).collect(),
            rows: vec![1.0; assembly.constants.len()],
            shears: Vec::new(),
            objective: 1.0,
        };
        let is_notable = rescaled.measure(&assembly.slacks(x));
        if !is_notable {
            return None;
        }
        rescaled.assembly = Arc::new(rescaled.applied(assembly));
        Some(rescaled)
    }

    /// Sets the factors of all rows; whether those of an exponential or a power cone are notable.
    fn measure(&mut self, slacks: &[f64]) -> bool {
        let mut start = 0;
        let mut notable = false;
        for cone in &self.assembly.clone().cones {
            let end = start + cone_rows(cone);
            let s = &slacks[start..end];
            match cone {
                SupportedConeT::ExponentialConeT() => {
                    notable |= self.exponential(start, [s[0], s[1], s[2]]);
                }
                SupportedConeT::PowerConeT(exponent) => {
                    notable |= self.power(start, *exponent, s);
                }
                SupportedConeT::PSDTriangleConeT(side) => self.semidefinite(start, *side, s),
                SupportedConeT::SecondOrderConeT(_) => {
                    self.rows[start..end].fill(1.0 / unit(s[0]));
                }
                _ => {}
            }
            start = end;
        }
        notable
    }

    /// y e^(x/y) <= z: y and z come to 1.
    fn exponential(&mut self, k: usize, [_, y, z]: [f64; 3]) -> bool {
        let (y, z) = (unit(y), unit(z));
        let ratio = z / y;
        self.rows[k] = 1.0 / y;
        self.rows[k + 1] = 1.0 / y;
        self.rows[k + 2] = 1.0 / z;
        self.shears.push((k, -ratio.ln()));
        is_notable(ratio) || is_notable(y)
    }

    /// x^a y^(1-a) >= |z|: x and y come to 1.
    fn power(&mut self, k: usize, exponent: f64, s: &[f64]) -> bool {
        let (x, y) = (unit(s[0]), unit(s[1]));
        self.rows[k] = 1.0 / x;
        self.rows[k + 1] = 1.0 / y;
        self.rows[k + 2] = x.powf(-exponent) * y.powf(exponent - 1.0);
        is_notable(x) || is_notable(y)
    }

    /// The diagonal comes to 1.
    fn semidefinite(&mut self, start: usize, side: usize, s: &[f64]) {
        let diagonal = |j: usize| j * (j + 1) / 2 + j;
        let roots: Vec<f64> = (0..side).map(|j| unit(s[diagonal(j)]).sqrt()).collect();
        for j in 0..side {
            for i in 0..=j {
                self.rows[start + j * (j + 1) / 2 + i] = 1.0 / (roots[i] * roots[j]);
            }
        }
    }

    fn applied(&mut self, assembly: &Assembly) -> Assembly {
        let mut next = vec![0.0; self.rows.len()];
        for &(k, factor) in &self.shears {
            next[k + 1] = factor * self.rows[k + 1];
        }
        let constants = assembly.constants.iter().zip(&self.rows);
        let mut constants: Vec<f64> = constants.map(|(b, r)| b * r).collect();
        for &(k, factor) in &self.shears {
            constants[k] += factor * constants[k + 1];
        }
        let linear = assembly.linear.iter().zip(&self.columns);
        let linear: Vec<f64> = linear.map(|(q, d)| q * d).collect();
        let largest = linear.iter().fold(0.0f64, |most, q| most.max(q.abs()));
        self.objective = 1.0 / unit(largest).max(1.0);
        Assembly {
            quadratic: self.scaled_quadratic(&assembly.quadratic),
            linear: linear.iter().map(|q| q * self.objective).collect(),
            matrix: self.scaled_matrix(&assembly.matrix, &next),
            constants,
            ..assembly.clone()
        }
    }

    fn scaled_quadratic(&self, matrix: &CscMatrix<f64>) -> CscMatrix<f64> {
        let mut scaled = matrix.clone();
        for (j, window) in matrix.colptr.windows(2).enumerate() {
            for k in window[0]..window[1] {
                let i = matrix.rowval[k];
                scaled.nzval[k] *= self.objective * self.columns[i] * self.columns[j];
            }
        }
        scaled
    }

    /// T A D; `above[k]` is what of row k joins the row above it.
    fn scaled_matrix(&self, matrix: &CscMatrix<f64>, above: &[f64]) -> CscMatrix<f64> {
        let mut starts = vec![0];
        let (mut rows, mut values) = (Vec::new(), Vec::new());
        for (j, window) in matrix.colptr.windows(2).enumerate() {
            let first = rows.len();
            for k in window[0]..window[1] {
                let (i, value) = (matrix.rowval[k], matrix.nzval[k] * self.columns[j]);
                if above[i] != 0.0 {
                    let joined = rows.len() > first && rows.last() == Some(&(i - 1));
                    match values.last_mut().filter(|_| joined) {
                        Some(last) => *last += above[i] * value,
                        None => {
                            rows.push(i - 1);
                            values.push(above[i] * value);
                        }
                    }
                }
                rows.push(i);
                values.push(self.rows[i] * value);
            }
            starts.push(rows.len());
        }
        CscMatrix::new(matrix.m, matrix.n, starts, rows, values)
    }

    /// The attempt in the units of the program before.
    pub fn undone(&self, mut attempt: Attempt) -> Attempt {
        let pairs = attempt.x.iter_mut().zip(&self.columns);
        pairs.for_each(|(x, unit)| *x *= unit);
        if attempt.z.len() == self.rows.len() {
            for &(k, factor) in &self.shears {
                attempt.z[k + 1] += factor * attempt.z[k];
            }
            let pairs = attempt.z.iter_mut().zip(&self.rows);
            pairs.for_each(|(z, row)| *z *= row / self.objective);
        }
        attempt
    }
}

/// A size to measure in; 1 where the entry says nothing.
fn unit(size: f64) -> f64 {
    match (SMALLEST..=LARGEST).contains(&size) {
        true => size,
        false => 1.0,
    }
}

fn is_notable(factor: f64) -> bool {
    !(1.0 / NOTABLE..=NOTABLE).contains(&factor)
}

fn cone_rows(cone: &SupportedConeT<f64>) -> usize {
    match cone {
        SupportedConeT::ZeroConeT(n)
        | SupportedConeT::NonnegativeConeT(n)
        | SupportedConeT::SecondOrderConeT(n) => *n,
        SupportedConeT::ExponentialConeT() | SupportedConeT::PowerConeT(_) => 3,
        SupportedConeT::GenPowerConeT(exponents, tail) => exponents.len() + tail,
        SupportedConeT::PSDTriangleConeT(side) => side * (side + 1) / 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonicalize::canonicalize;
    use crate::convexity;
    use crate::elaborate::Inputs;
    use crate::pipeline::load;
    use clarabel::solver::SolverStatus;

    /// The assembly of a text with all kinds of cones, and a point.
    fn example() -> (Assembly, Vec<f64>) {
        let text = "var x[2]\nvar X[2, 2] psd\nminimize sum(x .^ 3) + norm2(x) - log(x[1]) + trace(X) - log_det(X)\nsubject to\n  x >= 0.1\n";
        let loaded = load("test.opt", text.as_bytes(), &Inputs::default());
        let loaded = loaded.unwrap_or_else(|reports| panic!("{reports:?}"));
        let check = convexity::check(&loaded.problem);
        let convex = check.convex().expect("a proof");
        let (program, _) = canonicalize(convex).expect("a program");
        let assembly = super::super::assemble::assemble(&program).expect("an assembly");
        let size = assembly.linear.len();
        let x = (0..size).map(|k| 10f64.powi(k as i32 % 9 - 4)).collect();
        (assembly, x)
    }

    #[test]
    fn slacks_objective_and_multipliers_are_those_of_the_program_before() {
        let (assembly, x) = example();
        let rescaled = Rescaled::at(&assembly, &x).expect("notable factors");
        let own: Vec<f64> = x
            .iter()
            .zip(&rescaled.columns)
            .map(|(x, d)| x / d)
            .collect();
        let inner = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let z: Vec<f64> = (0..assembly.constants.len())
            .map(|k| (k as f64).cos())
            .collect();
        let attempt = Attempt {
            status: SolverStatus::Solved,
            accurate: true,
            x: own.clone(),
            z: z.clone(),
            iterations: 0,
            accuracy: 0.0,
            factorisation: String::new(),
        };
        let undone = rescaled.undone(attempt);
        for (found, wanted) in undone.x.iter().zip(&x) {
            assert!((found - wanted).abs() <= 1e-12 * wanted.abs());
        }
        let near = |a: f64, b: f64, what: &str| {
            assert!(
                (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
                "{what}: {a}, {b}"
            );
        };
        let objective = inner(&rescaled.assembly.linear, &own);
        near(
            objective,
            rescaled.objective * inner(&assembly.linear, &x),
            "objective",
        );
        let product = inner(&rescaled.assembly.slacks(&own), &z);
        let before = inner(&assembly.slacks(&x), &undone.z);
        near(product, rescaled.objective * before, "complementarity");
    }
}
