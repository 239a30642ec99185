//! Factors of rows and columns that bring entries and right-hand sides near one, as far as factors can.
//!
//! A. Curtis and J. Reid, "On the automatic scaling of matrices for Gaussian elimination", 1972: least
//! squares of the logarithms; here by turns for rows and columns.

/// Turns, each for all rows and all columns.
const TURNS: usize = 20;
/// For the factors of a congruence, in each of them.
const SWEEPS: usize = 10;
/// A turn that changes no logarithm by more is the last.
const SETTLED: f64 = 0.05;

/// Factors this near to each other, as a ratio, count as equal.
const ALIKE: f64 = 1e3;
/// Entries smaller than this share of the largest in their row do not tell how large their column is.
pub const LEAST_SHARE: f64 = 2e-8;
/// Sides smaller than this share of the largest are zeros with their rounding, as sin(pi), and tell nothing.
const LEAST_SIDE: f64 = 4.0 * f64::EPSILON;
/// In the sum of squares, of what counts only where nothing else tells a size.
const WEAK_SIDE: f64 = 1e-2;
const WEAK_ENTRY: f64 = 1e-1;
/// Least and largest factor, as logarithms.
const MOST_LOG: f64 = 35.0;

/// A product v x_j^d, or a right-hand side v where d = 0, times the factor of its group.
#[derive(Clone, Copy, Debug)]
struct Term {
    group: u32,
    column: u32,
    degree: f64,
    /// log |v|.
    log: f64,
    /// In the sum of squares.
    weight: f64,
}

/// Groups from `first` on whose factors follow from fewer.
#[derive(Clone, Copy, Debug)]
struct Tie {
    first: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Three, the last with the factor f^a g^(1-a) for the factors f and g of the others.
    Power(f64),
    /// The entries d_i d_j, i <= j, of a matrix of this side, column by column.
    Congruence(usize),
}

/// Products by groups of rows that share a factor.
#[derive(Debug, Default)]
pub struct Balance {
    groups: usize,
    ties: Vec<Tie>,
    terms: Vec<Term>,
}

/// What a table asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Factors {
    pub columns: Vec<f64>,
    pub groups: Vec<f64>,
}

impl Balance {
    /// So many further groups; the number of the first.
    pub fn add_groups(&mut self, count: usize) -> u32 {
        let first = self.groups;
        self.groups += count;
        first as u32
    }

    /// Three groups, the last with the factor f^a g^(1-a) for the factors f and g of the others.
    pub fn add_tied_groups(&mut self, exponent: f64) -> u32 {
        self.add_tied(Kind::Power(exponent))
    }

    /// A group for each entry of the upper triangle of a matrix, with the factors d_i d_j.
    pub fn add_congruent_groups(&mut self, side: usize) -> u32 {
        self.add_tied(Kind::Congruence(side))
    }

    fn add_tied(&mut self, kind: Kind) -> u32 {
        let first = self.add_groups(kind.groups());
        self.ties.push(Tie { first, kind });
        first
    }

    /// An entry other than 0.
    pub fn add_entry(&mut self, group: u32, column: usize, value: f64) {
        self.add(group, column, 1.0, value, 1.0);
    }

    /// A coefficient other than 0 of the square of an unknown.
    pub fn add_square(&mut self, group: u32, column: usize, value: f64) {
        self.add(group, column, 2.0, value, 1.0);
    }

    /// A right-hand side; one that is 0 or infinite tells nothing.
    pub fn add_side(&mut self, group: u32, value: f64) {
        self.add_weighted_side(group, value, 1.0);
    }

    /// A right-hand side that counts only where nothing else tells a size: 1e-6 beside X, to keep it definite.
    pub fn add_weak_side(&mut self, group: u32, value: f64) {
        self.add_weighted_side(group, value, WEAK_SIDE);
    }

    fn add_weighted_side(&mut self, group: u32, value: f64, weight: f64) {
        if value != 0.0 && value.is_finite() {
            self.add(group, 0, 0.0, value, weight);
        }
    }

    /// An entry that counts only where nothing else tells a size.
    pub fn add_weak_entry(&mut self, group: u32, column: usize, value: f64) {
        self.add(group, column, 1.0, value, WEAK_ENTRY);
    }

    fn add(&mut self, group: u32, column: usize, degree: f64, value: f64, weight: f64) {
        self.terms
            .push(Term::new(group, column, degree, value, weight));
    }

    /// Factors of so many columns, and of the groups.
    pub fn factors(&mut self, count: usize) -> Factors {
        self.drop_rounding();
        let (sizes, groups) = self.logarithms(count);
        let factor = |log: &f64| log.clamp(-MOST_LOG, MOST_LOG).exp();
        Factors {
            columns: sizes.iter().map(factor).collect(),
            groups: groups.iter().map(factor).collect(),
        }
    }

    fn drop_rounding(&mut self) {
        let sides = self.terms.iter().filter(|term| term.degree == 0.0);
        let largest = sides.fold(f64::NEG_INFINITY, |most, side| most.max(side.log));
        let least = largest + LEAST_SIDE.ln();
        self.terms
            .retain(|term| term.degree != 0.0 || term.log >= least);
    }

    /// Groups of one term, to which a factor gives any size.
    fn lonely(&self) -> Vec<bool> {
        let mut counts = vec![0u8; self.groups];
        for term in &self.terms {
            let count = &mut counts[term.group as usize];
            *count = count.saturating_add(1);
        }
        for tie in &self.ties {
            let first = tie.first as usize;
            counts[first..first + tie.kind.groups()].fill(u8::MAX);
        }
        counts.into_iter().map(|count| count <= 1).collect()
    }

    /// Logarithms of the factors of the columns and of the groups.
    fn logarithms(&self, count: usize) -> (Vec<f64>, Vec<f64>) {
        let mut sizes = vec![0.0; count];
        let mut factors = vec![0.0; self.groups];
        let degrees = self.fitted(|term| term.degree);
        let lonely = self.lonely();
        let telling = |term: &&Term| !lonely[term.group as usize];
        for _ in 0..TURNS {
            let shift = self.shift(&sizes, &degrees);
            sizes.iter_mut().for_each(|size| *size += shift);
            factors = self.fitted(|term| term.at(&sizes));
            let mut all = Means::new(count);
            for term in self.terms.iter().filter(telling) {
                let rest = term.log + factors[term.group as usize];
                all.add(term.column, term.degree, rest, term.weight);
            }
            let before = std::mem::replace(&mut sizes, all.negated());
            let pairs = sizes.iter().zip(&before);
            if pairs.fold(0.0, |m: f64, (a, b)| m.max((a - b).abs())) < SETTLED {
                break;
            }
        }
        (sizes, factors)
    }

    /// The logarithms ρ of factors of the groups for which Σ (value + ρ)² is least.
    fn fitted(&self, value: impl Fn(&Term) -> f64) -> Vec<f64> {
        let mut rows = Means::new(self.groups);
        for term in &self.terms {
            rows.add(term.group, 1.0, value(term), term.weight);
        }
        let mut factors = rows.negated();
        for tie in &self.ties {
            let first = tie.first as usize;
            match tie.kind {
                Kind::Power(exponent) => fit_power(first, exponent, &rows, &mut factors),
                Kind::Congruence(side) => fit_congruence(first, side, &rows, &mut factors),
            }
        }
        factors
    }

    /// The best shift u of all columns at once, which turns would take long to find: with the best
    /// factors ρ of the groups, Σ (log v + d (s + u) + ρ)² is least. `degrees` are fitted to the d alone.
    fn shift(&self, sizes: &[f64], degrees: &[f64]) -> f64 {
        let logs = self.fitted(|term| term.at(sizes));
        let (mut slope, mut bend) = (0.0, 0.0);
        for term in &self.terms {
            let degree = term.degree + degrees[term.group as usize];
            slope += term.weight * degree * (term.at(sizes) + logs[term.group as usize]);
            bend += term.weight * degree * degree;
        }
        if bend > 0.0 { -slope / bend } else { 0.0 }
    }
}

/// The nearest power of two, by which products are exact.
pub fn power_of_two(size: f64) -> f64 {
    size.log2().round().exp2()
}

/// The products d_i d_j, i <= j, column by column.
pub fn congruent_factors(diagonal: &[f64]) -> Vec<f64> {
    let pairs = diagonal.iter().enumerate();
    pairs
        .flat_map(|(j, other)| diagonal[..=j].iter().map(move |d| d * other))
        .collect()
}

/// Numbers d_i for which d_i d_j v is as near to one as they can bring it, for entries (k, v) of the upper triangle
/// of a matrix, k counted column by column.
pub fn congruence(side: usize, entries: impl Iterator<Item = (usize, f64)>) -> Vec<f64> {
    let mut table = Balance::default();
    let first = table.add_congruent_groups(side);
    entries.for_each(|(k, value)| table.add_side(first + k as u32, value));
    let factors = table.fitted(|term| term.log);
    let diagonal = (0..side).map(|i| factors[i * (i + 3) / 2]);
    diagonal
        .map(|log| (0.5 * log).clamp(-MOST_LOG, MOST_LOG).exp())
        .collect()
}

/// Factors c, d and c^a d^(1-a) of three numbers that bring them as near to one as they can.
pub fn power_factors(exponent: f64, sizes: [f64; 3]) -> [f64; 3] {
    let mut table = Balance::default();
    let first = table.add_tied_groups(exponent);
    (first..)
        .zip(sizes)
        .for_each(|(k, size)| table.add_side(k, size));
    let logs = table.fitted(|term| term.log);
    std::array::from_fn(|k| logs[k].clamp(-MOST_LOG, MOST_LOG).exp())
}

/// Least squares over ρ and σ of the sums of the terms with ρ, with σ, and with aρ + (1-a)σ.
fn fit_power(k: usize, a: f64, rows: &Means, factors: &mut [f64]) {
    let b = 1.0 - a;
    let [p, q, r] = [0, 1, 2].map(|i| rows.weights[k + i]);
    let [x, y, z] = [0, 1, 2].map(|i| rows.sums[k + i]);
    let (left, middle, right) = (p + a * a * r, a * b * r, q + b * b * r);
    let determinant = left * right - middle * middle;
    if determinant > 0.0 {
        let (x, y) = (x + a * z, y + b * z);
        factors[k] = (middle * y - right * x) / determinant;
        factors[k + 1] = (middle * x - left * y) / determinant;
    }
    factors[k + 2] = a * factors[k] + b * factors[k + 1];
}

/// Least squares over δ of the sums of the terms with δ_i + δ_j, one δ after the other.
fn fit_congruence(first: usize, side: usize, rows: &Means, factors: &mut [f64]) {
    let at = |i: usize, j: usize| first + i.max(j) * (i.max(j) + 1) / 2 + i.min(j);
    let mut logs = vec![0.0; side];
    for _ in 0..SWEEPS {
        for i in 0..side {
            let others = (0..side).filter(|&j| j != i).map(|j| (j, at(i, j)));
            let own = at(i, i);
            let start = (2.0 * rows.sums[own], 4.0 * rows.weights[own]);
            let (sum, weight) = others.fold(start, |(sum, weight), (j, k)| {
                (
                    sum + rows.sums[k] + rows.weights[k] * logs[j],
                    weight + rows.weights[k],
                )
            });
            logs[i] = if weight > 0.0 { -sum / weight } else { 0.0 };
        }
    }
    for j in 0..side {
        for i in 0..=j {
            factors[at(i, j)] = logs[i] + logs[j];
        }
    }
}

impl Kind {
    /// How many groups are tied.
    fn groups(self) -> usize {
        match self {
            Kind::Power(_) => 3,
            Kind::Congruence(side) => side * (side + 1) / 2,
        }
    }
}

impl Term {
    fn new(group: u32, column: usize, degree: f64, value: f64, weight: f64) -> Self {
        Term {
            group,
            column: column as u32,
            degree,
            log: value.abs().ln(),
            weight,
        }
    }

    /// log |v x_j^d|.
    fn at(&self, sizes: &[f64]) -> f64 {
        if self.degree == 0.0 {
            return self.log;
        }
        self.log + self.degree * sizes[self.column as usize]
    }
}

/// A size to count in: 1 where it is 0, not finite, or near 1.
pub fn far_from_one(size: f64) -> f64 {
    let is_far = size > 0.0 && size.is_finite() && !(1.0 / ALIKE..=ALIKE).contains(&size);
    if is_far { size } else { 1.0 }
}

/// Whether factors differ by less than what is worth a change.
pub fn are_alike(factors: impl IntoIterator<Item = f64>) -> bool {
    let ends = (f64::INFINITY, 0.0f64);
    let (least, most) = (factors.into_iter()).fold(ends, |(a, b), v| (a.min(v), b.max(v)));
    most <= ALIKE * least
}

/// Least squares of d m + v for one m each.
struct Means {
    sums: Vec<f64>,
    weights: Vec<f64>,
}

impl Means {
    fn new(count: usize) -> Self {
        Means {
            sums: vec![0.0; count],
            weights: vec![0.0; count],
        }
    }

    fn add(&mut self, place: u32, degree: f64, value: f64, weight: f64) {
        self.sums[place as usize] += weight * degree * value;
        self.weights[place as usize] += weight * degree * degree;
    }

    /// Minus the means; the mean of all for what has no entry.
    fn negated(&self) -> Vec<f64> {
        let total: f64 = self.weights.iter().sum();
        let middle = self.sums.iter().sum::<f64>() / total.max(1.0);
        let pairs = self.sums.iter().zip(&self.weights);
        let mean = |(sum, &weight): (&f64, &f64)| if weight > 0.0 { sum / weight } else { middle };
        pairs.map(|pair| -mean(pair)).collect()
    }
}
