//! The lattices of disciplined convex programming and its composition rule.
//!
//! Source: M. Grant, S. Boyd, Y. Ye, "Disciplined convex programming", 2006.

use crate::shape::Shape;

/// Sign of every entry of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    Zero,
    Nonnegative,
    Nonpositive,
    Unknown,
}

/// Curvature of an expression in the problem's variables, or of a function in its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curvature {
    Constant,
    Affine,
    Convex,
    Concave,
    Unknown,
}

impl Curvature {
    pub fn is_constant(self) -> bool {
        self == Curvature::Constant
    }

    /// Constant or affine.
    pub fn is_affine(self) -> bool {
        matches!(self, Curvature::Constant | Curvature::Affine)
    }

    /// Proved convex; affine counts.
    pub fn is_convex(self) -> bool {
        self.is_affine() || self == Curvature::Convex
    }

    /// Proved concave; affine counts.
    pub fn is_concave(self) -> bool {
        self.is_affine() || self == Curvature::Concave
    }

    /// The curvature of the value with its sign turned.
    pub fn negated(self) -> Self {
        match self {
            Curvature::Convex => Curvature::Concave,
            Curvature::Concave => Curvature::Convex,
            Curvature::Constant | Curvature::Affine | Curvature::Unknown => self,
        }
    }

    /// Of a function that is convex on x >= 0 and concave on x <= 0, such as `sinh`.
    pub fn convex_right_of_zero(argument: Interval) -> Self {
        match argument.sign() {
            Sign::Zero | Sign::Nonnegative => Curvature::Convex,
            Sign::Nonpositive => Curvature::Concave,
            Sign::Unknown => Curvature::Unknown,
        }
    }

    fn from_proofs(convex: bool, concave: bool) -> Self {
        match (convex, concave) {
            (true, true) => Curvature::Affine,
            (true, false) => Curvature::Convex,
            (false, true) => Curvature::Concave,
            (false, false) => Curvature::Unknown,
        }
    }

    /// Plain English, as in "is convex".
    pub fn word(self) -> &'static str {
        match self {
            Curvature::Constant => "constant",
            Curvature::Affine => "affine",
            Curvature::Convex => "convex",
            Curvature::Concave => "concave",
            Curvature::Unknown => "of unknown curvature",
        }
    }
}

/// How a function moves with one of its arguments, entry by entry (for matrix functions such as
/// `lambda_max`, in the entrywise order too, hence usually `Unknown`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Monotonicity {
    Increasing,
    Decreasing,
    /// The argument has no influence.
    Constant,
    Unknown,
}

impl Monotonicity {
    /// Monotonicity of `c*x` in `x` for `c` in the range.
    pub fn of_factor(factor: Interval) -> Self {
        match factor.sign() {
            Sign::Zero => Monotonicity::Constant,
            Sign::Nonnegative => Monotonicity::Increasing,
            Sign::Nonpositive => Monotonicity::Decreasing,
            Sign::Unknown => Monotonicity::Unknown,
        }
    }

    /// A function that falls on x <= 0 and rises on x >= 0, such as `abs`.
    pub fn even_at(argument: Interval) -> Self {
        match argument.sign() {
            Sign::Zero | Sign::Nonnegative => Monotonicity::Increasing,
            Sign::Nonpositive => Monotonicity::Decreasing,
            Sign::Unknown => Monotonicity::Unknown,
        }
    }

    pub fn negated(self) -> Self {
        match self {
            Monotonicity::Increasing => Monotonicity::Decreasing,
            Monotonicity::Decreasing => Monotonicity::Increasing,
            Monotonicity::Constant | Monotonicity::Unknown => self,
        }
    }
}

/// A closed interval that holds every entry of a value; ends may be infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub lower: f64,
    pub upper: f64,
}

impl Interval {
    pub const REALS: Interval = Interval::new(f64::NEG_INFINITY, f64::INFINITY);
    pub const NONNEGATIVE: Interval = Interval::new(0.0, f64::INFINITY);
    pub const NONPOSITIVE: Interval = Interval::new(f64::NEG_INFINITY, 0.0);
    pub const UNIT: Interval = Interval::new(0.0, 1.0);

    pub const fn new(lower: f64, upper: f64) -> Self {
        Interval { lower, upper }
    }

    pub const fn point(value: f64) -> Self {
        Interval::new(value, value)
    }

    /// Its number, where it has but one.
    pub fn single(self) -> Option<f64> {
        (self.lower == self.upper).then_some(self.lower)
    }

    /// The smallest interval around the entries; all reals when one is NaN, zero when there is none.
    pub fn of(entries: impl IntoIterator<Item = f64>) -> Self {
        let mut hull: Option<Interval> = None;
        for entry in entries {
            if entry.is_nan() {
                return Interval::REALS;
            }
            hull = Some(hull.map_or(Interval::point(entry), |h| h.hull(Interval::point(entry))));
        }
        hull.unwrap_or(Interval::point(0.0))
    }

    /// The same for a long list, eight entries side by side: one reading of the memory.
    pub fn of_list(entries: &[f64]) -> Self {
        const LANES: usize = 8;
        let (mut lower, mut upper) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
        let chunks = entries.chunks_exact(LANES);
        let rest = Interval::of(chunks.remainder().iter().copied());
        if chunks.len() == 0 {
            return rest;
        }
        let mut any_nan = false;
        for chunk in chunks.clone() {
            any_nan |= chunk.iter().fold(false, |any, e| any | e.is_nan());
            for ((&entry, low), high) in chunk.iter().zip(&mut lower).zip(&mut upper) {
                *low = if entry < *low { entry } else { *low };
                *high = if entry > *high { entry } else { *high };
            }
        }
        if any_nan {
            return Interval::REALS;
        }
        let list = Interval::new(
            lower.into_iter().fold(f64::INFINITY, f64::min),
            upper.into_iter().fold(f64::NEG_INFINITY, f64::max),
        );
        match chunks.remainder() {
            [] => list,
            _ => list.hull(rest),
        }
    }

    pub fn sign(self) -> Sign {
        match (self.lower >= 0.0, self.upper <= 0.0) {
            (true, true) => Sign::Zero,
            (true, false) => Sign::Nonnegative,
            (false, true) => Sign::Nonpositive,
            (false, false) => Sign::Unknown,
        }
    }

    pub fn is_nonnegative(self) -> bool {
        self.lower >= 0.0
    }

    pub fn is_nonpositive(self) -> bool {
        self.upper <= 0.0
    }

    pub fn is_positive(self) -> bool {
        self.lower > 0.0
    }

    /// The smallest interval that holds both.
    pub fn hull(self, other: Interval) -> Self {
        Interval::new(self.lower.min(other.lower), self.upper.max(other.upper))
    }

    /// Both at once; an empty meeting keeps the ends crossed, which no fact relies on.
    pub fn meet(self, other: Interval) -> Self {
        Interval::new(self.lower.max(other.lower), self.upper.min(other.upper))
    }

    /// { -x }.
    pub fn negated(self) -> Self {
        Interval::new(-self.upper, -self.lower)
    }

    /// { x + y }.
    pub fn plus(self, other: Interval) -> Self {
        Interval::new(
            sum_or(self.lower, other.lower, f64::NEG_INFINITY),
            sum_or(self.upper, other.upper, f64::INFINITY),
        )
    }

    /// { x*y }, with 0*inf = 0.
    pub fn times(self, other: Interval) -> Self {
        let ends = [
            product(self.lower, other.lower),
            product(self.lower, other.upper),
            product(self.upper, other.lower),
            product(self.upper, other.upper),
        ];
        Interval::of(ends)
    }

    /// { n*x }: the range of a sum of n entries of this range.
    pub fn repeated(self, n: usize) -> Self {
        self.times(Interval::point(n as f64))
    }

    /// { |x| }.
    pub fn absolute(self) -> Self {
        match self.sign() {
            Sign::Zero | Sign::Nonnegative => self,
            Sign::Nonpositive => self.negated(),
            Sign::Unknown => Interval::new(0.0, self.upper.max(-self.lower)),
        }
    }

    /// The image under a nondecreasing function; NaN ends become infinite.
    pub fn map_increasing(self, f: impl Fn(f64) -> f64) -> Self {
        let (lower, upper) = (f(self.lower), f(self.upper));
        Interval::new(
            if lower.is_nan() {
                f64::NEG_INFINITY
            } else {
                lower
            },
            if upper.is_nan() { f64::INFINITY } else { upper },
        )
    }

    /// The image under a nonincreasing function.
    pub fn map_decreasing(self, f: impl Fn(f64) -> f64) -> Self {
        self.negated().map_increasing(|x| f(-x))
    }
}

fn product(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

fn sum_or(a: f64, b: f64, otherwise: f64) -> f64 {
    let sum = a + b;
    if sum.is_nan() { otherwise } else { sum }
}

/// What is known of an expression, for the rules to build on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    pub shape: Shape,
    /// Holds every entry.
    pub range: Interval,
    /// In the problem's variables.
    pub curvature: Curvature,
    /// Proved symmetric for every value of the variables.
    pub symmetric: bool,
    /// Proved positive semidefinite, for every value that the declarations allow.
    pub psd: bool,
    /// Proved negative semidefinite.
    pub nsd: bool,
}

impl Facts {
    /// Nothing but the shape is known.
    pub fn unknown(shape: Shape) -> Self {
        Facts {
            shape,
            range: Interval::REALS,
            curvature: Curvature::Unknown,
            symmetric: shape.is_scalar(),
            psd: false,
            nsd: false,
        }
    }

    pub fn is_constant(&self) -> bool {
        self.curvature.is_constant()
    }
}

/// The composition rule: `f(g_1, …, g_k)` is convex if f is convex and each g_i is affine, or
/// convex where f is nondecreasing in it, or concave where f is nonincreasing; concave likewise.
pub fn compose(
    function: Curvature,
    arguments: impl IntoIterator<Item = (Curvature, Monotonicity)>,
) -> Curvature {
    let (mut convex, mut concave) = (function.is_convex(), function.is_concave());
    let mut constant = true;
    for (curvature, monotonicity) in arguments {
        if monotonicity == Monotonicity::Constant {
            continue;
        }
        constant &= curvature.is_constant();
        let rises = monotonicity == Monotonicity::Increasing;
        let falls = monotonicity == Monotonicity::Decreasing;
        let affine = curvature.is_affine();
        convex &= affine || (rises && curvature.is_convex()) || (falls && curvature.is_concave());
        concave &= affine || (rises && curvature.is_concave()) || (falls && curvature.is_convex());
    }
    if constant {
        Curvature::Constant
    } else {
        Curvature::from_proofs(convex, concave)
    }
}
