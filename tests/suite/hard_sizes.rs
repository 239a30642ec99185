//! Where numbers of very different size meet in one row, one function or one fit, and answers lie at the edge of what
//! functions are defined on.

use crate::both_paths::{answer_soon, both_find, gradient_finds, load, objectives, solve};
use bowl::compare::Agreement;
use bowl::solve::Status;
use nalgebra::{DMatrix, DVector};

const NEAR: f64 = 1e-6;

/// Motion along a path, b the squared speed: 1/(√b₀ + √b₁) is infinitely steep where b₀ == 0.
const MOTION: &str = "var b[0..12] >= 0\nminimize sum(0.2/(sqrt(b[i-1]) + sqrt(b[i])) for i in 1..12)\nsubject to\n  \
                      b[0] == 0\n  b[12] == 0\n  slope[i]: abs(b[i] - b[i-1]) <= 0.5 for i in 1..12\n  b <= 1.9\n";

/// Monomials of raw t are those of t/5 - 1 put together otherwise.
#[test]
fn minimax_fits_by_raw_monomials_are_those_by_scaled_ones() {
    let fit = |t: &str| {
        let powers: Vec<String> = (2..=10).map(|k| format!("{t} .^ {k}")).collect();
        format!(
            "param t[m] = linspace(0, 10, 300)\nparam f[m] = exp(-0.3*t) .* cos(2*t)\nlet u = t/5 - 1\nvar c[11]\n\
             minimize norm_inf([ones(m), {t}, {}]*c - f)\n",
            powers.join(", ")
        )
    };
    let [expected, _] = objectives(&fit("u"));
    both_find(&fit("u"), expected, NEAR);
    both_find(&fit("t"), expected, NEAR);
}

/// Bars of area |force|/σ with forces of 1e4 and σ = 2.5e8: two alone carry the load.
#[test]
fn stresses_of_trusses_hold_in_pascals() {
    let text = "param A[2, 4] = [1, 0, 0.7071, -0.7071; 0, 1, 0.7071, 0.7071]\nparam load[2] = [30e3; -50e3]\n\
                param len[4] = [1; 1; 1.4142; 1.4142]\nvar area[4] >= 0\nvar force[4]\nminimize len'*area\n\
                subject to\n  A*force == load\n  -250e6*area <= force <= 250e6*area\n";
    gradient_finds(text, 80e3 / 250e6, 1e-5);
}

/// Stored amounts of 1e6 that are running sums.
#[test]
fn balances_of_running_sums_hold() {
    let text = "param inflow[t] = [1.2; 0.8; 0.5; 0.2; 0.1; 0.05; 0.1; 0.4; 0.9; 1.5; 1.8; 1.4]*1e6\n\
                param demand[t] = [3; 3; 4; 6; 8; 11; 12; 11; 7; 4; 3; 3]*1e5\n\
                var release[t] >= 0, <= 1.6e6\nlet level = 1e6 + cumsum(inflow - release)\n\
                minimize sum(pos(demand - release))/1e3 + 1e-9*sum_squares(diff(release)) + sum(neg(level - 4e5))/1e4\n\
                subject to\n  0 <= level <= 2.5e6\n  level[end] >= 1e6\n";
    let [expected, _] = objectives(text);
    both_find(text, expected, NEAR);
}

/// Some likelihoods are 1e-6*exp(-100) beside 1e-6; sum_log is the sum of logarithms.
#[test]
fn weights_of_mixtures_with_tiny_likelihoods_are_found() {
    let weights = |objective: &str| {
        format!(
            "let x = 3*randn(40, seed = 231)\nlet grid = [-6 + i/2 for i in 0..24]\n\
             let L = 1e-6*exp(-(x*ones(25)' - ones(40)*grid').^2)\nvar w[25] >= 0\nmaximize {objective}\n\
             subject to\n  sum(w) == 1\n"
        )
    };
    let [expected, _] = objectives(&weights("sum(log(L*w))"));
    both_find(&weights("sum_log(L*w)"), expected, NEAR);
}

/// F = [u, a - u; ...] with fixed sums of rows and columns has one number u to choose, here by golden sections.
#[test]
fn relative_entropies_to_kernels_of_tiny_entries_are_found() {
    for (kernel, function) in [
        ([1e-6, 1e-12, 1e-3, 1e-6], "rel_entr"),
        ([1e-3, 1e-8, 1.0, 1e-3], "kl_div"),
        ([1e-9, 1.0, 1e-4, 1e-9], "rel_entr"),
    ] {
        let [a, b, c, d] = kernel;
        let text = format!(
            "param K[2, 2] = [{a:?}, {b:?}; {c:?}, {d:?}]\nvar F[2, 2] >= 0\nminimize sum({function}(F, K))\n\
             subject to\n  sum(F, each = row) == [0.9; 0.1]\n  sum(F, each = column)' == [0.2; 0.8]\n"
        );
        let rest = if function == "kl_div" {
            kernel.iter().sum::<f64>() - 1.0
        } else {
            0.0
        };
        let entropy = |u: f64| {
            let flow = [u, 0.9 - u, 0.2 - u, u - 0.1];
            let terms = flow.iter().zip(kernel);
            terms
                .map(|(f, k)| if *f > 0.0 { f * (f / k).ln() } else { 0.0 })
                .sum::<f64>()
        };
        let expected = rest + least(entropy, 0.1, 0.2);
        gradient_finds(&text, expected, NEAR);
    }
}

/// The least value of a convex function between two numbers.
fn least(function: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let share = 0.5 * (5f64.sqrt() - 1.0);
    for _ in 0..200 {
        let (left, right) = (high - share * (high - low), low + share * (high - low));
        if function(left) < function(right) {
            high = right;
        } else {
            low = left;
        }
    }
    function(0.5 * (low + high))
}

/// Expected values that no distribution has, and no quantum state.
#[test]
fn entropies_without_a_feasible_point_are_infeasible() {
    let moments = "param t[21] = linspace(-1, 1, 21)\nvar p[21] >= 0\nmaximize sum(entr(p))\nsubject to\n  \
                   sum(p) == 1\n  t'*p == 0.8\n  (t .^ 2)'*p == 0.5\n";
    let state = "var rho[2, 2] psd\nmaximize von_neumann_entr(rho)\nsubject to\n  trace(rho) == 1\n  \
                 trace([0, 1; 1, 0]*rho) == 0.8\n  trace([1, 0; 0, -1]*rho) == 0.61\n";
    for text in [moments, state] {
        let loaded = load(text);
        let outcome = solve(&loaded);
        for answer in [&outcome.conic, &outcome.gradient].into_iter().flatten() {
            let status = &answer.solution.status;
            assert!(matches!(status, Status::Infeasible(_)), "{status:?} {text}");
        }
    }
}

#[test]
fn square_roots_of_what_is_held_at_zero_have_a_minimum() {
    let speed = |i: usize| f64::min(1.9, 0.5 * i.min(12 - i) as f64).sqrt();
    let time = (1..=12).map(|i| 0.2 / (speed(i - 1) + speed(i))).sum();
    both_find(MOTION, time, NEAR);
}

/// The equations have one solution, ±1 by turns; points far from it miss them by 4e-9 alone.
#[test]
fn equations_that_leave_one_point_are_solved() {
    let text = "param H[7, 7] = reshape([1/(i + j - 1) for i in 1..7, j in 1..7], 7, 7)\nvar x[7] >= -10, <= 10\nminimize norm1(x)\n\
                subject to\n  H*x == H*[1; -1; 1; -1; 1; -1; 1]\n";
    gradient_finds(text, 7.0, NEAR);
    let loaded = load(text);
    let outcome = solve(&loaded);
    if let Agreement::Disagree { reason } = &outcome.agreement {
        assert!(
            reason.contains("so small a miss is worth the difference"),
            "{reason}"
        );
    }
    both_find(
        "var x\nvar y\nmaximize log(x) + log(y)\nsubject to\n  x - y == 1\n  x - 0.999999*y == 20\n",
        (19e6f64 + 1.0).ln() + 19e6f64.ln(),
        NEAR,
    );
}

/// Over the points that satisfy the equations, or along the path of smoothed problems: within so many iterations.
#[test]
fn what_is_held_at_a_bound_takes_few_iterations() {
    answer_soon(MOTION, "solved", 2000);
}

/// A polynomial equals its sums of squares: as two inequalities that is a set without room.
#[test]
fn equations_within_functions_are_equations() {
    let text = "param x[m] = [0.04; 0.08; 0.14; 0.32; 0.83; 0.86; 0.94; 1.06; 1.57; 1.62; 2.07; 2.26; 2.31; 2.43; 2.67; \
                2.82; 3.05; 3.12; 3.13; 3.22; 3.54; 3.69]\n\
                param y[m] = [7.70; 7.43; 8.04; 7.68; 4.95; 6.17; 5.22; 4.21; 3.96; 4.17; 5.11; 4.61; 4.99; 4.72; 7.08; \
                8.52; 8.81; 8.33; 9.12; 8.81; 10.81; 13.98]\n\
                var c[7]\nminimize norm1(polyval(c, x) - y)\nsubject to\n  c in convex_poly_coeffs(0, 4)\n  \
                c[6] >= -6\n  polyval(c, [4]) <= 25\n";
    both_find(text, 10.71156981, 1e-7);
}

/// The fixed matrix of a convex product of powers does not make its blocks larger.
#[test]
fn powers_beside_a_fixed_matrix() {
    let text = "param R[3,3] psd = [0.5, 0.1, 0; 0.1, 0.3, 0.05; 0, 0.05, 0.2]\nvar S[3,3] psd\n\
                minimize lieb_ando(R, S, eye(3), 1.5)\nsubject to\n  trace(S) == 1\n";
    both_find(text, 1.0, 1e-6);
    let text = text.replace(
        "lieb_ando(R, S, eye(3), 1.5)",
        "lieb_ando(S, R, eye(3), -0.5)",
    );
    both_find(&text, 1.0, 1e-6);
}

/// The least size of x^n + … on [0, L] is 2*(L/4)^n: Chebyshev's polynomials, whose coefficients are large.
#[test]
fn nonnegative_polynomials_of_high_degree() {
    for n in [6, 8, 10] {
        let text = format!(
            "var c[{}]\nvar t\nminimize 1000*t\nsubject to\n  c[1] == 1\n  poly_min(c, 0, 3) >= -t\n  \
             poly_min(-c, 0, 3) >= -t\n",
            n + 1
        );
        both_find(&text, 2000.0 * 0.75f64.powi(n), 1e-5);
    }
}

/// Capacities of 1e4 beside delays of 1e-4: the least of p'c under Σ λ/(c - λ) <= T is p'λ + (Σ √(p λ))²/T.
#[test]
fn short_delays_ask_for_large_capacities() {
    for (bound, expected) in [("1.5", 1759.0187582), ("0.0075", 228423.7516564)] {
        let text = format!(
            "param lambda[n] = [60; 40; 90]\nparam price[n] = [3; 2; 4]\nvar c[n]\nminimize price'*c\nsubject to\n  \
             delay: sum(lambda .* inv_pos(c - lambda)) <= {bound}\n  spare: c - lambda >= 0.5\n"
        );
        gradient_finds(&text, expected, NEAR);
    }
}

/// As above for 60 links: points near what the data's entries tell, 60, lead nowhere.
#[test]
fn sizes_are_read_off_points_that_meet_the_constraints() {
    let text = "let n = 60\nparam lambda[n] = [60 + 40*sin(0.37*i) + 15*cos(2.1*i) for i in 1..n]\n\
                param price[n] = [3 + 2*cos(1.1*i) for i in 1..n]\nvar c[n]\nlet slack = c - lambda\n\
                minimize price'*c\nsubject to\n  delay: sum(lambda .* inv_pos(slack)) <= 1.5\n  \
                trunk[k]: sum(inv_pos(slack[10*k-9..10*k])) <= 0.04 for k in 1..n/10\n  spare: slack >= 0.5\n";
    let links = (1..=60).map(f64::from);
    let data = links.map(|i| {
        let rate = 60.0 + 40.0 * (0.37 * i).sin() + 15.0 * (2.1 * i).cos();
        (rate, 3.0 + 2.0 * (1.1 * i).cos())
    });
    let (cost, roots) = data.fold((0.0, 0.0), |(cost, roots), (rate, price)| {
        (cost + price * rate, roots + (price * rate).sqrt())
    });
    gradient_finds(text, cost + roots * roots / 1.5, NEAR);
}

/// A kernel with entries of 1e-32: beside 1 they have no digits. The least of Σ P log(P/K) with given margins is found by
/// scaling rows and columns of K in turn (R. Sinkhorn, 1964).
#[test]
fn entropies_relative_to_tiny_kernels() {
    let text = "param n = 20\nparam K[n, n] = [[exp(-0.2*(i - j)^2) for i in 1..n] for j in 1..n]\n\
                param a[n] = [exp(-abs(i - 4)/1.5) for i in 1..n]\nparam b[n] = [exp(-(j - 15)^2/9) for j in 1..n]\n\
                var P[n, n] >= 0\nminimize sum(rel_entr(P, K))\nsubject to\n  sum(P, each = row) == a/sum(a)\n  \
                sum(P, each = column)' == b/sum(b)\n";
    both_find(text, sinkhorn(1), NEAR);
}

/// A random walk of two steps between given margins, the second relative to where the first leads: by the chain rule of
/// relative entropies as far from K as one step is from K². Entries of 1e-7 count, and of the sum r as well as of a
/// variable in its place.
#[test]
fn entropies_relative_to_sums() {
    let walk = |middle: &str, held: &str| {
        format!(
            "param n = 20\nparam K[n, n] = [[exp(-0.2*(i - j)^2) for i in 1..n] for j in 1..n]\n\
             param a[n] = [exp(-abs(i - 4)/1.5) for i in 1..n]\nparam b[n] = [exp(-(j - 15)^2/9) for j in 1..n]\n\
             var P[n, n] >= 0\nvar Q[n, n] >= 0\n{middle}\nminimize sum(rel_entr(P, K)) + sum(rel_entr(Q, diag(r)*K))\n\
             subject to\n  sum(P, each = row) == a/sum(a)\n  sum(Q, each = row) == r\n  \
             sum(Q, each = column)' == b/sum(b)\n{held}"
        )
    };
    let sum = "sum(P, each = column)'";
    let expected = sinkhorn(2);
    gradient_finds(&walk(&format!("let r = {sum}"), ""), expected, NEAR);
    gradient_finds(
        &walk("var r[n]", &format!("  r == {sum}\n")),
        expected,
        NEAR,
    );
}

/// The least relative entropy to the power of the kernel.
fn sinkhorn(steps: u32) -> f64 {
    let all: Vec<(usize, usize)> = (0..400).map(|k| (k / 20, k % 20)).collect();
    let near = all
        .iter()
        .map(|(i, j)| (-0.2 * (*i as f64 - *j as f64).powi(2)).exp());
    let kernel = DMatrix::from_iterator(20, 20, near).pow(steps);
    let normed = |v: DVector<f64>| {
        let total = v.sum();
        v / total
    };
    let a = normed(DVector::from_fn(20, |i, _| {
        (-(i as f64 - 3.0).abs() / 1.5).exp()
    }));
    let b = normed(DVector::from_fn(20, |j, _| {
        (-(j as f64 - 14.0).powi(2) / 9.0).exp()
    }));
    let (mut u, mut v) = (
        DVector::from_element(20, 1.0),
        DVector::from_element(20, 1.0),
    );
    for _ in 0..1000 {
        u = a.component_div(&(&kernel * &v));
        v = b.component_div(&(&kernel * &u));
    }
    let entry =
        |(i, j): &(usize, usize)| u[*i] * kernel[(*i, *j)] * v[*j] * (u[*i].ln() + v[*j].ln());
    all.iter().map(entry).sum()
}

/// The likeliest log-concave density on a grid of 800: outside the data its logarithm falls without end, so that every step
/// brings slopes down by a factor only, and products must not fall before them.
#[test]
fn densities_vanish_outside_the_data() {
    let text = "param n = 150\nparam g = 800\nparam claim[n] = [8 + 3*sin(7*i) + 1.5*sin(3*i) for i in 1..n]\n\
                let h = 16/(g - 1)\nparam below[n] = [sum(step(claim[i] - h*(j-1)) for j in 1..g) for i in 1..n]\n\
                let part(i) = claim[i]/h - (below[i] - 1)\nvar phi[g]\nlet width = h*[0.5; ones(g-2); 0.5]\n\
                maximize sum((1 - part(i))*phi[below[i]] + part(i)*phi[below[i] + 1] for i in 1..n)/n \
                - sum(width .* exp(phi))\nsubject to\n  diff(phi, k = 2) <= 0\n  phi[700] - phi[800] >= 4\n";
    gradient_finds(text, -3.17751561, NEAR);
}
