//! One pass over the text: statements apart, comments off, continued lines joined.
//!
//! The text of a statement keeps its byte positions: comments and joined line ends become blanks.

use super::error::SyntaxError;
use crate::span::Span;

/// Deeper nesting is refused, so that no later recursion can run out of stack.
const DEEPEST: usize = 150;
/// Longer statements are data.
const LONGEST_STATEMENT: usize = 64 << 20;

/// A statement before it is parsed.
#[derive(Debug, PartialEq)]
pub(super) struct Piece {
    /// Where its text stands, outer blanks off.
    pub span: Span,
    pub comment: Option<String>,
}

/// The text with blanks for comments and joined lines, its statements, and what is wrong.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub text: String,
    pub pieces: Vec<Piece>,
    pub errors: Vec<SyntaxError>,
}

const KEYWORDS: &[&str] = &[
    "param", "let", "var", "minimize", "maximize", "find", "subject", "expect",
];

/// Splits the text at line ends and `;` outside brackets.
pub(super) fn split(source: &str) -> Split {
    let mut splitter = Splitter {
        source: source.as_bytes(),
        text: source.as_bytes().to_vec(),
        open: Vec::new(),
        start: 0,
        broken: false,
        split: Split::default(),
    };
    splitter.run();
    let Splitter {
        text, mut split, ..
    } = splitter;
    // Whole characters are blanked only in comments, and those byte by byte.
    split.text = String::from_utf8(text).unwrap_or_default();
    split
}

struct Splitter<'s> {
    source: &'s [u8],
    text: Vec<u8>,
    /// Open brackets and where they stand.
    open: Vec<(u8, usize)>,
    start: usize,
    /// The statement under way has an error already.
    broken: bool,
    split: Split,
}

impl Splitter<'_> {
    fn run(&mut self) {
        let mut k = 0;
        while k < self.source.len() {
            k = match self.source[k] {
                b'#' => self.comment(k),
                b'"' => self.string(k),
                b'\n' => self.line_end(k, None),
                b';' if self.open.is_empty() => {
                    self.finish(k, None);
                    self.start = k + 1;
                    k + 1
                }
                b'(' | b'[' => self.opened(k),
                b')' | b']' => self.closed(k),
                _ => k + 1,
            };
        }
        self.end_of_statement(self.source.len(), None);
    }

    fn comment(&mut self, start: usize) -> usize {
        let rest = &self.source[start..];
        let length = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
        self.text[start..start + length].fill(b' ');
        let words = String::from_utf8_lossy(&rest[1..length.max(1)]);
        let comment = words.trim().to_owned();
        let end = start + length;
        if end < self.source.len() {
            self.line_end(end, Some(comment))
        } else {
            self.end_of_statement(end, Some(comment));
            self.start = end;
            end
        }
    }

    fn string(&mut self, start: usize) -> usize {
        let rest = &self.source[start + 1..];
        let stop = rest.iter().position(|&b| b == b'"' || b == b'\n');
        match stop {
            Some(length) if rest[length] == b'"' => start + length + 2,
            Some(length) => {
                self.fail(SyntaxError::UnclosedText {
                    open: Span::new(start, start + 1),
                });
                start + 1 + length
            }
            None => {
                self.fail(SyntaxError::UnclosedText {
                    open: Span::new(start, start + 1),
                });
                self.source.len()
            }
        }
    }

    fn opened(&mut self, k: usize) -> usize {
        self.open.push((self.source[k], k));
        if self.open.len() == DEEPEST + 1 {
            self.fail(SyntaxError::TooDeep {
                limit: DEEPEST,
                span: Span::new(k, k + 1),
            });
        }
        k + 1
    }

    fn closed(&mut self, k: usize) -> usize {
        let close = self.source[k];
        let span = Span::new(k, k + 1);
        match self.open.pop() {
            None => self.fail(SyntaxError::Unopened { span }),
            Some((open, at)) if (open == b'(') != (close == b')') => {
                self.fail(SyntaxError::Mismatched {
                    open: Span::new(at, at + 1),
                    close: span,
                });
            }
            Some(_) => {}
        }
        k + 1
    }

    /// Ends the statement, or joins the next line to it.
    fn line_end(&mut self, k: usize, comment: Option<String>) -> usize {
        let next = k + 1;
        let inside = !self.open.is_empty();
        if inside && self.keyword_follows(next) {
            self.end_of_statement(k, comment);
            self.start = next;
            return next;
        }
        if inside || self.continues(k) {
            self.text[k] = b' ';
            return next;
        }
        self.finish(k, comment);
        self.start = next;
        self.leading_operator(next);
        next
    }

    /// A line that begins like a statement ends an unclosed bracket.
    fn keyword_follows(&self, start: usize) -> bool {
        let line = &self.source[start..];
        let skip = line
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let line = &line[skip..];
        KEYWORDS.iter().any(|word| {
            line.starts_with(word.as_bytes())
                && line
                    .get(word.len())
                    .is_some_and(|b| matches!(b, b' ' | b'\t'))
        })
    }

    /// Whether the text before the line end asks for more.
    fn continues(&self, end: usize) -> bool {
        let line = trim_end(&self.text[self.start..end]);
        if is_blank(line) {
            return false;
        }
        let last = line[line.len() - 1];
        let symbol = matches!(
            last,
            b'+' | b'-' | b'*' | b'/' | b'^' | b'<' | b'>' | b'=' | b',' | b':'
        );
        symbol
            || ["≤", "≥", "⪯", "⪰", "∈", "−"]
                .iter()
                .any(|s| line.ends_with(s.as_bytes()))
            || ends_with_word(line, b"in")
            || ends_with_word(line, b"for")
    }

    fn leading_operator(&mut self, start: usize) {
        let line = &self.source[start..];
        let skip = line
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let line = &line[skip..];
        let operators: [&[u8]; 13] = [
            b"==", b"<=", b">=", b"<<", b">>", b".*", b"./", b".^", b"+", b"*", b"/", b"^", b",",
        ];
        let commented = line.starts_with(b"//") || line.starts_with(b"/*");
        let Some(found) = operators.iter().find(|o| line.starts_with(o)) else {
            return;
        };
        if commented {
            return;
        }
        let at = start + skip;
        self.fail(SyntaxError::LeadingOperator {
            operator: String::from_utf8_lossy(found).into_owned(),
            span: Span::new(at, at + found.len()),
        });
    }

    /// The end of a statement whether its brackets are closed or not.
    fn end_of_statement(&mut self, end: usize, comment: Option<String>) {
        if let Some(&(bracket, at)) = self.open.first() {
            let close = if bracket == b'(' { ')' } else { ']' };
            let stop = self.start + trim_end(&self.text[self.start..end]).len();
            self.fail(SyntaxError::Unclosed {
                open: Span::new(at, at + 1),
                end: Span::new(stop.saturating_sub(1), stop),
                help: format!("add `{close}` where the bracket should end"),
            });
            self.open.clear();
        }
        self.finish(end, comment);
    }

    fn finish(&mut self, end: usize, comment: Option<String>) {
        let slice = &self.text[self.start..end];
        let lead = slice.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let length = trim_end(slice).len();
        let broken = std::mem::take(&mut self.broken);
        if length <= lead || broken {
            return;
        }
        let span = Span::new(self.start + lead, self.start + length);
        if length - lead > LONGEST_STATEMENT {
            self.split.errors.push(SyntaxError::TooLong {
                length: length - lead,
                limit: LONGEST_STATEMENT,
                span: Span::new(self.start + lead, self.start + lead + 1),
            });
            return;
        }
        self.split.pieces.push(Piece { span, comment });
    }

    /// One error a statement: the rest of it is not parsed.
    fn fail(&mut self, error: SyntaxError) {
        if !self.broken {
            self.split.errors.push(error);
        }
        self.broken = true;
    }
}

fn trim_end(bytes: &[u8]) -> &[u8] {
    let blank = bytes
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_whitespace())
        .count();
    &bytes[..bytes.len() - blank]
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
}

fn ends_with_word(line: &[u8], word: &[u8]) -> bool {
    line.strip_suffix(word)
        .and_then(|rest| rest.last())
        .is_some_and(|b| b.is_ascii_whitespace())
}
