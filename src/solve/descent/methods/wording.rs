//! Numbers in sentences.

/// What an objective is after and how it goes there.
#[derive(Debug)]
pub struct Words {
    pub best: &'static str,
    pub worst: &'static str,
    pub falls: &'static str,
    pub fall: &'static str,
    /// "to lower the objective".
    pub gain: &'static str,
    pub lower: &'static str,
    pub lowest: &'static str,
    /// Where worse values lie.
    pub beyond: &'static str,
    /// Of curvatures at a best point.
    pub positive: &'static str,
    pub negative: &'static str,
}

const SMALL: Words = Words {
    best: "minimum",
    worst: "maximum",
    falls: "falls",
    fall: "fall",
    gain: "lower",
    lower: "lower",
    lowest: "lowest",
    beyond: "above",
    positive: "positive",
    negative: "negative",
};

const LARGE: Words = Words {
    best: "maximum",
    worst: "minimum",
    falls: "rises",
    fall: "rise",
    gain: "raise",
    lower: "higher",
    lowest: "highest",
    beyond: "below",
    positive: "negative",
    negative: "positive",
};

/// Where small values are good (sign 1), or large ones (sign -1).
pub fn words(sign: f64) -> &'static Words {
    if sign < 0.0 { &LARGE } else { &SMALL }
}

/// Four significant digits at most.
pub fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor();
    if !(-4.0..6.0).contains(&magnitude) {
        return format!("{value:.1e}").replace(".0e", "e");
    }
    let decimals = (3.0 - magnitude).max(0.0) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A factor for a sentence: 40, 3.5, 1e7.
pub fn whole(value: f64) -> String {
    if value >= 1e6 {
        format!("{value:.0e}")
    } else if value >= 10.0 {
        format!("{value:.0}")
    } else {
        number(value)
    }
}

/// A factor above 1, also where it is close to it: 1.2, 1 + 4e-5.
pub fn growth(value: f64) -> String {
    match value - 1.0 {
        more if more > 0.0 && more < 1e-3 => format!("1 + {more:.0e}"),
        _ => number(value),
    }
}

/// Two numbers with as many digits as tell them apart.
pub fn apart(a: f64, b: f64) -> (String, String) {
    let short = (number(a), number(b));
    match short.0 == short.1 {
        true => (a.to_string(), b.to_string()),
        false => short,
    }
}

/// A factor below 1, also where it is close to it: 0.6, 1 - 4e-5.
pub fn factor(value: f64) -> String {
    match 1.0 - value {
        left if left > 0.0 && left < 1e-3 => format!("1 - {left:.0e}"),
        _ => number(value),
    }
}
