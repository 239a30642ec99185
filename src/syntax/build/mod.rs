//! From the grammar's flat pairs to the syntax tree.
//!
//! Building never stops at an error: it is noted, and a stand-in takes the place, so that all
//! errors of a statement are found.

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
pub(super) struct Builder<'d> {
    /// Where the statement stands in the file.
    offset: usize,
    /// Names that can be indexed but not called.
    declared: &'d HashSet<String>,
    pub errors: Vec<SyntaxError>,
    /// The text parses, but means something else in another language: see `near_miss`.
    pub suspicious: bool,
    /// Inside the brackets of an index, where `end` has a meaning.
    in_index: bool,
}

impl<'d> Builder<'d> {
    pub fn new(offset: usize, declared: &'d HashSet<String>) -> Self {
        Builder {
            offset,
            declared,
            errors: Vec::new(),
            suspicious: false,
            in_index: false,
        }
    }

    fn span(&self, pair: &Pair<'_>) -> Span {
        let span = pair.as_span();
        Span::new(self.offset + span.start(), self.offset + span.end())
    }

    fn name(&mut self, pair: &Pair<'_>) -> Name {
        let (text, span) = (pair.as_str().to_owned(), self.span(pair));
        if words::is_keyword(&text) {
            let keyword = text.clone();
            self.errors
                .push(SyntaxError::KeywordAsName { keyword, span });
        }
        Name { text, span }
    }

    /// The name of something new: `end` would hide the last position of an axis.
    fn new_name(&mut self, pair: &Pair<'_>) -> Name {
        let name = self.name(pair);
        if matches!(name.text.as_str(), "end" | "pi" | "inf") {
            let (word, span) = (name.text.clone(), name.span);
            self.errors.push(SyntaxError::ReservedName { word, span });
        }
        name
    }

    fn stand_in(span: Span) -> Expr {
        let kind = Box::new(ExprKind::Number(0.0));
        Expr { kind, span }
    }

    /// The grammar promises another pair here; an end of file would be a slip in the grammar.
    fn next<'t>(&self, items: &mut Items<'t>) -> Option<Pair<'t>> {
        items.next().filter(|pair| pair.as_rule() != Rule::EOI)
    }

    fn take<'t>(&self, items: &mut Items<'t>, rule: Rule) -> Option<Pair<'t>> {
        items.next_if(|pair| pair.as_rule() == rule)
    }

    /// The next pair as an expression.
    fn next_expression(&mut self, items: &mut Items<'_>, depth: usize) -> Expr {
        match self.next(items) {
            Some(pair) => self.expression(pair, depth),
            None => Self::stand_in(Span::new(self.offset, self.offset)),
        }
    }

    fn next_name(&mut self, items: &mut Items<'_>) -> Name {
        match self.next(items) {
            Some(pair) => self.new_name(&pair),
            None => Name {
                text: String::new(),
                span: Span::new(self.offset, self.offset),
            },
        }
    }
}
