//! `npy("file")`: one array as NumPy saves it.

use super::{DataError, Format, LARGEST_COUNT, Request};
use crate::matrix::Matrix;
use crate::shape::Shape;
use npyz::{Deserialize, NpyFile, Order};
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

/// NumPy's own headers have about a hundred bytes.
const LARGEST_HEADER: u64 = 1 << 16;

/// Arrays of NumPy.
pub struct Npy;

impl Format for Npy {
    fn name(&self) -> &'static str {
        "npy"
    }

    fn options(&self) -> &'static [&'static str] {
        &[]
    }

    fn takes_key(&self) -> bool {
        false
    }

    fn read(&self, path: &Path, _: &Request) -> Result<Matrix, DataError> {
        let file = BufReader::new(super::open(path)?);
        matrix(file, &path.display().to_string())
    }
}

/// The array that a reader holds; `place` names it in errors.
pub(super) fn matrix(reader: impl Read, place: &str) -> Result<Matrix, DataError> {
    let invalid = |reason: String| DataError::InvalidFile {
        path: place.to_owned(),
        format: "NumPy",
        reason,
    };
    let reader = checked(reader).map_err(invalid)?;
    let file = NpyFile::new(reader).map_err(|error| invalid(error.to_string()))?;
    let shape = shape(file.shape()).map_err(invalid)?;
    let order = file.order();
    let entries = entries(file).map_err(invalid)?;
    if entries.len() != shape.size() {
        return Err(invalid("it ends too early".to_owned()));
    }
    let matrix = match order {
        Order::Fortran => Matrix::from_columns(shape, entries),
        Order::C => super::from_rows(shape, &entries),
    };
    super::finite(matrix, place)
}

/// The same bytes, when they begin as NumPy's files do and the header has a bearable length.
fn checked(mut reader: impl Read) -> Result<impl Read, String> {
    let mut start = [0; 12];
    reader
        .read_exact(&mut start)
        .map_err(|_| "it is too short".to_owned())?;
    if &start[..6] != b"\x93NUMPY" {
        return Err("it does not begin with `\\x93NUMPY`".to_owned());
    }
    let length = match start[6] {
        1 => u64::from(u16::from_le_bytes([start[8], start[9]])),
        _ => u64::from(u32::from_le_bytes([
            start[8], start[9], start[10], start[11],
        ])),
    };
    if length > LARGEST_HEADER {
        return Err(format!("its header would have {length} bytes"));
    }
    Ok(Cursor::new(start).chain(reader))
}

fn shape(axes: &[u64]) -> Result<Shape, String> {
    let (rows, cols) = match axes {
        [] => (1, 1),
        [n] => (*n, 1),
        [m, n] => (*m, *n),
        _ => return Err(format!("it has {} axes, a matrix has two", axes.len())),
    };
    let count = rows as f64 * cols as f64;
    if count == 0.0 {
        return Err("it has no entries".to_owned());
    }
    if count > LARGEST_COUNT {
        return Err(format!(
            "it has {count:e} entries, more than {LARGEST_COUNT:e}"
        ));
    }
    Ok(Shape::new(rows as usize, cols as usize))
}

/// All entries in the order of the file, from any type of real number.
fn entries<R: Read>(file: NpyFile<R>) -> Result<Vec<f64>, String> {
    let kind = file.dtype().descr();
    let read = widened(file, |v: f64| v)
        .or_else(|file| widened(file, |v: f32| f64::from(v)))
        .or_else(|file| widened(file, |v: i64| v as f64))
        .or_else(|file| widened(file, |v: i32| f64::from(v)))
        .or_else(|file| widened(file, |v: i16| f64::from(v)))
        .or_else(|file| widened(file, |v: i8| f64::from(v)))
        .or_else(|file| widened(file, |v: u64| v as f64))
        .or_else(|file| widened(file, |v: u32| f64::from(v)))
        .or_else(|file| widened(file, |v: u16| f64::from(v)))
        .or_else(|file| widened(file, |v: u8| f64::from(v)))
        .or_else(|file| widened(file, |v: bool| f64::from(u8::from(v))));
    match read {
        Ok(entries) => entries.map_err(|error| error.to_string()),
        Err(_) => Err(format!("entries of type {kind} are not real numbers")),
    }
}

/// The entries when they have the type `T`, else the file again.
fn widened<T: Deserialize, R: Read>(
    file: NpyFile<R>,
    widen: impl Fn(T) -> f64,
) -> Result<std::io::Result<Vec<f64>>, NpyFile<R>> {
    let entries = file.try_data::<T>()?;
    Ok(entries.map(|entry| entry.map(&widen)).collect())
}
