//! The pieces of a normal form.

use crate::expr::ExprId;
use crate::solve::descent::affine::AffineForm;
use crate::solve::descent::blocks::{
    Norms, PowerNorms, Rule, Scalar, Scalars, SecondOrder, Slopes, Triple, Triples,
};

/// Entries of one of the user's constraints, from `entry` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub constraint: usize,
    pub entry: usize,
}

/// Multipliers of rows `rows.start..` of a part, times a factor, belong to entries `entry..` of a
/// constraint.
#[derive(Clone, Debug)]
pub struct Share {
    pub constraint: usize,
    pub entry: usize,
    pub row: usize,
    pub count: usize,
    pub factor: f64,
    pub triangle: Option<Triangle>,
}

/// The rows are the folded triangle of some rows and columns of a symmetric matrix.
#[derive(Clone, Debug)]
pub struct Triangle {
    pub side: usize,
    pub kept: Vec<usize>,
}

impl Triangle {
    /// All of the matrix.
    pub fn whole(side: usize) -> Self {
        Triangle {
            side,
            kept: (0..side).collect(),
        }
    }
}

/// g(F(x)) with affine F.
#[derive(Debug)]
pub struct Part {
    pub rule: Box<dyn Rule>,
    pub form: AffineForm,
    pub shares: Vec<Share>,
}

/// Σ max(lower*y, upper*y) over the entries y of a smooth expression.
#[derive(Clone, Debug)]
pub struct SmoothRows {
    pub expression: ExprId,
    /// (lower, upper) by entry: (0, inf) for F(x) <= 0, (-inf, inf) for F(x) == 0.
    pub slopes: Vec<(f64, f64)>,
    /// The user's constraint, whose entries are the rows.
    pub source: Option<Place>,
}

/// Rows of the kinds that many constraints share, gathered in one part each.
#[derive(Debug, Default)]
pub struct Stack {
    pub(super) slopes: Slopes,
    pub(super) slope_rows: AffineForm,
    slope_shares: Vec<Share>,
    norms: Norms,
    norm_rows: AffineForm,
    pub(super) cones: SecondOrder,
    pub(super) cone_rows: AffineForm,
    pub(super) cone_shares: Vec<Share>,
    pub(super) power_norms: PowerNorms,
    pub(super) power_norm_rows: AffineForm,
    power_norm_shares: Vec<Share>,
    pub(super) triples: Triples,
    pub(super) triple_rows: AffineForm,
    pub(super) scalars: Scalars,
    pub(super) scalar_rows: AffineForm,
}

impl Stack {
    /// Σ max(lower*y, upper*y) over the rows, slopes by row.
    pub fn slopes(&mut self, form: &AffineForm, slopes: impl Fn(usize) -> (f64, f64)) -> usize {
        let start = self.slope_rows.rows();
        for k in 0..form.rows() {
            let (lower, upper) = slopes(k);
            self.slopes.push(lower, upper);
        }
        self.slope_rows.append(form);
        start
    }

    pub fn share_slopes(&mut self, share: Share) {
        self.slope_shares.push(share);
    }

    /// weight*|rows|.
    pub fn norm(&mut self, form: &AffineForm, weight: f64) {
        self.norms.push(form.rows(), weight);
        self.norm_rows.append(form);
    }

    /// |rows 1..| <= row 0; the first row's place.
    pub fn cone(&mut self, form: &AffineForm) -> usize {
        let start = self.cone_rows.rows();
        self.cones.push(form.rows());
        self.cone_rows.append(form);
        start
    }

    /// |rows 1..|_p <= row 0; the first row's place.
    pub fn power_norm(&mut self, form: &AffineForm, p: f64) -> usize {
        let start = self.power_norm_rows.rows();
        self.power_norms.push(p, form.rows());
        self.power_norm_rows.append(form);
        start
    }

    pub fn share_power_norm(&mut self, share: Share) {
        self.power_norm_shares.push(share);
    }

    /// One cone for each `length` rows.
    pub fn equal_cones(&mut self, form: &AffineForm, length: usize) {
        (0..form.rows() / length).for_each(|_| self.cones.push(length));
        self.cone_rows.append(form);
    }

    /// One cone for each three rows.
    pub fn triples(&mut self, form: &AffineForm, kind: Triple) {
        (0..form.rows() / 3).for_each(|_| self.triples.push(kind));
        self.triple_rows.append(form);
    }

    /// Σ weight*φ(row).
    pub fn scalars(&mut self, form: &AffineForm, kind: Scalar, weight: impl Fn(usize) -> f64) {
        (0..form.rows()).for_each(|k| self.scalars.push(kind, weight(k)));
        self.scalar_rows.append(form);
    }

    pub fn share_cone(&mut self, share: Share) {
        self.cone_shares.push(share);
    }

    pub fn into_parts(self) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut add = |rule: Box<dyn Rule>, form: AffineForm, shares| {
            if form.rows() > 0 {
                parts.push(Part { rule, form, shares });
            }
        };
        add(Box::new(self.slopes), self.slope_rows, self.slope_shares);
        add(Box::new(self.norms), self.norm_rows, Vec::new());
        add(Box::new(self.cones), self.cone_rows, self.cone_shares);
        add(
            Box::new(self.power_norms),
            self.power_norm_rows,
            self.power_norm_shares,
        );
        add(Box::new(self.triples), self.triple_rows, Vec::new());
        add(Box::new(self.scalars), self.scalar_rows, Vec::new());
        parts
    }
}
