//! When to stop regardless of progress.

use crate::solve::Settings;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The time at hand and the user's interruption.
#[derive(Clone, Debug)]
pub struct Budget {
    start: Instant,
    end: Option<Instant>,
    interrupted: Arc<AtomicBool>,
}

impl Budget {
    pub fn new(settings: &Settings) -> Self {
        let start = Instant::now();
        let limit = settings.time_limit.filter(|s| (0.0..1e9).contains(s));
        Budget {
            start,
            end: limit.map(|s| start + Duration::from_secs_f64(s)),
            interrupted: settings.interrupted.clone(),
        }
    }

    pub fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    pub fn is_spent(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
            || self.end.is_some_and(|end| Instant::now() >= end)
    }
}
