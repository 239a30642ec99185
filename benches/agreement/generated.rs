//! Problems of every class, a few hundred unknowns each, their data drawn from fixed seeds.

/// Name and text.
pub fn problems() -> Vec<(&'static str, &'static str)> {
    vec![
        (
            "lasso",
            "param A[600, 300] = randn(600, 300, seed = 1)\nparam b[600] = randn(600, seed = 2)\nvar x[300]\nminimize sum_squares(A*x - b) + 20*norm1(x)\n",
        ),
        (
            "lasso, wide",
            "param A[200, 600] = randn(200, 600, seed = 1)\nparam b[200] = randn(200, seed = 2)\nvar x[600]\nminimize sum_squares(A*x - b) + 20*norm1(x)\n",
        ),
        (
            "ridge",
            "param A[800, 400] = randn(800, 400, seed = 1)\nparam b[800] = randn(800, seed = 2)\nvar x[400]\nminimize sum_squares(A*x - b) + sum_squares(x)\n",
        ),
        (
            "group lasso",
            "param A[600, 300] = randn(600, 300, seed = 1)\nparam b[600] = randn(600, seed = 2)\nvar x[300]\nminimize sum_squares(A*x - b) + 20*sum(norm2(x[5*(g-1)+1..5*g]) for g in 1..60)\n",
        ),
        (
            "huber",
            "param A[1000, 200] = randn(1000, 200, seed = 1)\nparam b[1000] = randn(1000, seed = 2)\nvar x[200]\nminimize sum(huber(A*x - 3*b))\n",
        ),
        (
            "svm",
            "param A[600, 100] = randn(600, 100, seed = 1)\nparam s[600] = randn(600, seed = 2)\nvar w[100]\nvar b\nminimize sum_squares(w)/2 + sum(pos(1 - s .* (A*w + b)))\n",
        ),
        (
            "logistic, l1",
            "param A[1000, 200] = randn(1000, 200, seed = 1)\nparam s[1000] = randn(1000, seed = 2)\nvar w[200]\nminimize sum(logistic(s .* (A*w))) + 5*norm1(w)\n",
        ),
        (
            "logistic under constraints",
            "param A[800, 400] = randn(800, 400, seed = 1)\nvar x[400]\nminimize sum(logistic(A*x)) + sum_squares(x)\nsubject to\n  x[1..200] + x[201..400] == 0.01\n  norm1(x[1..50]) <= 0.1\n",
        ),
        (
            "log_sum_exp under constraints",
            "param A[800, 400] = randn(800, 400, seed = 1)\nvar x[400]\nminimize log_sum_exp(A*x) + sum_squares(x)\nsubject to\n  x[1..200] + x[201..400] == 0.01\n  norm1(x[1..50]) <= 0.1\n  x[51..54] >= -0.01\n",
        ),
        (
            "scaled logistic",
            "param A[400, 100] = randn(400, 100, seed = 1)\nparam s[100] = randn(100, seed = 2)\nvar x[100]\nminimize sum(logistic(A*(exp(3*s) .* x))) + 1e-6*sum_squares(x)\n",
        ),
        (
            "total variation",
            "param n = 1000\nparam y[n] = randn(n, seed = 1)\nvar x[n]\nminimize sum_squares(x - linspace(0, 3, n) - 0.3*y) + norm1(diff(x))\n",
        ),
        (
            "trend filter",
            "param n = 500\nparam y[n] = randn(n, seed = 1)\nvar x[n]\nminimize sum_squares(x - linspace(0, 3, n) - 0.3*y) + 10*norm1(diff(x, 2))\n",
        ),
        (
            "quantile regression",
            "param A[600, 60] = randn(600, 60, seed = 1)\nparam b[600] = randn(600, seed = 2)\nvar x[60]\nminimize sum(0.7*pos(b - A*x) + 0.3*pos(A*x - b))\n",
        ),
        (
            "l1 regression",
            "param A[600, 100] = randn(600, 100, seed = 1)\nparam b[600] = randn(600, seed = 2)\nvar x[100]\nminimize norm1(A*x - b)\n",
        ),
        (
            "minimax",
            "param A[400, 100] = randn(400, 100, seed = 1)\nparam b[400] = randn(400, seed = 2)\nvar x[100]\nminimize norm_inf(A*x - b)\n",
        ),
        (
            "linear program, dense",
            "param A[150, 300] = rand(150, 300, seed = 1)\nparam c[300] = rand(300, seed = 2)\nvar x[300] >= 0\nminimize c'*x\nsubject to\n  A*x >= 1\n",
        ),
        (
            "transport",
            "param C[20, 30] = rand(20, 30, seed = 1)\nvar X[20, 30] >= 0\nminimize sum(C .* X)\nsubject to\n  sum(X, each = row) == 3\n  sum(X, each = column) == 2\n",
        ),
        (
            "cones",
            "param n = 100\nparam P[n, 3] = randn(n, 3, seed = 1)\nvar z[3]\nvar x[n, 3]\nminimize sum(norm2(x[i, :]' - z) for i in 1..n)\nsubject to\n  norm2(x[i, :]' - 3*P[i, :]') <= 1 for i in 1..n\n",
        ),
        (
            "entropy",
            "param A[20, 500] = rand(20, 500, seed = 1)\nvar p[500]\nmaximize sum(entr(p))\nsubject to\n  sum(p) == 1\n  A*p <= 0.49\n",
        ),
        (
            "geometric program",
            "param A[60, 30] = randn(60, 30, seed = 1)\nvar x[30]\nminimize log_sum_exp(A*x)\nsubject to\n  log_sum_exp(A[1..10, :]*x + 1) <= 4\n  log_sum_exp(-2*x) <= 8\n",
        ),
        (
            "determinant",
            "param B[20, 40] = randn(20, 40, seed = 1)\nvar w[40] >= 0\nmaximize log_det(B*diag(w)*B')\nsubject to\n  sum(w) == 1\n",
        ),
        (
            "largest eigenvalue",
            "param B[20, 30] = randn(20, 30, seed = 1)\nvar w[30]\nminimize lambda_max(B*diag(w)*B')\nsubject to\n  sum(w) == 1\n  w >= -1\n",
        ),
        (
            "max-cut",
            "param B[30, 30] = rand(30, 30, seed = 1)\nvar X[30, 30] psd\nmaximize sum((B + B') .* (1 - X))/4\nsubject to\n  diag(X) == 1\n",
        ),
        (
            "nuclear norm",
            "param L[15, 2] = randn(15, 2, seed = 1)\nparam R[2, 15] = randn(2, 15, seed = 2)\nparam M[15, 15] = L*R\nvar X[15, 15]\nminimize norm_nuc(X)\nsubject to\n  X[i, j] == M[i, j] for i in 1..15, j in 1..15 if i != j\n",
        ),
        (
            "control",
            "param T = 100\nparam A[4, 4] = 0.9*eye(4) + 0.1*randn(4, 4, seed = 1)\nparam B[4, 2] = randn(4, 2, seed = 2)\nvar x[4, 0..T]\nvar u[2, 0..T-1]\nminimize sum(sum_squares(x[:, t]) for t in 1..T) + sum(norm1(u[:, t]) for t in 0..T-1)\nsubject to\n  x[:, 0] == 3\n  x[:, t+1] == A*x[:, t] + B*u[:, t] for t in 0..T-1\n  abs(u) <= 0.5\n",
        ),
        (
            "portfolio",
            "param n = 400\nparam F[n, 10] = randn(n, 10, seed = 1)\nparam mu[n] = rand(n, seed = 2)\nvar w[n] >= 0\nmaximize mu'*w\nsubject to\n  sum(w) == 1\n  norm2([F'*w; 0.3*w]) <= 0.2\n",
        ),
        (
            "powers",
            "param A[100, 200] = rand(100, 200, seed = 1)\nvar x[200] >= 0\nminimize sum(x .^ 1.5) + pnorm(A*x - 3, 3)\nsubject to\n  geo_mean(x[1..10]) >= 0.1\n",
        ),
        (
            "mean deviation",
            "param n = 1000\nparam y[n] = randn(n, seed = 1)\nvar x[n]\nminimize avg_abs_dev(x) + sum_squares(x - y)\n",
        ),
    ]
}
