//! Hostile inputs through the binary: each ends in a clear error or an answer, in bounded time
//! and memory, never in a panic.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const MOST_TIME: Duration = Duration::from_secs(10);
/// Address space in KiB: the worker's stack and the program itself are in it.
const MOST_MEMORY: u64 = 2 << 20;

struct Ending {
    code: Option<i32>,
    output: String,
    errors: String,
}

/// Runs `bowl solve` on a text with bounded time and memory.
fn solve(text: &str) -> Ending {
    let name: String = text.chars().take(60).collect();
    let limited = format!("ulimit -v {MOST_MEMORY}; exec \"$0\" solve --quiet -");
    let start = Instant::now();
    let mut child = Command::new("sh")
        .args(["-c", &limited, env!("CARGO_BIN_EXE_bowl")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bowl starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    drop(stdin.write_all(text.as_bytes()));
    drop(stdin);
    let id = child.id().to_string();
    let (done, waiting) = std::sync::mpsc::channel::<()>();
    let guard = std::thread::spawn(move || {
        if waiting.recv_timeout(MOST_TIME).is_err() {
            drop(Command::new("kill").args(["-9", &id]).status());
        }
    });
    let output = child.wait_with_output().expect("bowl ends");
    // The guard has ended when it had to kill.
    let _ = done.send(());
    guard.join().expect("the guard ends");
    let ending = Ending {
        code: output.status.code(),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    let shown: String = ending.errors.chars().take(600).collect();
    assert!(
        matches!(ending.code, Some(0 | 1 | 3 | 4 | 5 | 6 | 7)),
        "{name}: {:?} after {:?}: {shown}",
        ending.code,
        start.elapsed()
    );
    assert!(!ending.errors.contains("panicked"), "{name}: {shown}");
    ending
}

/// The text is refused, with these words.
fn refused(text: &str, words: &str) {
    let ending = solve(text);
    let name: String = text.chars().take(60).collect();
    let shown: String = ending.errors.chars().take(600).collect();
    assert_eq!(ending.code, Some(3), "{name}: {} {shown}", ending.output);
    assert!(ending.errors.contains(words), "{name}: {shown}");
}

fn objective(body: &str) -> String {
    format!("var x\nminimize {body}\n")
}

#[test]
fn huge_axes_are_refused() {
    for axes in [
        "10^12",
        "10^6, 10^6",
        "10^9",
        "1, 10^9",
        "0..10^12",
        "10^15",
    ] {
        refused(
            &format!("var x[{axes}]\nminimize sum(x)\n"),
            "more than the limit",
        );
    }
    for axes in ["10^19", "1e300", "inf"] {
        refused(&format!("var x[{axes}]\nminimize sum(x)\n"), "whole number");
    }
    refused("var x[10^400]\nminimize sum(x)\n", "no finite value");
    for axes in ["0", "-3", "-10^12", "5..3"] {
        refused(
            &format!("var x[{axes}]\nminimize sum(x)\n"),
            "at least one entry",
        );
    }
    refused(
        "var x[-10^15..10^15]\nminimize sum(x)\n",
        "more than the limit",
    );
}

#[test]
fn huge_constants_are_refused() {
    for value in [
        "zeros(10^9)",
        "ones(10^5, 10^5)",
        "randn(10^10, seed = 1)",
        "rand(10^10, seed = 1)",
        "eye(10^9)",
        "eye(10^7)",
        "linspace(0, 1, 10^10)",
    ] {
        refused(&objective(&format!("sum({value}) + x")), "limit");
    }
    let kron = "param A[m, n] = ones(3000, 3000)\nvar x\nminimize sum(kron(A, A))*x\n";
    refused(kron, "limit");
    refused(
        "param v[n] = ones(20000)\nvar x\nminimize sum(v*v')*x\n",
        "limit",
    );
    refused("var v[20000]\nminimize sum(v*v')\n", "limit");
    refused(
        "param v[n] = ones(100000)\nvar x\nminimize sum(diag(v))*x\n",
        "limit",
    );
}

#[test]
fn huge_ranges_are_refused() {
    for body in [
        "sum(i*x for i in 1..10^12)",
        "sum([i for i in 1..10^12])*x",
        "sum(1..10^12)*x",
        "sum(x for i in 1..10^6, j in 1..10^6)",
        "sum(x for i in 1..10^5, j in 1..10^5 if i == j)",
        "max(i*x for i in 1..10^12)",
        "sum(i*x for i in -10^15..10^15)",
    ] {
        refused(&objective(body), "limit");
    }
    refused(
        "var x\nminimize x\nsubject to\n  x >= i for i in 1..10^12\n",
        "limit",
    );
    refused("var x[3]\nminimize sum(x[1..10^12])\n", "");
}

#[test]
fn seconds_of_randomness() {
    assert_eq!(
        solve("param A[m, n] = randn(2, 2, seed = 10^19)\nvar x\nfind x\n").code,
        Some(3)
    );
}

#[test]
fn extreme_numbers_end() {
    for body in [
        "1e308*x",
        "1e308*x + 1e308*x + 1e308*x",
        "(1e200*x)^2",
        "1e-308*x",
        "x^2*1e308",
        "exp(1e308*x)",
        "abs(x)*1e308*1e308",
        "5e-324*x",
        "x/1e-320",
    ] {
        solve(&format!(
            "var x\nminimize {body}\nsubject to\n  -1 <= x <= 1\n"
        ));
    }
    for exponent in [
        "1e9",
        "-0.0",
        "0",
        "0.0000001",
        "1e300",
        "-1e300",
        "inf",
        "(0/0)",
        "1/3",
    ] {
        solve(&format!("var x >= 1, <= 2\nminimize x^{exponent}\n"));
    }
    solve("var x >= -1e308, <= 1e308\nminimize x\n");
    refused("var x >= inf\nminimize x\n", "no number satisfies this");
    refused("var x == 2\nminimize x^inf\n", "");
    refused(
        "var x\nminimize x^(0/0)\n",
        "the exponent must be a finite number",
    );
    solve("var x\nminimize x\nsubject to\n  x >= -inf\n");
}

#[test]
fn deep_and_long_texts_end() {
    let deep =
        |open: &str, close: &str| objective(&(open.repeat(100_000) + "x" + &close.repeat(100_000)));
    refused(&deep("(", ")"), "nested more than");
    refused(&deep("[", "]"), "nested more than");
    refused(&deep("-(", ")"), "nested more than");
    refused(&deep("exp(", ")"), "nested more than");
    solve(&deep("", "'"));
    solve(&deep("- ", ""));
    let long = "x + ".repeat(250_000) + "x";
    assert_eq!(
        solve(&format!("var x >= 1\nminimize {long}\n")).output,
        "250001\n"
    );
    refused(&"x".repeat(1 << 20), "");
    refused(&"(".repeat(1 << 20), "");
    refused(&"1 ".repeat(1 << 19), "");
    solve(&format!(
        "var x >= 1 # {}\nminimize x\n",
        "comment ".repeat(1 << 17)
    ));
}

#[test]
fn many_mistakes_end() {
    let unknown: String = (0..100_000).map(|k| format!("let a{k} = b{k}\n")).collect();
    refused(&format!("{unknown}minimize 1\n"), "there is no name");
    refused(&"var x\n".repeat(100_000), "declared twice");
    let labels = "  low: x >= 1\n".repeat(50_000);
    refused(
        &format!("var x\nminimize x\nsubject to\n{labels}"),
        "declared twice",
    );
}

#[test]
fn empty_texts_are_refused() {
    for text in [
        "",
        "\n\n\n",
        "# nothing\n# but comments\n",
        "\u{feff}",
        ";;;",
        " \t\r\n",
    ] {
        refused(text, "no objective");
    }
    refused("\0\0\0", "");
}

#[test]
fn doubled_expressions_end() {
    let doubled: String = (1..=60)
        .map(|k| format!("let f{k}(x) = f{}(x) + f{}(x)\n", k - 1, k - 1))
        .collect();
    let text = format!("let f0(x) = x + 1\n{doubled}var x >= 1\nminimize x + f60(2)\n");
    assert!(solve(&text).output.starts_with("3.45"));
}

#[test]
fn infinite_bounds_are_no_bounds() {
    let text = "var x[2] >= -inf, <= [1; inf]\nmaximize x[1] - x[2]^2\n";
    let value: f64 = solve(text).output.trim().parse().expect("a number");
    assert!((value - 1.0).abs() < 1e-6, "{value}");
}
