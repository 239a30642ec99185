//! Both paths on every file below `problems/` and on generated problems of every class: how far the
//! objectives differ, what each answer violates, and how long each path takes, in Markdown.
//!
//! `cargo bench --bench agreement`, `… -- files`, `… -- generated NAME`.

mod generated;

use bowl::elaborate::Inputs;
use bowl::pipeline::{self, Answer, Loaded, Outcome, Paths};
use bowl::solve::Settings;
use std::path::{Path, PathBuf};

const TIME_LIMIT: f64 = 60.0;

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    let asked = |word: &str| words.first().is_none_or(|w| w == word);
    println!(
        "| problem | unknowns | rows | difference | violation conic | gradient | seconds conic | gradient | ratio |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    if asked("files") {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("problems");
        for path in files_below(&root) {
            let name = path
                .strip_prefix(&root)
                .unwrap_or(&path)
                .display()
                .to_string();
            let inputs = Inputs {
                directory: path.parent().map(Path::to_path_buf).unwrap_or_default(),
                ..Inputs::default()
            };
            let text = std::fs::read(&path).unwrap_or_default();
            report(&name, pipeline::load(&name, &text, &inputs));
        }
    }
    if asked("generated") {
        let wanted = words.get(1);
        for (name, text) in generated::problems() {
            if wanted.is_none_or(|w| name.contains(w.as_str())) {
                report(
                    name,
                    pipeline::load(name, text.as_bytes(), &Inputs::default()),
                );
            }
        }
    }
}

/// All `.opt` files, by name.
fn files_below(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "opt") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn report(name: &str, loaded: Result<Loaded, Vec<miette::Report>>) {
    let Ok(loaded) = loaded else {
        println!("| {name} | cannot be read |");
        return;
    };
    let problem = &loaded.problem;
    let check = pipeline::check(problem);
    if !check.is_convex() {
        return;
    }
    let paths = Paths {
        conic: true,
        gradient: true,
    };
    let settings = Settings {
        time_limit: Some(TIME_LIMIT),
        ..Settings::default()
    };
    let outcome = pipeline::solve(problem, check, paths, &settings);
    let rows = problem.constraints.iter();
    let rows: usize = rows.map(|c| problem.constraint_shape(c).size()).sum();
    println!(
        "| {name} | {} | {rows} | {} |",
        problem.size(),
        cells(&outcome)
    );
}

fn cells(outcome: &Outcome<'_>) -> String {
    let (Some(conic), Some(gradient)) = (&outcome.conic, &outcome.gradient) else {
        return String::new();
    };
    let objective = |a: &Answer| a.judgement.as_ref().and_then(|j| j.objective);
    let difference = match (objective(conic), objective(gradient)) {
        (Some(a), Some(b)) => format!("{:.0e}", (a - b).abs() / a.abs().max(b.abs()).max(1.0)),
        _ => gradient.solution.status.word().to_owned(),
    };
    let stopped = matches!(gradient.solution.status, bowl::solve::Status::Stopped(_));
    let mark = if stopped { " (stopped)" } else { "" };
    let violation = |a: &Answer| {
        let judgement = a.judgement.as_ref();
        judgement.map_or(String::new(), |j| format!("{:.0e}", j.violation))
    };
    let (a, b) = (conic.solution.work.seconds, gradient.solution.work.seconds);
    format!(
        "{difference}{mark} | {} | {} | {a:.4} | {b:.4} | {:.2}",
        violation(conic),
        violation(gradient),
        b / a
    )
}
