//! No text brings the parser down: deep nesting, long chains, large files, and noise, in a thread
//! with a small stack.

use std::time::{Duration, Instant};

use super::codes;
use bowl::syntax::{SyntaxError, parse, parse_expression};

/// Runs a test in a thread with a stack of 2 MB.
fn in_a_small_thread(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(test);
    thread.expect("a thread").join().expect("the test passes");
}

fn repeated(before: &str, middle: &str, after: &str, times: usize) -> String {
    format!(
        "minimize {}{middle}{}",
        before.repeat(times),
        after.repeat(times)
    )
}

#[test]
fn deep_nesting_is_refused() {
    in_a_small_thread(|| {
        let texts = [
            repeated("(", "x", ")", 100_000),
            repeated("[", "x", "]", 100_000),
            repeated("x[", "1", "]", 100_000),
            repeated("f(", "x", ")", 100_000),
            repeated("-(", "x", ")", 100_000),
            repeated("(", "x", "", 100_000),
            repeated("", "x", "[1]", 100_000),
            repeated("", "x", "[1]'", 100_000),
            repeated("2^", "x", "", 100_000),
            repeated("-2^", "x", "", 100_000),
            repeated("sum(1 for i in 1..2 if ", "1 < 2", ")", 100_000),
            repeated("(2^[", "1", "])", 120),
            repeated("", "x", "[x^2^2^2^2", 60) + &"]".repeat(60),
        ];
        for text in texts {
            let codes = codes(&text);
            assert_eq!(codes, ["too_deep"], "{}", &text[..40]);
        }
    });
}

#[test]
fn unbalanced_brackets_are_refused() {
    in_a_small_thread(|| {
        assert_eq!(
            codes(&repeated("", "x", ")", 100_000)),
            ["unopened_bracket"]
        );
        assert_eq!(codes(&repeated("(", "x", "]", 100)), ["mismatched_bracket"]);
        assert_eq!(codes(&repeated("(", "x", "", 100)), ["unclosed_bracket"]);
    });
}

#[test]
fn moderate_nesting_is_accepted() {
    in_a_small_thread(|| {
        let texts = [
            repeated("(", "x", ")", 190),
            repeated("[", "x", "]", 190),
            repeated("x[", "1", "]", 95),
            repeated("f(-", "x", ")", 190),
            repeated("2^", "x", "", 190),
            repeated("sum(1 for i in 1..2 if 1 == ", "1", ")", 190),
            repeated("(1 + 2*-3^", "x", ")", 60),
            repeated("-", "x", "'", 100_000),
            repeated("- ", "x", " '", 100_000),
        ];
        for text in texts {
            let result = parse(&text);
            assert!(result.is_ok(), "{}: {:?}", &text[..40], result.err());
        }
    });
}

#[test]
fn long_chains_cost_linear_time() {
    in_a_small_thread(|| {
        let term = |i: usize| format!("x[{i}]");
        let terms: Vec<String> = (0..1_000_000).map(term).collect();
        for operator in [" + ", " * "] {
            let start = Instant::now();
            let sum = parse_expression(&terms.join(operator));
            assert!(sum.is_ok());
            drop(sum);
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "{:?}",
                start.elapsed()
            );
        }
        assert!(parse(&format!("subject to\n{}", "x <= ".repeat(300_000) + "x")).is_ok());
    });
}

#[test]
fn many_lines_cost_little() {
    let text = format!("var x\nsubject to\n{}", "  x >= 1\n".repeat(100_000));
    let start = Instant::now();
    let file = parse(&text).expect("the text parses");
    assert_eq!(file.statements.len(), 100_002);
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn large_files_parse_or_are_refused() {
    let matrix = format!("param A = [{}1]", "1, 2.5; ".repeat(7_000_000));
    assert_eq!(codes(&matrix), ["too_much_text"]);
    let lines = format!("subject to\n{}", "x[123456] >= 0\n".repeat(3_500_000));
    assert_eq!(codes(&lines), ["too_much_text"]);
    let comments = "# nothing but comments\n".repeat(2_300_000);
    assert_eq!(codes(&comments), Vec::<String>::new());
    let name = format!("minimize {}", "a".repeat(20_000_000));
    assert_eq!(codes(&name), Vec::<String>::new());
    let mistakes = "x y = 3 $\n".repeat(1_000_000);
    assert!(codes(&mistakes).len() <= 200);
}

/// Repetitions that would make a careless near-miss search cost quadratic time.
#[test]
fn mistakes_in_long_statements_cost_little() {
    let parts = [
        "x y ",
        "2x + ",
        "norm(x,1) + ",
        "x**2 + ",
        "{x} + ",
        "a:b ",
        "x = ",
        "'a' + ",
        "|x| + ",
        "x && ",
        "[1 2] ",
        "A[1][2] + ",
    ];
    for part in parts {
        let text = format!("minimize {} $", part.repeat(8_000 / part.len()));
        let start = Instant::now();
        assert!(parse(&text).is_err(), "{part}");
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{part}: {:?}",
            start.elapsed()
        );
    }
}

/// Marsaglia's xorshift.
struct Noise(u64);

impl Noise {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

const SOUP: [&str; 96] = [
    "param",
    "let",
    "var",
    "minimize",
    "maximize",
    "find",
    "subject to",
    "expect",
    "for",
    "in",
    "if",
    "start",
    "within",
    "by",
    "and",
    "or",
    "not",
    "end",
    "x",
    "y",
    "A",
    "λ",
    "xᵀ",
    "f",
    "sum",
    "norm",
    "dot",
    "transpose",
    "range",
    "sum_",
    "cp.",
    "T",
    "1",
    "2.5",
    ".5",
    "1e-3",
    "1..3",
    "\"a\"",
    "'b'",
    "“c”",
    "+",
    "-",
    "*",
    "/",
    "^",
    ".*",
    "./",
    ".^",
    "'",
    "**",
    "@",
    "−",
    "×",
    "²",
    "≤",
    "∈",
    "==",
    "<=",
    ">=",
    "<<",
    "<",
    ">",
    "=",
    "=<",
    "!=",
    ":=",
    "&&",
    "||",
    "|",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    ":",
    "..",
    "...",
    ".",
    ".T",
    "#",
    "%",
    "//",
    "/*",
    "*/",
    "\n",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\u{a0}",
    "\\",
    "$",
    "s.t.",
];

#[test]
fn noise_is_refused_calmly() {
    in_a_small_thread(|| {
        let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
        for _ in 0..60_000 {
            let mut text = String::new();
            for _ in 0..noise.below(24) {
                text.push_str(SOUP[noise.below(SOUP.len())]);
                if noise.below(2) == 0 {
                    text.push(' ');
                }
            }
            check(&text);
        }
    });
}

/// Small changes to a text that parses reach deeper than noise.
#[test]
fn changed_problems_are_refused_calmly() {
    in_a_small_thread(|| {
        let mut noise = Noise(0x2545_f491_4f6c_dd1d);
        let original: Vec<char> = super::tour::CONTROL.chars().collect();
        for _ in 0..3_000 {
            let mut changed = original.clone();
            for _ in 0..=noise.below(3) {
                let at = noise.below(changed.len());
                let word = SOUP[noise.below(SOUP.len())].chars();
                let removed = noise.below(4).min(changed.len() - at);
                changed.splice(at..at + removed, word);
            }
            check(&changed.into_iter().collect::<String>());
        }
    });
}

/// Whatever the text, labels lie inside of it and every error can be shown.
fn check(text: &str) {
    for error in parse(text).err().unwrap_or_default() {
        let labels = miette::Diagnostic::labels(&error).into_iter().flatten();
        for label in labels {
            let place = text.get(label.offset()..label.offset() + label.len());
            assert!(place.is_some(), "{text:?}: {error:?}");
        }
        assert!(!super::rendered(error, text).is_empty());
    }
    let _: Result<_, Vec<SyntaxError>> = parse_expression(text);
}
