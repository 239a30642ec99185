//! Data files as users have them, whole and broken, read through a param.

#[path = "data/binary.rs"]
mod binary;
#[path = "data/command_line.rs"]
mod command_line;
#[path = "data/csv.rs"]
mod csv;
#[path = "data/json.rs"]
mod json;

use bowl::elaborate::{Inputs, elaborate};
use bowl::matrix::Matrix;
use bowl::syntax::parse;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder of data files, removed at the end.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Folder(TempDir::new().expect("a folder"))
    }

    /// A folder with one file.
    fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        let folder = Folder::new();
        folder.write(name, content);
        folder
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).expect("the file is written");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The value of `param A[m, n] = source`, or the message and the help of the error.
    fn read(&self, source: &str) -> Result<Matrix, String> {
        let text = format!("param A[m, n] = {source}\nvar x\nminimize x\n");
        let file = parse(&text).expect("the text parses");
        let inputs = Inputs {
            directory: self.0.path().to_owned(),
            ..Inputs::default()
        };
        let problem = elaborate(&text, &file, &inputs).map_err(|errors| {
            assert_eq!(errors.len(), 1, "{errors:?}");
            let help = miette::Diagnostic::help(&errors[0]).map(|help| help.to_string());
            let text = format!("{}\n{}", errors[0], help.unwrap_or_default());
            text.replace(&format!("{}/", self.0.path().display()), "")
        })?;
        Ok(problem.params[0].value.as_ref().clone())
    }

    /// Rows of the value.
    fn rows(&self, source: &str) -> Vec<Vec<f64>> {
        let value = self.read(source).expect("the file is read");
        let shape = value.shape();
        let row = |i| (0..shape.cols).map(|j| value.get(i, j)).collect();
        (0..shape.rows).map(row).collect()
    }

    /// The whole error text, which must hold the words.
    fn fails(&self, source: &str, words: &[&str]) {
        let error = self.read(source).expect_err("the file is wrong");
        for word in words {
            assert!(error.contains(word), "`{word}` is not in: {error}");
        }
    }
}
