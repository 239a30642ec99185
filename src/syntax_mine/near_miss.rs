//! Forms of other languages, and what they are called here.

use super::error::SyntaxError;
use crate::span::Span;

/// Words that begin a statement elsewhere, and the word here.
const LEADING_WORDS: &[(&str, &str)] = &[
    ("variable", "var x[3]"),
    ("variables", "var x[3]"),
    ("parameter", "param lambda = 1"),
    ("parameters", "param lambda = 1"),
    ("maximise", "maximize"),
    ("minimise", "minimize"),
    ("Minimize", "minimize"),
    ("Maximize", "maximize"),
    ("min", "minimize"),
    ("max", "maximize"),
    ("subj", "subject to"),
    ("subject_to", "subject to"),
    ("such", "subject to"),
    ("st", "subject to"),
    ("constraints", "subject to"),
];

/// Pieces that never occur here: found, what it is, what to write.
const FOREIGN: &[(&str, &str, &str)] = &[
    (
        "**",
        "powers are written with `^`",
        "write `x^2`, or `x .^ 2` entry by entry",
    ),
    ("@", "the matrix product is written with `*`", "write `A*x`"),
    (":=", "a value is given with `=`", "write `param a = 1`"),
    (
        "=<",
        "the relation is written the other way round",
        "write `<=`",
    ),
    (
        "=>",
        "the relation is written the other way round",
        "write `>=`",
    ),
    (
        "!=",
        "an inequation is not a convex constraint",
        "constraints are `==`, `<=` or `>=`",
    ),
    (
        "~=",
        "an inequation is not a convex constraint",
        "constraints are `==`, `<=` or `>=`",
    ),
    (
        "&&",
        "conditions are joined with `and`",
        "write `if i != j and i > 1`",
    ),
    (
        "||",
        "conditions are joined with `or`",
        "write `if i == 1 or i == n`",
    ),
    ("//", "a comment begins with `#`", "write `# …`"),
    ("/*", "a comment begins with `#`", "write `# …`"),
    ("%", "a comment begins with `#`", "write `# …`"),
    (
        "{",
        "braces have no meaning here",
        "group with `( )`, index and list with `[ ]`",
    ),
    (
        "}",
        "braces have no meaning here",
        "group with `( )`, index and list with `[ ]`",
    ),
    (".T", "the transpose is written with `'`", "write `x'`"),
    (
        "“",
        "texts stand in straight quotes",
        "write `\"file.csv\"`",
    ),
    (
        "”",
        "texts stand in straight quotes",
        "write `\"file.csv\"`",
    ),
    ("×", "a product is written with `*`", "write `A*x`"),
    ("·", "a product is written with `*`", "write `A*x`"),
    (
        "np.",
        "functions have no prefix here",
        "write `exp(x)` for `np.exp(x)`",
    ),
    (
        "cp.",
        "functions have no prefix here",
        "write `norm2(x)` for `cp.norm2(x)`",
    ),
];

/// Statements that are foreign as a whole.
pub(super) fn whole_statement(source: &str, span: Span) -> Option<SyntaxError> {
    let word = leading_word(source);
    let miss = |message: &str, help: &str, length: usize| {
        let start = span.start as usize;
        Some(SyntaxError::NearMiss {
            message: message.to_owned(),
            span: Span::new(start, start + length),
            help: help.to_owned(),
        })
    };
    if source.starts_with("s.t.") {
        return miss(
            "the heading of the constraints is `subject to`",
            "write `subject to`",
            4,
        );
    }
    if matches!(word, "cvx_begin" | "cvx_end" | "import" | "using" | "from") {
        return miss(
            &format!("`{word}` has no meaning here"),
            "leave the line out: a file is the problem itself",
            word.len(),
        );
    }
    if word == "end" && source.trim() == "end" {
        return miss("statements need no `end`", "leave the line out", 3);
    }
    let rest = source[word.len()..].trim_start();
    let begins_expression = rest
        .starts_with(['(', '=', '<', '>', '+', '*', '/', '.', '^', '\'', '['])
        || rest.starts_with("in ");
    let (_, here) = LEADING_WORDS.iter().find(|(other, _)| *other == word)?;
    if begins_expression || rest.starts_with('-') && !matches!(word, "min" | "max") {
        return None;
    }
    miss(
        &format!("`{word}` is not a keyword"),
        &format!("write `{here}`"),
        word.len(),
    )
}

/// Foreign pieces of a statement that did not parse; `at` is where the grammar gave up.
pub(super) fn inside_statement(
    source: &str,
    span: Span,
    at: usize,
    heading: bool,
) -> Option<SyntaxError> {
    let start = span.start as usize;
    let miss = |offset: usize, length: usize, message: &str, help: String| {
        Some(SyntaxError::NearMiss {
            message: message.to_owned(),
            span: Span::new(start + offset, start + offset + length),
            help,
        })
    };
    if let Some((offset, name, sizes)) = parenthesised_declaration(source) {
        let fixed = format!("write `{}{name}[{sizes}]`", &source[..offset]);
        let length = name.len() + sizes.len() + 2;
        return miss(offset, length, "sizes stand in brackets", fixed);
    }
    for (piece, message, help) in FOREIGN {
        if let Some(offset) = source.find(piece).filter(|o| *o <= at + 2 && *o + 3 >= at) {
            return miss(offset, piece.len(), message, (*help).to_owned());
        }
    }
    let rest = source.get(at..)?.trim_start();
    let at = source.len() - rest.len();
    if let Some(operator) = strict(rest) {
        let fixed =
            format!("write `{operator}=`: solvers cannot tell `{operator}` from `{operator}=`");
        return miss(
            at,
            1,
            "strict relations have no meaning for a solver",
            fixed,
        );
    }
    if rest.starts_with('=') && !rest.starts_with("==") {
        let declared = ["expect", "let", "param"].contains(&leading_word(source));
        let message = if declared || heading {
            "equality is written with `==`"
        } else {
            "a single `=` has no meaning here"
        };
        return miss(at, 1, message, "write `==`".to_owned());
    }
    if rest.starts_with(':') {
        return miss(
            at,
            1,
            "ranges are written with `..`",
            "write `1..3` for 1 to 3; `:` alone is a whole axis".to_owned(),
        );
    }
    implicit_product(source, at).and_then(|(number, name)| {
        let fixed = format!("write `{number}*{name}`");
        miss(
            at.saturating_sub(number.len()),
            number.len() + name.len(),
            "a product needs `*`",
            fixed,
        )
    })
}

fn leading_word(source: &str) -> &str {
    let length: usize = source
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .map(char::len_utf8)
        .sum();
    &source[..length]
}

/// `var x(3)`: the offset of the name, the name, what stands in the parentheses.
fn parenthesised_declaration(source: &str) -> Option<(usize, &str, &str)> {
    let word = leading_word(source);
    if !matches!(word, "var" | "param") {
        return None;
    }
    let rest = source[word.len()..].trim_start();
    let offset = source.len() - rest.len();
    let name = leading_word(rest);
    let inside = rest[name.len()..].strip_prefix('(')?;
    let end = inside.find(')')?;
    Some((offset, name, inside[..end].trim()))
}

fn strict(rest: &str) -> Option<char> {
    let mut chars = rest.chars();
    let first = chars.next().filter(|c| matches!(c, '<' | '>'))?;
    (!matches!(chars.next(), Some('=' | '<' | '>'))).then_some(first)
}

/// `2x` where the grammar gave up: the number and the name.
fn implicit_product(source: &str, at: usize) -> Option<(&str, &str)> {
    let digit = |c: char| c.is_ascii_digit() || c == '.';
    let front = &source[..at];
    let back = front.trim_end_matches(digit).len();
    let ahead: usize = source[at..]
        .chars()
        .take_while(|&c| digit(c))
        .map(char::len_utf8)
        .sum();
    let number = &source[back..at + ahead];
    let name = leading_word(&source[at + ahead..]);
    let letter = name.chars().next().is_some_and(char::is_alphabetic);
    (!number.is_empty() && letter).then_some((number, name))
}
