//! Names, shapes and functions: what a text means, and what is said when it means nothing.

#[path = "elaborate/calls.rs"]
mod calls;
#[path = "elaborate/finite.rs"]
mod finite;
#[path = "elaborate/functions.rs"]
mod functions;
#[path = "elaborate/messages.rs"]
mod messages;

use bowl::elaborate::{ElaborateError, Inputs, Setting, elaborate};
use bowl::problem::Problem;
use bowl::syntax::{parse, parse_expression};
use miette::{GraphicalReportHandler, GraphicalTheme, Report};

fn read(text: &str) -> Result<Problem, Vec<ElaborateError>> {
    let file = parse(text).expect("the text parses");
    elaborate(text, &file, &Inputs::default())
}

/// The errors of a text with `--set name=value`.
fn errors_with(text: &str, name: &str, value: &str) -> String {
    let setting = Setting {
        name: name.to_owned(),
        text: value.to_owned(),
        value: parse_expression(value).expect("an expression"),
    };
    let inputs = Inputs {
        settings: vec![setting],
        ..Inputs::default()
    };
    let file = parse(text).expect("the text parses");
    let errors = elaborate(text, &file, &inputs).expect_err("the text has an error");
    let shown = errors.into_iter().map(|error| rendered(error, text));
    shown.collect()
}

/// All errors of a text as a terminal shows them, without colours.
fn errors(text: &str) -> String {
    let errors = read(text).expect_err("the text has an error");
    let shown = errors.into_iter().map(|error| rendered(error, text));
    shown.collect()
}

fn rendered(error: ElaborateError, text: &str) -> String {
    let theme = GraphicalTheme::unicode_nocolor();
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100);
    let report = Report::new(error).with_source_code(text.to_owned());
    let mut shown = String::new();
    handler
        .render_report(&mut shown, report.as_ref())
        .expect("writing to a string succeeds");
    shown
}
