//! The language: what parses to which tree, what is refused with which words, and that no text
//! can bring the parser down.

#[path = "syntax/corrections.rs"]
mod corrections;
#[path = "syntax/near_misses.rs"]
mod near_misses;
#[path = "syntax/robustness.rs"]
mod robustness;
#[path = "syntax/show.rs"]
mod show;
#[path = "syntax/spans.rs"]
mod spans;
#[path = "syntax/structure.rs"]
mod structure;
#[path = "syntax/tour.rs"]
mod tour;
#[path = "syntax/trees.rs"]
mod trees;

use bowl::syntax::{SyntaxError, parse};
use miette::{GraphicalReportHandler, GraphicalTheme, Report};

/// All errors of a text as a terminal shows them, without colours.
fn errors(text: &str) -> String {
    let errors = parse(text).expect_err("the text has an error");
    errors
        .into_iter()
        .map(|error| rendered(error, text))
        .collect()
}

fn rendered(error: SyntaxError, text: &str) -> String {
    let theme = GraphicalTheme::unicode_nocolor();
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100);
    let report = Report::new(error).with_source_code(text.to_owned());
    let mut shown = String::new();
    handler
        .render_report(&mut shown, report.as_ref())
        .expect("writing to a string succeeds");
    shown
}

/// The codes of all errors of a text.
fn codes(text: &str) -> Vec<String> {
    let code = |error: &SyntaxError| {
        let code = miette::Diagnostic::code(error).expect("every error has a code");
        code.to_string().replace("bowl::syntax::", "")
    };
    parse(text).map_or_else(|errors| errors.iter().map(code).collect(), |_| Vec::new())
}
