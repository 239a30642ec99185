//! The quadratic part of an objective under construction.

use crate::matrix::SparseMatrix;
use crate::shape::Shape;
use faer::Mat;

/// Σ p x_i x_j + Σ weight*x'Gx.
#[derive(Clone, Debug, Default)]
pub(super) struct Quadratic {
    products: Vec<Product>,
    forms: Vec<DenseForm>,
}

/// Entry (i, j) of P, i <= j.
#[derive(Clone, Copy, Debug)]
struct Product {
    i: u32,
    j: u32,
    entry: f64,
}

/// weight*x'Gx in the variables `columns`, which rise; the upper triangle of G is read.
#[derive(Clone, Debug)]
struct DenseForm {
    columns: Vec<usize>,
    gram: Mat<f64>,
    weight: f64,
}

impl Quadratic {
    /// Adds p*x_i*x_j (once, i and j in any order).
    pub(super) fn add_product(&mut self, i: usize, j: usize, p: f64) {
        // x'Px/2 with the upper triangle of P: p*x_i*x_j is P_ij = p off, 2p on the diagonal.
        let entry = if i == j { 2.0 * p } else { p };
        let (i, j) = (i.min(j) as u32, i.max(j) as u32);
        self.products.push(Product { i, j, entry });
    }

    pub(super) fn add_form(&mut self, columns: Vec<usize>, gram: Mat<f64>, weight: f64) {
        self.forms.push(DenseForm {
            columns,
            gram,
            weight,
        });
    }

    /// Calls `mark` with every variable that occurs, as often as it likes.
    pub(super) fn for_each_variable(&self, mut mark: impl FnMut(usize)) {
        for product in &self.products {
            mark(product.i as usize);
            mark(product.j as usize);
        }
        self.forms
            .iter()
            .flat_map(|form| &form.columns)
            .for_each(|&j| mark(j));
    }

    /// Renames variable j to numbers[j]; the order of variables stays.
    pub(super) fn renumber(&mut self, numbers: &[usize]) {
        for product in &mut self.products {
            product.i = numbers[product.i as usize] as u32;
            product.j = numbers[product.j as usize] as u32;
        }
        for column in self.forms.iter_mut().flat_map(|form| &mut form.columns) {
            *column = numbers[*column];
        }
    }

    /// The upper triangle of P of n variables.
    pub(super) fn finish(&self, n: usize) -> SparseMatrix {
        let products = self.products.iter().map(Product::triplet);
        let forms = self.forms.iter().flat_map(DenseForm::triplets);
        SparseMatrix::from_entries(Shape::new(n, n), products.chain(forms))
    }
}

impl Product {
    fn triplet(&self) -> (usize, usize, f64) {
        (self.i as usize, self.j as usize, self.entry)
    }
}

impl DenseForm {
    /// The nonzero entries of P's upper triangle, column by column.
    fn triplets(&self) -> impl Iterator<Item = (usize, usize, f64)> + Clone + '_ {
        let scale = 2.0 * self.weight;
        self.columns
            .iter()
            .enumerate()
            .flat_map(move |(k, &column)| {
                let entries = self.gram.col_as_slice(k);
                let entries = self.columns[..=k].iter().zip(entries);
                entries
                    .filter(|(_, entry)| **entry != 0.0)
                    .map(move |(&row, entry)| (row, column, scale * entry))
            })
    }
}
