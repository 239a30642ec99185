//! What can be wrong with a text.

use miette::Diagnostic;
use thiserror::Error;

use super::near_miss::NearMiss;
use crate::span::Span;

/// In how many other places the same mistake stands.
fn times(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => " (here and in one other place)".to_owned(),
        _ => format!(" (here and in {others} other places)"),
    }
}

/// A mistake in the text of a problem; the caller attaches the text.
#[derive(Clone, Debug, Diagnostic, Error, PartialEq)]
pub enum SyntaxError {
    #[error("this file has {megabytes} MB, and {most} MB is the most that is read")]
    #[diagnostic(
        code(bowl::syntax::file_too_large),
        help("put the data into a CSV file and read it with `param A[m, n] = csv(\"A.csv\")`")
    )]
    FileTooLarge { megabytes: usize, most: usize },

    #[error("this file is UTF-16, not UTF-8")]
    #[diagnostic(code(bowl::syntax::utf16), help("save the file as UTF-8"))]
    Utf16,

    #[error("this looks like a binary file, not the text of a problem")]
    #[diagnostic(
        code(bowl::syntax::binary_file),
        help(
            "give `bowl` an `.opt` file; data files are named inside of it, as in `csv(\"A.csv\")`"
        )
    )]
    Binary,

    #[error(
        "line {line}, column {column} is not UTF-8: byte {byte:#04x} at position {offset} of the file"
    )]
    #[diagnostic(code(bowl::syntax::not_utf8), help("save the file as UTF-8"))]
    NotUtf8 {
        line: usize,
        column: usize,
        offset: usize,
        byte: u8,
    },

    #[error("this file has more than {most} words, numbers and signs")]
    #[diagnostic(
        code(bowl::syntax::too_much_text),
        help("put the data into a CSV file and read it with `param A[m, n] = csv(\"A.csv\")`")
    )]
    TooMuchText {
        most: usize,
        #[label("the limit is reached here")]
        span: Span,
    },

    #[error("this is nested more than {most} deep")]
    #[diagnostic(
        code(bowl::syntax::too_deep),
        help("name the inner parts with `let NAME = …`")
    )]
    TooDeep {
        most: usize,
        #[label("brackets, powers and indices may stand {most} deep in each other")]
        span: Span,
    },

    #[error("`{bracket}` is never closed")]
    #[diagnostic(
        code(bowl::syntax::unclosed_bracket),
        help("add the missing `{expected}`")
    )]
    UnclosedBracket {
        bracket: String,
        expected: &'static str,
        #[label("opened here")]
        open: Span,
        at: &'static str,
        #[label("still open at {at}")]
        noticed: Span,
    },

    #[error("`{close}` closes nothing")]
    #[diagnostic(
        code(bowl::syntax::unopened_bracket),
        help("leave out this `{close}`, or add the bracket that it should close")
    )]
    UnopenedBracket {
        close: String,
        #[label("no bracket is open here")]
        span: Span,
    },

    #[error("expected `{expected}`, found `{close}`")]
    #[diagnostic(
        code(bowl::syntax::mismatched_bracket),
        help("write `{expected}` here")
    )]
    MismatchedBracket {
        expected: &'static str,
        #[label("opened here")]
        open: Span,
        close: String,
        #[label("`{expected}` should close it")]
        span: Span,
    },

    #[error("this string is not closed on its line")]
    #[diagnostic(code(bowl::syntax::unclosed_string), help("end it with `\"`"))]
    UnclosedText {
        #[label("begins here")]
        span: Span,
    },

    #[error("a line cannot begin with `{operator}`")]
    #[diagnostic(
        code(bowl::syntax::leading_operator),
        help(
            "end the line above with `{operator}`; a line that ends in an operator goes on in the next"
        )
    )]
    LeadingOperator {
        operator: String,
        #[label("this joins two parts of one statement")]
        span: Span,
        #[label("move it here")]
        above: Option<Span>,
    },

    #[error("`{found}` does not start a comment{}", times(*others))]
    #[diagnostic(code(bowl::syntax::foreign_comment), help("write `# …`"))]
    ForeignComment {
        found: String,
        others: usize,
        #[label("comments start with `#`")]
        span: Span,
    },

    #[error("`{keyword}` is a keyword and cannot be a name")]
    #[diagnostic(
        code(bowl::syntax::keyword_as_name),
        help("choose another name, such as `{keyword}_`")
    )]
    KeywordAsName {
        keyword: String,
        #[label("a name is expected here")]
        span: Span,
    },

    #[error("`var` declares a variable and is not a function")]
    #[diagnostic(
        code(bowl::syntax::variance_call),
        help("the variance is called `{write}`")
    )]
    VarianceCall {
        #[label("no function has this name")]
        span: Span,
        write: String,
    },

    #[error("`{word}` has a fixed meaning and cannot be a new name")]
    #[diagnostic(
        code(bowl::syntax::reserved_name),
        help("choose another name, such as `{word}_`")
    )]
    ReservedName {
        word: String,
        #[label("a new name is expected here")]
        span: Span,
    },

    #[error("this number is too large")]
    #[diagnostic(code(bowl::syntax::number_too_large), help("write `inf` for infinity"))]
    NumberTooLarge {
        #[label("numbers go up to 1.8e308")]
        span: Span,
    },

    #[error("`end` has a meaning only inside an index")]
    #[diagnostic(
        code(bowl::syntax::end_outside_index),
        help("`x[end]` is the last entry of `x`; statements need no `end`")
    )]
    EndOutsideIndex {
        #[label("not inside an index")]
        span: Span,
    },

    #[error("an axis has no steps")]
    #[diagnostic(
        code(bowl::syntax::step_in_axis),
        help(
            "an axis runs over every integer of its range; steps stand in an index, as in `x[1..n by 2]`"
        )
    )]
    StepInAxis {
        #[label("leave out `by` and this step")]
        span: Span,
    },

    #[error("expected {wanted}{behind}, found {found}")]
    #[diagnostic(code(bowl::syntax::unexpected))]
    Unexpected {
        wanted: String,
        behind: String,
        found: String,
        place: &'static str,
        #[label("{wanted} expected {place}")]
        span: Span,
    },

    #[error(transparent)]
    #[diagnostic(transparent)]
    NearMiss(#[from] NearMiss),

    #[error("only a name can stand before `=` here")]
    #[diagnostic(
        code(bowl::syntax::argument_name),
        help(
            "`name = value` gives an argument by name, as in `huber(x, M = 2)`; a constraint writes `==`"
        )
    )]
    ArgumentName {
        #[label("not a name")]
        span: Span,
    },

    #[error("a label is a name, with names as indices")]
    #[diagnostic(
        code(bowl::syntax::label_form),
        help("write `budget: …`, or `cap[i]: … for i in 1..n`")
    )]
    LabelForm {
        #[label("not a label")]
        span: Span,
    },

    #[error("the label of an objective has no index")]
    #[diagnostic(code(bowl::syntax::objective_label), help("write `minimize cost: …`"))]
    ObjectiveLabelIndex {
        #[label("leave out the brackets")]
        span: Span,
    },
}
