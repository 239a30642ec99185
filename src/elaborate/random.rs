//! The random numbers of `rand` and `randn`. Fixed forever: a seed means the same numbers on every
//! machine and in every version.
//!
//! Generator: SplitMix64 (Steele, Lea, Flood 2014), state = seed. A uniform number is the top 53
//! bits of an output times 2^-53. Normal numbers come in pairs by Box and Muller (1958) from
//! uniforms u, v: r = sqrt(-2 log(1 - u)), r cos(2 pi v), r sin(2 pi v). Entries fill down the
//! columns. Elementary functions are those of the `libm` crate, the same bits everywhere.

#[derive(Clone, Debug)]
pub struct Generator {
    state: u64,
}

impl Generator {
    pub fn new(seed: u64) -> Self {
        Generator { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In [0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    pub fn uniforms(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.uniform()).collect()
    }

    /// Standard normal numbers.
    pub fn normals(&mut self, count: usize) -> Vec<f64> {
        let mut numbers = Vec::with_capacity(count + 1);
        while numbers.len() < count {
            let (u, v) = (self.uniform(), self.uniform());
            let radius = libm::sqrt(-2.0 * libm::log(1.0 - u));
            let angle = 2.0 * std::f64::consts::PI * v;
            numbers.push(radius * libm::cos(angle));
            numbers.push(radius * libm::sin(angle));
        }
        numbers.truncate(count);
        numbers
    }
}
