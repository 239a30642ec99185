//! The commands, one file each.

mod arguments;
mod atoms;
mod check;
mod derive;
mod exit;
mod input;
mod solve;
mod test;

pub use arguments::{Arguments, Command};
pub use exit::Exit;

use arguments::When;
use std::io::IsTerminal;

/// Runs a command and says how the process should end.
pub fn run(arguments: Arguments) -> Exit {
    set_colors(arguments.color);
    match arguments.command {
        Command::Solve(arguments) => solve::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Derive(arguments) => derive::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Atoms(arguments) => atoms::run(&arguments),
    }
}

/// Diagnostics are drawn with colour on a terminal only; `NO_COLOR` is heeded.
fn set_colors(when: When) {
    let color = match when {
        When::Always => true,
        When::Never => false,
        When::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    };
    let outcome = miette::set_hook(Box::new(move |_| {
        let theme = if color {
            miette::GraphicalTheme::unicode()
        } else {
            miette::GraphicalTheme::unicode_nocolor()
        };
        let handler = miette::GraphicalReportHandler::new_themed(theme).with_width(100);
        Box::new(handler.without_syntax_highlighting())
    }));
    debug_assert!(outcome.is_ok() || cfg!(test));
}
