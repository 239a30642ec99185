//! Entries of the point at the edge of a function's domain, as x = 0 of sqrt(x): no step leads on from
//! there, and the slope may be infinite, so that they are held while the others move.

use super::second_order::LARGEST;
use crate::elaborate::random::Generator;
use crate::expr::Domain;
use crate::problem::Problem;
use crate::solve::descent::oracle::Smooth;

/// How near an edge is looked for, relative to max(1, |x_k|).
const NEAR: f64 = 1e-4;
const HALVINGS: usize = 80;
/// Edges at multiples of one over this are put exactly there.
const GRID: f64 = 1e12;
/// Steps inside at which the function must be larger than at the edge.
const INSIDE: [f64; 3] = [1e-4, 1e-6, 1e-8];
/// How far the others move while an edge must stay where it is, and how far outside it is tried.
const OTHERS: f64 = 1e-3;
const OUTSIDE: f64 = 1e-7;
/// Relative error of values.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// An entry on the edge, and the sign of the way out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    pub entry: usize,
    outward: f64,
}

/// Whether some function of the problem is defined on a part of the numbers only.
pub fn are_possible(problem: &Problem) -> bool {
    let graph = &problem.graph;
    let nodes = graph.reachable(&problem.roots()).into_iter();
    let mut varying = nodes.filter(|&id| !graph.is_constant(id));
    varying.any(|id| {
        let mut places = 0..graph.arguments(id).len();
        graph.atom(id).is_some_and(|atom| {
            places.any(|k| !matches!(atom.domain(k), Domain::Reals | Domain::Symmetric))
        })
    })
}

/// Puts entries next to an edge on it, where the function is no larger there and rises on the way
/// back; whether there were some that are not in `edges` yet.
pub fn put_on(function: &mut dyn Smooth, x: &mut [f64], edges: &mut Vec<Edge>) -> bool {
    let before = edges.len();
    let mut probe = Probe::at(function, x);
    let rooms = match probe.value.is_finite() && x.len() <= LARGEST {
        true => probe.rooms(),
        false => return false,
    };
    for entry in 0..x.len() {
        if edges.iter().any(|edge| edge.entry == entry) {
            continue;
        }
        let downhill = if probe.gradient[entry] > 0.0 {
            -1.0
        } else {
            1.0
        };
        let found = [downhill, -downhill].into_iter().find_map(|outward| {
            let edge = Edge { entry, outward };
            let place = probe.edge(edge)?;
            let old = std::mem::replace(&mut probe.x[entry], place);
            let holds = probe.value_here() <= probe.value && probe.rises(edge);
            if holds && probe.stays(edge, &rooms) {
                return Some(edge);
            }
            probe.x[entry] = old;
            None
        });
        if let Some(edge) = found {
            probe.value = probe.value_here();
            edges.push(edge);
        }
    }
    x.copy_from_slice(&probe.x);
    edges.len() > before
}

/// Whether the function rises from every edge on the way inside.
pub fn hold(function: &mut dyn Smooth, x: &[f64], edges: &[Edge]) -> bool {
    let mut probe = Probe::at(function, x);
    edges.iter().all(|&edge| probe.rises(edge))
}

/// Values around a point.
struct Probe<'f> {
    function: &'f mut dyn Smooth,
    x: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
    scratch: Vec<f64>,
}

impl<'f> Probe<'f> {
    fn at(function: &'f mut dyn Smooth, x: &[f64]) -> Self {
        let mut gradient = vec![0.0; x.len()];
        let value = function.evaluate(x, &mut gradient);
        Probe {
            function,
            x: x.to_vec(),
            value,
            scratch: gradient.clone(),
            gradient,
        }
    }

    fn value_here(&mut self) -> f64 {
        self.function.evaluate(&self.x, &mut self.scratch)
    }

    /// The value with one entry elsewhere.
    fn value_with(&mut self, entry: usize, place: f64) -> f64 {
        let old = std::mem::replace(&mut self.x[entry], place);
        let value = self.value_here();
        self.x[entry] = old;
        value
    }

    /// The last place on the way out with a value, if the way ends near.
    fn edge(&mut self, edge: Edge) -> Option<f64> {
        let Edge { entry, outward } = edge;
        let from = self.x[entry];
        let (mut inside, mut outside) = (0.0, reach(NEAR, from));
        if self.value_with(entry, from + outward * outside).is_finite() {
            return None;
        }
        for _ in 0..HALVINGS {
            let middle = 0.5 * (inside + outside);
            match self.value_with(entry, from + outward * middle).is_finite() {
                true => inside = middle,
                false => outside = middle,
            }
        }
        let last = from + outward * inside;
        let round = (last * GRID).round() / GRID;
        let beyond = self.value_with(entry, round + outward / GRID).is_finite();
        let is_round = !beyond && self.value_with(entry, round) <= self.value_with(entry, last);
        Some(if is_round { round } else { last })
    }

    /// Whether the function is larger at every step inside.
    fn rises(&mut self, edge: Edge) -> bool {
        let Edge { entry, outward } = edge;
        let (place, value) = (self.x[entry], self.value_here());
        let least = ROUNDING * value.abs();
        INSIDE.into_iter().all(|step| {
            let inside = place - outward * reach(step, place);
            self.value_with(entry, inside) - value > least
        })
    }

    /// Whether the edge is at the same place when all other entries have moved: else it leads along
    /// others, and a way down may lie in it.
    fn stays(&mut self, edge: Edge, rooms: &[Room]) -> bool {
        let here = self.x.clone();
        let moves = Generator::new(11).normals(here.len());
        let stays = [1.0, -1.0].into_iter().all(|sign| {
            for (k, x) in self
                .x
                .iter_mut()
                .enumerate()
                .filter(|(k, _)| *k != edge.entry)
            {
                *x = here[k] + rooms[k].way(sign * moves[k]) * reach(OTHERS, here[k]);
            }
            let beyond = here[edge.entry] + edge.outward * reach(OUTSIDE, here[edge.entry]);
            self.value_here().is_finite() && !self.value_with(edge.entry, beyond).is_finite()
        });
        self.x = here;
        stays
    }

    /// To which sides each entry has room.
    fn rooms(&mut self) -> Vec<Room> {
        let count = self.x.len();
        let room = |k: usize| {
            let mut has_room = |sign: f64| {
                let moved = self.x[k] + sign * reach(OTHERS, self.x[k]);
                self.value_with(k, moved).is_finite()
            };
            Room {
                below: has_room(-1.0),
                above: has_room(1.0),
            }
        };
        (0..count).map(room).collect()
    }
}

/// To which sides an entry can move by [`OTHERS`].
#[derive(Clone, Copy, Debug)]
struct Room {
    below: bool,
    above: bool,
}

impl Room {
    /// The move, of length one at most, turned to where there is room.
    fn way(self, wanted: f64) -> f64 {
        let length = wanted.abs().min(1.0);
        match (self.below, self.above) {
            (true, true) => length * wanted.signum(),
            (true, false) => -length,
            (false, true) => length,
            (false, false) => 0.0,
        }
    }
}

fn reach(share: f64, x: f64) -> f64 {
    share * x.abs().max(1.0)
}

/// A function of the entries that are not held.
pub struct Held<'f> {
    pub function: &'f mut dyn Smooth,
    pub edges: &'f [Edge],
}

impl Smooth for Held<'_> {
    fn size(&self) -> usize {
        self.function.size()
    }

    fn evaluate(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let value = self.function.evaluate(x, gradient);
        self.edges
            .iter()
            .for_each(|edge| gradient[edge.entry] = 0.0);
        value
    }
}
