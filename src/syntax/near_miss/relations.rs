//! Relations of other languages, in constraints, bounds and filters.

use super::scan::is_relation;
use super::sums::begins_filter;
use super::{NearMiss, Search};
use crate::syntax::lex::Kind;

pub(super) fn detect(search: &mut Search<'_>) {
    let in_filter = filters(search);
    for (at, filter) in in_filter.into_iter().enumerate() {
        if !search.is_free(at) {
            continue;
        }
        if filter {
            in_a_filter(search, at);
        } else if search.scan.is_outside_brackets(at) {
            in_a_constraint(search, at);
        }
    }
}

/// Which tokens stand behind the `if` of a filter, up to the end of the bracket around it.
fn filters(search: &Search<'_>) -> Vec<bool> {
    let scan = &search.scan;
    let mut end = 0;
    let mut inside = Vec::with_capacity(scan.len());
    for at in 0..scan.len() {
        inside.push(at < end);
        if begins_filter(scan, at) {
            let close = scan.parent(at).map_or(scan.len(), |open| scan.mate(open));
            end = end.max(close);
        }
    }
    inside
}

fn in_a_filter(search: &mut Search<'_>, at: usize) {
    let means = match search.scan.text(at) {
        "=" => "==",
        "~=" | "<>" | "≠" => "!=",
        "&&" | "&" => return connective(search, at, "and"),
        "||" | "|" => return connective(search, at, "or"),
        _ => return,
    };
    relation(search, at, means);
}

fn connective(search: &mut Search<'_>, at: usize, means: &'static str) {
    let (found, span) = (search.scan.text(at).to_owned(), search.span(at, at + 1));
    search.replace(at, at + 1, means);
    search.report(move |write| NearMiss::Operator {
        found,
        means,
        span,
        write,
    });
}

fn relation(search: &mut Search<'_>, at: usize, means: &'static str) {
    let (found, span) = (search.scan.text(at).to_owned(), search.span(at, at + 1));
    search.replace(at, at + 1, means);
    search.report(move |write| NearMiss::Relation {
        found,
        means,
        span,
        write,
    });
}

fn in_a_constraint(search: &mut Search<'_>, at: usize) {
    match search.scan.text(at) {
        "<" => strict(search, at, "<="),
        ">" => strict(search, at, ">="),
        "=" if takes_equality(search) => single_equals(search, at),
        "=<" => relation(search, at, "<="),
        "=>" => relation(search, at, ">="),
        "===" | ":=" => relation(search, at, "=="),
        "!=" | "~=" | "<>" | "≠" => not_equal(search, at),
        "&&" | "and" | "&" => joined(search, at),
        "," if separates_constraints(search, at) => joined(search, at),
        _ => {}
    }
}

fn strict(search: &mut Search<'_>, at: usize, means: &'static str) {
    let (found, span) = (search.scan.text(at).to_owned(), search.span(at, at + 1));
    search.replace(at, at + 1, means);
    search.report(move |write| NearMiss::StrictRelation {
        found,
        means,
        span,
        write,
    });
}

/// Whether the statement is a constraint or an expectation.
fn takes_equality(search: &Search<'_>) -> bool {
    let keyword = search.scan.text(0);
    let other = matches!(
        keyword,
        "param" | "let" | "var" | "minimize" | "maximize" | "find" | "for"
    );
    !other && (search.scan.kind(0) != Kind::Sign || keyword == "-")
}

fn single_equals(search: &mut Search<'_>, at: usize) {
    let span = search.span(at, at + 1);
    search.replace(at, at + 1, "==");
    search.report(move |write| NearMiss::SingleEquals { span, write });
}

fn not_equal(search: &mut Search<'_>, at: usize) {
    let (found, span) = (search.scan.text(at).to_owned(), search.span(at, at + 1));
    search.claim(at, at + 1);
    search.report(move |_| NearMiss::NotEqual { found, span });
}

/// A comma behind a relation, but not between the generators of a family.
fn separates_constraints(search: &Search<'_>, at: usize) -> bool {
    let before = search
        .scan
        .find_outside(0, is_relation)
        .is_some_and(|relation| relation < at);
    let family = search
        .scan
        .find_outside(0, |text| text == "for")
        .is_some_and(|to| to < at);
    takes_equality(search) && search.scan.text(0) != "expect" && before && !family
}

fn joined(search: &mut Search<'_>, at: usize) {
    let (found, span) = (search.scan.text(at).to_owned(), search.span(at, at + 1));
    search.remove(search.scan.end(at.saturating_sub(1)), search.scan.start(at));
    search.replace(at, at + 1, ";");
    search.report(move |write| NearMiss::JoinedConstraints { found, span, write });
}
