//! The documented example of every function holds.

use bowl::atoms::entries;
use bowl::elaborate::{Inputs, elaborate};
use bowl::expr::evaluate_constant;
use bowl::problem::Problem;
use bowl::syntax::parse;
use insta::assert_snapshot;

fn problem(example: &str) -> Option<Problem> {
    let text =
        format!("var unused\nfind unused\nsubject to\n  example: {example}\n  unused == 0\n");
    let file = parse(&text).map_err(|e| println!("{e:?}")).ok()?;
    elaborate(&text, &file, &Inputs::default())
        .map_err(|e| println!("{e:?}"))
        .ok()
}

#[test]
fn documented_examples_hold() {
    let mut broken = Vec::new();
    for entry in entries() {
        let holds = problem(entry.example).is_some_and(|problem| {
            let example = &problem.constraints[0];
            let side = |id| evaluate_constant(&problem.graph, id).expect("both sides are constant");
            let (left, right) = (side(example.left), side(example.right));
            let (a, b) = (left.entries(), right.entries());
            let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * b.abs().max(1.0);
            let broadcast = b.len() == 1 && a.iter().all(|a| close((a, &b[0])));
            broadcast || (left.shape() == right.shape() && a.iter().zip(b.iter()).all(close))
        });
        if !holds {
            broken.push(entry.name);
        }
    }
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn the_reference_page_is_up_to_date() {
    use bowl::report::reference;
    let pages: Vec<_> = entries().map(reference::page).collect();
    let page = include_str!("../../docs/atoms.md");
    assert!(
        page == reference::markdown(&pages),
        "run `cargo run --release -- atoms --format markdown > docs/atoms.md`"
    );
}

fn page(name: &str) -> String {
    let entry = bowl::atoms::find(name).expect("a registered name");
    bowl::report::reference::page(entry).text()
}

#[test]
fn pages_say_everything_of_a_function() {
    assert_snapshot!(page("huber"), @r##"
    huber(x, M = 1)
      The Huber penalty of each entry: a square inside, a line outside.

      formula    x^2 where |x| <= M, else 2 M |x| - M^2
      curvature  convex
      monotone   increasing on x >= 0, decreasing on x <= 0
      domain     all
      gradient   2*clip(x, 1) for M = 1
      cones      linear, second-order
      example    huber([0.5; 4; -1.5; 0]) == [0.25; 7; 2; 0]
    "##);
    assert_snapshot!(page("pnorm"), @r##"
    pnorm(x, p)
      The p-norm: for p >= 1 convex; for other p except 0 concave, on x >= 0.

      formula    (sum_i |x_i|^p)^(1/p)
      curvature  convex for p = 3; concave for p = 0.5
      monotone   increasing on x >= 0, decreasing on x <= 0 for p = 3; increasing for p = 0.5
      domain     all for p = 3; >= 0 for p = 0.5
      gradient   sign(x) .* (abs(x)/pnorm(x, 3)).^2 for p = 3
      cones      power
      each       `each = row` behind the arguments: of each row; `each = column`: of each column
      example    pnorm([3; 4], 2) == 5
    "##);
    assert_snapshot!(page("rel_entr"), @r##"
    rel_entr(x, y)
      The relative entropy of each pair of entries.

      formula    x log(x/y)
      curvature  convex
      monotone   x: neither; y: decreasing
      domain     x: >= 0; y: > 0
      gradient   x: log(x/y) + 1; y: -x/y
      cones      exponential
      example    rel_entr([1; 0], [1; 2]) == [0; 0]
    "##);
    assert_snapshot!(page("cumsum"), @r##"
    cumsum(x)
      Running sums: down the columns, or along each row.

      formula    cumsum(x)_i = x_1 + ... + x_i
      curvature  affine
      monotone   increasing
      domain     all
      gradient   reverse_cumsum(g), where g holds the derivatives by the entries of the value
      cones      none, as it is affine
      each       `each = row` behind the arguments: of each row; `each = column`: of each column
      example    cumsum([1; 2; 3]) == [1; 3; 6]
    "##);
    assert_snapshot!(page("loggamma"), @r##"
    loggamma(x)
      The logarithm of the gamma function of each positive entry; gradient path only.

      formula    log(integral of t^(x-1) e^(-t) over t >= 0), for x > 0
      curvature  convex
      monotone   neither
      domain     > 0
      gradient   digamma(x)
      cones      none; the logarithm of the gamma function is not known to be expressible in second-order, semidefinite, exponential and power cones, and it is not approximated
      example    loggamma([1; 4]) == [0; log(6)]
    "##);
    assert_snapshot!(page("trace_mpower"), @r##"
    trace_mpower(X, p, C = 1)
      The trace of a power of a symmetric positive semidefinite matrix: concave for 0 < p <= 1, else convex; weighted by a positive semidefinite C where it is given, for -1 <= p <= 2.

      formula    trace(C*X^p), sum_i lambda_i(X)^p without C
      curvature  concave for p = 0.5; convex for p = 1.5
      monotone   neither
      domain     positive semidefinite for p = 0.5; positive definite for p = -1
      gradient   0.5*mpower(X, -0.5) for p = 0.5
      cones      linear, power, second-order, semidefinite
      example    trace_mpower([2, 0; 0, 9], 0.5) == sqrt(2) + 3
    "##);
    assert_snapshot!(page("std"), @r##"
    std(x, ddof = 0)
      The standard deviation; ddof = 1 divides by n - 1.

      formula    norm2(x - mean(x))/sqrt(n - ddof)
      curvature  convex
      monotone   neither
      domain     all
      gradient   that of the formula, by the chain rule
      cones      second-order
      each       `each = row` behind the arguments: of each row; `each = column`: of each column
      example    std([1; 3; 1; 3]) == 1
    "##);
}

/// Each page has its gradient, or the function has no derivative to state; and its cones, or the
/// reason why there are none.
#[test]
fn pages_have_gradients_and_cones() {
    for entry in entries() {
        let page = bowl::report::reference::page(entry);
        assert!(!page.cones.is_empty(), "{}", page.name);
        assert!(!page.gradient.is_empty(), "{}", page.name);
        assert!(
            !page.gradient.contains('?'),
            "{}: {}",
            page.name,
            page.gradient
        );
    }
}
