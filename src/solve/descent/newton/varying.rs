//! Second derivatives of f and of the curved rows, or of these alone, and the slopes of the rows, read off by few products.

use super::grouping::Grouping;
use super::layout::PartRows;
use super::pattern::Pattern;
use super::source::Source;
use crate::matrix::SparseMatrix;
use crate::shape::Shape;
use crate::solve::descent::fractional::some_number;
use crate::solve::descent::model::Model;

/// Products and rows of one reading, up to which it pays.
pub const MOST_READINGS: usize = 400;
/// Entries that are passed over where a pattern is learnt.
const MOST_PASSED: usize = 1_000_000_000;
/// Of what derivatives along one direction come to, how far what was read may be from it.
const NEAR: f64 = 1e-6;
const NEAR_ALL: f64 = 1e-10;
/// Times that a pattern is learnt again.
const MOST_LEARNT: usize = 20;

/// What one product with the sum of unit vectors tells.
#[derive(Debug, Default)]
struct Reading {
    unknowns: Vec<usize>,
    /// (unknown, entry of the triangle) and (curved row, entry of the slopes).
    bends: Vec<(usize, usize)>,
    slopes: Vec<(usize, usize)>,
}

#[derive(Debug)]
pub struct Varying {
    unknowns: Vec<usize>,
    pattern: Pattern,
    /// The lower triangle.
    pub triangle: SparseMatrix,
    /// J', one column for each curved row.
    pub slopes: SparseMatrix,
    readings: Vec<Reading>,
    /// Curved rows that are read as a whole, with (unknown, entry of the slopes).
    long: Vec<(usize, Vec<(usize, usize)>)>,
    learnt: usize,
    source: Source,
}

impl Varying {
    /// Near the model's point, whose unknowns are of these sizes; `None` where there are too many entries.
    pub fn of(source: Source, model: &mut Model, sizes: &[f64]) -> Option<Self> {
        let unknowns = source.unknowns(model);
        Varying::among(unknowns, source, model, sizes)
    }

    fn among(
        unknowns: Vec<usize>,
        mut source: Source,
        model: &mut Model,
        sizes: &[f64],
    ) -> Option<Self> {
        let pattern = Pattern::near(&mut source, model, &unknowns, sizes)?;
        let empty = || SparseMatrix::zeros(Shape::new(0, 0));
        let mut varying = Varying {
            unknowns,
            pattern,
            triangle: empty(),
            slopes: empty(),
            readings: Vec::new(),
            long: Vec::new(),
            learnt: 0,
            source,
        };
        varying.arrange();
        Some(varying)
    }

    /// `None` also where a pattern is too dear to learn, or one reading is too dear.
    pub fn cheap(source: Source, model: &mut Model, sizes: &[f64]) -> Option<Self> {
        let unknowns = source.unknowns(model);
        let count = unknowns.len();
        if count > MOST_READINGS && count * model.passed() > MOST_PASSED {
            return None;
        }
        Varying::among(unknowns, source, model, sizes)
            .filter(|varying| varying.readings() <= MOST_READINGS)
    }

    pub fn readings(&self) -> usize {
        self.readings.len() + self.long.len()
    }

    /// The curved rows, each on its own.
    pub fn part_rows(&self) -> PartRows {
        PartRows::new(self.slopes.clone(), &vec![1; self.slopes.cols])
    }

    /// Matrices of the pattern, and where each entry is read.
    fn arrange(&mut self) {
        let pattern = &self.pattern;
        let (size, rows) = (pattern.size, pattern.rows);
        let bends = pattern.bends.iter().map(|&(i, j)| (i, j, 1.0));
        self.triangle = SparseMatrix::from_entries(Shape::new(size, size), bends);
        let slopes = pattern.slopes.iter().map(|&(row, j)| (j, row, 1.0));
        self.slopes = SparseMatrix::from_entries(Shape::new(size, rows), slopes);
        let grouping = Grouping::of(pattern, &self.unknowns);
        let mut reading_of = vec![0; size];
        for (k, group) in grouping.groups.iter().enumerate() {
            group.iter().for_each(|&j| reading_of[j] = k);
        }
        let of_group = |unknowns: Vec<usize>| Reading {
            unknowns,
            ..Reading::default()
        };
        self.readings = grouping.groups.into_iter().map(of_group).collect();
        for (entry, (i, j, _)) in self.triangle.triplets().enumerate() {
            let (from, at) = match grouping.is_hub[i] && !grouping.is_hub[j] {
                true => (i, j),
                false => (j, i),
            };
            self.readings[reading_of[from]].bends.push((at, entry));
        }
        let long = (0..rows).filter(|&row| grouping.is_long[row]);
        self.long = long.map(|row| (row, Vec::new())).collect();
        for (entry, (j, row, _)) in self.slopes.triplets().enumerate() {
            match self.long.binary_search_by_key(&row, |(row, _)| *row) {
                Ok(place) => self.long[place].1.push((j, entry)),
                Err(_) => self.readings[reading_of[j]].slopes.push((row, entry)),
            }
        }
    }

    /// Takes the derivatives at the last evaluated point; whether the pattern has grown.
    pub fn read(&mut self, model: &mut Model, sizes: &[f64]) -> bool {
        self.source.stand(model);
        self.read_entries(model);
        if self.learnt >= MOST_LEARNT || self.holds(model, sizes) {
            return false;
        }
        self.learnt += 1;
        self.pattern.learn(&mut self.source, model, &self.unknowns);
        self.arrange();
        self.read_entries(model);
        true
    }

    fn read_entries(&mut self, model: &mut Model) {
        let mut direction = vec![0.0; model.size];
        let mut column = vec![0.0; model.size];
        let mut image = vec![0.0; self.slopes.cols];
        for reading in &self.readings {
            reading.unknowns.iter().for_each(|&j| direction[j] = 1.0);
            self.source
                .times(model, &direction, &mut column, &mut image);
            reading.unknowns.iter().for_each(|&j| direction[j] = 0.0);
            for &(i, entry) in &reading.bends {
                self.triangle.values[entry] = column[i];
            }
            for &(row, entry) in &reading.slopes {
                self.slopes.values[entry] = image[row];
            }
        }
        for (row, entries) in &self.long {
            image.fill(0.0);
            image[*row] = 1.0;
            column.fill(0.0);
            model.add_adjoint(&image, &mut column);
            for &(j, entry) in entries {
                self.slopes.values[entry] = column[j];
            }
        }
    }

    /// Whether the derivatives along one direction are those of the entries.
    fn holds(&mut self, model: &mut Model, sizes: &[f64]) -> bool {
        let mut direction = vec![0.0; model.size];
        let numbers = self.unknowns.iter();
        numbers.for_each(|&j| direction[j] = some_number(j) * sizes[j]);
        let mut column = vec![0.0; model.size];
        let mut image = vec![0.0; self.slopes.cols];
        self.source
            .times(model, &direction, &mut column, &mut image);
        let mut all = vec![0.0; model.size];
        for (i, j, value) in self.triangle.triplets() {
            subtract(value * direction[j], &mut column[i], &mut all[i]);
            if i != j {
                subtract(value * direction[i], &mut column[j], &mut all[j]);
            }
        }
        let mut along = vec![0.0; image.len()];
        for (j, row, value) in self.slopes.triplets() {
            subtract(value * direction[j], &mut image[row], &mut along[row]);
        }
        let in_sizes = |mut rest: Vec<f64>| -> Vec<f64> {
            rest.iter_mut().zip(sizes).for_each(|(r, u)| *r *= u);
            rest
        };
        is_near(&in_sizes(column), &in_sizes(all)) && is_near(&image, &along)
    }
}

fn subtract(term: f64, from: &mut f64, all: &mut f64) {
    *from -= term;
    *all += term.abs();
}

/// Whether what is left is rounding of sums whose terms come to so much.
fn is_near(rest: &[f64], all: &[f64]) -> bool {
    let largest = all.iter().fold(0.0f64, |most, size| most.max(*size));
    let mut pairs = rest.iter().zip(all);
    !pairs.any(|(rest, size)| rest.abs() > NEAR * size + NEAR_ALL * largest)
}
