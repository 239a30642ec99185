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

/// Why a search was ended from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// By the user.
    Interrupted,
    OutOfTime,
}

impl Spent {
    /// As a report says it.
    pub fn reason(self) -> &'static str {
        match self {
            Spent::Interrupted => "interrupted",
            Spent::OutOfTime => "the time limit was reached",
        }
    }
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
        self.spent().is_some()
    }

    /// Why there is no time left, if there is none.
    pub fn spent(&self) -> Option<Spent> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Some(Spent::Interrupted);
        }
        let over = self.end.is_some_and(|end| Instant::now() >= end);
        over.then_some(Spent::OutOfTime)
    }
}
