//! The forward pass: every needed node as a constant or an affine map, arguments first.

use super::recovery::RecoveryBuilder;
use super::{LoweringError, Source};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::expr::{Atom, Evaluator, ExprId, NodeKind, Operand};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::sync::Arc;

/// Values of the needed nodes in the program's variables.
#[derive(Debug)]
pub(super) struct Forward {
    /// By node; freed after the last use.
    operands: Vec<Option<Operand>>,
}

impl Forward {
    /// Lowers `needed` and everything below.
    pub(super) fn run(
        source: &Source<'_>,
        constants: &Evaluator<'_>,
        needed: &[ExprId],
        recovery: &RecoveryBuilder,
        program: &mut ProgramBuilder,
    ) -> Result<Self, LoweringError> {
        let graph = source.graph;
        let order = graph.reachable(needed);
        let mut uses = Uses::count(source, &order, needed);
        let mut forward = Forward {
            operands: vec![None; graph.len()],
        };
        for id in order {
            let operand = match (constants.constant(id), graph.kind(id)) {
                (Some(value), _) => {
                    if !uses.is_needed(id) {
                        continue;
                    }
                    Operand::Constant(value.clone())
                }
                (None, NodeKind::Constant(constant)) => Operand::Constant(constant.value.clone()),
                (None, NodeKind::Variable(variable)) => {
                    Operand::Affine(Arc::new(recovery.variable_map(*variable)))
                }
                (None, NodeKind::Apply(atom)) => {
                    let map = forward.apply(source, id, atom.as_ref(), &uses, program)?;
                    uses.release(source, id, &mut forward.operands);
                    Operand::Affine(Arc::new(map))
                }
            };
            check_number(source, id, &operand)?;
            forward.operands[id.index()] = Some(operand);
        }
        Ok(forward)
    }

    fn apply(
        &mut self,
        source: &Source<'_>,
        id: ExprId,
        atom: &dyn Atom,
        uses: &Uses,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, LoweringError> {
        let graph = source.graph;
        let refused = |reason: String| LoweringError::NoGraphForm {
            name: atom.name().to_owned(),
            reason,
            at: graph.span(id),
        };
        if let Some(reason) = source.refusal(atom, graph.arguments(id)) {
            return Err(refused(reason.to_owned()));
        }
        let mut arguments: SmallVec<[Operand; 4]> = SmallVec::new();
        for (k, argument) in graph.arguments(id).iter().enumerate() {
            let operand = &mut self.operands[argument.index()];
            let operand = match uses.is_last(*argument) {
                true => operand.take(),
                false => operand.clone(),
            };
            arguments.extend(operand.map(|operand| operand.read_in(atom.domain(k))));
        }
        atom.graph_form_of_owned(arguments, graph.shape(id), program)
            .map_err(|error| refused(error.reason))
    }

    pub(super) fn operand(&self, id: ExprId) -> Option<&Operand> {
        self.operands[id.index()].as_ref()
    }

    /// The node as an affine map; empty when it was not needed.
    pub(super) fn affine(&self, id: ExprId) -> Cow<'_, AffineMap> {
        match self.operand(id) {
            Some(operand) => operand.affine(),
            None => Cow::Owned(AffineMap::zeros(crate::shape::Shape::SCALAR)),
        }
    }
}

fn check_number(source: &Source<'_>, id: ExprId, operand: &Operand) -> Result<(), LoweringError> {
    match operand {
        Operand::Constant(value) if value.stored().iter().any(|v| v.is_nan()) => {
            Err(LoweringError::NotANumber {
                at: source.graph.span(id),
            })
        }
        Operand::Constant(_) | Operand::Affine(_) => Ok(()),
    }
}

/// How often each node is still to be used.
struct Uses(Vec<u32>);

impl Uses {
    fn count(source: &Source<'_>, order: &[ExprId], needed: &[ExprId]) -> Self {
        let mut uses = vec![0; source.graph.len()];
        for id in needed {
            uses[id.index()] += 1;
        }
        for &id in order.iter().filter(|&&id| !source.graph.is_constant(id)) {
            for argument in source.graph.arguments(id) {
                uses[argument.index()] += 1;
            }
        }
        Uses(uses)
    }

    fn is_needed(&self, id: ExprId) -> bool {
        self.0[id.index()] > 0
    }

    /// Whether just one use is left.
    fn is_last(&self, id: ExprId) -> bool {
        self.0[id.index()] == 1
    }

    /// Counts the arguments of `id` as used once; frees those that nothing else needs.
    fn release(&mut self, source: &Source<'_>, id: ExprId, operands: &mut [Option<Operand>]) {
        for argument in source.graph.arguments(id) {
            let uses = &mut self.0[argument.index()];
            *uses -= 1;
            if *uses == 0 {
                operands[argument.index()] = None;
            }
        }
    }
}
