//! Data files: one file a format, behind one trait.

mod csv;
mod error;
mod json;
mod mtx;
mod npy;
mod npz;

pub use error::DataError;

use crate::matrix::Matrix;
use crate::shape::Shape;
use nalgebra::DMatrix;
use std::path::Path;

/// Files beyond this size are refused rather than read.
pub const LARGEST_FILE: u64 = 4 << 30;

/// The most entries that one file may hold.
const LARGEST_COUNT: f64 = 134_217_728.0;
/// The most rows or columns of a sparse matrix.
const LARGEST_SIDE: f64 = 20_000_000.0;

/// Which columns of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Columns {
    #[default]
    All,
    /// Counted from 1, both ends included.
    Range(usize, usize),
    Names(Vec<String>),
}

/// Whether a table's first line names its columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Header {
    /// It does when one of its cells is not a number.
    #[default]
    Auto,
    Present,
    Absent,
}

/// What a data source asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub columns: Columns,
    pub header: Header,
    /// Name of an entry inside the file.
    pub key: Option<String>,
}

/// A format of data file.
pub trait Format: Sync {
    /// As written in `.opt`.
    fn name(&self) -> &'static str;

    /// Named options it understands: `columns`, `header`.
    fn options(&self) -> &'static [&'static str];

    /// Whether a second string names an entry of the file.
    fn takes_key(&self) -> bool;

    /// The matrix that the request asks for; rows of a table are rows.
    fn read(&self, path: &Path, request: &Request) -> Result<Matrix, DataError>;
}

const FORMATS: &[&dyn Format] = &[&csv::Csv, &json::Json, &mtx::Mtx, &npy::Npy, &npz::Npz];

/// The format of that name.
pub fn find(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// A matrix from its entries row by row.
fn from_rows(shape: Shape, entries: &[f64]) -> Matrix {
    Matrix::Dense(DMatrix::from_row_slice(shape.rows, shape.cols, entries))
}

/// The matrix again, when all its entries are finite.
fn finite(matrix: Matrix, place: &str) -> Result<Matrix, DataError> {
    let Some(k) = matrix.stored().iter().position(|entry| !entry.is_finite()) else {
        return Ok(matrix);
    };
    let (row, column) = matrix.place_of_stored(k);
    Err(DataError::NotFiniteEntry {
        path: place.to_owned(),
        row: row + 1,
        column: column + 1,
        found: matrix.stored()[k].to_string(),
    })
}

/// Opens a plain file of bearable size.
fn open(path: &Path) -> Result<std::fs::File, DataError> {
    let shown = || path.display().to_string();
    let metadata = std::fs::metadata(path).map_err(|source| DataError::Unreadable {
        path: shown(),
        reason: plain_reason(&source),
    })?;
    if metadata.is_dir() {
        return Err(DataError::Directory { path: shown() });
    }
    if !metadata.is_file() {
        return Err(DataError::Unreadable {
            path: shown(),
            reason: "it is not a regular file".to_owned(),
        });
    }
    if metadata.len() > LARGEST_FILE {
        return Err(DataError::TooLarge {
            path: shown(),
            bytes: metadata.len(),
        });
    }
    std::fs::File::open(path).map_err(|source| DataError::Unreadable {
        path: shown(),
        reason: plain_reason(&source),
    })
}

/// An operating system's error as plain words.
pub fn plain_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "reading it is not permitted".to_owned(),
        _ => error.to_string(),
    }
}

/// All values of a file by name, for `--data`.
pub fn read_inputs(path: &Path) -> Result<Vec<(String, Matrix)>, DataError> {
    match path.extension().and_then(std::ffi::OsStr::to_str) {
        Some("npz") => npz::read_inputs(path),
        Some(_) | None => json::read_inputs(path),
    }
}
