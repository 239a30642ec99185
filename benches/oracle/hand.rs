//! The same functions as one would write them for these data alone.

use super::problems::Loss;
use bowl::matrix::SparseMatrix;
use std::ops::Range;

/// Rows of a dense matrix that stay in cache between X*w and X'*r.
const BLOCK: usize = 1024;

pub enum Data {
    /// Column-major.
    Dense { entries: Vec<f64>, rows: usize },
    /// Compressed rows.
    Rows {
        starts: Vec<usize>,
        columns: Vec<u32>,
        values: Vec<f64>,
    },
}

impl Data {
    pub fn dense(entries: Vec<f64>, rows: usize) -> Self {
        Data::Dense { entries, rows }
    }

    pub fn by_rows(matrix: &SparseMatrix) -> Self {
        let transposed = matrix.transposed();
        Data::Rows {
            starts: transposed.column_starts,
            columns: transposed.row_indices.iter().map(|&j| j as u32).collect(),
            values: transposed.values,
        }
    }
}

/// Value and gradient of the sum of a loss over the rows.
pub struct ByHand {
    data: Data,
    labels: Vec<f64>,
    loss: Loss,
    threads: Vec<Share>,
    pub gradient: Vec<f64>,
}

/// What one thread owns.
struct Share {
    rows: Range<usize>,
    scratch: Vec<f64>,
    gradient: Vec<f64>,
}

impl ByHand {
    pub fn new(data: Data, labels: Vec<f64>, loss: Loss, size: usize, threads: usize) -> Self {
        let rows = labels.len();
        let share = |k| Share {
            rows: k * rows / threads..(k + 1) * rows / threads,
            scratch: vec![0.0; BLOCK],
            gradient: vec![0.0; size],
        };
        ByHand {
            data,
            loss,
            threads: (0..threads).map(share).collect(),
            labels,
            gradient: vec![0.0; size],
        }
    }

    pub fn evaluate(&mut self, w: &[f64]) -> f64 {
        let ByHand {
            data,
            labels,
            loss,
            threads,
            gradient,
        } = self;
        let (data, labels, loss) = (&*data, labels.as_slice(), *loss);
        let value = match threads.as_mut_slice() {
            [share] => share.run(data, labels, loss, w),
            shares => std::thread::scope(|scope| {
                let start = |share: &'_ mut Share| share.run(data, labels, loss, w);
                let running: Vec<_> = shares
                    .iter_mut()
                    .map(|s| scope.spawn(move || start(s)))
                    .collect();
                running
                    .into_iter()
                    .map(|r| r.join().expect("no panic"))
                    .sum()
            }),
        };
        gradient.fill(0.0);
        for share in threads {
            gradient
                .iter_mut()
                .zip(&share.gradient)
                .for_each(|(g, s)| *g += s);
        }
        value
    }
}

impl Share {
    fn run(&mut self, data: &Data, labels: &[f64], loss: Loss, w: &[f64]) -> f64 {
        self.gradient.fill(0.0);
        match data {
            Data::Dense { entries, rows } => self.dense(entries, *rows, labels, loss, w),
            Data::Rows {
                starts,
                columns,
                values,
            } => {
                let mut sum = 0.0;
                for i in self.rows.clone() {
                    let range = starts[i]..starts[i + 1];
                    let (columns, values) = (&columns[range.clone()], &values[range]);
                    let z: f64 = columns
                        .iter()
                        .zip(values)
                        .map(|(&j, v)| v * w[j as usize])
                        .sum();
                    let (value, slope) = value_and_slope(loss, z, labels[i]);
                    sum += value;
                    for (&j, v) in columns.iter().zip(values) {
                        self.gradient[j as usize] += slope * v;
                    }
                }
                sum
            }
        }
    }

    fn dense(&mut self, a: &[f64], rows: usize, labels: &[f64], loss: Loss, w: &[f64]) -> f64 {
        let mut sum = 0.0;
        let mut start = self.rows.start;
        while start < self.rows.end {
            let end = (start + BLOCK).min(self.rows.end);
            let z = &mut self.scratch[..end - start];
            let column = |j: usize| &a[j * rows + start..j * rows + end];
            z.fill(0.0);
            for (g, w) in w.chunks_exact(4).enumerate() {
                let [a, b, c, d] = [0, 1, 2, 3].map(|k| column(4 * g + k));
                for i in 0..z.len() {
                    z[i] += (w[0] * a[i] + w[1] * b[i]) + (w[2] * c[i] + w[3] * d[i]);
                }
            }
            for (z, &y) in z.iter_mut().zip(&labels[start..end]) {
                let (value, slope) = value_and_slope(loss, *z, y);
                sum += value;
                *z = slope;
            }
            for (g, out) in self.gradient.chunks_exact_mut(4).enumerate() {
                let sums = dot_four([0, 1, 2, 3].map(|k| column(4 * g + k)), z);
                out.iter_mut().zip(sums).for_each(|(o, s)| *o += s);
            }
            start = end;
        }
        sum
    }
}

fn dot_four(columns: [&[f64]; 4], z: &[f64]) -> [f64; 4] {
    let n = z.len();
    let columns = columns.map(|c| &c[..n]);
    let mut sums = [[0.0; 2]; 4];
    for i in 0..n / 2 {
        for k in 0..4 {
            sums[k][0] += columns[k][2 * i] * z[2 * i];
            sums[k][1] += columns[k][2 * i + 1] * z[2 * i + 1];
        }
    }
    let last = |k: usize| {
        if n % 2 == 1 {
            columns[k][n - 1] * z[n - 1]
        } else {
            0.0
        }
    };
    [0, 1, 2, 3].map(|k| sums[k][0] + sums[k][1] + last(k))
}

fn value_and_slope(loss: Loss, z: f64, y: f64) -> (f64, f64) {
    match loss {
        Loss::Squares => {
            let residual = z - y;
            (residual * residual, 2.0 * residual)
        }
        Loss::Logistic => {
            let t = -y * z;
            let e = (-t.abs()).exp();
            let sigmoid = if t >= 0.0 { 1.0 } else { e } / (1.0 + e);
            (t.max(0.0) + e.ln_1p(), -y * sigmoid)
        }
    }
}
