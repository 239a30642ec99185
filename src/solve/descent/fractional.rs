//! Numbers that are as good as random, the same in every run: the fractional parts of multiples of the golden ratio.

/// In [0.5, 1.5), without a pattern.
pub fn some_number(k: usize) -> f64 {
    0.5 + (0.618_033_988_749_894_9 * (k + 1) as f64).fract()
}
