//! The one trait that every function of the language implements, facet by facet.

use super::graph::{ExprId, Graph};
use super::print::Printed;
use super::splitting::{Splitting, Whole};
use crate::cone::{AffineMap, ProgramBuilder};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::{Shape, ShapeError};
use smallvec::SmallVec;
use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A function of the language with its constants (such as huber's M) filled in.
///
/// All methods speak of the function itself; the composition rule, reverse accumulation and the
/// lowering put functions together. Every facet is required, so a forgotten one does not compile.
pub trait Atom: Identity + fmt::Debug + Send + Sync {
    /// As written in `.opt`.
    fn name(&self) -> &'static str;

    /// Constants that stand behind the arguments when printed, e.g. `M = 2`.
    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    /// The application as `.opt` text; a call by default.
    fn print(&self, arguments: &[Printed]) -> Printed {
        Printed::call(self.name(), arguments, &self.parameters())
    }

    /// The result's shape, or why the arguments do not fit.
    fn shape(&self, arguments: &[Shape]) -> Result<Shape, ShapeError>;

    /// The expression that the graph puts in the place of the call, for a function that only stands
    /// for others.
    fn expression(&self, graph: &mut Graph, arguments: &[ExprId]) -> Option<ExprId> {
        let _ = (graph, arguments);
        None
    }

    /// An interval that holds every entry of the result, on the domain.
    fn range(&self, arguments: &[Facts]) -> Interval;

    /// Symmetry and definiteness of the result; `(symmetric, psd, nsd)`.
    fn definiteness(&self, arguments: &[Facts]) -> (bool, bool, bool) {
        let _ = arguments;
        (false, false, false)
    }

    /// Whether curvature or sign depend on the definiteness of a constant argument.
    fn asks_definiteness(&self) -> bool {
        false
    }

    /// Of the function, jointly in all arguments that are not constant, on its domain met with the
    /// arguments' ranges.
    fn curvature(&self, arguments: &[Facts]) -> Curvature;

    /// In one argument, given the ranges of all.
    fn monotonicity(&self, argument: usize, arguments: &[Facts]) -> Monotonicity;

    /// Where the function is finite, argument by argument. A function whose domain is not a product
    /// (`rel_entr`) states the smallest product around it.
    fn domain(&self, argument: usize) -> Domain;

    /// The value, down the columns, into `out` (length: the result's size, contents unspecified
    /// before). Outside the domain: +inf where convex, -inf where concave, NaN where neither.
    /// Numerically stable. Sparse arguments reach only atoms with [`Atom::takes_sparse`].
    fn evaluate(&self, arguments: &[&Matrix], out: &mut [f64]);

    /// The function of single entries, where each entry of the result is the same function of that
    /// entry of the only argument.
    fn entry_map(&self) -> Option<&dyn EntryMap> {
        None
    }

    /// Whether `evaluate` handles sparse arguments itself.
    fn takes_sparse(&self) -> bool {
        false
    }

    /// The value kept sparse, where the structure allows; `None` leaves it to `evaluate`.
    fn evaluate_sparse(&self, arguments: &[&Matrix]) -> Option<SparseMatrix> {
        let _ = arguments;
        None
    }

    /// The vector-Jacobian product in one argument as an expression: for scalar-valued L with
    /// dL/dvalue = `call.adjoint` (shape of the value), the expression of dL/dargument (shape of
    /// the argument). At a kink: a subgradient. `None` when the argument must be constant.
    fn pullback(&self, graph: &mut Graph, call: &Call<'_>, argument: usize) -> Option<ExprId>;

    /// [`Atom::pullback`] in every argument that is wanted, in one pass: a function of many
    /// arguments overrides it where one by one would take quadratic time.
    fn pullbacks(
        &self,
        graph: &mut Graph,
        call: &Call<'_>,
        wanted: &[bool],
    ) -> Vec<Option<ExprId>> {
        let wanted = wanted.iter().enumerate();
        wanted
            .map(|(k, &wanted)| wanted.then(|| self.pullback(graph, call, k)).flatten())
            .collect()
    }

    /// Why the graph form does not hold on arguments of these ranges, though the curvature does.
    fn refusal(&self, arguments: &[Facts]) -> Option<&'static str> {
        let _ = arguments;
        None
    }

    /// Where the graph form is not exact: how far off it may be, in one sentence. `constant` tells
    /// which arguments are.
    fn approximation(&self, constant: &[bool]) -> Option<&'static str> {
        let _ = constant;
        None
    }

    /// The graph form: an affine expression of the value in old and new program variables, with
    /// the cone constraints that make it tight: minimising a convex (maximising a concave) value
    /// over the new variables gives the value of the function. Exact, unless
    /// [`Atom::approximation`] says how far it is not.
    fn graph_form(
        &self,
        arguments: &[Operand],
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError>;

    /// The graph form, built upon the arguments themselves where nothing else holds them.
    fn graph_form_of_owned(
        &self,
        arguments: SmallVec<[Operand; 4]>,
        shape: Shape,
        program: &mut ProgramBuilder,
    ) -> Result<AffineMap, GraphFormError> {
        self.graph_form(&arguments, shape, program)
    }

    /// Where the value is linear in one argument (for these values of the constant ones): its
    /// matrix, from the argument's entries to the result's. `None` leaves it to whoever asks.
    fn linear_map(
        &self,
        constants: &[Option<&Matrix>],
        shapes: &[Shape],
        argument: usize,
    ) -> Option<SparseMatrix> {
        let _ = (constants, shapes, argument);
        None
    }

    /// How the gradient path treats the function.
    fn kink(&self) -> Kink;

    /// A function without kinks in the place of the call, as convex and as monotone, of the same sign: where the
    /// function is convex at most its value, where it is concave at least, and the closer the smaller `width` > 0.
    /// `None` where none is known.
    fn smoothed(&self, graph: &mut Graph, arguments: &[ExprId], width: f64) -> Option<ExprId> {
        let _ = (graph, arguments, width);
        None
    }

    /// Whether the pieces are so many that the gradient path first tries to do without, where the function is smooth
    /// inside its domain.
    fn has_dear_pieces(&self) -> bool {
        false
    }

    /// The function in pieces with known proximal operators, for functions with kinks and those
    /// whose domain is not everything. Exact, and stated apart from [`Atom::graph_form`]: the two
    /// paths share no form.
    fn split(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        let _ = (arguments, pieces);
        Err(Whole)
    }

    /// The same also for functions that are smooth on the whole space, and better left so: their
    /// perspectives are not, where the scale vanishes.
    fn split_smooth(&self, arguments: &[ExprId], pieces: &mut dyn Splitting) -> Result<(), Whole> {
        self.split(arguments, pieces)
    }
}

/// A function of one number, applied to any run of entries.
pub trait EntryMap {
    /// out_i = f(x_i).
    fn map(&self, x: &[f64], out: &mut [f64]);
}

/// Equality and hashing of atoms behind the trait object, from `Eq + Hash` of the concrete type.
pub trait Identity: Any {
    fn as_any(&self) -> &dyn Any;
    fn is_same(&self, other: &dyn Atom) -> bool;
    fn hash_identity(&self, state: &mut dyn Hasher);
}

impl<A: Atom + Eq + Hash + 'static> Identity for A {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn is_same(&self, other: &dyn Atom) -> bool {
        other.as_any().downcast_ref::<A>() == Some(self)
    }

    fn hash_identity(&self, mut state: &mut dyn Hasher) {
        std::any::TypeId::of::<A>().hash(&mut state);
        self.hash(&mut state);
    }
}

/// A constant of an atom for printing.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// `Some("M")` prints `M = 2`, `None` prints `2`.
    pub name: Option<&'static str>,
    pub text: String,
}

/// One application during reverse accumulation.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub arguments: &'a [ExprId],
    /// The application itself, to reuse its value: exp' = exp.
    pub value: ExprId,
    /// dL/dvalue.
    pub adjoint: ExprId,
}

/// Where one argument may lie, entry by entry unless it names a matrix property.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    Reals,
    /// x >= bound.
    AtLeast(f64),
    /// x > bound.
    Above(f64),
    /// lower <= x <= upper.
    Within(f64, f64),
    Symmetric,
    /// Symmetric with no negative eigenvalue.
    PositiveSemidefinite,
    /// Symmetric with positive eigenvalues only.
    PositiveDefinite,
}

/// An argument as the lowering hands it to a graph form.
#[derive(Clone, Debug)]
pub enum Operand {
    Constant(Arc<Matrix>),
    /// Affine in the program's variables; for a convex argument already its epigraph variable.
    /// Shared with every other use of the node: a scalar picked from a long vector must not cost
    /// a copy of the vector.
    Affine(Arc<AffineMap>),
}

impl Operand {
    pub fn shape(&self) -> Shape {
        match self {
            Operand::Constant(value) => value.shape(),
            Operand::Affine(map) => map.shape(),
        }
    }

    /// As an affine map, to read: only a constant is copied, into one without terms.
    pub fn affine(&self) -> Cow<'_, AffineMap> {
        match self {
            Operand::Constant(value) => Cow::Owned(AffineMap::constant(value)),
            Operand::Affine(map) => Cow::Borrowed(map),
        }
    }

    /// What a function reads of it: of a matrix that need not be symmetric, where the function is one
    /// of symmetric matrices, the symmetric part.
    pub fn read_in(self, domain: Domain) -> Operand {
        let symmetric = match domain {
            Domain::Symmetric | Domain::PositiveSemidefinite | Domain::PositiveDefinite => true,
            Domain::Reals | Domain::AtLeast(_) | Domain::Above(_) | Domain::Within(_, _) => false,
        };
        match &self {
            Operand::Affine(map) if symmetric => match map.symmetric_part() {
                Cow::Borrowed(_) => self,
                Cow::Owned(part) => Operand::Affine(Arc::new(part)),
            },
            Operand::Affine(_) | Operand::Constant(_) => self,
        }
    }

    /// As an affine map of one's own; a constant becomes one without terms.
    pub fn to_affine(&self) -> AffineMap {
        self.affine().into_owned()
    }
}

/// Why a function has no exact graph form in the cones at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphFormError {
    pub reason: String,
}

impl GraphFormError {
    pub fn new(reason: impl Into<String>) -> Self {
        GraphFormError {
            reason: reason.into(),
        }
    }
}

/// How the gradient path treats a function.
#[derive(Clone, Debug)]
pub enum Kink {
    /// Continuously differentiable inside the domain.
    Smooth,
    /// Kinked, with an explicit proximal operator in its (only non-constant) argument.
    Proximal(Arc<dyn Proximal>),
    /// Kinked, without one.
    Kinked,
}

/// prox_{s g}(z) = argmin_y g(y) + |y - z|²/(2 s).
pub trait Proximal: fmt::Debug + Send + Sync {
    /// `z` and `out` have the argument's shape, entries down the columns; `step` is s > 0.
    fn prox(&self, shape: Shape, z: &[f64], step: f64, out: &mut [f64]);
}

/// The default printing of parameters, name and value.
impl Parameter {
    pub fn named(name: &'static str, value: f64) -> Self {
        Parameter {
            name: Some(name),
            text: Printed::number(value),
        }
    }

    pub fn plain(value: f64) -> Self {
        Parameter {
            name: None,
            text: Printed::number(value),
        }
    }
}
