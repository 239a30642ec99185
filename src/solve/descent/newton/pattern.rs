//! Where second derivatives and slopes are not zero, learnt from products with unit vectors.

use super::source::Source;
use crate::solve::descent::fractional::some_number;
use crate::solve::descent::model::Model;

/// Entries beyond which nothing is learnt.
const MOST_ENTRIES: usize = 8_000_000;
/// How far from the point at hand it is learnt, in the sizes of the unknowns: there, hardly anything is zero by chance.
const AWAY: f64 = 0.1;

#[derive(Clone, Debug, Default)]
pub struct Pattern {
    /// Unknowns, and curved rows.
    pub size: usize,
    pub rows: usize,
    /// (i, j) with i >= j, in rising order of (j, i) without repetition.
    pub bends: Vec<(usize, usize)>,
    /// (row, unknown), in rising order.
    pub slopes: Vec<(usize, usize)>,
}

impl Pattern {
    /// Near the model's point, with multipliers of all curved rows; `None` where there are too many entries.
    pub fn near(
        source: &mut Source,
        model: &mut Model,
        unknowns: &[usize],
        sizes: &[f64],
    ) -> Option<Self> {
        let (point, weights) = (model.point.clone(), model.weights.clone());
        let mut curves = vec![0.0; model.curved.rows()];
        let mut gradient = vec![0.0; model.size];
        let all: Vec<f64> = (0..weights.len()).map(some_number).collect();
        let numbers = (0..model.size).map(some_number);
        let moved: Vec<f64> = numbers
            .zip(&point)
            .zip(sizes)
            .map(|((number, x), u)| x + AWAY * number * u)
            .collect();
        let mut value = model.values(&moved, &mut curves);
        model.gradient(&all, &mut gradient);
        value += gradient.iter().chain(&curves).sum::<f64>();
        if !value.is_finite() {
            model.values(&point, &mut curves);
            model.gradient(&all, &mut gradient);
        }
        let mut pattern = Pattern {
            size: model.size,
            rows: curves.len(),
            ..Pattern::default()
        };
        source.stand(model);
        let is_learnt = pattern.learn(source, model, unknowns);
        model.values(&point, &mut curves);
        model.gradient(&weights, &mut gradient);
        is_learnt.then_some(pattern)
    }

    /// Adds what is not zero now; whether there are few enough entries.
    pub fn learn(&mut self, source: &mut Source, model: &mut Model, unknowns: &[usize]) -> bool {
        let mut unit = vec![0.0; self.size];
        let mut column = vec![0.0; self.size];
        let mut image = vec![0.0; self.rows];
        let is_entry = |value: f64| value != 0.0 && value.is_finite();
        let mut is_small = true;
        for &j in unknowns {
            unit[j] = 1.0;
            source.times(model, &unit, &mut column, &mut image);
            unit[j] = 0.0;
            let bends = unknowns.iter().filter(|&&i| is_entry(column[i]));
            self.bends.extend(bends.map(|&i| (i.max(j), i.min(j))));
            let slopes = (0..self.rows).filter(|&row| is_entry(image[row]));
            self.slopes.extend(slopes.map(|row| (row, j)));
            if self.bends.len() + self.slopes.len() > MOST_ENTRIES {
                is_small = false;
                break;
            }
        }
        self.bends.sort_unstable_by_key(|&(i, j)| (j, i));
        self.bends.dedup();
        self.slopes.sort_unstable();
        self.slopes.dedup();
        is_small
    }
}
