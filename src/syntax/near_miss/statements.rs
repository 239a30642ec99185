//! The beginnings of statements.

use super::scan::{Scan, is_joining_word, is_relation};
use super::{NearMiss, Search};
use crate::syntax::lex::Kind;
use crate::syntax::words;

pub(super) fn detect(search: &mut Search<'_>) {
    needless_line(search);
    heading(search);
    inline_heading(search);
    objective(search);
    keyword_colon(search);
    declaration_keyword(search);
    loop_line(search);
    bare_definition(search);
    unknown_statement(search);
}

fn needless_line(search: &mut Search<'_>) {
    let scan = &search.scan;
    let needless = match scan.text(0) {
        "end" | "endfor" | "begin" | "solve" | "clear" => scan.len() == 1,
        "cvx_begin" | "cvx_end" => true,
        "import" | "from" | "using" => scan.kind(1) == Kind::Word,
        _ => false,
    };
    if needless {
        let found = scan.source.to_owned();
        let span = search.span(0, search.scan.len());
        search.claim(0, search.scan.len());
        search.report(move |_| NearMiss::NeedlessLine { found, span });
    }
}

/// How many tokens another language's heading of the constraints has, its colon left out.
fn heading_length(scan: &Scan<'_>) -> Option<usize> {
    let length = heading_words(scan, 0)?;
    let canonical = scan.text(0) == "subject" && scan.text(1) == "to";
    let colon = scan.text(length) == ":";
    let related = is_relation(scan.text(length));
    (!related && (!canonical || colon)).then_some(length)
}

/// How many tokens at `at` mean `subject to` in some language.
fn heading_words(scan: &Scan<'_>, at: usize) -> Option<usize> {
    let words: Vec<String> = (at..at + 4)
        .map(|at| scan.text(at).to_lowercase())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let length = match words.as_slice() {
        ["s", ".", "t", "."] => 4,
        ["s", ".", "t", ..] | ["subj", ".", "to", _] => 3,
        ["such", "that", ..] | ["subject", "to", ..] | ["subj", "to", ..] => 2,
        ["subject_to" | "subjectto" | "st", ..] => 1,
        ["subject" | "constraints" | "with", "" | ":", ..] => 1,
        _ => return None,
    };
    Some(length)
}

/// `minimize f s.t. x >= 0` on one line.
fn inline_heading(search: &mut Search<'_>) {
    let scan = &search.scan;
    let begins = |at: &usize| scan.is_outside_brackets(*at) && scan.ends_operand(at - 1);
    let found = (2..scan.len())
        .filter(begins)
        .find_map(|at| Some((at, heading_words(scan, at)?)));
    let Some((at, length)) = found else {
        return;
    };
    let span = search.span(at, at + length);
    let (start, end) = (search.scan.end(at - 1), search.scan.end(at + length - 1));
    search.replace_bytes(start, end, "; subject to");
    search.claim(at - 1, at + length);
    search.report(move |write| NearMiss::InlineHeading { span, write });
}

fn heading(search: &mut Search<'_>) {
    let Some(length) = heading_length(&search.scan) else {
        return;
    };
    if search.scan.text(length) == ":" {
        search.remove(search.scan.start(length), search.scan.end(length));
        search.claim(length, length + 1);
    }
    let span = search.span(0, length);
    if search.scan.slice(0, length) == "subject to" {
        let span = search.span(length, length + 1);
        let keyword = "subject to".to_owned();
        search.claim(0, length);
        return search.report_part((0, length + 1), move |write| {
            let write = write.trim_end().to_owned();
            NearMiss::KeywordColon {
                keyword,
                span,
                write,
            }
        });
    }
    let found = search.scan.slice(0, length).to_owned();
    search.replace(0, length, "subject to");
    search.report(move |write| NearMiss::Heading { found, span, write });
}

/// `maximise`, `min:`, `Minimize`.
fn objective(search: &mut Search<'_>) {
    let scan = &search.scan;
    let word = scan.text(0).to_lowercase();
    let keyword = match word.as_str() {
        "minimize" | "minimise" | "minimum" | "min" | "argmin" => "minimize",
        "maximize" | "maximise" | "maximum" | "max" | "argmax" => "maximize",
        _ => return,
    };
    let next = scan.text(1);
    let called = next == "(" && scan.find_outside(1, is_relation).is_some();
    let body = scan.begins_operand(1) || matches!(next, ":" | "-" | "−" | "+");
    if scan.text(0) == keyword || called || !body {
        return;
    }
    let (found, span) = (scan.text(0).to_owned(), search.span(0, 1));
    search.replace(0, 1, keyword);
    search.report(move |write| NearMiss::Keyword { found, span, write });
}

/// `minimize: …`
fn keyword_colon(search: &mut Search<'_>) {
    let word = search.scan.text(0);
    let objective = search
        .edits
        .first()
        .is_some_and(|edit| edit.text.ends_with("imize"));
    if search.scan.text(1) != ":" || !(objective || matches!(word, "minimize" | "maximize")) {
        return;
    }
    let keyword = word.to_owned();
    let span = search.span(1, 2);
    search.replace(1, 2, "");
    if !objective {
        search.report(move |write| NearMiss::KeywordColon {
            keyword,
            span,
            write,
        });
    }
}

/// `variable x`, `parameters A`, `@variable`.
fn declaration_keyword(search: &mut Search<'_>) {
    let scan = &search.scan;
    if scan.text(0) == "@" && scan.kind(1) == Kind::Word {
        return macro_line(search);
    }
    let keyword = match scan.text(0).to_lowercase().as_str() {
        "variable" | "variables" | "vars" | "var" | "dvar" => "var",
        "parameter" | "parameters" | "params" | "param" => "param",
        "const" | "constant" | "constants" | "data" => "param",
        _ => return,
    };
    if scan.text(0) == keyword || scan.kind(1) != Kind::Word {
        return;
    }
    let (found, span) = (scan.text(0).to_owned(), search.span(0, 1));
    search.replace(0, 1, keyword);
    search.report(move |write| NearMiss::Keyword { found, span, write });
}

/// `@variable(m, x[1:3])`
fn macro_line(search: &mut Search<'_>) {
    let (found, span) = (search.scan.slice(0, 2).to_owned(), search.span(0, 2));
    let write = match search.scan.text(1) {
        "variable" | "variables" => "var x[n]",
        "objective" => "minimize …",
        "constraint" | "constraints" => "label: … <= …",
        _ => "param, let, var, minimize, maximize, find, subject to, expect",
    };
    search.claim(0, search.scan.len());
    search.report(move |_| NearMiss::Keyword {
        found,
        span,
        write: write.to_owned(),
    });
}

/// `for i = 1:n`, `for i in range(n): x[i] >= 0`
fn loop_line(search: &mut Search<'_>) {
    let scan = &search.scan;
    if scan.text(0) != "for" {
        return;
    }
    let name = if scan.kind(1) == Kind::Word {
        scan.text(1)
    } else {
        "i"
    };
    let from = 3.min(scan.len());
    let ends_range = |text: &str| text == "," || text == ":" && scan.text(2) != "=";
    let to = scan.find_outside(from, ends_range).unwrap_or(scan.len());
    let range = range_text(scan, from, to);
    let body = scan.slice(to + 1, scan.len());
    let body = if body.is_empty() {
        format!("x[{name}] >= 0")
    } else {
        body.to_owned()
    };
    let write = format!("{body} for {name} in {range}");
    let span = search.span(0, to);
    search.claim(0, search.scan.len());
    search.report(move |_| NearMiss::Loop { span, write });
}

/// `1:n` and `range(n)` as `1..n`.
pub(super) fn range_text(scan: &Scan<'_>, from: usize, to: usize) -> String {
    if scan.text(from) == "range" && scan.text(from + 1) == "(" {
        let parts = scan.parts(from + 1);
        let texts: Vec<&str> = parts
            .iter()
            .map(|part| scan.slice(part.0, part.1))
            .collect();
        return match texts.as_slice() {
            [to] => format!("1..{to}"),
            [from, to, ..] => format!("{from}..{to}"),
            [] => "1..n".to_owned(),
        };
    }
    let text = scan.slice(from, to);
    if text.is_empty() {
        "1..n".to_owned()
    } else {
        text.replace(':', "..")
    }
}

/// `solve problem`: two words, the first of them no keyword.
fn unknown_statement(search: &mut Search<'_>) {
    let scan = &search.scan;
    let words = (0..2).all(|at| scan.kind(at) == Kind::Word && !is_joining_word(scan.text(at)));
    if words && search.is_free(0) {
        let (found, span) = (scan.text(0).to_owned(), search.span(0, 1));
        search.claim(0, search.scan.len());
        search.report(move |_| NearMiss::UnknownStatement { found, span });
    }
}

/// `n = 5` without a keyword.
fn bare_definition(search: &mut Search<'_>) {
    let scan = &search.scan;
    if scan.kind(0) != Kind::Word || words::is_keyword(scan.text(0)) || !search.is_free(0) {
        return;
    }
    let equals = scan.find_outside(1, is_relation);
    let Some(equals) = equals.filter(|at| matches!(scan.text(*at), "=" | ":=")) else {
        return;
    };
    if scan.heading || scan.declared.contains(scan.text(0)) || scan.operand_end(0) != equals {
        return;
    }
    let known = (equals + 1..scan.len()).all(|at| scan.kind(at) != Kind::Word);
    let keyword = if known { "param " } else { "let " };
    let span = search.span(0, 1);
    search.insert(0, keyword);
    search.replace(equals, equals + 1, "=");
    search.report(move |write| NearMiss::BareDefinition { span, write });
}
