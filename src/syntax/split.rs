//! From a text to its statements, in one pass.
//!
//! A statement ends with its line or at `;`; it goes on while a bracket is open or when the line
//! ends in an operator. The definition of an inner problem also goes on in the lines below that are
//! indented deeper. Brackets are balanced and counted here, so that nothing behind this pass
//! can meet unbounded nesting.

use std::borrow::Cow;

use super::definition::Definition;
use super::error::SyntaxError;
use super::fallback::last_character;
use super::lex::{Kind, Lexer, Token, line_of};
use super::words;
use crate::span::Span;

/// Brackets, powers and indices may stand this deep in each other.
pub(super) const MOST_NESTED: usize = 200;

/// Words, numbers and signs that a file may have.
const MOST_TOKENS: usize = 8_000_000;

/// A statement's place in the text.
#[derive(Debug, Default)]
pub(super) struct RawStatement {
    pub start: usize,
    pub end: usize,
    /// The trailing comment, with its `#`.
    pub comment: Option<Span>,
    /// Line breaks, comments and unusual blanks inside the statement.
    gaps: Vec<Span>,
    /// Line breaks that stand between two constraints of an inner problem.
    separators: Vec<usize>,
    /// Its structure is wrong and reported: it is not parsed.
    pub broken: bool,
}

impl RawStatement {
    /// The statement on one line, with blanks for its gaps and `;` for a line break between
    /// constraints, so that byte positions stay true.
    pub fn source<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let inner = &text[self.start..self.end];
        if self.gaps.is_empty() {
            return Cow::Borrowed(inner);
        }
        let mut source = String::with_capacity(inner.len());
        for gap in &self.gaps {
            let (start, end) = (gap.start as usize, gap.end as usize);
            if end <= self.end {
                source.push_str(&text[self.start + source.len()..start]);
                source.extend(std::iter::repeat_n(' ', end - start));
            }
        }
        source.push_str(&text[self.start + source.len()..self.end]);
        for at in self.separators.iter().map(|at| at - self.start) {
            source.replace_range(at..at + 1, ";");
        }
        Cow::Owned(source)
    }

    /// The comment's text, without `#` and outer blanks.
    pub fn description(&self, text: &str) -> Option<String> {
        let comment = self.comment?.of(text).trim_start_matches('#').trim();
        (!comment.is_empty()).then(|| comment.to_owned())
    }
}

/// The statements of a text, and what is wrong with its brackets, strings and line ends.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub statements: Vec<RawStatement>,
    pub errors: Vec<SyntaxError>,
}

/// Splits a text into statements.
pub(super) fn split(text: &str) -> Split {
    let mut splitter = Splitter {
        text,
        lexer: Lexer::new(text),
        open: Vec::new(),
        too_deep: 0,
        current: None,
        definition: Definition::default(),
        last: None,
        line_begins: true,
        ended_on_line: false,
        foreign_comments: None,
        split: Split::default(),
    };
    splitter.run();
    splitter.split
}

struct Splitter<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
    /// The brackets that are open.
    open: Vec<Token>,
    /// How many brackets are open beyond the limit.
    too_deep: usize,
    current: Option<RawStatement>,
    /// How far the current statement is read as the definition of an inner problem.
    definition: Definition,
    /// The last word or sign of the current statement.
    last: Option<Token>,
    line_begins: bool,
    /// A statement ended on this line, so a comment may still belong to it.
    ended_on_line: bool,
    /// Where the first comment in another language's style stands, and how many there are.
    foreign_comments: Option<(Span, usize)>,
    split: Split,
}

impl Splitter<'_> {
    fn run(&mut self) {
        let mut tokens = 0;
        while let Some(token) = self.lexer.next() {
            match token.kind {
                Kind::Newline => self.newline(token),
                Kind::Comment => self.comment(token),
                Kind::Blank => self.gap(token),
                Kind::Sign if self.is_foreign_comment(token) => self.foreign_comment(token),
                Kind::Semicolon if self.open.is_empty() => self.semicolon(),
                _ => {
                    tokens += 1;
                    self.significant(token);
                }
            }
            if tokens > MOST_TOKENS {
                self.too_many(token);
                break;
            }
        }
        self.finish_text();
    }

    fn too_many(&mut self, token: Token) {
        let span = Span::new(token.start, token.end);
        self.split.errors.push(SyntaxError::TooMuchText {
            most: MOST_TOKENS,
            span,
        });
        self.split.statements.clear();
        self.current = None;
        self.open.clear();
    }

    fn finish_text(&mut self) {
        if !self.open.is_empty() {
            let end = self.text.trim_end().len();
            let last = last_character(&self.text[..end]);
            self.unclosed(Span::new(last, end), "the end of the file");
        }
        self.end_statement();
        if let Some((span, count)) = self.foreign_comments {
            let comment = span.of(self.text);
            let mark = if comment.starts_with('%') { 1 } else { 2 };
            let found = comment[..mark].to_owned();
            let others = count - 1;
            self.split.errors.push(SyntaxError::ForeignComment {
                found,
                others,
                span,
            });
        }
    }

    // ---- gaps

    fn gap(&mut self, token: Token) {
        if let Some(current) = &mut self.current {
            current.gaps.push(Span::new(token.start, token.end));
        }
    }

    fn newline(&mut self, token: Token) {
        if self.open.is_empty() && !self.line_begins && !self.goes_on() {
            if self.definition.goes_on(&self.text[token.end..]) {
                self.separate(token);
            } else {
                self.end_statement();
            }
        }
        self.gap(token);
        self.line_begins = true;
        self.ended_on_line = false;
    }

    /// The line break ends a constraint of an inner problem.
    fn separate(&mut self, token: Token) {
        if self.definition.has_constraints()
            && let Some(current) = &mut self.current
        {
            current.separators.push(token.start);
        }
    }

    fn comment(&mut self, token: Token) {
        let span = Span::new(token.start, token.end);
        match (&mut self.current, self.split.statements.last_mut()) {
            (Some(current), _) => {
                current.comment = Some(span);
                current.gaps.push(span);
            }
            (None, Some(last)) if self.ended_on_line => last.comment = Some(span),
            (None, _) => {}
        }
    }

    /// Whether the line's last word or sign makes the statement go on in the next line.
    fn goes_on(&self) -> bool {
        let Some((current, last)) = self.current.as_ref().zip(self.last) else {
            return false;
        };
        match last.kind {
            Kind::Sign if last.of(self.text) == ":" => {
                !words::is_heading(&self.text[current.start..last.start])
            }
            Kind::Sign => words::ends_no_statement(last.of(self.text)),
            Kind::Word if self.definition.is_open(last.of(self.text)) => true,
            _ => matches!(last.of(self.text), "in" | "and" | "or"),
        }
    }

    fn is_foreign_comment(&self, token: Token) -> bool {
        match token.of(self.text) {
            "/*" => true,
            "//" | "%" => self.open.is_empty(),
            _ => false,
        }
    }

    fn foreign_comment(&mut self, token: Token) {
        let rest = &self.text[token.start..];
        let length = match token.of(self.text) {
            "/*" => rest.find("*/").map_or(rest.len(), |at| at + 2),
            _ => line_of(rest).len(),
        };
        let end = token.start + length;
        let first = Span::new(token.start, token.start + line_of(&rest[..length]).len());
        let (span, count) = self.foreign_comments.unwrap_or((first, 0));
        self.foreign_comments = Some((span, count + 1));
        self.gap(Token { end, ..token });
        self.lexer.skip_to(end);
    }

    // ---- words and signs

    fn semicolon(&mut self) {
        self.ended_on_line |= self.current.is_some();
        self.end_statement();
    }

    fn significant(&mut self, token: Token) {
        self.recover(token);
        match &mut self.current {
            None => self.begin_statement(token),
            Some(current) => {
                current.end = token.end;
                current.comment = None;
            }
        }
        self.line_begins = false;
        if self.open.is_empty() {
            let before = self.last.map_or("", |last| last.of(self.text));
            self.definition.read(before, token.of(self.text));
        }
        self.last = Some(token);
        match token.kind {
            Kind::Open => self.open_bracket(token),
            Kind::Close => self.close_bracket(token),
            Kind::Text { closed: false } => {
                let span = Span::new(token.start, token.end);
                self.break_with(SyntaxError::UnclosedText { span });
            }
            _ => {}
        }
    }

    /// Ends a statement that is not complete where the next one plainly begins.
    fn recover(&mut self, token: Token) {
        if !self.line_begins || token.kind != Kind::Word || self.current.is_none() {
            return;
        }
        let rest = &self.text[token.start..];
        if self.open.is_empty() {
            let last = self.last.map_or("", |last| last.of(self.text));
            let indented = self.definition.is_inside(self.text, token.start);
            if words::begins_statement(rest) && !(indented && self.definition.expects(last, rest)) {
                self.end_statement();
            }
        } else if words::begins_statement(rest) || words::begins_labelled(rest) {
            let span = Span::new(token.start, token.end);
            self.unclosed(span, "the beginning of a new statement");
            self.end_statement();
        }
    }

    fn begin_statement(&mut self, token: Token) {
        let leading = token.kind == Kind::Sign && words::cannot_begin(token.of(self.text));
        self.definition = Definition::beginning(self.text, token.start);
        self.current = Some(RawStatement {
            start: token.start,
            end: token.end,
            ..RawStatement::default()
        });
        if leading || words::belongs_to_line_above(token.of(self.text)) {
            let end = self.split.statements.last().map_or(0, |above| above.end);
            let word = token.of(self.text).to_owned();
            let span = Span::new(token.start, token.end);
            self.break_with(if words::begins_labelled(&self.text[token.start..]) {
                let keyword = word;
                SyntaxError::KeywordAsName { keyword, span }
            } else {
                let above = (end > 0).then(|| Span::new(end, end));
                SyntaxError::LeadingOperator {
                    operator: word,
                    span,
                    above,
                }
            });
        }
    }

    fn end_statement(&mut self) {
        if let Some(mut current) = self.current.take() {
            let end = current.end;
            current.gaps.retain(|gap| (gap.end as usize) <= end);
            current.separators.retain(|at| *at < end);
            self.split.statements.push(current);
        }
        self.open.clear();
        self.too_deep = 0;
        self.last = None;
        self.definition = Definition::default();
    }

    /// Reports an error of the current statement, unless it has one already.
    fn break_with(&mut self, error: SyntaxError) {
        if let Some(current) = &mut self.current
            && !std::mem::replace(&mut current.broken, true)
        {
            self.split.errors.push(error);
        }
    }

    // ---- brackets

    fn open_bracket(&mut self, token: Token) {
        if self.open.len() < MOST_NESTED {
            return self.open.push(token);
        }
        self.too_deep += 1;
        self.break_with(SyntaxError::TooDeep {
            most: MOST_NESTED,
            span: Span::new(token.start, token.end),
        });
    }

    fn close_bracket(&mut self, token: Token) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let span = Span::new(token.start, token.end);
        let close = token.of(self.text).to_owned();
        match self.open.pop() {
            None => self.break_with(SyntaxError::UnopenedBracket { close, span }),
            Some(open) if words::closing(open.of(self.text)) == close => {}
            Some(open) => self.break_with(SyntaxError::MismatchedBracket {
                expected: words::closing(open.of(self.text)),
                open: Span::new(open.start, open.end),
                close,
                span,
            }),
        }
    }

    fn unclosed(&mut self, noticed: Span, at: &'static str) {
        if let Some(open) = self.open.last().copied() {
            self.break_with(SyntaxError::UnclosedBracket {
                bracket: open.of(self.text).to_owned(),
                expected: words::closing(open.of(self.text)),
                open: Span::new(open.start, open.end),
                at,
                noticed,
            });
        }
    }
}
