//! Syntax trees as short text, fully bracketed, so that tests can state them.

use bowl::syntax::ast::*;
use bowl::syntax::{parse, parse_expression};

/// The tree of an expression: `(+ a (* 2 b))`.
pub fn expression(text: &str) -> String {
    let expr = parse_expression(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    show(&expr)
}

/// The trees of a file's statements, one a line.
pub fn file(text: &str) -> String {
    let file = parse(text).unwrap_or_else(|errors| panic!("{errors:?}"));
    let lines: Vec<String> = file.statements.iter().map(statement).collect();
    lines.join("\n")
}

fn statement(statement: &Statement) -> String {
    let text = kind(&statement.kind);
    match &statement.comment {
        Some(comment) => format!("{text}  # {comment}"),
        None => text,
    }
}

fn kind(kind: &StatementKind) -> String {
    match kind {
        StatementKind::Param(param) => {
            let value = param
                .value
                .as_ref()
                .map(|value| format!(" = {}", show(value)));
            let declared = declared(&param.name, &param.axes, &param.attributes);
            format!("param {declared}{}", value.unwrap_or_default())
        }
        StatementKind::Var(var) => format!("var {}", variable(var)),
        StatementKind::Let(definition) => {
            let parameters = definition.parameters.as_ref().map(|names| names_of(names));
            let parameters = parameters
                .map(|names| format!("({names})"))
                .unwrap_or_default();
            format!(
                "let {}{parameters} = {}{}",
                definition.name.text,
                show(&definition.body),
                definition.inner.as_ref().map(inner).unwrap_or_default()
            )
        }
        StatementKind::Objective(Objective::Optimize { sense, label, body }) => {
            let label = label.as_ref().map(|label| format!(" {}:", label.text));
            format!("{sense:?}{} {}", label.unwrap_or_default(), show(body))
        }
        StatementKind::Objective(Objective::Find(names)) => format!("Find {}", names_of(names)),
        StatementKind::SubjectTo => "SubjectTo".to_owned(),
        StatementKind::Constraint(body) => constraint(body),
        StatementKind::Expect(body) => format!("expect {}", expect(body)),
    }
}

fn variable(var: &Var) -> String {
    let bound = |bound: &Bound| format!(" {:?} {}", bound.relation, show(&bound.value));
    let bounds: String = var.bounds.iter().map(bound).collect();
    let start = var.start.as_ref();
    let start = start.map(|start| format!(" start {}", show(start)));
    let declared = declared(&var.name, &var.axes, &var.attributes);
    format!("{declared}{bounds}{}", start.unwrap_or_default())
}

fn inner(inner: &Inner) -> String {
    let variables: Vec<String> = inner.variables.iter().map(variable).collect();
    let constraints: Vec<String> = inner.constraints.iter().map(constraint).collect();
    format!(
        " {:?} over {} subject to {}",
        inner.sense,
        variables.join(", "),
        constraints.join("; ")
    )
}

fn declared(name: &Name, axes: &[Axis], attributes: &[AttributeWord]) -> String {
    let axis = |axis: &Axis| match axis {
        Axis::Length(length) => show(length),
        Axis::Range { from, to } => format!("{}..{}", show(from), show(to)),
    };
    let axes: Vec<String> = axes.iter().map(axis).collect();
    let shape = if axes.is_empty() {
        String::new()
    } else {
        format!("[{}]", axes.join(", "))
    };
    let words: String = attributes
        .iter()
        .map(|word| format!(" {:?}", word.attribute))
        .collect();
    format!("{}{shape}{words}", name.text)
}

fn names_of(names: &[Name]) -> String {
    let texts: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
    texts.join(", ")
}

fn constraint(constraint: &Constraint) -> String {
    let label = constraint.label.as_ref().map(|label| {
        let indices = names_of(&label.indices);
        let indices = if indices.is_empty() {
            indices
        } else {
            format!("[{indices}]")
        };
        format!("{}{indices}: ", label.name.text)
    });
    let body = match &constraint.body {
        ConstraintBody::Relations { first, rest } => {
            let part =
                |(relation, _, expr): &(Relation, _, Expr)| format!(" {relation:?} {}", show(expr));
            let rest: String = rest.iter().map(part).collect();
            format!("{}{rest}", show(first))
        }
        ConstraintBody::Membership { element, set } => {
            format!(
                "{} in {}({})",
                show(element),
                set.name.text,
                arguments(&set.arguments)
            )
        }
    };
    let family = constraint.family.as_deref().map(family);
    format!(
        "{}{body}{}",
        label.unwrap_or_default(),
        family.unwrap_or_default()
    )
}

fn expect(expect: &Expect) -> String {
    let tolerance = |within: &Option<Expr>| {
        within
            .as_ref()
            .map(|within| format!(" within {}", show(within)))
            .unwrap_or_default()
    };
    match expect {
        Expect::Objective { value, within } => {
            format!("objective == {}{}", show(value), tolerance(within))
        }
        Expect::Value {
            subject,
            value,
            within,
        } => {
            format!("{} == {}{}", show(subject), show(value), tolerance(within))
        }
        Expect::Dual {
            subject,
            value,
            within,
        } => {
            let indices: Vec<String> = subject.indices.iter().map(show).collect();
            let part = subject.part.map(|part| format!(" part {part}"));
            format!(
                "dual {}{indices:?}{} == {}{}",
                subject.label.text,
                part.unwrap_or_default(),
                show(value),
                tolerance(within)
            )
        }
        Expect::Infeasible | Expect::Unbounded | Expect::Convex | Expect::NotConvex => {
            format!("{expect:?}")
        }
    }
}

fn family(family: &Family) -> String {
    let generators: Vec<String> = family.generators.iter().map(generator).collect();
    let filter = family
        .filter
        .as_ref()
        .map(|filter| format!(" if {}", condition(filter)));
    format!(
        " for {}{}",
        generators.join(", "),
        filter.unwrap_or_default()
    )
}

fn generator(generator: &Generator) -> String {
    let over = match &generator.over {
        GeneratorDomain::Range { from, to, by } => range(from, to, by),
        GeneratorDomain::Vector(vector) => show(vector),
    };
    format!("{} in {over}", generator.name.text)
}

fn condition(filter: &Condition) -> String {
    let joined = |parts: &[Condition]| parts.iter().map(condition).collect::<Vec<_>>().join(" ");
    match filter {
        Condition::Compare {
            left,
            relation,
            right,
        } => {
            format!("{} {relation:?} {}", show(left), show(right))
        }
        Condition::All(parts) => format!("all({})", joined(parts)),
        Condition::Any(parts) => format!("any({})", joined(parts)),
    }
}

fn range(from: &Expr, to: &Expr, by: &Option<Expr>) -> String {
    let by = by.as_ref().map(|by| format!(" by {}", show(by)));
    format!("{}..{}{}", show(from), show(to), by.unwrap_or_default())
}

fn arguments(arguments: &[Argument]) -> String {
    let argument = |argument: &Argument| match &argument.name {
        Some(name) => format!("{} = {}", name.text, show(&argument.value)),
        None => show(&argument.value),
    };
    let arguments: Vec<String> = arguments.iter().map(argument).collect();
    arguments.join(", ")
}

fn row(row: &[Expr]) -> String {
    row.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn index(item: &IndexItem) -> String {
    match item {
        IndexItem::All(_) => ":".to_owned(),
        IndexItem::At(expr) => show(expr),
        IndexItem::Range { from, to, by } => range(from, to, by),
    }
}

pub fn show(expr: &Expr) -> String {
    match expr.kind.as_ref() {
        ExprKind::Number(value) => value.to_string(),
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Sum { first, rest } => {
            let part = |(operator, expr): &(AddOperator, Expr)| match operator {
                AddOperator::Plus => format!(" + {}", show(expr)),
                AddOperator::Minus => format!(" - {}", show(expr)),
            };
            format!(
                "({}{})",
                show(first),
                rest.iter().map(part).collect::<String>()
            )
        }
        ExprKind::Product { first, rest } => {
            let part = |(operator, _, expr): &(MulOperator, _, Expr)| {
                let sign = match operator {
                    MulOperator::Times => "*",
                    MulOperator::Divide => "/",
                    MulOperator::ElementTimes => ".*",
                    MulOperator::ElementDivide => "./",
                };
                format!(" {sign} {}", show(expr))
            };
            format!(
                "({}{})",
                show(first),
                rest.iter().map(part).collect::<String>()
            )
        }
        ExprKind::Negate(expr) => format!("(-{})", show(expr)),
        ExprKind::Power {
            base,
            elementwise,
            exponent,
            ..
        } => {
            let sign = if *elementwise { ".^" } else { "^" };
            format!("({} {sign} {})", show(base), show(exponent))
        }
        ExprKind::Transpose(expr) => format!("{}'", show(expr)),
        ExprKind::Index { base, items } => {
            let items: Vec<String> = items.iter().map(index).collect();
            format!("{}[{}]", show(base), items.join(", "))
        }
        ExprKind::Call {
            function,
            arguments: list,
            family: generators,
        } => {
            let generators = generators.as_deref().map(family).unwrap_or_default();
            format!("{}({}{generators})", function.text, arguments(list))
        }
        ExprKind::Matrix { rows } => {
            let rows: Vec<String> = rows.iter().map(|entries| row(entries)).collect();
            format!("[{}]", rows.join("; "))
        }
        ExprKind::Comprehension {
            body,
            family: generators,
        } => {
            format!("[{}{}]", show(body), family(generators))
        }
        ExprKind::Range { from, to, by } => range(from, to, by),
        ExprKind::End => "end".to_owned(),
    }
}
