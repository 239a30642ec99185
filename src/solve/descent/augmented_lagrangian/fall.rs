//! How long a quantity has not fallen.

/// What it was when it had last fallen to a share of that, and how often it has been told since.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fall {
    share: f64,
    value: f64,
    pub since: usize,
}

impl Fall {
    pub fn to(share: f64) -> Self {
        Fall {
            share,
            value: f64::INFINITY,
            since: 0,
        }
    }

    pub fn take(&mut self, value: f64) {
        self.since += 1;
        if value <= self.share * self.value {
            (self.value, self.since) = (value, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_small_falls_are_one() {
        let mut fall = Fall::to(0.5);
        let since = [8.0, 7.0, 5.0, 4.0, 9.0, 3.0, f64::NAN, 2.0].map(|value| {
            fall.take(value);
            fall.since
        });
        assert_eq!(since, [0, 1, 2, 0, 1, 2, 3, 0]);
    }
}
