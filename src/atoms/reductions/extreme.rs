//! `max(x, y, …)` and `min(x, y, …)` entry by entry; scalars broadcast.

use crate::atoms::construct;
use crate::atoms::elementwise::smooth_pos;
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, ExprId, Graph, GraphFormError, Kink, Operand, Printed, Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};

/// The largest or smallest of several values, entry by entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extreme {
    Largest,
    Smallest,
}

impl Extreme {
    /// Whether `a` goes before `b`.
    fn beats(self, a: f64, b: f64) -> bool {
        match self {
            Extreme::Largest => a > b,
            Extreme::Smallest => a < b,
        }
    }
}

fn at(side: &[f64], k: usize) -> f64 {
    if side.len() == 1 { side[0] } else { side[k] }
}

fn common_shape(arguments: &[Shape]) -> Option<Shape> {
    arguments
        .iter()
        .try_fold(Shape::SCALAR, |all, &shape| all.broadcast(shape))
}

impl Atom for Extreme {
    fn name(&self) -> &'static str {
        match self {
            Extreme::Largest => "max",
            Extreme::Smallest => "min",
        }
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        common_shape(arguments).ok_or_else(|| {
            let name = self.name();
            ShapeError::new(format!("`{name}` of several values needs equal shapes"))
        })
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        let ranges = arguments.iter().map(|a| a.range);
        let join = |a: Interval, b: Interval| match self {
            Extreme::Largest => Interval::new(a.lower.max(b.lower), a.upper.max(b.upper)),
            Extreme::Smallest => Interval::new(a.lower.min(b.lower), a.upper.min(b.upper)),
        };
        ranges.reduce(join).unwrap_or(Interval::REALS)
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        match self {
            Extreme::Largest => Curvature::Convex,
            Extreme::Smallest => Curvature::Concave,
        }
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Increasing
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        for (position, argument) in arguments.iter().enumerate() {
            let entries = argument.as_slice().unwrap_or_default();
            for (k, slot) in out.iter_mut().enumerate() {
                let entry = at(entries, k);
                if position == 0 || self.beats(entry, *slot) || entry.is_nan() {
                    *slot = entry;
                }
            }
        }
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let attains = Attains {
            extreme: *self,
            argument,
        };
        let here = construct::apply(graph, attains, call.arguments);
        let product = construct::element_times(graph, call.adjoint, here);
        let shape = graph.shape(call.arguments[argument]);
        Some(construct::unbroadcast(graph, product, shape))
    }

    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let value = program.variable(shape);
        for argument in arguments {
            match self {
                Extreme::Largest => program.at_most(&argument.affine(), &value),
                Extreme::Smallest => program.at_most(&value, &argument.affine()),
            }
        }
        Ok(value)
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }

    /// max(x, y) = x + max(y - x, 0), one argument after the other.
    fn smoothed(&self, graph: &mut Graph, arguments: &[ExprId], width: f64) -> Option<ExprId> {
        let sign = match self {
            Extreme::Largest => 1.0,
            Extreme::Smallest => -1.0,
        };
        let largest = |graph: &mut Graph, known: ExprId, next: ExprId| {
            let rise = construct::subtract(graph, next, known);
            let rise = construct::scale(graph, sign, rise);
            let part = smooth_pos(graph, rise, width);
            let part = construct::scale(graph, sign, part);
            construct::plus(graph, known, part)
        };
        let mut arguments = arguments.iter().copied();
        let first = arguments.next()?;
        Some(arguments.fold(first, |known, next| largest(graph, known, next)))
    }

    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let shape = pieces.bound();
        let shape = pieces.graph().shape(shape);
        for &argument in arguments {
            let side = construct::fill(pieces.graph(), argument, shape);
            pieces.limit(side);
        }
        Ok(())
    }
}

/// 1 where that argument is the first to attain the extreme, 0 elsewhere. Only derivatives use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attains {
    pub extreme: Extreme,
    pub argument: usize,
}

impl Atom for Attains {
    fn name(&self) -> &'static str {
        match self.extreme {
            Extreme::Largest => "attains_max",
            Extreme::Smallest => "attains_min",
        }
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        let texts: Vec<&str> = arguments.iter().map(|a| a.text.as_str()).collect();
        let (name, which) = (self.name(), self.argument + 1);
        Printed::tight(format!("{name}({which}; {})", texts.join(", ")))
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        self.extreme.shape(arguments)
    }

    fn range(&self, _arguments: &[Facts]) -> Interval {
        Interval::UNIT
    }

    fn curvature(&self, _arguments: &[Facts]) -> Curvature {
        Curvature::Unknown
    }

    fn monotonicity(&self, _argument: usize, _arguments: &[Facts]) -> Monotonicity {
        Monotonicity::Unknown
    }

    fn domain(&self, _argument: usize) -> Domain {
        Domain::Reals
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let entries: Vec<&[f64]> = arguments
            .iter()
            .map(|a| a.as_slice().unwrap_or_default())
            .collect();
        for (k, slot) in out.iter_mut().enumerate() {
            let own = at(entries[self.argument], k);
            let first = entries.iter().enumerate().all(|(i, side)| {
                let other = at(side, k);
                !self.extreme.beats(other, own) && (i >= self.argument || other != own)
            });
            *slot = f64::from(u8::from(first));
        }
    }

    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let shape = graph.shape(call.arguments[argument]);
        Some(construct::zeros(graph, shape))
    }

    fn graph_form(
        &self,
        _arguments: &[Operand],
        _shape: Shape,
        _program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        Err(GraphFormError::new(
            "an indicator is neither convex nor concave",
        ))
    }

    fn kink(&self) -> Kink {
        Kink::Kinked
    }
}
