//! The example files of the language tour, word for word, and their trees.

use super::show::file;
use insta::assert_snapshot;

pub const LASSO: &str = r#"# lasso.opt: sparse regression on the diabetes study
param X[m, n] = csv("data/diabetes.csv", columns = 1..10)     # m and n are bound by the file
param y[m]    = csv("data/diabetes.csv", columns = "progression")
param lambda nonneg = 50                                      # penalty; change it with --set lambda=10
var w[n]
var offset

minimize sum_squares(X*w + offset - y) + lambda*norm1(w)

expect objective == 1370891.2001 within 1e-8
"#;

pub const PORTFOLIO: &str = r#"# portfolio.opt: best return under a risk limit
param mu[n]        = csv("data/returns.csv")
param F[n, k]      = csv("data/factors.csv")
param d[n] nonneg  = csv("data/idiosyncratic.csv")
param risk_limit nonneg = 0.2
param sector[s, n] = csv("data/sectors.csv")
var w[n] >= 0
let risk = norm2([F'*w; d .* w])

maximize expected_return: mu'*w
subject to
  budget:   sum(w) == 1
  risk_cap: risk <= risk_limit
  single:   w <= 0.1
  cap[i]:   sector[i, :]*w <= 0.3   for i in 1..s
"#;

pub const CONTROL: &str = r#"# control.opt: bring a cart to rest with bounded force and bounded slew
param T = 30
param A[nx, nx] = [1, 0.1; 0, 1]
param B[nx, nu] = [0.005; 0.1]
param x0[nx]    = [1; 0]
param Q[nx, nx] psd = diag([1; 0.1])
var x[nx, 0..T]                         # the second axis is time and starts at 0
var u[nu, 0..T-1]

minimize cost: sum(quad_form(x[:, t], Q) + 0.1*sum_squares(u[:, t]) for t in 0..T-1)
subject to
  initial:     x[:, 0] == x0
  dynamics[t]: x[:, t+1] == A*x[:, t] + B*u[:, t]   for t in 0..T-1
  force:       -1 <= u <= 1
  slew[t]:     abs(u[:, t+1] - u[:, t]) <= 0.5      for t in 0..T-2
  terminal:    x[:, T] == 0

expect objective == 10.122856 within 1e-5
"#;

pub const MAX_CUT: &str = r#"# max_cut.opt: the Goemans-Williamson bound of the 5-cycle
param W[n, n] symmetric = [0, 1, 0, 0, 1;
                           1, 0, 1, 0, 0;
                           0, 1, 0, 1, 0;
                           0, 0, 1, 0, 1;
                           1, 0, 0, 1, 0]
var X[n, n] psd
maximize 0.25*sum(W .* (1 - X))
subject to
  unit: diag(X) == 1
expect objective == 4.522542 within 1e-5
"#;

pub const QUADRATIC: &str = r#"# quadratic.opt: the gradient-descent lecture's first example (DCP rules alone would refuse x[1]*x[2])
var x[2]
minimize 2*x[1]^2 + x[2]^2 + x[1]*x[2] - 6*x[1] - 5*x[2]
expect x == [1; 2] within 1e-6
"#;

pub const NEURAL_NET: &str = r#"# neural_net.opt: not convex, so only the gradient path solves it, and the answer is called local
param X[m, d] = csv("data/inputs.csv")
param y[m]    = csv("data/targets.csv")
let h = 8
var W[h, d] start 0.5*randn(h, d, seed = 1)
var a[h]    start 0.5*randn(h, seed = 2)
var v[h]    start 0.5*randn(h, seed = 3)
let hidden = tanh(X*W' + ones(m)*a')
minimize sum_squares(hidden*v - y)/m + 1e-3*(sum_squares(W) + sum_squares(v))
"#;

#[test]
fn lasso() {
    assert_snapshot!(file(LASSO), @r#"
    param X[m, n] = csv("data/diabetes.csv", columns = 1..10)  # m and n are bound by the file
    param y[m] = csv("data/diabetes.csv", columns = "progression")
    param lambda Nonneg = 50  # penalty; change it with --set lambda=10
    var w[n]
    var offset
    Minimize (sum_squares(((X * w) + offset - y)) + (lambda * norm1(w)))
    expect objective == 1370891.2001 within 0.00000001
    "#);
}

#[test]
fn portfolio() {
    assert_snapshot!(file(PORTFOLIO), @r#"
    param mu[n] = csv("data/returns.csv")
    param F[n, k] = csv("data/factors.csv")
    param d[n] Nonneg = csv("data/idiosyncratic.csv")
    param risk_limit Nonneg = 0.2
    param sector[s, n] = csv("data/sectors.csv")
    var w[n] GreaterEqual 0
    let risk = norm2([(F' * w); (d .* w)])
    Maximize expected_return: (mu' * w)
    SubjectTo
    budget: sum(w) Equal 1
    risk_cap: risk LessEqual risk_limit
    single: w LessEqual 0.1
    cap[i]: (sector[i, :] * w) LessEqual 0.3 for i in 1..s
    "#);
}

#[test]
fn control() {
    assert_snapshot!(file(CONTROL), @r#"
    param T = 30
    param A[nx, nx] = [1, 0.1; 0, 1]
    param B[nx, nu] = [0.005; 0.1]
    param x0[nx] = [1; 0]
    param Q[nx, nx] Psd = diag([1; 0.1])
    var x[nx, 0..T]  # the second axis is time and starts at 0
    var u[nu, 0..(T - 1)]
    Minimize cost: sum((quad_form(x[:, t], Q) + (0.1 * sum_squares(u[:, t]))) for t in 0..(T - 1))
    SubjectTo
    initial: x[:, 0] Equal x0
    dynamics[t]: x[:, (t + 1)] Equal ((A * x[:, t]) + (B * u[:, t])) for t in 0..(T - 1)
    force: (-1) LessEqual u LessEqual 1
    slew[t]: abs((u[:, (t + 1)] - u[:, t])) LessEqual 0.5 for t in 0..(T - 2)
    terminal: x[:, T] Equal 0
    expect objective == 10.122856 within 0.00001
    "#);
}

#[test]
fn max_cut() {
    assert_snapshot!(file(MAX_CUT), @r#"
    param W[n, n] Symmetric = [0, 1, 0, 0, 1; 1, 0, 1, 0, 0; 0, 1, 0, 1, 0; 0, 0, 1, 0, 1; 1, 0, 0, 1, 0]
    var X[n, n] Psd
    Maximize (0.25 * sum((W .* (1 - X))))
    SubjectTo
    unit: diag(X) Equal 1
    expect objective == 4.522542 within 0.00001
    "#);
}

#[test]
fn quadratic() {
    assert_snapshot!(file(QUADRATIC), @r#"
    var x[2]
    Minimize ((2 * (x[1] ^ 2)) + (x[2] ^ 2) + (x[1] * x[2]) - (6 * x[1]) - (5 * x[2]))
    expect x == [1; 2] within 0.000001
    "#);
}

#[test]
fn neural_net() {
    assert_snapshot!(file(NEURAL_NET), @r#"
    param X[m, d] = csv("data/inputs.csv")
    param y[m] = csv("data/targets.csv")
    let h = 8
    var W[h, d] start (0.5 * randn(h, d, seed = 1))
    var a[h] start (0.5 * randn(h, seed = 2))
    var v[h] start (0.5 * randn(h, seed = 3))
    let hidden = tanh(((X * W') + (ones(m) * a')))
    Minimize ((sum_squares(((hidden * v) - y)) / m) + (0.001 * (sum_squares(W) + sum_squares(v))))
    "#);
}
