//! Names and numbers as LaTeX.

use crate::expr::Printed;

const GREEK: [&str; 27] = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
    "omega", "Gamma", "Delta", "Sigma", "Omega",
];

/// `x_max` as x with the index max, `x1` as x with the index 1, Greek letters by their names.
pub(super) fn name(text: &str) -> String {
    let (stem, index) = match text.split_once('_') {
        Some((stem, index)) if !stem.is_empty() && !index.is_empty() => (stem, index),
        _ => {
            let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
            match stem.is_empty() {
                true => (text, ""),
                false => (stem, &text[stem.len()..]),
            }
        }
    };
    match index {
        "" => word(stem),
        index => format!("{}_{{{}}}", word(stem), word(index)),
    }
}

/// One letter or number as it is, longer words upright.
fn word(text: &str) -> String {
    if GREEK.contains(&text) {
        return format!("\\{text}");
    }
    let number = text.chars().all(|c| c.is_ascii_digit());
    match number || text.chars().count() == 1 {
        true => escaped(text),
        false => format!("\\mathrm{{{}}}", escaped(text)),
    }
}

/// `10^{-7}`, `1.5 \cdot 10^{9}`.
pub(super) fn number(value: f64) -> String {
    let text = Printed::number(value);
    if value.is_infinite() {
        return text.replace("inf", "\\infty");
    }
    match text.split_once('e') {
        None => text,
        Some(("1", exponent)) => format!("10^{{{exponent}}}"),
        Some((mantissa, exponent)) => format!("{mantissa} \\cdot 10^{{{exponent}}}"),
    }
}

/// With LaTeX's own signs taken as signs.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '^' => escaped.push_str("\\^{}"),
            '~' => escaped.push_str("\\~{}"),
            '_' | '%' | '&' | '#' | '$' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '…' => escaped.push_str("\\ldots{}"),
            c => escaped.push(c),
        }
    }
    escaped
}
