//! Statement by statement from text to tree.

use std::borrow::Cow;
use std::collections::HashSet;

use miette::Diagnostic;
use pest::Parser;

use super::ast::{Expr, File, Statement};
use super::build::Builder;
use super::error::SyntaxError;
use super::grammar::{Grammar, Pairs, Rule, rule_of};
use super::split::{RawStatement, split};
use super::words;
use crate::span::Span;

/// Reading stops behind this many errors.
const MOST_ERRORS: usize = 100;

/// The syntax tree of a file, or all its errors in the order of the text.
pub fn parse(text: &str) -> Result<File, Vec<SyntaxError>> {
    let split = split(text);
    let mut reader = Reader {
        text,
        declared: HashSet::new(),
        heading: false,
        file: File::default(),
        errors: split.errors,
    };
    for raw in &split.statements {
        if reader.errors.len() >= MOST_ERRORS {
            break;
        }
        reader.read(raw);
    }
    reader.finish()
}

/// The syntax tree of one expression, as on the command line.
pub fn parse_expression(text: &str) -> Result<Expr, Vec<SyntaxError>> {
    let split = split(text);
    if !split.errors.is_empty() {
        return Err(in_order(split.errors));
    }
    let declared = HashSet::new();
    let [raw] = split.statements.as_slice() else {
        return Err(vec![not_one_expression(text, &split.statements)]);
    };
    let source = raw.source(text);
    match Grammar::parse(Rule::lone_expression, &source) {
        Ok(pairs) => {
            let mut builder = Builder::new(&source, raw.start, &declared);
            let expr = builder.lone_expression(pairs);
            if builder.errors.is_empty() {
                Ok(expr)
            } else {
                Err(builder.errors)
            }
        }
        Err(error) => Err(vec![unexpected(raw.start, &source, &error)]),
    }
}

fn not_one_expression(text: &str, statements: &[RawStatement]) -> SyntaxError {
    let found = match statements.get(1) {
        Some(second) => (second.start, second.end, "a second one"),
        None => (0, text.len(), "nothing"),
    };
    SyntaxError::Unexpected {
        wanted: "an expression".to_owned(),
        found: found.2.to_owned(),
        span: Span::new(found.0, found.1),
    }
}

struct Reader<'t> {
    text: &'t str,
    /// Names that can be indexed but not called.
    declared: HashSet<String>,
    /// `subject to` has been seen.
    heading: bool,
    file: File,
    errors: Vec<SyntaxError>,
}

impl Reader<'_> {
    fn read(&mut self, raw: &RawStatement) {
        if raw.broken {
            return;
        }
        let source = raw.source(self.text);
        let rule = rule_of(words::first(&source));
        match Grammar::parse(rule, &source) {
            Ok(pairs) => self.accept(raw, &source, rule, pairs),
            Err(error) => self.refuse(raw, &source, &error),
        }
    }

    fn accept(&mut self, raw: &RawStatement, source: &str, rule: Rule, pairs: Pairs<'_>) {
        let mut builder = Builder::new(source, raw.start, &self.declared);
        let kinds = builder.statements(rule, pairs);
        self.errors.append(&mut builder.errors);
        self.heading |= rule == Rule::heading;
        let comment = raw.description(self.text);
        for kind in kinds {
            self.file.statements.push(Statement {
                span: Span::new(raw.start, raw.end),
                kind,
                comment: comment.clone(),
            });
        }
    }

    fn refuse(
        &mut self,
        raw: &RawStatement,
        source: &Cow<'_, str>,
        error: &pest::error::Error<Rule>,
    ) {
        self.errors.push(unexpected(raw.start, source, error));
    }

    fn finish(self) -> Result<File, Vec<SyntaxError>> {
        if self.errors.is_empty() {
            return Ok(self.file);
        }
        Err(in_order(self.errors))
    }
}

fn unexpected(offset: usize, source: &str, error: &pest::error::Error<Rule>) -> SyntaxError {
    let at = match error.location {
        pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
    };
    let found = source[at..].split_whitespace().next();
    SyntaxError::Unexpected {
        wanted: "something else".to_owned(),
        found: found.map_or("the end of the line".to_owned(), |found| {
            format!("`{found}`")
        }),
        span: Span::new(offset + at, offset + at + found.map_or(0, str::len)),
    }
}

fn in_order(mut errors: Vec<SyntaxError>) -> Vec<SyntaxError> {
    errors.sort_by_key(|error| {
        let labels = error.labels().into_iter().flatten();
        labels.map(|label| label.offset()).min()
    });
    errors
}
