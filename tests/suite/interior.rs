//! What the gradient path solves from the inside of its domains, in tens of steps where others take thousands.

use crate::both_paths::answer_soon;

/// Iterations in all that such problems may take.
const FEW: usize = 400;

fn finds(text: &str, expected: f64) {
    let found = answer_soon(text, "solved", FEW)
        .judgement
        .and_then(|judgement| judgement.objective)
        .expect("a value");
    let error = (found - expected).abs();
    assert!(error <= 1e-6 * expected.abs(), "{found} for {expected}");
}

/// Hundreds of rows that hold at once where types are bunched.
#[test]
fn screening_of_three_hundred_types() {
    finds(
        "param N = 300\nparam theta[N] = [1 + i/N for i in 1..N]\n\
         param dens[N] = [exp(-((i - 75)/27)^2) + 0.6*exp(-((i - 240)/21)^2) + 0.05 for i in 1..N]\n\
         let f = dens/sum(dens)\nvar q[N] >= 0\nvar t[N]\nmaximize sum(f .* (t - q.^2/2))\nsubject to\n  \
         theta[1]*q[1] - t[1] >= 0\n  \
         down[i]: theta[i]*q[i] - t[i] >= theta[i]*q[i-1] - t[i-1] for i in 2..N\n  \
         up[i]: theta[i-1]*q[i-1] - t[i-1] >= theta[i-1]*q[i] - t[i] for i in 2..N\n",
        0.70064947,
    );
}

/// Second-order cones, bent rows and equations of very different size.
#[test]
fn powered_descent_on_mars() {
    finds(
        "param N = 60\nparam dt = 1.3\nparam g[3] = [-3.7114; 0; 0]\nparam alpha = 1/(225*9.807*cos(27*pi/180))\n\
         param rho1 = 0.3*18600*cos(27*pi/180)\nparam rho2 = 0.8*18600*cos(27*pi/180)\n\
         param z0[0..N] = [log(1905 - alpha*rho2*dt*k) for k in 0..N]\n\
         var r[3, 0..N]\nvar v[3, 0..N]\nvar u[3, 0..N]\nvar sigma[0..N] nonneg\nvar z[0..N]\nmaximize z[N]\n\
         subject to\n  r[:, 0] == [1500; 500; 2000]\n  v[:, 0] == [-75; 0; 100]\n  z[0] == log(1905)\n  \
         pos[k]: r[:, k+1] == r[:, k] + dt/2*(v[:, k] + v[:, k+1]) for k in 0..N-1\n  \
         vel[k]: v[:, k+1] == v[:, k] + dt/2*(u[:, k] + u[:, k+1]) + dt*g for k in 0..N-1\n  \
         mass[k]: z[k+1] == z[k] - alpha*dt/2*(sigma[k] + sigma[k+1]) for k in 0..N-1\n  \
         slack[k]: norm2(u[:, k]) <= sigma[k] for k in 0..N\n  \
         least[k]: rho1*exp(-z[k]) <= sigma[k] for k in 0..N\n  \
         most[k]: sigma[k] <= rho2*exp(-z0[k])*(1 - (z[k] - z0[k])) for k in 0..N\n  z >= z0\n  \
         glide[k]: norm2(r[2..3, k]) <= r[1, k]/tan(4*pi/180) for k in 0..N\n  \
         speed[k]: norm2(v[:, k]) <= 139 for k in 0..N\n  r[:, N] == 0\n  v[:, N] == 0\n  z[N] >= log(1505)\n",
        7.31723288,
    );
}

/// The norm of a chain of eight masses from force to place, where a matrix written out has no digits left.
#[test]
fn bounded_real_lemma_of_a_chain_of_masses() {
    finds(
        "param N = 8\nparam last[N] = [zeros(N-1); 1]\n\
         param L[N, N] symmetric = toeplitz([2; -1; zeros(N-2)]) - last*last'\n\
         param A[2*N, 2*N] = [zeros(N, N), eye(N); -40*L, -0.6*L]\nparam B[2*N, 1] = [zeros(N); 1; zeros(N-1)]\n\
         param C[1, 2*N] = [last; zeros(N)]'\nvar P[2*N, 2*N] psd\nvar g >= 0\nminimize g\nsubject to\n  \
         [A'*P + P*A + C'*C, P*B; B'*P, -g*eye(1)] << 0\n",
        3.25869313,
    );
}

/// Prices of powers 3/2 beside running sums.
#[test]
fn trading_at_prices_of_power_three_halves() {
    let text = "param n = 12\nparam T = 15\nparam alpha[n] = 0.0012*randn(n, seed = 3)\nparam d[n] = 0.01 + 0.01*rand(n, seed = 5)\n\
                param h0[n] = rand(n, seed = 7)\nvar h[n, 0..T]\nvar u[n, 1..T]\n\
                maximize sum(alpha'*h[:, t] - 2*sum_squares(d .* h[:, t]) for t in 1..T) - sum(0.02*abs(u[i, t])^1.5 for i in 1..n, t in 1..T)\n\
                subject to\n  h[:, 0] == h0\n  hold[t]: h[:, t] == h[:, t-1] + u[:, t] for t in 1..T\n  \
                part[t]: abs(u[:, t]) <= 0.1 for t in 1..T\n  h[:, 1..T] >= 0\n";
    answer_soon(text, "solved", FEW);
}

/// Multipliers that grow without end are balanced into a proof.
#[test]
fn a_mandate_that_nothing_meets() {
    answer_soon(
        "param T = 250\nparam n = 12\nparam R[T, n] = 0.0004 + 0.012*randn(T, n, seed = 8)\n\
         var w[n] >= 0, <= 0.3\nlet equity = cumsum(R*w)\nmaximize 252*mean(R*w)\nsubject to\n  sum(w) == 1\n  \
         drawdown: cummax(equity) - equity <= 0.002\n  -equity <= 0.002\n",
        "infeasible",
        FEW,
    );
}
