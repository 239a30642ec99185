//! Statements to the syntax tree, one by one.

use super::ast::{Expr, File, Statement, StatementKind};
use super::decode::end_of;
use super::error::SyntaxError;
use super::near_miss;
use super::split::{Piece, split};
use super::tree::TreeBuilder;
use crate::span::Span;
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};

/// The grammar of one statement.
#[derive(pest_derive::Parser)]
#[grammar = "../grammar/mine.pest"]
pub(super) struct Grammar;

/// The whole file, or all its errors.
pub fn parse(text: &str) -> Result<File, Vec<SyntaxError>> {
    let split = split(text);
    let mut errors = split.errors;
    let mut file = File::default();
    let mut heading = false;
    for piece in &split.pieces {
        match statements(&split.text, piece, heading) {
            Ok(parsed) => {
                for statement in parsed {
                    heading |= matches!(statement.kind, StatementKind::SubjectTo);
                    if let StatementKind::Constraint(_) = statement.kind
                        && !heading
                    {
                        errors.push(SyntaxError::NoHeading {
                            span: statement.span,
                        });
                        heading = true;
                    }
                    file.statements.push(statement);
                }
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(file)
    } else {
        errors.sort_by_key(|error| position(error).start);
        Err(errors)
    }
}

/// One expression, for `--set` and `bowl derive`.
pub fn parse_expression(text: &str) -> Result<Expr, Vec<SyntaxError>> {
    let split = split(text);
    if !split.errors.is_empty() {
        return Err(split.errors);
    }
    let expected = |what: &str, span| SyntaxError::Unexpected {
        expected: "one expression".to_owned(),
        found: what.to_owned(),
        span,
        help: None,
    };
    let [piece] = split.pieces.as_slice() else {
        return Err(vec![expected("none or several", end_of(text))]);
    };
    let source = piece.span.of(&split.text);
    let builder = TreeBuilder::new(piece.span.start as usize, source);
    match Grammar::parse(Rule::lone_expression, source) {
        Ok(mut pairs) => match pairs.next() {
            Some(pair) => builder.expression(pair).map_err(|error| vec![error]),
            None => Err(vec![expected("nothing", piece.span)]),
        },
        Err(error) => Err(vec![unexpected(source, piece.span, &error)]),
    }
}

fn statements(text: &str, piece: &Piece, heading: bool) -> Result<Vec<Statement>, SyntaxError> {
    let source = piece.span.of(text);
    let builder = TreeBuilder::new(piece.span.start as usize, source);
    if let Some(miss) = near_miss::whole_statement(source, piece.span) {
        return Err(miss);
    }
    let mut pairs = Grammar::parse(Rule::statement, source)
        .map_err(|error| explain(source, piece.span, &error, heading))?;
    let Some(pair) = pairs.next() else {
        return Ok(Vec::new());
    };
    let kinds = builder.statement(pair)?;
    Ok(kinds
        .into_iter()
        .map(|kind| Statement {
            span: piece.span,
            kind,
            comment: piece.comment.clone(),
        })
        .collect())
}

/// A form of another language when one is recognised, else what the grammar missed.
fn explain(
    source: &str,
    span: Span,
    error: &pest::error::Error<Rule>,
    heading: bool,
) -> SyntaxError {
    let at = failure_offset(error);
    near_miss::inside_statement(source, span, at, heading)
        .unwrap_or_else(|| unexpected(source, span, error))
}

fn failure_offset(error: &pest::error::Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

fn unexpected(source: &str, span: Span, error: &pest::error::Error<Rule>) -> SyntaxError {
    let at = failure_offset(error).min(source.len());
    let rest = &source[at..];
    let rest = rest.trim_start();
    let at = source.len() - rest.len();
    let length = token_length(rest);
    let found = match rest.get(..length) {
        None | Some("") => "the end of the statement".to_owned(),
        Some(token) => format!("`{token}`"),
    };
    let start = span.start as usize + at;
    SyntaxError::Unexpected {
        expected: expected(error),
        found,
        span: Span::new(
            start,
            start + length.max(usize::from(length == 0 && at < source.len())),
        ),
        help: None,
    }
}

/// Bytes of the word, number or symbol at the front.
fn token_length(text: &str) -> usize {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let length: usize = text
        .chars()
        .take_while(|&c| word(c))
        .map(char::len_utf8)
        .sum();
    if length > 0 {
        length
    } else {
        text.chars().next().map_or(0, char::len_utf8)
    }
}

/// What would have fitted, in plain words, the most telling first.
fn expected(error: &pest::error::Error<Rule>) -> String {
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else {
        return "another form".to_owned();
    };
    let words = [
        (Rule::primary_words(), "an expression"),
        (&[Rule::relation][..], "a relation (`==`, `<=`, `>=`)"),
        (&[Rule::infix][..], "an operator"),
        (&[Rule::name][..], "a name"),
        (&[Rule::attribute][..], "an attribute"),
        (&[Rule::comparison][..], "a comparison"),
        (&[Rule::EOI][..], "the end of the statement"),
    ];
    let mut found: Vec<&str> = words
        .iter()
        .filter(|(rules, _)| rules.iter().any(|r| positives.contains(r)))
        .map(|(_, word)| *word)
        .collect();
    found.truncate(2);
    if found.is_empty() {
        "another form".to_owned()
    } else {
        found.join(" or ")
    }
}

impl Rule {
    /// Rules that begin an expression.
    fn primary_words() -> &'static [Rule] {
        &[
            Rule::number,
            Rule::group,
            Rule::expression,
            Rule::list,
            Rule::minus,
        ]
    }
}

fn position(error: &SyntaxError) -> Span {
    match error {
        SyntaxError::Binary { at } => Span::new(*at, *at),
        SyntaxError::NotUtf8 { byte, .. } => Span::new(*byte, *byte),
        SyntaxError::Unclosed { open, .. }
        | SyntaxError::UnclosedText { open }
        | SyntaxError::Mismatched { open, .. } => *open,
        SyntaxError::Unexpected { span, .. }
        | SyntaxError::Unopened { span }
        | SyntaxError::TooDeep { span, .. }
        | SyntaxError::LeadingOperator { span, .. }
        | SyntaxError::TooLong { span, .. }
        | SyntaxError::NoHeading { span }
        | SyntaxError::NearMiss { span, .. } => *span,
    }
}
