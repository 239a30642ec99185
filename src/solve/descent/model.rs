//! A normal form compiled: values, gradients and curvature by number.

mod rows_alone;

use super::affine::{AffineForm, AffineForms, AffineMap};
use super::blocks::{Rule, Slopes};
use super::derivatives::{ADJOINT, CURVATURE, Derivatives, GRADIENT, VALUES};
use super::normal_form::{NormalForm, Share};
use super::packing::Packing;
use super::quadratic::{Expansion, data_below, gradient_form, lower_triangle};
use super::ridge_terms::RidgeTerms;
use super::tape::Tape;
use crate::differentiate::underivable;
use crate::expr::{ExprId, Graph, VariableId};
use crate::matrix::{LEAST_SHARE, SparseMatrix};
use crate::shape::Shape;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::rc::Rc;

/// g(A*x + b).
#[derive(Debug)]
pub struct AffinePart {
    pub rule: Box<dyn Rule>,
    pub map: AffineMap,
    pub shares: Vec<Share>,
}

/// Σ max(lower*y, upper*y) over y = F(x), all smooth rows together.
#[derive(Debug)]
pub struct CurvedPart {
    pub rule: Slopes,
    /// Rows of each expression, in order.
    pub sizes: Vec<usize>,
    /// Factors of the rows.
    pub scales: Vec<f64>,
    pub shares: Vec<Share>,
}

impl CurvedPart {
    pub fn rows(&self) -> usize {
        self.sizes.iter().sum()
    }

    fn scale(&self, rows: &mut [f64]) {
        let pairs = rows.iter_mut().zip(&self.scales);
        pairs.for_each(|(row, scale)| *row *= scale);
    }
}

/// The normal form, ready to be minimised.
#[derive(Debug)]
pub struct Model {
    pub size: usize,
    pub packing: Packing,
    tape: Tape,
    /// Whether there is an f beside its linear part.
    pub has_smooth: bool,
    /// Whether f is quadratic (or linear).
    pub is_quadratic: bool,
    pub linear: Vec<f64>,
    pub constant: f64,
    pub parts: Vec<AffinePart>,
    pub curved: CurvedPart,
    /// Entries smaller than this share of the largest in their row tell nothing about the sizes of unknowns.
    pub least_share: f64,
    /// A point that unknowns are expected to be as large as, where it is not 0.
    pub near: Option<Vec<f64>>,
    pub evaluations: usize,
    /// Expressions of the gradient of f, one for each variable.
    slopes: (Graph, Vec<ExprId>),
    smooth: Option<ExprId>,
    curves: Vec<ExprId>,
    nodes: Vec<ExprId>,
    /// x of the last values.
    pub point: Vec<f64>,
    /// Of the curved rows in the last gradient.
    pub weights: Vec<f64>,
    /// The gradient of a quadratic f, once asked for.
    quadratic: Option<Option<Rc<AffineForm>>>,
    expansion: Option<Expansion>,
    /// Entries of the data that an evaluation of a quadratic f reads.
    data: usize,
    scratch: Vec<f64>,
}

/// Data so many times as large as the second derivatives is worth replacing by them.
const FEWEST_TIMES: usize = 4;

impl Model {
    pub fn new(form: NormalForm) -> Self {
        let NormalForm {
            mut graph,
            packing,
            nodes,
            smooth,
            linear,
            constant,
            parts,
            rows,
            ..
        } = form;
        let curves: Vec<ExprId> = rows.iter().map(|r| r.expression).collect();
        let tape_roots = Derivatives::new(&mut graph, &nodes, smooth, &curves);
        let sizes: Vec<usize> = curves.iter().map(|&c| graph.shape(c).size()).collect();
        let mut rule = Slopes::default();
        let slopes = rows.iter().flat_map(|r| &r.slopes);
        slopes.for_each(|&(lower, upper)| rule.push(lower, upper));
        let mut row = 0;
        let mut shares = Vec::new();
        for (curve, &count) in rows.iter().zip(&sizes) {
            shares.extend(curve.source.map(|place| Share {
                constraint: place.constraint,
                entry: place.entry,
                row,
                count,
                factor: 1.0,
                triangle: None,
            }));
            row += count;
        }
        let affine = |part: super::normal_form::Part| AffinePart {
            map: AffineMap::new(&part.form, packing.size),
            rule: part.rule,
            shares: part.shares,
        };
        let is_quadratic = tape_roots.is_quadratic(&graph);
        let plain = is_quadratic && sizes.is_empty();
        let rows_count = sizes.iter().sum();
        Model {
            size: packing.size,
            data: if plain {
                data_below(&graph, &tape_roots.values)
            } else {
                0
            },
            quadratic: None,
            expansion: None,
            scratch: Vec::new(),
            tape: tape_roots.compile(&graph),
            has_smooth: smooth.is_some(),
            is_quadratic,
            least_share: LEAST_SHARE,
            near: None,
            parts: parts.into_iter().map(affine).collect(),
            linear,
            constant,
            curved: CurvedPart {
                rule,
                scales: vec![1.0; rows_count],
                sizes,
                shares,
            },
            evaluations: 0,
            point: vec![0.0; packing.size],
            weights: vec![0.0; rows_count],
            smooth,
            curves,
            nodes,
            slopes: (graph, tape_roots.gradient),
            packing,
        }
    }

    /// The unknowns in f and in the curved rows, in rising order: those of the affine expressions that
    /// these are made of.
    pub fn bent_unknowns(&self) -> Vec<usize> {
        let graph = &self.slopes.0;
        let mut waiting: Vec<ExprId> = self.smooth.iter().chain(&self.curves).copied().collect();
        let mut forms = AffineForms::default();
        forms.learn(graph, &waiting, &self.packing);
        let mut seen = FxHashSet::default();
        let mut unknowns = BTreeSet::new();
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) || graph.is_constant(id) {
                continue;
            }
            match forms.get(id) {
                Some(form) => unknowns.extend(form.all_terms().map(|t| t.column)),
                None => waiting.extend_from_slice(graph.arguments(id)),
            }
        }
        unknowns.into_iter().collect()
    }

    /// The affine form of f's gradient, where f is quadratic and the form is not too large.
    pub fn quadratic(&mut self) -> Option<Rc<AffineForm>> {
        if !self.is_quadratic || self.curved.rows() > 0 {
            return None;
        }
        let (graph, slopes) = &self.slopes;
        let packing = &self.packing;
        let read = || gradient_form(graph, slopes, packing).map(Rc::new);
        self.quadratic.get_or_insert_with(read).clone()
    }

    /// The lower triangle of the second derivatives of f, where they are constant and have at most
    /// `most` entries.
    pub fn sparse_hessian(&mut self, most: usize) -> Option<SparseMatrix> {
        if !self.has_smooth {
            return Some(SparseMatrix::zeros(Shape::new(self.size, self.size)));
        }
        let form = self.quadratic()?;
        (form.coefficients() <= 2 * most).then(|| lower_triangle(&form))
    }

    /// f in rows of data that bend, where it has such a form and there are no curved rows.
    pub fn ridge_terms(&self) -> Option<RidgeTerms> {
        match self.curved.rows() {
            0 => self.ridge_terms_beside_rows(),
            _ => None,
        }
    }

    /// f in rows of data that bend, where it has such a form.
    pub fn ridge_terms_beside_rows(&self) -> Option<RidgeTerms> {
        RidgeTerms::of(&self.slopes.0, self.smooth?, &self.nodes, &self.packing)
    }

    /// The second derivatives of a quadratic f.
    pub fn dense_hessian(&mut self) -> Option<faer::Mat<f64>> {
        let form = self.quadratic()?;
        Some(AffineMap::new(&form, self.size).dense_rows())
    }

    /// From so many evaluations on, f is read from its second derivatives where they are smaller
    /// than the data: making them costs about n/4 evaluations.
    fn expand(&mut self) {
        let n = self.size;
        let known = self.quadratic.is_some();
        if self.data <= FEWEST_TIMES * n * n || !(known || self.evaluations > n / 4) {
            return;
        }
        match self.quadratic() {
            Some(form) => self.expansion = Some(Expansion::new(&form)),
            None => self.data = 0,
        }
    }

    /// The next value is read from the data.
    pub fn reread(&mut self) {
        if let Some(expansion) = &mut self.expansion {
            expansion.forget();
        }
    }

    /// Whether f is read from its second derivatives by now.
    pub fn is_expanded(&self) -> bool {
        self.expansion.is_some()
    }

    /// Value and gradient of f without its linear part at the loaded x, from the data.
    fn read_data(&mut self, x: &[f64]) -> f64 {
        self.load(0, x);
        self.tape.run(VALUES);
        self.tape.run(GRADIENT);
        let mut gradient = std::mem::take(&mut self.scratch);
        gradient.clear();
        gradient.resize(self.size, 0.0);
        self.add_collected(GRADIENT, &mut gradient, &mut Vec::new());
        let value = self.tape.root(VALUES, 0)[0];
        if let Some(expansion) = &mut self.expansion {
            expansion.anchor(x, value, &gradient);
        }
        self.scratch = gradient;
        value
    }

    /// Whether [`Model::curvature_times`] is exact: every slope has a derivative.
    pub fn is_twice_derivable(&self) -> bool {
        let (graph, slopes) = &self.slopes;
        let mut slopes = slopes.iter();
        slopes.all(|&slope| underivable(graph, slope, &self.nodes).is_none())
    }

    /// Entries that the tape passes over.
    pub fn passed(&self) -> usize {
        self.tape.entries()
    }

    /// Large data is then read by so many threads at once.
    pub fn use_threads(&mut self, threads: usize) {
        self.tape.use_threads(threads);
    }

    fn load(&mut self, offset: usize, x: &[f64]) {
        for (k, packed) in self.packing.variables.iter().enumerate() {
            if let Some(slot) = self.tape.input(VariableId((offset + k) as u32)) {
                packed.expand(&x[packed.range()], slot);
            }
        }
    }

    /// Row weights, one parameter for each curved expression.
    fn load_weights(&mut self, offset: usize, weights: &[f64]) {
        let mut start = 0;
        for (k, &size) in self.curved.sizes.iter().enumerate() {
            if let Some(slot) = self.tape.input(VariableId((offset + k) as u32)) {
                let scaled = weights[start..].iter().zip(&self.curved.scales[start..]);
                let entries = slot.iter_mut().zip(scaled);
                entries.for_each(|(entry, (w, s))| *entry = w * s);
            }
            start += size;
        }
    }

    fn add_collected(&self, stage: usize, out: &mut [f64], scratch: &mut Vec<f64>) {
        for (k, packed) in self.packing.variables.iter().enumerate() {
            scratch.resize(packed.len(), 0.0);
            packed.collect(self.tape.root(stage, k), scratch);
            let target = &mut out[packed.range()];
            target.iter_mut().zip(&*scratch).for_each(|(t, s)| *t += s);
        }
    }

    /// f(x) + c'x + constant, and the values of the curved rows.
    pub fn values(&mut self, x: &[f64], curves: &mut [f64]) -> f64 {
        self.evaluations += 1;
        self.point.copy_from_slice(x);
        let linear = super::tape::product::dot(&self.linear, x);
        if self.expansion.is_none() {
            self.expand();
        }
        if let Some(expansion) = &mut self.expansion {
            let near = expansion.value(x);
            let value = near.unwrap_or_else(|| self.read_data(x));
            return value + linear + self.constant;
        }
        self.load(0, x);
        self.tape.run(VALUES);
        let mut start = 0;
        for (k, &size) in self.curved.sizes.iter().enumerate() {
            curves[start..start + size].copy_from_slice(self.tape.root(VALUES, k + 1));
            start += size;
        }
        self.curved.scale(curves);
        self.tape.root(VALUES, 0)[0] + linear + self.constant
    }

    /// out = gradient of f + c'x + weights'F at the x of the last [`Model::values`].
    pub fn gradient(&mut self, weights: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&self.linear);
        if let Some(expansion) = &self.expansion {
            let pairs = out.iter_mut().zip(expansion.gradient());
            return pairs.for_each(|(o, g)| *o += g);
        }
        let first = 2 * self.packing.variables.len();
        self.weights.copy_from_slice(weights);
        self.load_weights(first, weights);
        self.tape.run(GRADIENT);
        let mut scratch = Vec::new();
        self.add_collected(GRADIENT, out, &mut scratch);
    }

    /// out = Hessian of f + weights'F times v, rows = F'v, at the weights of the last gradient.
    pub fn curvature_times(&mut self, v: &[f64], out: &mut [f64], rows: &mut [f64]) {
        if let Some(expansion) = &mut self.expansion {
            return expansion.times(v, out);
        }
        let count = self.packing.variables.len();
        self.load(count, v);
        self.tape.run(CURVATURE);
        out.fill(0.0);
        let mut scratch = Vec::new();
        self.add_collected(CURVATURE, out, &mut scratch);
        let mut start = 0;
        for (k, &size) in self.curved.sizes.iter().enumerate() {
            rows[start..start + size].copy_from_slice(self.tape.root(CURVATURE, count + k));
            start += size;
        }
        self.curved.scale(rows);
    }

    /// out += F'(x)'w.
    pub fn add_adjoint(&mut self, w: &[f64], out: &mut [f64]) {
        if w.is_empty() {
            return;
        }
        let first = 2 * self.packing.variables.len() + self.curved.sizes.len();
        self.load_weights(first, w);
        self.tape.run(ADJOINT);
        let mut scratch = Vec::new();
        self.add_collected(ADJOINT, out, &mut scratch);
    }
}
