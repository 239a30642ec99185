//! `param`, `var` and `let`.

use super::Search;
use super::declaration_error::DeclarationMiss;
use super::scan::{is_joining_word, is_relation};
use crate::syntax::lex::Kind;

pub(super) fn detect(search: &mut Search<'_>) {
    match search.head() {
        "var" => {
            shape_brackets(search);
            words_behind_shape(search, "var");
            variable_value(search);
            first_comma(search);
            bounds_comma(search);
        }
        "param" => {
            shape_brackets(search);
            words_behind_shape(search, "param");
            value_sign(search);
            param_bounds(search);
        }
        "let" => {
            function_parameters(search);
            value_sign(search);
        }
        _ => {}
    }
}

/// `var x(3)`
fn shape_brackets(search: &mut Search<'_>) {
    if search.scan.kind(1) != Kind::Word || !matches!(search.scan.text(2), "(" | "{") {
        return;
    }
    brackets(search, 2);
    let span = search.span(2, search.scan.mate(2) + 1);
    search.report_part((0, search.scan.mate(2) + 1), move |write| {
        DeclarationMiss::ShapeBrackets { span, write }
    });
}

/// Puts square brackets in the place of the bracket `open` and its partner.
pub(super) fn brackets(search: &mut Search<'_>, open: usize) {
    let close = search.scan.mate(open);
    search.replace(open, open + 1, "[");
    search.replace(close, close + 1, "]");
}

fn words_behind_shape(search: &mut Search<'_>, keyword: &'static str) {
    let mut at = search.scan.operand_end(1);
    while at < search.scan.len() {
        let comma = search.scan.text(at) == ",";
        let word = at + usize::from(comma);
        if search.scan.kind(word) != Kind::Word || is_joining_word(search.scan.text(word)) {
            return;
        }
        if is_attribute(search.scan.text(word)) && !comma {
            at = word + 1;
            continue;
        }
        if !comma && attribute_word(search, word) {
            return;
        }
        at = second_name(search, keyword, at, word);
    }
}

/// `var x, y` and `variables x y`; gives the token behind the second name.
fn second_name(search: &mut Search<'_>, keyword: &str, at: usize, word: usize) -> usize {
    let end = search.scan.operand_end(word);
    let span = search.span(word, end);
    let first = !search.edits.iter().any(|edit| edit.text.starts_with("; "));
    let gap = (search.scan.end(at - 1), search.scan.start(word));
    search.replace_bytes(gap.0, gap.1, format!("; {keyword} "));
    search.claim(at, word + 1);
    if matches!(search.scan.text(word + 1), "(" | "{") {
        brackets(search, word + 1);
    }
    if first {
        search.report(move |write| DeclarationMiss::SeveralNames { span, write });
    }
    end
}

fn is_attribute(word: &str) -> bool {
    let attributes = [
        "nonneg",
        "nonpos",
        "symmetric",
        "psd",
        "nsd",
        "diagonal",
        "sparse",
    ];
    attributes.contains(&word)
}

/// A word that another language has for an attribute; whether it is one.
fn attribute_word(search: &mut Search<'_>, at: usize) -> bool {
    let found = search.scan.text(at).to_owned();
    let span = search.span(at, at + 1);
    let means = match found.to_lowercase().as_str() {
        "nonnegative" | "nonneg" | "positive" | "pos" => "nonneg",
        "nonpositive" | "negative" | "nonpos" | "neg" => "nonpos",
        "psd" | "semidefinite" => "psd",
        "nsd" => "nsd",
        "symmetric" | "sym" => "symmetric",
        "diag" | "diagonal" => "diagonal",
        "sparse" => "sparse",
        "integer" | "int" | "binary" | "bool" | "boolean" => {
            search.claim(at, at + 1);
            search.report(move |_| DeclarationMiss::Integer { found, span });
            return true;
        }
        _ if search.scan.len() == at + 1 && search.claimed.first() == Some(&false) => {
            search.claim(at, at + 1);
            search.report(move |_| DeclarationMiss::UnknownAttribute { found, span });
            return true;
        }
        _ => return false,
    };
    search.replace(at, at + 1, means);
    search.report(move |write| DeclarationMiss::Attribute { found, span, write });
    true
}

/// `var x = 3`
fn variable_value(search: &mut Search<'_>) {
    let from = search.scan.operand_end(1);
    let equals = search
        .scan
        .find_outside(from, |text| matches!(text, "=" | ":="));
    let Some(at) = equals.filter(|at| search.is_free(*at)) else {
        return;
    };
    let span = search.span(at, at + 1);
    search.replace(at, at + 1, "start");
    search.report(move |write| DeclarationMiss::VariableValue { span, write });
}

/// `var X[3, 3] psd, >= 0`
fn first_comma(search: &mut Search<'_>) {
    let Some(first) = search.scan.find_outside(2, is_relation) else {
        return;
    };
    let comma = first - 1;
    if search.scan.text(comma) != "," || !search.is_free(comma) {
        return;
    }
    let span = search.span(comma, first);
    search.remove(search.scan.start(comma), search.scan.end(comma));
    search.claim(comma, first);
    search.report(move |write| DeclarationMiss::FirstComma { span, write });
}

/// `var x >= 0 <= 1`
fn bounds_comma(search: &mut Search<'_>) {
    let Some(first) = search.scan.find_outside(2, is_relation) else {
        return;
    };
    let Some(second) = search.scan.find_outside(first + 1, is_relation) else {
        return;
    };
    if search.scan.text(second - 1) == "," || !search.is_free(second) {
        return;
    }
    let span = search.span(second, second + 1);
    search.insert(search.scan.end(second - 1), ",");
    search.report(move |write| DeclarationMiss::BoundsComma { span, write });
}

/// `param n := 3`, `let f == 3`
fn value_sign(search: &mut Search<'_>) {
    let from = search.scan.operand_end(1);
    let sign = search
        .scan
        .find_outside(from, |text| matches!(text, ":=" | "=="));
    let Some(at) = sign else {
        return;
    };
    let (found, span) = (search.scan.text(at).to_owned(), search.span(at, at + 1));
    search.replace(at, at + 1, "=");
    search.report(move |write| DeclarationMiss::Assignment { found, span, write });
}

/// `param c >= 0`
fn param_bounds(search: &mut Search<'_>) {
    let from = search.scan.operand_end(1);
    let bound = search
        .scan
        .find_outside(from, |text| is_relation(text) && text != "=");
    let Some(at) = bound.filter(|at| search.is_free(*at)) else {
        return;
    };
    let span = search.span(at, at + 1);
    search.claim(at, at + 1);
    search.report(move |_| DeclarationMiss::ParamBounds { span });
}

/// `let f x y = …`
fn function_parameters(search: &mut Search<'_>) {
    let Some(equals) = search.scan.find_outside(2, |text| text == "=") else {
        return;
    };
    let names = equals.saturating_sub(2);
    if names == 0 || (1..equals).any(|at| search.scan.kind(at) != Kind::Word) {
        return;
    }
    let list: Vec<&str> = (2..equals).map(|at| search.scan.text(at)).collect();
    let text = format!("({})", list.join(", "));
    let span = search.span(2, equals);
    let (start, end) = (search.scan.end(1), search.scan.end(equals - 1));
    search.replace_bytes(start, end, text);
    search.claim(1, equals);
    search.report(move |write| DeclarationMiss::FunctionParameters { span, write });
}
