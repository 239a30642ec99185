//! Products, quotients and powers as c * Π b_i^(p_i) * e^s, entry by entry.

use super::view::{call_of, power_of};
use crate::atoms::affine::{Divide, ElementMultiply, Multiply, Negate};
use crate::convexity::dcp::Analysis;
use crate::expr::{ExprId, Graph};

/// Longer products are left alone.
pub(super) const MOST_FACTORS: usize = 32;

/// b^exponent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Factor {
    pub base: ExprId,
    pub exponent: f64,
    /// Whether the base is nonnegative where the product is defined.
    pub nonnegative: bool,
    /// Whether it is so at every feasible point; otherwise the rewritten form has to see to it.
    pub proved: bool,
}

impl Factor {
    /// Whether base^exponent alone has no values for a negative base, as the user's text has none.
    pub fn keeps_domain(&self, exponent: f64) -> bool {
        let everywhere = exponent == 1.0 || (exponent > 0.0 && exponent % 2.0 == 0.0);
        self.proved || !self.nonnegative || !everywhere
    }
}

/// c * Π b_i^(p_i) * exp(Σ w_j e_j).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Monomial {
    pub coefficient: f64,
    /// Bases differ from each other and are not constant; no exponent is zero.
    pub factors: Vec<Factor>,
    /// `(e_j, w_j)`.
    pub exponents: Vec<(ExprId, f64)>,
}

/// Part of a product that waits to be taken apart.
struct Pending {
    id: ExprId,
    exponent: f64,
}

/// The expression as a monomial; `None` when a part does not fit.
pub(super) fn monomial(analysis: &mut Analysis<'_>, id: ExprId) -> Option<Monomial> {
    let mut reader = Reader {
        analysis,
        monomial: Monomial {
            coefficient: 1.0,
            factors: Vec::new(),
            exponents: Vec::new(),
        },
        pending: vec![Pending { id, exponent: 1.0 }],
    };
    let mut steps = 0;
    while let Some(part) = reader.pending.pop() {
        steps += 1;
        if steps > MOST_FACTORS {
            return None;
        }
        reader.take(part)?;
    }
    let mut monomial = reader.monomial;
    let lost = |f: &Factor| f.exponent == 0.0 && f.nonnegative && !f.proved;
    if monomial.factors.iter().any(lost) {
        return None;
    }
    monomial.factors.retain(|f| f.exponent != 0.0);
    let number = monomial.coefficient.is_finite() && monomial.coefficient != 0.0;
    number.then_some(monomial)
}

struct Reader<'a, 'p> {
    analysis: &'a mut Analysis<'p>,
    monomial: Monomial,
    pending: Vec<Pending>,
}

impl Reader<'_, '_> {
    fn take(&mut self, part: Pending) -> Option<()> {
        let Pending { id, exponent } = part;
        if self.analysis.graph().is_constant(id) {
            return self.constant(id, exponent);
        }
        let whole = exponent.fract() == 0.0;
        let graph = self.analysis.graph();
        if let Some((base, inner)) = power_of(graph, id) {
            return self.power(id, base, inner, exponent);
        }
        if let Some(argument) = call_of(graph, id, "exp") {
            self.monomial.exponents.push((argument, exponent));
            return Some(());
        }
        if let Some(argument) = call_of(graph, id, "abs")
            && whole
            && exponent % 2.0 == 0.0
        {
            self.push(argument, exponent);
            return Some(());
        }
        match operator(graph, id) {
            Some(Operator::Product(a, b)) if whole || self.both_nonnegative(a, b) => {
                self.push(a, exponent);
                self.push(b, exponent);
            }
            Some(Operator::Quotient(a, b)) if whole || self.both_nonnegative(a, b) => {
                self.push(a, exponent);
                self.push(b, -exponent);
            }
            Some(Operator::Negative(a)) if whole => {
                self.monomial.coefficient *= if exponent % 2.0 == 0.0 { 1.0 } else { -1.0 };
                self.push(a, exponent);
            }
            Some(_) | None => self.factor(id, exponent, false),
        }
        Some(())
    }

    fn push(&mut self, id: ExprId, exponent: f64) {
        self.pending.push(Pending { id, exponent });
    }

    fn constant(&mut self, id: ExprId, exponent: f64) -> Option<()> {
        let value = self.analysis.constant(id)?.as_scalar()?;
        let factor = if exponent == 1.0 {
            value
        } else {
            value.powf(exponent)
        };
        self.monomial.coefficient *= factor;
        factor.is_finite().then_some(())
    }

    /// (b^inner)^exponent.
    fn power(&mut self, id: ExprId, base: ExprId, inner: f64, exponent: f64) -> Option<()> {
        let whole = exponent.fract() == 0.0;
        let even = inner % 2.0 == 0.0;
        // Where the base must be nonnegative for the power to be defined.
        let implied = inner.fract() != 0.0 || (!whole && !even) || inner < 0.0;
        let nonnegative = implied || self.is_nonnegative(base);
        if !whole && even && !nonnegative {
            self.factor(id, exponent, true);
        } else if implied && !self.is_nonnegative(base) {
            self.factor(base, inner * exponent, true);
        } else {
            self.push(base, inner * exponent);
        }
        Some(())
    }

    fn factor(&mut self, base: ExprId, exponent: f64, implied: bool) {
        let proved = self.is_nonnegative(base);
        let nonnegative = implied || proved;
        let known = self.monomial.factors.iter_mut().find(|f| f.base == base);
        match known {
            Some(factor) => {
                factor.exponent += exponent;
                factor.nonnegative |= nonnegative;
            }
            None => self.monomial.factors.push(Factor {
                base,
                exponent,
                nonnegative,
                proved,
            }),
        }
    }

    fn is_nonnegative(&self, id: ExprId) -> bool {
        self.analysis.facts(id).range.is_nonnegative()
    }

    fn both_nonnegative(&self, a: ExprId, b: ExprId) -> bool {
        self.is_nonnegative(a) && self.is_nonnegative(b)
    }
}

/// What a product of quotients and products is made of, numbers left out.
pub(in crate::convexity) fn factors_of(graph: &Graph, id: ExprId) -> Vec<ExprId> {
    let (mut factors, mut pending) = (Vec::new(), vec![id]);
    while let Some(id) = pending.pop() {
        if factors.len() + pending.len() > MOST_FACTORS {
            break;
        }
        match operator(graph, id) {
            _ if graph.is_constant(id) => {}
            Some(Operator::Product(a, b) | Operator::Quotient(a, b)) => pending.extend([b, a]),
            Some(Operator::Negative(_)) | None => factors.push(id),
        }
    }
    factors
}

/// What a product is made of.
pub(super) enum Operator {
    Product(ExprId, ExprId),
    Quotient(ExprId, ExprId),
    Negative(ExprId),
}

/// Operators that act entry by entry; a matrix product does not.
pub(super) fn operator(graph: &Graph, id: ExprId) -> Option<Operator> {
    let arguments = graph.arguments(id);
    let scalar = |k: usize| graph.shape(arguments[k]).is_scalar();
    let entrywise = graph.atom_as::<ElementMultiply>(id).is_some();
    if entrywise || (graph.atom_as::<Multiply>(id).is_some() && (scalar(0) || scalar(1))) {
        return Some(Operator::Product(arguments[0], arguments[1]));
    }
    if graph.atom_as::<Divide>(id).is_some() {
        return Some(Operator::Quotient(arguments[0], arguments[1]));
    }
    graph
        .atom_as::<Negate>(id)
        .map(|_| Operator::Negative(arguments[0]))
}
