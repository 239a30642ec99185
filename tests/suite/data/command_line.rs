//! `--data` and `--set` give params their values.

use super::Folder;
use std::process::{Command, Output};

const LASSO: &str = "param A[m, n] = [1, 2; 3, 4]\nparam lambda nonneg = 2\nparam b[m]\nvar x[n]\n\
                     minimize sum_squares(A*x - b) + lambda*norm1(x)\n";

fn run(folder: &Folder, arguments: &[&str]) -> Output {
    folder.write("p.opt", LASSO);
    Command::new(env!("CARGO_BIN_EXE_bowl"))
        .current_dir(folder.0.path())
        .args(["solve", "--quiet"])
        .args(arguments)
        .arg("p.opt")
        .output()
        .expect("bowl runs")
}

fn answer(folder: &Folder, arguments: &[&str]) -> f64 {
    let output = run(folder, arguments);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = text.trim().parse();
    number.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn fails(folder: &Folder, arguments: &[&str], words: &[&str]) {
    let output = run(folder, arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{error}");
    for word in words {
        assert!(error.contains(word), "`{word}` is not in: {error}");
    }
}

#[test]
fn values_from_the_command_line_win() {
    let folder = Folder::with("d.json", r#"{"b": [0, 0], "lambda": 5}"#);
    let zero = answer(&folder, &["--set", "b=[0; 0]"]);
    assert!(zero.abs() < 1e-9, "{zero}");
    let zero = answer(&folder, &["--data", "d.json"]);
    assert!(zero.abs() < 1e-9, "{zero}");
    let fitted = answer(&folder, &["--set", "b=[1; 3]", "--set", "lambda=0"]);
    assert!(fitted.abs() < 1e-6, "{fitted}");
    let both = answer(
        &folder,
        &["--data", "d.json", "--set", "b=[1; 3]", "--set", "lambda=0"],
    );
    assert!(both.abs() < 1e-6, "{both}");
}

#[test]
fn values_that_do_not_fit() {
    let folder = Folder::new();
    fails(&folder, &[], &["param `b` has no value"]);
    let b = ["--set", "b=[0; 0]"];
    let with = |setting: &'static str| [b[0], b[1], "--set", setting];
    fails(
        &folder,
        &with("lamda=1"),
        &["no param `lamda`", "did you mean `lambda`?"],
    );
    fails(
        &folder,
        &with("lambda=-1"),
        &["`lambda` is declared nonneg, but"],
    );
    fails(
        &folder,
        &with("lambda=[1; 2]"),
        &["declared as a scalar", "vector of 2"],
    );
    fails(
        &folder,
        &with("lambda=q"),
        &["`--set lambda=q`: there is no name `q`"],
    );
    fails(&folder, &with("lambda=1 +"), &["--set lambda"]);
    fails(&folder, &with("lambda="), &["--set lambda"]);
    fails(&folder, &with("lambda"), &["has no `=`"]);
    fails(
        &folder,
        &["--set", "b=[1; 2; 3]"],
        &["`b` has 3 rows, but m = 2"],
    );
    fails(&folder, &with("x=1"), &["no param `x`"]);
}

#[test]
fn data_files_that_do_not_fit() {
    let folder = Folder::new();
    folder.write("d.json", r#"{"b": [0, 0], "bb": 1}"#);
    fails(
        &folder,
        &["--data", "d.json"],
        &["`--data` gives `bb`, but the file has no param `bb`"],
    );
    folder.write("d.json", r#"{"b": [0, 0, 0]}"#);
    fails(
        &folder,
        &["--data", "d.json"],
        &["`b` has 3 rows, but m = 2"],
    );
    folder.write("d.json", r#"{"b": "none"}"#);
    fails(
        &folder,
        &["--data", "d.json"],
        &["`b` is the text \"none\""],
    );
    folder.write("d.json", "[1, 2]");
    fails(&folder, &["--data", "d.json"], &["not an object"]);
    fails(
        &folder,
        &["--data", "none.json"],
        &["there is no such file"],
    );
}
