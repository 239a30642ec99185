//! `mtx("file")`: the Matrix Market exchange format (Boisvert, Pozo and Remington 1996); coordinate
//! files stay sparse.

use super::{DataError, Format, LARGEST_COUNT, LARGEST_SIDE, Request};
use crate::matrix::{Matrix, SparseMatrix};
use crate::shape::Shape;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Matrix Market files.
pub struct Mtx;

impl Format for Mtx {
    fn name(&self) -> &'static str {
        "mtx"
    }

    fn options(&self) -> &'static [&'static str] {
        &[]
    }

    fn takes_key(&self) -> bool {
        false
    }

    fn read(&self, path: &Path, _: &Request) -> Result<Matrix, DataError> {
        let mut lines = Lines {
            path: path.display().to_string(),
            reader: BufReader::new(super::open(path)?),
            text: String::new(),
            number: 0,
        };
        let kind = lines.kind()?;
        let matrix = match kind.coordinate {
            true => lines.coordinate(&kind)?,
            false => lines.array(&kind)?,
        };
        super::finite(matrix, &lines.path)
    }
}

/// The first line: `%%MatrixMarket matrix coordinate real general`.
struct Kind {
    coordinate: bool,
    /// Every entry is 1.
    pattern: bool,
    symmetry: Symmetry,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Symmetry {
    General,
    Symmetric,
    Skew,
}

impl Symmetry {
    /// The entry that the file leaves out, for one below the diagonal.
    fn mirrored(self, (i, j, value): (usize, usize, f64)) -> Option<(usize, usize, f64)> {
        match self {
            Symmetry::Symmetric if i != j => Some((j, i, value)),
            Symmetry::Skew if i != j => Some((j, i, -value)),
            Symmetry::General | Symmetry::Symmetric | Symmetry::Skew => None,
        }
    }
}

struct Lines<R> {
    path: String,
    reader: R,
    text: String,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// Reads the next line; `false` at the end.
    fn advance(&mut self) -> Result<bool, DataError> {
        self.text.clear();
        self.number += 1;
        let read = self.reader.read_line(&mut self.text);
        read.map(|bytes| bytes > 0)
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::InvalidData => self.invalid("it is not UTF-8 text"),
                _ => DataError::Unreadable {
                    path: self.path.clone(),
                    reason: super::plain_reason(&error),
                },
            })
    }

    /// The next line that is neither empty nor a comment.
    fn content(&mut self) -> Result<bool, DataError> {
        while self.advance()? {
            let text = self.text.trim_start();
            if !text.is_empty() && !text.starts_with('%') {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn invalid(&self, reason: impl std::fmt::Display) -> DataError {
        DataError::InvalidFile {
            path: self.path.clone(),
            format: "Matrix Market",
            reason: format!("line {}: {reason}", self.number),
        }
    }

    fn kind(&mut self) -> Result<Kind, DataError> {
        self.advance()?;
        let line = self.text.to_lowercase();
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["%%matrixmarket", "matrix", form, field, symmetry] = words.as_slice() else {
            return Err(self
                .invalid("expected `%%MatrixMarket matrix coordinate real general` or the like"));
        };
        let coordinate = match *form {
            "coordinate" => true,
            "array" => false,
            _ => return Err(self.invalid(format!("unknown form `{form}`"))),
        };
        let pattern = match *field {
            "real" | "integer" | "double" => false,
            "pattern" if coordinate => true,
            _ => {
                return Err(
                    self.invalid(format!("entries that are `{field}` are not real numbers"))
                );
            }
        };
        let symmetry = match *symmetry {
            "general" => Symmetry::General,
            "symmetric" => Symmetry::Symmetric,
            "skew-symmetric" => Symmetry::Skew,
            _ => return Err(self.invalid(format!("unknown symmetry `{symmetry}`"))),
        };
        Ok(Kind {
            coordinate,
            pattern,
            symmetry,
        })
    }

    /// The line of sizes.
    fn sizes<const N: usize>(&mut self, wanted: &str) -> Result<[usize; N], DataError> {
        let found = self.content()?;
        let sizes: Option<Vec<usize>> = self
            .text
            .split_whitespace()
            .map(|w| w.parse().ok())
            .collect();
        let sizes = sizes.and_then(|sizes| <[usize; N]>::try_from(sizes).ok());
        match sizes {
            Some(sizes) if found => Ok(sizes),
            Some(_) | None => Err(self.invalid(format!("expected {wanted}"))),
        }
    }

    fn shape(&self, rows: usize, cols: usize, kind: &Kind) -> Result<Shape, DataError> {
        if rows == 0 || cols == 0 {
            return Err(self.invalid("the matrix has no entries"));
        }
        if rows.max(cols) as f64 > LARGEST_SIDE {
            return Err(self.invalid(format!("a side is longer than {LARGEST_SIDE:e}")));
        }
        if kind.symmetry != Symmetry::General && rows != cols {
            return Err(self.invalid("a symmetric matrix is square"));
        }
        Ok(Shape::new(rows, cols))
    }

    fn coordinate(&mut self, kind: &Kind) -> Result<Matrix, DataError> {
        let [rows, cols, count] = self.sizes("rows, columns and the number of entries")?;
        let shape = self.shape(rows, cols, kind)?;
        if count as f64 > LARGEST_COUNT {
            return Err(self.invalid(format!("{count} entries are more than {LARGEST_COUNT:e}")));
        }
        let mut triplets = Vec::new();
        for k in 0..count {
            if !self.content()? {
                return Err(self.invalid(format!("{count} entries are announced, {k} are there")));
            }
            let entry = self.entry(shape, kind.pattern)?;
            triplets.push(entry);
            triplets.extend(kind.symmetry.mirrored(entry));
        }
        self.end(count)?;
        Ok(Matrix::Sparse(SparseMatrix::from_triplets(
            shape, &triplets,
        )))
    }

    /// "i j value", counted from 1.
    fn entry(&self, shape: Shape, pattern: bool) -> Result<(usize, usize, f64), DataError> {
        let mut words = self.text.split_whitespace();
        let mut position = || words.next()?.parse::<usize>().ok();
        let (i, j) = (position(), position());
        let value = match pattern {
            true => Some(1.0),
            false => words.next().and_then(|word| word.parse().ok()),
        };
        match (i, j, value, words.next()) {
            (Some(i), Some(j), Some(value), None)
                if (1..=shape.rows).contains(&i) && (1..=shape.cols).contains(&j) =>
            {
                Ok((i - 1, j - 1, value))
            }
            (Some(i), Some(j), Some(_), None) => Err(self.invalid(format!(
                "entry [{i}, {j}] lies outside of the {} x {} matrix",
                shape.rows, shape.cols
            ))),
            _ => Err(self.invalid("expected a row, a column and a number")),
        }
    }

    /// All entries, column after column; of symmetric matrices those on and below the diagonal.
    fn array(&mut self, kind: &Kind) -> Result<Matrix, DataError> {
        let [rows, cols] = self.sizes("rows and columns")?;
        let shape = self.shape(rows, cols, kind)?;
        if rows as f64 * cols as f64 > LARGEST_COUNT {
            return Err(self.invalid(format!(
                "the matrix has more than {LARGEST_COUNT:e} entries"
            )));
        }
        let mut entries = vec![0.0; shape.size()];
        for j in 0..cols {
            let first = match kind.symmetry {
                Symmetry::General => 0,
                Symmetry::Symmetric => j,
                Symmetry::Skew => j + 1,
            };
            for i in first..rows {
                let value = self.number()?;
                entries[i + j * rows] = value;
                if let Some((p, q, mirrored)) = kind.symmetry.mirrored((i, j, value)) {
                    entries[p + q * rows] = mirrored;
                }
            }
        }
        self.end(shape.size())?;
        Ok(Matrix::from_columns(shape, entries))
    }

    fn number(&mut self) -> Result<f64, DataError> {
        if !self.content()? {
            return Err(self.invalid("the file ends before the matrix is full"));
        }
        let word = self.text.trim();
        word.parse().map_err(|_| {
            let shown: String = word.chars().take(30).collect();
            self.invalid(format!("expected a number, found `{shown}`"))
        })
    }

    fn end(&mut self, count: usize) -> Result<(), DataError> {
        if self.content()? {
            return Err(self.invalid(format!("more than the announced {count} entries")));
        }
        Ok(())
    }
}
