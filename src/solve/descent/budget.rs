//! When to stop regardless of progress: one budget for all methods of a solution.

use crate::solve::Settings;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The time and the iterations at hand, and the user's interruption.
#[derive(Debug)]
pub struct Budget {
    start: Instant,
    end: Option<Instant>,
    most_iterations: usize,
    iterations: AtomicUsize,
    interrupted: Arc<AtomicBool>,
}

/// Why a search was ended from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// By the user.
    Interrupted,
    OutOfTime,
    OutOfIterations,
}

impl Spent {
    /// As a report says it.
    pub fn reason(self) -> &'static str {
        match self {
            Spent::Interrupted => "interrupted",
            Spent::OutOfTime => "the time limit was reached",
            Spent::OutOfIterations => "the limit on iterations was reached",
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
            most_iterations: settings.max_iterations.unwrap_or(usize::MAX),
            iterations: AtomicUsize::new(0),
            interrupted: settings.interrupted.clone(),
        }
    }

    /// For methods that count their iterations themselves.
    pub fn of_time(settings: &Settings) -> Self {
        Budget {
            most_iterations: usize::MAX,
            ..Budget::new(settings)
        }
    }

    /// What is found with so many iterations at most, which count here too.
    pub fn within<T>(&self, iterations: usize, find: impl FnOnce(&Budget) -> T) -> T {
        let part = self.part(iterations);
        let found = find(&part);
        let used = part.iterations.load(Ordering::Relaxed);
        self.iterations.store(used, Ordering::Relaxed);
        found
    }

    fn part(&self, iterations: usize) -> Budget {
        let used = self.iterations.load(Ordering::Relaxed);
        Budget {
            start: self.start,
            end: self.end,
            most_iterations: self.most_iterations.min(used.saturating_add(iterations)),
            iterations: AtomicUsize::new(used),
            interrupted: self.interrupted.clone(),
        }
    }

    /// One iteration of a method is done.
    pub fn count_iteration(&self) {
        self.iterations.fetch_add(1, Ordering::Relaxed);
    }

    pub fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    pub fn is_spent(&self) -> bool {
        self.spent().is_some()
    }

    /// Why nothing is left, if so.
    pub fn spent(&self) -> Option<Spent> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Some(Spent::Interrupted);
        }
        let over = self.end.is_some_and(|end| Instant::now() >= end);
        if over {
            return Some(Spent::OutOfTime);
        }
        let iterations = self.iterations.load(Ordering::Relaxed);
        (iterations >= self.most_iterations).then_some(Spent::OutOfIterations)
    }
}
