//! The typed expression graph: constants, variables and atoms applied to them.

mod atom;
mod evaluate;
mod graph;
mod near;
mod print;
mod rounded;
mod splitting;

pub use atom::{
    Atom, Call, Domain, EntryMap, GraphFormError, Identity, Kink, Operand, Parameter, Proximal,
};
pub use evaluate::{Evaluator, evaluate_atom, evaluate_constant};
pub use graph::{Constant, ExprId, Graph, NodeKind, VariableId};
pub use print::{Precedence, Printed, print, print_of, print_with};
pub use splitting::{Lane, Splitting, Whole};
