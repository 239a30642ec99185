//! Constraints of one form are parsed once.
//!
//! The tree of a statement follows from its words and signs; which names and numbers stand among them
//! changes its leaves alone. So the tree of the second statement of a form is kept, with the places of
//! its leaves among the words, and those that follow are made from it.

mod copy;

use super::ast::{Constraint, StatementKind};
use super::lex::{Kind, Lexer, Token};
use super::words;
use crate::span::Span;
use copy::{Leaves, copied};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

/// Further forms are not kept.
const MOST_FORMS: usize = 1000;

/// The forms met so far, and the words of the statement at hand.
#[derive(Default)]
pub(super) struct Forms {
    known: FxHashMap<u64, Known>,
    tokens: Vec<Token>,
}

enum Known {
    /// Once.
    Seen,
    Kept(Box<Form>),
    /// Its tree has more to it than leaves.
    Unfit,
}

/// A statement to make others from.
struct Form {
    source: String,
    tokens: Vec<Token>,
    /// Spans are the positions of their first and last token.
    tree: Constraint,
    /// The tokens of the names and numbers, in the order of the tree.
    leaves: Vec<u32>,
}

impl Forms {
    /// Reads the words of a statement. Returns the key of its form.
    pub(super) fn read(&mut self, source: &str) -> u64 {
        self.tokens.clear();
        self.tokens.extend(Lexer::new(source));
        let mut hasher = FxHasher::default();
        for (k, token) in self.tokens.iter().enumerate() {
            std::mem::discriminant(&token.kind).hash(&mut hasher);
            if !is_free(source, &self.tokens, k) {
                token.of(source).hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    /// The statement that was read, where its form is known.
    pub(super) fn constraint(
        &self,
        key: u64,
        source: &str,
        offset: usize,
    ) -> Option<StatementKind> {
        let Some(Known::Kept(form)) = self.known.get(&key) else {
            return None;
        };
        if !form.is_of(source, &self.tokens) {
            return None;
        }
        let mut maker = Maker {
            source,
            tokens: &self.tokens,
            offset,
            leaves: form.leaves.iter(),
        };
        Some(StatementKind::Constraint(copied(&form.tree, &mut maker)?))
    }

    /// Remembers the statement that was read, with the tree that it was parsed to.
    pub(super) fn learn(&mut self, key: u64, source: &str, offset: usize, kind: &StatementKind) {
        let known = match (self.known.get(&key), kind) {
            (None, _) if self.known.len() < MOST_FORMS => Known::Seen,
            (Some(Known::Seen), StatementKind::Constraint(tree)) => {
                Form::new(source, &self.tokens, offset, tree)
                    .map_or(Known::Unfit, |form| Known::Kept(Box::new(form)))
            }
            _ => return,
        };
        self.known.insert(key, known);
    }
}

/// Whether any name or any number could stand in the place of the token.
fn is_free(source: &str, tokens: &[Token], k: usize) -> bool {
    let token = tokens[k];
    match token.kind {
        Kind::Number => true,
        Kind::Word => {
            let called = || tokens.get(k + 1).is_some_and(|next| next.of(source) == "(");
            let word = token.of(source);
            word.is_ascii() && !has_a_meaning(word) && !called()
        }
        _ => false,
    }
}

/// Words that are no mere names, and those that hint at another language.
fn has_a_meaning(word: &str) -> bool {
    let known = matches!(
        word,
        "end"
            | "by"
            | "and"
            | "or"
            | "to"
            | "over"
            | "pi"
            | "inf"
            | "T"
            | "variable"
            | "variables"
            | "parameter"
    );
    known || words::is_keyword(word)
}

impl Form {
    fn new(source: &str, tokens: &[Token], offset: usize, tree: &Constraint) -> Option<Self> {
        let mut learner = Learner {
            source,
            tokens,
            offset,
            next: 0,
            leaves: Vec::new(),
        };
        let tree = copied(tree, &mut learner)?;
        learner.skip_fixed();
        (learner.next == tokens.len()).then(|| Form {
            source: source.to_owned(),
            tokens: tokens.to_vec(),
            tree,
            leaves: learner.leaves,
        })
    }

    /// Whether the statement is this one but for its names and numbers.
    fn is_of(&self, source: &str, tokens: &[Token]) -> bool {
        let same = |k: usize| {
            let (ours, theirs) = (self.tokens[k], tokens[k]);
            let fixed = || ours.of(&self.source) == theirs.of(source);
            let free = is_free(source, tokens, k);
            ours.kind == theirs.kind
                && free == is_free(&self.source, &self.tokens, k)
                && (free || fixed())
        };
        self.tokens.len() == tokens.len() && (0..tokens.len()).all(same)
    }
}

/// From a tree to a form.
struct Learner<'s> {
    source: &'s str,
    tokens: &'s [Token],
    offset: usize,
    /// The token behind the last leaf.
    next: usize,
    leaves: Vec<u32>,
}

impl Learner<'_> {
    fn skip_fixed(&mut self) {
        while self.next < self.tokens.len() && !is_free(self.source, self.tokens, self.next) {
            self.next += 1;
        }
    }

    /// Passes tokens up to a leaf; none that could be one is left out.
    fn leaf(&mut self, is_it: impl Fn(Token) -> bool) -> Option<()> {
        while !is_it(*self.tokens.get(self.next)?) {
            if is_free(self.source, self.tokens, self.next) {
                return None;
            }
            self.next += 1;
        }
        self.leaves.push(self.next as u32);
        self.next += 1;
        Some(())
    }
}

impl Leaves for Learner<'_> {
    fn span(&mut self, span: Span) -> Option<Span> {
        let start = (span.start as usize).checked_sub(self.offset)?;
        let end = (span.end as usize).checked_sub(self.offset)?;
        let first = self
            .tokens
            .binary_search_by_key(&start, |token| token.start);
        let last = self.tokens.binary_search_by_key(&end, |token| token.end);
        Some(Span::new(first.ok()?, last.ok()?))
    }

    fn name(&mut self, name: &str) -> Option<String> {
        let source = self.source;
        self.leaf(|token| token.kind == Kind::Word && token.of(source) == name)?;
        Some(name.to_owned())
    }

    fn number(&mut self, number: f64) -> Option<f64> {
        let source = self.source;
        let is_it = |token: Token| {
            token.kind == Kind::Number && token.of(source).parse().is_ok_and(|n: f64| n == number)
        };
        self.leaf(is_it)?;
        Some(number)
    }
}

/// From a form to a tree.
struct Maker<'s> {
    source: &'s str,
    tokens: &'s [Token],
    offset: usize,
    leaves: std::slice::Iter<'s, u32>,
}

impl Maker<'_> {
    fn leaf(&mut self) -> Option<&str> {
        let token = self.tokens.get(*self.leaves.next()? as usize)?;
        Some(token.of(self.source))
    }
}

impl Leaves for Maker<'_> {
    fn span(&mut self, span: Span) -> Option<Span> {
        let first = self.tokens.get(span.start as usize)?;
        let last = self.tokens.get(span.end as usize)?;
        Some(Span::new(self.offset + first.start, self.offset + last.end))
    }

    fn name(&mut self, _name: &str) -> Option<String> {
        self.leaf().map(str::to_owned)
    }

    fn number(&mut self, _number: f64) -> Option<f64> {
        self.leaf()?.parse().ok().filter(|n: &f64| n.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::super::together::parsed;
    use super::*;
    use std::collections::HashSet;

    /// Statement `k` of each form, and whether its form is one to make others from.
    fn statements(k: usize) -> [(String, bool); 9] {
        let next = k + 1;
        [
            (format!("c{k}: 0.5*x[{next}] - x[{k}] <= 0.{k}"), true),
            (
                format!("label_{k} : -{k}.5e-3*a{k}'*y^2 + 3 >= f(x[{k}], M = {next})"),
                true,
            ),
            (format!("{k} <= x[{k}, :]*-z <= (q{k}[end])*{next}"), true),
            (format!("x{k}.^2 + .5*b{k} == (2*(a + {k}))''"), true),
            (format!("max(x{k}, - y) <= 1e{k}"), true),
            (format!("line{k}: first\n  + {k} <= second"), true),
            (format!("x[{k}] in box(0, {next})"), false),
            (format!("s{k}[i]: x[i] <= {k} for i in 1..{next}"), false),
            (format!("[x{k}; y] == {k}"), false),
        ]
    }

    #[test]
    fn forms_make_the_trees_of_the_grammar() {
        let declared = HashSet::new();
        for form in 0..9 {
            let mut forms = Forms::default();
            let mut made = 0;
            for k in 1..400 {
                let (text, _) = &statements(k)[form];
                let (source, offset) = (text.replace('\n', " "), 7 * k);
                let wanted = parsed(&source, offset, &declared);
                let key = forms.read(&source);
                let found = forms.constraint(key, &source, offset);
                made += usize::from(found.is_some());
                match (&found, &wanted) {
                    (Some(_), _) => assert_eq!(found, wanted, "{source}"),
                    (None, Some(tree)) => forms.learn(key, &source, offset, tree),
                    (None, None) => {}
                }
            }
            assert_eq!(
                made > 300,
                statements(1)[form].1,
                "{}",
                statements(1)[form].0
            );
        }
    }

    #[test]
    fn words_with_a_meaning_are_not_exchanged() {
        let declared = HashSet::new();
        let mut forms = Forms::default();
        for source in [
            "x <= y",
            "z <= y",
            "z <= inf",
            "end <= y",
            "x <= for",
            "x <= 1e999",
        ] {
            let key = forms.read(source);
            let found = forms.constraint(key, source, 0);
            assert!(found.is_none() || source == "z <= y", "{source}");
            if let Some(tree) = parsed(source, 0, &declared) {
                forms.learn(key, source, 0, &tree);
            }
        }
    }
}
