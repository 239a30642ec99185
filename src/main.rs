//! The command line.

use bowl::cli::{self, Exit};

/// Room for the recursion of bracket nesting that the parser allows.
const STACK: usize = 64 << 20;

fn main() -> Exit {
    let arguments = cli::arguments();
    let worker = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || cli::run(arguments));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit,
        Ok(Err(_)) | Err(_) => Exit::Stopped,
    }
}
