//! Numbers, scalar factors and scalar divisors in front of a matrix, taken off and put back.

use super::product::sign_in_front;
use super::{apply, power, scale, split_coefficient};
use crate::atoms::Entrywise;
use crate::atoms::affine::{Divide, Multiply};
use crate::atoms::elementwise::Power;
use crate::expr::{ExprId, Graph};

/// An expression as number * scalars * core ./ divisors with a core that has none of them.
pub(super) struct Peeled {
    pub(super) number: f64,
    pub(super) scalars: Vec<ExprId>,
    /// Scalars.
    pub(super) divisors: Vec<ExprId>,
    /// `None` when nothing is left but the number and the scalars.
    pub(super) core: Option<ExprId>,
}

impl Peeled {
    pub(super) fn of(graph: &Graph, id: ExprId) -> Self {
        let mut peeled = Peeled {
            number: 1.0,
            scalars: Vec::new(),
            divisors: Vec::new(),
            core: None,
        };
        let mut rest = id;
        loop {
            let (number, core) = split_coefficient(graph, rest);
            peeled.number *= number;
            let Some(core) = core else { break };
            let arguments = graph.arguments(core);
            let scalar = |k: usize| graph.shape(arguments[k]).is_scalar();
            if graph.atom_as::<Multiply>(core).is_some() && scalar(0) {
                peeled.scalars.push(arguments[0]);
                rest = arguments[1];
            } else if graph.atom_as::<Divide>(core).is_some() && scalar(1) {
                peeled.divisors.push(arguments[1]);
                rest = arguments[0];
            } else if graph.shape(core).is_scalar() {
                peeled.scalars.push(core);
                break;
            } else {
                peeled.core = Some(core);
                break;
            }
        }
        peeled
    }

    pub(super) fn join(self, other: Peeled) -> Self {
        let concat = |mut a: Vec<ExprId>, b: Vec<ExprId>| {
            a.extend(b);
            a
        };
        Peeled {
            number: self.number * other.number,
            scalars: concat(self.scalars, other.scalars),
            divisors: concat(self.divisors, other.divisors),
            core: None,
        }
    }

    /// Takes one scalar factor out, when it is there.
    pub(super) fn remove_scalar(&mut self, scalar: ExprId) {
        if let Some(k) = self.scalars.iter().position(|&s| s == scalar) {
            self.scalars.remove(k);
        }
    }

    /// Takes one divisor out, when it is there.
    pub(super) fn remove_divisor(&mut self, divisor: ExprId) {
        if let Some(k) = self.divisors.iter().position(|&d| d == divisor) {
            self.divisors.remove(k);
        }
    }

    /// number*s*t*core/d, scalars equal to a divisor cancelled against it.
    pub(super) fn build(mut self, graph: &mut Graph, core: Option<ExprId>) -> ExprId {
        self.number *= signs_in_front(graph, &mut self.scalars);
        self.number *= signs_in_front(graph, &mut self.divisors);
        self.cancel(graph);
        let mut result = scalar_product(graph, &self.scalars);
        if let Some(core) = core {
            result = Some(match result {
                Some(scalar) => apply(graph, Multiply, &[scalar, core]),
                None => core,
            });
        }
        let mut result = result.unwrap_or_else(|| graph.number(1.0));
        if let Some(divisor) = scalar_product(graph, &self.divisors) {
            result = apply(graph, Divide, &[result, divisor]);
        }
        scale(graph, self.number, result)
    }

    /// b^p/b^q is b^(p - q) or 1/b^(q - p).
    fn cancel(&mut self, graph: &mut Graph) {
        for divisor in std::mem::take(&mut self.divisors) {
            let (base, mut left) = base_and_exponent(graph, divisor);
            let with_base = |graph: &Graph, scalars: &[ExprId]| {
                let mut bases = scalars.iter().map(|&s| base_and_exponent(graph, s).0);
                bases.position(|b| b == base)
            };
            while left > 0.0
                && let Some(k) = with_base(graph, &self.scalars)
            {
                let scalar = self.scalars.remove(k);
                left -= base_and_exponent(graph, scalar).1;
            }
            if left > 0.0 {
                self.divisors.push(power(graph, base, left));
            } else if left < 0.0 {
                self.scalars.push(power(graph, base, -left));
            }
        }
    }
}

/// The product of the signs inside of numbers such as (-x')*y, which are taken out.
fn signs_in_front(graph: &mut Graph, numbers: &mut [ExprId]) -> f64 {
    let mut product = 1.0;
    for number in numbers {
        let signed = sign_in_front(graph, *number);
        if let (sign, Some(core)) = split_coefficient(graph, signed)
            && signed != *number
        {
            product *= sign;
            *number = core;
        }
    }
    product
}

/// s*t*u with equal factors as powers; `None` for no factors.
fn scalar_product(graph: &mut Graph, scalars: &[ExprId]) -> Option<ExprId> {
    let mut powers: Vec<(ExprId, f64)> = Vec::new();
    for &scalar in scalars {
        let (base, exponent) = base_and_exponent(graph, scalar);
        match powers.iter_mut().find(|(b, _)| *b == base) {
            Some((_, sum)) => *sum += exponent,
            None => powers.push((base, exponent)),
        }
    }
    let factors: Vec<ExprId> = powers
        .into_iter()
        .map(|(base, exponent)| power(graph, base, exponent))
        .collect();
    let product = |left, right| apply(graph, Multiply, &[left, right]);
    factors.into_iter().reduce(product)
}

/// b and p of b.^p with p >= 1 (so that b.^p .* b.^q = b.^(p+q) wherever either is defined), else
/// the expression itself and 1.
pub(super) fn base_and_exponent(graph: &Graph, id: ExprId) -> (ExprId, f64) {
    match graph.atom_as::<Entrywise<Power>>(id) {
        Some(Entrywise(power)) if power.exponent() >= 1.0 => {
            (graph.arguments(id)[0], power.exponent())
        }
        Some(_) | None => (id, 1.0),
    }
}

/// map(x) of a linear map, numbers and scalars in front of x moved in front of the map.
pub fn through_linear(
    graph: &mut Graph,
    x: ExprId,
    map: impl FnOnce(&mut Graph, ExprId) -> ExprId,
) -> ExprId {
    let peeled = Peeled::of(graph, x);
    let Some(core) = peeled.core else {
        return map(graph, x);
    };
    let mapped = map(graph, core);
    let inner = Peeled::of(graph, mapped);
    let core = inner.core;
    peeled.join(inner).build(graph, core)
}
