//! The floors: a file imports only from lower floors, from its own folder, or from the few
//! neighbours named here; and neither solution path knows the other.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders and files of `src`, by floor.
const FLOORS: &[(u8, &[&str])] = &[
    (0, &["dcp", "shape", "matrix", "span", "spelling"]),
    (1, &["syntax", "data", "cone"]),
    (2, &["expr", "problem"]),
    (3, &["atoms"]),
    (
        4,
        &[
            "elaborate",
            "convexity",
            "canonicalize",
            "differentiate",
            "symbols",
        ],
    ),
    (5, &["solve", "compare"]),
    (6, &["report", "pipeline"]),
    (7, &["cli", "main", "lib"]),
];

/// Imports within one floor that the flow asks for.
const NEIGHBOURS: &[(&str, &str)] = &[
    ("dcp", "shape"),
    ("matrix", "shape"),
    ("problem", "expr"),
    ("canonicalize", "convexity"),
    ("elaborate", "differentiate"),
    ("elaborate", "convexity"),
    ("elaborate", "canonicalize"),
    ("compare", "solve"),
    ("report", "pipeline"),
    ("pipeline", "report"),
    ("main", "cli"),
];

/// What the gradient path and the conic path must not see.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "solve/descent",
        &["cone", "canonicalize", "solve::conic", "convexity"],
    ),
    (
        "differentiate",
        &["cone", "canonicalize", "solve", "convexity"],
    ),
    ("solve/conic", &["differentiate", "solve::descent"]),
    ("canonicalize", &["differentiate", "solve"]),
];

fn source_files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut pending = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).expect("src is readable").flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("sources are text");
                let name = path.strip_prefix(&root).expect("below src").to_owned();
                files.push((name, text));
            }
        }
    }
    files
}

fn floor(module: &str) -> u8 {
    let found = FLOORS.iter().find(|(_, modules)| modules.contains(&module));
    found
        .unwrap_or_else(|| panic!("`{module}` stands on no floor"))
        .0
}

/// Module paths that a text names behind `crate::`, comments left out.
fn imports(text: &str) -> Vec<String> {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| {
        line.split("crate::")
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    })
    .map(|rest| {
        let path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        rest.chars().take_while(|&c| path(c)).collect()
    })
    .collect()
}

fn first(path: &str) -> &str {
    path.split("::").next().unwrap_or_default()
}

#[test]
fn files_import_only_from_lower_floors() {
    for (file, text) in source_files() {
        let own = file.components().next().expect("a name").as_os_str();
        let own = own.to_string_lossy().trim_end_matches(".rs").to_owned();
        for path in imports(&text) {
            let other = first(&path);
            assert!(
                !other.is_empty(),
                "{}: write `use crate::…` paths singly",
                file.display()
            );
            let allowed = other == own
                || floor(other) < floor(&own)
                || NEIGHBOURS.contains(&(own.as_str(), other));
            assert!(allowed, "{} must not import crate::{path}", file.display());
        }
    }
}

#[test]
fn the_two_paths_do_not_know_each_other() {
    for (file, text) in source_files() {
        let name = file.display().to_string();
        for (folder, forbidden) in FORBIDDEN.iter().filter(|(f, _)| name.starts_with(f)) {
            for path in imports(&text) {
                let hit = forbidden
                    .iter()
                    .find(|f| path == **f || path.starts_with(&format!("{f}::")));
                assert!(
                    hit.is_none(),
                    "{name} (in {folder}) must not see crate::{path}"
                );
            }
        }
    }
}

#[test]
fn unsafe_code_stands_in_one_place() {
    for (file, text) in source_files() {
        let lapack = file.starts_with("solve/conic/lapack");
        let code: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        let found = code.iter().any(|line| line.contains("unsafe "));
        assert!(lapack || !found, "{} has unsafe code", file.display());
    }
}

/// Longer files hold more than one idea.
const MOST_LINES: usize = 400;

#[test]
fn no_file_is_long() {
    for (file, text) in source_files() {
        let is_test = file.components().any(|part| part.as_os_str() == "tests");
        let lines = text.lines().count();
        assert!(
            is_test || lines <= MOST_LINES,
            "{} has {lines} lines",
            file.display()
        );
    }
}
