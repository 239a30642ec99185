//! Where the definition of an inner problem goes on: `let f(x) = minimize … over … subject to …`.
//!
//! It goes on in the lines below that are indented deeper than its `let`, and behind a line that
//! ends in `over` or `subject to`.

use super::words;

/// How far a statement is read as such a definition.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Definition {
    stage: Stage,
    /// Blanks before the line that `let` stands on.
    indent: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// Another statement.
    #[default]
    None,
    /// `let` was read.
    Let,
    /// `= minimize` or `= maximize` was read.
    Objective,
    /// `subject to` was read.
    Constraints,
}

impl Definition {
    /// Of the statement that begins at `start`.
    pub fn beginning(text: &str, start: usize) -> Self {
        match words::first(&text[start..]) {
            "let" => Definition {
                stage: Stage::Let,
                indent: indent_before(text, start).unwrap_or(0),
            },
            _ => Definition::default(),
        }
    }

    /// Takes note of a word or sign outside of brackets, and the one before it.
    pub fn read(&mut self, before: &str, token: &str) {
        self.stage = match (self.stage, before, token) {
            (Stage::Let, "=", "minimize" | "maximize") => Stage::Objective,
            (Stage::Objective, "subject", "to") => Stage::Constraints,
            (stage, _, _) => stage,
        };
    }

    pub fn has_constraints(self) -> bool {
        self.stage == Stage::Constraints
    }

    /// Whether a line that ends in this word lacks what has to follow.
    pub fn is_open(self, word: &str) -> bool {
        match self.stage {
            Stage::None | Stage::Let => false,
            Stage::Objective => matches!(word, "minimize" | "maximize" | "over" | "subject"),
            Stage::Constraints => word == "to",
        }
    }

    /// Whether the next line that is not empty is indented deeper.
    pub fn goes_on(self, rest: &str) -> bool {
        match self.stage {
            Stage::None | Stage::Let => false,
            Stage::Objective | Stage::Constraints => {
                next_indent(rest).is_some_and(|indent| indent > self.indent)
            }
        }
    }

    /// Whether the line with this first word is indented deeper.
    pub fn is_inside(self, text: &str, start: usize) -> bool {
        indent_before(text, start).is_some_and(|indent| indent > self.indent)
    }

    /// Whether what begins like a statement of its own belongs to the definition.
    pub fn expects(self, last: &str, rest: &str) -> bool {
        match (self.stage, words::first(rest)) {
            (Stage::Let, "minimize" | "maximize") => last == "=",
            (Stage::Objective, "subject") => true,
            (Stage::None | Stage::Let | Stage::Objective | Stage::Constraints, _) => false,
        }
    }
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() && !matches!(character, '\n' | '\r')
}

/// Blanks between the beginning of the line and `at`; `None` when there is more.
fn indent_before(text: &str, at: usize) -> Option<usize> {
    let before = text[..at].trim_end_matches(is_blank);
    let whole = before.is_empty() || before.ends_with(['\n', '\r']);
    whole.then_some(at - before.len())
}

/// Blanks before the first word or sign below.
fn next_indent(rest: &str) -> Option<usize> {
    let lines = rest.split(['\n', '\r']);
    let indent = |line: &str| line.len() - line.trim_start_matches(is_blank).len();
    lines
        .map(|line| (indent(line), line.trim_start()))
        .find(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(indent, _)| indent)
}
