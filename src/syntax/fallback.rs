//! What to say about a statement that no near miss explains.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::error::SyntaxError;
use super::grammar::Rule;
use super::lex::{Kind, Lexer, Token};
use super::near_miss::NearMiss;
use super::split::MOST_NESTED;
use crate::span::Span;

/// The grammar's complaint in plain words.
pub(super) fn explain(source: &str, offset: usize, rule: Rule, error: &Error<Rule>) -> SyntaxError {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    if matches!(error.variant, ErrorVariant::CustomError { .. }) {
        let (most, span) = (MOST_NESTED, Span::new(offset + at, offset + at));
        return SyntaxError::TooDeep { most, span };
    }
    let place = Place::new(source, at);
    if place.found.is_none() && place.lacks_relation(rule) {
        let span = Span::new(offset, offset + source.len());
        return NearMiss::NoRelation { span }.into();
    }
    let (start, end) = match place.found {
        Some(token) => (token.start, token.end),
        None => (last_character(source), source.len()),
    };
    SyntaxError::Unexpected {
        wanted: place.wanted(rule),
        behind: place.behind(),
        found: place.found_text(),
        place: if place.found.is_some() {
            "here"
        } else {
            "behind this"
        },
        span: Span::new(offset + start, offset + end),
    }
}

/// The tokens around the position that the grammar stopped at.
struct Place<'s> {
    source: &'s str,
    /// Only words and signs outside of brackets, and the first is kept.
    first: Option<Token>,
    before: Option<Token>,
    found: Option<Token>,
    /// The innermost open bracket.
    open: Option<Token>,
    /// Behind an `if` in it.
    condition: bool,
    relation: bool,
    equals: bool,
    /// `minimize` or `maximize`, and `over`, were read.
    inner: bool,
    over: bool,
    /// The token before `before`.
    second: Option<Token>,
}

impl<'s> Place<'s> {
    fn new(source: &'s str, at: usize) -> Self {
        let mut place = Place {
            source,
            first: None,
            before: None,
            found: None,
            open: None,
            condition: false,
            relation: false,
            equals: false,
            inner: false,
            over: false,
            second: None,
        };
        let mut open = Vec::new();
        for token in Lexer::new(source) {
            if token.end > at && !(token.start < at && token.kind == Kind::Word) {
                place.found = Some(token);
                break;
            }
            place.first = place.first.or(Some(token));
            place.second = place.before.replace(token);
            place.equals |= token.of(source) == "=";
            place.inner |= matches!(token.of(source), "minimize" | "maximize");
            place.over |= token.of(source) == "over";
            let relation = matches!(
                token.of(source),
                "==" | "<=" | ">=" | "<<" | ">>" | "in" | "∈"
            );
            place.relation |= relation && open.is_empty();
            match token.kind {
                Kind::Open => open.push((token, false)),
                Kind::Close => drop(open.pop()),
                _ => {}
            }
            if let Some((_, condition)) = open.last_mut() {
                *condition |= token.of(source) == "if";
            }
        }
        place.open = open.last().map(|(token, _)| *token);
        place.condition = open.last().is_some_and(|(_, condition)| *condition);
        place
    }

    fn lacks_relation(&self, rule: Rule) -> bool {
        rule == Rule::constraint && !self.relation && self.open.is_none() && self.after_operand()
    }

    fn after_operand(&self) -> bool {
        self.before.is_some_and(|token| match token.kind {
            Kind::Word => {
                !super::words::is_keyword(token.of(self.source)) && token.of(self.source) != "by"
            }
            Kind::Number | Kind::Close | Kind::Text { .. } => true,
            _ => token.of(self.source) == "'",
        })
    }

    fn wanted(&self, rule: Rule) -> String {
        let before = self.before.map_or("", |token| token.of(self.source));
        if self
            .second
            .is_some_and(|token| token.of(self.source) == "for")
        {
            return "`in`".to_owned();
        }
        if rule == Rule::definition && self.inner && before == "over" {
            return "a name".to_owned();
        }
        if self.after_operand() {
            return self.after_an_operand(rule).to_owned();
        }
        match before {
            "" => "a statement",
            "," if rule == Rule::find => "a name",
            "param" | "var" | "let" | "find" | "for" => "a name",
            "subject" => "`to`",
            "in" | "∈" if self.open.is_none() && rule == Rule::constraint => "a set",
            _ => "an expression",
        }
        .to_owned()
    }

    fn after_an_operand(&self, rule: Rule) -> &'static str {
        let second = self.first.map(|token| token.end) < self.before.map(|token| token.start);
        match (self.open.map(|open| open.of(self.source)), rule) {
            (Some("["), _) if self.condition => "an operator, `and`, `or` or `]`",
            (Some(_), _) if self.condition => "an operator, `and`, `or` or `)`",
            (Some("["), _) => "an operator, `,` or `]`",
            (Some(_), _) => "an operator, `,` or `)`",
            (None, Rule::param) if second => "attributes, `=` or the end of the line",
            (None, Rule::var) if second => "attributes, bounds, `start` or the end of the line",
            (None, Rule::definition) if !self.equals => "`=`",
            (None, Rule::definition) if self.inner && !self.over => {
                "an operator or `over` with the inner variables"
            }
            (None, Rule::find) => "`,` or the end of the line",
            (None, Rule::expect) if !self.relation => "an operator or `==`",
            (None, Rule::constraint | Rule::heading) if !self.relation => {
                "an operator or a relation"
            }
            (None, _) => "an operator or the end of the line",
        }
    }

    fn behind(&self) -> String {
        self.before.map_or_else(String::new, |token| {
            format!(" after {}", quoted(token.of(self.source)))
        })
    }

    fn found_text(&self) -> String {
        self.found
            .map_or("the end of the line".to_owned(), |token| {
                quoted(token.of(self.source))
            })
    }
}

/// Where the last character of a text begins.
pub(super) fn last_character(text: &str) -> usize {
    text.char_indices()
        .next_back()
        .map_or(0, |(start, _)| start)
}

/// The text in backquotes, cut to a readable length.
fn quoted(text: &str) -> String {
    match text.char_indices().nth(30) {
        Some((cut, _)) => format!("`{}…`", &text[..cut]),
        None => format!("`{text}`"),
    }
}
