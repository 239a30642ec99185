//! Formulas for several choices of sizes as one formula with names of sizes.

/// Factors and shifts of a size that are recognised: `2*n - 1`.
const MOST_FACTOR: f64 = 100.0;
/// Numerators over roots of sizes that are recognised.
const MOST_NUMERATOR: u32 = 12;
/// Factors of a product of sizes that are recognised.
const MOST_FACTORS: usize = 4;
/// Relative error of a printed root.
const ROUNDING: f64 = 1e-13;

/// Texts that are equal but for numbers become one text, each differing number the same expression of
/// the sizes in all of them: a*s + b, a product of few sizes and sizes less one or that less one, half of these, or a
/// number over a root. `sizes` holds one list for each text, `names` their names.
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
        let expression = match expression.strip_suffix("/2") {
            // x/(n/2) is 2*x/n.
            Some(twice) if result.ends_with('/') && !result.ends_with("./") => {
                double_last_term(&mut result);
                twice
                    .strip_prefix('(')
                    .and_then(|t| t.strip_suffix(')'))
                    .unwrap_or(twice)
                    .to_owned()
            }
            Some(_) | None => expression,
        };
        let before = result.trim_end().chars().next_back();
        let behind = first
            .get(k + 1)
            .and_then(|t| t.text.trim_start().chars().next());
        let alone = matches!(before, None | Some('(' | ',' | '[' | ';'))
            && matches!(behind, None | Some(')' | ',' | ']' | ';'));
        let simple = !expression.contains(|c: char| "+-*/".contains(c));
        match simple || alone {
            true => result.push_str(&expression),
            false => result.push_str(&format!("({expression})")),
        }
    }
    Some(result)
}

/// Writes the factor 2 before the last term of a formula that is not finished yet.
fn double_last_term(formula: &mut String) {
    let start = last_term(formula);
    let length = number_length(formula, start);
    let number: Option<f64> = formula[start..start + length].parse().ok();
    match number.filter(|_| formula[start + length..].starts_with('*')) {
        Some(number) => formula.replace_range(start..start + length, &format!("{}", 2.0 * number)),
        None => formula.insert_str(start, "2*"),
    }
}

/// Where it begins: behind a sign or a bracket that is still open.
fn last_term(formula: &str) -> usize {
    let mut depth = 0;
    for (at, c) in formula.char_indices().rev() {
        match c {
            ')' | ']' => depth += 1,
            '(' | '[' if depth == 0 => return at + 1,
            '(' | '[' => depth -= 1,
            ',' | ';' if depth == 0 => {
                return at + 1 + formula[at + 1..].len() - formula[at + 1..].trim_start().len();
            }
            '+' | '-' if depth == 0 && formula[at + 1..].starts_with(' ') => return at + 2,
            '-' if depth == 0 && at == 0 => return 1,
            _ => {}
        }
    }
    0
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
    let over_root = || (1..=MOST_NUMERATOR).find_map(|c| over_root(c, values, sizes, names));
    whole(values, sizes, names).or_else(over_root)
}

/// c over the root of a whole number, as the standard deviation has it.
fn over_root(
    numerator: u32,
    values: &[f64],
    sizes: &[&[usize]],
    names: &[String],
) -> Option<String> {
    let squares = values.iter().map(|v| {
        let square = (f64::from(numerator) / v).powi(2);
        let near = (square - square.round()).abs() <= ROUNDING * square;
        near.then_some(square.round())
    });
    let squares: Vec<f64> = squares.collect::<Option<_>>()?;
    let below = whole(&squares, sizes, names)?;
    Some(format!("{numerator}/sqrt({below})"))
}

/// Of whole numbers and halves.
fn whole(values: &[f64], sizes: &[&[usize]], names: &[String]) -> Option<String> {
    let one = sum_or_product(values, sizes, names);
    one.or_else(|| {
        let doubled: Vec<f64> = values.iter().map(|v| 2.0 * v).collect();
        let twice = sum_or_product(&doubled, sizes, names)?;
        let is_sum = twice.contains([' ']) && !twice.ends_with(')');
        Some(match is_sum {
            true => format!("({twice})/2"),
            false => format!("{twice}/2"),
        })
    })
}

fn sum_or_product(values: &[f64], sizes: &[&[usize]], names: &[String]) -> Option<String> {
    let sum = (0..names.len()).find_map(|c| sum(values, sizes, names, c));
    sum.or_else(|| product(values, sizes, names)).or_else(|| {
        let more: Vec<f64> = values.iter().map(|v| v + 1.0).collect();
        Some(format!("{} - 1", product(&more, sizes, names)?))
    })
}

/// a*s + b of one size.
fn sum(values: &[f64], sizes: &[&[usize]], names: &[String], c: usize) -> Option<String> {
    let size = |k: usize| sizes[k][c] as f64;
    let factor = (values[1] - values[0]) / (size(1) - size(0));
    let shift = values[0] - factor * size(0);
    let small = factor.fract() == 0.0 && shift.fract() == 0.0 && factor.abs() <= MOST_FACTOR;
    let all = || (0..values.len()).all(|k| factor * size(k) + shift == values[k]);
    (small && factor != 0.0 && all()).then(|| affine(factor, &names[c], shift))
}

/// A product of few sizes and sizes less one, as m*n, n*(n - 1) or m^2*n^2; the fewest factors first.
fn product(values: &[f64], sizes: &[&[usize]], names: &[String]) -> Option<String> {
    let less = |factor: usize| f64::from(u8::from(factor >= names.len()));
    let value = |k: usize, factor: usize| sizes[k][factor % names.len()] as f64 - less(factor);
    let is_equal = |factors: &Vec<usize>| {
        let product = |k: usize| factors.iter().map(|&f| value(k, f)).product::<f64>();
        (0..values.len()).all(|k| product(k) == values[k])
    };
    let written = |factor: usize| match factor < names.len() {
        true => names[factor].clone(),
        false => format!("({} - 1)", names[factor - names.len()]),
    };
    let mut products: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..MOST_FACTORS {
        products = products
            .iter()
            .flat_map(|p| longer(p, 2 * names.len()))
            .collect();
        if let Some(found) = products.iter().find(|factors| is_equal(factors)) {
            let powers = found.chunk_by(|a, b| a == b);
            let powers = powers.map(|equal| match equal.len() {
                1 => written(equal[0]),
                power => format!("{}^{power}", written(equal[0])),
            });
            return Some(powers.collect::<Vec<_>>().join("*"));
        }
    }
    None
}

/// A product of factors in rising order with one factor more.
fn longer(factors: &[usize], count: usize) -> impl Iterator<Item = Vec<usize>> {
    let first = factors.last().copied().unwrap_or(0);
    (first..count).map(move |factor| [factors, &[factor]].concat())
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
    fn roots_of_sizes_are_recognised() {
        let texts = [19.0, 53.0, 97.0f64].map(|n| format!("{}*norm2(x)", 2.0 / n.sqrt()));
        let found = put([&texts[0], &texts[1], &texts[2]]);
        assert_eq!(found.as_deref(), Some("(2/sqrt(n))*norm2(x)"));
    }

    #[test]
    fn halves_and_products_with_one_less_are_recognised() {
        let found = put(["x/9 + y/171", "x/26 + y/1378", "x/48 + y/4656"]);
        assert_eq!(found.as_deref(), Some("2*x/(n - 1) + 2*y/(n*(n - 1))"));
    }

    #[test]
    fn products_of_sizes_are_recognised() {
        let numbers = |of: &dyn Fn(f64, f64) -> f64| {
            [(17.0, 19.0), (41.0, 53.0), (83.0, 97.0)].map(|(m, n)| format!("x/{}", of(m, n)))
        };
        for (of, wanted) in [
            (
                &(|m, n| m * m * n * n) as &dyn Fn(f64, f64) -> f64,
                "x/(m^2*n^2)",
            ),
            (&|_, n| n * n * (n - 1.0), "x/(n^2*(n - 1))"),
            (&|m, _| m * m * m * m, "x/m^4"),
            (&|m, n| (m - 1.0) * (n - 1.0), "x/((m - 1)*(n - 1))"),
            (&|m, n| m * n - 1.0, "x/(m*n - 1)"),
        ] {
            let texts = numbers(of);
            let found = put([&texts[0], &texts[1], &texts[2]]);
            assert_eq!(found.as_deref(), Some(wanted));
        }
    }

    #[test]
    fn halves_below_a_term_are_doubled_before_it() {
        for (template, wanted) in [
            ("(x - mean(x))/#", "2*(x - mean(x))/(n - 1)"),
            ("a - 3*x*y/#", "a - 6*x*y/(n - 1)"),
            (
                "-x/# + f(a, x'*(y + z)/#)",
                "-2*x/(n - 1) + f(a, 2*x'*(y + z)/(n - 1))",
            ),
            ("(a + x/#)*[b, x/#]", "(a + 2*x/(n - 1))*[b, 2*x/(n - 1)]"),
            ("1e-3*x/#", "0.002*x/(n - 1)"),
            ("-(x - y)/#*z", "-2*(x - y)/(n - 1)*z"),
            ("#*x", "((n - 1)/2)*x"),
        ] {
            let texts = ["9", "26", "48"].map(|number| template.replace('#', number));
            let found = put([&texts[0], &texts[1], &texts[2]]);
            assert_eq!(found.as_deref(), Some(wanted), "{template}");
        }
    }

    #[test]
    fn what_is_no_plain_expression_is_refused() {
        assert_eq!(put(["17*x", "41*x", "85*x"]), None);
        assert_eq!(put(["17*x", "41*y", "83*x"]), None);
        assert_eq!(put(["0.058*x", "0.024*x", "0.012*x"]), None);
        assert_eq!(put(["17*x", "41*x + 1", "83*x"]), None);
    }
}
