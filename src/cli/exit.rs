//! Exit codes.

use std::process::{ExitCode, Termination};

/// How a command ended; files of one command combine to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Solved and both answers agree; checked and convex; all expectations met.
    Done,
    /// The answers disagree, an expectation failed, or a problem is not proved convex.
    Failed,
    Infeasible,
    Unbounded,
    /// Stopped before solved.
    Stopped,
    /// A proof of convexity was asked for and there is none.
    NotConvex,
    /// File, syntax, name, shape or data.
    InputWrong,
    /// The command line itself.
    CommandWrong,
    Interrupted,
}

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::CommandWrong => 2,
            Exit::InputWrong => 3,
            Exit::NotConvex => 4,
            Exit::Infeasible => 5,
            Exit::Unbounded => 6,
            Exit::Stopped => 7,
            Exit::Interrupted => 130,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}
