//! What is said about every mistake of names, shapes, data and declarations.
//!
//! Each snapshot is the whole message, as a terminal shows it.

use super::{errors, errors_with, read};
use insta::assert_snapshot;

#[test]
fn unknown_name() {
    assert_snapshot!(errors("var width\nminimize widht\n"), @r##"
    bowl::name::unknown

      × there is no name `widht`
       ╭─[2:10]
     1 │ var width
     2 │ minimize widht
       ·          ──┬──
       ·            ╰── unknown here
       ╰────
      help: did you mean `width`?
    "##);
}

#[test]
fn unknown_name_without_a_near_one() {
    assert_snapshot!(errors("var x\nvar y\nminimize cost\n"), @r##"
    bowl::name::unknown

      × there is no name `cost`
       ╭─[3:10]
     2 │ var y
     3 │ minimize cost
       ·          ──┬─
       ·            ╰── unknown here
       ╰────
      help: the names declared so far are `x`, `y`
    "##);
}

#[test]
fn unknown_function() {
    assert_snapshot!(errors("var x[2]\nminimize norm22(x)\n"), @r##"
    bowl::name::unknown

      × there is no function `norm22`
       ╭─[2:10]
     1 │ var x[2]
     2 │ minimize norm22(x)
       ·          ───┬──
       ·             ╰── unknown here
       ╰────
      help: did you mean `norm2`?
    "##);
}

#[test]
fn a_function_that_uses_itself() {
    assert_snapshot!(errors("let f(x) = f(x)\nvar x\nminimize f(x)\n"), @r##"
    bowl::name::kind

      × `f` is used in its own definition
       ╭─[1:12]
     1 │ let f(x) = f(x)
       ·            ┬
       ·            ╰── here
     2 │ var x
     3 │ minimize f(x)
       ·          ──┬─
       ·            ╰── in this use of `f`
       ╰────
      help: a function is its body, written out; repetition is `sum(… for i in 1..n)`
    "##);
}

#[test]
fn a_function_that_uses_a_later_name() {
    assert_snapshot!(errors("let f(x) = c*x\nparam c = 2\nvar x\nminimize f(x)\n"), @r##"
    bowl::name::kind

      × `c` is declared below the function that uses it
       ╭─[1:12]
     1 │ let f(x) = c*x
       ·            ┬
       ·            ╰── here
     2 │ param c = 2
     3 │ var x
     4 │ minimize f(x)
       ·          ──┬─
       ·            ╰── in this use of `f`
       ╰────
      help: move its declaration, line 2, above the function
    "##);
}

#[test]
fn a_name_used_above_its_declaration() {
    assert_snapshot!(errors("var x\nminimize c*x\nparam c = 2\n"), @r##"
    bowl::name::kind

      × `c` is used before it is declared
       ╭─[2:10]
     1 │ var x
     2 │ minimize c*x
       ·          ┬
       ·          ╰── here
     3 │ param c = 2
       ╰────
      help: move its declaration, line 3, above this line
    "##);
}

#[test]
fn declared_twice() {
    assert_snapshot!(errors("var x\nparam x = 1\nminimize x\n"), @r##"
    bowl::name::twice

      × `x` is declared twice
       ╭─[1:5]
     1 │ var x
       ·     ┬
       ·     ╰── first here
     2 │ param x = 1
       ·       ┬
       ·       ╰── and again here
     3 │ minimize x
       ╰────
      help: choose another name for one of them
    "##);
}

#[test]
fn label_declared_twice() {
    let text = "var x\nminimize x\nsubject to\n  low: x >= 1\n  low: x >= 2\n";
    assert_snapshot!(errors(text), @r##"
    bowl::name::twice

      × `low` is declared twice
       ╭─[4:3]
     3 │ subject to
     4 │   low: x >= 1
       ·   ─┬─
       ·    ╰── first here
     5 │   low: x >= 2
       ·   ─┬─
       ·    ╰── and again here
       ╰────
      help: choose another name for one of them
    "##);
}

#[test]
fn reserved_name() {
    assert_snapshot!(errors("var norm2\nminimize norm2\n"), @r##"
    bowl::name::reserved

      × `norm2` is the name of a built-in function
       ╭─[1:5]
     1 │ var norm2
       ·     ──┬──
       ·       ╰── cannot be declared
     2 │ minimize norm2
       ╰────
      help: choose another name, such as `norm2_`
    "##);
}

#[test]
fn function_without_arguments() {
    assert_snapshot!(errors("let f(x) = x + 1\nvar x\nminimize f\n"), @r##"
    bowl::name::kind

      × `f` is a function
       ╭─[3:10]
     2 │ var x
     3 │ minimize f
       ·          ┬
       ·          ╰── here
       ╰────
      help: call it: `f(x)`
    "##);
}

#[test]
fn call_of_a_variable_parameter() {
    assert_snapshot!(errors("let g(h) = h(1)\nvar x[2]\nminimize g(x)\n"), @r##"
    bowl::name::kind

      × `h` is not a function
       ╭─[1:12]
     1 │ let g(h) = h(1)
       ·            ┬
       ·            ╰── here
     2 │ var x[2]
     3 │ minimize g(x)
       ·          ──┬─
       ·            ╰── in this use of `g`
       ╰────
      help: index with brackets, `h[i]`; multiply with `*`, `h*(…)`
    "##);
}

#[test]
fn finding_a_param() {
    assert_snapshot!(errors("param p = 1\nvar x\nfind p\n"), @r##"
    bowl::name::kind

      × `p` is not a variable
       ╭─[3:6]
     2 │ var x
     3 │ find p
       ·      ┬
       ·      ╰── here
       ╰────
      help: `find` takes names of variables
    "##);
}

#[test]
fn product_of_unequal_shapes() {
    assert_snapshot!(errors("param A = 1\nparam B[2, 3] = [1, 2, 3; 4, 5, 6]\nvar x[2]\nminimize sum(B*x)\n"), @r##"
    bowl::shape::mismatch

      × cannot multiply a 2 x 3 by a vector of 2
       ╭─[2:7]
     1 │ param A = 1
     2 │ param B[2, 3] = [1, 2, 3; 4, 5, 6]
       ·       ┬
       ·       ╰── declared here
     3 │ var x[2]
       ·     ┬
       ·     ╰── declared here
     4 │ minimize sum(B*x)
       ·              ┬ ┬
       ·              │ ╰── a vector of 2
       ·              ╰── a 2 x 3
       ╰────
      help: transpose the left side with `'`
    "##);
}

#[test]
fn sum_of_unequal_shapes() {
    assert_snapshot!(errors("var x[2]\nvar y[3]\nminimize sum(x + y)\n"), @r##"
    bowl::shape::mismatch

      × cannot add a vector of 2 and a vector of 3
       ╭─[1:5]
     1 │ var x[2]
       ·     ┬
       ·     ╰── declared here
     2 │ var y[3]
       ·     ┬
       ·     ╰── declared here
     3 │ minimize sum(x + y)
       ·              ┬   ┬
       ·              │   ╰── a vector of 3
       ·              ╰── a vector of 2
       ╰────
      help: shapes must be equal, or one side a scalar; correct the sizes, or pick entries, `x[1..n]`
    "##);
}

#[test]
fn relation_of_unequal_shapes() {
    assert_snapshot!(errors("var x[2]\nvar y[3]\nminimize sum(x)\nsubject to\n  x <= y\n"), @r##"
    bowl::shape::mismatch

      × cannot compare a vector of 2 with a vector of 3
       ╭─[5:3]
     4 │ subject to
     5 │   x <= y
       ·   ┬    ┬
       ·   │    ╰── a vector of 3
       ·   ╰── a vector of 2
       ╰────
      help: sides must have the same shape, or one of them be a scalar
    "##);
}

#[test]
fn semidefinite_order_of_vectors() {
    assert_snapshot!(errors("var x[2]\nminimize sum(x)\nsubject to\n  x >> 0\n"), @r##"
    bowl::shape::mismatch

      × `<<` and `>>` compare square symmetric matrices, but this is a vector of 2
       ╭─[4:3]
     3 │ subject to
     4 │   x >> 0
       ·   ┬    ┬
       ·   │    ╰── a vector of 2
       ·   ╰── a vector of 2
       ╰────
      help: entries are compared with `<=` and `>=`
    "##);
}

#[test]
fn size_bound_elsewhere() {
    let text = "param A[m, n] = [1, 2; 3, 4; 5, 6]\nparam b[m] = [1; 2]\nvar x[n]\nminimize norm2(A*x - b)\n";
    assert_snapshot!(errors(text), @r##"
    bowl::shape::size

      × `b` has 2 rows, but m = 3 (bound by `A`, line 1)
       ╭─[1:9]
     1 │ param A[m, n] = [1, 2; 3, 4; 5, 6]
       ·         ┬
       ·         ╰── bound here
     2 │ param b[m] = [1; 2]
       ·       ┬
       ·       ╰── 2 rows
     3 │ var x[n]
       ╰────
      help: correct the declared size, or the value
    "##);
}

#[test]
fn size_as_a_number() {
    assert_snapshot!(errors("param b[3] = [1; 2]\nvar x\nminimize x\n"), @r##"
    bowl::shape::size

      × `b` has 2 rows, but 3 are declared
       ╭─[1:7]
     1 │ param b[3] = [1; 2]
       ·       ┬
       ·       ╰── 2 rows
     2 │ var x
       ╰────
      help: correct the declared size, or the value
    "##);
}

#[test]
fn fractional_size() {
    assert_snapshot!(errors("var x[2.5]\nminimize sum(x)\n"), @r##"
    bowl::shape::whole_number

      × a size must be a whole number, but it is 2.5
       ╭─[1:7]
     1 │ var x[2.5]
       ·       ─┬─
       ·        ╰── this is 2.5
     2 │ minimize sum(x)
       ╰────
      help: correct the number, or the formula that gives it
    "##);
}

#[test]
fn fractional_index() {
    assert_snapshot!(errors("param k = 1.5\nvar x[3]\nminimize x[k]\n"), @r##"
    bowl::shape::whole_number

      × an index must be a whole number, but it is 1.5
       ╭─[3:12]
     2 │ var x[3]
     3 │ minimize x[k]
       ·            ┬
       ·            ╰── this is 1.5
       ╰────
      help: correct the number, or the formula that gives it
    "##);
}

#[test]
fn size_without_a_value() {
    assert_snapshot!(errors("var x[n]\nminimize sum(x)\n"), @r##"
    bowl::name::unknown

      × there is no name `n`
       ╭─[1:7]
     1 │ var x[n]
       ·       ┬
       ·       ╰── unknown here
     2 │ minimize sum(x)
       ╰────
      help: the size `n` has no value yet: write a number, `let n = …`, or bind it by a param's data
            above
    "##);
}

#[test]
fn size_below_one() {
    assert_snapshot!(errors("var x[0]\nminimize sum(x)\n"), @r##"
    bowl::call::argument

      × an axis needs at least one entry, but this one has 0
       ╭─[1:7]
     1 │ var x[0]
       ·       ┬
       ·       ╰── here
     2 │ minimize sum(x)
       ╰────
    "##);
}

#[test]
fn variable_as_an_index() {
    assert_snapshot!(errors("var x[3]\nminimize x[x[1]]\n"), @r##"
    bowl::name::not_constant

      × an index must be a known number
       ╭─[2:12]
     1 │ var x[3]
     2 │ minimize x[x[1]]
       ·            ──┬─
       ·              ╰── this depends on variables
       ╰────
      help: variables have no value before the problem is solved: use numbers and params here
    "##);
}

#[test]
fn variable_as_a_param_value() {
    assert_snapshot!(errors("var x\nparam p = x + 1\nminimize x\n"), @r##"
    bowl::name::not_constant

      × the value of a param must be a known number
       ╭─[2:11]
     1 │ var x
     2 │ param p = x + 1
       ·           ──┬──
       ·             ╰── this depends on variables
     3 │ minimize x
       ╰────
      help: variables have no value before the problem is solved: use numbers and params here
    "##);
}

#[test]
fn vector_as_a_size() {
    assert_snapshot!(errors("param v[2] = [1; 2]\nvar x[v]\nminimize sum(x)\n"), @r##"
    bowl::name::not_constant

      × a size must be a known number
       ╭─[2:7]
     1 │ param v[2] = [1; 2]
     2 │ var x[v]
       ·       ┬
       ·       ╰── this is a vector of 2
     3 │ minimize sum(x)
       ╰────
      help: write one entry of it, such as `v[1]`
    "##);
}

#[test]
fn index_out_of_range() {
    assert_snapshot!(errors("var x[3]\nminimize x[4]\n"), @r##"
    bowl::shape::index

      × index 4 is out of range: `x` has rows 1..3
       ╭─[2:12]
     1 │ var x[3]
     2 │ minimize x[4]
       ·            ┬
       ·            ╰── out of range
       ╰────
    "##);
}

#[test]
fn index_of_an_axis_that_starts_at_zero() {
    assert_snapshot!(errors("var x[2, 0..5]\nminimize x[1, 6]\n"), @r##"
    bowl::shape::index

      × index 6 is out of range: `x` has columns 0..5
       ╭─[2:15]
     1 │ var x[2, 0..5]
     2 │ minimize x[1, 6]
       ·               ┬
       ·               ╰── out of range
       ╰────
    "##);
}

#[test]
fn one_index_for_a_matrix() {
    assert_snapshot!(errors("var X[2, 3]\nminimize X[4]\n"), @r##"
    bowl::shape::index

      × `X` is a 2 x 3 matrix: an entry has two positions, not 1
       ╭─[2:10]
     1 │ var X[2, 3]
     2 │ minimize X[4]
       ·          ──┬─
       ·            ╰── this index
       ╰────
      help: write `X[i, j]`, `X[i, :]` for a row or `X[:, j]` for a column
    "##);
}

#[test]
fn too_large() {
    assert_snapshot!(errors("var X[10^6, 10^6]\nminimize sum(X)\n"), @r##"
    bowl::shape::too_large

      × `X` would have 1e12 entries, more than the limit of 1.3e8
       ╭─[1:5]
     1 │ var X[10^6, 10^6]
       ·     ┬
       ·     ╰── too large
     2 │ minimize sum(X)
       ╰────
      help: check the sizes; a problem of this size does not fit into memory
    "##);
}

#[test]
fn broken_attribute() {
    assert_snapshot!(errors("param c[3] nonneg = [1; -2; 3]\nvar x\nminimize x\n"), @r##"
    bowl::data::attribute

      × `c` is declared nonneg, but entry [2] is -2
       ╭─[1:12]
     1 │ param c[3] nonneg = [1; -2; 3]
       ·            ───┬──
       ·               ╰── declared here
     2 │ var x
       ╰────
      help: correct the value, or leave `nonneg` out
    "##);
}

#[test]
fn unsymmetric_param() {
    assert_snapshot!(errors("param P[2, 2] psd = [1, 2; 3, 4]\nvar x\nminimize x\n"), @r##"
    bowl::data::attribute

      × `P` is declared psd, but it is not symmetric: entry [1, 2] is 2, and entry [2, 1] is 3
       ╭─[1:15]
     1 │ param P[2, 2] psd = [1, 2; 3, 4]
       ·               ─┬─
       ·                ╰── declared here
     2 │ var x
       ╰────
      help: its symmetric part is `(P + P')/2`
    "##);
}

#[test]
fn indefinite_param() {
    assert_snapshot!(errors("param P[2, 2] psd = [1, 2; 2, 1]\nvar x\nminimize x\n"), @r##"
    bowl::data::attribute

      × `P` is declared psd, but it has the eigenvalue -1
       ╭─[1:15]
     1 │ param P[2, 2] psd = [1, 2; 2, 1]
       ·               ─┬─
       ·                ╰── declared here
     2 │ var x
       ╰────
      help: correct the value, or leave `psd` out
    "##);
}

#[test]
fn param_without_a_value() {
    assert_snapshot!(errors("param lambda nonneg\nvar x\nminimize lambda*x\n"), @r##"
    bowl::data::no_value

      × param `lambda` has no value
       ╭─[1:7]
     1 │ param lambda nonneg
       ·       ───┬──
       ·          ╰── needs a value
     2 │ var x
       ╰────
      help: write `= …` behind it, or give it on the command line: `--set lambda=…` or `--data
            FILE.json`
    "##);
}

#[test]
fn value_that_is_not_a_number() {
    assert_snapshot!(errors("param c[2] = [1; 0/0]\nvar x\nminimize x\n"), @r##"
    bowl::data::not_finite

      × division by zero
       ╭─[1:18]
     1 │ param c[2] = [1; 0/0]
       ·                  ─┬─
       ·                   ╰── the divisor is 0
     2 │ var x
       ╰────
      help: correct the numbers, or the formula that takes them
    "##);
}

#[test]
fn missing_file() {
    let text = "param A[m, n] = csv(\"no/such.csv\")\nvar x[n]\nminimize sum(x)\n";
    assert_snapshot!(errors(text), @r##"
    bowl::data::unreadable

      × cannot read `no/such.csv`: there is no such file
       ╭─[1:17]
     1 │ param A[m, n] = csv("no/such.csv")
       ·                 ─────────┬────────
       ·                          ╰── read here
     2 │ var x[n]
       ╰────
      help: paths are relative to the folder of the `.opt` file
    "##);
}

#[test]
fn wrong_count_of_arguments() {
    assert_snapshot!(errors("var x\nminimize huber(x, 1, 2)\n"), @r##"
    bowl::call::argument

      × `huber` does not take 3 arguments
       ╭─[2:10]
     1 │ var x
     2 │ minimize huber(x, 1, 2)
       ·          ───────┬──────
       ·                 ╰── here
       ╰────
      help: write `huber(x, M = 1)`
    "##);
}

#[test]
fn unknown_argument() {
    assert_snapshot!(errors("var x\nminimize huber(x, m = 1)\n"), @r##"
    bowl::call::argument

      × `huber` has no argument `m`
       ╭─[2:19]
     1 │ var x
     2 │ minimize huber(x, m = 1)
       ·                   ┬
       ·                   ╰── here
       ╰────
      help: write `huber(x, M = 1)`
    "##);
}

#[test]
fn wrong_count_of_parameters() {
    assert_snapshot!(errors("let f(x, y) = x + y\nvar x\nminimize f(x)\n"), @r##"
    bowl::call::argument

      × `f` takes 2 arguments, not 1
       ╭─[3:10]
     2 │ var x
     3 │ minimize f(x)
       ·          ──┬─
       ·            ╰── here
       ╰────
      help: write `f(x, y)`
    "##);
}

#[test]
fn power_of_a_vector() {
    assert_snapshot!(errors("var x[2]\nminimize x^2\n"), @r##"
    bowl::call::argument

      × `^` needs a scalar on the left, but `x` is a vector of 2
       ╭─[2:11]
     1 │ var x[2]
     2 │ minimize x^2
       ·           ┬
       ·           ╰── here
       ╰────
      help: write `x .^ 2` for the square of each entry, `sum_squares(x)` for the sum of squares
    "##);
}

#[test]
fn fourth_power_of_a_vector() {
    assert_snapshot!(errors("var x[2]\nminimize sum((x - 1)^4)\n"), @r##"
    bowl::call::argument

      × `^` needs a scalar on the left, but `(x - 1)` is a vector of 2
       ╭─[2:21]
     1 │ var x[2]
     2 │ minimize sum((x - 1)^4)
       ·                     ┬
       ·                     ╰── here
       ╰────
      help: write `(x - 1) .^ 4` for the power of each entry, `sum((x - 1) .^ 4)` for the sum of
            powers
    "##);
}

/// Other languages number the axis.
#[test]
fn axis_by_position() {
    assert_snapshot!(errors("var X[2, 3]\nminimize norm2(sum(X .* 2, 1))\n"), @r##"
    bowl::call::argument

      × `sum` does not take 2 arguments
       ╭─[2:16]
     1 │ var X[2, 3]
     2 │ minimize norm2(sum(X .* 2, 1))
       ·                ───────┬──────
       ·                       ╰── here
       ╰────
      help: write `sum(X .* 2, each = row)` for each row, `sum(X .* 2, each = column)` for each column
    "##);
}

#[test]
fn axis_by_name() {
    assert_snapshot!(errors("var X[2, 3]\nminimize norm2(sum(X, axis = 1))\n"), @r##"
    bowl::call::argument

      × `sum` has no argument `axis`
       ╭─[2:23]
     1 │ var X[2, 3]
     2 │ minimize norm2(sum(X, axis = 1))
       ·                       ──┬─
       ·                         ╰── here
       ╰────
      help: write `sum(x, each = row)` for each row, `sum(x, each = column)` for each column
    "##);
}

#[test]
fn vector_for_a_scalar_param() {
    assert_snapshot!(errors("param c = [1; 2]\nvar x\nminimize x\n"), @r##"
    bowl::call::argument

      × `c` is declared as a scalar, but its value is a vector of 2
       ╭─[1:7]
     1 │ param c = [1; 2]
       ·       ┬
       ·       ╰── here
     2 │ var x
       ╰────
      help: write `param c[n]`
    "##);
}

#[test]
fn random_numbers_without_a_seed() {
    assert_snapshot!(errors("param c[2] = randn(2)\nvar x\nminimize x\n"), @r##"
    bowl::call::argument

      × `randn` needs a seed, so that every run has the same numbers
       ╭─[1:14]
     1 │ param c[2] = randn(2)
       ·              ──┬──
       ·                ╰── here
     2 │ var x
       ╰────
      help: write `randn(…, seed = 1)`
    "##);
}

#[test]
fn objective_that_is_a_vector() {
    assert_snapshot!(errors("var x[2]\nminimize x\n"), @r##"
    bowl::problem::statement

      × the objective must be a scalar, but it is a vector of 2
       ╭─[2:10]
     1 │ var x[2]
     2 │ minimize x
       ·          ┬
       ·          ╰── not a scalar
       ╰────
      help: add the entries up with `sum(…)`, or take a norm
    "##);
}

#[test]
fn two_objectives() {
    assert_snapshot!(errors("var x\nminimize x\nmaximize x\n"), @r##"
    bowl::problem::statement

      × the file has two objectives
       ╭─[2:1]
     1 │ var x
     2 │ minimize x
       · ─────┬────
       ·      ╰── the first is here
     3 │ maximize x
       · ─────┬────
       ·      ╰── the second
       ╰────
      help: keep one; weigh several goals as one sum
    "##);
}

#[test]
fn no_objective() {
    assert_snapshot!(errors("var x\nsubject to\n  x >= 1\n"), @r##"
    bowl::problem::statement

      × the file has no objective
       ╭─[3:9]
     2 │ subject to
     3 │   x >= 1
       ·         ▲
       ·         ╰── ends here
       ╰────
      help: add a line `minimize …` or `maximize …`, or `find x` for any feasible point
    "##);
}

#[test]
fn wrong_count_of_label_indices() {
    let text = "var x[3]\nminimize sum(x)\nsubject to\n  cap[i, j]: x[i] >= 1 for i in 1..3\n";
    assert_snapshot!(errors(text), @r##"
    bowl::problem::statement

      × the label has 2 indices, but `for` has 1
       ╭─[4:3]
     3 │ subject to
     4 │   cap[i, j]: x[i] >= 1 for i in 1..3
       ·   ─┬─
       ·    ╰── this label
       ╰────
      help: name each index of the `for`, or none
    "##);
}

#[test]
fn value_for_no_param() {
    let text = "param lambda = 1\nvar x\nminimize lambda*x\n";
    assert_snapshot!(errors_with(text, "lamda", "2"), @r##"
    bowl::data::unused

      × `--set` gives `lamda`, but the file has no param `lamda`
      help: did you mean `lambda`?
    "##);
}

#[test]
fn mistake_in_a_setting() {
    let text = "param lambda = 1\nvar x\nminimize lambda*x\n";
    assert_snapshot!(errors_with(text, "lambda", "2*mu"), @r##"
    bowl::data::setting

      × `--set lambda=2*mu`: there is no name `mu`
       ╭─[1:7]
     1 │ param lambda = 1
       ·       ───┬──
       ·          ╰── its value is taken from the command line
     2 │ var x
       ╰────
      help: the names declared so far are `lambda`
    "##);
}

/// One test a kind of error: a new variant needs a new text here.
#[test]
fn every_kind_of_error_has_a_message_here() {
    let declared = include_str!("../../../src/elaborate/error.rs");
    let shown = include_str!("messages.rs");
    let codes = declared.split("code(").skip(1);
    let codes = codes.filter_map(|rest| rest.split_once(')').map(|(code, _)| code));
    let missing: Vec<&str> = codes
        .filter(|code| code.starts_with("bowl::"))
        .filter(|code| !shown.contains(&format!("{code}\n")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_row_beside_a_vector() {
    assert_snapshot!(errors("param A[2, 3] = ones(2, 3)\nvar x[3]\nminimize sum(x)\nsubject to\n  sum(A, each = column) <= x\n"), @r##"
    bowl::shape::mismatch

      × cannot compare a 1 x 3 with a vector of 3
       ╭─[5:3]
     4 │ subject to
     5 │   sum(A, each = column) <= x
       ·   ──────────┬──────────    ┬
       ·             │              ╰── a vector of 3
       ·             ╰── a 1 x 3
       ╰────
      help: transpose one of them with `'`
    "##);
}

#[test]
fn a_row_where_a_column_is_declared() {
    assert_snapshot!(errors("param C[3, 1] = [1, 0, 0]'\nvar x\nminimize x\n"), @r##"
    bowl::shape::size

      × `C` has 1 row, but 3 are declared
       ╭─[1:7]
     1 │ param C[3, 1] = [1, 0, 0]'
       ·       ┬
       ·       ╰── 1 row
     2 │ var x
       ╰────
      help: correct the declared size, or the value
    "##);
}

/// A list of numbers is a column, whatever the declaration hopes for.
#[test]
fn a_list_for_a_row() {
    assert_snapshot!(errors("param C[1, 3] = [1, 0, 0]\nvar x\nminimize x\n"), @r##"
    bowl::shape::size

      × `C` has 3 rows, but 1 is declared
       ╭─[1:7]
     1 │ param C[1, 3] = [1, 0, 0]
       ·       ┬
       ·       ╰── 3 rows
     2 │ var x
       ╰────
      help: the value is a column; for a row, transpose it: `[1, 2, 3]'`
    "##);
}

/// As a matrix given by a formula is first written.
#[test]
fn a_list_over_two_indexes_for_a_matrix() {
    let text = "param A[2, 3] = [i + 10*j for i in 1..2, j in 1..3]\nvar x\nminimize x\n";
    assert_snapshot!(errors(text), @r##"
    bowl::shape::size

      × `A` has 6 rows, but 2 are declared
       ╭─[1:7]
     1 │ param A[2, 3] = [i + 10*j for i in 1..2, j in 1..3]
       ·       ┬
       ·       ╰── 6 rows
     2 │ var x
       ╰────
      help: a list over `i` and `j` is one column; for a matrix write `[[… for i in …] for j in …]`
    "##);
}

/// The rows bind a size, the columns are those declared.
#[test]
fn a_list_over_two_indexes_that_binds_a_size() {
    let text = "param B[m, 3] = [i + 10*j for i in 1..2, j in 1..3]\nvar x\nminimize x\n";
    let message = errors(text);
    assert!(
        message.contains("`B` has 1 column, but 3 are declared"),
        "{message}"
    );
    assert!(message.contains("[[… for i in …] for j in …]"), "{message}");
}

/// Of many members of a family, the one.
#[test]
fn a_list_without_entries_says_for_which_index() {
    let text = "var x[3]\nminimize sum(x)\nsubject to\n  cap[i]: max(x[j] for j in 1..3 if j > i) <= 1 for i in 1..3\n";
    assert_snapshot!(errors(text), @r##"
    bowl::call::argument

      × this list has no entries for i = 3
       ╭─[4:11]
     3 │ subject to
     4 │   cap[i]: max(x[j] for j in 1..3 if j > i) <= 1 for i in 1..3
       ·           ────────────────┬───────────────
       ·                           ╰── here
       ╰────
    "##);
}

/// A function whose known argument lies outside its domain is infinite wherever the others are.
#[test]
fn known_arguments_outside_the_domain() {
    let text = "param old[3] = [1; -2; 0]\nvar x[3] >= 0\nminimize sum(kl_div(x, old))\n";
    assert_snapshot!(errors(text), @r##"
    bowl::data::not_finite

      × `kl_div` has no value at any point
       ╭─[3:14]
     2 │ var x[3] >= 0
     3 │ minimize sum(kl_div(x, old))
       ·              ───────┬──────
       ·                     ╰── argument 2 is -2 at [2], and must be at least 0
       ╰────
      help: correct the numbers, or the formula that takes them
    "##);
    let zero = text.replace("-2", "0");
    assert!(read(&zero).is_ok());
}
