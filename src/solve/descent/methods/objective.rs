//! What the methods descend: the user's objective, to be made small.

use super::super::lbfgs::norm;
use super::super::line_search::{Point, step_to};
use super::super::oracle::{Oracle, Smooth, TwiceSmooth};
use super::super::packing::Packing;
use super::super::squares::without_squared_norms;
use super::super::{analytic, is_maximised};
use crate::atoms::construct;
use crate::differentiate::{gradient, underivable};
use crate::elaborate::random::Generator;
use crate::expr::{ExprId, Graph, Kink};
use crate::problem::Problem;

/// How far from a kink the gradient is taken, relative to max(1, |x|).
const BESIDE: f64 = 1e-9;
const BESIDE_SEED: u64 = 3;
/// More constraints are counted, not named.
const MOST_NAMED: usize = 3;

/// Value, gradient and, where it is known, the Hessian along directions.
#[derive(Clone, Debug)]
pub struct Objective {
    oracle: Oracle,
    /// The point of the last evaluation.
    last: Vec<f64>,
    /// Room for a gradient that nobody asked for.
    scratch: Vec<f64>,
    pub packing: Packing,
    /// -1 where larger is better: the methods see -f.
    pub sign: f64,
    /// Whether Hessian-vector products are known.
    pub twice: bool,
    /// Whether the Hessian is the same everywhere.
    pub quadratic: bool,
    /// The name of a function below with a kink; its gradient is one subgradient there.
    pub kinked: Option<&'static str>,
    /// Products of the Hessian with a direction.
    pub products: usize,
}

impl Objective {
    /// Refuses problems with constraints, without an objective or without a derivative.
    pub fn new(problem: &Problem) -> Result<Self, String> {
        if problem.has_inner() {
            return Err(
                "these methods take no inner problems; `bowl solve` handles them".to_owned(),
            );
        }
        if !problem.constraints.is_empty() {
            return Err(constrained(problem));
        }
        Self::without_constraints(problem)
    }

    /// The objective alone.
    pub fn without_constraints(problem: &Problem) -> Result<Self, String> {
        let mut graph = problem.graph.clone();
        let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
        let root = root(problem, &mut graph)?;
        let packing = Packing::new(problem);
        let twice = is_twice_derivable(&graph, root, &nodes);
        let kinked = kinked(&graph, root);
        let quadratic =
            twice && kinked.is_none() && analytic::is_quadratic(&mut graph, root, &nodes);
        let oracle = if twice {
            Oracle::with_second(&mut graph, root, &nodes, &packing)
        } else {
            Oracle::new(&mut graph, root, &nodes, &packing)
        };
        Ok(Objective {
            oracle,
            last: Vec::new(),
            scratch: vec![0.0; packing.size],
            sign: if is_maximised(problem) { -1.0 } else { 1.0 },
            packing,
            twice,
            quadratic,
            kinked,
            products: 0,
        })
    }

    pub fn evaluations(&self) -> usize {
        self.oracle.evaluations
    }

    /// Moves `point` to where its `x` says.
    pub fn refresh(&mut self, point: &mut Point) {
        point.gradient.resize(point.x.len(), 0.0);
        point.value = self.evaluate(&point.x, &mut point.gradient);
    }

    /// H(x)*v; `false` when second derivatives are not known.
    pub fn hessian_at(&mut self, x: &[f64], v: &[f64], out: &mut [f64]) -> bool {
        if !self.twice {
            return false;
        }
        if self.last != x {
            let mut slope = std::mem::take(&mut self.scratch);
            self.evaluate(x, &mut slope);
            self.scratch = slope;
        }
        self.products += 1;
        self.oracle.hessian_times(v, out);
        true
    }
}

impl Objective {
    /// The gradient next to a kink where none is defined, as x/|x| at 0: its limits are subgradients
    /// there. Taken against a first one, so that it leads downhill where that one did not.
    fn evaluate_beside(&mut self, x: &[f64], gradient: &mut [f64]) {
        let noise = Generator::new(BESIDE_SEED).normals(x.len());
        self.evaluate_moved(x, &noise, gradient);
        let downhill: Vec<f64> = gradient.iter().map(|g| -g).collect();
        self.evaluate_moved(x, &downhill, gradient);
    }

    fn evaluate_moved(&mut self, x: &[f64], direction: &[f64], gradient: &mut [f64]) {
        let length = norm(direction).max(f64::MIN_POSITIVE);
        let step = BESIDE * norm(x).max(1.0) / length;
        let mut beside = std::mem::take(&mut self.last);
        beside.resize(x.len(), 0.0);
        step_to(x, step, direction, &mut beside);
        self.oracle.evaluate(&beside, gradient);
        self.last = beside;
    }
}

impl Smooth for Objective {
    fn size(&self) -> usize {
        self.packing.size
    }

    fn evaluate(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.last.clear();
        self.last.extend_from_slice(x);
        let value = self.oracle.evaluate(x, gradient);
        let undefined = value.is_finite() && gradient.iter().any(|g| g.is_nan());
        if undefined && self.kinked.is_some() {
            self.evaluate_beside(x, gradient);
        }
        value
    }
}

/// The expression to make small.
pub fn root(problem: &Problem, graph: &mut Graph) -> Result<ExprId, String> {
    let nodes: Vec<ExprId> = problem.variables.iter().map(|v| v.node).collect();
    let Some(root) = problem.objective.expression else {
        return Err("`find` has no objective to descend".to_owned());
    };
    if let Some(node) = underivable(graph, root, &nodes) {
        let name = graph.atom(node).map_or("an expression", |a| a.name());
        return Err(format!("the derivative of `{name}` is not known"));
    }
    let root = without_squared_norms(graph, root);
    Ok(if is_maximised(problem) {
        construct::negate(graph, root)
    } else {
        root
    })
}

/// "these methods take no constraints, and there are `budget` and `x >=`; …".
fn constrained(problem: &Problem) -> String {
    let names = problem.constraints.iter().map(|c| format!("`{}`", c.name));
    let mut shown: Vec<String> = names.take(MOST_NAMED).collect();
    let more = problem.constraints.len() - shown.len();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    let last = shown.pop().unwrap_or_default();
    let list = match shown.is_empty() {
        true => last,
        false => format!("{} and {last}", shown.join(", ")),
    };
    format!(
        "these methods step freely and take no constraints, but the problem has {list}; `bowl solve` \
         heeds them, also where nothing is convex"
    )
}

fn is_twice_derivable(graph: &Graph, root: ExprId, nodes: &[ExprId]) -> bool {
    let mut scratch = graph.clone();
    let slopes = gradient(&mut scratch, root, nodes);
    slopes
        .iter()
        .all(|&slope| underivable(&scratch, slope, nodes).is_none())
}

fn kinked(graph: &Graph, root: ExprId) -> Option<&'static str> {
    let below = graph.reachable(&[root]).into_iter();
    below
        .filter(|&id| !graph.is_constant(id))
        .filter_map(|id| graph.atom(id))
        .find(|atom| !matches!(atom.kink(), Kink::Smooth))
        .map(|atom| atom.name())
}
