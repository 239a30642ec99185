//! perspective(f, s) = s*f(x/s), for an expression f of variables x.
//!
//! Source: S. Boyd, L. Vandenberghe, "Convex optimization", 3.2.6.

mod slopes;
mod split;
mod text;

use super::body::Body;
use super::{Arity, Entry, Specimen, construct};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::{
    Atom, Call, Domain, Evaluator, ExprId, Graph, GraphFormError, Kink, NodeKind, Operand, Printed,
    Splitting, Whole,
};
use crate::matrix::Matrix;
use crate::shape::{Shape, ShapeError};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

pub const ENTRIES: &[&Entry] = &[&ENTRY];

pub const ENTRY: Entry = Entry {
    name: "perspective",
    summary: "The perspective of an expression f of variables x, with a scale s >= 0: convex where f is convex, concave where f is concave.",
    formula: "s*f(x/s); at s = 0 the limit",
    example: "perspective(9, 2) == 18",
    arity: Arity::Exactly(&["f", "s"]),
    parameters: &[],
    each: false,
    build: |_| Err("f must be an expression of variables".to_owned()),
    specimens,
};

/// Stands for the limit s -> 0: the recession function of f.
const VANISHING: f64 = 1e-150;
/// What the limit is infinite beyond.
const INFINITE: f64 = 1e100;

/// The expression, its variables numbered in the order of the arguments; the last argument is s.
#[derive(Clone, Debug)]
pub struct Perspective {
    body: Arc<Body>,
    variables: usize,
}

impl PartialEq for Perspective {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.body, &other.body)
    }
}

impl Eq for Perspective {}

impl Hash for Perspective {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.body).hash(state);
    }
}

impl Perspective {
    /// Of the scalar expression that `f` builds of variables of these shapes.
    pub fn new(shapes: &[Shape], f: impl FnOnce(&mut Graph, &[ExprId]) -> ExprId) -> Self {
        Perspective {
            body: Arc::new(Body::build(shapes, f)),
            variables: shapes.len(),
        }
    }

    /// Of a scalar expression of another graph, with the variables that it is an expression of.
    pub fn of(graph: &Graph, expression: ExprId) -> (Self, Vec<ExprId>) {
        let nodes = graph.below(&[expression]);
        let is_variable = |id: &ExprId| matches!(graph.kind(*id), NodeKind::Variable(_));
        let variables: Vec<ExprId> = nodes.iter().copied().filter(is_variable).collect();
        (
            Perspective::of_parts(graph, expression, &variables),
            variables,
        )
    }

    /// Of a scalar expression of another graph, these parts of it taken as the variables; all its variables are in them.
    pub(crate) fn of_parts(graph: &Graph, expression: ExprId, parts: &[ExprId]) -> Self {
        let shapes: Vec<Shape> = parts.iter().map(|&part| graph.shape(part)).collect();
        Perspective::new(&shapes, |own, arguments| {
            let given = parts.iter().copied().zip(arguments.iter().copied());
            slopes::copy(graph, expression, own, given)
        })
    }

    /// f, an expression of the first variables of a graph of its own.
    pub(crate) fn body(&self) -> (&Graph, ExprId) {
        (&self.body.graph, self.body.root)
    }

    /// Of an expression of the same variables, in a graph that extends that of f.
    pub(crate) fn with_body(&self, graph: &Graph, expression: ExprId) -> Self {
        let variables: Vec<ExprId> = graph.ids().take(self.variables).collect();
        Perspective::of_parts(graph, expression, &variables)
    }

    /// What is known of x/s for each x.
    pub(crate) fn inner(&self, arguments: &[Facts]) -> Vec<Facts> {
        let scaled = |facts: &Facts| Facts {
            range: cone_around(facts.range),
            curvature: Curvature::Affine,
            ..*facts
        };
        arguments[..self.variables].iter().map(scaled).collect()
    }

    fn facts(&self, arguments: &[Facts]) -> Facts {
        self.body.facts(&self.inner(arguments))
    }

    /// Whether f is affine, whatever its variables.
    pub(crate) fn is_affine(&self) -> bool {
        let variables = self.body.graph.ids().take(self.variables);
        let facts: Vec<Facts> = variables
            .map(|id| Facts {
                curvature: Curvature::Affine,
                ..Facts::unknown(self.body.graph.shape(id))
            })
            .collect();
        self.body.facts(&facts).curvature.is_affine()
    }

    /// f(0).
    pub(crate) fn at_zero(&self) -> Matrix {
        let variables = self.body.graph.ids().take(self.variables);
        let zeros: Vec<Arc<Matrix>> = variables
            .map(|id| Arc::new(Matrix::filled(self.body.graph.shape(id), 0.0)))
            .collect();
        self.body_value(&zeros)
    }

    /// The slope in s is f(y) - f'(y)'y at y = x/s: at most f(0) where f is convex, at least f(0) where it is concave.
    fn monotonicity_in_scale(&self, arguments: &[Facts]) -> Monotonicity {
        let zero = self.at_zero();
        let zero = zero.entries();
        match self.facts(arguments).curvature {
            Curvature::Convex if zero.iter().all(|f| *f <= 0.0) => Monotonicity::Decreasing,
            Curvature::Concave if zero.iter().all(|f| *f >= 0.0) => Monotonicity::Increasing,
            _ => Monotonicity::Unknown,
        }
    }

    fn body_value(&self, points: &[Arc<Matrix>]) -> Matrix {
        let evaluator = Evaluator::new(&self.body.graph, &[self.body.root]);
        let value = evaluator.evaluate(points).pop();
        value.map_or(Matrix::scalar(f64::NAN), Arc::unwrap_or_clone)
    }

    fn is_concave(&self, arguments: &[&Matrix]) -> bool {
        let unknown = arguments.iter().map(|a| Facts::unknown(a.shape()));
        let facts = self.facts(&unknown.collect::<Vec<_>>());
        facts.curvature == Curvature::Concave
    }

    /// f(x/s).
    fn value(&self, arguments: &[&Matrix], s: f64) -> Matrix {
        let scaled = arguments[..self.variables].iter().map(|x| {
            let entries = x.entries().iter().map(|entry| entry / s).collect();
            Arc::new(Matrix::from_columns(x.shape(), entries))
        });
        self.body_value(&scaled.collect::<Vec<_>>())
    }
}

/// All multiples by numbers >= 0 of what lies in the interval.
pub(crate) fn cone_around(range: Interval) -> Interval {
    let lower = if range.lower >= 0.0 {
        0.0
    } else {
        f64::NEG_INFINITY
    };
    let upper = if range.upper <= 0.0 {
        0.0
    } else {
        f64::INFINITY
    };
    Interval::new(lower, upper)
}

impl Atom for Perspective {
    fn name(&self) -> &'static str {
        "perspective"
    }

    fn print(&self, arguments: &[Printed]) -> Printed {
        text::text(&self.body, arguments)
    }

    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError> {
        match arguments.get(self.variables) {
            Some(scale) if scale.is_scalar() => Ok(self.body.graph.shape(self.body.root)),
            _ => Err(ShapeError::new("the scale of a perspective is a scalar")),
        }
    }

    fn range(&self, arguments: &[Facts]) -> Interval {
        cone_around(self.facts(arguments).range)
    }

    fn curvature(&self, arguments: &[Facts]) -> Curvature {
        match self.facts(arguments).curvature {
            Curvature::Constant => Curvature::Affine,
            other => other,
        }
    }

    fn monotonicity(&self, argument: usize, arguments: &[Facts]) -> Monotonicity {
        if argument < self.variables {
            self.body.monotonicity(argument, &self.inner(arguments))
        } else {
            self.monotonicity_in_scale(arguments)
        }
    }

    fn domain(&self, argument: usize) -> Domain {
        if argument < self.variables {
            Domain::Reals
        } else {
            Domain::AtLeast(0.0)
        }
    }

    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]) {
        let given = arguments[self.variables].as_scalar().unwrap_or(f64::NAN);
        if given < 0.0 {
            let concave = self.is_concave(arguments);
            out.fill(if concave {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            });
            return;
        }
        let scale = given.max(VANISHING);
        let values = self.value(arguments, scale);
        for (slot, value) in out.iter_mut().zip(values.entries().iter()) {
            let value = scale * value;
            let infinite = given < VANISHING && value.abs() > INFINITE;
            *slot = if infinite {
                f64::INFINITY.copysign(value)
            } else {
                value
            };
        }
    }

    /// With the adjoint G: f'(y)'G in x and <f(y), G> - <f'(y)'G, y> in s, at y = x/s.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId> {
        let (variables, scale) = call.arguments.split_at(self.variables);
        let scale = *scale.first()?;
        let points: Vec<ExprId> = variables
            .iter()
            .map(|&x| construct::divide(graph, x, scale))
            .collect();
        let (value, slopes) = slopes::slopes(&self.body, graph, &points, call.adjoint)?;
        Some(match slopes.get(argument) {
            Some(&slope) => slope,
            None => {
                let whole = construct::inner_product(graph, value, call.adjoint);
                let products = points.iter().zip(&slopes);
                let products: Vec<ExprId> = products
                    .map(|(&point, &slope)| construct::inner_product(graph, slope, point))
                    .collect();
                let total = construct::sum(graph, &products);
                construct::subtract(graph, whole, total)
            }
        })
    }

    fn refusal(&self, arguments: &[Facts]) -> Option<&'static str> {
        self.body.refusal(&self.inner(arguments))
    }

    fn approximation(&self, _constant: &[bool]) -> Option<&'static str> {
        self.body
            .graph
            .approximations(&[self.body.root])
            .next()
            .map(|(_, told)| told)
    }

    /// The graph form of f with all its constants times s: a cone holds s*y where it holds y.
    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        let (variables, scale) = arguments.split_at(self.variables);
        let Some(scale) = scale.first().map(Operand::affine) else {
            return Err(GraphFormError::new("the scale is missing"));
        };
        let mut inner = ProgramBuilder::new();
        let points: Vec<Operand> = variables
            .iter()
            .map(|x| Operand::Affine(Arc::new(inner.variable(x.shape()))))
            .collect();
        let value = self.body.graph_form(&points, &mut inner)?;
        let maps: Vec<_> = variables.iter().map(Operand::affine).collect();
        let maps: Vec<&AffineMap> = maps.iter().map(AsRef::as_ref).collect();
        let given = AffineMap::stack(&maps);
        program.nonnegative(scale.clone().into_owned());
        let value = program.homogenised(inner.finish(), &value, &given, &scale);
        Ok(value.reshaped(shape))
    }

    /// As f is.
    fn kink(&self) -> Kink {
        let smooth = self.body.graph.ids().all(|id| {
            let atom = self.body.graph.atom(id);
            atom.is_none_or(|atom| matches!(atom.kink(), Kink::Smooth))
        });
        if smooth { Kink::Smooth } else { Kink::Kinked }
    }

    /// By the pieces of the parts of f, since s*f(x/s) has a kink where s vanishes.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        if split::is_one_whole(&self.body, self.variables) {
            return Err(Whole);
        }
        let (variables, scale) = arguments.split_at(self.variables);
        let scale = *scale.first().ok_or(Whole)?;
        let mut points = Vec::with_capacity(variables.len());
        for &x in variables {
            let range = cone_around(pieces.range(x));
            points.push((as_variable(x, pieces), range));
        }
        let zero = pieces.graph().number(0.0);
        pieces.below(zero, scale);
        let value = split::pieces_of(&self.body, &points, scale, pieces)?;
        pieces.limit(value);
        Ok(())
    }
}

/// The expression itself where it is a variable, else a new variable equal to it.
fn as_variable(x: ExprId, pieces: &mut dyn Splitting) -> ExprId {
    if matches!(pieces.graph().kind(x), NodeKind::Variable(_)) {
        return x;
    }
    let shape = pieces.graph().shape(x);
    let variable = pieces.variable(shape);
    pieces.equal(x, variable);
    variable
}

fn specimens() -> Vec<Specimen> {
    use super::elementwise::{Abs, Exp, Sqrt};
    use super::reductions::{LogSumExp, Norm2, SumSquares};
    use super::{Along, Entrywise, Reduce};
    let (vector, scalar) = (Shape::vector(3), Shape::SCALAR);
    let of = |f: fn(&mut Graph, ExprId) -> ExprId| {
        let atom = Perspective::new(&[vector], |graph, x| f(graph, x[0]));
        Specimen::varying(atom, &[vector, scalar])
    };
    let mut specimens = vec![
        of(|graph, x| {
            let moved = construct::shift(graph, x, -0.5);
            construct::apply(graph, Reduce::all(SumSquares), &[moved])
        }),
        of(|graph, x| {
            let powers = construct::apply(graph, Entrywise(Exp), &[x]);
            construct::sum_along(graph, powers, Along::All)
        }),
        of(|graph, x| {
            let moved = construct::shift(graph, x, 1.0);
            let sum = construct::apply(graph, Reduce::all(LogSumExp), &[moved]);
            let shifted = construct::shift(graph, sum, 2.0);
            construct::negate(graph, shifted)
        }),
    ];
    let two = Perspective::new(&[scalar, scalar], |graph, arguments| {
        let square = construct::power(graph, arguments[0], 2.0);
        let two = graph.number(2.0);
        let root = construct::apply(graph, Entrywise(Sqrt), &[two]);
        construct::sum(graph, &[square, arguments[1], root])
    });
    specimens.push(Specimen::varying(two, &[scalar, scalar, scalar]));
    specimens.push(of(|graph, x| {
        let moved = construct::shift(graph, x, -1.0);
        let norm = construct::apply(graph, Reduce::all(Norm2), &[moved]);
        let sizes = construct::apply(graph, Entrywise(Abs), &[x]);
        let square = construct::apply(graph, Reduce::all(SumSquares), &[sizes]);
        let one = graph.number(1.0);
        construct::sum(graph, &[norm, square, one])
    }));
    specimens
}
