//! The command line as a user meets it: exit codes, streams, formats.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn problem(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("problems")
        .join(name)
}

fn bowl(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bowl"))
        .args(arguments)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bowl starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A command that reads no input may close the pipe early.
    drop(stdin.write_all(input.as_bytes()));
    drop(stdin);
    child.wait_with_output().expect("bowl ends")
}

fn code(arguments: &[&str], input: &str) -> i32 {
    bowl(arguments, input).status.code().expect("no signal")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const LEAST: &str = "var x >= 1\nminimize (x - 3)^2 + x\n";
const SADDLE: &str = "var x[2]\nminimize x[1]*x[2]\nsubject to\n  -1 <= x <= 1\n";

#[test]
fn exit_codes_are_as_documented() {
    assert_eq!(code(&["solve", "-"], LEAST), 0);
    assert_eq!(code(&["check", "-"], LEAST), 0);
    assert_eq!(code(&["check", "-"], SADDLE), 1);
    assert_eq!(code(&["solve"], ""), 2);
    assert_eq!(code(&["frobnicate"], ""), 2);
    assert_eq!(code(&["solve", "--tolerance", "-1", "-"], LEAST), 2);
    assert_eq!(code(&["solve", "-"], "var x\nminimize y\n"), 3);
    assert_eq!(code(&["solve", "no/such/file.opt"], ""), 3);
    assert_eq!(code(&["solve", "."], ""), 3);
    assert_eq!(code(&["solve", "--path", "conic", "-"], SADDLE), 4);
    assert_eq!(code(&["solve", "--require-convex", "-"], SADDLE), 4);
    let infeasible = "var x\nminimize x\nsubject to\n  x >= 2\n  x <= 1\n";
    assert_eq!(code(&["solve", "-"], infeasible), 5);
    assert_eq!(
        code(&["solve", "-"], "var x\nminimize x\nsubject to\n  x <= 1\n"),
        6
    );
}

#[test]
fn the_last_point_of_a_problem_without_an_answer_is_not_shown() {
    let infeasible = "var point\nminimize point\nsubject to\n  point >= 2\n  point <= 1\n";
    let unbounded = "var point\nminimize point\nsubject to\n  point <= 1\n";
    for text in [infeasible, unbounded] {
        let told = stdout(&bowl(&["solve", "-"], text));
        let lines = || told.lines().map(str::trim_start);
        assert!(!lines().any(|line| line.starts_with("point")), "{told}");
        assert!(!lines().any(|line| line.starts_with("violation")), "{told}");
    }
    let told = stdout(&bowl(&["solve", "-"], &LEAST.replace('x', "point")));
    assert!(
        told.lines()
            .any(|line| line.trim_start().starts_with("point")),
        "{told}"
    );
}

#[test]
fn members_of_a_family_that_contradict_each_other_are_told_as_a_range() {
    let text = "var x[9] >= 0\nminimize sum(x)\nsubject to\n  need[i]: x[i] >= i for i in 2..9\n  cap: sum(x) <= 43\n";
    let told = stdout(&bowl(&["solve", "-"], text));
    assert!(told.contains("`need[2..9]` (line 4)"), "{told}");
    assert!(told.contains("`cap` (line 5)"), "{told}");
}

#[test]
fn a_local_minimum_is_alone_for_want_of_a_proof() {
    let well = "var x start 2\nminimize x^4 - 3*x^2 + x\n";
    let told = stdout(&bowl(&["solve", "-"], well));
    assert!(told.contains("(local minimum)"), "{told}");
    assert!(
        told.contains("takes problems that are proved convex"),
        "{told}"
    );
    assert!(!told.contains("asked for"), "{told}");
}

#[test]
fn failed_expectations_fail_the_test_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("wrong.opt");
    std::fs::write(&file, format!("{LEAST}expect objective == 7\n")).expect("written");
    let path = file.to_str().expect("plain name");
    let output = bowl(&["test", path], "");
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert!(
        stdout(&output).contains("wrong.opt:3:1: conic: expected objective 7"),
        "{}",
        stdout(&output)
    );
    std::fs::write(
        &file,
        format!("{LEAST}expect objective == 2.75\nexpect x == 2.5\n"),
    )
    .expect("written");
    assert_eq!(code(&["test", path], ""), 0);
}

#[test]
fn the_test_command_shows_the_place_of_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("wrong.opt");
    let path = file.to_str().expect("plain name");
    for line in ["expect dual(g) == 1", "expect x == [1 2]", "expect y == 1"] {
        std::fs::write(&file, format!("{LEAST}{line}\n")).expect("written");
        let output = bowl(&["test", path], "");
        let told = stdout(&output);
        assert_eq!(output.status.code(), Some(3), "{told}");
        assert!(told.contains("wrong.opt:3:"), "{told}");
        assert!(told.contains(line), "{told}");
    }
    assert_eq!(code(&["test", "no/such/file.opt"], ""), 3);
}

#[test]
fn answers_go_to_stdout_and_diagnostics_to_stderr() {
    let good = bowl(&["solve", "-"], LEAST);
    assert!(stdout(&good).contains("2.75"), "{}", stdout(&good));
    assert!(stderr(&good).is_empty(), "{}", stderr(&good));
    let bad = bowl(&["solve", "-"], "var x\nminimize lamda*x\n");
    assert!(stdout(&bad).is_empty(), "{}", stdout(&bad));
    assert!(stderr(&bad).contains("lamda"), "{}", stderr(&bad));
    assert!(
        stderr(&bad).contains("standard input:2"),
        "{}",
        stderr(&bad)
    );
}

#[test]
fn pipes_carry_no_colour_codes() {
    for arguments in [&["solve", "-"][..], &["check", "-"]] {
        let output = bowl(arguments, LEAST);
        assert!(!stdout(&output).contains('\u{1b}'));
    }
    let forced = bowl(&["solve", "--color", "always", "-"], LEAST);
    assert!(stdout(&forced).contains('\u{1b}'));
}

#[test]
fn json_is_valid_and_complete() {
    let output = bowl(&["solve", "--format", "json", "-"], LEAST);
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("valid JSON on stdout");
    assert_eq!(report["schema"], 1);
    assert_eq!(report["convex"], true);
    assert_eq!(report["agreement"]["verdict"], "agree");
    for path in ["conic", "gradient"] {
        let objective = report[path]["objective"].as_f64().expect("a number");
        assert!((objective - 2.75).abs() < 1e-7, "{path}: {objective}");
        assert_eq!(report[path]["status"], "solved");
        let x = report[path]["variables"]["x"].as_f64().expect("a number");
        assert!((x - 2.5).abs() < 1e-5);
    }
    let check = bowl(&["check", "--format", "json", "-"], SADDLE);
    let report: serde_json::Value = serde_json::from_slice(&check.stdout).expect("valid JSON");
    assert_eq!(report["convex"], false);
}

#[test]
fn json_of_several_files_is_one_document_with_the_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("written");
        file.to_str().expect("plain name").to_owned()
    };
    let good = path("good.opt", "var x\nminimize (x - 3)^2 + x\n");
    let bad = path("bad.opt", "var x\nminimize x + lamda\n");
    for command in ["solve", "check", "derive", "descend"] {
        let output = bowl(&[command, "--format", "json", &good, &bad], "");
        assert_eq!(output.status.code(), Some(3), "{command}");
        let report: serde_json::Value =
            serde_json::from_slice(&output.stdout).expect("one JSON document");
        let files = report.as_array().expect("an array");
        assert_eq!(files.len(), 2, "{command}: {report:#}");
        assert_eq!(files[0]["file"], good.as_str());
        assert!(
            files[0]
                .get("errors")
                .is_none_or(|e| e.as_array().is_some_and(Vec::is_empty))
        );
        let error = &files[1]["errors"][0];
        let message = error["message"].as_str().expect("a message");
        assert!(message.contains("lamda"), "{message}");
        assert_eq!(error["places"][0]["line"], 2);
        assert_eq!(error["places"][0]["column"], 14);
        let one = bowl(&[command, "--format", "json", &bad], "");
        let report: serde_json::Value =
            serde_json::from_slice(&one.stdout).expect("one JSON document");
        assert_eq!(report["errors"][0]["code"], error["code"], "{command}");
    }
}

#[test]
fn params_come_from_the_command_line() {
    let text = "param a\nvar x\nminimize (x - a)^2\nexpect convex\n";
    assert_eq!(code(&["solve", "-"], text), 3);
    let set = bowl(&["solve", "--set", "a=2*3", "-"], text);
    assert!(stdout(&set).contains("x  6"), "{}", stdout(&set));
    assert_eq!(
        code(&["solve", "--set", "b=1", "--set", "a=1", "-"], text),
        3
    );
    assert_eq!(code(&["solve", "--set", "a", "-"], text), 3);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("inputs.json");
    std::fs::write(&file, "{\"a\": 4}").expect("written");
    let data = bowl(
        &["solve", "--data", file.to_str().expect("plain"), "-"],
        text,
    );
    assert!(stdout(&data).contains("x  4"), "{}", stdout(&data));
}

#[test]
fn values_are_written_to_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "var x[2, 0..1] >= 1\nvar t\nminimize sum(x) + t\nsubject to\n  cap[i, j]: t >= 3*i - j for i in 1..2, j in 1..2\n";
    for (name, wanted) in [
        (
            "values.csv",
            vec![
                "name,row,column,value",
                "x,2,0,1",
                "x,2,1,1",
                "t,1,1,5",
                "dual(x >=),1,2,1",
                "\"dual(cap[2, 1])\",1,1,1",
            ],
        ),
        ("values.json", vec!["\"t\": 5", "\"cap[2, 1]\": 1"]),
    ] {
        let file = folder.path().join(name);
        let path = file.to_str().expect("plain name");
        assert_eq!(
            code(
                &["solve", "--path", "gradient", "--output", path, "-"],
                text
            ),
            0
        );
        let text = std::fs::read_to_string(&file).expect("written");
        for wanted in wanted {
            assert!(near(&text, wanted), "{name}: {wanted} is not in\n{text}");
        }
    }
}

/// Whether a line begins with the text, whose number at the end may be off by a millionth.
fn near(text: &str, wanted: &str) -> bool {
    let split = |line: &str| {
        let line = line.trim().trim_end_matches(',').to_owned();
        let end = line.rfind([',', ' ']).map_or(0, |k| k + 1);
        let (name, number) = line.split_at(end);
        (
            name.to_owned(),
            number.parse::<f64>().ok(),
            number.to_owned(),
        )
    };
    let (name, number, word) = split(wanted);
    text.lines()
        .map(split)
        .any(|(found, value, last)| match (value, number) {
            (Some(value), Some(number)) => found == name && (value - number).abs() < 1e-6,
            _ => found == name && last == word,
        })
}

#[test]
fn files_that_cannot_be_written_are_refused_before_solving() {
    let endless = "this is read only after the command line\n";
    for arguments in [
        ["solve", "--output", "values.doc", "-"],
        ["solve", "--output", "values", "-"],
        ["solve", "--output", "no/such/folder/values.csv", "-"],
        ["descend", "--plot", "picture.png", "-"],
        ["descend", "--plot", "no/such/folder/picture.svg", "-"],
    ] {
        assert_eq!(code(&arguments, endless), 2, "{arguments:?}");
    }
    let (a, b) = (problem("lasso.opt"), problem("ridge.opt"));
    let files = [a.to_str().expect("plain"), b.to_str().expect("plain")];
    assert_eq!(
        code(&["solve", "--output", "v.csv", files[0], files[1]], ""),
        2
    );
}

#[test]
fn formulas_are_those_of_the_textbook() {
    let derive = |name: &str| {
        stdout(&bowl(
            &["derive", "--check", problem(name).to_str().expect("plain")],
            "",
        ))
    };
    let least_squares = derive("least_squares.opt");
    assert!(
        least_squares.contains("df/dx = 2*A'*(A*x - b)"),
        "{least_squares}"
    );
    let quadratic = derive("quadratic.opt");
    assert!(
        quadratic.contains("df/dx = [4*x[1] + x[2] - 6; 2*x[2] + x[1] - 5]"),
        "{quadratic}"
    );
}

#[test]
fn the_lasso_agrees_to_a_millionth() {
    let lasso = problem("lasso.opt");
    let output = bowl(
        &["solve", "--format", "json", lasso.to_str().expect("plain")],
        "",
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    let difference = report["agreement"]["difference"]
        .as_f64()
        .expect("both answered");
    assert!(difference <= 1e-6, "{difference}");
}

#[test]
fn every_command_explains_itself() {
    for command in ["solve", "check", "derive", "test", "atoms"] {
        let output = bowl(&[command, "--help"], "");
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).contains("Usage"), "{command}");
    }
    let page = bowl(&["atoms", "huber"], "");
    assert!(stdout(&page).contains("M = 1"), "{}", stdout(&page));
    assert_eq!(code(&["atoms", "no_such_function"], ""), 3);
    let generator = bowl(&["atoms", "eye"], "");
    assert_eq!(generator.status.code(), Some(0));
    let told = String::from_utf8_lossy(&generator.stdout).into_owned();
    assert!(told.starts_with("eye(n)"), "{told}");
    let elsewhere = bowl(&["atoms", "var"], "");
    let message = String::from_utf8_lossy(&elsewhere.stderr);
    assert!(message.contains("write variance(x)"), "{message}");
}

#[test]
fn the_lecture_descends_as_on_the_blackboard() {
    let file = problem("lecture/two_squares.opt");
    let file = file.to_str().expect("plain");
    let fixed = [
        "descend",
        file,
        "--method",
        "gradient",
        "--iterations",
        "25",
        "--start",
        "0",
    ];
    let output = bowl(&[&fixed[..], &["--step", "0.2"]].concat(), "");
    assert!(
        stdout(&output).contains("[2.99999147, 2.99999147]"),
        "{}",
        stdout(&output)
    );
    let far = bowl(&["descend", file, "--step", "1.1", "--start", "0"], "");
    assert_eq!(far.status.code(), Some(7));
    assert!(stdout(&far).contains("diverged"), "{}", stdout(&far));
}

#[test]
fn quadratics_under_equations_are_solved_directly() {
    let text = "var x[2]\nminimize sum_squares(x - [3; 1])\nsubject to\n  line: x[1] + x[2] == 2\n\
                expect x == [2; 0]\nexpect dual(line) == 2\n";
    let output = bowl(&["solve", "--format", "json", "-"], text);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    assert_eq!(report["gradient"]["method"], "analytic");
    let x = &report["gradient"]["variables"]["x"];
    assert!(
        (x[0].as_f64().expect("a number") - 2.0).abs() < 1e-12,
        "{x}"
    );
    let dual = report["gradient"]["duals"]["line"]
        .as_f64()
        .expect("a number");
    assert!((dual - 2.0).abs() < 1e-12, "{dual}");
}

#[test]
fn quiet_says_one_word_or_number() {
    let quiet = |text: &str| stdout(&bowl(&["solve", "--quiet", "-"], text));
    assert_eq!(quiet(LEAST), "2.75\n");
    assert_eq!(
        quiet("var x\nminimize x\nsubject to\n  x <= 1\n"),
        "unbounded\n"
    );
    assert_eq!(quiet("var x >= 2, <= 1\nminimize x\n"), "infeasible\n");
}

#[test]
fn one_mistake_gives_one_error() {
    let text = "param A[m, n] = csv(\"missing.csv\")\nvar x[n]\nminimize sum_squares(A*x)/m\n";
    let output = bowl(&["solve", "-"], text);
    assert_eq!(
        stderr(&output).matches('×').count(),
        1,
        "{}",
        stderr(&output)
    );
}

#[test]
fn errors_in_long_lines_show_the_place() {
    let text = format!(
        "var x\nminimize x^2{} + y{}\n",
        " + x^2".repeat(20_000),
        " + x^2".repeat(20_000)
    );
    let output = bowl(&["solve", "-"], &text);
    let shown = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{shown:.2000}");
    assert!(shown.len() < 3000, "{} bytes", shown.len());
    assert!(shown.contains("y"), "{shown}");
    let product = format!("var x[2]\nminimize {}x[1]*x[2]\n", "x[1] + ".repeat(20_000));
    let output = bowl(&["solve", "-"], &product);
    assert!(stderr(&output).len() < 6000, "{:.2000}", stderr(&output));
}

#[test]
fn functions_see_the_name_declared_just_before() {
    let text = "param a = 3\nlet f(x) = (x - a)^2\nvar y\nlet g(x) = f(x) + y^2\nminimize g(y)\n\
                expect objective == 4.5\n";
    let output = bowl(&["solve", "-"], text);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let itself = bowl(&["solve", "-"], "var x\nlet f(x) = f(x)\nminimize f(x)\n");
    assert_eq!(itself.status.code(), Some(3));
}
