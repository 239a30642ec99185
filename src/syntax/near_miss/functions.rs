//! Calls that other languages write.

use super::declarations::brackets;
use super::{NearMiss, Search};
use crate::syntax::lex::Kind;

pub(super) fn detect(search: &mut Search<'_>) {
    conditional(search);
    for at in 0..search.scan.len() {
        if search.scan.kind(at) != Kind::Word || !search.is_free(at) {
            continue;
        }
        prefix(search, at);
        method(search, at);
        if !matches!(search.scan.text(at + 1), "(") || !search.is_free(at + 1) {
            continue;
        }
        match search.scan.text(at) {
            name if search.scan.declared.contains(name) => index_brackets(search, at),
            "norm" => norm(search, at),
            "transpose" => transpose(search, at),
            "dot" => dot(search, at),
            _ => {}
        }
    }
}

/// `if x > 0 then x else -x`, `x if x > 0 else -x`: its words are explained once, and the rest is read no further.
fn conditional(search: &mut Search<'_>) {
    let count = search.scan.len();
    let first = |word: fn(&str) -> bool, from: usize| {
        let scan = &search.scan;
        (from..count).find(|&at| scan.kind(at) == Kind::Word && word(scan.text(at)))
    };
    let Some(at) = first(|word| word == "if", 0) else {
        return;
    };
    if first(|word| matches!(word, "then" | "else"), at).is_none() {
        return;
    }
    let span = search.span(at, at + 1);
    search.claim(0, count);
    search.report(move |_| NearMiss::Conditional { span });
}

/// `cp.sum(x)`, `np.linalg.norm(x)`
fn prefix(search: &mut Search<'_>, at: usize) {
    let scan = &search.scan;
    let dotted = |at: usize| {
        let next_is_word = scan.kind(at + 2) == Kind::Word && scan.touches_next(at + 1);
        scan.text(at + 1) == "." && next_is_word && scan.touches_next(at)
    };
    let mut last = at;
    while scan.kind(last) == Kind::Word && dotted(last) {
        last += 2;
    }
    if last == at || scan.declared.contains(scan.text(at)) {
        return;
    }
    let without_arguments = scan.text(last + 1) == "(" && scan.mate(last + 1) == last + 2;
    if matches!(scan.text(last), "T" | "H") || without_arguments {
        return;
    }
    let span = search.span(at, last);
    let (start, end) = (search.scan.start(at), search.scan.start(last));
    let part = (at, search.scan.operand_end(last));
    search.remove(start, end);
    search.claim(at, last);
    search.report_part(part, move |write| NearMiss::Prefix { span, write });
}

/// `x.sum()`
fn method(search: &mut Search<'_>, at: usize) {
    let scan = &search.scan;
    let called = scan.text(at + 1) == "(" && scan.mate(at + 1) == at + 2;
    let dotted = at > 1 && scan.text(at - 1) == "." && scan.ends_operand(at - 2);
    if !called || !dotted || scan.text(at) == "T" {
        return;
    }
    let name = scan.text(at);
    let start = scan.operand_start(at - 2);
    let span = search.span(at - 1, at + 3);
    search.insert(search.scan.start(start), format!("{name}("));
    search.replace(at - 1, at + 3, ")");
    search.report_part((start, at + 3), move |write| NearMiss::Method {
        span,
        write,
    });
}

/// `x(3)` where `x` is declared.
fn index_brackets(search: &mut Search<'_>, at: usize) {
    brackets(search, at + 1);
    let name = search.scan.text(at).to_owned();
    let close = search.scan.mate(at + 1);
    let span = search.span(at + 1, close + 1);
    search.report_part((at, close + 1), move |write| NearMiss::IndexBrackets {
        name,
        span,
        write,
    });
}

/// `norm(x, 1)`
fn norm(search: &mut Search<'_>, at: usize) {
    let parts = search.scan.parts(at + 1);
    let order = parts
        .get(1)
        .map_or("2", |part| search.scan.slice(part.0, part.1));
    let order = order.trim_matches(['"', '\'', '“', '”']).to_lowercase();
    let (name, keeps_order) = match order.rsplit('.').next().unwrap_or_default() {
        "2" | "fro" => ("norm2", false),
        "1" => ("norm1", false),
        "inf" | "infty" | "infinity" => ("norm_inf", false),
        "nuc" => ("norm_nuc", false),
        _ => ("pnorm", true),
    };
    search.replace(at, at + 1, name);
    if let Some((from, to)) = parts.get(1).copied().filter(|_| !keeps_order) {
        search.remove(search.scan.end(from - 2), search.scan.end(to - 1));
        search.claim(from - 1, to);
    }
    foreign_function(search, at);
}

fn foreign_function(search: &mut Search<'_>, at: usize) {
    let (found, span) = (search.scan.text(at).to_owned(), search.span(at, at + 1));
    let part = (at, search.scan.mate(at + 1) + 1);
    search.report_part(part, move |write| NearMiss::Function { found, span, write });
}

/// `transpose(A)`
fn transpose(search: &mut Search<'_>, at: usize) {
    let close = search.scan.mate(at + 1);
    if search.scan.operand_end(at + 2) == close {
        search.remove(search.scan.start(at), search.scan.start(at + 2));
        search.replace(close, close + 1, "'");
    } else {
        search.replace(at, at + 1, "");
        search.replace(close, close + 1, ")'");
    }
    let span = search.span(at, at + 1);
    search.claim(at, at + 2);
    search.report_part((at, close + 1), move |write| NearMiss::Transpose {
        span,
        write,
    });
}

/// `dot(x, y)`
fn dot(search: &mut Search<'_>, at: usize) {
    let open = at + 1;
    let close = search.scan.mate(open);
    let parts = search.scan.parts(open);
    let [(first, comma), (second, _)] = *parts.as_slice() else {
        return;
    };
    if first >= comma || second >= close {
        return;
    }
    let simple = |from: usize, to: usize| search.scan.operand_end(from) == to;
    let (left, right) = (simple(first, comma), simple(second, close));
    let grouped = matches!(search.scan.text(close + 1), "^" | "'" | ".^" | "**")
        || at > 0 && matches!(search.scan.text(at - 1), "/" | "./" | "^");
    let opening = [if grouped { "(" } else { "" }, if left { "" } else { "(" }].concat();
    let middle = [
        if left { "'*" } else { ")'*" },
        if right { "" } else { "(" },
    ]
    .concat();
    let closing = [if right { "" } else { ")" }, if grouped { ")" } else { "" }].concat();
    search.replace(at, open + 1, opening);
    let middle_end = search.scan.start(second);
    search.replace_bytes(search.scan.start(comma), middle_end, middle);
    search.claim(comma, comma + 1);
    search.replace(close, close + 1, closing);
    foreign_function(search, at);
}
