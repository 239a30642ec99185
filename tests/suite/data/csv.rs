//! Comma-separated tables.

use super::Folder;
use std::time::{Duration, Instant};

const TABLE: &str = "age,size,cost\n1,2,3\n4,5,6\n";

#[test]
fn header_is_found_or_told() {
    let folder = Folder::with("t.csv", TABLE);
    let table = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    assert_eq!(folder.rows("csv(\"t.csv\")"), table);
    assert_eq!(folder.rows("csv(\"t.csv\", header = auto)"), table);
    assert_eq!(folder.rows("csv(\"t.csv\", header = true)"), table);
    folder.fails(
        "csv(\"t.csv\", header = false)",
        &["`t.csv`, line 1, column 1: expected a number, found `age`"],
    );
    folder.write("n.csv", "1,2\n3,4\n");
    assert_eq!(folder.rows("csv(\"n.csv\")"), [[1.0, 2.0], [3.0, 4.0]]);
    assert_eq!(folder.rows("csv(\"n.csv\", header = true)"), [[3.0, 4.0]]);
    assert_eq!(folder.rows("csv(\"n.csv\", header = false)").len(), 2);
}

#[test]
fn columns_are_chosen() {
    let folder = Folder::with("t.csv", TABLE);
    let rows = |columns: &str| folder.rows(&format!("csv(\"t.csv\", columns = {columns})"));
    assert_eq!(rows("2..3"), [[2.0, 3.0], [5.0, 6.0]]);
    assert_eq!(rows("2"), [[2.0], [5.0]]);
    assert_eq!(rows("\"cost\""), [[3.0], [6.0]]);
    assert_eq!(rows("[\"cost\", \"age\"]"), [[3.0, 1.0], [6.0, 4.0]]);
}

#[test]
fn columns_that_are_not_there() {
    let folder = Folder::with("t.csv", TABLE);
    let fails = |columns: &str, words: &[&str]| {
        folder.fails(&format!("csv(\"t.csv\", columns = {columns})"), words);
    };
    fails(
        "\"csot\"",
        &["`t.csv` has no column `csot`", "did you mean `cost`?"],
    );
    fails("\"weight\"", &["its columns are `age`, `size`, `cost`"]);
    fails(
        "2..9",
        &["`t.csv` has 3 columns, so `columns = 2..9` is out of range"],
    );
    fails("0..2", &["columns are counted from 1"]);
    fails("3..1", &["`columns = 3..1`"]);
    fails("1.5", &["a column must be a whole number"]);
    fails("[1; 2]", &["this does not choose columns"]);
    folder.write("n.csv", "1,2\n3,4\n");
    folder.fails(
        "csv(\"n.csv\", columns = \"a\")",
        &["no header line", "columns = 1..2"],
    );
}

#[test]
fn forms_of_text() {
    let folder = Folder::new();
    folder.write("quoted.csv", "\"a, b\",\"c \"\"d\"\"\"\n\"1\",\" 2 \"\n");
    assert_eq!(folder.rows("csv(\"quoted.csv\")"), [[1.0, 2.0]]);
    assert_eq!(
        folder.rows("csv(\"quoted.csv\", columns = \"a, b\")"),
        [[1.0]]
    );
    folder.write("crlf.csv", "a,b\r\n1,2\r\n3,4\r\n");
    assert_eq!(folder.rows("csv(\"crlf.csv\")"), [[1.0, 2.0], [3.0, 4.0]]);
    folder.write("bom.csv", "\u{feff}1,2\n3,4\n");
    assert_eq!(folder.rows("csv(\"bom.csv\")"), [[1.0, 2.0], [3.0, 4.0]]);
    folder.write("bom_header.csv", "\u{feff}a,b\n3,4\n");
    assert_eq!(
        folder.rows("csv(\"bom_header.csv\", columns = \"a\")"),
        [[3.0]]
    );
    folder.write("bom_quoted.csv", "\u{feff}\"a\",b\n3,4\n");
    assert_eq!(
        folder.rows("csv(\"bom_quoted.csv\", columns = \"a\")"),
        [[3.0]]
    );
    folder.write("numbers.csv", "1e-3,-2.5E+2, +7 ,.5\n");
    assert_eq!(
        folder.rows("csv(\"numbers.csv\")"),
        [[1e-3, -250.0, 7.0, 0.5]]
    );
    folder.write("gaps.csv", "1,2\n\n3,4\n\n");
    assert_eq!(folder.rows("csv(\"gaps.csv\")"), [[1.0, 2.0], [3.0, 4.0]]);
    folder.write("one.csv", "5");
    assert_eq!(folder.rows("csv(\"one.csv\")"), [[5.0]]);
}

#[test]
fn cells_that_are_no_numbers() {
    let folder = Folder::new();
    let fails = |text: &str, words: &[&str]| {
        folder.write("t.csv", text);
        folder.fails("csv(\"t.csv\")", words);
    };
    fails(
        "a,b\n1,red\n",
        &["`t.csv`, line 2, column 2: expected a number, found `red`"],
    );
    fails(
        "a,b\n1,NaN\n",
        &["`t.csv`, line 2, column 2: the value is NaN"],
    );
    fails("1,2\n1,nan\n", &["line 2, column 2: the value is nan"]);
    fails("a,b\n1,inf\n", &["line 2, column 2: the value is inf"]);
    fails("a,b\n1,1e999\n", &["line 2, column 2", "1e999"]);
    fails("a,b\n1,\n", &["line 2, column 2: the value is missing"]);
    fails(
        "a,b\n1,2\n3\n",
        &["`t.csv`, line 3 has 1 column, but the lines before have 2"],
    );
    fails(
        "a,b\n1,2,3\n",
        &["line 2 has 3 columns, but the lines before have 2"],
    );
    fails("1,5 000\n2,3\n3,x\n", &["line 3, column 2"]);
    fails("a;b\n1;2\n", &["found `1;2`", "commas"]);
}

#[test]
fn files_that_are_no_tables() {
    let folder = Folder::new();
    folder.fails(
        "csv(\"none.csv\")",
        &["cannot read `none.csv`: there is no such file"],
    );
    folder.fails("csv(\".\")", &["is a folder, not a file"]);
    folder.write("empty.csv", "");
    folder.fails(
        "csv(\"empty.csv\")",
        &["`empty.csv` has no rows of numbers"],
    );
    folder.write("blank.csv", "\n\n\n");
    folder.fails(
        "csv(\"blank.csv\")",
        &["`blank.csv` has no rows of numbers"],
    );
    folder.write("header.csv", "a,b\n");
    folder.fails(
        "csv(\"header.csv\")",
        &["`header.csv` has no rows of numbers"],
    );
    let noise: Vec<u8> = (0..10_000_u32)
        .map(|k| (k.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    folder.write("noise.csv", &noise);
    folder.fails("csv(\"noise.csv\")", &["`noise.csv`"]);
    folder.write("zip.csv", b"PK\x03\x04\x00\x00\xff\xfe\x00\n\x00\x80");
    folder.fails("csv(\"zip.csv\")", &["is not a text file"]);
    folder.write("utf16.csv", b"\xff\xfe1\x00,\x002\x00\n\x00");
    folder.fails("csv(\"utf16.csv\")", &["is not a text file"]);
}

#[test]
fn a_long_line_is_read_or_refused() {
    let folder = Folder::new();
    let start = Instant::now();
    folder.write("cell.csv", "7".repeat(50_000_000));
    folder.fails("csv(\"cell.csv\")", &["`cell.csv`, line 1, column 1"]);
    folder.write("text.csv", "a".repeat(50_000_000));
    folder.fails("csv(\"text.csv\")", &["`text.csv`"]);
    folder.write("row.csv", "1,".repeat(25_000_000) + "1");
    let row = folder.read("csv(\"row.csv\")").expect("a row");
    assert_eq!(row.shape().cols, 25_000_001);
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn wrong_use_of_the_source() {
    let folder = Folder::with("t.csv", TABLE);
    folder.fails("csv()", &["`csv` needs the name of a file"]);
    folder.fails("csv(3)", &["`csv` needs the name of a file"]);
    folder.fails("csv(\"t.csv\", \"age\")", &["columns = \"age\""]);
    folder.fails(
        "csv(\"t.csv\", head = true)",
        &["no option `head`", "`columns`, `header`"],
    );
    folder.fails(
        "csv(\"t.csv\", header = 1)",
        &["`header` is `auto`, `true` or `false`"],
    );
    folder.fails(
        "csv(\"t.csv\") + 1",
        &["a data source stands alone behind a param"],
    );
}
