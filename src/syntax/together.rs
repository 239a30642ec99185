//! Long runs of constraints, parsed by all cores at once.
//!
//! A constraint declares nothing, so that each can be parsed without those before it. Whatever is
//! not plainly right is left to be read in its turn.

use super::ast::StatementKind;
use super::build::Builder;
use super::form::Forms;
use super::grammar::{Grammar, Rule, rule_of};
use super::split::RawStatement;
use super::words;
use pest::Parser;
use std::collections::HashSet;

/// Runs shorter than this are not worth another thread.
const LONG_RUN: usize = 2000;

/// How many statements from the first on are constraints.
pub(super) fn run_of_constraints(text: &str, statements: &[RawStatement]) -> usize {
    let is_constraint = |raw: &&RawStatement| {
        let word = words::first(&text[raw.start..raw.end]);
        let declares = matches!(word, "variable" | "variables" | "parameter");
        !raw.broken && !declares && rule_of(word) == Rule::constraint
    };
    statements.iter().take_while(is_constraint).count()
}

/// The statements of a long run, `None` for those to be read in their turn; empty for short runs.
pub(super) fn parse(
    text: &str,
    run: &[RawStatement],
    declared: &HashSet<String>,
) -> Vec<Option<StatementKind>> {
    if run.len() < LONG_RUN {
        return Vec::new();
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let length = run.len().div_ceil(threads).max(LONG_RUN / 2);
    let parse_part = |part: &[RawStatement]| -> Vec<_> {
        let mut forms = Forms::default();
        part.iter()
            .map(|raw| constraint(text, raw, declared, &mut forms))
            .collect()
    };
    let (own, others) = run.split_at(length.min(run.len()));
    std::thread::scope(|scope| {
        let threads: Vec<_> = others
            .chunks(length)
            .map(|part| (part.len(), scope.spawn(move || parse_part(part))))
            .collect();
        let mut all = parse_part(own);
        for (count, thread) in threads {
            match thread.join() {
                Ok(part) => all.extend(part),
                Err(_) => all.extend(std::iter::repeat_n(None, count)),
            }
        }
        all
    })
}

fn constraint(
    text: &str,
    raw: &RawStatement,
    declared: &HashSet<String>,
    forms: &mut Forms,
) -> Option<StatementKind> {
    let source = raw.source(text);
    let key = forms.read(&source);
    if let Some(made) = forms.constraint(key, &source, raw.start) {
        return Some(made);
    }
    let kind = parsed(&source, raw.start, declared)?;
    forms.learn(key, &source, raw.start, &kind);
    Some(kind)
}

/// The constraint in `source`, where nothing is wrong or suspicious about it.
pub(super) fn parsed(
    source: &str,
    offset: usize,
    declared: &HashSet<String>,
) -> Option<StatementKind> {
    let pairs = Grammar::parse(Rule::constraint, source).ok()?;
    let mut builder = Builder::new(source, offset, declared);
    let mut kinds = builder.statements(Rule::constraint, pairs);
    if !builder.errors.is_empty() || builder.suspicious || kinds.len() != 1 {
        return None;
    }
    kinds.pop()
}
