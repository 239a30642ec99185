//! Work in a thread of its own, which is left to itself when nobody waits for it any more.

use clarabel::solver::SolverStatus;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::Builder;
use std::time::{Duration, Instant};

/// How often the user's interruption is looked for.
const LOOK: Duration = Duration::from_millis(20);
/// What a step may take beyond the time limit, so that a run that is about to end hands over its point.
const GRACE: Duration = Duration::from_millis(100);
const STACK: usize = 16 << 20;

/// What the work returns, or why it was left: the time limit of `seconds`, or the interruption. The
/// flag that the work is given is set then; the work has to look at it from time to time, and what
/// it returns later is dropped.
pub(super) fn apart<T: Send + 'static>(
    work: impl FnOnce(&Arc<AtomicBool>) -> T + Send + 'static,
    seconds: Option<f64>,
    interrupted: &AtomicBool,
) -> Result<T, SolverStatus> {
    let left = Arc::new(AtomicBool::new(interrupted.load(Ordering::Relaxed)));
    let flag = left.clone();
    let (sender, receiver) = channel();
    let body = move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&flag)));
        // Nobody waits where the work was left.
        drop(sender.send(outcome));
    };
    if Builder::new().stack_size(STACK).spawn(body).is_err() {
        return Err(SolverStatus::NumericalError);
    }
    let limit = seconds.filter(|s| (0.0..1e9).contains(s));
    let end = limit.map(|s| Instant::now() + Duration::from_secs_f64(s) + GRACE);
    loop {
        match receiver.recv_timeout(LOOK) {
            Ok(Ok(result)) => return Ok(result),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(RecvTimeoutError::Disconnected) => return Err(SolverStatus::NumericalError),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let cause = match interrupted.load(Ordering::Relaxed) {
            true => Some(SolverStatus::CallbackTerminated),
            false => end
                .filter(|e| Instant::now() >= *e)
                .map(|_| SolverStatus::MaxTime),
        };
        if let Some(cause) = cause {
            left.store(true, Ordering::Relaxed);
            return Err(cause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::sleep;

    fn sleeper(flag: &Arc<AtomicBool>) -> u32 {
        while !flag.load(Ordering::Relaxed) {
            sleep(Duration::from_millis(1));
        }
        7
    }

    #[test]
    fn work_is_waited_for_until_the_time_is_over_or_the_user_ends_it() {
        let no = AtomicBool::new(false);
        assert_eq!(apart(|_| 3, Some(10.0), &no), Ok(3));
        assert_eq!(apart(|_| 3, None, &no), Ok(3));
        let start = Instant::now();
        let ended = apart(sleeper, Some(0.05), &no);
        assert_eq!(ended, Err(SolverStatus::MaxTime));
        let yes = Arc::new(AtomicBool::new(false));
        let hand = yes.clone();
        let interruption = std::thread::spawn(move || {
            sleep(Duration::from_millis(50));
            hand.store(true, Ordering::Relaxed);
        });
        // The work ends itself as soon as its flag is set; either way nobody waits on.
        let ended = apart(|_| sleep(Duration::from_secs(3)), None, &yes);
        assert_eq!(ended, Err(SolverStatus::CallbackTerminated));
        assert!(start.elapsed() < Duration::from_secs(2));
        interruption.join().expect("the thread ends");
    }
}
