//! A perspective as text.

use crate::atoms::body::Body;
use crate::expr::{Precedence, Printed, print_of};
use rustc_hash::FxHashMap;

/// `perspective(f, s)` where it reads back as this, and otherwise s*f(x/s) written out.
pub(super) fn text(body: &Body, arguments: &[Printed]) -> Printed {
    let of = |variables: &[Printed]| {
        let parts = FxHashMap::default();
        print_of(&body.graph, body.root, variables, &parts)
    };
    let Some((scale, variables)) = arguments.split_last() else {
        return of(arguments);
    };
    if variables.iter().all(is_name) {
        return Printed::call("perspective", &[of(variables), scale.clone()], &[]);
    }
    let over = |x: &Printed| {
        let operator = if x.shape.is_scalar() { "/" } else { " ./ " };
        Printed::infix(x, operator, scale, Precedence::Product)
    };
    let f = of(&variables.iter().map(over).collect::<Vec<_>>());
    Printed::infix(scale, "*", &f, Precedence::Product)
}

/// Whether the text is a variable, or a part of one.
fn is_name(text: &Printed) -> bool {
    let in_name =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '[' | ']' | ',' | '.' | ':' | ' ');
    text.text.starts_with(char::is_alphabetic) && text.text.chars().all(in_name)
}
