//! `f(arguments) <= t` for convex and `f(arguments) >= t` for concave functions, in rows, cones and
//! smooth convex inequalities.

use super::parts::Share;
use super::{Builder, Task, Unhandled};
use crate::atoms::construct;
use crate::expr::ExprId;
use crate::solve::descent::affine::AffineForm;

impl Builder {
    /// node <= bound, both of one shape; the multipliers are those of the user's constraint.
    pub(super) fn epigraph(
        &mut self,
        id: ExprId,
        bound: ExprId,
        source: Option<usize>,
    ) -> Result<(), Unhandled> {
        let name = self.graph.atom(id).map_or("", |a| a.name());
        let single = self.graph.shape(id).is_scalar() && self.graph.arguments(id).len() == 1;
        match name {
            "abs" => {
                let x = self.affine_arguments(id)?[0];
                self.both_below(x, bound, source)
            }
            "norm_inf" if single => {
                let x = self.affine_arguments(id)?[0];
                self.both_below(x, bound, source)
            }
            "pos" | "relu" => {
                let x = self.affine_arguments(id)?[0];
                self.push_below(x, bound, source);
                let zero = self.graph.number(0.0);
                self.push_below(zero, bound, None);
                Ok(())
            }
            "max" => {
                for x in self.affine_arguments(id)? {
                    self.push_below(x, bound, source);
                }
                Ok(())
            }
            "norm1" if single => {
                let x = self.affine_arguments(id)?[0];
                let shape = self.graph.shape(x);
                let sizes = self.lift(shape);
                self.both_below(x, sizes, None)?;
                let total = construct::sum_along(&mut self.graph, sizes, Default::default());
                self.push_below(total, bound, source);
                Ok(())
            }
            "norm2" if single => {
                let x = self.affine_arguments(id)?[0];
                self.second_order(bound, &[x], source)
            }
            _ => Err(self.refusal(id, "inside a constraint or another function")),
        }
    }

    /// node >= bound.
    pub(super) fn hypograph(
        &mut self,
        id: ExprId,
        bound: ExprId,
        source: Option<usize>,
    ) -> Result<(), Unhandled> {
        let name = self.graph.atom(id).map_or("", |a| a.name());
        match name {
            "min" => {
                for x in self.affine_arguments(id)? {
                    self.push_below(bound, x, source);
                }
                Ok(())
            }
            "log" => {
                // exp(t) <= x.
                let x = self.affine_arguments(id)?[0];
                let exp = crate::atoms::Entrywise(crate::atoms::elementwise::Exp);
                let lower = construct::apply(&mut self.graph, exp, &[bound]);
                self.push_below(lower, x, None);
                Ok(())
            }
            _ => Err(self.refusal(id, "inside a constraint or another function")),
        }
    }

    fn push_below(&mut self, left: ExprId, right: ExprId, source: Option<usize>) {
        let gap = self.difference(left, right);
        self.tasks.push(Task::Below(gap, source));
    }

    /// x <= bound and -x <= bound.
    fn both_below(
        &mut self,
        x: ExprId,
        bound: ExprId,
        source: Option<usize>,
    ) -> Result<(), Unhandled> {
        let minus = construct::negate(&mut self.graph, x);
        self.push_below(x, bound, source);
        self.push_below(minus, bound, source);
        Ok(())
    }

    /// |parts|₂ <= head, a scalar.
    fn second_order(
        &mut self,
        head: ExprId,
        parts: &[ExprId],
        source: Option<usize>,
    ) -> Result<(), Unhandled> {
        let mut rows = AffineForm {
            sorted: true,
            ..AffineForm::default()
        };
        for &part in [head].iter().chain(parts) {
            let Some(form) = self.form(part) else {
                return Err("a norm of an argument that is not affine".to_owned());
            };
            rows.append(&form);
        }
        let row = self.stack.cone(&rows);
        if let Some(constraint) = source {
            self.stack.share_cone(Share {
                constraint,
                entry: 0,
                row,
                count: 1,
                factor: -1.0,
                folded_side: None,
            });
        }
        Ok(())
    }
}
