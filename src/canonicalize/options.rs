//! Choices between equivalent cone forms.

/// Choices between equivalent cone forms; each can be turned off to measure it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Sums of squares and quadratic forms of the objective go into P, not into cones: a second
    /// order cone would need an epigraph variable and hide the structure from the solver.
    pub quadratic_objective: bool,
    /// A variable that a square measures from a point is counted from that point.
    pub shift_to_centres: bool,
    /// Squares of two variables, as in the smoothness of a series, are multiplied out into P: no
    /// residual variable, and P stays banded.
    pub expand_pairs: bool,
    /// A least-squares term goes into P as F'F where that is no larger than F and well-conditioned:
    /// the solver would form it row by row, at a fraction of the speed of a matrix product.
    pub products: bool,
    /// An ill-conditioned tall dense least-squares term is reduced to its triangular factor first: n rows in place
    /// of m, without the loss of digits of A'A.
    pub triangular_least_squares: bool,
    /// Huber's function in the objective is split by one equation a row, its square in P.
    pub split_huber: bool,
    /// A series with absolute differences, and whatever else is a separable quadratic with two-piece
    /// terms, is replaced by its dual: one variable in a box for each term.
    pub boxed_dual: bool,
    /// A bound on a function of one number is written as its tangents at the ends of where it holds:
    /// x .^ 2 <= 9 as two linear rows.
    pub levels: bool,
    /// An epigraph variable that one inequality alone bounds is replaced by that bound:
    /// `norm2(e) <= t` is one cone.
    pub eliminate_epigraphs: bool,
    /// Threads for products of large matrices (0: as many as the machine has).
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            quadratic_objective: true,
            shift_to_centres: true,
            expand_pairs: true,
            products: true,
            triangular_least_squares: true,
            split_huber: true,
            boxed_dual: true,
            levels: true,
            eliminate_epigraphs: true,
            threads: 1,
        }
    }
}

/// Names of the rules, as [`Options::without`] takes them.
pub const RULES: &[&str] = &[
    "quadratic",
    "shift",
    "pairs",
    "products",
    "triangular",
    "huber",
    "dual",
    "levels",
    "epigraphs",
];

impl Options {
    /// Turns off the rule of that name; `None` when there is none.
    pub fn without(mut self, rule: &str) -> Option<Self> {
        let switch = match rule {
            "quadratic" => &mut self.quadratic_objective,
            "shift" => &mut self.shift_to_centres,
            "pairs" => &mut self.expand_pairs,
            "products" => &mut self.products,
            "triangular" => &mut self.triangular_least_squares,
            "huber" => &mut self.split_huber,
            "dual" => &mut self.boxed_dual,
            "levels" => &mut self.levels,
            "epigraphs" => &mut self.eliminate_epigraphs,
            _ => return None,
        };
        *switch = false;
        Some(self)
    }
}
