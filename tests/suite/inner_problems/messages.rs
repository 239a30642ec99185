//! What is said of mistakes in and around inner problems; each snapshot is the whole message.

use super::loaded;
use bowl::elaborate::Inputs;
use bowl::pipeline;
use insta::assert_snapshot;
use miette::{GraphicalReportHandler, GraphicalTheme, Report};

fn rendered(report: &Report) -> String {
    let theme = GraphicalTheme::unicode_nocolor();
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100);
    let mut shown = String::new();
    handler
        .render_report(&mut shown, report.as_ref())
        .expect("writing to a string succeeds");
    shown
}

/// Why a text cannot be read.
pub fn errors(text: &str) -> String {
    match pipeline::load("test.opt", text.as_bytes(), &Inputs::default()) {
        Ok(_) => panic!("accepted:\n{text}"),
        Err(reports) => reports.iter().map(rendered).collect(),
    }
}

/// Why parts of a problem are not proved convex.
pub fn refusals(text: &str) -> String {
    let loaded = loaded(text);
    let errors = pipeline::check(&loaded.problem).errors().into_iter();
    let report = |error| Report::new(error).with_source_code(text.to_owned());
    errors.map(|error| rendered(&report(error))).collect()
}

const DISTANCE: &str = "let distance(x) = minimize abs(x - y) over y >= 0\nvar x\n";

#[test]
fn a_value_where_larger_is_better() {
    assert_snapshot!(refusals(&format!("{DISTANCE}maximize distance(2*x)\n")), @r##"
    bowl::convexity::unknown

      × cannot prove that the objective is concave, as maximising asks: `distance(2*x)` is convex, but
      │ it would have to be concave
       ╭─[1:19]
     1 │ let distance(x) = minimize abs(x - y) over y >= 0
       ·                   ───────────────┬───────────────
       ·                                  ╰── the inner problem
     2 │ var x
     3 │ maximize distance(2*x)
       ·          ──────┬──────
       ·                ╰── convex, as the least value of an inner problem
       ╰────
      help: this least value of an inner problem stands where smaller is better, as in `minimize
            distance(2*x)` and `distance(2*x) <= c`; elsewhere the inner variables would be chosen
            against the definition
    "##);
}

#[test]
fn a_value_in_an_equation() {
    assert_snapshot!(refusals(&format!("{DISTANCE}minimize x\nsubject to\n  3 - distance(x) == 1\n")), @r##"
    bowl::convexity::unknown

      × cannot prove that the constraint `line 5` is convex: `distance(x)` is convex, but behind its
      │ minus sign it would have to be affine
       ╭─[1:19]
     1 │ let distance(x) = minimize abs(x - y) over y >= 0
       ·                   ───────────────┬───────────────
       ·                                  ╰── the inner problem
     2 │ var x
       ╰────
       ╭─[5:3]
     4 │ subject to
     5 │   3 - distance(x) == 1
       ·   ──────────┬─────────┬
       ·             │         ╰── convex, as the least value of an inner problem
       ·             ╰── `==` needs both sides affine
       ╰────
      help: this least value of an inner problem stands where smaller is better, as in `minimize
            distance(x)` and `distance(x) <= c`; elsewhere the inner variables would be chosen against
            the definition
    "##);
}

#[test]
fn a_greatest_value_where_smaller_is_better() {
    assert_snapshot!(refusals("let g(c) = maximize log(y) over y subject to y <= c\nvar c\nminimize g(c)\n"), @r##"
    bowl::convexity::unknown

      × cannot prove that the objective is convex: `g(c)` is concave, but it would have to be convex
       ╭─[1:12]
     1 │ let g(c) = maximize log(y) over y subject to y <= c
       ·            ────────────────────┬───────────────────
       ·                                ╰── the inner problem
     2 │ var c
     3 │ minimize g(c)
       ·          ──┬─
       ·            ╰── concave, as the greatest value of an inner problem
       ╰────
      help: this greatest value of an inner problem stands where larger is better, as in `maximize
            g(c)` and `g(c) >= c`; elsewhere the inner variables would be chosen against the
            definition
    "##);
}

#[test]
fn an_inner_objective_that_is_not_convex() {
    assert_snapshot!(refusals("let f(x) =\n  minimize x*exp(y)\n  over y\n  subject to y >= 0\nvar x\nminimize f(x)\n"), @r##"
    bowl::convexity::unknown

      × cannot prove that the objective is convex: `x*exp(f.y)` is a product of two expressions that
      │ both vary, in general neither convex nor concave
       ╭─[2:12]
     1 │ let f(x) =
     2 │   minimize x*exp(y)
       ·            ────┬───
       ·                ╰── of unknown curvature
     3 │   over y
       ╰────
       ╭─[6:10]
     5 │ var x
     6 │ minimize f(x)
       ·          ──┬─
       ·            ╰── used here
       ╰────
    "##);
}

#[test]
fn an_inner_constraint_that_is_not_convex() {
    assert_snapshot!(refusals("let f(x) = minimize y over y\n  subject to\n    x*y >= 1\nvar x >= 0\nminimize f(x)\n"), @r##"
    bowl::convexity::unknown

      × cannot prove that the constraint `f, line 3` is convex: `x*f.y` is a product of two
      │ expressions that both vary, in general neither convex nor concave
       ╭─[3:5]
     2 │   subject to
     3 │     x*y >= 1
       ·     ─┬───┬──
       ·      │   ╰── `>=` needs a concave left and a convex right side
       ·      ╰── of unknown curvature
     4 │ var x >= 0
     5 │ minimize f(x)
       ·          ──┬─
       ·            ╰── used here
       ╰────
      help: where no factor is negative, write `geo_mean([x; f.y]) >= 1`
    "##);
}

#[test]
fn what_stands_beside_is_refuted() {
    assert_snapshot!(refusals("let f(x) = minimize abs(x - y) over y\nvar x[2]\nminimize f(x[1])\nsubject to\n  x[1]*x[2] <= 1\n"), @r##"
    bowl::convexity::not_convex

      × the constraint `line 5` is not convex: x = [-0.07; -10] and x = [-20; -0.05] satisfy it, but
      │ the point midway misses it by 49.4259
      │ `x[1]*x[2]` is a product of two expressions that both vary, in general neither convex nor
      │ concave
       ╭─[5:3]
     4 │ subject to
     5 │   x[1]*x[2] <= 1
       ·   ───────┬──────┬
       ·          │      ╰── affine
       ·          ╰── `<=` needs a convex left and a concave right side
       ╰────
      help: products are accepted where all terms of degree two together are a convex quadratic; of
            nonnegative factors `geo_mean([x[1]; x[2]])`, the root of the product, is concave
    "##);
}

#[test]
fn a_wrong_shape_inside() {
    assert_snapshot!(errors("let f(x) = minimize sum_squares(x - y) over y[4]\nvar z[2]\nminimize f(z)\n"), @r##"
    bowl::shape::mismatch

      × cannot add a vector of 2 and a vector of 4
       ╭─[test.opt:1:33]
     1 │ let f(x) = minimize sum_squares(x - y) over y[4]
       ·                                 ┬   ┬
       ·                                 │   ╰── a vector of 4
       ·                                 ╰── a vector of 2
     2 │ var z[2]
     3 │ minimize f(z)
       ·          ──┬─
       ·            ╰── in this use of `f`
       ╰────
      help: shapes must be equal, or one side a scalar; correct the sizes, or pick entries, `x[1..n]`
    "##);
}

#[test]
fn an_index_out_of_the_range_of_an_inner_variable() {
    assert_snapshot!(errors("let f(x) = minimize y[0] over y[0..2]\n  subject to\n    y[3] >= x\nvar x\nminimize f(x)\n"), @r##"
    bowl::shape::index

      × index 3 is out of range: `y` has rows 0..2
       ╭─[test.opt:3:7]
     2 │   subject to
     3 │     y[3] >= x
       ·       ┬
       ·       ╰── out of range
     4 │ var x
     5 │ minimize f(x)
       ·          ──┬─
       ·            ╰── in this use of `f`
       ╰────
    "##);
}

#[test]
fn a_label_inside() {
    assert_snapshot!(errors("let f(x) = minimize y over y subject to\n  low: y >= x\nvar x\nminimize f(x)\n"), @r##"
    bowl::call::argument

      × a constraint inside a function has no label
       ╭─[test.opt:2:3]
     1 │ let f(x) = minimize y over y subject to
     2 │   low: y >= x
       ·   ─┬─
       ·    ╰── here
     3 │ var x
     4 │ minimize f(x)
       ·          ──┬─
       ·            ╰── in this use of `f`
       ╰────
      help: every use of the function has its own; leave the label out
    "##);
}

#[test]
fn no_inner_variables() {
    assert_snapshot!(errors("let f(x) = minimize abs(x - y)\nlet g(x) = minimize abs(x - y) over\nvar x\nminimize x\n"), @r##"
    bowl::syntax::unexpected

      × expected an operator or `over` with the inner variables after `)`, found the end of the line
       ╭─[test.opt:1:30]
     1 │ let f(x) = minimize abs(x - y)
       ·                              ┬
       ·                              ╰── an operator or `over` with the inner variables expected behind this
     2 │ let g(x) = minimize abs(x - y) over
       ╰────
    bowl::syntax::unexpected

      × expected a name after `over`, found the end of the line
       ╭─[test.opt:2:35]
     1 │ let f(x) = minimize abs(x - y)
     2 │ let g(x) = minimize abs(x - y) over
       ·                                   ┬
       ·                                   ╰── a name expected behind this
     3 │ var x
       ╰────
    "##);
}

#[test]
fn an_expected_value_that_the_problem_does_not_use() {
    assert_snapshot!(errors(&format!("{DISTANCE}minimize square(x)\nexpect distance(x) == 0\n")), @r##"
    bowl::call::argument

      × the problem does not use the value of an inner problem with these arguments
       ╭─[test.opt:4:1]
     3 │ minimize square(x)
     4 │ expect distance(x) == 0
       · ───────────┬───────────
       ·            ╰── here
       ╰────
      help: its value is known only where the objective or a constraint holds it
    "##);
}

#[test]
fn the_perspective_of_a_difference_of_values() {
    assert_snapshot!(errors(&format!("{DISTANCE}var s >= 1\nminimize perspective(distance(x) - distance(2*x), s)\n")), @r##"
    bowl::call::argument

      × the perspective of the value of an inner problem must be convex or concave
       ╭─[test.opt:4:22]
     3 │ var s >= 1
     4 │ minimize perspective(distance(x) - distance(2*x), s)
       ·                      ─────────────┬─────────────
       ·                                   ╰── here
       ╰────
      help: the composition rule must show it, as for `f(x)` or `f(x) + norm2(x)`; a value that is the
            least of an inner problem stands where smaller is better
    "##);
}
