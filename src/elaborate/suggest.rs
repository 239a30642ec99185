//! Near-misses of names.

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
];

/// What a name of another system is called here.
pub(super) fn elsewhere(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    ELSEWHERE
        .iter()
        .find(|(other, _)| other.to_lowercase() == lower)
        .map(|(_, here)| *here)
}
