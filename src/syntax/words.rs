//! The words and signs that decide where statements begin and end.

use super::lex::line_of;

/// The keywords; none can be a name.
pub(super) const KEYWORDS: [&str; 12] = [
    "param", "let", "var", "minimize", "maximize", "find", "subject", "expect", "for", "in", "if",
    "start",
];

/// Whether a word is a keyword (`to` is one only behind `subject`).
pub(super) fn is_keyword(word: &str) -> bool {
    word == "within" || KEYWORDS.contains(&word)
}

/// The word or sign at the beginning of a text, cut off.
fn split_word(text: &str) -> (&str, &str) {
    let part = |c: char| c.is_ascii_digit() || c == '_' || c.is_alphabetic();
    text.split_at(text.find(|c: char| !part(c)).unwrap_or(text.len()))
}

/// The word at the beginning of a text, empty before a sign.
pub(super) fn first(text: &str) -> &str {
    split_word(text).0
}

/// Whether a line begins with a keyword that only a new statement can begin with.
pub(super) fn begins_statement(text: &str) -> bool {
    let (word, rest) = split_word(text);
    match word {
        "param" | "let" | "var" | "minimize" | "maximize" | "find" | "expect" => true,
        "subject" => split_word(rest.trim_start_matches([' ', '\t'])).0 == "to",
        _ => false,
    }
}

/// Whether a line begins with `name:` or `name[i]:`, as a constraint with a label does.
pub(super) fn begins_labelled(text: &str) -> bool {
    let line = line_of(text);
    let rest = split_word(line).1.trim_start_matches([' ', '\t']);
    let rest = match rest
        .strip_prefix('[')
        .and_then(|inner| inner.split_once(']'))
    {
        Some((indices, rest)) if !indices.contains(['(', '[', ':']) => rest,
        Some(_) => return false,
        None => rest,
    };
    let rest = rest.trim_start_matches([' ', '\t']);
    rest.starts_with(':')
        && !rest.starts_with(":=")
        && !rest[1..].trim_start().starts_with([',', ']'])
}

/// Whether a text is the heading `subject to` or what other languages write for it.
pub(super) fn is_heading(text: &str) -> bool {
    if text.len() > 40 {
        return false;
    }
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let word: String = letters.take(12).flat_map(char::to_lowercase).collect();
    matches!(
        word.as_str(),
        "subjectto" | "subjto" | "suchthat" | "st" | "subject" | "constraints" | "constraint"
    )
}

/// Whether a line that ends in this sign goes on in the next line.
pub(super) fn ends_no_statement(sign: &str) -> bool {
    matches!(
        sign,
        "+" | "-"
            | "*"
            | "/"
            | "^"
            | ".*"
            | "./"
            | ".^"
            | ".."
            | "=="
            | "<="
            | ">="
            | "<<"
            | ">>"
            | "≤"
            | "≥"
            | "⪯"
            | "⪰"
            | "∈"
            | ","
            | ":"
            | "="
            | "**"
            | "@"
            | "<"
            | ">"
            | "=<"
            | "=>"
            | "!="
            | "~="
            | ":="
            | "&&"
            | "||"
            | "−"
            | "×"
            | "·"
            | "⋅"
            | "..."
            | "\\"
    )
}

/// Whether no line can begin with this sign because it joins two operands.
pub(super) fn cannot_begin(sign: &str) -> bool {
    sign != "-" && sign != "@" && sign != "−" && sign != "\\" && ends_no_statement(sign)
}

/// Whether a line that begins with this word is the tail of the line above.
pub(super) fn belongs_to_line_above(word: &str) -> bool {
    matches!(word, "within" | "start" | "in" | "if")
}

/// The bracket that closes `open`.
pub(super) fn closing(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}
