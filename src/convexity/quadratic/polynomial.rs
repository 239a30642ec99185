//! x'Px + q'x + r over the coordinates that occur in products.

use super::coordinates::Coordinates;
use super::product::Products;
use super::weights::Term;
use crate::cone::AffineMap;
use crate::convexity::dcp::Analysis;
use crate::matrix::SparseMatrix;
use crate::shape::Shape;
use rustc_hash::FxHashMap;

/// Products of coordinates beyond this are not multiplied out.
const MOST_STEPS: usize = 400_000_000;
/// Collected products are added up when they are this many.
const BATCH: usize = 4_000_000;
/// A sum of this fraction of its largest terms is rounding, and counts as zero.
const ROUNDING: f64 = 1e-14;

/// A polynomial of degree two.
#[derive(Debug)]
pub(in crate::convexity) struct Polynomial {
    /// The coordinates that occur in products, rising, with their entries of q.
    pub bent: Vec<(usize, f64)>,
    /// P over these, symmetric.
    pub matrix: SparseMatrix,
    /// The other coordinates, rising, with their entries of q.
    pub straight: Vec<(usize, f64)>,
    pub constant: f64,
}

/// A polynomial under construction.
#[derive(Debug, Default)]
pub(super) struct Collector {
    places: FxHashMap<u32, usize>,
    coordinates: Vec<usize>,
    products: Vec<(usize, usize, f64)>,
    /// The same with absolute values, to tell what cancels from what is small.
    sizes: Vec<(usize, usize, f64)>,
    batch: usize,
    steps: usize,
    linear: Vec<(f64, f64)>,
    constant: f64,
}

impl Collector {
    /// Adds the products; `None` when that would take too long.
    pub fn add(
        &mut self,
        analysis: &mut Analysis<'_>,
        coordinates: &mut Coordinates,
        products: &Products,
    ) -> Option<()> {
        let left = coordinates.map(analysis, products.left)?;
        let right = coordinates.map(analysis, products.right)?;
        for &(a, b, weight) in &products.pairs {
            self.add_product(&left, a, &right, b, weight)?;
        }
        Some(())
    }

    /// weight*(l'x + l0)*(r'x + r0).
    fn add_product(
        &mut self,
        left: &AffineMap,
        a: usize,
        right: &AffineMap,
        b: usize,
        weight: f64,
    ) -> Option<()> {
        let (l0, r0) = (left.constants()[a], right.constants()[b]);
        for (i, l) in left.row(a) {
            let i = self.place(i);
            self.add_linear(i, weight * l * r0);
            for (j, r) in right.row(b) {
                let j = self.place(j);
                let value = weight * l * r;
                self.products.push((i, j, value));
                self.sizes.push((i, j, value.abs()));
                self.steps += 1;
            }
        }
        for (j, r) in right.row(b) {
            let j = self.place(j);
            self.add_linear(j, weight * l0 * r);
        }
        self.constant += weight * l0 * r0;
        self.shrink();
        (self.steps <= MOST_STEPS).then_some(())
    }

    /// Adds an affine term, its entries summed with their weights.
    pub fn add_affine(
        &mut self,
        analysis: &mut Analysis<'_>,
        coordinates: &mut Coordinates,
        term: &Term,
    ) -> Option<()> {
        let map = coordinates.map(analysis, term.expression)?;
        for (k, constant) in map.constants().iter().enumerate() {
            let weight = term.weight.at(k);
            for (i, value) in map.row(k) {
                let place = self.place(i);
                self.add_linear(place, weight * value);
            }
            self.constant += weight * constant;
        }
        Some(())
    }

    fn place(&mut self, coordinate: usize) -> usize {
        let next = self.coordinates.len();
        let place = *self.places.entry(coordinate as u32).or_insert(next);
        if place == next {
            self.coordinates.push(coordinate);
            self.linear.push((0.0, 0.0));
        }
        place
    }

    fn add_linear(&mut self, place: usize, value: f64) {
        let (sum, size) = &mut self.linear[place];
        *sum += value;
        *size += value.abs();
    }

    /// Adds up equal products when many have come together.
    fn shrink(&mut self) {
        if self.products.len() < self.batch.max(BATCH) {
            return;
        }
        let shape = Shape::new(self.coordinates.len(), self.coordinates.len());
        let merged = SparseMatrix::from_triplets(shape, &self.products);
        let sizes = SparseMatrix::from_triplets(shape, &self.sizes);
        self.products = merged.triplets().collect();
        self.sizes = sizes.triplets().collect();
        self.batch = 2 * self.products.len();
    }

    /// The sum of all products; coordinates whose products cancel keep their linear part only.
    pub fn finish(self) -> Polynomial {
        let count = self.coordinates.len();
        let shape = Shape::new(count, count);
        let sums = SparseMatrix::from_triplets(shape, &symmetrised(&self.products));
        let sizes = SparseMatrix::from_triplets(shape, &symmetrised(&self.sizes));
        let kept: Vec<_> = sums
            .triplets()
            .zip(&sizes.values)
            .filter(|((_, _, value), size)| value.abs() > ROUNDING * **size)
            .map(|(entry, _)| entry)
            .collect();
        self.arrange(&kept)
    }

    /// Puts the coordinates in order, those of P apart from the others.
    fn arrange(&self, kept: &[(usize, usize, f64)]) -> Polynomial {
        let mut bends = vec![false; self.coordinates.len()];
        kept.iter().for_each(|&(i, _, _)| bends[i] = true);
        let mut order: Vec<usize> = (0..self.coordinates.len()).collect();
        order.sort_unstable_by_key(|&k| self.coordinates[k]);
        let with_linear = |&k: &usize| {
            let (sum, size) = self.linear[k];
            let rounding = sum.abs() <= ROUNDING * size;
            (self.coordinates[k], if rounding { 0.0 } else { sum })
        };
        let (bent, straight): (Vec<usize>, Vec<usize>) = order.iter().partition(|&&k| bends[k]);
        let mut place = vec![0; bends.len()];
        for (new, &old) in bent.iter().enumerate() {
            place[old] = new;
        }
        let triplets: Vec<_> = kept
            .iter()
            .map(|&(i, j, v)| (place[i], place[j], v))
            .collect();
        let side = Shape::new(bent.len(), bent.len());
        Polynomial {
            bent: bent.iter().map(with_linear).collect(),
            matrix: SparseMatrix::from_triplets(side, &triplets),
            straight: straight
                .iter()
                .map(with_linear)
                .filter(|(_, q)| *q != 0.0)
                .collect(),
            constant: self.constant,
        }
    }
}

/// (T + T')/2.
fn symmetrised(entries: &[(usize, usize, f64)]) -> Vec<(usize, usize, f64)> {
    let halves = entries.iter().map(|&(i, j, v)| (i, j, 0.5 * v));
    halves
        .flat_map(|(i, j, v)| [(i, j, v), (j, i, v)])
        .collect()
}
