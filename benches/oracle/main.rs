//! Value and gradient of the compiled oracle against loops written by hand, as a ratio of medians.
//!
//! The loops make one pass over the data in blocks of rows, with as many threads as the oracle.
//! `cargo bench --bench oracle`

mod hand;
mod problems;
mod timing;

use problems::Case;
use timing::interleaved;

/// The ratio that the oracle is held to.
const TARGET: f64 = 1.2;

fn main() {
    println!(
        "{:<34}{:>8}{:>12}{:>12}{:>8}",
        "problem", "threads", "hand ms", "oracle ms", "ratio"
    );
    for threads in [1, 2] {
        for case in [
            problems::least_squares(),
            problems::logistic(),
            problems::sparse_logistic(),
        ] {
            compare(case, threads);
        }
    }
}

fn compare(case: Case, threads: usize) {
    let mut oracle = case.oracle(threads);
    let mut by_hand = case.by_hand(threads);
    case.check(&mut oracle, &mut by_hand);
    let [hand, own] = interleaved([&mut || by_hand.evaluate(&case.x), &mut || {
        oracle.evaluate(&case.x)
    }]);
    let ratio = own / hand;
    let verdict = if ratio <= TARGET {
        ""
    } else {
        "  over the target"
    };
    println!(
        "{:<34}{threads:>8}{:>12.2}{:>12.2}{ratio:>8.2}{verdict}",
        case.name,
        1e3 * hand,
        1e3 * own
    );
}
