//! JSON documents.

use super::Folder;

const DOCUMENT: &str = r#"{"c": 2.5, "v": [1, 2, 3], "A": [[1, 2], [3, 4]], "deep": {"b": [1]}}"#;

#[test]
fn numbers_lists_and_rows() {
    let folder = Folder::with("d.json", DOCUMENT);
    assert_eq!(folder.rows("json(\"d.json\", \"c\")"), [[2.5]]);
    assert_eq!(
        folder.rows("json(\"d.json\", \"v\")"),
        [[1.0], [2.0], [3.0]]
    );
    let rows = folder.rows("json(\"d.json\", \"A\")");
    assert_eq!(rows, [[1.0, 2.0], [3.0, 4.0]]);
    folder.write("bare.json", "[[1, 2]]");
    assert_eq!(folder.rows("json(\"bare.json\")"), [[1.0, 2.0]]);
    folder.write("bom.json", "\u{feff}[1, 2]");
    assert_eq!(folder.rows("json(\"bom.json\")"), [[1.0], [2.0]]);
}

#[test]
fn keys_that_are_not_there() {
    let folder = Folder::with("d.json", r#"{"alpha": 1, "beta": 2}"#);
    folder.fails(
        "json(\"d.json\", \"alhpa\")",
        &["`d.json` has no entry `alhpa`", "did you mean `alpha`?"],
    );
    folder.fails(
        "json(\"d.json\", \"z\")",
        &["its entries are `alpha`, `beta`"],
    );
    folder.fails(
        "json(\"d.json\")",
        &["an object", "json(\"d.json\", \"alpha\")"],
    );
    folder.write("list.json", "[1]");
    folder.fails(
        "json(\"list.json\", \"z\")",
        &["has no entry `z`", "not an object"],
    );
}

#[test]
fn values_that_are_no_matrices() {
    let folder = Folder::new();
    let fails = |text: &str, words: &[&str]| {
        folder.write("d.json", format!("{{\"k\": {text}}}"));
        folder.fails("json(\"d.json\", \"k\")", words);
    };
    fails("\"red\"", &["`d.json`: `k` is the text \"red\""]);
    fails("null", &["`k` is null"]);
    fails("true", &["`k` is true"]);
    fails("{\"a\": 1}", &["`k` is an object"]);
    fails("[]", &["`k` is an empty list"]);
    fails("[1, null]", &["item 2 is null"]);
    fails("[[1, 2], [3]]", &["row 2 has 1 entry, the first has 2"]);
    fails("[1, [2]]", &["item 1 is 1"]);
    fails(
        "[[1, 2], [3, \"x\"]]",
        &["row 2, column 2", "the text \"x\""],
    );
    fails("[[[1]]]", &["row 1, column 1 is a list"]);
    fails("[[], []]", &["row 1 has 0 entries"]);
    fails("1e999", &["is not valid JSON", "out of range"]);
    fails("NaN", &["is not valid JSON", "line 1 column"]);
}

#[test]
fn files_that_are_no_json() {
    let folder = Folder::new();
    folder.fails("json(\"none.json\", \"k\")", &["there is no such file"]);
    folder.fails("json(\".\", \"k\")", &["is a folder"]);
    folder.write("empty.json", "");
    folder.fails(
        "json(\"empty.json\", \"k\")",
        &["`empty.json` is not valid JSON"],
    );
    folder.write("deep.json", "[".repeat(100_000));
    folder.fails("json(\"deep.json\")", &["is not valid JSON"]);
    folder.write("noise.json", b"\xff\xfe\x00");
    folder.fails("json(\"noise.json\")", &["`noise.json`"]);
    folder.write("long.json", "7".repeat(50_000_000));
    folder.fails("json(\"long.json\")", &["is not valid JSON"]);
}
