//! Near-misses of names.

use super::sets::membership_of;
use crate::atoms::registry;
use crate::spelling::closest;

/// Names of other systems and what they are called here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("norm", "norm2(x), norm1(x) or norm_inf(x)"),
    ("sum_square", "sum_squares(x)"),
    ("sumsq", "sum_squares(x)"),
    ("sumsquares", "sum_squares(x)"),
    ("quad", "quad_form(x, P)"),
    ("logsumexp", "log_sum_exp(x)"),
    ("lse", "log_sum_exp(x)"),
    ("entropy", "sum(entr(x))"),
    ("kl", "sum(kl_div(x, y))"),
    ("dot", "x'*y"),
    ("inner", "x'*y"),
    ("transpose", "x'"),
    ("maximum", "max(x, y)"),
    ("minimum", "min(x, y)"),
    ("square_sum", "sum_squares(x)"),
    ("multiply", "x .* y"),
    ("matmul", "A*x"),
    ("pow", "x^p or x .^ p"),
    ("norm_fro", "norm2(X)"),
    ("normNuc", "norm_nuc(X)"),
    ("nuclear_norm", "norm_nuc(X)"),
    ("var", "variance(x)"),
    ("eye", "eye(n)"),
    ("I", "eye(n)"),
    ("tr", "trace(X)"),
    ("inv", "inv_pos(x), matrix_frac(x, P) or tr_inv(X)"),
    ("ln", "log(x)"),
    ("log2", "log(x)/log(2)"),
    ("log10", "log(x)/log(10)"),
    ("vstack", "[x; y]"),
    ("hstack", "[x, y]"),
    ("size", "rows(A) and cols(A)"),
    ("numel", "length(x)"),
    ("shape", "rows(A) and cols(A)"),
    ("logdet", "log_det(X)"),
    ("det", "log_det(X), det_rootn(X) or det_inv(X)"),
    ("lambdamax", "lambda_max(X)"),
    ("eigmax", "lambda_max(X)"),
    ("std_dev", "std(x)"),
    ("average", "mean(x)"),
    ("mean_absolute_deviation", "avg_abs_dev(x)"),
    ("stdev", "std(x)"),
    ("stddev", "std(x)"),
    ("norms", "norm2(X, each = column)"),
    ("norms_largest", "norm_largest(X, k, each = column)"),
    ("conditional_value_at_risk", "cvar(x, beta)"),
    ("total_variation", "tv(x)"),
    ("peak_to_peak", "ptp(x)"),
    ("pow_p", "x^p or x .^ p"),
    ("square_abs", "square(x)"),
    ("sum_square_abs", "sum_squares(x)"),
    ("log_prod", "sum_log(x)"),
    ("prod_inv", "inv_prod(x)"),
    ("hinge_loss", "sum(pos(1 - x))"),
    ("logisticloss", "sum(logistic(x))"),
    ("relative_entropy", "sum(rel_entr(x, y))"),
    ("pinball", "scalene(x, alpha, beta)"),
    ("lgamma", "loggamma(x)"),
    ("gammaln", "loggamma(x)"),
    ("lognormcdf", "log_normcdf(x)"),
    ("vdot", "x'*y"),
    ("scalar_product", "x'*y"),
    ("trace_inv", "tr_inv(X)"),
    ("trace_sqrtm", "trace_mpower(X, 0.5)"),
    ("rootdet", "det_rootn(X)"),
    ("det_root2n", "sqrt(det_rootn(X))"),
    ("logsumexp_sdp", "log_sum_exp(x)"),
    ("convolve", "conv(c, x)"),
    ("concatenate", "[x; y] or [A, B]"),
    ("stack", "[x, y]"),
    ("bmat", "[A, B; C, D]"),
    ("block", "[A, B; C, D]"),
    ("broadcast_to", "x*ones(n)' or repmat(X, m, n)"),
    ("deep_flatten", "[x; y]"),
    ("einsum", "a sum over a family, `sum(… for i in 1..n)`"),
    ("psd_wrap", "param P[n, n] psd"),
    ("symmetric_wrap", "param P[n, n] symmetric"),
    ("nonneg_wrap", "param a[n] nonneg"),
    ("nonpos_wrap", "param a[n] nonpos"),
    ("eigmin", "lambda_min(X)"),
    ("lambdamin", "lambda_min(X)"),
    ("sigmamax", "sigma_max(X)"),
    ("opnorm", "sigma_max(X)"),
    ("nuclearnorm", "norm_nuc(X)"),
    ("spectral_norm", "sigma_max(X)"),
    ("sumlargest", "sum_largest(x, k)"),
    ("sumsmallest", "sum_smallest(x, k)"),
    ("geomean", "geo_mean(x)"),
    ("harmmean", "harmonic_mean(x)"),
    ("invpos", "inv_pos(x)"),
    ("invprod", "inv_prod(x)"),
    ("quadform", "quad_form(x, P)"),
    ("quadoverlin", "quad_over_lin(x, y)"),
    ("matrixfrac", "matrix_frac(x, P)"),
    ("promote", "c*ones(n)"),
    ("permute_dims", "X'"),
    ("swapaxes", "X'"),
    ("moveaxis", "X'"),
    ("max_entries", "max(x)"),
    ("min_entries", "min(x)"),
    ("acosh", "log(x + sqrt(x^2 - 1))"),
    ("erf", "2*normcdf(sqrt(2)*x) - 1"),
    ("logm", "trace_logm(X, C)"),
    ("quantum_entropy", "von_neumann_entr(X)"),
    ("quantum_relative_entropy", "quantum_rel_entr(X, Y)"),
    ("blockdiag", "blkdiag(A, B)"),
    ("block_diag", "blkdiag(A, B)"),
    ("diagm", "diag(x)"),
    ("repelem", "kron(x, ones(n))"),
    ("sqrtm", "trace_mpower(X, 0.5)"),
    ("chol", "sqrt(x'*P*x), which is norm2(chol(P)*x)"),
    ("cholesky", "sqrt(x'*P*x), which is norm2(cholesky(P)*x)"),
];

/// Of the inverses of sine, cosine and tangent.
const NO_ARC: &str = "there are `sin`, `cos`, `tan` and the hyperbolic functions, but no inverses of the first three";

/// Names of other systems that have no counterpart here, and what to do.
const NOT_HERE: &[(&str, &str)] = &[
    (
        "linearize",
        "it is a form of the language: `linearize(f)` is the first-order expansion of a scalar around start values",
    ),
    ("Not", "every variable is real; there are no boolean ones"),
    ("And", "every variable is real; there are no boolean ones"),
    ("Or", "every variable is real; there are no boolean ones"),
    ("Xor", "every variable is real; there are no boolean ones"),
    (
        "implies",
        "every variable is real; there are no boolean ones",
    ),
    ("iff", "every variable is real; there are no boolean ones"),
    ("hermitian_wrap", "every value is real"),
    (
        "conjugate",
        "write it out, or state its dual as an inner problem, `let f(y) = minimize … over z[m] subject to …`",
    ),
    (
        "saddle_max",
        "it is a saddle function, and no part of the language",
    ),
    (
        "saddle_min",
        "it is a saddle function, and no part of the language",
    ),
    (
        "saddle_quad_form",
        "it is a saddle function, and no part of the language",
    ),
    (
        "quasidef_quad_form",
        "it is a saddle function, and no part of the language",
    ),
    ("real", "every value is real"),
    ("imag", "every value is real"),
    ("conj", "every value is real"),
    (
        "squeeze",
        "every value is a matrix; a vector is one column, a scalar 1 x 1",
    ),
    (
        "indicator",
        "write the constraints themselves, under `subject to`",
    ),
    (
        "suppfunc",
        "write its dual as an inner problem: `let s(y) = minimize b'*z over z[m] nonneg subject to A'*z == y`",
    ),
    (
        "partial_optimize",
        "write an inner problem: `let f(x) = minimize … over y[n] subject to …`",
    ),
    ("round", "every variable is real; round the data before"),
    ("ceil", "it is quasiconvex only"),
    ("floor", "it is quasiconvex only"),
    (
        "condition_number",
        "it is quasiconvex only; for a number k, write `lambda_max(X) <= k*lambda_min(X)`",
    ),
    (
        "gen_lambda_max",
        "it is quasiconvex only; for a number t, write `A << t*B`",
    ),
    ("dist_ratio", "it is quasiconvex only"),
    ("gmatmul", "it is log-log convex only"),
    ("one_minus_pos", "it is log-log concave only"),
    ("diff_pos", "it is log-log concave only"),
    ("eye_minus_inv", "it is log-log convex only"),
    ("resolvent", "it is log-log convex only"),
    ("pf_eigenvalue", "it is log-log convex only"),
    ("atan", NO_ARC),
    ("asin", NO_ARC),
    ("acos", NO_ARC),
    (
        "saddle_inner",
        "it is a saddle function, and no part of the language",
    ),
    (
        "weighted_norm2",
        "it is a saddle function, and no part of the language",
    ),
    (
        "weighted_log_sum_exp",
        "it is a saddle function, and no part of the language",
    ),
];

/// What a name of another system is called here, or what to do instead.
pub(super) fn elsewhere(name: &str) -> Option<String> {
    let other = |(other, _): &&(&str, &str)| other.eq_ignore_ascii_case(name);
    if let Some((_, here)) = ELSEWHERE.iter().find(other) {
        return Some(format!("write {here}"));
    }
    let reason = NOT_HERE.iter().find(other);
    reason.map(|(_, reason)| (*reason).to_owned())
}

/// What to write instead of the name of a function that there is not.
pub fn instead_of(name: &str) -> Option<String> {
    let misspelt = || {
        let known = registry::entries().map(|entry| entry.name);
        closest(name, known).map(|other| format!("did you mean `{other}`?"))
    };
    elsewhere(name)
        .or_else(|| membership_of(name))
        .or_else(misspelt)
}

/// Names of sets in other systems and what they are called here.
const SETS_ELSEWHERE: &[(&str, &str)] = &[
    ("lorentz", "[t; x] in soc"),
    ("second_order_cone", "[t; x] in soc"),
    ("SecondOrderCone", "[t; x] in soc"),
    ("rotated_lorentz", "[u; v; x] in rotated_soc"),
    ("rotated_second_order_cone", "[u; v; x] in rotated_soc"),
    ("exponential", "[x; y; z] in exp_cone"),
    ("ExpCone", "[x; y; z] in exp_cone"),
    ("ExponentialCone", "[x; y; z] in exp_cone"),
    ("PowCone3D", "[x; y; z] in pow_cone(a)"),
    ("PowConeND", "[x; z] in geo_mean_cone(weights)"),
    ("geo_mean", "[x; z] in geo_mean_cone"),
    ("semidefinite", "X in psd"),
    ("sdp", "X in psd"),
    ("PSDCone", "X in psd"),
    ("positive_semidefinite", "X in psd"),
    ("GeometricMeanHypoCone", "T in geo_mean_hypo(A, B, t)"),
    ("GeometricMeanEpiCone", "T in geo_mean_epi(A, B, t)"),
    ("RelativeEntropyEpiCone", "T in rel_entr_epi(A, B)"),
    ("OpRelEntrConeQuad", "T in rel_entr_epi(A, B)"),
    ("RelEntrConeQuad", "rel_entr(x, y) <= z"),
    ("nonnegative", "x >= 0"),
    ("NonNeg", "x >= 0"),
    ("NonPos", "x <= 0"),
    ("Zero", "x == 0"),
];

/// What a set of another system is called here.
pub(super) fn set_elsewhere(name: &str) -> Option<&'static str> {
    let other = |(other, _): &&(&str, &str)| other.eq_ignore_ascii_case(name);
    SETS_ELSEWHERE.iter().find(other).map(|(_, here)| *here)
}
