//! The derivatives of a problem's objective.

use super::gradient::gradient;
use super::hessian::{Block, hessian_block};
use super::kinks::kinked;
use crate::expr::{ExprId, Graph, VariableId};
use crate::problem::Problem;

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
    let kinked = names(&graph, &kinked(&graph, objective));
    let mut derivation = Derivation {
        graph,
        objective,
        variables,
        gradient,
        hessian: Vec::new(),
        kinked,
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

/// Each name once.
fn names(graph: &Graph, nodes: &[ExprId]) -> Vec<&'static str> {
    let atoms = nodes.iter().filter_map(|&id| graph.atom(id));
    let mut names: Vec<&'static str> = atoms.map(|atom| atom.name()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
