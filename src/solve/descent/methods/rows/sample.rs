//! Rows in random order, each once in a pass (R. Fisher and F. Yates, 1938).

use crate::elaborate::random::Generator;

#[derive(Clone, Debug)]
pub struct Sample {
    order: Vec<usize>,
    taken: usize,
    random: Generator,
}

impl Sample {
    pub fn new(rows: usize, seed: u64) -> Self {
        Sample {
            order: (0..rows).collect(),
            taken: rows,
            random: Generator::new(seed),
        }
    }

    /// The next `count` rows; a new order when fewer are left.
    pub fn next(&mut self, count: usize) -> &[usize] {
        if self.taken + count > self.order.len() {
            self.shuffle();
        }
        let start = self.taken;
        self.taken += count;
        &self.order[start..self.taken]
    }

    fn shuffle(&mut self) {
        for last in (1..self.order.len()).rev() {
            let other = (self.random.uniform() * (last + 1) as f64) as usize;
            self.order.swap(last, other.min(last));
        }
        self.taken = 0;
    }
}
