//! The texts that are measured, by size.

/// A family of problems.
pub struct Case {
    /// As chosen on the command line.
    pub name: &'static str,
    /// What its size counts.
    pub unit: &'static str,
    pub size: usize,
    /// The size under `--quick`.
    pub quick: usize,
    /// How its data grow with the size.
    pub growth: Growth,
    pub text: fn(usize) -> String,
}

/// What the size measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// Text or data as a whole.
    Data,
    /// The side of square data.
    Side,
}

impl Case {
    /// The size of twice the data.
    pub fn doubled(&self, size: usize) -> usize {
        match self.growth {
            Growth::Data => 2 * size,
            Growth::Side => (std::f64::consts::SQRT_2 * size as f64).round() as usize,
        }
    }
}

/// All cases, in the order of the table.
pub const CASES: &[Case] = &[
    Case {
        name: "lasso",
        unit: "rows of 1000 columns",
        size: 2000,
        quick: 1200,
        growth: Growth::Data,
        text: lasso,
    },
    Case {
        name: "portfolio",
        unit: "assets, 50 factors",
        size: 2000,
        quick: 400,
        growth: Growth::Data,
        text: portfolio,
    },
    Case {
        name: "logistic",
        unit: "rows of 200 columns",
        size: 5000,
        quick: 500,
        growth: Growth::Data,
        text: logistic,
    },
    Case {
        name: "huber",
        unit: "rows of 200 columns",
        size: 5000,
        quick: 500,
        growth: Growth::Data,
        text: huber,
    },
    Case {
        name: "tv-vector",
        unit: "points",
        size: 100_000,
        quick: 10_000,
        growth: Growth::Data,
        text: tv_vector,
    },
    Case {
        name: "tv-for",
        unit: "points",
        size: 100_000,
        quick: 10_000,
        growth: Growth::Data,
        text: tv_for,
    },
    Case {
        name: "control",
        unit: "stages",
        size: 2000,
        quick: 400,
        growth: Growth::Data,
        text: control,
    },
    Case {
        name: "maxcut",
        unit: "side",
        size: 60,
        quick: 20,
        growth: Growth::Side,
        text: maxcut,
    },
    Case {
        name: "entropy",
        unit: "entries, 20 moments",
        size: 20_000,
        quick: 2000,
        growth: Growth::Data,
        text: entropy,
    },
    Case {
        name: "transport",
        unit: "suppliers and customers",
        size: 300,
        quick: 60,
        growth: Growth::Side,
        text: transport,
    },
    Case {
        name: "variance",
        unit: "entries",
        size: 100_000,
        quick: 10_000,
        growth: Growth::Data,
        text: variance,
    },
    Case {
        name: "smoothing",
        unit: "points",
        size: 50_000,
        quick: 5000,
        growth: Growth::Data,
        text: smoothing,
    },
    Case {
        name: "collinear",
        unit: "rows of 300 columns",
        size: 3000,
        quick: 900,
        growth: Growth::Data,
        text: collinear,
    },
    Case {
        name: "far",
        unit: "entries",
        size: 20_000,
        quick: 2000,
        growth: Growth::Data,
        text: far,
    },
    Case {
        name: "ceilings",
        unit: "rows of 50 columns",
        size: 2000,
        quick: 300,
        growth: Growth::Data,
        text: ceilings,
    },
    Case {
        name: "levels",
        unit: "entries",
        size: 20_000,
        quick: 2000,
        growth: Growth::Data,
        text: levels,
    },
    Case {
        name: "handwritten",
        unit: "constraints, one a line",
        size: 100_000,
        quick: 10_000,
        growth: Growth::Data,
        text: handwritten,
    },
    Case {
        name: "small",
        unit: "assets",
        size: 10,
        quick: 10,
        growth: Growth::Data,
        text: small,
    },
];

fn lasso(m: usize) -> String {
    format!(
        "param A[m, n] = randn({m}, 1000, seed = 1)\n\
         param truth[n] = max(abs(randn(1000, seed = 2)) - 1.5, 0)\n\
         param b[m] = A*truth + 0.1*randn({m}, seed = 3)\n\
         var x[n]\n\
         minimize 0.5*sum_squares(A*x - b) + 100*norm1(x)\n"
    )
}

fn portfolio(n: usize) -> String {
    format!(
        "param F[n, k] = randn({n}, 50, seed = 1)\n\
         param mu[n] = rand({n}, seed = 2)\n\
         param d[n] = rand({n}, seed = 3)\n\
         var w[n] >= 0\n\
         minimize 0.5*(sum_squares(F'*w) + sum(d .* w .^ 2)) - mu'*w\n\
         subject to\n  sum(w) == 1\n"
    )
}

fn logistic(m: usize) -> String {
    format!(
        "param A[m, n] = randn({m}, 200, seed = 1)\n\
         param b[m] = randn({m}, seed = 3)\n\
         var x[n]\n\
         minimize sum(logistic(-(A*x) .* b)) + 10*norm1(x)\n"
    )
}

/// One residual in ten is far out.
fn huber(m: usize) -> String {
    format!(
        "param A[m, n] = randn({m}, 200, seed = 1)\n\
         param b[m] = randn({m}, seed = 2) + 20*pos(rand({m}, seed = 3) - 0.9) .* randn({m}, seed = 4)\n\
         var x[n]\n\
         minimize sum(huber(A*x - b, 1))\n"
    )
}

fn tv_vector(n: usize) -> String {
    format!(
        "param y[n] = randn({n}, seed = 1)\n\
         var x[n]\n\
         minimize 0.5*sum_squares(x - y) + 2*norm1(diff(x))\n"
    )
}

fn tv_for(n: usize) -> String {
    format!(
        "param n = {n}\n\
         param y[n] = randn(n, seed = 1)\n\
         var x[n]\n\
         minimize 0.5*sum((x[i] - y[i])^2 for i in 1..n) + 2*sum(abs(x[i+1] - x[i]) for i in 1..n-1)\n"
    )
}

fn control(stages: usize) -> String {
    format!(
        "param T = {stages}\n\
         param A[4, 4] = eye(4) + 0.01*randn(4, 4, seed = 1)\n\
         param B[4, 2] = randn(4, 2, seed = 2)\n\
         var x[4, 0..T]\n\
         var u[2, 0..T-1]\n\
         minimize sum(sum_squares(x[:, t]) + 0.1*sum_squares(u[:, t]) for t in 0..T-1)\n\
         subject to\n\
         \x20 x[:, 0] == 1\n\
         \x20 dyn[t]: x[:, t+1] == A*x[:, t] + B*u[:, t] for t in 0..T-1\n\
         \x20 -0.2 <= u <= 0.2\n"
    )
}

fn maxcut(n: usize) -> String {
    format!(
        "param R[{n}, {n}] = rand({n}, {n}, seed = 1)\n\
         var X[{n}, {n}] psd\n\
         maximize 0.25*sum((R + R') .* (1 - X))\n\
         subject to\n  diag(X) == 1\n"
    )
}

fn entropy(n: usize) -> String {
    format!(
        "param A[m, n] = rand(20, {n}, seed = 1)\n\
         var p[n]\n\
         maximize sum(entr(p))\n\
         subject to\n  A*p == A*ones({n})/{n}\n  sum(p) == 1\n"
    )
}

fn transport(n: usize) -> String {
    format!(
        "param C[m, n] = rand({n}, {n}, seed = 1)\n\
         var x[m, n] >= 0\n\
         minimize sum(C[i, j]*x[i, j] for i in 1..m, j in 1..n)\n\
         subject to\n\
         \x20 supply[i]: sum(x[i, j] for j in 1..n) == 1 for i in 1..m\n\
         \x20 demand[j]: sum(x[i, j] for i in 1..m) == 1 for j in 1..n\n"
    )
}

fn variance(n: usize) -> String {
    format!(
        "param c[n] = randn({n}, seed = 1)\n\
         var x[n]\n\
         minimize sum_squares(x - sum(x)/n) + sum_squares(x - c)\n"
    )
}

fn smoothing(n: usize) -> String {
    format!(
        "param y[n] = rand({n}, seed = 1)\n\
         var x[n] >= 0\n\
         minimize 5*sum_squares(diff(x)) - y'*x\n\
         subject to\n  sum(x) <= n/50\n  x <= 1\n"
    )
}

/// Columns of very different lengths: F'F would lose the short ones.
fn collinear(m: usize) -> String {
    format!(
        "param G[m, n] = randn({m}, 300, seed = 1)\n\
         param s[n] = 10 ^ (-6*rand(300, seed = 2))\n\
         param b[m] = randn({m}, seed = 3)\n\
         var x[n]\n\
         minimize sum_squares(G*diag(s)*x - b) + 0.1*norm1(x)\n"
    )
}

/// An optimum a million times as far from 0 as its parts from each other.
fn far(n: usize) -> String {
    format!(
        "param c[n] = 1e6 + randn({n}, seed = 1)\n\
         var x[n]\n\
         minimize sum_squares(x - c) + 0.5*norm1(x - 1e6) + norm_inf(x - 1e6)\n"
    )
}

/// Functions of many rows below one variable.
fn ceilings(m: usize) -> String {
    format!(
        "param A[m, n] = randn({m}, 50, seed = 2)\n\
         var x[n]\n\
         var s\n\
         minimize s + sum_squares(x)\n\
         subject to\n\
         \x20 max(abs(A*x - 1)) <= s\n\
         \x20 exp(x) <= 3 + s\n\
         \x20 square(A*x) <= 4 + s\n"
    )
}

fn levels(n: usize) -> String {
    format!(
        "param c[n] = rand({n}, seed = 1)\n\
         var x[n]\n\
         minimize sum(x)\n\
         subject to\n  log(x + 1) >= c\n  x .^ 2 <= 4 + c\n"
    )
}

/// A chain of scalar constraints, each written out.
fn handwritten(n: usize) -> String {
    let last = n + 1;
    let mut text = format!("var x[{last}]\nminimize sum_squares(x)\nsubject to\n  x[1] == 1\n");
    for i in 1..n {
        let next = i + 1;
        text.push_str(&format!("  c{i}: 0.5*x[{next}] - x[{i}] <= 0.{i}\n"));
    }
    text
}

fn small(n: usize) -> String {
    format!(
        "param n = {n}\n\
         param mu[n] = rand(n, seed = 1)\n\
         param F[n, n] = randn(n, n, seed = 2)\n\
         var w[n] >= 0\n\
         minimize sum_squares(F*w) - mu'*w\n\
         subject to\n  sum(w) == 1\n  cap[i]: w[i] <= 0.3 for i in 1..n\n"
    )
}
