//! For people.

use super::expectations::{expectations, sentence};
use crate::matrix::Matrix;
use crate::pipeline::Loaded;
use crate::report::number::{compact, significant};
use crate::report::places::{MOST_PLACES, times};
use crate::report::style::Style;
use crate::report::table::table;
use crate::report::values::{short_vector, value_text, vector};
use crate::solve::descent::budget::Spent;
use crate::solve::descent::methods::{Ending, Iterate, Lecture, Place, Restarts, Told, described};
use std::fmt::Write;

/// Longer vectors are shown to fewer digits, and abbreviated.
const LONGEST: usize = 12;

/// How much to show.
#[derive(Clone, Copy, Debug, Default)]
pub struct LectureDetail {
    /// All entries of long values.
    pub full: bool,
    /// Every iterate.
    pub trace: bool,
    pub style: Style,
}

/// One block for each method, after a table when there are several.
pub fn lecture_text(loaded: &Loaded, lecture: &Lecture, detail: LectureDetail) -> String {
    let mut text = heading(
        loaded,
        lecture.convex,
        lecture.objective.packing.size,
        detail,
    );
    if lecture.told.len() > 1 {
        text.push('\n');
        text.push_str(&comparison(lecture));
    }
    for told in &lecture.told {
        let _ = writeln!(text, "\n{}", detail.style.bold(&told.run.method));
        text.push_str(&sentences(told, detail.style));
        if detail.trace {
            text.push_str(&trace(&told.run.trace));
        }
        text.push_str(&result(loaded, lecture, told, detail));
        for checked in expectations(loaded, lecture, told) {
            let _ = writeln!(text, "  {}", sentence(&checked));
        }
    }
    text
}

fn heading(loaded: &Loaded, convex: bool, unknowns: usize, detail: LectureDetail) -> String {
    let verdict = if convex {
        "convex"
    } else {
        "not proved convex"
    };
    let unknowns = match unknowns {
        1 => "1 unknown".to_owned(),
        n => format!("{n} unknowns"),
    };
    format!(
        "{}  {verdict}, {unknowns}\n",
        detail.style.bold(&loaded.name)
    )
}

fn sentences(told: &Told, style: Style) -> String {
    let mut text = String::new();
    for (k, sentence) in told.seen.iter().enumerate() {
        let painted = match (k, &told.run.ending) {
            (0, Ending::Converged) => style.good(sentence),
            (0, Ending::Diverged) => style.bad(sentence),
            _ => sentence.clone(),
        };
        let _ = writeln!(text, "  {painted}");
    }
    text
}

fn result(loaded: &Loaded, lecture: &Lecture, told: &Told, detail: LectureDetail) -> String {
    let last = told.run.last();
    let (word, exact) = match (&lecture.analytic, &lecture.minimum) {
        (None, Some(minimum)) => (best(lecture.objective.sign), Some(minimum)),
        (analytic, _) => ("analytic", analytic.as_ref()),
    };
    let beside = exact.map_or(String::new(), |exact| {
        format!("  ({word} {})", significant(exact.value, 9))
    });
    let mut rows = vec![
        (
            "objective".to_owned(),
            format!("{}{beside}", defined(last.value, |v| significant(v, 9))),
        ),
        ("gradient".to_owned(), defined(last.gradient_norm, compact)),
        ("evaluations".to_owned(), evaluations(told)),
    ];
    let packing = &lecture.objective.packing;
    let count = loaded.problem.variables.len();
    let reached = packing.unpack(&told.run.x, count);
    let exact = exact.map(|exact| packing.unpack(&exact.x, count));
    for (k, variable) in loaded.problem.variables.iter().enumerate() {
        rows.push((variable.name.to_string(), shown(&reached[k], detail.full)));
        if let Some(exact) = &exact {
            rows.push((format!("  {word}"), shown(&exact[k], detail.full)));
        }
    }
    let width = rows
        .iter()
        .map(|(n, _)| n.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (name, value) in rows {
        let padding = " ".repeat(width - name.chars().count() + 2);
        let margin = format!("\n{}", " ".repeat(width + 4));
        let _ = writeln!(text, "  {name}{padding}{}", value.replace('\n', &margin));
    }
    text
}

/// What an objective of this sign is after.
fn best(sign: f64) -> &'static str {
    match sign < 0.0 {
        true => "maximum",
        false => "minimum",
    }
}

/// A number, where there is one.
fn defined(value: f64, written: impl Fn(f64) -> String) -> String {
    match value.is_nan() {
        true => "undefined".to_owned(),
        false => written(value),
    }
}

fn evaluations(told: &Told) -> String {
    match told.run.products {
        0 => told.run.evaluations.to_string(),
        1 => format!(
            "{}, and one product of the Hessian with a direction",
            told.run.evaluations
        ),
        products => format!(
            "{}, and {products} products of the Hessian with a direction",
            told.run.evaluations
        ),
    }
}

/// Nine digits, so that slow progress shows.
fn shown(value: &Matrix, full: bool) -> String {
    let shape = value.shape();
    if let Some(number) = value.as_scalar() {
        return significant(number, 9);
    }
    if !shape.is_column() || shape.rows > LONGEST {
        return value_text(value, full);
    }
    vector(&value.entries(), 9)
}

fn trace(iterates: &[Iterate]) -> String {
    let head = ["k", "objective", "gradient", "step", "evaluations", "x"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (k, iterate) in iterates.iter().enumerate() {
        let step = if k == 0 {
            String::new()
        } else {
            significant(iterate.step, 4)
        };
        rows.push(vec![
            k.to_string(),
            defined(iterate.value, |v| significant(v, 9)),
            defined(iterate.gradient_norm, |v| significant(v, 4)),
            step,
            iterate.evaluations.to_string(),
            short_vector(&iterate.x),
        ]);
    }
    table(&rows, 2)
}

/// "converged", "diverged", ….
pub(super) fn word(ending: &Ending) -> &'static str {
    match ending {
        Ending::Converged => "converged",
        Ending::Unfinished => "not converged",
        Ending::Diverged => "diverged",
        Ending::Endless => "unbounded",
        Ending::Stalled(_) => "stopped",
        Ending::Cut(Spent::Interrupted) => "interrupted",
        Ending::Cut(Spent::OutOfTime) => "out of time",
        Ending::Cut(Spent::OutOfIterations) => "out of iterations",
    }
}

fn comparison(lecture: &Lecture) -> String {
    let head = [
        "method",
        "",
        "steps",
        "evaluations",
        "objective",
        "gradient",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for told in &lecture.told {
        let run = &told.run;
        rows.push(vec![
            run.method.clone(),
            word(&run.ending).to_owned(),
            run.iterations().to_string(),
            run.evaluations.to_string(),
            defined(run.last().value, |v| significant(v, 9)),
            defined(run.last().gradient_norm, compact),
        ]);
    }
    table(&rows, 2)
}

/// The distinct places, the best first.
pub fn restarts_text(
    loaded: &Loaded,
    restarts: &Restarts,
    method: &str,
    convex: bool,
    detail: LectureDetail,
) -> String {
    let mut text = heading(loaded, convex, restarts.unknowns, detail);
    let count = restarts.places.len();
    let found = match count {
        0 => "no place".to_owned(),
        1 => "1 place".to_owned(),
        n => format!("{n} places"),
    };
    let _ = writeln!(
        text,
        "{method} from {} starts: {found} where the gradient is zero",
        restarts.starts
    );
    if count == 0 {
        text.push_str("each was not converged, diverged or unbounded\n");
        return text;
    }
    if restarts.lost > 0 {
        let _ = writeln!(
            text,
            "{} of the starts led to no such place (not converged, diverged or unbounded)",
            restarts.lost
        );
    }
    let head = ["objective", "reached", "gradient", "curvatures", "x"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let listed = restarts.places.iter().take(MOST_PLACES);
    rows.extend(listed.clone().map(place_row));
    let _ = write!(text, "\n{}", table(&rows, 2));
    text.push('\n');
    if convex {
        let word = best(restarts.sign);
        let _ = writeln!(
            text,
            "  the problem is proved convex, so these values are the global {word}"
        );
        return text;
    }
    for (k, place) in listed.enumerate() {
        if let Some(what) = described(&place.seen, restarts.sign) {
            let _ = writeln!(text, "  {}  {what}", significant(place.value, 9));
        } else if k == 0 {
            text.push_str(
                "  curvatures do not tell (many unknowns): whether these are minima is open\n",
            );
        }
    }
    if count > MOST_PLACES {
        let _ = writeln!(text, "  and {} more", count - MOST_PLACES);
    }
    text
}

fn place_row(place: &Place) -> Vec<String> {
    let curvatures = place.seen.curvature.map_or(String::new(), |c| {
        if place.x.len() == 1 {
            significant(c.least, 4)
        } else {
            format!(
                "{} to {}",
                significant(c.least, 4),
                significant(c.largest, 4)
            )
        }
    });
    vec![
        significant(place.value, 9),
        times(place.reached),
        compact(place.gradient_norm),
        curvatures,
        short_vector(&place.x),
    ]
}
