//! Numbers as a reader wants them.

/// Magnitudes of numbers that are written without an exponent.
pub(super) const PLAIN: std::ops::Range<i32> = -5..15;
/// Magnitudes of labels that are written without an exponent.
const BRIEF: std::ops::Range<i32> = -3..5;

/// The power of ten of the first digit.
pub(super) fn magnitude(value: f64) -> i32 {
    value.abs().log10().floor() as i32
}

/// `digits` significant digits, without trailing zeros; very large and small ones as `1.5e-9`.
pub fn significant(value: f64, digits: usize) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() {
        return crate::expr::Printed::number(value);
    }
    let magnitude = magnitude(value);
    if !PLAIN.contains(&magnitude) {
        return scientific(value, digits);
    }
    let decimals = (digits as i32 - 1 - magnitude).max(0) as usize;
    trimmed(format!("{value:.decimals$}"))
}

/// `digits` significant digits in few characters, for labels: `0.25`, `1.2e7`.
pub(super) fn brief(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() || BRIEF.contains(&magnitude(value)) {
        significant(value, digits)
    } else {
        scientific(value, digits)
    }
}

/// `digits` significant digits as `1.5e-9`, without trailing zeros.
fn scientific(value: f64, digits: usize) -> String {
    let text = format!("{:.*e}", digits.saturating_sub(1), value);
    match text.split_once('e') {
        Some((mantissa, exponent)) => format!("{}e{exponent}", trimmed(mantissa.to_owned())),
        None => text,
    }
}

/// The value to `decimals` decimals, without trailing zeros or a negative zero.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return crate::expr::Printed::number(value);
    }
    trimmed(format!("{value:.decimals$}"))
}

fn trimmed(text: String) -> String {
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    };
    if text == "-0" { "0".to_owned() } else { text }
}

/// A small residual: `0` or one digit, `3e-10`.
pub fn compact(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if !value.is_finite() {
        crate::expr::Printed::number(value)
    } else {
        format!("{value:.0e}")
    }
}

/// `3.1 ms`, `2.45 s`.
pub fn duration(seconds: f64) -> String {
    if seconds < 1e-3 {
        format!("{:.0} us", seconds * 1e6)
    } else if seconds < 0.1 {
        format!("{:.1} ms", seconds * 1e3)
    } else if seconds < 1.0 {
        format!("{:.0} ms", seconds * 1e3)
    } else {
        format!("{seconds:.2} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_digit_is_lost_at_any_magnitude() {
        for exponent in -300..300 {
            let value: f64 = format!("-1.2345678901e{exponent}")
                .parse()
                .expect("a number");
            let read: f64 = significant(value, 11).parse().expect("a number");
            assert!((read / value - 1.0).abs() < 1e-10, "{value:e}: {read:e}");
        }
    }

    #[test]
    fn trailing_zeros_are_left_out() {
        assert_eq!(significant(1.5e-9, 11), "1.5e-9");
        assert_eq!(significant(-2e20, 11), "-2e20");
        assert_eq!(significant(2.5, 11), "2.5");
    }
}
