//! Which kernel computes a node, and from which operands: signs, numbers and transposes in front
//! of an operand are taken into the kernel.

use super::kernel::Kernel;
use super::product::Product;
use crate::atoms::affine::{
    Add, Concatenate, Direction, Divide, ElementMultiply, Index, Multiply, Negate, Scatter,
    Transpose,
};
use crate::atoms::reductions::Sum;
use crate::atoms::{Along, Reduce};
use crate::expr::{Atom, ExprId, Graph};
use std::sync::Arc;

pub struct Plan {
    pub kernel: Kernel,
    pub operands: Vec<ExprId>,
}

impl Plan {
    /// Whether the kernel reads sparse constants as they are.
    pub fn takes_sparse(&self) -> bool {
        match &self.kernel {
            Kernel::Product(_) => true,
            Kernel::Atom(atom) => atom.takes_sparse(),
            _ => false,
        }
    }
}

/// For an applied node.
pub fn plan(graph: &Graph, id: ExprId, atom: &Arc<dyn Atom>) -> Plan {
    let arguments = graph.arguments(id);
    let keep = |kernel| Plan {
        kernel,
        operands: arguments.to_vec(),
    };
    if graph.atom_as::<Add>(id).is_some() || graph.atom_as::<Negate>(id).is_some() {
        return combination(graph, id);
    }
    if graph.atom_as::<Multiply>(id).is_some() {
        return product(graph, arguments[0], arguments[1]);
    }
    if graph.atom_as::<ElementMultiply>(id).is_some() {
        return keep(Kernel::ElementMultiply);
    }
    if graph.atom_as::<Divide>(id).is_some() {
        return keep(Kernel::Divide);
    }
    if let Some(index) = graph.atom_as::<Index>(id) {
        return keep(Kernel::Gather(index.positions.clone()));
    }
    if let Some(scatter) = graph.atom_as::<Scatter>(id) {
        return keep(Kernel::Scatter(scatter.positions.clone()));
    }
    if graph.atom_as::<Transpose>(id).is_some() {
        return keep(Kernel::Transpose(graph.shape(arguments[0])));
    }
    if let Some(concatenate) = graph.atom_as::<Concatenate>(id) {
        return keep(match concatenate.direction {
            Direction::Horizontal => Kernel::Append,
            Direction::Vertical => {
                Kernel::Stack(arguments.iter().map(|&a| graph.shape(a).rows).collect())
            }
        });
    }
    if let Some(sum) = graph.atom_as::<Reduce<Sum>>(id) {
        let rows = graph.shape(arguments[0]).rows;
        return keep(match sum.along {
            Along::All => Kernel::Sum,
            Along::Rows => Kernel::SumRows(rows),
            Along::Columns => Kernel::SumColumns(rows),
        });
    }
    keep(Kernel::Atom(atom.clone()))
}

/// Numbers and signs in front of a node.
fn peel_factor(graph: &Graph, mut id: ExprId) -> (f64, ExprId) {
    let mut factor = 1.0;
    loop {
        if graph.is_constant(id) {
            return (factor, id);
        }
        if graph.atom_as::<Negate>(id).is_some() {
            factor = -factor;
            id = graph.arguments(id)[0];
            continue;
        }
        if graph.atom_as::<Multiply>(id).is_some()
            && let Some(number) = graph.scalar_leaf(graph.arguments(id)[0])
        {
            factor *= number;
            id = graph.arguments(id)[1];
            continue;
        }
        return (factor, id);
    }
}

fn combination(graph: &Graph, id: ExprId) -> Plan {
    let sign = if graph.atom_as::<Negate>(id).is_some() {
        -1.0
    } else {
        1.0
    };
    let peeled = graph.arguments(id).iter().map(|&a| peel_factor(graph, a));
    let (factors, operands): (Vec<f64>, Vec<ExprId>) = peeled.map(|(f, a)| (sign * f, a)).unzip();
    Plan {
        kernel: Kernel::Combine(factors.into()),
        operands,
    }
}

/// An operand of a product: factor, whether it is transposed, and the node that is stored.
fn peel(graph: &Graph, id: ExprId) -> (f64, bool, ExprId) {
    let (mut factor, mut id) = peel_factor(graph, id);
    let mut transposed = false;
    while graph.atom_as::<Transpose>(id).is_some() {
        let inner = graph.arguments(id)[0];
        if graph.is_constant(inner) && graph.constant_leaf(inner).is_none() {
            break;
        }
        transposed = !transposed;
        let (inner_factor, core) = peel_factor(graph, inner);
        factor *= inner_factor;
        id = core;
    }
    (factor, transposed, id)
}

fn product(graph: &Graph, left: ExprId, right: ExprId) -> Plan {
    let (rows, inner) = (graph.shape(left).rows, graph.shape(left).cols);
    let cols = graph.shape(right).cols;
    let (a, mut left_transposed, mut l) = peel(graph, left);
    let (b, mut right_transposed, mut r) = peel(graph, right);
    if graph.shape(l).is_scalar() {
        return scaling(graph, a, l, right);
    }
    if graph.shape(r).is_scalar() {
        return scaling(graph, b, r, left);
    }
    let mut factor = a * b;
    // A sparse constant beside a transposed matrix: the transpose is computed.
    if graph.is_constant(r) && !graph.shape(l).is_vector() && left_transposed {
        let (a, core) = peel_factor(graph, left);
        (left_transposed, l, factor) = (false, core, a * b);
    } else if graph.is_constant(l) && !graph.shape(r).is_vector() && right_transposed {
        let (b, core) = peel_factor(graph, right);
        (right_transposed, r, factor) = (false, core, a * b);
    }
    Plan {
        kernel: Kernel::Product(Product {
            factor,
            left_transposed,
            right_transposed,
            rows,
            inner,
            cols,
        }),
        operands: vec![l, r],
    }
}

/// factor*scalar*matrix.
fn scaling(graph: &Graph, factor: f64, scalar: ExprId, matrix: ExprId) -> Plan {
    let (other, core) = peel_factor(graph, matrix);
    Plan {
        kernel: Kernel::Scale(factor * other),
        operands: vec![scalar, core],
    }
}
