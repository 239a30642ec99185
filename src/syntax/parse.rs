//! Statement by statement from text to tree.

use std::collections::HashSet;

use miette::Diagnostic;
use pest::Parser;

use super::ast::{Expr, File, Statement, StatementKind};
use super::build::Builder;
use super::error::SyntaxError;
use super::fallback;
use super::grammar::{Grammar, Rule, rule_of};
use super::lex::{Kind, Lexer};
use super::near_miss::{self, NearMiss, Setting};
use super::split::{RawStatement, split};
use super::together;
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
    let mut rest = split.statements.as_slice();
    while !rest.is_empty() {
        let (run, behind) = rest.split_at(together::run_of_constraints(text, rest).max(1));
        reader.read_run(run);
        rest = behind;
    }
    reader.finish()
}

/// The syntax tree of one expression, as on the command line.
pub fn parse_expression(text: &str) -> Result<Expr, Vec<SyntaxError>> {
    let split = split(text);
    if !split.errors.is_empty() {
        return Err(in_order(split.errors));
    }
    let [raw] = split.statements.as_slice() else {
        return Err(vec![not_one_expression(text, &split.statements)]);
    };
    let source = raw.source(text);
    let declared = HashSet::new();
    let setting = setting(text, raw, &declared, false);
    match Grammar::parse(Rule::lone_expression, &source) {
        Ok(pairs) => {
            let mut builder = Builder::new(&source, raw.start, &declared);
            let expr = builder.lone_expression(pairs);
            let mut errors = std::mem::take(&mut builder.errors);
            if builder.suspicious {
                errors.extend(near_misses(&source, &setting));
            }
            if errors.is_empty() {
                Ok(expr)
            } else {
                Err(in_order(errors))
            }
        }
        Err(error) => {
            let misses: Vec<_> = near_misses(&source, &setting).collect();
            if misses.is_empty() {
                let rule = Rule::lone_expression;
                return Err(vec![fallback::explain(&source, raw.start, rule, &error)]);
            }
            Err(in_order(misses))
        }
    }
}

fn not_one_expression(text: &str, statements: &[RawStatement]) -> SyntaxError {
    let (start, end, found) = match statements.get(1) {
        Some(second) => (second.start, second.end, "a second one"),
        None => (0, text.len(), "nothing"),
    };
    SyntaxError::Unexpected {
        wanted: "one expression".to_owned(),
        behind: String::new(),
        found: found.to_owned(),
        place: "here",
        span: Span::new(start, end),
    }
}

fn near_misses(source: &str, setting: &Setting<'_>) -> impl Iterator<Item = SyntaxError> {
    near_miss::find(source, setting)
        .into_iter()
        .map(SyntaxError::from)
}

fn setting<'s>(
    text: &'s str,
    raw: &RawStatement,
    declared: &'s HashSet<String>,
    heading: bool,
) -> Setting<'s> {
    Setting {
        original: &text[raw.start..raw.end],
        offset: raw.start,
        declared,
        heading,
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
    /// Statements one after another; those of a long run of constraints are parsed ahead.
    fn read_run(&mut self, run: &[RawStatement]) {
        let ahead = together::parse(self.text, run, &self.declared);
        self.file.statements.reserve(ahead.len());
        let kinds = ahead.into_iter().chain(std::iter::repeat_with(|| None));
        for (raw, kind) in run.iter().zip(kinds) {
            if self.errors.len() >= MOST_ERRORS {
                return;
            }
            match kind {
                Some(kind) => self.accept(raw, [kind]),
                None => self.read(raw),
            }
        }
    }

    fn read(&mut self, raw: &RawStatement) {
        let source = raw.source(self.text);
        if raw.broken {
            return self.declare(&source);
        }
        let rule = rule_of(words::first(&source));
        self.heading |= rule == Rule::heading;
        match Grammar::parse(rule, &source) {
            Ok(pairs) => {
                let mut builder = Builder::new(&source, raw.start, &self.declared);
                let kinds = builder.statements(rule, pairs);
                let suspicious = builder.suspicious;
                self.errors.append(&mut builder.errors);
                if suspicious {
                    self.report(raw, &source);
                }
                self.accept(raw, kinds);
            }
            Err(error) => {
                if !self.report(raw, &source) {
                    self.errors
                        .push(fallback::explain(&source, raw.start, rule, &error));
                }
            }
        }
        self.declare(&source);
    }

    fn accept(&mut self, raw: &RawStatement, kinds: impl IntoIterator<Item = StatementKind>) {
        let span = Span::new(raw.start, raw.end);
        let comment = raw.description(self.text);
        for kind in kinds {
            if matches!(kind, StatementKind::Constraint(_)) && !self.heading {
                self.heading = true;
                self.errors
                    .push(NearMiss::ConstraintBeforeHeading { span }.into());
            }
            let comment = comment.clone();
            self.file.statements.push(Statement {
                span,
                kind,
                comment,
            });
        }
    }

    /// Reports a statement's near misses; whether there are any.
    fn report(&mut self, raw: &RawStatement, source: &str) -> bool {
        let before = self.errors.len();
        let setting = setting(self.text, raw, &self.declared, self.heading);
        self.errors.extend(near_misses(source, &setting));
        let found = &self.errors[before..];
        self.heading |= found.iter().any(begins_constraints);
        !found.is_empty()
    }

    /// Remembers what a declaration declares, its sizes included, even with an error in it.
    fn declare(&mut self, source: &str) {
        let mut tokens = Lexer::new(source);
        let head = tokens.next().map_or("", |token| token.of(source));
        if !matches!(
            head,
            "var" | "param" | "let" | "variable" | "variables" | "parameter"
        ) {
            return;
        }
        let name = tokens.next().filter(|token| token.kind == Kind::Word);
        let open = tokens.next().map_or("", |token| token.of(source));
        if name.is_none() || head == "let" && open == "(" {
            return;
        }
        let shape = tokens.take_while(|token| open == "[" && token.kind != Kind::Close);
        let sizes = shape.filter(|token| token.kind == Kind::Word);
        let names = name.into_iter().chain(sizes);
        self.declared
            .extend(names.map(|token| token.of(source).to_owned()));
    }

    fn finish(self) -> Result<File, Vec<SyntaxError>> {
        if self.errors.is_empty() {
            return Ok(self.file);
        }
        Err(in_order(self.errors))
    }
}

/// Whether the constraints begin here, although the heading is wrong.
fn begins_constraints(error: &SyntaxError) -> bool {
    match error {
        SyntaxError::NearMiss(NearMiss::Heading { .. } | NearMiss::InlineHeading { .. }) => true,
        SyntaxError::NearMiss(NearMiss::KeywordColon { keyword, .. }) => keyword == "subject to",
        _ => false,
    }
}

fn in_order(mut errors: Vec<SyntaxError>) -> Vec<SyntaxError> {
    errors.sort_by_key(|error| {
        let labels = error.labels().into_iter().flatten();
        labels.map(|label| label.offset()).min()
    });
    errors
}
