//! Every node points at the user's own text.

use bowl::syntax::ast::*;
use bowl::syntax::parse;

/// The text of every node of an expression, the node before its parts.
fn texts<'t>(text: &'t str, expr: &Expr, found: &mut Vec<&'t str>) {
    found.push(expr.span.of(text));
    for part in parts(expr) {
        texts(text, part, found);
    }
}

fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr.kind.as_ref() {
        ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Name(_) | ExprKind::End => Vec::new(),
        ExprKind::Sum { first, rest } => std::iter::once(first)
            .chain(rest.iter().map(|part| &part.1))
            .collect(),
        ExprKind::Product { first, rest } => std::iter::once(first)
            .chain(rest.iter().map(|part| &part.2))
            .collect(),
        ExprKind::Negate(expr) | ExprKind::Transpose(expr) => vec![expr],
        ExprKind::Power { base, exponent, .. } => vec![base, exponent],
        ExprKind::Index { base, items } => std::iter::once(base)
            .chain(items.iter().flat_map(item_parts))
            .collect(),
        ExprKind::Call { arguments, .. } => arguments.iter().map(|part| &part.value).collect(),
        ExprKind::Matrix { rows } => rows.iter().flatten().collect(),
        ExprKind::Comprehension { body, .. } => vec![body],
        ExprKind::Range { from, to, by } => [from, to].into_iter().chain(by).collect(),
    }
}

fn item_parts(item: &IndexItem) -> Vec<&Expr> {
    match item {
        IndexItem::All(_) => Vec::new(),
        IndexItem::At(expr) => vec![expr],
        IndexItem::Range { from, to, by } => [from, to].into_iter().chain(by).collect(),
    }
}

fn objective_texts(text: &str) -> Vec<&str> {
    let file = parse(text).expect("the text parses");
    let objective = file
        .statements
        .iter()
        .find_map(|statement| match &statement.kind {
            StatementKind::Objective(Objective::Optimize { body, .. }) => Some(body),
            _ => None,
        });
    let mut found = Vec::new();
    texts(text, objective.expect("there is an objective"), &mut found);
    found
}

#[test]
fn of_expressions() {
    let found = objective_texts("minimize  cost :  (a + λ) * c' -  - x [2 .. n]^2  # note");
    let expected = [
        "(a + λ) * c' -  - x [2 .. n]^2",
        "(a + λ) * c'",
        "(a + λ)",
        "a",
        "λ",
        "c'",
        "c",
        "- x [2 .. n]^2",
        "x [2 .. n]^2",
        "x [2 .. n]",
        "x",
        "2",
        "n",
        "2",
    ];
    assert_eq!(found, expected);
}

#[test]
fn across_lines_and_comments() {
    let text = "var x\r\nminimize f( # first\r\n\ta,\u{a0}b )' +\r\n   # a comment\r\n\r\n  [1,\r\n   2] # last";
    let found = objective_texts(text);
    let call = "f( # first\r\n\ta,\u{a0}b )";
    let sum = format!("{call}' +\r\n   # a comment\r\n\r\n  [1,\r\n   2]");
    let transposed = format!("{call}'");
    let expected = [&sum, &transposed, call, "a", "b", "[1,\r\n   2]", "1", "2"];
    assert_eq!(found, expected);
}

#[test]
fn of_statements_and_constraints() {
    let text =
        "param a = 1 ; var x[2]  >= 0 , <= 1  # both\nsubject to  c[i] : x[i] <= a for i in 1..2\n";
    let file = parse(text).expect("the text parses");
    let spans: Vec<&str> = file
        .statements
        .iter()
        .map(|statement| statement.span.of(text))
        .collect();
    let heading = "subject to  c[i] : x[i] <= a for i in 1..2";
    assert_eq!(
        spans,
        ["param a = 1", "var x[2]  >= 0 , <= 1", heading, heading]
    );
    let StatementKind::Var(var) = &file.statements[1].kind else {
        panic!("the second statement declares a variable");
    };
    let bounds: Vec<&str> = var.bounds.iter().map(|bound| bound.span.of(text)).collect();
    assert_eq!(bounds, [">= 0", "<= 1"]);
    let StatementKind::Constraint(constraint) = &file.statements[3].kind else {
        panic!("the fourth statement is a constraint");
    };
    assert_eq!(constraint.span.of(text), "c[i] : x[i] <= a for i in 1..2");
    let family = constraint.family.as_ref().expect("a family");
    assert_eq!(family.span.of(text), "for i in 1..2");
    let ConstraintBody::Relations { rest, .. } = &constraint.body else {
        panic!("a relation");
    };
    assert_eq!(rest[0].1.of(text), "<=");
    let label = constraint.label.as_ref().expect("a label");
    assert_eq!(
        (label.name.span.of(text), label.indices[0].span.of(text)),
        ("c", "i")
    );
}

#[test]
fn of_operators_and_sets() {
    let text = "subject to\nA .* b ^ c in ball( 2 )";
    let file = parse(text).expect("the text parses");
    let StatementKind::Constraint(constraint) = &file.statements[1].kind else {
        panic!("a constraint");
    };
    let ConstraintBody::Membership { element, set } = &constraint.body else {
        panic!("a membership");
    };
    assert_eq!(
        (set.span.of(text), set.name.span.of(text)),
        ("ball( 2 )", "ball")
    );
    let ExprKind::Product { rest, .. } = element.kind.as_ref() else {
        panic!("a product");
    };
    assert_eq!(rest[0].1.of(text), ".*");
    let ExprKind::Power { operator_span, .. } = rest[0].2.kind.as_ref() else {
        panic!("a power");
    };
    assert_eq!(operator_span.of(text), "^");
}
