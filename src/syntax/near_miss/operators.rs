//! Operators of other languages, transposes, and signs that look alike.

use super::{NearMiss, Search};
use crate::syntax::lex::Kind;

pub(super) fn detect(search: &mut Search<'_>) {
    for at in 0..search.scan.len() {
        if !search.is_free(at) {
            continue;
        }
        match search.scan.kind(at) {
            Kind::Sign => sign(search, at),
            Kind::Text { .. } => quotes(search, at),
            Kind::Word => superscript(search, at),
            _ => {}
        }
    }
}

fn sign(search: &mut Search<'_>, at: usize) {
    let found = search.scan.text(at);
    match found {
        "**" => operator(search, at, "^"),
        "@" | "×" | "·" | "⋅" | "∙" | "∗" => operator(search, at, "*"),
        "⊙" | "∘" => operator(search, at, ".*"),
        "−" | "–" => operator(search, at, "-"),
        "÷" => operator(search, at, "/"),
        "²" => operator(search, at, "^2"),
        "³" => operator(search, at, "^3"),
        ".'" | "⊤" | "′" | "’" => transposed(search, at, at + 1),
        "." if matches!(search.scan.text(at + 1), "T" | "H") => transposed(search, at, at + 2),
        "^" => power(search, at),
        "+" if !follows_operand(search, at) => unary_plus(search, at),
        "|" | "||" | "‖" if !follows_operand(search, at) => bars(search, at),
        "..." if search.scan.parent(at).is_some() => operator(search, at, ".."),
        "..." | "\\" => unknown(
            search,
            at,
            "a line goes on when it ends in an operator, so leave this out",
        ),
        "%" | "//" => unknown(
            search,
            at,
            "there is no remainder or integer division; a range has steps, as in `1..n by 2`",
        ),
        _ => {}
    }
}

fn follows_operand(search: &Search<'_>, at: usize) -> bool {
    at > 0 && search.scan.ends_operand(at - 1)
}

fn operator(search: &mut Search<'_>, at: usize, means: &'static str) {
    if at == 0 && means != "-" {
        return;
    }
    let (found, span) = (search.scan.text(at).to_owned(), search.span(at, at + 1));
    let part = around(search, at, at + 1);
    search.replace(at, at + 1, means);
    search.report_part(part, move |write| NearMiss::Operator {
        found,
        means,
        span,
        write,
    });
}

/// The operands on both sides of the tokens `from..to`.
fn around(search: &Search<'_>, from: usize, to: usize) -> (usize, usize) {
    let start = if follows_operand(search, from) {
        search.scan.operand_start(from - 1)
    } else {
        from
    };
    let mut next = to;
    while matches!(search.scan.text(next), "-" | "−") {
        next += 1;
    }
    let end = if search.scan.begins_operand(next) {
        search.scan.operand_end(next)
    } else {
        to
    };
    (start, end)
}

/// `x.T`, `x.'`, `x^T`: the tokens `from..to` mean a transpose.
fn transposed(search: &mut Search<'_>, from: usize, to: usize) {
    if !follows_operand(search, from) {
        return;
    }
    let called = search.scan.text(to) == "(" && search.scan.mate(to) == to + 1;
    let to = if called { to + 2 } else { to };
    let span = search.span(from, to);
    let start = search.scan.operand_start(from - 1);
    search.replace(from, to, "'");
    search.report_part((start, to), move |write| NearMiss::Transpose {
        span,
        write,
    });
}

/// `x^T` where `T` is not declared, `x^{T}`, `x^2` in braces.
fn power(search: &mut Search<'_>, at: usize) {
    let is_transpose = |text: &str| matches!(text, "T" | "⊤" | "'");
    let next = search.scan.text(at + 1);
    if next == "{" && is_transpose(search.scan.text(at + 2)) && search.scan.text(at + 3) == "}" {
        transposed(search, at, at + 4);
    } else if is_transpose(next) && !search.scan.declared.contains(next) {
        transposed(search, at, at + 2);
    }
}

/// `xᵀ`, where the sign is a letter.
fn superscript(search: &mut Search<'_>, at: usize) {
    if !search.scan.text(at).ends_with('ᵀ') {
        return;
    }
    let end = search.scan.end(at);
    let start = end - 'ᵀ'.len_utf8();
    search.replace_bytes(start, end, "'".to_owned());
    let span = crate::span::Span::new(search.offset + start, search.offset + end);
    search.report_part((at, at + 1), move |write| NearMiss::Transpose {
        span,
        write,
    });
}

fn unary_plus(search: &mut Search<'_>, at: usize) {
    let continued = at > 0 && matches!(search.scan.text(at - 1), "..." | "\\");
    if continued || !search.scan.begins_operand(at + 1) {
        return;
    }
    let span = search.span(at, at + 1);
    let part = (at, search.scan.operand_end(at + 1));
    search.remove(search.scan.start(at), search.scan.start(at + 1));
    search.report_part(part, move |write| NearMiss::UnaryPlus { span, write });
}

/// `|x|` and `||x||_1`
fn bars(search: &mut Search<'_>, at: usize) {
    let bar = search.scan.text(at);
    let parent = search.scan.parent(at);
    let closing = (at + 1..search.scan.len())
        .find(|to| search.scan.text(*to) == bar && search.scan.parent(*to) == parent);
    let Some(closing) = closing else {
        return;
    };
    let subscript = search.scan.text(closing + 1);
    let (name, length) = match (bar, subscript) {
        ("|", _) => ("abs", 1),
        (_, "_1") => ("norm1", 2),
        (_, "_2" | "_F") => ("norm2", 2),
        (_, "_inf" | "_∞") => ("norm_inf", 2),
        _ => ("norm2", 1),
    };
    let span = search.span(at, closing + length);
    let found = search.scan.slice(at, closing + length).to_owned();
    search.replace(at, at + 1, format!("{name}("));
    search.replace(closing, closing + length, ")");
    search.report_part((at, closing + length), move |write| NearMiss::Bars {
        found,
        span,
        write,
    });
}

/// `'data.csv'` and `“data.csv”`
fn quotes(search: &mut Search<'_>, at: usize) {
    let text = search.scan.text(at);
    if text.starts_with('"') && text.ends_with('"') {
        return;
    }
    let inner = text.trim_matches(['"', '\'', '“', '”', '„']);
    let span = search.span(at, at + 1);
    search.replace(at, at + 1, format!("\"{inner}\""));
    search.report_part((at, at + 1), move |write| NearMiss::Quotes { span, write });
}

fn unknown(search: &mut Search<'_>, at: usize, help: &'static str) {
    let (found, span) = (search.scan.text(at).to_owned(), search.span(at, at + 1));
    search.claim(at, at + 1);
    search.report(move |_| NearMiss::UnknownOperator { found, help, span });
}
