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

/// One row that bends in all of 620 unknowns, each by itself: its second derivatives are read by a few products.
#[test]
fn rebalancing_at_bent_prices() {
    finds(
        "param n = 620\nparam S = 60\nparam Rt[S, n] = 0.003 + 0.01*randn(S, 3, seed = 16)*randn(3, n, seed = 17) + 0.02*randn(S, n, seed = 18)\n\
         param impact[n] = 1e-4 + 4e-3*rand(n, seed = 19).^2\nparam h0[n] = 8*rand(n, seed = 20).^3\nvar h[n] >= 0, <= 25\nvar cash >= 0\n\
         maximize sum(log(cash + (1 + Rt[s, :])*h) for s in 1..S)/S\nsubject to\n  \
         pay: sum(h) + cash + sum(impact .* pow_abs(h - h0, 1.5)) <= 1240\n  turnover: norm1(h - h0) <= 800\n  \
         concentration: sum_largest(h, 10) <= 120\n",
        7.12773031,
    );
}

/// Species that are to become far fewer than they are: their logarithms bend on a scale below any room beside the edge.
#[test]
fn equilibria_of_a_flame_at_forty_temperatures() {
    finds(
        "param A[4, 9] = [1,0,1,1,0,0,0,0,0; 4,0,0,0,2,2,0,0,1; 0,2,2,1,1,0,0,1,1; 0,0,0,0,0,0,2,1,0]\n\
         param h[9] = [-75; 0; -393.5; -110.5; -241.8; 0; 0; 90.3; 39]\n\
         param s[9] = [0.186; 0.205; 0.214; 0.198; 0.189; 0.131; 0.192; 0.211; 0.184]\n\
         param T[40] = [1200 + 40*k for k in 1..40]\nvar x[9, 40] >= 0\nvar methane >= 0.6, <= 1.4\nvar air >= 9, <= 11\n\
         minimize sum(((h - T[k]*s)/(0.008314*T[k]))'*x[:, k] + sum(rel_entr(x[:, k], sum(x[:, k])*ones(9))) for k in 1..40) + 30*sum_squares([methane - 1; air - 10])\n\
         subject to\n  atoms[k]: A*x[:, k] == methane*[1; 4; 0; 0] + air*[0; 0; 0.42; 1.58] for k in 1..40\n  clean: sum(x[8, :]) <= 4\n",
        -14782.74167,
    );
}

/// A flight that no thrust makes in time: what contradicts is found without the objective, which would draw away from it.
#[test]
fn a_flight_that_no_thrust_makes_in_time() {
    answer_soon(
        "param N = 100\nlet h = 12/N\nvar p[3, 0..N]\nvar v[3, 0..N]\nvar a[3, 0..N-1]\n\
         minimize h*sum(sum_squares(a[:, k]) for k in 0..N-1)\nsubject to\n  p[:, 0] == [0; 0; 20]\n  v[:, 0] == 0\n  \
         p[:, N] == [800; 60; 40]\n  v[:, N] == 0\n  \
         place[k]: p[:, k+1] == p[:, k] + h*v[:, k] + h^2/2*a[:, k] for k in 0..N-1\n  \
         speed[k]: v[:, k+1] == v[:, k] + h*a[:, k] for k in 0..N-1\n  \
         thrust[k]: norm2(a[:, k] + [0; 0; 9.81]) <= 15.8 for k in 0..N-1\n  most[k]: norm2(a[:, k]) <= 6 for k in 0..N-1\n  \
         ceiling[k]: 5 <= p[3, k] <= 120 for k in 0..N\n",
        "infeasible",
        FEW,
    );
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

/// Budgets that are spent on goods by constant elasticities: utilities of hundreds of powers, most of them of next to
/// nothing. M says nothing of λ along small y, so that λ has to be made what it is there.
#[test]
fn markets_of_constant_elasticities() {
    finds(
        "param B = 30\nparam G = 40\nparam v[B, G] = max(0, 1.2*randn(B, G, seed = 2))\n\
         param money[B] = ones(B)*3000 + 2500*sin(linspace(1, 90, B) + 2)\nparam rho nonneg = 0.6\nvar x[B, G] >= 0\n\
         maximize sum(money[i]/rho*log(sum(v[i, j]*x[i, j]^rho for j in 1..G)) for i in 1..B)\nsubject to\n  \
         sum(x, each = column) <= 1\n",
        251889.542984,
    );
}

/// Codes of next to no chance, whose shares of every source are next to nothing as well: by functions the inside is left
/// soon, by a barrier it is not. The iteration of R. Blahut and S. Arimoto, 1972, tends to the value from above.
#[test]
fn rates_of_codes_most_of_which_are_not_used() {
    finds(
        "param N = 24\nparam M = 40\nparam src[N] = [-3 + 6*(i - 1)/(N - 1) for i in 1..N]\n\
         param rep[M] = [-3.2 + 6.4*(j - 1)/(M - 1) for j in 1..M]\nlet px = exp(-src.^2/2)/sum(exp(-src.^2/2))\n\
         var Q[N, M] >= 0\nlet J = diag(px)*Q\nlet q = sum(J, each = column)\nminimize sum(rel_entr(J, px*q))\n\
         subject to\n  sum(Q, each = row) == 1\n  \
         sum((src[i] - rep[j])^2*J[i, j] for i in 1..N, j in 1..M) <= 0.15\n",
        0.938299744,
    );
}

/// Costs p²/on of running units, in rows of up to 1e6: once rows and slopes miss no more, the proximal weight alone holds
/// the gap open.
#[test]
fn commitment_of_twelve_units() {
    finds(
        "param g = 12\n\
         param T = 24\n\
         param pmax[g] = [100 + 350*abs(sin(2*i)) for i in 1..g]\n\
         param noload[g] = [400 + 600*abs(cos(3*i)) for i in 1..g]\n\
         param marginal[g] = [12 + 25*abs(sin(5*i)) for i in 1..g]\n\
         param curve[g] nonneg = [0.002 + 0.02*abs(cos(7*i)) for i in 1..g]\n\
         param startup[g] = [500 + 4000*abs(sin(11*i)) for i in 1..g]\n\
         param load[T] = [0.55*sum(pmax)*(1 + 0.35*sin(pi*(t - 8)/12)) for t in 1..T]\n\
         var on[g, T] >= 0, <= 1\n\
         var begin[g, T] >= 0, <= 1\n\
         var p[g, T] >= 0\n\
         minimize sum(noload[i]*on[i, t] + marginal[i]*p[i, t] + curve[i]*p[i, t]^2/on[i, t] + startup[i]*begin[i, t] for i in 1..g, t in 1..T)\n\
         subject to\n  \
         balance[t]: sum(p[:, t]) == load[t] for t in 1..T\n  \
         reserve[t]: sum(pmax .* on[:, t] - p[:, t]) >= 0.08*load[t] for t in 1..T\n  \
         least[t]: p[:, t] >= 0.3*pmax .* on[:, t] for t in 1..T\n  \
         most[t]: p[:, t] <= pmax .* on[:, t] for t in 1..T\n  \
         switch[t]: begin[:, t] >= on[:, t] - on[:, t-1] for t in 2..T\n",
        1524525.32,
    );
}
