//! Every file in `problems/` meets its expectations on both paths, and both answers agree.

use std::path::Path;
use std::process::Command;

#[test]
fn every_problem_meets_its_expectations() {
    let problems = Path::new(env!("CARGO_MANIFEST_DIR")).join("problems");
    let output = Command::new(env!("CARGO_BIN_EXE_bowl"))
        .arg("test")
        .arg(&problems)
        .output()
        .expect("bowl runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.lines().count() > 25, "too few problems were found");
    assert!(output.status.success(), "{text}");
}
