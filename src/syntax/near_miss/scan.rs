//! The tokens of one statement, with what is known about each.

use std::collections::HashSet;

use crate::syntax::lex::{Kind, Lexer, Token};
use crate::syntax::words;

/// A statement as tokens; indices past its ends read as empty signs.
pub(super) struct Scan<'s> {
    pub source: &'s str,
    /// The same text with the user's own line breaks.
    pub original: &'s str,
    pub tokens: Vec<Token>,
    /// For a bracket its partner's index, for another token its own.
    mates: Vec<usize>,
    /// The innermost open bracket around each token.
    parents: Vec<Option<usize>>,
    pub declared: &'s HashSet<String>,
    /// Below `subject to`.
    pub heading: bool,
}

impl<'s> Scan<'s> {
    pub fn new(
        source: &'s str,
        original: &'s str,
        declared: &'s HashSet<String>,
        heading: bool,
    ) -> Self {
        let tokens: Vec<Token> = Lexer::new(source).collect();
        let (mates, parents) = brackets(&tokens);
        Scan {
            source,
            original,
            tokens,
            mates,
            parents,
            declared,
            heading,
        }
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The text of a token, empty past the ends.
    pub fn text(&self, at: usize) -> &'s str {
        self.tokens
            .get(at)
            .map_or("", |token| token.of(self.source))
    }

    pub fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::Sign, |token| token.kind)
    }

    pub fn start(&self, at: usize) -> usize {
        self.tokens
            .get(at)
            .map_or(self.source.len(), |token| token.start)
    }

    pub fn end(&self, at: usize) -> usize {
        self.tokens
            .get(at)
            .map_or(self.source.len(), |token| token.end)
    }

    /// The text of the tokens `from..to`.
    pub fn slice(&self, from: usize, to: usize) -> &'s str {
        if from >= to {
            return "";
        }
        &self.source[self.start(from)..self.end(to - 1)]
    }

    pub fn mate(&self, at: usize) -> usize {
        self.mates.get(at).copied().unwrap_or(at)
    }

    pub fn parent(&self, at: usize) -> Option<usize> {
        self.parents.get(at).copied().flatten()
    }

    pub fn is_outside_brackets(&self, at: usize) -> bool {
        self.parent(at).is_none()
    }

    /// Whether nothing, not even a blank, stands between a token and the next.
    pub fn touches_next(&self, at: usize) -> bool {
        self.end(at) == self.start(at + 1)
    }

    /// Whether an operand can end with this token.
    pub fn ends_operand(&self, at: usize) -> bool {
        match self.kind(at) {
            Kind::Word => !is_joining_word(self.text(at)),
            Kind::Number | Kind::Close | Kind::Text { .. } => at < self.len(),
            _ => matches!(self.text(at), "'" | "²" | "³" | "ᵀ" | "⊤"),
        }
    }

    /// Whether an operand can begin with this token.
    pub fn begins_operand(&self, at: usize) -> bool {
        match self.kind(at) {
            Kind::Word => !is_joining_word(self.text(at)),
            Kind::Number | Kind::Open | Kind::Text { .. } => at < self.len(),
            _ => false,
        }
    }

    /// The first token of the operand (with its postfixes) that ends with `at`.
    pub fn operand_start(&self, mut at: usize) -> usize {
        loop {
            let sign = self.kind(at) == Kind::Sign;
            if self.kind(at) == Kind::Close {
                at = self.mate(at);
                let applied = at > 0 && self.ends_operand(at - 1);
                if !applied || (self.text(at) == "(" && self.kind(at - 1) != Kind::Word) {
                    return at;
                }
                at -= 1;
            } else if sign && self.ends_operand(at) && at > 0 {
                at -= 1;
            } else {
                return at;
            }
        }
    }

    /// The token behind the operand (with its postfixes) that begins with `at`.
    pub fn operand_end(&self, at: usize) -> usize {
        let mut next = self.mate(at) + 1;
        loop {
            match self.text(next) {
                "[" | "(" | "{" => next = self.mate(next) + 1,
                "'" | "²" | "³" | "ᵀ" | "⊤" => next += 1,
                _ => return next,
            }
        }
    }

    /// The token behind the part of an expression that begins at `at`: up to the next sign that
    /// binds looser than a product.
    pub fn term_end(&self, at: usize) -> usize {
        let mut next = at;
        while next < self.len() {
            let stops = match self.kind(next) {
                Kind::Close | Kind::Semicolon => true,
                Kind::Word => is_joining_word(self.text(next)),
                Kind::Sign => is_loose(self.text(next)),
                _ => false,
            };
            if stops && next > at {
                return next;
            }
            next = self.mate(next) + 1;
        }
        next
    }

    /// The first token behind `from` outside of brackets that `wanted` accepts.
    pub fn find_outside(&self, from: usize, wanted: impl Fn(&str) -> bool) -> Option<usize> {
        (from..self.len()).find(|at| self.is_outside_brackets(*at) && wanted(self.text(*at)))
    }

    /// The parts of a bracket's content that commas separate, as ranges of tokens.
    pub fn parts(&self, open: usize) -> Vec<(usize, usize)> {
        let close = self.mate(open);
        let mut parts = Vec::new();
        let mut from = open + 1;
        let mut at = from;
        while at < close {
            if self.text(at) == "," {
                parts.push((from, at));
                from = at + 1;
            }
            at = self.mate(at) + 1;
        }
        parts.push((from, close));
        parts
    }
}

/// Signs that bind looser than a product, so that a term ends before them.
fn is_loose(sign: &str) -> bool {
    matches!(sign, "+" | "-" | "−" | ",") || is_relation(sign)
}

pub(super) fn is_relation(sign: &str) -> bool {
    matches!(
        sign,
        "==" | "<="
            | ">="
            | "<<"
            | ">>"
            | "≤"
            | "≥"
            | "⪯"
            | "⪰"
            | "<"
            | ">"
            | "=<"
            | "=>"
            | "="
            | "!="
            | "~="
            | "<>"
            | "≠"
            | "==="
            | ":="
    )
}

/// Words that stand between operands.
pub(super) fn is_joining_word(word: &str) -> bool {
    words::is_keyword(word) || matches!(word, "by" | "and" | "or")
}

fn brackets(tokens: &[Token]) -> (Vec<usize>, Vec<Option<usize>>) {
    let mut mates: Vec<usize> = (0..tokens.len()).collect();
    let mut parents = Vec::with_capacity(tokens.len());
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Close
            && let Some(mate) = open.pop()
        {
            mates[at] = mate;
            mates[mate] = at;
        }
        parents.push(open.last().copied());
        if token.kind == Kind::Open {
            open.push(at);
        }
    }
    (mates, parents)
}
