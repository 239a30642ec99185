//! Names in derived formulas that are no functions of the language.

/// What each of them stands for.
const MEANINGS: [(&str, &str); 18] = [
    (
        "adjoint",
        "adjoint(f)(y) is the transposed map of the linear function f, applied to y; of two arguments the \
         other one is held",
    ),
    (
        "attains_max",
        "attains_max(k; x, y, …) is 1 where the k-th of the arguments is the first that attains their \
         maximum, 0 elsewhere",
    ),
    (
        "attains_min",
        "attains_min(k; x, y, …) is 1 where the k-th of the arguments is the first that attains their \
         minimum, 0 elsewhere",
    ),
    (
        "bottom_eigenprojection",
        "bottom_eigenprojection(X, k) is the orthogonal projection onto the eigenvectors of the k smallest \
         eigenvalues of X (k = 1 where it is left out)",
    ),
    (
        "largest",
        "largest(x, k) is 1 at the k largest entries of x (k = 1 where it is left out; of equal ones the \
         first), 0 elsewhere",
    ),
    (
        "logm",
        "logm(X) is U*diag(log(d))*U' for the symmetric X = U*diag(d)*U'",
    ),
    (
        "logm_derivative",
        "logm_derivative(X, D) is the derivative of logm at X in the direction D",
    ),
    (
        "logm_second_derivative",
        "logm_second_derivative(X, D, E) is the second derivative of logm at X in the directions D and E",
    ),
    (
        "mpower",
        "mpower(X, p) is U*diag(d .^ p)*U' for the symmetric X = U*diag(d)*U'",
    ),
    (
        "mpower_derivative",
        "mpower_derivative(X, D, p) is the derivative of mpower(X, p) at X in the direction D",
    ),
    (
        "mpower_second_derivative",
        "mpower_second_derivative(X, D, E, p) is the second derivative of mpower(X, p) at X in the \
         directions D and E",
    ),
    (
        "orthogonal_factor",
        "orthogonal_factor(X) is U*V' for the singular value decomposition X = U*diag(s)*V', s > 0",
    ),
    (
        "poly_env_slope",
        "poly_env_slope(x, …) is the slope of poly_env(x, …)",
    ),
    (
        "powers_at_least",
        "powers_at_least(c, …) holds the powers of the point at which poly_min(c, …) is attained",
    ),
    (
        "rank_weights",
        "rank_weights(x, w) is w_k at the k-th largest entry of x",
    ),
    (
        "record_sums",
        "record_sums(x, a) is, at each entry of x that exceeds all before it, the sum of a from there to \
         the next such entry, and 0 elsewhere",
    ),
    (
        "top_eigenprojection",
        "top_eigenprojection(X, k) is the orthogonal projection onto the eigenvectors of the k largest \
         eigenvalues of X (k = 1 where it is left out)",
    ),
    (
        "top_singular_product",
        "top_singular_product(X) is u*v' for the singular vectors u and v of the largest singular value of X",
    ),
];
/// What is cut, and what stands for numbers of the file.
const MARKS: [(&str, &str); 3] = [
    ("…", "… stands for parts that are too long to print"),
    (
        "scatter(",
        "scatter(x at [p]) is zero but for the entries of x, which stand at the places p",
    ),
    ("<", "<m x n> is a matrix of numbers of the file"),
];

/// The meanings of all such names in some formulas.
pub(super) fn meanings(formulas: &[&str]) -> Vec<&'static str> {
    let called = |name: &str| formulas.iter().any(|text| calls(text, name));
    let names = MEANINGS.iter().filter(|(name, _)| called(name));
    let marked = |mark: &str| formulas.iter().any(|text| text.contains(mark));
    let marks = MARKS.iter().filter(|(mark, _)| marked(mark));
    names.chain(marks).map(|(_, meaning)| *meaning).collect()
}

/// Whether the text has `name(` as a word.
fn calls(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + name.len()..].starts_with('(');
        behind && !before.is_some_and(word)
    })
}
