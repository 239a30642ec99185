//! Inner variables and multipliers stand apart from the file's own.

use super::{loaded, solved};
use bowl::report::{Detail, outcome_json, outcome_text};

const TEXT: &str = "let f(x) = minimize sum_squares(x - y) over y[2] >= 0 subject to sum(y) <= 1\nvar x[2]\nminimize f(x) + f(2*x)\nsubject to\n  fixed: x == [1; -1]\n";

#[test]
fn json_has_them_under_a_key_of_their_own() {
    let loaded = loaded(TEXT);
    let report = outcome_json(&loaded, &solved(&loaded));
    for path in ["conic", "gradient"] {
        let answer = &report[path];
        let keys = |part: &serde_json::Value| -> Vec<String> {
            part.as_object().expect("a map").keys().cloned().collect()
        };
        assert_eq!(keys(&answer["variables"]), ["x"]);
        assert_eq!(keys(&answer["duals"]), ["fixed"]);
        assert_eq!(keys(&answer["inner"]["variables"]), ["f#2.y", "f.y"]);
        let duals = ["f#2, line 1", "f#2.y >=", "f, line 1", "f.y >="];
        assert_eq!(keys(&answer["inner"]["duals"]), duals);
    }
    let plain = super::loaded("var x >= 1\nminimize x\n");
    let report = outcome_json(&plain, &solved(&plain));
    assert!(report["conic"].get("inner").is_none());
}

#[test]
fn the_text_counts_and_shows_the_files_own() {
    let loaded = loaded(TEXT);
    let outcome = solved(&loaded);
    let text = outcome_text(&loaded, &outcome, Detail::default());
    assert!(text.contains("  2 variables, 2 constraints"), "{text}");
    assert!(!text.contains("f.y") && !text.contains("inner"), "{text}");
    let detail = Detail {
        verbose: true,
        ..Detail::default()
    };
    let text = outcome_text(&loaded, &outcome, detail);
    let (own, inner) = text
        .split_once("inner variables")
        .expect("a part of their own");
    assert!(
        own.contains("dual(fixed)") && !own.contains("f.y"),
        "{text}"
    );
    assert!(
        inner.contains("f#2.y") && inner.contains("dual(f, line 1)"),
        "{text}"
    );
    assert!(!inner.contains("fixed"), "{text}");
}
