//! Times of two programs that share a noisy machine.

use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 41;

/// Median seconds of each; the repetitions alternate, so that both meet the same disturbances.
pub fn interleaved(mut programs: [&mut dyn FnMut() -> f64; 2]) -> [f64; 2] {
    let mut seconds = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (program, seconds) in programs.iter_mut().zip(&mut seconds) {
            let start = Instant::now();
            black_box(program());
            seconds.push(start.elapsed().as_secs_f64());
        }
    }
    seconds.map(median)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
