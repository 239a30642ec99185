//! From the grammar's flat pairs to the syntax tree.
//!
//! Building never stops at an error: it is noted, and a stand-in takes the place, so that all
//! errors of a statement are found.

mod call;
mod declaration;
mod expression;
mod family;
mod problem;

use std::collections::HashSet;
use std::iter::Peekable;

use super::ast::{Expr, ExprKind, Name};
use super::error::SyntaxError;
use super::grammar::{Pair, Pairs, Rule};
use super::words;
use crate::span::Span;

/// The pairs of one rule, with one of lookahead.
type Items<'t> = Peekable<Pairs<'t>>;

/// Builds the tree of one statement.
pub(super) struct Builder<'s> {
    /// The statement, which the pairs' positions count in.
    source: &'s str,
    /// Where the statement stands in the file.
    offset: usize,
    /// Names that can be indexed but not called.
    declared: &'s HashSet<String>,
    pub errors: Vec<SyntaxError>,
    /// The text parses, but means something else in another language: see `near_miss`.
    pub suspicious: bool,
    /// Inside the brackets of an index, where `end` has a meaning.
    in_index: bool,
}

impl<'s> Builder<'s> {
    pub fn new(source: &'s str, offset: usize, declared: &'s HashSet<String>) -> Self {
        Builder {
            source,
            offset,
            declared,
            errors: Vec::new(),
            suspicious: false,
            in_index: false,
        }
    }

    fn span_of(&self, start: usize, end: usize) -> Span {
        Span::new(self.offset + start, self.offset + end)
    }

    /// Where a pair stands in the file, without outer blanks.
    fn span(&self, pair: &Pair<'_>) -> Span {
        let text = pair.as_str();
        let start = pair.as_span().start() + (text.len() - text.trim_start().len());
        self.span_of(start, start + text.trim().len())
    }

    /// Where the brackets around a pair's text stand in the file.
    fn bracket_span(&self, pair: &Pair<'_>) -> Span {
        let span = pair.as_span();
        self.span_of(span.start() - 1, span.end() + 1)
    }

    /// The byte of the statement at `position`, 0 behind its end.
    fn byte(&self, position: usize) -> u8 {
        self.source.as_bytes().get(position).copied().unwrap_or(0)
    }

    fn name(&mut self, pair: &Pair<'_>) -> Name {
        let (text, span) = (pair.as_str().to_owned(), self.span(pair));
        self.check_word(&text, span);
        Name { text, span }
    }

    fn check_word(&mut self, text: &str, span: Span) {
        if words::is_keyword(text) {
            let keyword = text.to_owned();
            self.errors
                .push(SyntaxError::KeywordAsName { keyword, span });
        }
    }

    /// The name of something new, which must not hide a word with a fixed meaning.
    fn new_name(&mut self, pair: &Pair<'_>) -> Name {
        let name = self.name(pair);
        if matches!(name.text.as_str(), "end" | "pi" | "inf") {
            let (word, span) = (name.text.clone(), name.span);
            self.errors.push(SyntaxError::ReservedName { word, span });
        }
        name
    }

    fn nowhere(&self) -> Span {
        self.span_of(0, self.source.len())
    }

    fn stand_in(span: Span) -> Expr {
        let kind = Box::new(ExprKind::Number(0.0));
        Expr { kind, span }
    }

    fn next<'t>(&self, items: &mut Items<'t>) -> Option<Pair<'t>> {
        items.next().filter(|pair| pair.as_rule() != Rule::EOI)
    }

    fn take<'t>(&self, items: &mut Items<'t>, rule: Rule) -> Option<Pair<'t>> {
        items.next_if(|pair| pair.as_rule() == rule)
    }

    /// The next pair as an expression; the grammar promises that there is one.
    fn next_expression(&mut self, items: &mut Items<'_>, depth: usize) -> Expr {
        match self.next(items) {
            Some(pair) => self.expression(pair, depth),
            None => Self::stand_in(self.nowhere()),
        }
    }

    /// The expression that is all of a pair's content.
    fn inner_expression(&mut self, pair: Pair<'_>, depth: usize) -> Expr {
        self.next_expression(&mut pair.into_inner().peekable(), depth)
    }

    fn next_name(&mut self, items: &mut Items<'_>) -> Name {
        match self.next(items) {
            Some(pair) => self.new_name(&pair),
            None => Name {
                text: String::new(),
                span: self.nowhere(),
            },
        }
    }
}

/// Appends; a list of one takes the room of one, as most lists in long texts are such.
fn push<T>(list: &mut Vec<T>, item: T) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(item);
}
