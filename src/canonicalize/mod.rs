//! From a convex problem to a cone program, and back.
//!
//! One forward pass over the expression graph puts every atom's graph form into the program; the
//! objective's quadratic terms become P, and epigraph variables that a constraint makes superfluous
//! are put out again. The [`Recovery`] takes a point or a multiplier of the program back to the
//! user's variables and constraints.

mod centres;
mod constraints;
mod dual;
mod error;
mod forward;
mod huber;
mod levels;
mod objective;
mod options;
mod products;
mod quadratic;
mod recovery;
mod split;
mod triangular;

pub use error::LoweringError;
pub use options::{Options, RULES};
pub use recovery::Recovery;

use crate::cone::{ConeProgram, ProgramBuilder};
use crate::convexity::ConvexProblem;
use crate::dcp::Facts;
use crate::expr::{Atom, Evaluator, ExprId, Graph};
use crate::problem::Problem;
use forward::Forward;
use levels::Level;
use recovery::RecoveryBuilder;
use smallvec::SmallVec;

/// What is lowered: a problem whose expressions may have been rewritten since.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    pub problem: &'a Problem,
    /// Holds the expressions below; variables are those of the problem.
    pub graph: &'a Graph,
    pub objective: Option<ExprId>,
    /// Left and right side of each constraint.
    pub sides: Vec<(ExprId, ExprId)>,
    /// Whether both sides of the constraint are symmetric matrices, so that the upper triangle
    /// says it all.
    pub symmetric: Vec<bool>,
    /// What is proved of the graph's nodes, by node; empty when the caller vouches for convexity.
    pub facts: &'a [Facts],
}

impl<'a> Source<'a> {
    /// A problem as it stands; the caller vouches for its convexity.
    pub fn of_problem(problem: &'a Problem) -> Self {
        let sides: Vec<_> = problem
            .constraints
            .iter()
            .map(|c| (c.left, c.right))
            .collect();
        Source {
            problem,
            graph: &problem.graph,
            objective: problem.objective.expression,
            symmetric: vec![false; sides.len()],
            sides,
            facts: &[],
        }
    }

    /// A problem that is proved convex, as the proof has rewritten it.
    pub fn of_convex(convex: &'a ConvexProblem<'_>) -> Self {
        let problem = convex.problem();
        let sides: Vec<_> = (0..problem.constraints.len())
            .map(|k| convex.sides(k))
            .collect();
        let symmetric = |id: ExprId| convex.facts(id).symmetric;
        Source {
            problem,
            graph: convex.graph(),
            objective: convex.objective(),
            symmetric: sides
                .iter()
                .map(|&(left, right)| symmetric(left) && symmetric(right))
                .collect(),
            sides,
            facts: convex.all_facts(),
        }
    }

    /// Why the atom's graph form does not hold on its arguments, as far as their ranges tell.
    fn refusal(&self, atom: &dyn Atom, arguments: &[ExprId]) -> Option<&'static str> {
        let facts: Option<SmallVec<[Facts; 3]>> = arguments
            .iter()
            .map(|a| self.facts.get(a.index()).copied())
            .collect();
        atom.refusal(&facts?)
    }

    /// What the lowering cannot say exactly, a sentence for each function.
    pub fn approximations(&self) -> Vec<String> {
        let roots = self.roots();
        let found = self.graph.approximations(&roots);
        let mut told: Vec<String> = found
            .map(|(name, approximation)| format!("`{name}` is {approximation}"))
            .collect();
        told.sort_unstable();
        told.dedup();
        told
    }

    fn roots(&self) -> Vec<ExprId> {
        self.objective
            .into_iter()
            .chain(self.constraint_nodes())
            .collect()
    }

    fn constraint_nodes(&self) -> impl Iterator<Item = ExprId> + '_ {
        self.sides.iter().flat_map(|&(left, right)| [left, right])
    }
}

/// Lowers a convex problem with the default choices.
pub fn canonicalize(convex: &ConvexProblem<'_>) -> Result<(ConeProgram, Recovery), LoweringError> {
    lower(&Source::of_convex(convex), &Options::default())
}

/// Lowers a problem; linear in the size of its text and data.
pub fn lower(
    source: &Source<'_>,
    options: &Options,
) -> Result<(ConeProgram, Recovery), LoweringError> {
    let roots = source.roots();
    let constants = Evaluator::new(source.graph, &roots);
    let plan = objective::plan(source, &constants, options);
    let level = |k: usize| {
        let level = options.levels.then(|| Level::of(source, &constants, k));
        level.flatten()
    };
    let levels: Vec<Option<Level>> = (0..source.sides.len()).map(level).collect();
    let needed: Vec<ExprId> = plan
        .nodes()
        .chain(constraint_nodes(source, &levels))
        .collect();

    check_size(source, &needed)?;
    let mut program = ProgramBuilder::new();
    let mut recovery = RecoveryBuilder::new(source, &needed, &mut program);
    let first_new = program.variable_count();
    let forward = Forward::run(source, &constants, &needed, &recovery, &mut program)?;
    constraints::emit(source, &levels, &forward, &mut recovery, &mut program);
    let shifts = objective::emit(&plan, &forward, first_new, options, &mut program);
    let elimination = if options.eliminate_epigraphs {
        program.eliminate_epigraphs(first_new)
    } else {
        Default::default()
    };
    let program = program.finish();
    let recovery = recovery.finish(elimination, shifts);
    match options.boxed_dual.then(|| dual::dual(&program)).flatten() {
        Some((dual, point)) => Ok((dual, recovery.through(point))),
        None => Ok((program, recovery)),
    }
}

/// What the rows of the constraints are made of.
fn constraint_nodes(source: &Source<'_>, levels: &[Option<Level>]) -> impl Iterator<Item = ExprId> {
    let nodes = source
        .sides
        .iter()
        .zip(levels)
        .map(|(&(left, right), level)| match level {
            Some(level) => [Some(level.argument), None],
            None => [Some(left), Some(right)],
        });
    nodes.flatten().flatten()
}

/// Program variables and rows are named by 32-bit numbers, one bit of them spare.
const LARGEST_PROGRAM: usize = i32::MAX as usize;

fn check_size(source: &Source<'_>, needed: &[ExprId]) -> Result<(), LoweringError> {
    let shapes = source.graph.reachable(needed).into_iter();
    let sizes = shapes
        .filter(|&id| !source.graph.is_constant(id))
        .map(|id| source.graph.shape(id).size());
    let count = sizes.fold(0, usize::saturating_add);
    if count > LARGEST_PROGRAM {
        return Err(LoweringError::TooLarge { count });
    }
    Ok(())
}
