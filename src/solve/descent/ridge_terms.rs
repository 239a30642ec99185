//! A smooth f as a sum of ridge functions φ_i(a_i'x + b_i), or log_sum_exp of such rows, and a
//! quadratic: its second derivatives are `H + Σ J'DJ` with rows J of data and D diagonal, less
//! p*p'/w for log_sum_exp. So sparse data gives a sparse Newton system.

use super::affine::{AffineForm, AffineForms, AffineMap, is_linear};
use super::blocks::Curvature;
use super::packing::Packing;
use super::quadratic::gradient_form;
use super::tape::Tape;
use crate::atoms::reductions::{LogSumExp, SumSquarePos, SumSquares};
use crate::atoms::{Along, Lanes, Reduce, construct};
use crate::differentiate::gradient;
use crate::expr::{Call, ExprId, Graph, VariableId};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Sums of more terms are not taken apart.
const MOST_TERMS: usize = 1000;

/// One term: its rows and how they bend.
#[derive(Clone, Debug)]
struct Bend {
    map: AffineMap,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    /// Each row alone; the root of the tape holds φ''.
    Separate,
    /// weight*log_sum_exp of each lane, one lane after the other; the root holds its gradient p, the
    /// rows take its entries in this order.
    Lanes {
        weights: Vec<f64>,
        order: Vec<usize>,
    },
}

#[derive(Clone, Debug)]
pub struct RidgeTerms {
    bends: Vec<Bend>,
    /// Gradient of the quadratic rest.
    rest: AffineForm,
    tape: Tape,
    packing: Packing,
}

impl RidgeTerms {
    /// `None` where f is not of this kind.
    pub fn of(
        graph: &Graph,
        smooth: ExprId,
        nodes: &[ExprId],
        packing: &Packing,
    ) -> Option<RidgeTerms> {
        let mut graph = graph.clone();
        let mut forms = AffineForms::default();
        forms.learn(&graph, &[smooth], packing);
        let mut search = Search {
            graph: &mut graph,
            forms,
            weights: BTreeMap::new(),
            found: Vec::new(),
            rest: Vec::new(),
            entries: 0,
        };
        search.run(smooth)?;
        let Search { found, rest, .. } = search;
        let total = construct::sum(&mut graph, &rest);
        let slopes = gradient(&mut graph, total, nodes);
        let rest = gradient_form(&graph, &slopes, packing)?;
        let (roots, bends): (Vec<ExprId>, Vec<Bend>) = found
            .into_iter()
            .map(|(root, form, kind)| {
                let map = AffineMap::new(&form, packing.size);
                (root, Bend { map, kind })
            })
            .unzip();
        Some(RidgeTerms {
            tape: Tape::new(&graph, &[&roots]),
            bends,
            rest,
            packing: packing.clone(),
        })
    }

    /// The gradient of the quadratic rest.
    pub fn rest(&self) -> &AffineForm {
        &self.rest
    }

    /// The rows of each term.
    pub fn maps(&self) -> impl Iterator<Item = &AffineMap> {
        self.bends.iter().map(|b| &b.map)
    }

    /// Lengths of the stretches of rows that bend together, by term.
    pub fn groups(&self) -> impl Iterator<Item = Vec<usize>> {
        self.bends.iter().map(|bend| match &bend.kind {
            Kind::Separate => vec![1; bend.map.rows()],
            Kind::Lanes { weights, order } => {
                vec![order.len() / weights.len().max(1); weights.len()]
            }
        })
    }

    pub fn coefficients(&self) -> usize {
        let rows: usize = self.maps().map(AffineMap::coefficients).sum();
        rows + self.rest.coefficients()
    }

    /// The matrices D at x, times a factor.
    pub fn curvatures(&mut self, x: &[f64], factor: f64) -> Vec<Curvature> {
        for (k, packed) in self.packing.variables.iter().enumerate() {
            if let Some(slot) = self.tape.input(VariableId(k as u32)) {
                packed.expand(&x[packed.range()], slot);
            }
        }
        self.tape.run(0);
        let bends = self.bends.iter().enumerate();
        bends
            .map(|(k, bend)| bend.kind.curvature(self.tape.root(0, k), factor))
            .collect()
    }
}

impl Kind {
    fn curvature(&self, root: &[f64], factor: f64) -> Curvature {
        let Kind::Lanes { weights, order } = self else {
            return Curvature {
                diagonal: root.iter().map(|v| factor * v.max(0.0)).collect(),
                ..Curvature::default()
            };
        };
        let slopes: Vec<f64> = order.iter().map(|&k| root[k].max(0.0)).collect();
        let length = slopes.len() / weights.len().max(1);
        let lanes = slopes.chunks(length.max(1)).zip(weights).enumerate();
        let rank_one = lanes.map(|(lane, (slopes, weight))| {
            let entries = slopes.iter().enumerate();
            let entries = entries.map(|(k, p)| (lane * length + k, *p)).collect();
            (-factor / weight, entries)
        });
        Curvature {
            rank_one: rank_one.collect(),
            diagonal: slopes.iter().map(|p| factor * p).collect(),
            ..Curvature::default()
        }
    }
}

/// Weights on their way down to the terms that bend.
struct Search<'g> {
    graph: &'g mut Graph,
    forms: AffineForms,
    weights: BTreeMap<ExprId, Vec<ExprId>>,
    found: Vec<(ExprId, AffineForm, Kind)>,
    rest: Vec<ExprId>,
    /// Variables that stand for the rows of a term, so far.
    entries: u32,
}

impl Search<'_> {
    fn run(&mut self, root: ExprId) -> Option<()> {
        let one = self.graph.number(1.0);
        self.rest.push(self.graph.number(0.0));
        self.weights.insert(root, vec![one]);
        while let Some((id, weights)) = self.weights.pop_last() {
            if self.graph.is_constant(id) || self.forms.get(id).is_some() {
                continue;
            }
            let shape = self.graph.shape(id);
            let weight = construct::sum(self.graph, &weights);
            let weight = construct::fill(self.graph, weight, shape);
            if self.found.len() + self.rest.len() > MOST_TERMS {
                return None;
            }
            if !self.ridge(id, weight) && !self.pass_down(id, weight) {
                let term = construct::inner_product(self.graph, weight, id);
                self.rest.push(term);
            }
        }
        Some(())
    }

    /// Hands the weights on to the arguments of a linear function; whether it is one.
    fn pass_down(&mut self, id: ExprId, adjoint: ExprId) -> bool {
        let Some(atom) = self.graph.atom(id).cloned() else {
            return false;
        };
        if !is_linear(self.graph, id) {
            return false;
        }
        let arguments = self.graph.arguments(id).to_vec();
        let varies = |graph: &Graph| -> Vec<bool> {
            arguments.iter().map(|&a| !graph.is_constant(a)).collect()
        };
        let wanted = varies(self.graph);
        let call = Call {
            arguments: &arguments,
            value: id,
            adjoint,
        };
        let adjoints = atom.pullbacks(self.graph, &call, &wanted);
        let pairs = || {
            arguments
                .iter()
                .zip(&adjoints)
                .zip(&wanted)
                .filter(|p| *p.1)
        };
        let constant = |a: &Option<ExprId>| a.is_some_and(|a| self.graph.is_constant(a));
        if !pairs().all(|((_, adjoint), _)| constant(adjoint)) {
            return false;
        }
        for ((&argument, adjoint), _) in pairs() {
            let weights = self.weights.entry(argument).or_default();
            weights.extend(adjoint.iter().copied());
        }
        true
    }

    /// Takes up a function of rows that bends each alone, or each lane; whether it is one.
    fn ridge(&mut self, id: ExprId, weight: ExprId) -> bool {
        let Some(atom) = self.graph.atom(id).cloned() else {
            return false;
        };
        let lanes = self.graph.atom_as::<Reduce<LogSumExp>>(id).map(|r| r.along);
        let squares = self.graph.atom_as::<Reduce<SumSquares>>(id).is_some()
            || self.graph.atom_as::<Reduce<SumSquarePos>>(id).is_some();
        if lanes.is_none() && !squares && atom.entry_map().is_none() {
            return false;
        }
        let argument = self.graph.arguments(id)[0];
        let Some(form) = self.forms.get(argument) else {
            return false;
        };
        let shape = self.graph.shape(argument);
        // One for each term, as terms differ in shape.
        let entry = VariableId(u32::MAX - self.entries);
        self.entries += 1;
        let entry = self.graph.variable(entry, shape, Default::default());
        let Ok(value) = self.graph.apply(atom, &[entry], Default::default()) else {
            return false;
        };
        let total = construct::inner_product(self.graph, weight, value);
        let mut root = gradient(self.graph, total, &[entry])[0];
        let found = match lanes {
            None => {
                let slope = construct::sum_along(self.graph, root, Along::All);
                root = gradient(self.graph, slope, &[entry])[0];
                Some((form.as_ref().clone(), Kind::Separate))
            }
            Some(along) => self.lanes(&form, Lanes { along, shape }, weight),
        };
        let root = construct::fill(self.graph, root, shape);
        let root = self.substituted(root, entry, argument);
        match (root, found) {
            (Some(root), Some((form, kind))) => {
                self.found.push((root, form, kind));
                true
            }
            _ => false,
        }
    }

    fn lanes(
        &mut self,
        form: &AffineForm,
        lanes: Lanes,
        weight: ExprId,
    ) -> Option<(AffineForm, Kind)> {
        let weights = self.forms.fold(self.graph, weight)?.entries().into_owned();
        if weights.iter().any(|&w| w.is_nan() || w <= 0.0) {
            return None;
        }
        let order: Vec<usize> = (0..lanes.count())
            .flat_map(|k| lanes.positions(k))
            .collect();
        let form = form.gather(order.iter().copied());
        Some((form, Kind::Lanes { weights, order }))
    }

    /// The expression with a node in the place of a variable.
    fn substituted(&mut self, root: ExprId, variable: ExprId, node: ExprId) -> Option<ExprId> {
        let mut images = FxHashMap::from_iter([(variable, node)]);
        for id in self.graph.below(&[root]) {
            let arguments = self.graph.arguments(id).to_vec();
            let image = |a: &ExprId| images.get(a).copied().unwrap_or(*a);
            let replaced: Vec<ExprId> = arguments.iter().map(image).collect();
            if replaced == arguments {
                continue;
            }
            let atom = self.graph.atom(id)?.clone();
            let span = self.graph.span(id);
            let image = self.graph.apply(atom, &replaced, span).ok()?;
            images.insert(id, image);
        }
        Some(images.get(&root).copied().unwrap_or(root))
    }
}
