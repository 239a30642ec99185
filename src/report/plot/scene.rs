//! What a picture shows: paths, the points they are after, and what the strip above says of them.

use super::legend::{Key, Sample};
use super::palette::{self, Line};
use crate::problem::Problem;
use crate::report::number::significant;
use crate::solve::descent::methods::{
    Ahead, Iterate, Lecture, Objective, Place, Restarts, Run, kind,
};

/// More places share one line of the strip.
const MOST_NAMED: usize = 12;

#[derive(Debug)]
pub struct Scene<'l> {
    pub objective: Objective,
    /// `x[1]`, `x[2]`: the first unknowns.
    pub names: Vec<String>,
    pub curves: Vec<Curve<'l>>,
    /// Marked by crosses, the best first.
    pub marks: Vec<Vec<f64>>,
    /// The value from which distances are taken.
    pub reference: f64,
    /// What that value is.
    pub beside: &'static str,
    /// What the iterates are counted in.
    pub unit: &'static str,
    pub keys: Vec<Key>,
}

/// The iterates of one descent.
#[derive(Clone, Copy, Debug)]
pub struct Curve<'l> {
    pub line: Line,
    pub trace: &'l [Iterate],
}

impl<'l> Scene<'l> {
    /// One curve for each method.
    pub fn of_lecture(problem: &Problem, lecture: &'l Lecture) -> Self {
        let told = lecture.told.iter().enumerate();
        let curves: Vec<Curve<'l>> = told
            .clone()
            .map(|(k, told)| Curve {
                line: palette::line(k),
                trace: &told.run.trace,
            })
            .collect();
        let mut keys: Vec<Key> = told
            .map(|(k, told)| Key::new(Sample::Line(palette::line(k)), &told.run.method))
            .collect();
        let seen = best_seen(&curves, lecture.objective.sign);
        let (point, reference, beside, mark) = match (&lecture.analytic, &lecture.minimum) {
            (Some(analytic), _) => (
                Some(analytic.x.clone()),
                analytic.value,
                "objective beside the analytic one",
                "analytic solution",
            ),
            (None, Some(minimum)) => (
                Some(minimum.x.clone()),
                minimum.value,
                "objective beside the best one",
                "solution",
            ),
            (None, None) => match lowest_ahead(lecture, seen) {
                Some(ahead) => (
                    Some(ahead.x.clone()),
                    ahead.value,
                    "objective beside the best known",
                    "where the way leads",
                ),
                None => (
                    seen.map(|i| i.x.clone()),
                    seen.map_or(f64::NAN, |i| i.value),
                    "objective beside the best seen",
                    "best point seen",
                ),
            },
        };
        let marks: Vec<Vec<f64>> = point.into_iter().filter(|x| !x.is_empty()).collect();
        if !marks.is_empty() && lecture.objective.packing.size <= 2 {
            keys.push(Key::new(Sample::Cross, mark));
        }
        Scene {
            objective: lecture.objective.clone(),
            names: names(problem),
            curves,
            marks,
            reference,
            beside,
            unit: unit(lecture.told.iter().map(|told| &told.run)),
            keys,
        }
    }

    /// One curve for each start, in the look of the place where it ended.
    pub fn of_restarts(problem: &Problem, restarts: &'l Restarts) -> Result<Self, String> {
        let objective = Objective::new(problem)?;
        let look = |x: &[f64]| {
            let place = restarts.places.iter().position(|place| place.is_at(x));
            place.map_or(palette::LOST, palette::line)
        };
        let curves: Vec<Curve<'l>> = restarts
            .runs
            .iter()
            .map(|run| Curve {
                line: look(&run.x),
                trace: &run.trace,
            })
            .collect();
        let seen = best_seen(&curves, objective.sign).map_or(f64::NAN, |i| i.value);
        let mut keys = place_keys(problem, restarts);
        if !restarts.places.is_empty() && objective.packing.size <= 2 {
            keys.push(Key::new(Sample::Cross, "where the gradient is zero"));
        }
        Ok(Scene {
            objective,
            names: names(problem),
            curves,
            marks: restarts.places.iter().map(|p| p.x.clone()).collect(),
            reference: seen,
            beside: "objective beside the best seen",
            unit: unit(restarts.runs.iter()),
            keys,
        })
    }

    /// The best point known, without entries when there is none.
    pub fn best(&self) -> &[f64] {
        self.marks.first().map_or(&[], Vec::as_slice)
    }

    /// Whether the points of all paths were kept.
    pub fn has_points(&self) -> bool {
        let mut starts = self.curves.iter().filter_map(|curve| curve.trace.first());
        starts.all(|start| !start.x.is_empty())
    }
}

fn best_seen<'l>(curves: &[Curve<'l>], sign: f64) -> Option<&'l Iterate> {
    let iterates = curves.iter().flat_map(|curve| curve.trace);
    iterates
        .filter(|i| i.value.is_finite())
        .min_by(|a, b| (sign * a.value).total_cmp(&(sign * b.value)))
}

/// The end of the way of a run that did not come to it, where it is better than all that was seen.
fn lowest_ahead<'l>(lecture: &'l Lecture, seen: Option<&Iterate>) -> Option<&'l Ahead> {
    let sign = lecture.objective.sign;
    let best = seen.map_or(f64::INFINITY, |i| sign * i.value);
    let ends = lecture.told.iter().filter_map(|told| told.ahead.as_ref());
    ends.filter(|ahead| ahead.is_level && sign * ahead.value < best)
        .min_by(|a, b| (sign * a.value).total_cmp(&(sign * b.value)))
}

/// What a line of the traces is.
fn unit<'r>(runs: impl Iterator<Item = &'r Run> + Clone) -> &'static str {
    let takes_rows = |run: &Run| run.takes_rows;
    if !runs.clone().any(takes_rows) {
        "step"
    } else if runs.clone().all(takes_rows) {
        "pass over the data"
    } else {
        "step, or pass over the data"
    }
}

/// What each colour stands for.
fn place_keys(problem: &Problem, restarts: &Restarts) -> Vec<Key> {
    let places = restarts.places.iter().enumerate();
    let named = places
        .take(MOST_NAMED)
        .map(|(k, place)| Key::new(Sample::Line(palette::line(k)), &described(problem, place)));
    let mut keys: Vec<Key> = named.collect();
    let more = restarts.places.len().saturating_sub(MOST_NAMED);
    if more > 0 {
        let line = palette::line(MOST_NAMED);
        keys.push(Key::new(
            Sample::Line(line),
            &format!("and {more} more places"),
        ));
    }
    if restarts.lost > 0 {
        let text = format!("{} starts that ended at no such place", restarts.lost);
        keys.push(Key::new(Sample::Line(palette::LOST), &text));
    }
    keys
}

/// "objective -0.3054, a local minimum, from 12 starts".
fn described(problem: &Problem, place: &Place) -> String {
    let value = significant(place.value, 6);
    let starts = match place.reached {
        1 => "from 1 start".to_owned(),
        n => format!("from {n} starts"),
    };
    if place.seen.definiteness.is_none() {
        return format!("objective {value}, {starts}");
    }
    let kind = kind(problem, place);
    let kind = kind.split(':').next().unwrap_or_default();
    format!("objective {value}, {kind}, {starts}")
}

/// `x[1]`, `x[2]`: the unknowns of full variables in their order.
fn names(problem: &Problem) -> Vec<String> {
    let mut names = Vec::new();
    for variable in &problem.variables {
        let shape = variable.shape;
        let entries = (0..shape.cols).flat_map(|j| (0..shape.rows).map(move |i| (i, j)));
        for (i, j) in entries.take(2) {
            let (row, col) = variable.first_index;
            let (i, j) = (row + i as i64, col + j as i64);
            names.push(if shape.is_scalar() {
                variable.name.to_string()
            } else if shape.is_column() {
                format!("{}[{i}]", variable.name)
            } else {
                format!("{}[{i}, {j}]", variable.name)
            });
        }
    }
    names
}
