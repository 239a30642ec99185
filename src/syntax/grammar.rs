//! The parser that pest makes of `grammar/opt.pest`.

use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "grammar/opt.pest"]
pub(super) struct Grammar;

pub(super) type Pair<'t> = pest::iterators::Pair<'t, Rule>;
pub(super) type Pairs<'t> = pest::iterators::Pairs<'t, Rule>;

/// The rule of a statement, by its first word.
pub(super) fn rule_of(first_word: &str) -> Rule {
    match first_word {
        "param" => Rule::param,
        "var" => Rule::var,
        "let" => Rule::definition,
        "minimize" | "maximize" => Rule::objective,
        "find" => Rule::find,
        "subject" => Rule::heading,
        "expect" => Rule::expect,
        _ => Rule::constraint,
    }
}
