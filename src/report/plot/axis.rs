//! An axis with its ticks: round numbers, few enough to stand apart, with labels that differ.

use super::FINE;
use crate::report::number::{brief, magnitude};
use plotters::coord::ranged1d::{
    KeyPointHint, KeyPointWeight, NoDefaultFormatting, ValueFormatter,
};
use plotters::prelude::Ranged;
use std::ops::Range;

/// Ticks of an upright axis.
const UPRIGHT: usize = 8;
/// A digit's width and the space between labels, in pixels.
const DIGIT: usize = 7;
const GAP: usize = 20;
/// Digits that tell two numbers apart.
const MOST_DIGITS: usize = 17;

/// A range, linear in the numbers it is given, with ticks and their labels.
#[derive(Clone, Debug)]
pub struct Axis {
    range: (f64, f64),
    ticks: Vec<(f64, String)>,
}

impl Axis {
    /// An axis of so many pixels from left to right.
    pub fn level(range: (f64, f64), pixels: u32) -> Self {
        let fits = |ticks: &[(f64, String)]| {
            let wide: usize = ticks.iter().map(|(_, l)| DIGIT * l.len() + GAP).sum();
            wide <= pixels as usize
        };
        let counts = (2..=UPRIGHT).rev();
        let mut choices = counts.map(|count| linear(range, round_step(range, count)));
        let ticks = choices.find(|ticks| fits(ticks)).unwrap_or_default();
        Axis { range, ticks }
    }

    pub fn upright(range: (f64, f64)) -> Self {
        let ticks = linear(range, round_step(range, UPRIGHT));
        Axis { range, ticks }
    }

    /// Steps 0, 1, … of runs: whole numbers.
    pub fn steps(last: f64) -> Self {
        let range = (0.0, last.max(1.0));
        let ticks = linear(range, round_step(range, 6).max(1.0));
        Axis { range, ticks }
    }

    /// The decimal logarithms of positive numbers, upright.
    pub fn logarithms(range: (f64, f64)) -> Self {
        let ticks = logarithmic(range);
        Axis { range, ticks }
    }

    /// The same, with the lower edge for all that is smaller.
    pub fn logarithms_above(range: (f64, f64), edge: &str) -> Self {
        let mut axis = Axis::logarithms(range);
        let space = 0.5 * (range.1 - range.0) / UPRIGHT as f64;
        axis.ticks.retain(|(place, _)| *place > range.0 + space);
        axis.ticks.push((range.0, edge.to_owned()));
        axis
    }

    /// With nothing to tell but what stands at the lower edge.
    pub fn edge(range: (f64, f64), label: &str) -> Self {
        let ticks = vec![(range.0, label.to_owned())];
        Axis { range, ticks }
    }

    /// The width that the labels take beside an upright axis.
    pub fn label_width(&self) -> u32 {
        let longest = self.ticks.iter().map(|(_, label)| label.chars().count());
        (longest.max().unwrap_or(0) * DIGIT) as u32 * FINE
    }
}

/// The least of 1, 2, 5, 10, … with at most `count` steps in the range.
fn round_step(range: (f64, f64), count: usize) -> f64 {
    let rough = (range.1 - range.0) / count as f64;
    let power = 10f64.powi(magnitude(rough));
    let steps = [1.0, 2.0, 5.0].map(|digit| digit * power);
    let fits = steps.into_iter().find(|step| *step >= rough);
    fits.unwrap_or(10.0 * power)
}

/// Multiples of `step` in the range.
fn multiples(range: (f64, f64), step: f64) -> Vec<f64> {
    let (first, last) = ((range.0 / step).ceil(), (range.1 / step).floor());
    if !(step > 0.0 && last - first < 100.0) {
        return Vec::new();
    }
    let count = (last - first) as usize;
    (0..=count).map(|k| (first + k as f64) * step).collect()
}

fn linear(range: (f64, f64), step: f64) -> Vec<(f64, String)> {
    let ticks = multiples(range, step);
    let labels = multiple_labels(&ticks, step);
    ticks.into_iter().zip(labels).collect()
}

fn logarithmic(range: (f64, f64)) -> Vec<(f64, String)> {
    let decades = range.1 - range.0;
    if decades < 0.7 {
        let numbers = (10f64.powf(range.0), 10f64.powf(range.1));
        let ticks = linear(numbers, round_step(numbers, 5)).into_iter();
        return ticks
            .map(|(number, label)| (number.log10(), label))
            .collect();
    }
    let numbers: Vec<f64> = if decades >= 2.0 {
        let step = round_step(range, UPRIGHT).ceil();
        let powers = multiples(range, step).into_iter();
        powers.map(|power| 10f64.powi(power as i32)).collect()
    } else {
        let powers = range.0.floor() as i32..=range.1.ceil() as i32;
        let digits = powers.flat_map(|power| [1.0, 2.0, 5.0].map(|d| d * 10f64.powi(power)));
        let inside = |number: &f64| (range.0..=range.1).contains(&number.log10());
        digits.filter(inside).collect()
    };
    let ticks = numbers
        .into_iter()
        .map(|number| (number.log10(), brief(number, 1)));
    ticks.collect()
}

/// All digits of multiples of a step of one digit.
fn multiple_labels(numbers: &[f64], step: f64) -> Vec<String> {
    let largest = numbers.iter().fold(0.0f64, |l, n| l.max(n.abs()));
    if largest == 0.0 {
        return numbers.iter().map(|n| brief(*n, 1)).collect();
    }
    let digits = (magnitude(largest) - magnitude(step) + 1).clamp(1, MOST_DIGITS as i32);
    let label = |number: &f64| brief(*number, digits as usize);
    numbers.iter().map(label).collect()
}

/// Three digits of each number, or as many as tell neighbours apart.
pub fn labels(numbers: &[f64]) -> Vec<String> {
    let written = |digits| -> Vec<String> {
        let each = numbers.iter().map(|number| brief(*number, digits));
        each.collect()
    };
    let differ = |labels: &[String]| labels.windows(2).all(|pair| pair[0] != pair[1]);
    let enough = (3..=MOST_DIGITS).map(written).find(|labels| differ(labels));
    enough.unwrap_or_else(|| written(MOST_DIGITS))
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let share = (value - self.range.0) / (self.range.1 - self.range.0);
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        match hint.weight() {
            KeyPointWeight::Bold => self.ticks.iter().map(|(place, _)| *place).collect(),
            KeyPointWeight::Any => Vec::new(),
        }
    }

    fn range(&self) -> Range<f64> {
        self.range.0..self.range.1
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let found = self.ticks.iter().find(|(place, _)| place == value);
        found.map(|(_, label)| label.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Middles and half widths over all magnitudes.
    fn ranges() -> impl Iterator<Item = (f64, f64)> {
        let middles = [0.0, 1.0, 3.0, -7.5, 1e-9, 13.4, 12_345_678.9, -1e12, 1e80];
        middles.into_iter().flat_map(|middle: f64| {
            let halves = [1e-9, 1e-6, 1e-3, 0.3, 1.0, 7.0, 1e3, 1e9];
            halves.map(move |half| {
                let half = half * middle.abs().max(1e-6);
                (middle - half, middle + half)
            })
        })
    }

    fn assert_good(axis: &Axis, what: &str) {
        assert!(axis.ticks.len() >= 2, "{what}: {axis:?}");
        let mut labels: Vec<&String> = axis.ticks.iter().map(|(_, label)| label).collect();
        labels.sort();
        labels.dedup();
        assert_eq!(labels.len(), axis.ticks.len(), "{what}: {axis:?}");
    }

    #[test]
    fn labels_differ_and_say_where_their_tick_is() {
        for range in ranges() {
            for axis in [Axis::level(range, 540), Axis::upright(range)] {
                assert_good(&axis, &format!("{range:?}"));
                for (place, label) in &axis.ticks {
                    let read: f64 = label.parse().expect("a number");
                    let width = range.1 - range.0;
                    assert!((read - place).abs() <= 1e-3 * width, "{range:?}: {label}");
                }
            }
        }
    }

    #[test]
    fn labels_from_left_to_right_have_room() {
        for range in ranges() {
            let axis = Axis::level(range, 400);
            let wide: usize = axis.ticks.iter().map(|(_, l)| DIGIT * l.len() + GAP).sum();
            assert!(wide <= 400, "{axis:?}");
        }
    }

    #[test]
    fn steps_are_whole_numbers() {
        for last in [0.0, 1.0, 2.0, 7.0, 30.0, 999.0, 1e6] {
            let axis = Axis::steps(last);
            assert_good(&axis, &format!("{last}"));
            assert!(
                axis.ticks.iter().all(|(place, _)| place.fract() == 0.0),
                "{axis:?}"
            );
        }
    }

    #[test]
    fn logarithms_have_ticks_at_every_width() {
        for (low, high) in [
            (-20.0, 2.0),
            (-1.3, 0.9),
            (0.1, 0.9),
            (3.001, 3.002),
            (80.0, 100.0),
        ] {
            assert_good(&Axis::logarithms((low, high)), &format!("{low} {high}"));
        }
    }
}
