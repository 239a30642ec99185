//! The derivatives of a problem's objective.

use super::gradient::gradient;
use super::hessian::{Block, hessian_block};
use crate::atoms::affine::{Add, Multiply, Negate};
use crate::expr::{Domain, ExprId, Graph, Kink, NodeKind, VariableId};
use crate::problem::{Problem, Structure};

/// Gradient and Hessian as expressions of one graph, which holds the objective too.
#[derive(Clone, Debug)]
pub struct Derivation {
    pub graph: Graph,
    pub objective: ExprId,
    /// The variables asked for, by position in the problem.
    pub variables: Vec<usize>,
    /// One expression for each of them.
    pub gradient: Vec<ExprId>,
    /// For each pair of them, the first not behind the second; empty when not asked for.
    pub hessian: Vec<SecondDerivative>,
    /// Functions with kinks: at these the derivatives are those of one side.
    pub kinked: Vec<&'static str>,
    /// Functions of symmetric matrices whose argument is not seen to be symmetric: the derivatives are
    /// those at symmetric arguments.
    pub symmetric: Vec<&'static str>,
}

/// One block of the Hessian.
#[derive(Clone, Copy, Debug)]
pub struct SecondDerivative {
    pub row: usize,
    pub column: usize,
    pub block: Block,
}

/// In the variable of that name, or in all that are not of inner problems.
pub fn derive(problem: &Problem, wrt: Option<&str>, hessian: bool) -> Result<Derivation, String> {
    let objective = problem
        .objective
        .expression
        .ok_or("`find` has no objective to differentiate")?;
    let variables = variables(problem, wrt)?;
    let mut graph = problem.graph.clone();
    let nodes = |k: &usize| problem.variables[*k].node;
    let wanted: Vec<ExprId> = variables.iter().map(nodes).collect();
    let gradient = gradient(&mut graph, objective, &wanted);
    let kinked = kinked(&graph, objective);
    let symmetric = symmetric(problem, &graph, objective);
    let mut derivation = Derivation {
        graph,
        objective,
        variables,
        gradient,
        hessian: Vec::new(),
        kinked,
        symmetric,
    };
    if hessian {
        derivation.add_hessian(problem);
    }
    Ok(derivation)
}

fn variables(problem: &Problem, wrt: Option<&str>) -> Result<Vec<usize>, String> {
    let all = problem.variables.iter().enumerate();
    match wrt {
        None => Ok(all.filter(|(_, v)| !v.inner).map(|(k, _)| k).collect()),
        Some(name) => {
            let found = all.clone().find(|(_, v)| *v.name == *name);
            let found = found.map(|(k, _)| vec![k]);
            found.ok_or_else(|| format!("there is no variable `{name}`"))
        }
    }
}

impl Derivation {
    fn add_hessian(&mut self, problem: &Problem) {
        for (k, &row) in self.variables.iter().enumerate() {
            for &column in &self.variables[k..] {
                let x = problem.variables[row].node;
                let y = problem.variables[column].node;
                let fresh = self.direction(problem, column);
                let block = hessian_block(&mut self.graph, self.objective, x, y, fresh);
                self.hessian.push(SecondDerivative { row, column, block });
            }
        }
    }

    /// Directions are numbered behind the variables.
    fn direction(&self, problem: &Problem, variable: usize) -> VariableId {
        VariableId((problem.variables.len() + variable) as u32)
    }
}

fn kinked(graph: &Graph, root: ExprId) -> Vec<&'static str> {
    names(graph, root, |id| {
        let atom = graph.atom(id);
        atom.is_some_and(|atom| !matches!(atom.kink(), Kink::Smooth))
    })
}

fn symmetric(problem: &Problem, graph: &Graph, root: ExprId) -> Vec<&'static str> {
    names(graph, root, |id| {
        let Some(atom) = graph.atom(id) else {
            return false;
        };
        let mut arguments = graph.arguments(id).iter().enumerate();
        arguments.any(|(k, &argument)| {
            let of_symmetric = matches!(
                atom.domain(k),
                Domain::Symmetric | Domain::PositiveSemidefinite | Domain::PositiveDefinite
            );
            let fixed = graph.is_constant(argument) || graph.shape(argument).is_scalar();
            // `inv` takes any matrix.
            let told = of_symmetric && !fixed && atom.name() != "inv";
            told && !is_symmetric(problem, graph, argument)
        })
    })
}

/// The functions of varying arguments below for which something holds.
fn names(graph: &Graph, root: ExprId, holds: impl Fn(ExprId) -> bool) -> Vec<&'static str> {
    let below = graph.below(&[root]).into_iter();
    let found = below.filter(|&id| !graph.is_constant(id) && holds(id));
    let atoms = found.filter_map(|id| graph.atom(id));
    let mut names: Vec<&'static str> = atoms.map(|atom| atom.name()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether a sum has symmetric variables and symmetric numbers alone, scaled or not.
fn is_symmetric(problem: &Problem, graph: &Graph, root: ExprId) -> bool {
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        let arguments = graph.arguments(id);
        let scaled =
            graph.atom_as::<Multiply>(id).is_some() && graph.shape(arguments[0]).is_scalar();
        if graph.atom_as::<Add>(id).is_some() || graph.atom_as::<Negate>(id).is_some() {
            open.extend(arguments);
        } else if scaled {
            open.push(arguments[1]);
        } else if !is_symmetric_leaf(problem, graph, id) {
            return false;
        }
    }
    true
}

fn is_symmetric_leaf(problem: &Problem, graph: &Graph, id: ExprId) -> bool {
    match graph.kind(id) {
        NodeKind::Constant(constant) => constant.value.is_symmetric(),
        NodeKind::Variable(variable) => problem
            .variables
            .get(variable.index())
            .is_some_and(|v| v.structure != Structure::Full || v.shape.is_scalar()),
        NodeKind::Apply(_) => false,
    }
}
