//! Threads that wait for work, so that a run starts none and does not allocate.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Work that any number of threads do together: each call takes what is left until nothing is.
pub trait Task: Send + Sync {
    fn work(&self);
}

#[derive(Default)]
struct Round {
    number: u64,
    task: Option<Arc<dyn Task>>,
    /// Helpers that took the task and are not through.
    busy: usize,
    over: bool,
}

#[derive(Default)]
struct Board {
    round: Mutex<Round>,
    begin: Condvar,
    end: Condvar,
}

/// The caller's thread and its helpers.
pub struct Team {
    board: Arc<Board>,
    helpers: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Team {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Team({})", self.helpers.len() + 1)
    }
}

impl Team {
    /// Of so many threads, the caller's among them; fewer where the system gives no more.
    pub fn new(threads: usize) -> Self {
        let board = Arc::<Board>::default();
        let start = |_| {
            let board = board.clone();
            std::thread::Builder::new().spawn(move || board.help()).ok()
        };
        Team {
            helpers: (1..threads).map_while(start).collect(),
            board,
        }
    }

    /// Returns when the task is done.
    pub fn run(&self, task: Arc<dyn Task>) {
        {
            let mut round = self.board.lock();
            round.number += 1;
            round.task = Some(task.clone());
            self.board.begin.notify_all();
        }
        task.work();
        let mut round = self.board.lock();
        // Helpers that did not wake yet find nothing to do.
        round.task = None;
        while round.busy > 0 {
            let woken = self.board.end.wait(round);
            round = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.board.lock().over = true;
        self.board.begin.notify_all();
        for helper in self.helpers.drain(..) {
            // A helper's panic was told when it happened.
            let _ = helper.join();
        }
    }
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, Round> {
        self.round.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn help(&self) {
        let mut last = 0;
        while let Some(task) = self.next(&mut last) {
            let present = Present(self);
            task.work();
            drop(task);
            drop(present);
        }
    }

    /// Waits for the next round; `None` when the team is dissolved.
    fn next(&self, last: &mut u64) -> Option<Arc<dyn Task>> {
        let mut round = self.lock();
        loop {
            if round.over {
                return None;
            }
            if round.number != *last
                && let Some(task) = round.task.clone()
            {
                *last = round.number;
                round.busy += 1;
                return Some(task);
            }
            let woken = self.begin.wait(round);
            round = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A helper at work; also leaves when the work panics.
struct Present<'b>(&'b Board);

impl Drop for Present<'_> {
    fn drop(&mut self) {
        self.0.lock().busy -= 1;
        self.0.end.notify_all();
    }
}
