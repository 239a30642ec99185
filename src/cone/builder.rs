//! Where graph forms put their new variables and cone constraints.

use super::affine::AffineMap;
use super::eliminate::{Elimination, eliminate};
use super::program::{Block, Cone, ConeProgram};
use super::quadratic::Quadratic;
use crate::matrix::far_from_one;
use crate::shape::Shape;
use faer::Mat;
use std::borrow::Cow;

/// Rows longer than this are not repeated by broadcasting: they get a variable of their own.
const LONGEST_REPEATED_ROW: usize = 4;

/// Rounds of elimination: each at least halves a chain of maxima.
const MOST_ROUNDS: usize = 10;

/// Whose rows a block's are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A constraint of the problem, by position: its rows' duals are the constraint's duals.
    Constraint(usize),
    /// A graph form of some atom.
    GraphForm,
}

/// A cone program under construction.
#[derive(Clone, Debug, Default)]
pub struct ProgramBuilder {
    variables: usize,
    quadratic: Quadratic,
    linear: Vec<(usize, f64)>,
    constant: f64,
    blocks: Vec<Block>,
    rows: usize,
}

impl ProgramBuilder {
    pub fn new() -> Self {
        ProgramBuilder::default()
    }

    pub fn variable_count(&self) -> usize {
        self.variables
    }

    /// Rows of all blocks so far.
    pub fn row_count(&self) -> usize {
        self.rows
    }

    /// New free variables, as the map that picks them.
    pub fn variable(&mut self, shape: Shape) -> AffineMap {
        let first = self.variables;
        self.variables += shape.size();
        AffineMap::pick(shape, first)
    }

    /// A new symmetric matrix of variables: only the upper triangle is stored.
    pub fn symmetric_variable(&mut self, side: usize) -> AffineMap {
        let first = self.variables;
        self.variables += side * (side + 1) / 2;
        AffineMap::pick_symmetric(side, first)
    }

    /// A new diagonal matrix of variables.
    pub fn diagonal_variable(&mut self, side: usize) -> AffineMap {
        let first = self.variables;
        self.variables += side;
        AffineMap::pick_diagonal(side, first)
    }

    /// A map that may be repeated over `shape`: entries that broadcast get variables of their own
    /// when their rows are long, as n copies of a row of n terms would be n² terms.
    pub fn repeatable<'m>(&mut self, map: Cow<'m, AffineMap>, shape: Shape) -> Cow<'m, AffineMap> {
        let repeats = map.rows() < shape.size();
        if !repeats || map.longest_row() <= LONGEST_REPEATED_ROW {
            return map;
        }
        let value = self.variable(map.shape());
        self.zero(value.minus(&map));
        Cow::Owned(value)
    }

    /// Requires `map == 0`.
    pub fn zero(&mut self, map: AffineMap) {
        self.constrain(Cone::Zero(map.rows()), map, Owner::GraphForm);
    }

    /// Requires `map >= 0`, entry by entry.
    pub fn nonnegative(&mut self, map: AffineMap) {
        self.constrain(Cone::Nonnegative(map.rows()), map, Owner::GraphForm);
    }

    /// Requires `lower <= upper`, entry by entry (a scalar broadcasts).
    pub fn at_most(&mut self, lower: &AffineMap, upper: &AffineMap) {
        self.nonnegative(upper.minus(lower));
    }

    /// Requires |tail|_2 <= head.
    pub fn second_order(&mut self, head: &AffineMap, tail: &AffineMap) {
        let stacked = AffineMap::stack(&[head, tail]);
        self.constrain(Cone::SecondOrder(stacked.rows()), stacked, Owner::GraphForm);
    }

    /// Requires `|row k of (parts[1], …)| <= parts[0][k]` for every k: many small cones at once.
    /// Every part has the same number of entries, or is a scalar.
    pub fn second_order_each(&mut self, parts: &[&AffineMap]) {
        self.constrain_each(Cone::SecondOrder(parts.len()), parts);
    }

    /// Requires y exp(x/y) <= z, entry by entry (scalars broadcast).
    pub fn exponential_each(&mut self, x: &AffineMap, y: &AffineMap, z: &AffineMap) {
        self.constrain_each(Cone::Exponential, &[x, y, z]);
    }

    /// A variable of this shape with `value >= x log(x/y)`, entry by entry (scalars broadcast). Where y is of a size k far
    /// from 1 it is counted in it, `x log(x/y) = x log(x/(y/k)) - x log k`: beside 1 a y of 1e-30 has no digits.
    pub fn relative_entropy_each(
        &mut self,
        shape: Shape,
        x: &AffineMap,
        y: &AffineMap,
    ) -> AffineMap {
        let value = self.variable(shape);
        let sizes: Vec<f64> = (0..y.rows()).map(|k| far_size(y, k)).collect();
        // x exp(-value/x) <= y.
        if sizes.iter().all(|&size| size == 1.0) {
            self.exponential_each(&value.scaled(-1.0), x, y);
            return value;
        }
        let factors: Vec<f64> = sizes.iter().map(|size| 1.0 / size).collect();
        self.exponential_each(&value.scaled(-1.0), x, &y.scaled_rows(&factors));
        let place = |count: usize| move |k: usize| if count == 1 { 0 } else { k };
        let x = x.select(shape, (0..shape.size()).map(place(x.rows())));
        let entries = (0..shape.size()).map(place(sizes.len()));
        let logs: Vec<f64> = entries.map(|k| sizes[k].ln()).collect();
        value.minus(&x.scaled_rows(&logs))
    }

    /// Requires x^a y^(1-a) >= |z|, entry by entry (scalars broadcast).
    pub fn power_each(&mut self, exponent: f64, x: &AffineMap, y: &AffineMap, z: &AffineMap) {
        self.constrain_each(Cone::Power(exponent), &[x, y, z]);
    }

    /// Requires prod base_i^(exponents_i) >= |tail|_2, base >= 0; the exponents sum to 1.
    pub fn generalized_power(&mut self, exponents: Vec<f64>, base: &AffineMap, tail: &AffineMap) {
        let cone = Cone::GeneralizedPower(exponents, tail.rows());
        self.constrain(cone, AffineMap::stack(&[base, tail]), Owner::GraphForm);
    }

    /// Requires the square `matrix` (taken as symmetric; the upper triangle is read) to be
    /// positive semidefinite.
    pub fn positive_semidefinite(&mut self, matrix: &AffineMap, owner: Owner) {
        let side = matrix.shape().rows;
        let map = matrix.scaled_upper_triangle();
        self.constrain(Cone::PositiveSemidefinite(side), map, owner);
    }

    /// Entry k of every part forms one cone; parts are given in the cone's order.
    pub fn constrain_each(&mut self, cone: Cone, parts: &[&AffineMap]) {
        let map = AffineMap::interleave(parts);
        let count = map.rows() / parts.len();
        self.push(cone, count, map, Owner::GraphForm);
    }

    /// Requires the rows of `map` to lie in `cone`.
    pub fn constrain(&mut self, cone: Cone, map: AffineMap, owner: Owner) {
        debug_assert_eq!(cone.dimension(), map.rows());
        self.push(cone, 1, map, owner);
    }

    pub(super) fn push(&mut self, cone: Cone, count: usize, map: AffineMap, owner: Owner) {
        self.rows += map.rows();
        self.blocks.push(Block {
            cone,
            count,
            map,
            owner,
        });
    }

    /// Counts the first variables from `shifts` on: x stands for x + shifts in all blocks so far.
    pub fn translate(&mut self, shifts: &[f64]) {
        if shifts.is_empty() {
            return;
        }
        for block in &mut self.blocks {
            block.map.translate(shifts);
        }
    }

    /// Replaces epigraph variables from `first` on that one inequality alone bounds.
    pub fn eliminate_epigraphs(&mut self, first: usize) -> Elimination {
        let mut elimination = Elimination::default();
        for _ in 0..MOST_ROUNDS {
            let in_objective = self.in_objective();
            let found = eliminate(&mut self.blocks, self.variables, first, &in_objective);
            let Some(round) = found else { break };
            self.renumber(round.kept_variables());
            let more = round.more;
            elimination.push(round);
            if !more {
                break;
            }
        }
        elimination
    }

    fn in_objective(&self) -> Vec<bool> {
        let mut in_objective = vec![false; self.variables];
        self.quadratic.for_each_variable(|j| in_objective[j] = true);
        for &(j, _) in &self.linear {
            in_objective[j] = true;
        }
        in_objective
    }

    fn renumber(&mut self, kept: &[u32]) {
        let mut numbers = vec![0; self.variables];
        for (new, &old) in kept.iter().enumerate() {
            numbers[old as usize] = new;
        }
        self.quadratic.renumber(&numbers);
        for (j, _) in &mut self.linear {
            *j = numbers[*j];
        }
        self.variables = kept.len();
        self.rows = self.blocks.iter().map(|b| b.map.rows()).sum();
    }

    /// Adds the scalar `map` to the objective.
    pub fn add_linear_objective(&mut self, map: &AffineMap) {
        self.add_scaled_objective(1.0, map);
    }

    /// Adds factor*(sum of the entries of `map`) to the objective.
    pub fn add_scaled_objective(&mut self, factor: f64, map: &AffineMap) {
        self.linear
            .extend(map.terms().map(|(j, value)| (j, factor * value)));
        self.constant += factor * map.constants().iter().sum::<f64>();
    }

    /// Adds factor*x_j to the objective.
    pub fn add_linear_term(&mut self, j: usize, factor: f64) {
        self.linear.push((j, factor));
    }

    pub fn add_constant(&mut self, value: f64) {
        self.constant += value;
    }

    /// Adds p*x_i*x_j (once, i and j in any order) to the objective.
    pub fn add_quadratic_objective(&mut self, i: usize, j: usize, p: f64) {
        self.quadratic.add_product(i, j, p);
    }

    /// Adds weight*x'Gx to the objective, x the variables `columns`, which rise; the upper triangle
    /// of G is read.
    pub fn add_quadratic_form(&mut self, columns: Vec<usize>, gram: Mat<f64>, weight: f64) {
        self.quadratic.add_form(columns, gram, weight);
    }

    pub fn finish(self) -> ConeProgram {
        let n = self.variables;
        let mut linear = vec![0.0; n];
        for (j, value) in self.linear {
            linear[j] += value;
        }
        ConeProgram {
            variables: n,
            quadratic: self.quadratic.finish(n),
            linear,
            constant: self.constant,
            blocks: self.blocks,
        }
    }
}

/// The largest number in a row, where it is far from 1; else 1.
fn far_size(map: &AffineMap, row: usize) -> f64 {
    let coefficients = map.row(row).map(|(_, coefficient)| coefficient.abs());
    far_from_one(coefficients.fold(map.constants()[row].abs(), f64::max))
}
