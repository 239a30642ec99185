//! Pairs of the grammar as nodes of the syntax tree; precedence is applied here.

mod expression;

use super::ast::{
    Attribute, AttributeWord, Axis, Bound, Comparison, Condition, Constraint, ConstraintBody,
    Expect, Expr, Family, Generator, GeneratorDomain, Label, Let, Name, Objective, Param, Relation,
    Sense, SetExpr, StatementKind, Var,
};
use super::error::SyntaxError;
use super::parse::Rule;
use crate::span::Span;
use pest::iterators::Pair;

pub(super) type Result<T> = std::result::Result<T, SyntaxError>;

/// Builds nodes whose spans are offset to the statement's place in the file.
pub(super) struct TreeBuilder<'t> {
    offset: usize,
    source: &'t str,
}

impl<'t> TreeBuilder<'t> {
    pub fn new(offset: usize, source: &'t str) -> Self {
        TreeBuilder { offset, source }
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        let trimmed = pair.as_str().trim_end().len();
        Span::new(
            self.offset + span.start(),
            self.offset + span.start() + trimmed,
        )
    }

    fn missing(&self, what: &str) -> SyntaxError {
        SyntaxError::Unexpected {
            expected: what.to_owned(),
            found: "the end of the statement".to_owned(),
            span: Span::new(self.offset, self.offset + self.source.len()),
            help: None,
        }
    }

    fn next<'p>(
        &self,
        pairs: &mut impl Iterator<Item = Pair<'p, Rule>>,
        what: &str,
    ) -> Result<Pair<'p, Rule>> {
        pairs.next().ok_or_else(|| self.missing(what))
    }

    fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        Name {
            text: pair.as_str().to_owned(),
            span: self.span(pair),
        }
    }

    /// One statement; `subject to` with a constraint behind it gives two.
    pub fn statement(&self, pair: Pair<'_, Rule>) -> Result<Vec<StatementKind>> {
        let kind = match pair.as_rule() {
            Rule::param => StatementKind::Param(self.param(pair)?),
            Rule::variable => StatementKind::Var(self.variable(pair)?),
            Rule::definition => StatementKind::Let(self.definition(pair)?),
            Rule::objective => StatementKind::Objective(self.objective(pair)?),
            Rule::find => {
                let names = children(pair).map(|p| self.name(&p)).collect();
                StatementKind::Objective(Objective::Find(names))
            }
            Rule::heading => {
                let mut kinds = vec![StatementKind::SubjectTo];
                for constraint in children(pair) {
                    kinds.push(StatementKind::Constraint(self.constraint(constraint)?));
                }
                return Ok(kinds);
            }
            Rule::expect => StatementKind::Expect(self.expect(pair)?),
            _ => StatementKind::Constraint(self.constraint(pair)?),
        };
        Ok(vec![kind])
    }

    fn param(&self, pair: Pair<'_, Rule>) -> Result<Param> {
        let mut inner = children(pair);
        let name = self.name(&self.next(&mut inner, "a name")?);
        let mut param = Param {
            name,
            axes: Vec::new(),
            attributes: Vec::new(),
            value: None,
        };
        for part in inner {
            match part.as_rule() {
                Rule::axes => param.axes = self.axes(part)?,
                Rule::attribute => param.attributes.push(self.attribute(&part)),
                _ => param.value = Some(self.ranged(part)?),
            }
        }
        Ok(param)
    }

    fn variable(&self, pair: Pair<'_, Rule>) -> Result<Var> {
        let mut inner = children(pair);
        let name = self.name(&self.next(&mut inner, "a name")?);
        let mut var = Var {
            name,
            axes: Vec::new(),
            attributes: Vec::new(),
            bounds: Vec::new(),
            start: None,
        };
        for part in inner {
            match part.as_rule() {
                Rule::axes => var.axes = self.axes(part)?,
                Rule::attribute => var.attributes.push(self.attribute(&part)),
                Rule::bound => var.bounds.push(self.bound(part)?),
                _ => var.start = Some(self.expression(part)?),
            }
        }
        Ok(var)
    }

    fn axes(&self, pair: Pair<'_, Rule>) -> Result<Vec<Axis>> {
        children(pair).map(|axis| self.axis(axis)).collect()
    }

    fn axis(&self, pair: Pair<'_, Rule>) -> Result<Axis> {
        let mut parts = children(pair);
        let from = self.expression(self.next(&mut parts, "a size")?)?;
        match parts.next() {
            None => Ok(Axis::Length(from)),
            Some(to) => Ok(Axis::Range {
                from,
                to: self.expression(to)?,
            }),
        }
    }

    fn attribute(&self, pair: &Pair<'_, Rule>) -> AttributeWord {
        let attribute = match pair.as_str() {
            "nonneg" => Attribute::Nonneg,
            "nonpos" => Attribute::Nonpos,
            "symmetric" => Attribute::Symmetric,
            "psd" => Attribute::Psd,
            "nsd" => Attribute::Nsd,
            "diagonal" => Attribute::Diagonal,
            _ => Attribute::Sparse,
        };
        AttributeWord {
            attribute,
            span: self.span(pair),
        }
    }

    fn bound(&self, pair: Pair<'_, Rule>) -> Result<Bound> {
        let span = self.span(&pair);
        let mut inner = children(pair);
        Ok(Bound {
            relation: relation(&self.next(&mut inner, "a relation")?),
            value: self.expression(self.next(&mut inner, "a bound")?)?,
            span,
        })
    }

    fn definition(&self, pair: Pair<'_, Rule>) -> Result<Let> {
        let mut inner = children(pair);
        let name = self.name(&self.next(&mut inner, "a name")?);
        let mut next = self.next(&mut inner, "an expression")?;
        let mut parameters = None;
        if next.as_rule() == Rule::parameters {
            parameters = Some(children(next).map(|p| self.name(&p)).collect());
            next = self.next(&mut inner, "an expression")?;
        }
        Ok(Let {
            name,
            parameters,
            body: self.expression(next)?,
        })
    }

    fn objective(&self, pair: Pair<'_, Rule>) -> Result<Objective> {
        let mut inner = children(pair);
        let sense = match self.next(&mut inner, "`minimize`")?.as_str() {
            "maximize" => Sense::Maximize,
            _ => Sense::Minimize,
        };
        let mut next = self.next(&mut inner, "an expression")?;
        let mut label = None;
        if next.as_rule() == Rule::name {
            label = Some(self.name(&next));
            next = self.next(&mut inner, "an expression")?;
        }
        Ok(Objective::Optimize {
            sense,
            label,
            body: self.expression(next)?,
        })
    }

    fn constraint(&self, pair: Pair<'_, Rule>) -> Result<Constraint> {
        let span = self.span(&pair);
        let mut label = None;
        let mut body = None;
        let mut family = None;
        for part in children(pair) {
            match part.as_rule() {
                Rule::label => label = Some(self.label(part)?),
                Rule::family => family = Some(self.family(part)?),
                Rule::membership => body = Some(self.membership(part)?),
                _ => body = Some(self.relations(part)?),
            }
        }
        Ok(Constraint {
            label,
            body: body.ok_or_else(|| self.missing("a relation"))?,
            family,
            span,
        })
    }

    fn label(&self, pair: Pair<'_, Rule>) -> Result<Label> {
        let mut inner = children(pair);
        let name = self.name(&self.next(&mut inner, "a label")?);
        Ok(Label {
            name,
            indices: inner.map(|p| self.name(&p)).collect(),
        })
    }

    fn relations(&self, pair: Pair<'_, Rule>) -> Result<ConstraintBody> {
        let mut inner = children(pair);
        let first = self.expression(self.next(&mut inner, "an expression")?)?;
        let mut rest = Vec::new();
        while let Some(operator) = inner.next() {
            let side = self.expression(self.next(&mut inner, "an expression")?)?;
            rest.push((relation(&operator), self.span(&operator), side));
        }
        Ok(ConstraintBody::Relations { first, rest })
    }

    fn membership(&self, pair: Pair<'_, Rule>) -> Result<ConstraintBody> {
        let mut inner = children(pair);
        let element = self.expression(self.next(&mut inner, "an expression")?)?;
        let set = self.next(&mut inner, "a set")?;
        let span = self.span(&set);
        let mut parts = children(set);
        let name = self.name(&self.next(&mut parts, "a set")?);
        let arguments = match parts.next() {
            Some(arguments) => self.arguments(arguments)?.0,
            None => Vec::new(),
        };
        Ok(ConstraintBody::Membership {
            element,
            set: SetExpr {
                name,
                arguments,
                span,
            },
        })
    }

    fn family(&self, pair: Pair<'_, Rule>) -> Result<Family> {
        let span = self.span(&pair);
        let mut family = Family {
            generators: Vec::new(),
            filter: None,
            span,
        };
        for part in children(pair) {
            if part.as_rule() == Rule::condition {
                family.filter = Some(self.condition(part)?);
            } else {
                family.generators.push(self.generator(part)?);
            }
        }
        Ok(family)
    }

    fn generator(&self, pair: Pair<'_, Rule>) -> Result<Generator> {
        let mut inner = children(pair);
        let name = self.name(&self.next(&mut inner, "an index")?);
        let mut parts = children(self.next(&mut inner, "a range")?);
        let from = self.expression(self.next(&mut parts, "a range")?)?;
        let over = match parts.next() {
            None => GeneratorDomain::Vector(from),
            Some(to) => GeneratorDomain::Range {
                from,
                to: self.expression(to)?,
                by: parts.next().map(|by| self.expression(by)).transpose()?,
            },
        };
        Ok(Generator { name, over })
    }

    fn condition(&self, pair: Pair<'_, Rule>) -> Result<Condition> {
        let parts: Vec<Condition> = children(pair)
            .map(|part| self.conjunction(part))
            .collect::<Result<_>>()?;
        Ok(one_or(parts, Condition::Any))
    }

    fn conjunction(&self, pair: Pair<'_, Rule>) -> Result<Condition> {
        let mut parts = Vec::new();
        for comparisons in children(pair) {
            let mut inner = children(comparisons);
            let mut left = self.expression(self.next(&mut inner, "an expression")?)?;
            while let Some(operator) = inner.next() {
                let right = self.expression(self.next(&mut inner, "an expression")?)?;
                parts.push(Condition::Compare {
                    left,
                    relation: comparison(operator.as_str()),
                    right: right.clone(),
                });
                left = right;
            }
        }
        Ok(one_or(parts, Condition::All))
    }

    fn expect(&self, pair: Pair<'_, Rule>) -> Result<Expect> {
        let inner = self.next(&mut children(pair), "an expectation")?;
        match inner.as_rule() {
            Rule::not_convex => Ok(Expect::NotConvex),
            Rule::outcome => Ok(match inner.as_str() {
                "infeasible" => Expect::Infeasible,
                "unbounded" => Expect::Unbounded,
                _ => Expect::Convex,
            }),
            Rule::dual => self.expect_dual(inner),
            Rule::expect_objective => {
                let (mut parts, within) = self.with_tolerance(inner)?;
                let value = parts.pop().ok_or_else(|| self.missing("a value"))?;
                Ok(Expect::Objective { value, within })
            }
            _ => {
                let (mut parts, within) = self.with_tolerance(inner)?;
                let value = parts.pop().ok_or_else(|| self.missing("a value"))?;
                let subject = parts.pop().ok_or_else(|| self.missing("a value"))?;
                Ok(Expect::Value {
                    subject,
                    value,
                    within,
                })
            }
        }
    }

    fn expect_dual(&self, pair: Pair<'_, Rule>) -> Result<Expect> {
        let mut inner = children(pair.clone());
        let label = self.name(&self.next(&mut inner, "a label")?);
        let mut parts = Vec::new();
        let mut within = None;
        for part in inner {
            if part.as_rule() == Rule::tolerance {
                within = Some(self.tolerance(part)?);
            } else {
                parts.push(self.expression(part)?);
            }
        }
        let value = parts.pop().ok_or_else(|| self.missing("a value"))?;
        Ok(Expect::Dual {
            label,
            indices: parts,
            value,
            within,
        })
    }

    fn with_tolerance(&self, pair: Pair<'_, Rule>) -> Result<(Vec<Expr>, Option<Expr>)> {
        let mut parts = Vec::new();
        let mut within = None;
        for part in children(pair) {
            if part.as_rule() == Rule::tolerance {
                within = Some(self.tolerance(part)?);
            } else {
                parts.push(self.expression(part)?);
            }
        }
        Ok((parts, within))
    }

    fn tolerance(&self, pair: Pair<'_, Rule>) -> Result<Expr> {
        self.expression(self.next(&mut children(pair), "a tolerance")?)
    }
}

fn one_or(mut parts: Vec<Condition>, join: impl Fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

fn relation(pair: &Pair<'_, Rule>) -> Relation {
    match pair.as_str().trim() {
        "<=" | "≤" => Relation::LessEqual,
        ">=" | "≥" => Relation::GreaterEqual,
        "<<" | "⪯" => Relation::PrecedesEqual,
        ">>" | "⪰" => Relation::SucceedsEqual,
        _ => Relation::Equal,
    }
}

fn comparison(text: &str) -> Comparison {
    match text.trim() {
        "!=" | "≠" => Comparison::NotEqual,
        "<=" | "≤" => Comparison::LessEqual,
        ">=" | "≥" => Comparison::GreaterEqual,
        "<" => Comparison::Less,
        ">" => Comparison::Greater,
        _ => Comparison::Equal,
    }
}

/// The parts of a pair, keywords left out.
fn children(pair: Pair<'_, Rule>) -> impl Iterator<Item = Pair<'_, Rule>> {
    pair.into_inner().filter(|part| !is_keyword(part.as_rule()))
}

fn is_keyword(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::word_param
            | Rule::word_var
            | Rule::word_let
            | Rule::word_find
            | Rule::word_subject
            | Rule::word_to
            | Rule::word_expect
            | Rule::word_not
            | Rule::word_convex
            | Rule::word_dual
            | Rule::word_objective
            | Rule::word_start
            | Rule::word_for
            | Rule::word_in
            | Rule::word_if
            | Rule::word_by
            | Rule::word_within
            | Rule::word_and
            | Rule::word_or
    )
}
