//! Linear equations solved for some of their unknowns, one equation after the other.

use super::own_basis::Basis;
use faer::Mat;

/// terms'x == side.
#[derive(Clone, Debug, Default)]
pub struct Equation {
    pub terms: Vec<(usize, f64)>,
    pub side: f64,
}

/// With coefficients below this share of its terms, an equation follows from others or contradicts them.
const DEPENDENT: f64 = 1e-11;
/// What equations that follow from others may miss, relative to their terms.
const MISSED: f64 = 1e-9;
/// An equation is solved for an unknown of its own with at least this share of its largest coefficient.
const LEAST_PIVOT: f64 = 1e-3;

/// x = p + N*y, all points that satisfy the equations.
#[derive(Clone, Debug)]
pub struct NullSpace {
    pub point: Vec<f64>,
    /// N by rows: places in y with coefficients.
    pub rows: Vec<Vec<(usize, f64)>>,
    /// The unknowns that no equation was solved for.
    pub free: Vec<usize>,
    /// Equations, each with the unknown it was solved for.
    pub pivots: Vec<(usize, usize)>,
    /// From the free unknowns to y, where these are not the same.
    inverse: Option<Mat<f64>>,
}

/// constant + terms'x for an unknown, the terms in rising order.
#[derive(Clone, Debug)]
struct Solved {
    constant: f64,
    terms: Vec<(usize, f64)>,
}

/// Some of the unknowns by the others, which no equation was solved for yet.
#[derive(Debug)]
struct Elimination {
    solved: Vec<Option<Solved>>,
    /// How many equations name each unknown.
    mentions: Vec<usize>,
    /// Named by an equation taken up before.
    seen: Vec<bool>,
    row: Row,
}

impl NullSpace {
    /// `None` where the equations contradict each other.
    ///
    /// An equation is solved for an unknown that none before it names, where there is one: that is the next
    /// state of a system that moves in time, and what stays free are its inputs.
    pub fn of(equations: &[Equation], unknowns: usize) -> Option<NullSpace> {
        let mut elimination = Elimination::new(equations, unknowns);
        let mut pivots = Vec::new();
        for (k, equation) in equations.iter().enumerate() {
            pivots.extend(elimination.take_up(equation)?.map(|pivot| (k, pivot)));
        }
        Some(elimination.finish(pivots))
    }

    /// All points.
    pub fn whole(unknowns: usize) -> NullSpace {
        NullSpace {
            point: vec![0.0; unknowns],
            rows: (0..unknowns).map(|j| vec![(j, 1.0)]).collect(),
            free: (0..unknowns).collect(),
            pivots: Vec::new(),
            inverse: None,
        }
    }

    /// Takes other coordinates y.
    pub fn take_basis(&mut self, basis: Basis) {
        for row in &mut self.rows {
            let along = |j: usize| {
                row.iter()
                    .map(|&(k, c)| c * basis.forward[(k, j)])
                    .sum::<f64>()
            };
            let image = (0..self.free.len()).map(|j| (j, along(j)));
            *row = image.filter(|(_, c)| *c != 0.0).collect();
        }
        self.inverse = Some(basis.inverse);
    }

    /// p + N*y.
    pub fn expand(&self, y: &[f64]) -> Vec<f64> {
        let rows = self.point.iter().zip(&self.rows);
        let along = |row: &[(usize, f64)]| row.iter().map(|&(j, c)| c * y[j]).sum::<f64>();
        rows.map(|(p, row)| p + along(row)).collect()
    }

    /// y of a point x.
    pub fn coordinates(&self, x: &[f64]) -> Vec<f64> {
        let free: Vec<f64> = self.free.iter().map(|&place| x[place]).collect();
        let Some(inverse) = &self.inverse else {
            return free;
        };
        let along = |i: usize| {
            free.iter()
                .enumerate()
                .map(|(j, x)| inverse[(i, j)] * x)
                .sum()
        };
        (0..free.len()).map(along).collect()
    }
}

impl Elimination {
    fn new(equations: &[Equation], unknowns: usize) -> Self {
        let mut mentions = vec![0; unknowns];
        for (unknown, _) in equations.iter().flat_map(|e| &e.terms) {
            mentions[*unknown] += 1;
        }
        Elimination {
            solved: vec![None; unknowns],
            mentions,
            seen: vec![false; unknowns],
            row: Row::new(unknowns),
        }
    }

    /// The unknown that the equation is solved for; none where it follows from those before, `None` where it
    /// contradicts them.
    fn take_up(&mut self, equation: &Equation) -> Option<Option<usize>> {
        let mut rest = -equation.side;
        let mut size = equation.side.abs();
        for &(unknown, value) in &equation.terms {
            match &self.solved[unknown] {
                None => self.row.add(unknown, value),
                Some(solved) => {
                    rest += value * solved.constant;
                    size = size.max((value * solved.constant).abs());
                    self.row.add_all(value, &solved.terms);
                }
            }
        }
        let least = DEPENDENT * self.row.largest_addend();
        let terms = self.row.take(least);
        let pivot = self.own_unknown(equation, &terms);
        let pivot = pivot.or_else(|| terms.iter().copied().max_by(|a, b| by_size(*a, *b)));
        for (unknown, _) in &equation.terms {
            self.seen[*unknown] = true;
        }
        let Some((pivot, value)) = pivot else {
            return (rest.abs() <= MISSED * size).then_some(None);
        };
        let others = terms.iter().filter(|term| term.0 != pivot);
        let solved = Solved {
            constant: -rest / value,
            terms: others.map(|&(j, c)| (j, -c / value)).collect(),
        };
        self.substitute(pivot, &solved);
        self.solved[pivot] = Some(solved);
        Some(Some(pivot))
    }

    /// The unknown of the equation that no earlier one names, of those that are not far smaller than the
    /// largest the one that most others name.
    fn own_unknown(&self, equation: &Equation, terms: &[(usize, f64)]) -> Option<(usize, f64)> {
        let named = |unknown: usize| equation.terms.iter().any(|term| term.0 == unknown);
        let own: Vec<(usize, f64)> = terms.iter().copied().filter(|t| !self.seen[t.0]).collect();
        let largest = own.iter().fold(0.0f64, |m, term| m.max(term.1.abs()));
        let candidates = own
            .into_iter()
            .filter(|t| t.1.abs() >= LEAST_PIVOT * largest);
        let key = |term: &(usize, f64)| self.mentions[term.0];
        candidates
            .filter(|term| named(term.0))
            .max_by(|a, b| key(a).cmp(&key(b)).then(by_size(*a, *b)))
    }

    /// Puts the unknown's expression where others name it.
    fn substitute(&mut self, unknown: usize, expression: &Solved) {
        if !self.seen[unknown] {
            return;
        }
        for solved in self.solved.iter_mut().flatten() {
            let Ok(place) = solved.terms.binary_search_by_key(&unknown, |term| term.0) else {
                continue;
            };
            let (_, value) = solved.terms.remove(place);
            solved.constant += value * expression.constant;
            self.row.add_all(1.0, &solved.terms);
            self.row.add_all(value, &expression.terms);
            solved.terms = self.row.take(0.0);
        }
    }

    fn finish(self, pivots: Vec<(usize, usize)>) -> NullSpace {
        let is_free = |unknown: &usize| self.solved[*unknown].is_none();
        let free: Vec<usize> = (0..self.solved.len()).filter(is_free).collect();
        let mut places = vec![0; self.solved.len()];
        free.iter()
            .enumerate()
            .for_each(|(j, &unknown)| places[unknown] = j);
        let row = |(unknown, solved): (usize, &Option<Solved>)| match solved {
            None => vec![(places[unknown], 1.0)],
            Some(solved) => solved.terms.iter().map(|&(j, c)| (places[j], c)).collect(),
        };
        let constant = |solved: &Option<Solved>| solved.as_ref().map_or(0.0, |s| s.constant);
        NullSpace {
            point: self.solved.iter().map(constant).collect(),
            rows: self.solved.iter().enumerate().map(row).collect(),
            free,
            pivots,
            inverse: None,
        }
    }
}

fn by_size(a: (usize, f64), b: (usize, f64)) -> std::cmp::Ordering {
    a.1.abs().total_cmp(&b.1.abs())
}

/// A sum of sparse rows.
#[derive(Debug)]
struct Row {
    values: Vec<f64>,
    is_touched: Vec<bool>,
    touched: Vec<usize>,
    largest: f64,
}

impl Row {
    fn new(size: usize) -> Self {
        Row {
            values: vec![0.0; size],
            is_touched: vec![false; size],
            touched: Vec::new(),
            largest: 0.0,
        }
    }

    fn add(&mut self, place: usize, value: f64) {
        if !std::mem::replace(&mut self.is_touched[place], true) {
            self.touched.push(place);
        }
        self.values[place] += value;
        self.largest = self.largest.max(value.abs());
    }

    fn add_all(&mut self, factor: f64, terms: &[(usize, f64)]) {
        for &(place, value) in terms {
            self.add(place, factor * value);
        }
    }

    /// The largest number that was added.
    fn largest_addend(&self) -> f64 {
        self.largest
    }

    /// The entries beyond `least`, in rising order; nothing is left.
    fn take(&mut self, least: f64) -> Vec<(usize, f64)> {
        self.touched.sort_unstable();
        let mut terms = Vec::with_capacity(self.touched.len());
        for place in self.touched.drain(..) {
            let value = std::mem::take(&mut self.values[place]);
            self.is_touched[place] = false;
            if value.abs() > least {
                terms.push((place, value));
            }
        }
        self.largest = 0.0;
        terms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers between -1 and 1.
    fn random(seed: &mut u64) -> f64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (*seed >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    fn equation(terms: &[(usize, f64)], side: f64) -> Equation {
        Equation {
            terms: terms.to_vec(),
            side,
        }
    }

    fn missed(equation: &Equation, x: &[f64]) -> f64 {
        let terms = equation.terms.iter().map(|&(j, c)| c * x[j]);
        terms.sum::<f64>() - equation.side
    }

    #[test]
    fn every_point_satisfies_random_equations() {
        let mut seed = 7;
        for round in 0..200 {
            let (unknowns, rows) = (5 + round % 7, 1 + round % 4);
            let sparse = |seed: &mut u64| {
                let terms = (0..unknowns).filter_map(|j| {
                    let value = random(seed);
                    (random(seed) > -0.7).then_some((j, value))
                });
                let terms: Vec<_> = terms.collect();
                equation(&terms, random(seed))
            };
            let mut equations: Vec<Equation> = (0..rows).map(|_| sparse(&mut seed)).collect();
            equations.retain(|e| !e.terms.is_empty());
            // One that follows from the first two.
            if let [first, second, ..] = &equations[..] {
                let twice = second.terms.iter().map(|&(j, c)| (j, 2.0 * c));
                let terms: Vec<_> = first.terms.iter().copied().chain(twice).collect();
                equations.push(equation(&terms, first.side + 2.0 * second.side));
            }
            let space = NullSpace::of(&equations, unknowns).expect("equations with a solution");
            assert_eq!(space.free.len() + space.pivots.len(), unknowns);
            let y: Vec<f64> = space.free.iter().map(|_| random(&mut seed)).collect();
            let x = space.expand(&y);
            assert_eq!(space.coordinates(&x), y);
            for equation in &equations {
                let size = x.iter().fold(1.0f64, |m, x| m.max(x.abs()));
                assert!(
                    missed(equation, &x).abs() <= 1e-9 * size,
                    "{equation:?} {x:?}"
                );
            }
        }
    }

    /// x0 = 1, x1 = 2*x0 + u0/2, x2 = 2*x1 + u1/2.
    #[test]
    fn states_follow_from_inputs() {
        let equations = [
            equation(&[(0, 1.0)], 1.0),
            equation(&[(1, 1.0), (0, -2.0), (3, -0.5)], 0.0),
            equation(&[(2, 1.0), (1, -2.0), (4, -0.5)], 0.0),
        ];
        let space = NullSpace::of(&equations, 5).expect("states");
        assert_eq!(space.free, [3, 4]);
        assert_eq!(space.point, [1.0, 2.0, 4.0, 0.0, 0.0]);
        assert_eq!(space.rows[2], [(0, 1.0), (1, 0.5)]);
    }

    #[test]
    fn contradictions_are_seen() {
        let rows = [
            equation(&[(0, 1.0), (1, 1.0)], 1.0),
            equation(&[(0, 2.0), (1, 2.0)], 3.0),
        ];
        assert!(NullSpace::of(&rows, 2).is_none());
    }
}
