//! Mistakes of habit and what the parser says about them.
//!
//! Each snapshot is the whole message, as a terminal shows it.

use super::errors;
use insta::assert_snapshot;

#[test]
fn variable_keyword() {
    assert_snapshot!(errors("variable x(3)"), @r##"
    bowl::syntax::foreign_keyword

      × `variable` is not a keyword of this language
       ╭────
     1 │ variable x(3)
       · ────┬───
       ·     ╰── unknown here
       ╰────
      help: write `var x[3]`
    bowl::syntax::shape_brackets

      × a shape stands in square brackets
       ╭────
     1 │ variable x(3)
       ·           ─┬─
       ·            ╰── the shape
       ╰────
      help: write `var x[3]`
    "##);
}

#[test]
fn variable_in_parentheses() {
    assert_snapshot!(errors("var x(3)"), @r##"
    bowl::syntax::shape_brackets

      × a shape stands in square brackets
       ╭────
     1 │ var x(3)
       ·      ─┬─
       ·       ╰── the shape
       ╰────
      help: write `var x[3]`
    "##);
}

#[test]
fn variable_in_braces() {
    assert_snapshot!(errors("var x{3}"), @r##"
    bowl::syntax::shape_brackets

      × a shape stands in square brackets
       ╭────
     1 │ var x{3}
       ·      ─┬─
       ·       ╰── the shape
       ╰────
      help: write `var x[3]`
    "##);
}

#[test]
fn several_variables_apart_by_blanks() {
    assert_snapshot!(errors("variables x(3) y"), @r##"
    bowl::syntax::foreign_keyword

      × `variables` is not a keyword of this language
       ╭────
     1 │ variables x(3) y
       · ────┬────
       ·     ╰── unknown here
       ╰────
      help: write `var x[3]; var y`
    bowl::syntax::shape_brackets

      × a shape stands in square brackets
       ╭────
     1 │ variables x(3) y
       ·            ─┬─
       ·             ╰── the shape
       ╰────
      help: write `var x[3]`
    bowl::syntax::several_names

      × a declaration has one name
       ╭────
     1 │ variables x(3) y
       ·                ┬
       ·                ╰── a second name
       ╰────
      help: write `var x[3]; var y`, or give each its own line
    "##);
}

#[test]
fn several_variables_apart_by_commas() {
    assert_snapshot!(errors("var x[2], y[3]"), @r##"
    bowl::syntax::several_names

      × a declaration has one name
       ╭────
     1 │ var x[2], y[3]
       ·           ──┬─
       ·             ╰── a second name
       ╰────
      help: write `var x[2]; var y[3]`, or give each its own line
    "##);
}

#[test]
fn parameter_keyword() {
    assert_snapshot!(errors("parameter A(3, 4)"), @r##"
    bowl::syntax::foreign_keyword

      × `parameter` is not a keyword of this language
       ╭────
     1 │ parameter A(3, 4)
       · ────┬────
       ·     ╰── unknown here
       ╰────
      help: write `param A[3, 4]`
    bowl::syntax::shape_brackets

      × a shape stands in square brackets
       ╭────
     1 │ parameter A(3, 4)
       ·            ───┬──
       ·               ╰── the shape
       ╰────
      help: write `param A[3, 4]`
    "##);
}

#[test]
fn maximise() {
    assert_snapshot!(errors("maximise sum(x)"), @r##"
    bowl::syntax::foreign_keyword

      × `maximise` is not a keyword of this language
       ╭────
     1 │ maximise sum(x)
       · ────┬───
       ·     ╰── unknown here
       ╰────
      help: write `maximize sum(x)`
    "##);
}

#[test]
fn minimise_with_colon() {
    assert_snapshot!(errors("minimise: sum(x)"), @r##"
    bowl::syntax::foreign_keyword

      × `minimise` is not a keyword of this language
       ╭────
     1 │ minimise: sum(x)
       · ────┬───
       ·     ╰── unknown here
       ╰────
      help: write `minimize sum(x)`
    "##);
}

#[test]
fn min_colon() {
    assert_snapshot!(errors("min: sum(x)"), @r##"
    bowl::syntax::foreign_keyword

      × `min` is not a keyword of this language
       ╭────
     1 │ min: sum(x)
       · ─┬─
       ·  ╰── unknown here
       ╰────
      help: write `minimize sum(x)`
    "##);
}

#[test]
fn max_blank() {
    assert_snapshot!(errors("max sum(x)"), @r##"
    bowl::syntax::foreign_keyword

      × `max` is not a keyword of this language
       ╭────
     1 │ max sum(x)
       · ─┬─
       ·  ╰── unknown here
       ╰────
      help: write `maximize sum(x)`
    "##);
}

#[test]
fn minimize_colon() {
    assert_snapshot!(errors("minimize: sum(x)"), @r##"
    bowl::syntax::colon_behind_keyword

      × `minimize` takes no colon
       ╭────
     1 │ minimize: sum(x)
       ·         ┬
       ·         ╰── leave this out
       ╰────
      help: write `minimize sum(x)`; a colon stands behind a label, as in `minimize cost: …`
    "##);
}

#[test]
fn minimize_capital() {
    assert_snapshot!(errors("Minimize sum(x)"), @r##"
    bowl::syntax::foreign_keyword

      × `Minimize` is not a keyword of this language
       ╭────
     1 │ Minimize sum(x)
       · ────┬───
       ·     ╰── unknown here
       ╰────
      help: write `minimize sum(x)`
    "##);
}

#[test]
fn heading_s_t() {
    assert_snapshot!(errors("minimize x\ns.t.\nx >= 0"), @r##"
    bowl::syntax::foreign_heading

      × `s.t.` is not the heading of the constraints
       ╭─[2:1]
     1 │ minimize x
     2 │ s.t.
       · ──┬─
       ·   ╰── the heading is `subject to`
     3 │ x >= 0
       ╰────
      help: write `subject to`
    "##);
}

#[test]
fn heading_such_that() {
    assert_snapshot!(errors("such that x >= 0"), @r##"
    bowl::syntax::foreign_heading

      × `such that` is not the heading of the constraints
       ╭────
     1 │ such that x >= 0
       · ────┬────
       ·     ╰── the heading is `subject to`
       ╰────
      help: write `subject to x >= 0`
    "##);
}

#[test]
fn heading_st() {
    assert_snapshot!(errors("st\n  x >= 0"), @r##"
    bowl::syntax::foreign_heading

      × `st` is not the heading of the constraints
       ╭─[1:1]
     1 │ st
       · ─┬
       ·  ╰── the heading is `subject to`
     2 │   x >= 0
       ╰────
      help: write `subject to`
    "##);
}

#[test]
fn heading_underscore() {
    assert_snapshot!(errors("subject_to\n  x >= 0"), @r##"
    bowl::syntax::foreign_heading

      × `subject_to` is not the heading of the constraints
       ╭─[1:1]
     1 │ subject_to
       · ─────┬────
       ·      ╰── the heading is `subject to`
     2 │   x >= 0
       ╰────
      help: write `subject to`
    "##);
}

#[test]
fn heading_subj_to() {
    assert_snapshot!(errors("subj to\n  x >= 0"), @r##"
    bowl::syntax::foreign_heading

      × `subj to` is not the heading of the constraints
       ╭─[1:1]
     1 │ subj to
       · ───┬───
       ·    ╰── the heading is `subject to`
     2 │   x >= 0
       ╰────
      help: write `subject to`
    "##);
}

#[test]
fn heading_colon() {
    assert_snapshot!(errors("subject to:\n  x >= 0"), @r##"
    bowl::syntax::colon_behind_keyword

      × `subject to` takes no colon
       ╭─[1:11]
     1 │ subject to:
       ·           ┬
       ·           ╰── leave this out
     2 │   x >= 0
       ╰────
      help: write `subject to`; a colon stands behind a label, as in `minimize cost: …`
    "##);
}

#[test]
fn heading_capital() {
    assert_snapshot!(errors("Subject To\n  x >= 0"), @r##"
    bowl::syntax::foreign_heading

      × `Subject To` is not the heading of the constraints
       ╭─[1:1]
     1 │ Subject To
       · ─────┬────
       ·      ╰── the heading is `subject to`
     2 │   x >= 0
       ╰────
      help: write `subject to`
    "##);
}

#[test]
fn heading_in_the_objective() {
    assert_snapshot!(errors("minimize sum(x) s.t. x >= 0"), @r##"
    bowl::syntax::inline_heading

      × the heading `subject to` begins a statement of its own
       ╭────
     1 │ minimize sum(x) s.t. x >= 0
       ·                 ──┬─
       ·                   ╰── a new line begins here
       ╰────
      help: put it on a line of its own, or write `minimize sum(x); subject to x >= 0`
    "##);
}

#[test]
fn heading_missing() {
    assert_snapshot!(errors("var x\nx >= 0\nminimize x"), @r##"
    bowl::syntax::constraint_before_heading

      × constraints stand below `subject to`
       ╭─[2:1]
     1 │ var x
     2 │ x >= 0
       · ───┬──
       ·    ╰── a constraint
     3 │ minimize x
       ╰────
      help: put a line `subject to` above this one
    "##);
}

#[test]
fn range_with_colon() {
    assert_snapshot!(errors("param x[9]\nsubject to\n  x[1:3] == 0"), @r##"
    bowl::syntax::colon_range

      × a range is written `from..to`
       ╭─[3:5]
     2 │ subject to
     3 │   x[1:3] == 0
       ·     ─┬─
       ·      ╰── another language's range
       ╰────
      help: write `1..3`
    "##);
}

#[test]
fn family_with_its_range_first() {
    assert_snapshot!(errors("var w[9]\nminimize max(for j in 1..9: abs(w[j]), 2)"), @r##"
    bowl::syntax::family_first

      × the `for` of a family stands behind its expression
       ╭─[2:14]
     1 │ var w[9]
     2 │ minimize max(for j in 1..9: abs(w[j]), 2)
       ·              ───────┬──────
       ·                     ╰── another language's order
       ╰────
      help: write `abs(w[j]) for j in 1..9`
    "##);
}

#[test]
fn range_with_step() {
    assert_snapshot!(errors("minimize sum(x[1:2:9])"), @r##"
    bowl::syntax::colon_range

      × a range is written `from..to`
       ╭────
     1 │ minimize sum(x[1:2:9])
       ·                ──┬──
       ·                  ╰── another language's range
       ╰────
      help: write `1..9 by 2`
    "##);
}

#[test]
fn range_open() {
    assert_snapshot!(errors("minimize sum(x[:3]) + sum(x[2:])"), @r##"
    bowl::syntax::colon_range

      × a range is written `from..to`
       ╭────
     1 │ minimize sum(x[:3]) + sum(x[2:])
       ·                ─┬
       ·                 ╰── another language's range
       ╰────
      help: write `1..3`
    bowl::syntax::colon_range

      × a range is written `from..to`
       ╭────
     1 │ minimize sum(x[:3]) + sum(x[2:])
       ·                             ─┬
       ·                              ╰── another language's range
       ╰────
      help: write `2..end`
    "##);
}

#[test]
fn axis_with_colon() {
    assert_snapshot!(errors("var x[0:T]"), @r##"
    bowl::syntax::colon_range

      × a range is written `from..to`
       ╭────
     1 │ var x[0:T]
       ·       ─┬─
       ·        ╰── another language's range
       ╰────
      help: write `0..T`
    "##);
}

#[test]
fn equals_in_constraint() {
    assert_snapshot!(errors("subject to\n  budget: sum(w) = 1"), @r##"
    bowl::syntax::single_equals

      × `=` is not a relation
       ╭─[2:18]
     1 │ subject to
     2 │   budget: sum(w) = 1
       ·                  ┬
       ·                  ╰── an equality is `==`
       ╰────
      help: use `==`: write `budget: sum(w) == 1`
    "##);
}

#[test]
fn colon_equals_in_constraint() {
    assert_snapshot!(errors("subject to\n  x := 1"), @r##"
    bowl::syntax::foreign_relation

      × `:=` is not a relation
       ╭─[2:5]
     1 │ subject to
     2 │   x := 1
       ·     ─┬
       ·      ╰── unknown relation
       ╰────
      help: use `==`: write `x == 1`
    "##);
}

#[test]
fn colon_equals_in_param() {
    assert_snapshot!(errors("param n := 5"), @r##"
    bowl::syntax::foreign_assignment

      × a value is given with `=`, not `:=`
       ╭────
     1 │ param n := 5
       ·         ─┬
       ·          ╰── use `=`
       ╰────
      help: write `param n = 5`
    "##);
}

#[test]
fn double_equals_in_let() {
    assert_snapshot!(errors("let y == 3"), @r##"
    bowl::syntax::foreign_assignment

      × a value is given with `=`, not `==`
       ╭────
     1 │ let y == 3
       ·       ─┬
       ·        ╰── use `=`
       ╰────
      help: write `let y = 3`
    "##);
}

#[test]
fn less() {
    assert_snapshot!(errors("subject to\n  cap[i]: w[i] < 0.1 for i in 1..n if i < 3"), @r##"
    bowl::syntax::strict_relation

      × strict inequalities are not constraints: `<`
       ╭─[2:16]
     1 │ subject to
     2 │   cap[i]: w[i] < 0.1 for i in 1..n if i < 3
       ·                ┬
       ·                ╰── the optimum of a strict inequality need not exist
       ╰────
      help: use `<=`: write `cap[i]: w[i] <= 0.1 for i in 1..n if i < 3`
    "##);
}

#[test]
fn greater() {
    assert_snapshot!(errors("subject to x > 1"), @r##"
    bowl::syntax::strict_relation

      × strict inequalities are not constraints: `>`
       ╭────
     1 │ subject to x > 1
       ·              ┬
       ·              ╰── the optimum of a strict inequality need not exist
       ╰────
      help: use `>=`: write `subject to x >= 1`
    "##);
}

#[test]
fn greater_in_bound() {
    assert_snapshot!(errors("var x > 0"), @r##"
    bowl::syntax::strict_relation

      × strict inequalities are not constraints: `>`
       ╭────
     1 │ var x > 0
       ·       ┬
       ·       ╰── the optimum of a strict inequality need not exist
       ╰────
      help: use `>=`: write `var x >= 0`
    "##);
}

#[test]
fn equal_less() {
    assert_snapshot!(errors("subject to\n  x =< 1"), @r##"
    bowl::syntax::foreign_relation

      × `=<` is not a relation
       ╭─[2:5]
     1 │ subject to
     2 │   x =< 1
       ·     ─┬
       ·      ╰── unknown relation
       ╰────
      help: use `<=`: write `x <= 1`
    "##);
}

#[test]
fn equal_greater() {
    assert_snapshot!(errors("subject to\n  x => 1"), @r##"
    bowl::syntax::foreign_relation

      × `=>` is not a relation
       ╭─[2:5]
     1 │ subject to
     2 │   x => 1
       ·     ─┬
       ·      ╰── unknown relation
       ╰────
      help: use `>=`: write `x >= 1`
    "##);
}

#[test]
fn not_equal() {
    assert_snapshot!(errors("subject to\n  x != 1"), @r##"
    bowl::syntax::not_equal

      × `!=` cannot be a constraint
       ╭─[2:5]
     1 │ subject to
     2 │   x != 1
       ·     ─┬
       ·      ╰── `!=` compares positions in a filter, as in `for i in 1..n if i != j`
       ╰────
      help: a set with a hole is not convex; use `==`, `<=` or `>=`
    "##);
}

#[test]
fn not_equal_of_matlab() {
    assert_snapshot!(errors("subject to\n  x ~= 1"), @r##"
    bowl::syntax::not_equal

      × `~=` cannot be a constraint
       ╭─[2:5]
     1 │ subject to
     2 │   x ~= 1
       ·     ─┬
       ·      ╰── `!=` compares positions in a filter, as in `for i in 1..n if i != j`
       ╰────
      help: a set with a hole is not convex; use `==`, `<=` or `>=`
    "##);
}

#[test]
fn relations_in_a_filter() {
    assert_snapshot!(errors("minimize sum(x[i] for i in 1..n if i ~= 2 && i = 3)"), @r##"
    bowl::syntax::foreign_relation

      × `~=` is not a relation
       ╭────
     1 │ minimize sum(x[i] for i in 1..n if i ~= 2 && i = 3)
       ·                                      ─┬
       ·                                       ╰── unknown relation
       ╰────
      help: use `!=`: write `minimize sum(x[i] for i in 1..n if i != 2 and i == 3)`
    bowl::syntax::foreign_operator

      × `&&` is not an operator
       ╭────
     1 │ minimize sum(x[i] for i in 1..n if i ~= 2 && i = 3)
       ·                                           ─┬
       ·                                            ╰── unknown operator
       ╰────
      help: use `and`: write `minimize sum(x[i] for i in 1..n if i != 2 and i == 3)`
    bowl::syntax::foreign_relation

      × `=` is not a relation
       ╭────
     1 │ minimize sum(x[i] for i in 1..n if i ~= 2 && i = 3)
       ·                                                ┬
       ·                                                ╰── unknown relation
       ╰────
      help: use `==`: write `minimize sum(x[i] for i in 1..n if i != 2 and i == 3)`
    "##);
}

#[test]
fn norm_one() {
    assert_snapshot!(errors("minimize norm(x,1)"), @r##"
    bowl::syntax::foreign_function

      × `norm` is not a function
       ╭────
     1 │ minimize norm(x,1)
       ·          ──┬─
       ·            ╰── another language's function
       ╰────
      help: write `norm1(x)`
    "##);
}

#[test]
fn norm_plain() {
    assert_snapshot!(errors("minimize norm(A*x - b)"), @r##"
    bowl::syntax::foreign_function

      × `norm` is not a function
       ╭────
     1 │ minimize norm(A*x - b)
       ·          ──┬─
       ·            ╰── another language's function
       ╰────
      help: write `norm2(A*x - b)`
    "##);
}

#[test]
fn norm_two() {
    assert_snapshot!(errors("minimize norm(x, 2)"), @r##"
    bowl::syntax::foreign_function

      × `norm` is not a function
       ╭────
     1 │ minimize norm(x, 2)
       ·          ──┬─
       ·            ╰── another language's function
       ╰────
      help: write `norm2(x)`
    "##);
}

#[test]
fn norm_inf() {
    assert_snapshot!(errors("minimize norm(x, inf) + norm(y,Inf)"), @r##"
    bowl::syntax::foreign_function

      × `norm` is not a function
       ╭────
     1 │ minimize norm(x, inf) + norm(y,Inf)
       ·          ──┬─
       ·            ╰── another language's function
       ╰────
      help: write `norm_inf(x)`
    bowl::syntax::foreign_function

      × `norm` is not a function
       ╭────
     1 │ minimize norm(x, inf) + norm(y,Inf)
       ·                         ──┬─
       ·                           ╰── another language's function
       ╰────
      help: write `norm_inf(y)`
    "##);
}

#[test]
fn norm_frobenius() {
    assert_snapshot!(errors("minimize norm(X,'fro')"), @r##"
    bowl::syntax::foreign_function

      × `norm` is not a function
       ╭────
     1 │ minimize norm(X,'fro')
       ·          ──┬─
       ·            ╰── another language's function
       ╰────
      help: write `norm2(X)`
    "##);
}

#[test]
fn norm_other() {
    assert_snapshot!(errors("minimize norm(x, 3)"), @r##"
    bowl::syntax::foreign_function

      × `norm` is not a function
       ╭────
     1 │ minimize norm(x, 3)
       ·          ──┬─
       ·            ╰── another language's function
       ╰────
      help: write `pnorm(x, 3)`
    "##);
}

#[test]
fn double_star() {
    assert_snapshot!(errors("minimize (x - 1)**2"), @r##"
    bowl::syntax::foreign_operator

      × `**` is not an operator
       ╭────
     1 │ minimize (x - 1)**2
       ·                 ─┬
       ·                  ╰── unknown operator
       ╰────
      help: use `^`: write `(x - 1)^2`
    "##);
}

#[test]
fn at_sign() {
    assert_snapshot!(errors("minimize A@x"), @r##"
    bowl::syntax::foreign_operator

      × `@` is not an operator
       ╭────
     1 │ minimize A@x
       ·           ┬
       ·           ╰── unknown operator
       ╰────
      help: use `*`: write `A*x`
    "##);
}

#[test]
fn transpose_function() {
    assert_snapshot!(errors("minimize transpose(x)*x + transpose(x + y)*x"), @r##"
    bowl::syntax::foreign_transpose

      × a transpose is written `'`
       ╭────
     1 │ minimize transpose(x)*x + transpose(x + y)*x
       ·          ────┬────
       ·              ╰── another language's transpose
       ╰────
      help: write `x'`
    bowl::syntax::foreign_transpose

      × a transpose is written `'`
       ╭────
     1 │ minimize transpose(x)*x + transpose(x + y)*x
       ·                           ────┬────
       ·                               ╰── another language's transpose
       ╰────
      help: write `(x + y)'`
    "##);
}

#[test]
fn transpose_property() {
    assert_snapshot!(errors("minimize x.T*x"), @r##"
    bowl::syntax::foreign_transpose

      × a transpose is written `'`
       ╭────
     1 │ minimize x.T*x
       ·           ─┬
       ·            ╰── another language's transpose
       ╰────
      help: write `x'`
    "##);
}

#[test]
fn transpose_power() {
    assert_snapshot!(errors("minimize x^T*x"), @r##"
    bowl::syntax::foreign_transpose

      × a transpose is written `'`
       ╭────
     1 │ minimize x^T*x
       ·           ─┬
       ·            ╰── another language's transpose
       ╰────
      help: write `x'`
    "##);
}

#[test]
fn transpose_letter() {
    assert_snapshot!(errors("minimize xᵀ*x"), @r##"
    bowl::syntax::foreign_transpose

      × a transpose is written `'`
       ╭────
     1 │ minimize xᵀ*x
       ·           ┬
       ·           ╰── another language's transpose
       ╰────
      help: write `x'`
    "##);
}

#[test]
fn closing_end() {
    assert_snapshot!(errors("subject to\n  x >= 0\nend"), @r##"
    bowl::syntax::needless_line

      × `end` has no meaning here
       ╭─[3:1]
     2 │   x >= 0
     3 │ end
       · ─┬─
       ·  ╰── not needed
       ╰────
      help: leave this line out: a file holds declarations, an objective and constraints, nothing else
    "##);
}

#[test]
fn braces_in_index() {
    assert_snapshot!(errors("var x[3]\nminimize x{2}"), @r##"
    bowl::syntax::braces

      × braces have no meaning here
       ╭─[2:11]
     1 │ var x[3]
     2 │ minimize x{2}
       ·           ─┬─
       ·            ╰── use `[…]` for shapes and indices, `(…)` to group and call
       ╰────
      help: write `x[2]`
    "##);
}

#[test]
fn braces_around_a_group() {
    assert_snapshot!(errors("minimize 2*{x + 1}"), @r##"
    bowl::syntax::braces

      × braces have no meaning here
       ╭────
     1 │ minimize 2*{x + 1}
       ·            ───┬───
       ·               ╰── use `[…]` for shapes and indices, `(…)` to group and call
       ╰────
      help: write `(x + 1)`
    "##);
}

#[test]
fn cvx_begin_and_end() {
    assert_snapshot!(errors("cvx_begin\n  variable x(3)\n  minimize( norm(A*x - b) )\ncvx_end"), @r##"
    bowl::syntax::needless_line

      × `cvx_begin` has no meaning here
       ╭─[1:1]
     1 │ cvx_begin
       · ────┬────
       ·     ╰── not needed
     2 │   variable x(3)
       ╰────
      help: leave this line out: a file holds declarations, an objective and constraints, nothing else
    bowl::syntax::foreign_keyword

      × `variable` is not a keyword of this language
       ╭─[2:3]
     1 │ cvx_begin
     2 │   variable x(3)
       ·   ────┬───
       ·       ╰── unknown here
     3 │   minimize( norm(A*x - b) )
       ╰────
      help: write `var x[3]`
    bowl::syntax::shape_brackets

      × a shape stands in square brackets
       ╭─[2:13]
     1 │ cvx_begin
     2 │   variable x(3)
       ·             ─┬─
       ·              ╰── the shape
     3 │   minimize( norm(A*x - b) )
       ╰────
      help: write `var x[3]`
    bowl::syntax::foreign_function

      × `norm` is not a function
       ╭─[3:13]
     2 │   variable x(3)
     3 │   minimize( norm(A*x - b) )
       ·             ──┬─
       ·               ╰── another language's function
     4 │ cvx_end
       ╰────
      help: write `norm2(A*x - b)`
    bowl::syntax::needless_line

      × `cvx_end` has no meaning here
       ╭─[4:1]
     3 │   minimize( norm(A*x - b) )
     4 │ cvx_end
       · ───┬───
       ·    ╰── not needed
       ╰────
      help: leave this line out: a file holds declarations, an objective and constraints, nothing else
    "##);
}

#[test]
fn comment_slashes() {
    assert_snapshot!(errors("var x[3] // three\nminimize sum(x) // all"), @r##"
    bowl::syntax::foreign_comment

      × `//` does not start a comment (here and in one other place)
       ╭─[1:10]
     1 │ var x[3] // three
       ·          ────┬───
       ·              ╰── comments start with `#`
     2 │ minimize sum(x) // all
       ╰────
      help: write `# …`
    "##);
}

#[test]
fn comment_percent() {
    assert_snapshot!(errors("% the objective\nminimize x"), @r##"
    bowl::syntax::foreign_comment

      × `%` does not start a comment
       ╭─[1:1]
     1 │ % the objective
       · ───────┬───────
       ·        ╰── comments start with `#`
     2 │ minimize x
       ╰────
      help: write `# …`
    "##);
}

#[test]
fn comment_block() {
    assert_snapshot!(errors("/* a block\ncomment */\nminimize x"), @r##"
    bowl::syntax::foreign_comment

      × `/*` does not start a comment
       ╭─[1:1]
     1 │ /* a block
       · ─────┬────
       ·      ╰── comments start with `#`
     2 │ comment */
       ╰────
      help: write `# …`
    "##);
}

#[test]
fn sum_with_leading_range() {
    assert_snapshot!(errors("minimize sum(i in 1..n) c[i]*x[i] + 3"), @r##"
    bowl::syntax::foreign_sum

      × the range of a sum stands behind its body
       ╭────
     1 │ minimize sum(i in 1..n) c[i]*x[i] + 3
       ·          ───────┬──────
       ·                 ╰── another language's sum
       ╰────
      help: write `sum(c[i]*x[i] for i in 1..n)`
    "##);
}

#[test]
fn sum_with_braces() {
    assert_snapshot!(errors("minimize sum{i in 1..n} x[i]"), @r##"
    bowl::syntax::foreign_sum

      × the range of a sum stands behind its body
       ╭────
     1 │ minimize sum{i in 1..n} x[i]
       ·          ───────┬──────
       ·                 ╰── another language's sum
       ╰────
      help: write `sum(x[i] for i in 1..n)`
    "##);
}

#[test]
fn sum_of_latex() {
    assert_snapshot!(errors("minimize sum_{i=1}^n x[i]^2 + 3"), @r##"
    bowl::syntax::foreign_sum

      × the range of a sum stands behind its body
       ╭────
     1 │ minimize sum_{i=1}^n x[i]^2 + 3
       ·          ─────┬─────
       ·               ╰── another language's sum
       ╰────
      help: write `sum(x[i]^2 for i in 1..n)`
    "##);
}

#[test]
fn sum_with_comma() {
    assert_snapshot!(errors("minimize sum(x[i], i in 1..n)"), @r##"
    bowl::syntax::foreign_sum

      × the range of a sum stands behind its body
       ╭────
     1 │ minimize sum(x[i], i in 1..n)
       ·                    ────┬────
       ·                        ╰── another language's sum
       ╰────
      help: write `sum(x[i] for i in 1..n)`
    "##);
}

#[test]
fn generator_with_equals() {
    assert_snapshot!(errors("minimize sum(x[i] for i = 1:n)"), @r##"
    bowl::syntax::foreign_generator

      × a generator is written `NAME in RANGE`
       ╭────
     1 │ minimize sum(x[i] for i = 1:n)
       ·                       ───┬───
       ·                          ╰── another language's range
       ╰────
      help: write `for i in 1..n`
    bowl::syntax::colon_range

      × a range is written `from..to`
       ╭────
     1 │ minimize sum(x[i] for i = 1:n)
       ·                           ─┬─
       ·                            ╰── another language's range
       ╰────
      help: write `1..n`
    "##);
}

#[test]
fn generator_over_range() {
    assert_snapshot!(errors("minimize sum(x[i] for i in range(n))"), @r##"
    bowl::syntax::foreign_generator

      × a generator is written `NAME in RANGE`
       ╭────
     1 │ minimize sum(x[i] for i in range(n))
       ·                       ──────┬──────
       ·                             ╰── another language's range
       ╰────
      help: write `for i in 1..n`
    "##);
}

#[test]
fn index_in_parentheses() {
    assert_snapshot!(errors("var x[3]\nminimize x(3)"), @r##"
    bowl::syntax::index_brackets

      × `x` is declared, and an index stands in square brackets
       ╭─[2:11]
     1 │ var x[3]
     2 │ minimize x(3)
       ·           ─┬─
       ·            ╰── parentheses only call and group
       ╰────
      help: write `x[3]`
    "##);
}

#[test]
fn index_in_parentheses_with_colons() {
    assert_snapshot!(errors("param A[3, 3]\nminimize A(3, :)*A(1:2, 1)"), @r##"
    bowl::syntax::index_brackets

      × `A` is declared, and an index stands in square brackets
       ╭─[2:11]
     1 │ param A[3, 3]
     2 │ minimize A(3, :)*A(1:2, 1)
       ·           ───┬──
       ·              ╰── parentheses only call and group
       ╰────
      help: write `A[3, :]`
    bowl::syntax::index_brackets

      × `A` is declared, and an index stands in square brackets
       ╭─[2:19]
     1 │ param A[3, 3]
     2 │ minimize A(3, :)*A(1:2, 1)
       ·                   ────┬───
       ·                       ╰── parentheses only call and group
       ╰────
      help: write `A[1..2, 1]`
    bowl::syntax::colon_range

      × a range is written `from..to`
       ╭─[2:20]
     1 │ param A[3, 3]
     2 │ minimize A(3, :)*A(1:2, 1)
       ·                    ─┬─
       ·                     ╰── another language's range
       ╰────
      help: write `1..2`
    "##);
}

#[test]
fn index_chained() {
    assert_snapshot!(errors("param A[3, 3]\nminimize A[i][j]"), @r##"
    bowl::syntax::chained_index

      × the positions of an entry stand in one pair of brackets
       ╭─[2:14]
     1 │ param A[3, 3]
     2 │ minimize A[i][j]
       ·              ─┬─
       ·               ╰── a second index
       ╰────
      help: write `A[i, j]`
    "##);
}

#[test]
fn index_without_comma() {
    assert_snapshot!(errors("param A[3, 3]\nminimize A[i j]"), @r##"
    bowl::syntax::missing_comma

      × entries are separated by `,`, and rows by `;`
       ╭─[2:14]
     1 │ param A[3, 3]
     2 │ minimize A[i j]
       ·              ┬
       ·              ╰── `,` or `;` belongs before this
       ╰────
      help: write `A[i, j]`
    "##);
}

#[test]
fn matrix_without_commas() {
    assert_snapshot!(errors("param A = [1 2; 3 4]"), @r##"
    bowl::syntax::missing_comma

      × entries are separated by `,`, and rows by `;`
       ╭────
     1 │ param A = [1 2; 3 4]
       ·              ┬
       ·              ╰── `,` or `;` belongs before this
       ╰────
      help: write `[1, 2; 3, 4]`
    "##);
}

#[test]
fn matrix_without_semicolons() {
    assert_snapshot!(errors("param A = [1, 2\n           3, 4]"), @r##"
    bowl::syntax::missing_comma

      × entries are separated by `,`, and rows by `;`
       ╭─[2:12]
     1 │ param A = [1, 2
     2 │            3, 4]
       ·            ┬
       ·            ╰── `,` or `;` belongs before this
       ╰────
      help: write `[1, 2; 3, 4]`
    "##);
}

#[test]
fn constraints_joined_by_ampersands() {
    assert_snapshot!(errors("subject to\n  x >= 0 && x <= 1"), @r##"
    bowl::syntax::joined_constraints

      × `&&` does not join constraints
       ╭─[2:10]
     1 │ subject to
     2 │   x >= 0 && x <= 1
       ·          ─┬
       ·           ╰── a second constraint begins behind this
       ╰────
      help: give each constraint its own line, or write `x >= 0; x <= 1`; a chain such as `0 <= x <=
            1` is one constraint
    "##);
}

#[test]
fn constraints_joined_by_and() {
    assert_snapshot!(errors("subject to\n  x >= 0 and y <= 1"), @r##"
    bowl::syntax::joined_constraints

      × `and` does not join constraints
       ╭─[2:10]
     1 │ subject to
     2 │   x >= 0 and y <= 1
       ·          ─┬─
       ·           ╰── a second constraint begins behind this
       ╰────
      help: give each constraint its own line, or write `x >= 0; y <= 1`; a chain such as `0 <= x <=
            1` is one constraint
    "##);
}

#[test]
fn constraints_joined_by_comma() {
    assert_snapshot!(errors("subject to\n  x >= 0, y >= 0"), @r##"
    bowl::syntax::joined_constraints

      × `,` does not join constraints
       ╭─[2:9]
     1 │ subject to
     2 │   x >= 0, y >= 0
       ·         ┬
       ·         ╰── a second constraint begins behind this
       ╰────
      help: give each constraint its own line, or write `x >= 0; y >= 0`; a chain such as `0 <= x <=
            1` is one constraint
    "##);
}

#[test]
fn no_comma_before_the_first_bound() {
    assert_snapshot!(errors("var X[3, 3] psd, >= 0, <= 1"), @r##"
    bowl::syntax::first_comma

      × commas stand between bounds alone
       ╭────
     1 │ var X[3, 3] psd, >= 0, <= 1
       ·                ┬
       ·                ╰── leave this out
       ╰────
      help: write `var X[3, 3] psd >= 0, <= 1`
    "##);
    assert_snapshot!(errors("var x[n], <= 1"), @r##"
    bowl::syntax::first_comma

      × commas stand between bounds alone
       ╭────
     1 │ var x[n], <= 1
       ·         ┬
       ·         ╰── leave this out
       ╰────
      help: write `var x[n] <= 1`
    "##);
}

#[test]
fn conditionals_are_told_once() {
    assert_snapshot!(errors("minimize if x > 0 then x else -x"), @r##"
    bowl::syntax::conditional

      × expressions have no `if`
       ╭────
     1 │ minimize if x > 0 then x else -x
       ·          ─┬
       ·           ╰── a formula is the same for all values
       ╰────
      help: a function with kinks is written with `max`, `min`, `abs`, `pos` or `huber`; members of a
            family are chosen as in `x[i] >= 0 for i in 1..n if i != 2`
    "##);
    assert_snapshot!(errors("minimize sum(x[i] if i > 2 else 2 x[i] for i in 1..n)"), @r##"
    bowl::syntax::conditional

      × expressions have no `if`
       ╭────
     1 │ minimize sum(x[i] if i > 2 else 2 x[i] for i in 1..n)
       ·                   ─┬
       ·                    ╰── a formula is the same for all values
       ╰────
      help: a function with kinks is written with `max`, `min`, `abs`, `pos` or `huber`; members of a
            family are chosen as in `x[i] >= 0 for i in 1..n if i != 2`
    "##);
}

#[test]
fn product_without_sign() {
    assert_snapshot!(errors("minimize 2x + 3(x + 1) + (x)(y)"), @r##"
    bowl::syntax::implicit_product

      × two factors stand side by side
       ╭────
     1 │ minimize 2x + 3(x + 1) + (x)(y)
       ·           ┬
       ·           ╰── a product is written with `*`
       ╰────
      help: write `2*x`
    bowl::syntax::implicit_product

      × two factors stand side by side
       ╭────
     1 │ minimize 2x + 3(x + 1) + (x)(y)
       ·                ┬
       ·                ╰── a product is written with `*`
       ╰────
      help: write `3*(x + 1)`
    bowl::syntax::implicit_product

      × two factors stand side by side
       ╭────
     1 │ minimize 2x + 3(x + 1) + (x)(y)
       ·                             ┬
       ·                             ╰── a product is written with `*`
       ╰────
      help: write `(x)*(y)`
    "##);
}

#[test]
fn expect_with_equals() {
    assert_snapshot!(errors("expect x = 1"), @r##"
    bowl::syntax::single_equals

      × `=` is not a relation
       ╭────
     1 │ expect x = 1
       ·          ┬
       ·          ╰── an equality is `==`
       ╰────
      help: use `==`: write `expect x == 1`
    "##);
}

#[test]
fn curly_quotes() {
    assert_snapshot!(errors("param A = csv(“data.csv”)"), @r##"
    bowl::syntax::foreign_quotes

      × a string stands in straight double quotes
       ╭────
     1 │ param A = csv(“data.csv”)
       ·               ─────┬────
       ·                    ╰── other quotes
       ╰────
      help: write `"data.csv"`
    "##);
}

#[test]
fn single_quotes() {
    assert_snapshot!(errors("param A = csv('data.csv')"), @r##"
    bowl::syntax::foreign_quotes

      × a string stands in straight double quotes
       ╭────
     1 │ param A = csv('data.csv')
       ·               ─────┬────
       ·                    ╰── other quotes
       ╰────
      help: write `"data.csv"`
    "##);
}

#[test]
fn typographic_signs() {
    assert_snapshot!(errors("minimize 3 − x × y · z"), @r##"
    bowl::syntax::foreign_operator

      × `−` is not an operator
       ╭────
     1 │ minimize 3 − x × y · z
       ·            ┬
       ·            ╰── unknown operator
       ╰────
      help: use `-`: write `3 - x`
    bowl::syntax::foreign_operator

      × `×` is not an operator
       ╭────
     1 │ minimize 3 − x × y · z
       ·                ┬
       ·                ╰── unknown operator
       ╰────
      help: use `*`: write `x * y`
    bowl::syntax::foreign_operator

      × `·` is not an operator
       ╭────
     1 │ minimize 3 − x × y · z
       ·                    ┬
       ·                    ╰── unknown operator
       ╰────
      help: use `*`: write `y * z`
    "##);
}

#[test]
fn bars() {
    assert_snapshot!(errors("minimize |x| + ||A*x - b||_1"), @r##"
    bowl::syntax::bars

      × bars are not an operator: `|x|`
       ╭────
     1 │ minimize |x| + ||A*x - b||_1
       ·          ─┬─
       ·           ╰── absolute values and norms are functions
       ╰────
      help: write `abs(x)`
    bowl::syntax::bars

      × bars are not an operator: `||A*x - b||_1`
       ╭────
     1 │ minimize |x| + ||A*x - b||_1
       ·                ──────┬──────
       ·                      ╰── absolute values and norms are functions
       ╰────
      help: write `norm1(A*x - b)`
    "##);
}

#[test]
fn superscript() {
    assert_snapshot!(errors("minimize x²"), @r##"
    bowl::syntax::foreign_operator

      × `²` is not an operator
       ╭────
     1 │ minimize x²
       ·           ┬
       ·           ╰── unknown operator
       ╰────
      help: use `^2`: write `x^2`
    "##);
}

#[test]
fn loop_of_matlab() {
    assert_snapshot!(errors("for i=1:n"), @r##"
    bowl::syntax::loop_line

      × a line cannot begin with `for`
       ╭────
     1 │ for i=1:n
       · ────┬────
       ·     ╰── there are no loops
       ╰────
      help: a `for` stands behind its constraint, on the same line: `x[i] >= 0 for i in 1..n`
    "##);
}

#[test]
fn loop_of_python() {
    assert_snapshot!(errors("for i in range(n):\n  x[i] >= 0"), @r##"
    bowl::syntax::loop_line

      × a line cannot begin with `for`
       ╭─[1:1]
     1 │ for i in range(n):
       · ────────┬────────
       ·         ╰── there are no loops
     2 │   x[i] >= 0
       ╰────
      help: a `for` stands behind its constraint, on the same line: `x[i] >= 0 for i in 1..n`
    "##);
}

#[test]
fn for_on_its_own_line() {
    assert_snapshot!(errors("subject to\n  cap[i]: x[i] <= 1\n    for i in 1..n"), @r##"
    bowl::syntax::loop_line

      × a line cannot begin with `for`
       ╭─[3:5]
     2 │   cap[i]: x[i] <= 1
     3 │     for i in 1..n
       ·     ──────┬──────
       ·           ╰── there are no loops
       ╰────
      help: a `for` stands behind its constraint, on the same line: `x[i] >= 0 for i in 1..n`
    "##);
}

#[test]
fn function_without_parentheses() {
    assert_snapshot!(errors("let f x y = x^2 + y"), @r##"
    bowl::syntax::function_parameters

      × the parameters of a function stand in parentheses
       ╭────
     1 │ let f x y = x^2 + y
       ·       ─┬─
       ·        ╰── parameters of the function
       ╰────
      help: write `let f(x, y) = x^2 + y`
    "##);
}

#[test]
fn dot_function() {
    assert_snapshot!(errors("minimize dot(x, y) + dot(x + 1, y)^2"), @r##"
    bowl::syntax::foreign_function

      × `dot` is not a function
       ╭────
     1 │ minimize dot(x, y) + dot(x + 1, y)^2
       ·          ─┬─
       ·           ╰── another language's function
       ╰────
      help: write `x'*y`
    bowl::syntax::foreign_function

      × `dot` is not a function
       ╭────
     1 │ minimize dot(x, y) + dot(x + 1, y)^2
       ·                      ─┬─
       ·                       ╰── another language's function
       ╰────
      help: write `((x + 1)'*y)`
    "##);
}

#[test]
fn numpy_prefix() {
    assert_snapshot!(errors("minimize cp.sum_squares(np.linalg.norm(x, 1))"), @r##"
    bowl::syntax::function_prefix

      × functions have no prefix
       ╭────
     1 │ minimize cp.sum_squares(np.linalg.norm(x, 1))
       ·          ─┬─
       ·           ╰── leave this out
       ╰────
      help: write `sum_squares(norm1(x))`
    bowl::syntax::function_prefix

      × functions have no prefix
       ╭────
     1 │ minimize cp.sum_squares(np.linalg.norm(x, 1))
       ·                         ─────┬────
       ·                              ╰── leave this out
       ╰────
      help: write `norm1(x)`
    bowl::syntax::foreign_function

      × `norm` is not a function
       ╭────
     1 │ minimize cp.sum_squares(np.linalg.norm(x, 1))
       ·                                   ──┬─
       ·                                     ╰── another language's function
       ╰────
      help: write `norm1(x)`
    "##);
}

#[test]
fn method_call() {
    assert_snapshot!(errors("minimize x.sum()"), @r##"
    bowl::syntax::method_call

      × a function stands before its arguments
       ╭────
     1 │ minimize x.sum()
       ·           ───┬──
       ·              ╰── another language's call
       ╰────
      help: write `sum(x)`
    "##);
}

#[test]
fn import_line() {
    assert_snapshot!(errors("import cvxpy as cp"), @r##"
    bowl::syntax::needless_line

      × `import cvxpy as cp` has no meaning here
       ╭────
     1 │ import cvxpy as cp
       · ─────────┬────────
       ·          ╰── not needed
       ╰────
      help: leave this line out: a file holds declarations, an objective and constraints, nothing else
    "##);
}

#[test]
fn macro_line() {
    assert_snapshot!(errors("@variable(model, x[1:3])"), @r##"
    bowl::syntax::foreign_keyword

      × `@variable` is not a keyword of this language
       ╭────
     1 │ @variable(model, x[1:3])
       · ────┬────
       ·     ╰── unknown here
       ╰────
      help: write `var x[n]`
    "##);
}

#[test]
fn definition_without_keyword() {
    assert_snapshot!(errors("n = 5"), @r##"
    bowl::syntax::bare_definition

      × a definition needs `param` or `let`
       ╭────
     1 │ n = 5
       · ┬
       · ╰── no keyword before this name
       ╰────
      help: write `param n = 5`
    "##);
}

#[test]
fn definition_with_colon_equals() {
    assert_snapshot!(errors("cost := c'*x"), @r##"
    bowl::syntax::bare_definition

      × a definition needs `param` or `let`
       ╭────
     1 │ cost := c'*x
       · ──┬─
       ·   ╰── no keyword before this name
       ╰────
      help: write `let cost = c'*x`
    "##);
}

#[test]
fn value_of_a_variable() {
    assert_snapshot!(errors("var x = 3"), @r##"
    bowl::syntax::variable_value

      × a `var` has no value
       ╭────
     1 │ var x = 3
       ·       ┬
       ·       ╰── a variable is what the solver looks for
       ╰────
      help: write `var x start 3` for a starting point, or declare a known quantity with `param`
    "##);
}

#[test]
fn bounds_without_comma() {
    assert_snapshot!(errors("var x >= 0 <= 1"), @r##"
    bowl::syntax::bounds_comma

      × the bounds of a variable are separated by a comma
       ╭────
     1 │ var x >= 0 <= 1
       ·            ─┬
       ·             ╰── a comma belongs before this
       ╰────
      help: write `var x >= 0, <= 1`
    "##);
}

#[test]
fn bounds_of_a_param() {
    assert_snapshot!(errors("param c >= 0"), @r##"
    bowl::syntax::param_bounds

      × a `param` has no bounds
       ╭────
     1 │ param c >= 0
       ·         ─┬
       ·          ╰── a bound is for a `var`
       ╰────
      help: write an attribute, such as `param c[n] nonneg`; it is checked against the value
    "##);
}

#[test]
fn integer_variable() {
    assert_snapshot!(errors("var x[3] integer"), @r##"
    bowl::syntax::integer_variable

      × variables are continuous; `integer` is not supported
       ╭────
     1 │ var x[3] integer
       ·          ───┬───
       ·             ╰── this would make the problem a mixed-integer one
       ╰────
      help: a convex relaxation has bounds instead: `var x[n] >= 0, <= 1`
    "##);
}

#[test]
fn foreign_attribute() {
    assert_snapshot!(errors("var X[3, 3] PSD"), @r##"
    bowl::syntax::foreign_attribute

      × `PSD` is not an attribute
       ╭────
     1 │ var X[3, 3] PSD
       ·             ─┬─
       ·              ╰── unknown attribute
       ╰────
      help: write `var X[3, 3] psd`
    "##);
}

#[test]
fn unknown_attribute() {
    assert_snapshot!(errors("var X[3, 3] hermitian"), @r##"
    bowl::syntax::unknown_attribute

      × `hermitian` is not an attribute
       ╭────
     1 │ var X[3, 3] hermitian
       ·             ────┬────
       ·                 ╰── unknown attribute
       ╰────
      help: the attributes are nonneg, nonpos, symmetric, psd, nsd, diagonal, sparse
    "##);
}

#[test]
fn unknown_statement() {
    assert_snapshot!(errors("solve problem"), @r##"
    bowl::syntax::unknown_statement

      × no statement begins with `solve`
       ╭────
     1 │ solve problem
       · ──┬──
       ·   ╰── unknown word
       ╰────
      help: a statement begins with `param`, `let`, `var`, `minimize`, `maximize`, `find`, `subject
            to` or `expect`; below `subject to`, each other line is a constraint
    "##);
}

#[test]
fn keyword_as_new_name() {
    assert_snapshot!(errors("var if"), @r##"
    bowl::syntax::keyword_as_name

      × `if` is a keyword and cannot be a name
       ╭────
     1 │ var if
       ·     ─┬
       ·      ╰── a name is expected here
       ╰────
      help: choose another name, such as `if_`
    "##);
}

#[test]
fn keyword_as_label() {
    assert_snapshot!(errors("var x[2]\nfind x\nsubject to\n  in[i]: x[i] <= 1 for i in 1..2\n"), @r##"
    bowl::syntax::keyword_as_name

      × `in` is a keyword and cannot be a name
       ╭─[4:3]
     3 │ subject to
     4 │   in[i]: x[i] <= 1 for i in 1..2
       ·   ─┬
       ·    ╰── a name is expected here
       ╰────
      help: choose another name, such as `in_`
    "##);
}

#[test]
fn filter_of_another_language() {
    assert_snapshot!(errors("var x[3]\nfind x\nsubject to\n  x[i] <= x[j] for i in 1..3, j in 1..3 where i != j\n"), @r##"
    bowl::syntax::foreign_keyword

      × `where` is not a keyword of this language
       ╭─[4:41]
     3 │ subject to
     4 │   x[i] <= x[j] for i in 1..3, j in 1..3 where i != j
       ·                                         ──┬──
       ·                                           ╰── unknown here
       ╰────
      help: write `x[i] <= x[j] for i in 1..3, j in 1..3 if i != j`
    "##);
}

#[test]
fn keyword_as_name() {
    assert_snapshot!(errors("minimize for + 2"), @r##"
    bowl::syntax::keyword_as_name

      × `for` is a keyword and cannot be a name
       ╭────
     1 │ minimize for + 2
       ·          ─┬─
       ·           ╰── a name is expected here
       ╰────
      help: choose another name, such as `for_`
    "##);
}

#[test]
fn variance_by_its_short_name() {
    assert_snapshot!(errors("minimize 2*var(x - y)"), @r##"
    bowl::syntax::variance_call

      × `var` declares a variable and is not a function
       ╭────
     1 │ minimize 2*var(x - y)
       ·            ─┬─
       ·             ╰── no function has this name
       ╰────
      help: the variance is called `variance(x - y)`
    "##);
}

#[test]
fn constant_as_new_name() {
    assert_snapshot!(errors("param pi = 3"), @r##"
    bowl::syntax::reserved_name

      × `pi` has a fixed meaning and cannot be a new name
       ╭────
     1 │ param pi = 3
       ·       ─┬
       ·        ╰── a new name is expected here
       ╰────
      help: choose another name, such as `pi_`
    "##);
}

#[test]
fn end_outside_an_index() {
    assert_snapshot!(errors("minimize end"), @r##"
    bowl::syntax::end_outside_index

      × `end` has a meaning only inside an index
       ╭────
     1 │ minimize end
       ·          ─┬─
       ·           ╰── not inside an index
       ╰────
      help: `x[end]` is the last entry of `x`; statements need no `end`
    "##);
}

#[test]
fn unary_plus() {
    assert_snapshot!(errors("minimize +x"), @r##"
    bowl::syntax::unary_plus

      × a number or a name has no sign `+` before it
       ╭────
     1 │ minimize +x
       ·          ┬
       ·          ╰── leave this out
       ╰────
      help: write `x`
    "##);
}

#[test]
fn continuation_dots() {
    assert_snapshot!(errors("minimize x ...\n  + y"), @r##"
    bowl::syntax::unknown_operator

      × `...` is not an operator
       ╭─[1:12]
     1 │ minimize x ...
       ·            ─┬─
       ·             ╰── unknown operator
     2 │   + y
       ╰────
      help: a line goes on when it ends in an operator, so leave this out
    "##);
}

#[test]
fn remainder() {
    assert_snapshot!(errors("minimize sum(x[i] for i in 1..n if i % 2 == 0)"), @r##"
    bowl::syntax::unknown_operator

      × `%` is not an operator
       ╭────
     1 │ minimize sum(x[i] for i in 1..n if i % 2 == 0)
       ·                                      ┬
       ·                                      ╰── unknown operator
       ╰────
      help: there is no remainder or integer division; a range has steps, as in `1..n by 2`
    "##);
}

#[test]
fn leading_operator() {
    assert_snapshot!(errors("minimize x\n  + y"), @r##"
    bowl::syntax::leading_operator

      × a line cannot begin with `+`
       ╭─[1:11]
     1 │ minimize x
       ·           ▲
       ·           ╰── move it here
     2 │   + y
       ·   ┬
       ·   ╰── this joins two parts of one statement
       ╰────
      help: end the line above with `+`; a line that ends in an operator goes on in the next
    "##);
}

#[test]
fn leading_minus() {
    assert_snapshot!(errors("minimize x\n  - y"), @r##"
    bowl::syntax::no_relation

      × a constraint needs a relation
       ╭─[2:3]
     1 │ minimize x
     2 │   - y
       ·   ─┬─
       ·    ╰── no relation in this line
       ╰────
      help: write `… == …`, `… <= …` or `… >= …`; if the line above goes on here, end that line with
            its operator
    "##);
}

#[test]
fn unclosed_bracket() {
    assert_snapshot!(errors("minimize sum((x + 1)\nsubject to\n  x >= 0"), @r##"
    bowl::syntax::unclosed_bracket

      × `(` is never closed
       ╭─[1:13]
     1 │ minimize sum((x + 1)
       ·             ┬
       ·             ╰── opened here
     2 │ subject to
       · ───┬───
       ·    ╰── still open at the beginning of a new statement
     3 │   x >= 0
       ╰────
      help: add the missing `)`
    "##);
}

#[test]
fn unclosed_bracket_at_the_end() {
    assert_snapshot!(errors("param A = [1, 2; 3, 4"), @r##"
    bowl::syntax::unclosed_bracket

      × `[` is never closed
       ╭────
     1 │ param A = [1, 2; 3, 4
       ·           ┬         ┬
       ·           │         ╰── still open at the end of the file
       ·           ╰── opened here
       ╰────
      help: add the missing `]`
    "##);
}

#[test]
fn mismatched_bracket() {
    assert_snapshot!(errors("minimize (x + 1]"), @r##"
    bowl::syntax::mismatched_bracket

      × expected `)`, found `]`
       ╭────
     1 │ minimize (x + 1]
       ·          ┬     ┬
       ·          │     ╰── `)` should close it
       ·          ╰── opened here
       ╰────
      help: write `)` here
    "##);
}

#[test]
fn unopened_bracket() {
    assert_snapshot!(errors("minimize x + 1)"), @r##"
    bowl::syntax::unopened_bracket

      × `)` closes nothing
       ╭────
     1 │ minimize x + 1)
       ·               ┬
       ·               ╰── no bracket is open here
       ╰────
      help: leave out this `)`, or add the bracket that it should close
    "##);
}

#[test]
fn unclosed_string() {
    assert_snapshot!(errors("param a = csv(\"abc)"), @r##"
    bowl::syntax::unclosed_string

      × this string is not closed on its line
       ╭────
     1 │ param a = csv("abc)
       ·               ──┬──
       ·                 ╰── begins here
       ╰────
      help: end it with `"`
    "##);
}

#[test]
fn label_that_is_no_name() {
    assert_snapshot!(errors("subject to\n  2*x: x >= 0"), @r##"
    bowl::syntax::label_form

      × a label is a name, with names as indices
       ╭─[2:3]
     1 │ subject to
     2 │   2*x: x >= 0
       ·   ─┬─
       ·    ╰── not a label
       ╰────
      help: write `budget: …`, or `cap[i]: … for i in 1..n`
    "##);
}

#[test]
fn label_of_objective_with_index() {
    assert_snapshot!(errors("minimize cost[i]: x"), @r##"
    bowl::syntax::objective_label

      × the label of an objective has no index
       ╭────
     1 │ minimize cost[i]: x
       ·               ┬
       ·               ╰── leave out the brackets
       ╰────
      help: write `minimize cost: …`
    "##);
}

#[test]
fn argument_name_that_is_no_name() {
    assert_snapshot!(errors("minimize f(2*x = 3)"), @r##"
    bowl::syntax::argument_name

      × only a name can stand before `=` here
       ╭────
     1 │ minimize f(2*x = 3)
       ·            ─┬─
       ·             ╰── not a name
       ╰────
      help: `name = value` gives an argument by name, as in `huber(x, M = 2)`; a constraint writes
            `==`
    "##);
}

#[test]
fn step_in_an_axis() {
    assert_snapshot!(errors("var x[0..9 by 2]"), @r##"
    bowl::syntax::step_in_axis

      × an axis has no steps
       ╭────
     1 │ var x[0..9 by 2]
       ·               ┬
       ·               ╰── leave out `by` and this step
       ╰────
      help: an axis runs over every integer of its range; steps stand in an index, as in `x[1..n by
            2]`
    "##);
}

#[test]
fn number_too_large() {
    assert_snapshot!(errors("param a = 1e999"), @r##"
    bowl::syntax::number_too_large

      × this number is too large
       ╭────
     1 │ param a = 1e999
       ·           ──┬──
       ·             ╰── numbers go up to 1.8e308
       ╰────
      help: write `inf` for infinity
    "##);
}

#[test]
fn expression_missing_at_the_end() {
    assert_snapshot!(errors("minimize x +\nsubject to\n  x >= 0"), @r##"
    bowl::syntax::unexpected

      × expected an expression after `+`, found the end of the line
       ╭─[1:12]
     1 │ minimize x +
       ·            ┬
       ·            ╰── an expression expected behind this
     2 │ subject to
       ╰────
    "##);
}

#[test]
fn expression_missing_between_operators() {
    assert_snapshot!(errors("minimize x +* y"), @r##"
    bowl::syntax::unexpected

      × expected an expression after `+`, found `*`
       ╭────
     1 │ minimize x +* y
       ·             ┬
       ·             ╰── an expression expected here
       ╰────
    "##);
}

#[test]
fn expression_missing_in_matrix() {
    assert_snapshot!(errors("param a = []"), @r##"
    bowl::syntax::unexpected

      × expected an expression after `[`, found `]`
       ╭────
     1 │ param a = []
       ·            ┬
       ·            ╰── an expression expected here
       ╰────
    "##);
}

#[test]
fn argument_missing() {
    assert_snapshot!(errors("minimize f(1,,2)"), @r##"
    bowl::syntax::unexpected

      × expected an expression after `,`, found `,`
       ╭────
     1 │ minimize f(1,,2)
       ·              ┬
       ·              ╰── an expression expected here
       ╰────
    "##);
}

#[test]
fn name_missing() {
    assert_snapshot!(errors("param = 3"), @r##"
    bowl::syntax::unexpected

      × expected a name after `param`, found `=`
       ╭────
     1 │ param = 3
       ·       ┬
       ·       ╰── a name expected here
       ╰────
    "##);
}

#[test]
fn in_missing() {
    assert_snapshot!(errors("minimize sum(x[i] for i)"), @r##"
    bowl::syntax::unexpected

      × expected `in` after `i`, found `)`
       ╭────
     1 │ minimize sum(x[i] for i)
       ·                        ┬
       ·                        ╰── `in` expected here
       ╰────
    "##);
}

#[test]
fn operator_missing() {
    assert_snapshot!(errors("minimize x $ y"), @r##"
    bowl::syntax::unexpected

      × expected an operator or the end of the line after `x`, found `$`
       ╭────
     1 │ minimize x $ y
       ·            ┬
       ·            ╰── an operator or the end of the line expected here
       ╰────
    "##);
}

#[test]
fn relation_missing() {
    assert_snapshot!(errors("subject to\n  x + y"), @r##"
    bowl::syntax::no_relation

      × a constraint needs a relation
       ╭─[2:3]
     1 │ subject to
     2 │   x + y
       ·   ──┬──
       ·     ╰── no relation in this line
       ╰────
      help: write `… == …`, `… <= …` or `… >= …`; if the line above goes on here, end that line with
            its operator
    "##);
}

#[test]
fn shape_of_a_let() {
    assert_snapshot!(errors("let x[3] = 2"), @r##"
    bowl::syntax::unexpected

      × expected `=` after `x`, found `[`
       ╭────
     1 │ let x[3] = 2
       ·      ┬
       ·      ╰── `=` expected here
       ╰────
    "##);
}

#[test]
fn set_missing() {
    assert_snapshot!(errors("subject to\n  x in"), @r##"
    bowl::syntax::unexpected

      × expected a set after `in`, found the end of the line
       ╭─[2:6]
     1 │ subject to
     2 │   x in
       ·      ┬
       ·      ╰── a set expected behind this
       ╰────
    "##);
}

#[test]
fn within_missing() {
    assert_snapshot!(errors("expect objective == 3 within"), @r##"
    bowl::syntax::unexpected

      × expected an expression after `within`, found the end of the line
       ╭────
     1 │ expect objective == 3 within
       ·                            ┬
       ·                            ╰── an expression expected behind this
       ╰────
    "##);
}

#[test]
fn relation_in_expect() {
    assert_snapshot!(errors("expect x <= 3"), @r##"
    bowl::syntax::unexpected

      × expected an operator or `==` after `x`, found `<=`
       ╭────
     1 │ expect x <= 3
       ·          ─┬
       ·           ╰── an operator or `==` expected here
       ╰────
    "##);
}

#[test]
fn comma_in_condition() {
    assert_snapshot!(errors("minimize sum(x[i] for i in 1..4 if i <= 2, i > 1)"), @r##"
    bowl::syntax::unexpected

      × expected an operator, `and`, `or` or `)` after `2`, found `,`
       ╭────
     1 │ minimize sum(x[i] for i in 1..4 if i <= 2, i > 1)
       ·                                          ┬
       ·                                          ╰── an operator, `and`, `or` or `)` expected here
       ╰────
    "##);
}

#[test]
fn semicolon_in_call() {
    assert_snapshot!(errors("minimize f(x; y)"), @r##"
    bowl::syntax::unexpected

      × expected an operator, `,` or `)` after `x`, found `;`
       ╭────
     1 │ minimize f(x; y)
       ·             ┬
       ·             ╰── an operator, `,` or `)` expected here
       ╰────
    "##);
}

#[test]
fn two_names_to_find() {
    assert_snapshot!(errors("find x y"), @r##"
    bowl::syntax::unexpected

      × expected `,` or the end of the line after `x`, found `y`
       ╭────
     1 │ find x y
       ·        ┬
       ·        ╰── `,` or the end of the line expected here
       ╰────
    "##);
}

#[test]
fn families_with_two_generators_keep_their_comma() {
    assert_snapshot!(errors("let a = sum(x[i, j] for i in 1..3, j in 1..3 if i < j && j < 3)"), @r##"
    bowl::syntax::foreign_operator

      × `&&` is not an operator
       ╭────
     1 │ let a = sum(x[i, j] for i in 1..3, j in 1..3 if i < j && j < 3)
       ·                                                       ─┬
       ·                                                        ╰── unknown operator
       ╰────
      help: use `and`: write `let a = sum(x[i, j] for i in 1..3, j in 1..3 if i < j and j < 3)`
    "##);
}

#[test]
fn negated_condition() {
    assert_snapshot!(errors("let a = sum(x[i] for i in 1..3 if not i == 2)"), @r##"
    bowl::syntax::condition

      × `not` has no place in a condition
       ╭────
     1 │ let a = sum(x[i] for i in 1..3 if not i == 2)
       ·                                   ─┬─
       ·                                    ╰── conditions are comparisons, joined by `and` and `or`
       ╰────
      help: write the comparison that is to hold: `i != j` for not `i == j`
    "##);
}

#[test]
fn condition_in_parentheses() {
    assert_snapshot!(errors("let a = sum(x[i, j] for i in 1..3, j in 1..3 if i < j or (i == 3 and j == 1))"), @r##"
    bowl::syntax::condition

      × `(` has no place in a condition
       ╭────
     1 │ let a = sum(x[i, j] for i in 1..3, j in 1..3 if i < j or (i == 3 and j == 1))
       ·                                                          ┬
       ·                                                          ╰── conditions are comparisons, joined by `and` and `or`
       ╰────
      help: conditions take no parentheses; `and` binds tighter than `or`
    "##);
    // A number in parentheses is compared.
    assert_snapshot!(errors("let a = sum(x[i] for i in 1..3 if (i + 1) > 2 && i < 3)"), @r##"
    bowl::syntax::foreign_operator

      × `&&` is not an operator
       ╭────
     1 │ let a = sum(x[i] for i in 1..3 if (i + 1) > 2 && i < 3)
       ·                                               ─┬
       ·                                                ╰── unknown operator
       ╰────
      help: use `and`: write `let a = sum(x[i] for i in 1..3 if (i + 1) > 2 and i < 3)`
    "##);
}

#[test]
fn range_among_entries() {
    assert_snapshot!(errors("let next = [2..n, 1]"), @r##"
    bowl::syntax::range_value

      × a range stands behind `in`, or selects entries
       ╭────
     1 │ let next = [2..n, 1]
       ·             ──┬─
       ·               ╰── a range is no value
       ╰────
      help: for a column of these numbers write `[k for k in 2..n]`
    "##);
}
