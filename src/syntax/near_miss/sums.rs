//! Sums and generators that other languages write.

use super::scan::Scan;
use super::statements::range_text;
use super::{NearMiss, Search};
use crate::syntax::lex::Kind;

pub(super) fn detect(search: &mut Search<'_>) {
    for at in 0..search.scan.len() {
        if !search.is_free(at) || search.scan.kind(at) != Kind::Word {
            continue;
        }
        match search.scan.text(at) {
            "sum" | "prod" | "max" | "min" => leading_range(search, at),
            "sum_" => subscript(search, at),
            "for" => generator(search, at),
            "if" => condition(search, at),
            "where" | "when" if begins_filter(&search.scan, at) => foreign_filter(search, at),
            _ => {}
        }
    }
}

/// Whether the tokens at `at` are `i in`, `i =` or `i ∈`.
fn begins_generator(search: &Search<'_>, at: usize) -> bool {
    let joins = matches!(search.scan.text(at + 1), "in" | "=" | "∈");
    search.scan.kind(at) == Kind::Word && joins
}

/// `sum(i in 1..n) x[i]`, `sum{i in 1..n} x[i]` and `sum(x[i], i in 1..n)`
fn leading_range(search: &mut Search<'_>, at: usize) {
    let open = at + 1;
    let close = search.scan.mate(open);
    if search.scan.kind(open) != Kind::Open || close == open {
        return;
    }
    let body = close + 1;
    if begins_generator(search, open + 1) && search.scan.begins_operand(body) {
        let range = range_text(&search.scan, open + 3, close);
        let family = format!("{} in {range}", search.scan.text(open + 1));
        return moved_range(search, at, (open, body), &family);
    }
    let parts = search.scan.parts(open);
    let [(_, comma), (second, _)] = *parts.as_slice() else {
        return;
    };
    let has_family = has_generator(&search.scan, open + 1, second);
    if begins_generator(search, second) && search.scan.text(second + 1) != "=" && !has_family {
        let span = search.span(second, close);
        search.replace(comma, comma + 1, " for");
        search.report_part((at, close + 1), move |write| NearMiss::SumForm {
            span,
            write,
        });
    }
}

/// `sum_{i=1}^n x[i]`
fn subscript(search: &mut Search<'_>, at: usize) {
    let open = at + 1;
    let close = search.scan.mate(open);
    if search.scan.text(open) != "{" || !begins_generator(search, open + 1) {
        return;
    }
    let from = search.scan.slice(open + 3, close).to_owned();
    let to_at = close + 2;
    let mut body = close + 1;
    let mut range = from.replace(':', "..");
    if search.scan.text(close + 1) == "^" {
        body = search.scan.mate(to_at) + 1;
        let to = search.scan.slice(to_at, body);
        range = format!("{from}..{}", to.trim_matches(['{', '}']).trim());
    }
    if body >= search.scan.len() {
        return;
    }
    let family = format!("{} in {range}", search.scan.text(open + 1));
    search.replace(at, at + 1, "sum");
    moved_range(search, at, (open, body), &family);
}

/// Puts the range, which stands in the tokens `range`, behind the body of the sum at `at`.
fn moved_range(search: &mut Search<'_>, at: usize, range: (usize, usize), family: &str) {
    let (open, body) = range;
    let span = search.span(at, body);
    let end = search.scan.term_end(body);
    let start = search.scan.start(body);
    search.replace_bytes(search.scan.start(open), start, "(".to_owned());
    search.claim(open, body);
    search.insert(search.scan.end(end - 1), format!(" for {family})"));
    search.report_part((at, end), move |write| NearMiss::SumForm { span, write });
}

/// `for i = 1:n`, `for i in range(n)`
fn generator(search: &mut Search<'_>, at: usize) {
    if at == 0 || search.scan.kind(at + 1) != Kind::Word {
        return;
    }
    let foreign_sign = search.scan.text(at + 2) == "=";
    let foreign_range = search.scan.text(at + 3) == "range" && search.scan.text(at + 4) == "(";
    if !foreign_sign && !foreign_range {
        return;
    }
    let end = search.scan.term_end(at + 3);
    if foreign_sign {
        search.replace(at + 2, at + 3, "in");
    }
    if foreign_range {
        let close = search.scan.mate(at + 4) + 1;
        let text = range_text(&search.scan, at + 3, close);
        search.replace(at + 3, close, text);
    }
    let span = search.span(at + 1, end);
    search.report_part((at, end), move |write| NearMiss::Generator { span, write });
}

/// Whether the token at `at` is `if`, or what other languages write for it behind a generator.
pub(super) fn begins_filter(scan: &Scan<'_>, at: usize) -> bool {
    match scan.text(at) {
        "if" => true,
        "where" | "when" => has_generator(scan, 0, at),
        _ => false,
    }
}

/// Whether a `for` stands among the tokens `from..to`.
fn has_generator(scan: &Scan<'_>, from: usize, to: usize) -> bool {
    (from..to).any(|k| scan.text(k) == "for")
}

/// `if not i == j`, `if a or (b and c)`
fn condition(search: &mut Search<'_>, at: usize) {
    if !has_generator(&search.scan, 0, at) {
        return;
    }
    let mut part = at + 1;
    while part < search.scan.len() && search.scan.parent(part) == search.scan.parent(at) {
        let joins = matches!(search.scan.text(part - 1), "if" | "and" | "or");
        let end = search.scan.mate(part);
        if joins && search.scan.text(part) == "not" {
            refuse(
                search,
                part,
                "write the comparison that is to hold: `i != j` for not `i == j`",
            );
        } else if joins && search.scan.text(part) == "(" && joins_within(search, part, end) {
            refuse(
                search,
                part,
                "conditions take no parentheses; `and` binds tighter than `or`",
            );
        }
        part = end.max(part) + 1;
    }
}

fn joins_within(search: &Search<'_>, open: usize, close: usize) -> bool {
    let compares =
        |text: &str| matches!(text, "and" | "or" | "==" | "!=" | "<=" | ">=" | "<" | ">");
    (open..close).any(|at| compares(search.scan.text(at)))
}

fn refuse(search: &mut Search<'_>, at: usize, help: &'static str) {
    let (found, span) = (search.scan.text(at).to_owned(), search.span(at, at + 1));
    search.claim(at, at + 1);
    search.report(move |_| NearMiss::Condition { found, help, span });
}

/// `for i in 1..n where i != j`
fn foreign_filter(search: &mut Search<'_>, at: usize) {
    let (found, span) = (search.scan.text(at).to_owned(), search.span(at, at + 1));
    search.replace(at, at + 1, "if");
    search.report(move |write| NearMiss::Keyword { found, span, write });
}
