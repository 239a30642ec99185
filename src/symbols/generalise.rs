//! Formulas for several choices of sizes as one formula with names of sizes.

/// Factors and shifts of a size that are recognised: `2*n - 1`.
const MOST_FACTOR: f64 = 100.0;

/// Texts that are equal but for numbers become one text, each differing number the same expression of
/// the sizes in all of them: a*s + b or s*t. `sizes` holds one list for each text, `names` their names.
/// `None` where a number is no such expression, or where the texts differ in more than numbers.
pub fn generalised(texts: &[&str], sizes: &[&[usize]], names: &[String]) -> Option<String> {
    let split: Vec<Vec<Token<'_>>> = texts.iter().map(|text| tokens(text)).collect();
    let first = split.first()?;
    if split.iter().any(|tokens| tokens.len() != first.len()) {
        return None;
    }
    let mut result = String::new();
    for (k, token) in first.iter().enumerate() {
        let same = split.iter().all(|tokens| tokens[k].text == token.text);
        if same {
            result.push_str(token.text);
            continue;
        }
        let numbers: Option<Vec<f64>> = split.iter().map(|tokens| tokens[k].number).collect();
        let expression = expression(&numbers?, sizes, names)?;
        let before = result.trim_end().chars().next_back();
        let behind = first
            .get(k + 1)
            .and_then(|t| t.text.trim_start().chars().next());
        let alone = matches!(before, None | Some('(' | ',' | '[' | ';'))
            && matches!(behind, None | Some(')' | ',' | ']' | ';'));
        let simple = !expression.contains(|c: char| "+-*".contains(c));
        match simple || alone {
            true => result.push_str(&expression),
            false => result.push_str(&format!("({expression})")),
        }
    }
    Some(result)
}

struct Token<'t> {
    text: &'t str,
    number: Option<f64>,
}

/// Numbers, and what stands between them.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        match number_length(text, at) {
            0 => at += text[at..].chars().next().map_or(1, char::len_utf8),
            length => {
                let (before, number) = (&text[start..at], &text[at..at + length]);
                tokens.push(Token {
                    text: before,
                    number: None,
                });
                tokens.push(Token {
                    text: number,
                    number: number.parse().ok(),
                });
                at += length;
                start = at;
            }
        }
    }
    tokens.push(Token {
        text: &text[start..],
        number: None,
    });
    tokens
}

/// The bytes of a number that starts there, 0 where none does: `2` of `2..4`, none in `x1`.
fn number_length(text: &str, at: usize) -> usize {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let rest = &text.as_bytes()[at..];
    let digits = |from: usize| {
        rest[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let whole = digits(0);
    if whole == 0 || text[..at].chars().next_back().is_some_and(word) {
        return 0;
    }
    let mut length = whole;
    if rest.get(length) == Some(&b'.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    if rest.get(length) == Some(&b'e') {
        let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
        let exponent = rest
            .get(length + 1 + sign..)
            .map_or(0, |_| digits(length + 1 + sign));
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

/// The expression of the sizes that has these values, the plainest first.
fn expression(values: &[f64], sizes: &[&[usize]], names: &[String]) -> Option<String> {
    let size = |k: usize, c: usize| sizes[k][c] as f64;
    let matches = |of: &dyn Fn(usize) -> f64| (0..values.len()).all(|k| of(k) == values[k]);
    let classes = 0..names.len();
    if let Some(c) = classes.clone().find(|&c| matches(&|k| size(k, c))) {
        return Some(names[c].clone());
    }
    for c in classes.clone() {
        let run = size(1, c) - size(0, c);
        let factor = (values[1] - values[0]) / run;
        let shift = values[0] - factor * size(0, c);
        let small = factor.fract() == 0.0 && shift.fract() == 0.0 && factor.abs() <= MOST_FACTOR;
        if small && factor != 0.0 && matches(&|k| factor * size(k, c) + shift) {
            return Some(affine(factor, &names[c], shift));
        }
    }
    let pairs = classes
        .clone()
        .flat_map(|c| (c..names.len()).map(move |d| (c, d)));
    let mut products = pairs.filter(|&(c, d)| matches(&|k| size(k, c) * size(k, d)));
    products.next().map(|(c, d)| match c == d {
        true => format!("{}^2", names[c]),
        false => format!("{}*{}", names[c], names[d]),
    })
}

/// `2*n - 1`.
fn affine(factor: f64, name: &str, shift: f64) -> String {
    let scaled = match factor {
        1.0 => name.to_owned(),
        -1.0 => format!("-{name}"),
        factor => format!("{factor}*{name}"),
    };
    match shift {
        0.0 => scaled,
        shift if shift > 0.0 => format!("{scaled} + {shift}"),
        shift => format!("{scaled} - {}", -shift),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(texts: [&str; 3]) -> Option<String> {
        let names = ["m".to_owned(), "n".to_owned()];
        generalised(&texts, &[&[17, 19], &[41, 53], &[83, 97]], &names)
    }

    #[test]
    fn numbers_become_sizes() {
        let found = put([
            "ones(17, 19)*x1/38",
            "ones(41, 53)*x1/106",
            "ones(83, 97)*x1/194",
        ]);
        assert_eq!(found.as_deref(), Some("ones(m, n)*x1/(2*n)"));
        let found = put(["x/16 + 323*y", "x/40 + 2173*y", "x/82 + 8051*y"]);
        assert_eq!(found.as_deref(), Some("x/(m - 1) + (m*n)*y"));
        let found = put(["x[2..17]", "x[2..41]", "x[2..83]"]);
        assert_eq!(found.as_deref(), Some("x[2..m]"));
        assert_eq!(put(["17*x", "17*x", "17*x"]).as_deref(), Some("17*x"));
    }

    #[test]
    fn what_is_no_plain_expression_is_refused() {
        assert_eq!(put(["17*x", "41*x", "85*x"]), None);
        assert_eq!(put(["17*x", "41*y", "83*x"]), None);
        assert_eq!(put(["0.058*x", "0.024*x", "0.012*x"]), None);
        assert_eq!(put(["17*x", "41*x + 1", "83*x"]), None);
    }
}
