//! Expressions and the trees they make.

use super::show::{expression, file};

#[test]
fn precedence() {
    let table = [
        ("a + b - c", "(a + b - c)"),
        ("a - b*c", "(a - (b * c))"),
        ("a*b/c .* d ./ e", "(a * b / c .* d ./ e)"),
        ("-a*b", "((-a) * b)"),
        ("a*-b", "(a * (-b))"),
        ("a - -b", "(a - (-b))"),
        ("-a^2", "(-(a ^ 2))"),
        ("2^-a^2", "(2 ^ (-(a ^ 2)))"),
        ("a^b^c", "(a ^ (b ^ c))"),
        ("a.^b^c", "(a .^ (b ^ c))"),
        ("-a^b^c*d", "((-(a ^ (b ^ c))) * d)"),
        ("2*a^2 + b", "((2 * (a ^ 2)) + b)"),
        ("a'^2", "(a' ^ 2)"),
        ("a^b'", "(a ^ b')"),
        ("a*b'", "(a * b')"),
        ("-a'", "(-a')"),
        ("x[1]'*y", "(x[1]' * y)"),
        ("x'[1]", "x'[1]"),
        ("(a + b)*c", "((a + b) * c)"),
        ("(-a)^2", "((-a) ^ 2)"),
        ("x'*P*x", "(x' * P * x)"),
        ("a + b .^ 2", "(a + (b .^ 2))"),
        ("1 - 2 + 3", "(1 - 2 + 3)"),
        ("- a", "(-a)"),
    ];
    for (text, tree) in table {
        assert_eq!(expression(text), tree, "{text}");
    }
}

#[test]
fn repeated_signs_are_flat() {
    assert_eq!(expression("--a"), "a");
    assert_eq!(expression("- - -a"), "(-a)");
    assert_eq!(expression("a''"), "a");
    assert_eq!(expression("a'''"), "a'");
    assert_eq!(expression("a ' ' '[1]"), "a'[1]");
}

#[test]
fn numbers() {
    let table = [
        ("3", "3"),
        ("0.5", "0.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e-3", "0.001"),
        ("1.5E+2", "150"),
        ("1.e3", "1000"),
        ("2.*x", "(2 .* x)"),
        ("2./x", "(2 ./ x)"),
        ("2.^x", "(2 .^ x)"),
        ("x.*.5", "(x .* 0.5)"),
        ("3'", "3'"),
        ("f(1..3)", "f(1..3)"),
        ("f(1.5..3.5)", "f(1.5..3.5)"),
        ("f(1 .. n by 2)", "f(1..n by 2)"),
        ("-1..2", "error"),
    ];
    for (text, tree) in table {
        match tree {
            "error" => assert!(bowl::syntax::parse_expression(text).is_err(), "{text}"),
            _ => assert_eq!(expression(text), tree, "{text}"),
        }
    }
}

#[test]
fn names() {
    let names = [
        "x",
        "_",
        "_1",
        "x_1",
        "λ",
        "größe",
        "变量",
        "variance",
        "format",
        "letter",
        "interest",
        "paramx",
        "minimized",
        "iffy",
        "starting",
        "inner",
        "by",
        "to",
        "and_more",
        "each",
        "objective",
    ];
    for name in names {
        assert_eq!(expression(name), name);
        assert_eq!(
            expression(&format!("{name}*{name}")),
            format!("({name} * {name})")
        );
        assert_eq!(file(&format!("var {name}[3]")), format!("var {name}[3]"));
    }
}

#[test]
fn matrices() {
    let table = [
        ("[1, 2, 3]", "[1, 2, 3]"),
        ("[1; 2; 3]", "[1; 2; 3]"),
        ("[1, 2; 3, 4]", "[1, 2; 3, 4]"),
        ("[A, B; C, D]", "[A, B; C, D]"),
        ("[F'*w; d .* w]", "[(F' * w); (d .* w)]"),
        ("[1, 2, 3]'", "[1, 2, 3]'"),
        ("[[1, 2]; [3, 4]][2, 1]", "[[1, 2]; [3, 4]][2, 1]"),
        ("[t^2 for t in 1..n]", "[(t ^ 2) for t in 1..n]"),
        ("[-1]", "[(-1)]"),
        ("[ 1 , 2 ;3 ]", "[1, 2; 3]"),
    ];
    for (text, tree) in table {
        assert_eq!(expression(text), tree, "{text}");
    }
}

#[test]
fn indices() {
    let table = [
        ("x[3]", "x[3]"),
        ("A[2, 3]", "A[2, 3]"),
        ("A[2, :]", "A[2, :]"),
        ("A[:, 3]", "A[:, 3]"),
        ("A[ : , : ]", "A[:, :]"),
        ("x[2..n]", "x[2..n]"),
        ("x[end]", "x[end]"),
        ("x[end - 1]", "x[(end - 1)]"),
        ("x[2..end]", "x[2..end]"),
        ("x[1..n by 2]", "x[1..n by 2]"),
        ("x[order]", "x[order]"),
        ("x[max(1, end)]", "x[max(1, end)]"),
        ("x[2..n][1]", "x[2..n][1]"),
        ("(A*x)[1]", "(A * x)[1]"),
        ("x[:, t+1]", "x[:, (t + 1)]"),
        ("x [3]", "x[3]"),
        ("f(x)[3]", "f(x)[3]"),
    ];
    for (text, tree) in table {
        assert_eq!(expression(text), tree, "{text}");
    }
}

#[test]
fn calls() {
    let table = [
        ("f()", "f()"),
        ("f( )", "f()"),
        ("f(x)", "f(x)"),
        ("f (x)", "f(x)"),
        ("huber(x, M = 2)", "huber(x, M = 2)"),
        ("sum(X, each = row)", "sum(X, each = row)"),
        (
            "csv(\"f.csv\", columns = 1..10)",
            "csv(\"f.csv\", columns = 1..10)",
        ),
        (
            "csv(\"f#1.csv\", columns = [\"a\", \"b\"])",
            "csv(\"f#1.csv\", columns = [\"a\", \"b\"])",
        ),
        (
            "csv(\"C:\\data\\f.csv\", header = auto)",
            "csv(\"C:\\\\data\\\\f.csv\", header = auto)",
        ),
        ("sum(x[t] for t in 0..T-1)", "sum(x[t] for t in 0..(T - 1))"),
        (
            "max(x[t] for t in 1..9 by 2)",
            "max(x[t] for t in 1..9 by 2)",
        ),
        ("sum(x[t] for t in order)", "sum(x[t] for t in order)"),
        (
            "sum(C[i, j]*x[i, j] for i in 1..n, j in 1..n if i != j)",
            "sum((C[i, j] * x[i, j]) for i in 1..n, j in 1..n if i NotEqual j)",
        ),
    ];
    for (text, tree) in table {
        assert_eq!(expression(text), tree, "{text}");
    }
}

#[test]
fn filters() {
    let table = [
        ("i == 1", "i Equal 1"),
        ("i < j", "i Less j"),
        ("i > j + 1", "i Greater (j + 1)"),
        ("i ≤ j", "i LessEqual j"),
        ("i ≥ j", "i GreaterEqual j"),
        ("1 < i <= j", "all(1 Less i i LessEqual j)"),
        ("i < j and j < k", "all(i Less j j Less k)"),
        (
            "i < j or j < k and k < 3",
            "any(i Less j all(j Less k k Less 3))",
        ),
        (
            "i < j and j < k or k < 3",
            "any(all(i Less j j Less k) k Less 3)",
        ),
    ];
    for (text, tree) in table {
        let sum = format!("sum(x[i] for i in 1..3 if {text})");
        assert_eq!(
            expression(&sum),
            format!("sum(x[i] for i in 1..3 if {tree})"),
            "{text}"
        );
    }
}

#[test]
fn unicode_signs() {
    let constraints = "subject to\n-1 ≤ x ≤ 1\nX ⪰ 0\nX ⪯ Y\nx ∈ simplex(3)\ny[i] ≥ 0 for i ∈ 1..3";
    let ascii =
        "subject to\n-1 <= x <= 1\nX >> 0\nX << Y\nx in simplex(3)\ny[i] >= 0 for i in 1..3";
    assert_eq!(file(constraints), file(ascii));
}

#[test]
fn an_expression_on_its_own() {
    assert_eq!(expression("  [1; 2]\n"), "[1; 2]");
    assert_eq!(expression("a +\n b # the rest"), "(a + b)");
    for text in [
        "",
        " ",
        "# nothing",
        "a\nb",
        "a; b",
        "var x",
        "x >= 0",
        "x = 1",
    ] {
        assert!(bowl::syntax::parse_expression(text).is_err(), "{text:?}");
    }
}
