//! Ranges, indices, braces, and operands that nothing joins.

use super::declarations::brackets;
use super::scan::is_joining_word;
use super::{NearMiss, Search};
use crate::syntax::lex::Kind;

pub(super) fn detect(search: &mut Search<'_>) {
    let label = label_colon(search);
    for at in 0..search.scan.len() {
        match search.scan.text(at) {
            ":" if Some(at) != label && search.is_free(at) => colon(search, at),
            "]" if search.scan.text(at + 1) == "[" => chained_index(search, at),
            "{" if search.is_free(at) => braces(search, at),
            ".." if search.is_free(at) => range_value(search, at),
            _ => {}
        }
        side_by_side(search, at);
    }
}

/// The colon behind the label of a constraint or objective.
fn label_colon(search: &Search<'_>) -> Option<usize> {
    if matches!(search.scan.text(0), "param" | "var" | "let" | "for") {
        return None;
    }
    search.scan.find_outside(0, |text| text == ":")
}

/// `sum(for i in 1..n: x[i])`
fn family_first(search: &mut Search<'_>, first: usize, at: usize) {
    let scan = &search.scan;
    let last = scan.parent(at).map_or(scan.len(), |open| scan.mate(open));
    let comma = (at..last).find(|to| scan.text(*to) == "," && scan.parent(*to) == scan.parent(at));
    let end = comma.unwrap_or(last);
    let head = scan.slice(first, at).trim_end().to_owned();
    let (span, tail) = (search.span(first, at + 1), scan.end(end - 1));
    search.replace(first, at + 1, "");
    search.insert(tail, format!(" {head}"));
    search.report_part((first, end), move |write| NearMiss::FamilyFirst {
        span,
        write: write.trim_start().to_owned(),
    });
}

/// `1:3`, `2:`, `:3`, `1:2:9`
fn colon(search: &mut Search<'_>, at: usize) {
    let first = search.scan.parent(at).map(|open| open + 1);
    if let Some(first) = first.filter(|first| search.scan.text(*first) == "for") {
        return family_first(search, first, at);
    }
    let before = at > 0 && search.scan.ends_operand(at - 1);
    let behind = search.scan.begins_operand(at + 1) || search.scan.text(at + 1) == "-";
    if !before && !behind {
        return;
    }
    let (start, end) = item_around(search, at);
    let span = search.span(start, end);
    let second = (at + 1..end).find(|to| {
        search.scan.text(*to) == ":" && search.scan.parent(*to) == search.scan.parent(at)
    });
    match second {
        Some(second) if before => {
            let step = search.scan.slice(at + 1, second).to_owned();
            search.replace(at, second + 1, "..");
            search.insert(search.scan.end(end - 1), format!(" by {step}"));
        }
        _ if !before => search.replace(at, at + 1, "1.."),
        _ if !behind => search.replace(at, at + 1, "..end"),
        _ => search.replace(at, at + 1, ".."),
    }
    search.report_part((start, end), move |write| NearMiss::ColonRange {
        span,
        write,
    });
}

/// `[2..n, 1]`, which is no index
fn range_value(search: &mut Search<'_>, at: usize) {
    let scan = &search.scan;
    let Some(open) = scan.parent(at).filter(|open| scan.text(*open) == "[") else {
        return;
    };
    let (start, end) = item_around(search, at);
    let is_index = open > 0 && scan.ends_operand(open - 1);
    if is_index || scan.text(start - 1) == "in" {
        return;
    }
    let (range, span) = (scan.slice(start, end).to_owned(), search.span(start, end));
    search.claim(start, end);
    search.report(move |_| NearMiss::RangeValue { range, span });
}

/// The part between commas, signs of another kind or keywords that a range fills.
fn item_around(search: &Search<'_>, at: usize) -> (usize, usize) {
    let scan = &search.scan;
    let parent = scan.parent(at);
    let limits = |to: usize| {
        let sign = matches!(scan.text(to), "," | ";" | "=" | "==" | "<=" | ">=");
        let word = matches!(scan.text(to), "in" | "for" | "if" | "by");
        scan.parent(to) == parent && (sign || word)
    };
    let first = parent.map_or(0, |open| open + 1);
    let last = parent.map_or(scan.len(), |open| scan.mate(open));
    let start = (first..at)
        .rev()
        .find(|to| limits(*to))
        .map_or(first, |to| to + 1);
    let end = (at..last).find(|to| limits(*to)).unwrap_or(last);
    (start, end)
}

/// `A[i][j]`
fn chained_index(search: &mut Search<'_>, at: usize) {
    let scan = &search.scan;
    let open = scan.mate(at);
    let plain = scan.parts(open).len() == 1
        && (open + 1..at).all(|to| !matches!(scan.text(to), ":" | ".."));
    let named = open > 0 && scan.kind(open - 1) == Kind::Word;
    if !plain || !named || !search.is_free(at) {
        return;
    }
    let close = search.scan.mate(at + 1);
    let span = search.span(at + 1, close + 1);
    search.replace(at, at + 2, ", ");
    search.report_part((open - 1, close + 1), move |write| NearMiss::ChainedIndex {
        span,
        write,
    });
}

/// `x{3}` and `2*{x + 1}`
fn braces(search: &mut Search<'_>, at: usize) {
    let close = search.scan.mate(at);
    let span = search.span(at, close + 1);
    let named = at > 0 && search.scan.kind(at - 1) == Kind::Word;
    let named = named && !is_joining_word(search.scan.text(at - 1));
    let start = if named { at - 1 } else { at };
    if named && search.scan.declared.contains(search.scan.text(at - 1)) {
        brackets(search, at);
    } else {
        search.replace(at, at + 1, "(");
        search.replace(close, close + 1, ")");
    }
    search.report_part((start, close + 1), move |write| NearMiss::Braces {
        span,
        write,
    });
}

/// `2x`, `(a)(b)`, `[1 2]`, `x[i j]`, `f(x y)`
fn side_by_side(search: &mut Search<'_>, at: usize) {
    let scan = &search.scan;
    let joined = scan.ends_operand(at) && scan.begins_operand(at + 1);
    let generator = at > 0 && scan.text(at - 1) == "for";
    if !joined || generator || !search.is_free(at) {
        return;
    }
    let bracket = scan.parent(at);
    if scan.parent(at + 1) != bracket && scan.kind(at + 1) != Kind::Open {
        return;
    }
    let next = scan.text(at + 1);
    let called = scan.kind(at) == Kind::Word && matches!(next, "(" | "{");
    if called
        || next == "[" && bracket.is_none_or(|open| scan.text(open) != "[" || scan.touches_next(at))
    {
        return;
    }
    let touching = scan.kind(at) == Kind::Number && scan.touches_next(at);
    let product = touching || next == "(" || scan.text(at) == "'";
    let separated = bracket.is_some_and(|open| is_list(search, open));
    let expression = matches!(scan.text(0), "minimize" | "maximize");
    if separated && !product {
        missing_comma(search, at);
    } else if bracket.is_some() || (product || expression) && !declares(search) {
        implicit_product(search, at);
    }
}

/// Whether commas separate what stands in a bracket.
fn is_list(search: &Search<'_>, open: usize) -> bool {
    let called = open > 0 && search.scan.kind(open - 1) == Kind::Word;
    search.scan.text(open) == "[" || called && !is_joining_word(search.scan.text(open - 1))
}

/// Words behind a declared name are attributes, not factors.
fn declares(search: &Search<'_>) -> bool {
    let statement = matches!(search.head(), "param" | "var" | "let" | "find" | "expect");
    let value = |text: &str| matches!(text, "=" | "==" | "start");
    statement && search.scan.find_outside(1, value).is_none()
}

fn missing_comma(search: &mut Search<'_>, at: usize) {
    let (from, to) = (search.scan.end(at), search.scan.start(at + 1));
    let broken = search
        .scan
        .original
        .get(from..to)
        .is_some_and(|gap| gap.contains(['\n', '\r']));
    let span = search.span(at + 1, at + 2);
    search.replace_bytes(from, to, if broken { "; " } else { ", " }.to_owned());
    let Some(open) = search.scan.parent(at) else {
        return;
    };
    let reported = search.findings.iter().any(|finding| {
        finding.shown.0 <= search.scan.start(open) && search.scan.end(open) <= finding.shown.1
    });
    let named = open > 0 && search.scan.kind(open - 1) == Kind::Word;
    let part = (open - usize::from(named), search.scan.mate(open) + 1);
    if !reported {
        search.report_part(part, move |write| NearMiss::MissingComma { span, write });
    }
}

fn implicit_product(search: &mut Search<'_>, at: usize) {
    let span = search.span(at + 1, at + 2);
    let part = (
        search.scan.operand_start(at),
        search.scan.operand_end(at + 1),
    );
    search.replace_bytes(
        search.scan.end(at),
        search.scan.start(at + 1),
        "*".to_owned(),
    );
    search.report_part(part, move |write| NearMiss::ImplicitProduct { span, write });
}
