//! Factors of rows and columns that bring entries and right-hand sides near one, as far as factors can.
//!
//! A. Curtis and J. Reid, "On the automatic scaling of matrices for Gaussian elimination", 1972: least
//! squares of the logarithms; here by turns for rows and columns.

/// Turns, each for all rows and all columns.
const TURNS: usize = 20;
/// A turn that changes no logarithm by more is the last.
const SETTLED: f64 = 0.05;

/// Factors this near to each other, as a ratio, count as equal.
const ALIKE: f64 = 1e3;
/// Entries smaller than this share of the largest in their row do not tell how large their column is.
pub const LEAST_SHARE: f64 = 2e-8;
/// Sides smaller than this share of the largest are zeros with their rounding, as sin(pi), and tell nothing.
const LEAST_SIDE: f64 = 4.0 * f64::EPSILON;
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
}

/// Three groups of which the last has the factor f^a g^(1-a) for the factors f and g of the others.
#[derive(Clone, Copy, Debug)]
struct Tie {
    first: u32,
    exponent: f64,
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
        let first = self.add_groups(3);
        self.ties.push(Tie { first, exponent });
        first
    }

    /// An entry other than 0.
    pub fn add_entry(&mut self, group: u32, column: usize, value: f64) {
        self.add(group, column, 1.0, value);
    }

    /// A coefficient other than 0 of the square of an unknown.
    pub fn add_square(&mut self, group: u32, column: usize, value: f64) {
        self.add(group, column, 2.0, value);
    }

    /// A right-hand side; one that is 0 or infinite tells nothing.
    pub fn add_side(&mut self, group: u32, value: f64) {
        if value != 0.0 && value.is_finite() {
            self.add(group, 0, 0.0, value);
        }
    }

    fn add(&mut self, group: u32, column: usize, degree: f64, value: f64) {
        self.terms.push(Term {
            group,
            column: column as u32,
            degree,
            log: value.abs().ln(),
        });
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

    /// Logarithms of the factors of the columns and of the groups.
    fn logarithms(&self, count: usize) -> (Vec<f64>, Vec<f64>) {
        let mut sizes = vec![0.0; count];
        let mut factors = vec![0.0; self.groups];
        let degrees = self.fitted(|term| term.degree);
        for _ in 0..TURNS {
            let shift = self.shift(&sizes, &degrees);
            sizes.iter_mut().for_each(|size| *size += shift);
            factors = self.fitted(|term| term.at(&sizes));
            let mut all = Means::new(count);
            for term in &self.terms {
                let rest = term.log + factors[term.group as usize];
                all.add(term.column, term.degree, rest);
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
            rows.add(term.group, 1.0, value(term));
        }
        let mut factors = rows.negated();
        for tie in &self.ties {
            tie.fit(&rows, &mut factors);
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
            slope += degree * (term.at(sizes) + logs[term.group as usize]);
            bend += degree * degree;
        }
        if bend > 0.0 { -slope / bend } else { 0.0 }
    }
}

impl Tie {
    /// Least squares over ρ and σ of the sums of the terms with ρ, with σ, and with aρ + (1-a)σ.
    fn fit(self, rows: &Means, factors: &mut [f64]) {
        let k = self.first as usize;
        let (a, b) = (self.exponent, 1.0 - self.exponent);
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
}

impl Term {
    /// log |v x_j^d|.
    fn at(&self, sizes: &[f64]) -> f64 {
        if self.degree == 0.0 {
            return self.log;
        }
        self.log + self.degree * sizes[self.column as usize]
    }
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

    fn add(&mut self, place: u32, degree: f64, value: f64) {
        self.sums[place as usize] += degree * value;
        self.weights[place as usize] += degree * degree;
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
