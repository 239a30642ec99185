//! The commands, one file each.

mod arguments;
mod atoms;
mod check;
mod derive;
mod descend;
mod documents;
mod excerpt;
mod exit;
mod input;
mod leading_minus;
mod output;
mod solve;
mod test;

pub use arguments::{Arguments, Command};
pub use exit::Exit;

use arguments::When;
use clap::Parser;
use std::io::IsTerminal;

/// Those of the process; ends it where they are wrong.
pub fn arguments() -> Arguments {
    Arguments::parse_from(leading_minus::shielded(std::env::args_os()))
}

/// Runs a command and says how the process should end.
pub fn run(arguments: Arguments) -> Exit {
    set_colors(arguments.color);
    match arguments.command {
        Command::Solve(arguments) => solve::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Derive(arguments) => derive::run(&arguments),
        Command::Descend(arguments) => descend::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Atoms(arguments) => atoms::run(&arguments),
    }
}

/// Colour on terminals only; `NO_COLOR` is heeded.
fn set_colors(when: When) {
    let wanted = |terminal: bool| match when {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && std::env::var_os("NO_COLOR").is_none(),
    };
    output::set_color(wanted(std::io::stdout().is_terminal()));
    let color = wanted(std::io::stderr().is_terminal());
    let hook = miette::set_hook(Box::new(move |_| {
        let theme = if color {
            miette::GraphicalTheme::unicode()
        } else {
            miette::GraphicalTheme::unicode_nocolor()
        };
        let handler = miette::GraphicalReportHandler::new_themed(theme).with_width(100);
        Box::new(handler.without_syntax_highlighting())
    }));
    debug_assert!(hook.is_ok());
}
