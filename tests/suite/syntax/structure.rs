//! Where statements begin and end, and from which bytes.

use super::show::file;
use super::{codes, errors};
use bowl::syntax::{decode, parse};

#[test]
fn line_ends_of_every_kind_are_equal() {
    let unix = "param a = [1, 2;\n  3, 4]  # data\nvar x[2]\nminimize sum(a*x) +\n  1\nsubject to\n x >= 0";
    let expected = file(unix);
    assert_eq!(file(&unix.replace('\n', "\r\n")), expected);
    assert_eq!(file(&unix.replace('\n', "\r")), expected);
    assert_eq!(file(&unix.replace("  ", "\t")), expected);
    assert_eq!(file(&unix.replace(' ', "\u{a0}")), expected);
    let marked = [b"\xef\xbb\xbf", unix.as_bytes()].concat();
    assert_eq!(decode(&marked).expect("UTF-8"), unix);
    assert_eq!(file(&format!("\u{feff}{unix}")), expected);
}

#[test]
fn statements_go_on() {
    for tail in [
        "a +\n b",
        "a -\n b",
        "a *\n b",
        "a /\n b",
        "a ^\n b",
        "a .*\n b",
        "a ./\n b",
        "a .^\n b",
        "(a\n + b)",
        "[a\n , b]",
        "f(a,\n b)",
        "a + # one\n\n # two\n b",
        "x[\n1\n]",
    ] {
        let joined = tail
            .replace("# one", "")
            .replace("# two", "")
            .replace('\n', " ");
        let (split, whole) = (format!("minimize {tail}"), format!("minimize {joined}"));
        assert_eq!(file(&split), file(&whole), "{tail}");
    }
    assert_eq!(file("let a =\n 3"), "let a = 3");
    assert_eq!(
        file("subject to\na ==\n 3\nb <=\n 3\nc:\n x >=\n 3")
            .lines()
            .count(),
        4
    );
    assert_eq!(
        file("subject to\nx in\n simplex(2)\ny ∈\n simplex(2)")
            .lines()
            .count(),
        3
    );
    assert_eq!(file("find x,\n y"), "Find x, y");
}

#[test]
fn statements_end() {
    assert_eq!(
        file("param a = 1; param b = 2;; # both\n;\n"),
        "param a = 1\nparam b = 2  # both"
    );
    assert_eq!(file("subject to x >= 0\ny >= 0").lines().count(), 3);
    assert_eq!(file("subject to\n  -1 <= x\n- y <= 1").lines().count(), 3);
    assert_eq!(file(""), "");
    assert_eq!(file("\n# only a comment\n\n"), "");
}

#[test]
fn comments_are_descriptions() {
    let text = "# a title\nparam a = 1  #  the penalty \nvar x #\nparam b = [1, # one\n 2] # two\nparam c = csv(\"#1\")";
    let expected =
        "param a = 1  # the penalty\nvar x\nparam b = [1, 2]  # two\nparam c = csv(\"#1\")";
    assert_eq!(file(text), expected);
}

#[test]
fn an_unclosed_bracket_swallows_nothing() {
    let texts = [
        "minimize f(x\nvar y = 1",
        "minimize f(x\nsubject to\ny = 1",
        "param a = [1,\n 2\nparam b = (\nvar c = 1",
        "subject to\na: (x == 1\nb: y = 1",
        "subject to\na: (x == 1\nb[i]: y = 1 for i in 1..2",
    ];
    for text in texts {
        let codes = codes(text);
        assert_eq!(codes[0], "unclosed_bracket", "{text}");
        assert!(
            codes.len() >= 2,
            "the error behind it is found as well: {text}"
        );
    }
}

#[test]
fn all_independent_errors_are_found_in_order() {
    let text =
        "var x(3)\nparam n := 2\nminimize 2x\nsubject to\nx < 1\ny = 2\n(z >= 0\nexpect x = 1";
    let expected = [
        "shape_brackets",
        "foreign_assignment",
        "implicit_product",
        "strict_relation",
        "single_equals",
        "unclosed_bracket",
        "single_equals",
    ];
    assert_eq!(codes(text), expected);
}

#[test]
fn an_inner_problem_runs_over_lines() {
    let one = "let f(x) = minimize norm2(x - y) over y[0..2] >= 0, <= x start 1, Z[2, 2] psd subject to sum(y) <= 1, y[i] <= i for i in 1..2, Z << A";
    let expected = file(&format!("{one}\nvar x"));
    assert!(
        expected.contains(
            "Minimize over y[0..2] GreaterEqual 0 LessEqual x start 1, Z[2, 2] Psd subject to"
        ),
        "{expected}"
    );
    let texts = [
        "let f(x) = minimize norm2(x - y)\n  over y[0..2] >= 0, <= x start 1, Z[2, 2] psd\n  subject to\n    sum(y) <= 1\n    y[i] <= i for i in 1..2\n    Z << A\nvar x",
        "let f(x) =\n  minimize norm2(x - y)\n\n  over\n    y[0..2] >= 0, <= x start 1,\n    Z[2, 2] psd\n  # all of it\n  subject to sum(y) <= 1,\n    y[i] <= i for i in 1..2\n\n    # the last\n    Z <<\n      A\n# not more\nvar x",
        "let f(x) = minimize norm2(x - y) over\ny[0..2] >= 0, <= x start 1, Z[2, 2] psd subject to\nsum(y) <= 1,\ny[i] <= i for i in 1..2,\nZ << A\nvar x",
        "\tlet f(x) = minimize norm2(x -\ny) over y[0..2] >= 0, <= x start 1, Z[2, 2] psd\n\t\tsubject to\n\t\tsum(y) <= 1\n\t\ty[i] <= i for i in 1..2\n\t\tZ << A\n\tvar x",
    ];
    for text in texts {
        assert_eq!(file(text), expected, "{text}");
        assert_eq!(file(&text.replace('\n', "\r\n")), expected, "{text}");
        assert_eq!(file(&text.replace('\n', "\r")), expected, "{text}");
    }
}

#[test]
fn an_inner_problem_ends_where_the_indentation_does() {
    let text = "let f(x) = minimize abs(x - y) over y\nsubject to\n  f(x) <= 1\n  x >= 0";
    assert!(
        file(text).contains("over y subject to \nSubjectTo\n"),
        "{}",
        file(text)
    );
    let text =
        "subject to\n  let f(x) = minimize abs(x - y) over y\n    subject to y >= 0\n  f(x) <= 1";
    assert_eq!(file(text).lines().count(), 3, "{}", file(text));
    let text = "  let f(x) = minimize x over y\n    var z\n    minimize z\n";
    assert_eq!(file(text).lines().count(), 3, "{}", file(text));
    // A set behind a family on the line above is no second index of the family.
    let text =
        "let f(x) = minimize x over y[3] subject to\n  y[i] >= 0 for i in 1..3\n  y in simplex(3)";
    assert!(file(text).contains("; y in simplex(3)"), "{}", file(text));
    // What an objective lacks is told where it is.
    assert_eq!(codes("let f(x) =\nminimize x"), ["unexpected"]);
    assert_eq!(
        codes("let f(x) = minimize x\nvar y = 1"),
        ["unexpected", "variable_value"]
    );
}

#[test]
fn bytes_that_are_no_text() {
    let shown = |bytes: &[u8]| decode(bytes).expect_err("not text").to_string();
    assert_eq!(
        shown(b"var x\0"),
        "this looks like a binary file, not the text of a problem"
    );
    assert_eq!(shown(b"\x7fELF\x02\x01\x01\x00"), shown(b"\0"));
    assert_eq!(shown(b"\x89\x01\x02\x03\x04"), shown(b"\0"));
    assert_eq!(
        shown(b"\xff\xfev\0a\0r\0"),
        "this file is UTF-16, not UTF-8"
    );
    let latin = b"var x\n# gr\xfc\xdfe\n";
    assert_eq!(
        shown(latin),
        "line 2, column 5 is not UTF-8: byte 0xfc at position 10 of the file"
    );
    assert_eq!(decode("λ".as_bytes()).expect("UTF-8"), "λ");
    assert_eq!(decode(b"").expect("empty"), "");
}

#[test]
fn a_control_character_in_a_text_is_shown() {
    assert!(errors("minimize x \u{1} y").contains("unexpected"));
    assert!(parse("var x\0").is_err());
}
