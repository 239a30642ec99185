//! Numbers as a reader wants them.

/// `digits` significant digits, without trailing zeros; very large and small ones as `1.5e-9`.
pub fn significant(value: f64, digits: usize) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() {
        return crate::expr::Printed::number(value);
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-5..15).contains(&magnitude) {
        return format!("{:.*e}", digits.saturating_sub(1).min(3), value);
    }
    let decimals = (digits as i32 - 1 - magnitude).max(0) as usize;
    trimmed(format!("{value:.decimals$}"))
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
