//! The two descents of a local search behind one face.

use super::augmented::Augmented;
use super::reached::Reached;
use super::smooth::Unconstrained;

/// The descents: on the objective itself where there is nothing else.
pub enum Method<'m, 'b> {
    Unconstrained(Box<Unconstrained<'b>>),
    Augmented(Box<Augmented<'m, 'b>>),
}

impl Method<'_, '_> {
    pub fn run(&mut self, start: &[f64]) -> Reached {
        match self {
            Method::Unconstrained(method) => method.run(start),
            Method::Augmented(method) => method.run(start),
        }
    }

    /// What slopes are small beside: the first one, as the descent itself takes it; 1 where there
    /// are constraints.
    pub fn unit(&mut self, start: &[f64]) -> f64 {
        match self {
            Method::Unconstrained(method) => {
                let first = method.slope(start);
                if first > 0.0 && first.is_finite() {
                    first
                } else {
                    f64::MIN_POSITIVE
                }
            }
            Method::Augmented(_) => 1.0,
        }
    }

    pub fn resume(&mut self, start: &[f64], multipliers: &[Vec<f64>]) -> Reached {
        match self {
            Method::Unconstrained(method) => method.run(start),
            Method::Augmented(method) => method.resume(start, multipliers),
        }
    }

    /// Entries at an edge of a domain, and whether the function rises from all of them.
    pub fn edges(&mut self, x: &[f64]) -> (Vec<usize>, bool) {
        let (edges, hold) = match self {
            Method::Unconstrained(method) => (method.edges.clone(), method.edges_hold(x)),
            Method::Augmented(method) => (method.edges.clone(), method.edges_hold(x)),
        };
        (edges.iter().map(|edge| edge.entry).collect(), hold)
    }

    /// Name, iterations, evaluations.
    pub fn work(&self) -> (&'static str, usize, usize) {
        match self {
            Method::Unconstrained(m) => ("L-BFGS", m.iterations, m.evaluations()),
            Method::Augmented(m) => {
                let evaluations = m.lagrangian.model.evaluations;
                (m.method(), m.iterations, evaluations)
            }
        }
    }
}
