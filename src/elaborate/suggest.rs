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

/// The closest known name, when it is close.
pub(super) fn closest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let limit = 1 + name.chars().count() / 4;
    known
        .map(|other| (distance(name, other), other))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, other)| other)
}

/// "did you mean `lambda`?", or the list of names that there are.
pub(super) fn known_names<'n>(
    name: &str,
    known: impl Iterator<Item = &'n str> + Clone,
    heading: &str,
) -> String {
    if let Some(other) = closest(name, known.clone()) {
        return format!("did you mean `{other}`?");
    }
    let list: Vec<String> = known.take(12).map(|n| format!("`{n}`")).collect();
    if list.is_empty() {
        format!("{heading} none")
    } else {
        format!("{heading} {}", list.join(", "))
    }
}

/// Levenshtein's distance without regard to case, row by row.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substitution = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substitution.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
