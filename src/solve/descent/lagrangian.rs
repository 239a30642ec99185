//! The proximal augmented Lagrangian as a smooth function of x alone:
//! `L(x) = f(x) + Σ env_i(F_i(x) + λ_i/σ) + ρ/2*|(x - x_k)/u|²`, env the Moreau envelope of g_i, u
//! typical sizes of the entries of x.

mod as_is;

use super::blocks::{Rule, Smoothing};
use super::lbfgs::norm;
use super::model::Model;
use super::oracle::Smooth;
use super::tape::product::dot;

/// Entries below this share of the largest may be rounding.
const SMALL: f64 = 1e-6;

/// The numbers of one part at the current x.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// λ of the outer iteration.
    pub multiplier: Vec<f64>,
    /// F(x).
    pub value: Vec<f64>,
    /// The multiplier that the envelope's gradient gives, σ*(z - y).
    pub next: Vec<f64>,
    /// y = prox(z).
    pub point: Vec<f64>,
    z: Vec<f64>,
}

impl Rows {
    fn new(rows: usize) -> Self {
        Rows {
            multiplier: vec![0.0; rows],
            value: vec![0.0; rows],
            next: vec![0.0; rows],
            point: vec![0.0; rows],
            z: vec![0.0; rows],
        }
    }

    /// Rules answer for their last z: before the first, and where f has no value at the start, for 0.
    fn settle(&self, rule: &mut dyn Rule) {
        let (mut multiplier, mut point) = (self.next.clone(), self.point.clone());
        rule.apply(&self.z, 1.0, &mut multiplier, &mut point);
    }

    /// z = F(x) + λ/σ, σ by row where rows have a stiffness.
    fn shift(&mut self, stiffness: &[f64], sigma: f64) {
        let terms = self.value.iter().zip(&self.multiplier);
        let rows = self.z.iter_mut().zip(terms);
        match stiffness {
            [] => rows.for_each(|(z, (v, m))| *z = v + m / sigma),
            shares => rows
                .zip(shares)
                .for_each(|((z, (v, m)), share)| *z = v + m / (share * sigma)),
        }
    }

    /// Σ (next² - λ²), each by the stiffness of its row.
    fn squares(&self, stiffness: &[f64]) -> f64 {
        let (next, old) = (&self.next, &self.multiplier);
        match stiffness {
            [] => dot(next, next) - dot(old, old),
            shares => {
                let pairs = next.iter().zip(old).zip(shares);
                pairs.map(|((n, m), share)| (n * n - m * m) / share).sum()
            }
        }
    }

    /// F(x) - y.
    pub fn missing(&self) -> impl Iterator<Item = f64> + '_ {
        self.value.iter().zip(&self.point).map(|(v, p)| v - p)
    }

    /// |F(x) - y|.
    pub fn gap(&self) -> f64 {
        self.missing().map(|r| r.powi(2)).sum::<f64>().sqrt()
    }
}

#[derive(Debug)]
pub struct Lagrangian<'m> {
    pub model: &'m mut Model,
    /// For each affine part, then for the curved rows.
    pub rows: Vec<Rows>,
    pub sigma: f64,
    pub rho: f64,
    pub anchor: Vec<f64>,
    /// Typical sizes u of the entries of x, in which lengths are measured.
    pub sizes: Vec<f64>,
    /// A typical curvature in these sizes.
    pub unit: f64,
    /// Gradient of f (with its linear part) plus the curved rows' adjoint, and of all else but the
    /// proximal term.
    pub smooth_gradient: Vec<f64>,
    pub parts_gradient: Vec<f64>,
    /// f(x) with its linear part.
    pub smooth_value: f64,
    /// Entries that do not move.
    pub held: Vec<usize>,
}

impl<'m> Lagrangian<'m> {
    pub fn new(model: &'m mut Model) -> Self {
        let mut rows: Vec<Rows> = model
            .parts
            .iter()
            .map(|p| Rows::new(p.map.rows()))
            .collect();
        rows.push(Rows::new(model.curved.rows()));
        rules(model)
            .zip(&rows)
            .for_each(|(rule, rows)| rows.settle(rule));
        let n = model.size;
        Lagrangian {
            model,
            rows,
            sigma: 1.0,
            rho: 0.0,
            anchor: vec![0.0; n],
            sizes: vec![1.0; n],
            unit: 1.0,
            smooth_gradient: vec![0.0; n],
            parts_gradient: vec![0.0; n],
            smooth_value: 0.0,
            held: Vec::new(),
        }
    }

    pub fn curved(&self) -> usize {
        self.rows.len() - 1
    }

    /// Takes the envelope's multipliers for the next outer iteration.
    pub fn accept_multipliers(&mut self) {
        for rows in &mut self.rows {
            let Rows {
                multiplier, next, ..
            } = rows;
            multiplier.copy_from_slice(next);
        }
    }

    /// max(|∇f|, |F'λ|): what the stationarity residual is compared with.
    pub fn gradient_scale(&self) -> f64 {
        let smooth = self.length(&self.smooth_gradient);
        smooth.max(self.length(&self.parts_gradient))
    }

    /// |u*g|, the length of a gradient.
    pub fn length(&self, gradient: &[f64]) -> f64 {
        let pairs = self.sizes.iter().zip(gradient);
        pairs.map(|(u, g)| (u * g).powi(2)).sum::<f64>().sqrt()
    }

    /// The proximal weight ρ/u² and more, for each entry.
    pub fn shifts(&self, shift: f64) -> impl Iterator<Item = f64> + '_ {
        self.sizes.iter().map(move |u| shift / (u * u))
    }

    /// |∇f + F'λ| without the proximal term.
    pub fn stationarity(&self) -> f64 {
        let total = self.slopes().zip(&self.sizes);
        total.map(|(g, u)| (u * g).powi(2)).sum::<f64>().sqrt()
    }

    /// ∇f + F'λ.
    fn slopes(&self) -> impl Iterator<Item = f64> + '_ {
        let pairs = self.smooth_gradient.iter().zip(&self.parts_gradient);
        pairs.map(|(a, b)| a + b)
    }

    /// Σ |r_k*x_k|, r = ∇f + F'λ: how much the dual value may lie too high where minimisers are no
    /// larger than x.
    pub fn loss(&self, x: &[f64]) -> f64 {
        self.slopes().zip(x).map(|(r, x)| (r * x).abs()).sum()
    }

    /// max |F - y|/(scale + |y|).
    pub fn primal_residual(&self, scale: f64) -> f64 {
        let relative = |r: &Rows| r.gap() / (scale + norm(&r.point));
        self.rows.iter().map(relative).fold(0.0, f64::max)
    }

    /// Σ of finite g at y, of finite g at F(x), and Σ λ'(F - y).
    pub fn values(&self) -> (f64, f64, f64) {
        let (mut at_point, mut at_value, mut product) = (0.0, 0.0, 0.0);
        for (k, rows) in self.rows.iter().enumerate() {
            let rule = self.rule(k);
            at_point += rule.value(&rows.point);
            at_value += rule.value(&rows.value);
            product += dot(&rows.next, &rows.value) - dot(&rows.next, &rows.point);
        }
        (at_point, at_value, product)
    }

    pub fn rule(&self, k: usize) -> &dyn Rule {
        match self.model.parts.get(k) {
            Some(part) => part.rule.as_ref(),
            None => &self.model.curved.rule,
        }
    }

    /// Rounds the kinks and edges of all parts off, or restores them; of which parts it does.
    pub fn smooth(&mut self, smoothing: Option<Smoothing>) -> Vec<bool> {
        let pairs = rules(self.model).zip(&self.rows);
        pairs
            .map(|(rule, rows)| rule.smooth(smoothing, &rows.multiplier))
            .collect()
    }

    /// Σ g(y) - λ'y over these parts, of which each is a support function: what rounding off has left open.
    pub fn left_open(&self, rounded: &[bool]) -> f64 {
        let parts = self.rows.iter().enumerate().filter(|(k, _)| rounded[*k]);
        let open = |(k, rows): (usize, &Rows)| {
            self.rule(k).value(&rows.point) - dot(&rows.next, &rows.point)
        };
        parts.map(open).sum()
    }

    /// How far single rows are from holding, relative to their terms in the large entries of x; rows without such
    /// terms, curved rows and groups aside.
    pub fn relative_violation(&self, x: &[f64]) -> f64 {
        let large = large_entries(x, &self.sizes);
        let mut worst = 0.0f64;
        for (part, rows) in self.model.parts.iter().zip(&self.rows) {
            let Some(slopes) = part.rule.as_slopes() else {
                continue;
            };
            let squares = part.map.squared_row_norms(&large);
            for (k, square) in squares.into_iter().enumerate() {
                let missed = slopes.row_violation(k, rows.value[k]);
                if square > 0.0 {
                    worst = worst.max(missed / square.sqrt());
                }
            }
        }
        worst
    }

    pub fn violation(&self) -> f64 {
        let violations = self.rows.iter().enumerate();
        violations
            .map(|(k, r)| self.rule(k).violation(&r.value))
            .fold(0.0, f64::max)
    }

    /// F_k'w added to `out`.
    pub fn add_adjoint(&mut self, k: usize, w: &[f64], out: &mut [f64]) {
        match self.model.parts.get_mut(k) {
            Some(part) => part.map.add_transposed(w, out),
            None => self.model.add_adjoint(w, out),
        }
    }

    /// Envelope and multipliers of part k at its value.
    fn envelope(&mut self, k: usize) -> f64 {
        let sigma = self.sigma;
        let rows = &mut self.rows[k];
        let rule: &mut dyn Rule = match self.model.parts.get_mut(k) {
            Some(part) => part.rule.as_mut(),
            None => &mut self.model.curved.rule,
        };
        rows.shift(rule.stiffness(), sigma);
        rule.apply(&rows.z, sigma, &mut rows.next, &mut rows.point);
        let squares = rows.squares(rule.stiffness());
        rule.value(&rows.point) + squares / (2.0 * sigma)
    }

    /// H*v of the Lagrangian at the last evaluated x (generalised second derivatives).
    pub fn curvature_times(&mut self, v: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        self.smooth_curvature_times(v, out, scratch);
        for part in &mut self.model.parts {
            let rows = part.map.rows();
            scratch.image.resize(rows, 0.0);
            scratch.bent.resize(rows, 0.0);
            part.map.times(v, &mut scratch.image);
            part.rule.curvature_times(&scratch.image, &mut scratch.bent);
            scratch.bent.iter_mut().for_each(|b| *b *= self.sigma);
            part.map.add_transposed(&scratch.bent, out);
        }
    }

    /// The share of f and of the curved rows in it.
    fn smooth_curvature_times(&mut self, v: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        let curved = self.curved();
        let rows = self.rows[curved].value.len();
        if !self.model.has_smooth && rows == 0 {
            return out.fill(0.0);
        }
        scratch.image.resize(rows, 0.0);
        scratch.bent.resize(rows, 0.0);
        self.model.curvature_times(v, out, &mut scratch.image);
        let rule = &self.model.curved.rule;
        rule.curvature_times(&scratch.image, &mut scratch.bent);
        scratch.bent.iter_mut().for_each(|b| *b *= self.sigma);
        self.model.add_adjoint(&scratch.bent, out);
    }
}

/// Those of the affine parts, then that of the curved rows.
fn rules(model: &mut Model) -> impl Iterator<Item = &mut (dyn Rule + 'static)> {
    let parts = model.parts.iter_mut().map(|part| part.rule.as_mut());
    parts.chain([&mut model.curved.rule as &mut (dyn Rule + 'static)])
}

/// The entries of x that are no rounding beside the largest in these sizes; 0 for others.
fn large_entries(x: &[f64], sizes: &[f64]) -> Vec<f64> {
    let pairs = x.iter().zip(sizes);
    let far = pairs.fold(0.0, |far: f64, (x, u)| far.max((x / u).abs()));
    let kept = x.iter().zip(sizes);
    let kept = kept.map(|(&x, u)| if (x / u).abs() < SMALL * far { 0.0 } else { x });
    kept.collect()
}

/// Working space of products.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    image: Vec<f64>,
    bent: Vec<f64>,
}

impl Smooth for Lagrangian<'_> {
    fn size(&self) -> usize {
        self.model.size
    }

    fn evaluate(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let curved = self.curved();
        let mut curves = std::mem::take(&mut self.rows[curved].value);
        self.smooth_value = self.model.values(x, &mut curves);
        self.rows[curved].value = curves;
        let mut total = self.smooth_value;
        if !total.is_finite() {
            return f64::INFINITY;
        }
        for (k, part) in self.model.parts.iter_mut().enumerate() {
            part.map.value(x, &mut self.rows[k].value);
        }
        for k in 0..self.rows.len() {
            total += self.envelope(k);
        }
        self.pull_back();
        let mut distance = 0.0;
        for k in 0..x.len() {
            let away = (x[k] - self.anchor[k]) / self.sizes[k];
            distance += away * away;
            let pull = self.rho * away / self.sizes[k];
            gradient[k] = self.smooth_gradient[k] + self.parts_gradient[k] + pull;
        }
        total + 0.5 * self.rho * distance
    }
}

/// The same function of x/u.
#[derive(Debug)]
pub struct InSizes<'l, 'm>(pub &'l mut Lagrangian<'m>);

impl InSizes<'_, '_> {
    pub fn multiplied(&self, v: &[f64]) -> Vec<f64> {
        let pairs = self.0.sizes.iter().zip(v);
        pairs.map(|(u, v)| u * v).collect()
    }

    pub fn divided(&self, v: &[f64]) -> Vec<f64> {
        let pairs = self.0.sizes.iter().zip(v);
        pairs.map(|(u, v)| v / u).collect()
    }
}

impl Smooth for InSizes<'_, '_> {
    fn size(&self) -> usize {
        self.0.size()
    }

    fn evaluate(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let value = self.0.evaluate(&self.multiplied(x), gradient);
        let sizes = self.0.sizes.iter();
        gradient.iter_mut().zip(sizes).for_each(|(g, u)| *g *= u);
        value
    }
}
