//! The page that says what other tools call each function: complete, and true of every text on it.

use bowl::canonicalize::{Options, Source};
use bowl::convexity::check;
use bowl::elaborate::{Inputs, elaborate};
use bowl::expr::Evaluator;
use bowl::problem::Problem;
use bowl::solve::Settings;
use bowl::solve::conic::solve_source;
use bowl::syntax::parse;

const PAGE: &str = include_str!("../../docs/coverage.md");
/// Functions of CVXPY, CVX, Convex.jl and DSP, one a line, with their curvature.
const FUNCTIONS: &str = include_str!("../data/atoms.tsv");
/// Why a function has no text.
const REASONS: &[&str] = &[
    "complex",
    "boolean",
    "log-log",
    "quasiconvex",
    "saddle",
    "the exponent of bowl is a number",
];

struct Row {
    /// What it is called elsewhere.
    name: String,
    /// In bowl; `None` with the reason where there is nothing.
    text: Result<String, String>,
    curvature: String,
    value: String,
}

fn rows() -> Vec<Row> {
    let mut name = String::new();
    let table = PAGE.lines().skip_while(|line| !line.starts_with("|---"));
    let row = |line: &str| {
        let line = line.replace("\\|", "\u{1}");
        let cells: Vec<String> = line
            .split('|')
            .map(|cell| cell.trim().trim_matches('`').replace('\u{1}', "|"))
            .collect();
        if !cells[1].is_empty() {
            name.clone_from(&cells[1]);
        }
        Row {
            name: name.clone(),
            text: match cells[2].strip_prefix("none: ") {
                Some(reason) => Err(reason.to_owned()),
                None => Ok(cells[2].clone()),
            },
            curvature: cells[3].clone(),
            value: cells[4].clone(),
        }
    };
    table.skip(1).map(row).collect()
}

/// Whether the variables of the page start at its point, or are held there.
#[derive(Clone, Copy, PartialEq)]
enum Variables {
    Started,
    Held,
}

/// The declarations of the page; what stands behind `#` is the variable's value.
fn declarations(variables: Variables) -> String {
    let block = PAGE.split("```").nth(1).expect("a block of declarations");
    let line = |line: &str| {
        let Some((declaration, value)) = line.split_once('#') else {
            return format!("{line}\n");
        };
        let declaration = declaration.trim_end();
        let comma = if declaration.contains(">=") { "," } else { "" };
        match variables {
            Variables::Started => format!("{declaration} start {value}\n"),
            Variables::Held => format!("{declaration}{comma} == {value}\n"),
        }
    };
    block.lines().map(line).collect()
}

fn problem(text: &str) -> Result<Problem, String> {
    let file = parse(text).map_err(|e| format!("{e:?}"))?;
    elaborate(text, &file, &Inputs::default()).map_err(|e| format!("{e:?}"))
}

fn is_accepted(text: &str) -> Result<bool, String> {
    let problem = problem(&format!("{}{text}\n", declarations(Variables::Started)))?;
    Ok(check(&problem).is_convex())
}

/// What the check says of an expression or a membership, in the word of the page.
fn curvature(text: &str) -> Result<&'static str, String> {
    if text.contains(" in ") && !text.contains(" for ") {
        let accepted = is_accepted(&format!("find x, z, s, r, X, Y, T\nsubject to\n  {text}"))?;
        return Ok(if accepted {
            "convex set"
        } else {
            "no convex set"
        });
    }
    let convex = is_accepted(&format!("minimize sum({text})"))?;
    let concave = is_accepted(&format!("maximize sum({text})"))?;
    Ok(match (convex, concave) {
        (true, true) => "affine",
        (true, false) => "convex",
        (false, true) => "concave",
        (false, false) => "smooth",
    })
}

/// The value at the point of the page; of an inner problem the least one, or the greatest where
/// that is concave.
fn value(text: &str, curvature: &str) -> Result<Vec<f64>, String> {
    let alone = format!(
        "{}find x\nsubject to\n  {text} == 0\n",
        declarations(Variables::Started)
    );
    let found = problem(&alone)?;
    let side = found.constraints.last().ok_or("no constraint")?.left;
    let starts = found.variables.iter().map(|v| v.start.clone());
    if let Some(point) = starts.collect::<Option<Vec<_>>>() {
        let values = Evaluator::new(&found.graph, &[side]).evaluate(&point);
        return Ok(values[0].entries().into_owned());
    }
    let sense = match curvature {
        "concave" => "maximize",
        _ => "minimize",
    };
    let extreme = format!("{}{sense} {text}\n", declarations(Variables::Held));
    let found = problem(&extreme)?.joint();
    let source = Source::of_problem(&found);
    let solution = solve_source(&source, &Options::default(), &Settings::default());
    let root = found.objective.expression.ok_or("no objective")?;
    let values = Evaluator::new(&found.graph, &[root]).evaluate(&solution.variables);
    Ok(values[0].entries().into_owned())
}

fn judge(row: &Row) -> Result<(), String> {
    let Ok(text) = &row.text else { return Ok(()) };
    let found = curvature(text)?;
    let stated = if row.curvature == "constant" {
        "affine"
    } else {
        &row.curvature
    };
    if found != stated {
        return Err(format!("is {found}, stated {stated}"));
    }
    if row.value.is_empty() {
        return Ok(());
    }
    let (found, stated) = (value(text, found)?, value(&row.value, "constant")?);
    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-7 * b.abs().max(1.0);
    if found.len() == stated.len() && found.iter().zip(&stated).all(close) {
        return Ok(());
    }
    Err(format!("has the value {found:?}, stated {stated:?}"))
}

#[test]
fn every_text_has_the_curvature_and_the_value_beside_it() {
    let rows = rows();
    let judged = rows.iter().map(|row| (row, judge(row)));
    let wrong: Vec<String> = judged
        .filter_map(|(row, judged)| {
            let text = row.text.as_deref().unwrap_or_default();
            judged
                .err()
                .map(|why| format!("{}: {text}: {why}", row.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_function_of_the_other_tools_has_its_row() {
    let rows = rows();
    let mut missing = Vec::new();
    for line in FUNCTIONS.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (name, curvature) = (cells[0], cells[4]);
        let own: Vec<&Row> = rows.iter().filter(|row| row.name == name).collect();
        let kind = ["affine", "convex", "concave", "constant"]
            .into_iter()
            .find(|kind| curvature.starts_with(kind));
        let refused = own.iter().any(|row| row.text.is_err());
        let stated = |kind: &str| {
            let is = |row: &&Row| row.curvature == kind || row.curvature == "convex set";
            own.iter().any(is)
        };
        if own.is_empty() || !refused && kind.is_some_and(|kind| !stated(kind)) {
            missing.push(format!("{name}: {curvature}"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert_eq!(FUNCTIONS.lines().count(), 192);
}

#[test]
fn what_has_no_text_has_a_reason() {
    for row in rows() {
        if let Err(reason) = row.text {
            let known = REASONS.iter().any(|kind| reason.starts_with(kind));
            assert!(known, "{}: {reason}", row.name);
        }
    }
}
