//! `csv("file", columns = …, header = …)`: comma-separated tables.

use super::{Columns, DataError, Format, Header, Request};
use crate::matrix::Matrix;
use crate::spelling::known_names;
use ::csv::{ByteRecord, Reader, ReaderBuilder, Trim};
use nalgebra::DMatrix;
use std::fs::File;
use std::path::Path;

/// Comma-separated values.
pub struct Csv;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn options(&self) -> &'static [&'static str] {
        &["columns", "header"]
    }

    fn takes_key(&self) -> bool {
        false
    }

    fn read(&self, path: &Path, request: &Request) -> Result<Matrix, DataError> {
        let mut table = Table {
            path: path.display().to_string(),
            reader: ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .trim(Trim::All)
                .comment(Some(b'#'))
                .from_reader(super::open(path)?),
        };
        table.read(request)
    }
}

struct Table {
    path: String,
    reader: Reader<File>,
}

impl Table {
    fn read(&mut self, request: &Request) -> Result<Matrix, DataError> {
        let mut record = ByteRecord::new();
        if !self.next(&mut record)? {
            return Err(self.empty());
        }
        strip_byte_order_mark(&mut record);
        self.check_text(&record)?;
        let width = record.len();
        let has_header = match request.header {
            Header::Present => true,
            Header::Absent => false,
            Header::Auto => record.iter().any(|cell| parse(cell).is_none()),
        };
        let picks = self.picks(&record, has_header, &request.columns)?;
        // Row by row; turned at the end.
        let mut entries = Vec::new();
        let mut pending = !has_header;
        while pending || self.next(&mut record)? {
            pending = false;
            self.append_row(&record, width, &picks, &mut entries)?;
        }
        if entries.is_empty() {
            return Err(self.empty());
        }
        let rows = entries.len() / picks.len();
        Ok(Matrix::Dense(DMatrix::from_row_slice(
            rows,
            picks.len(),
            &entries,
        )))
    }

    fn next(&mut self, record: &mut ByteRecord) -> Result<bool, DataError> {
        self.reader
            .read_byte_record(record)
            .map_err(|error| DataError::Unreadable {
                path: self.path.clone(),
                reason: error.to_string(),
            })
    }

    fn append_row(
        &self,
        record: &ByteRecord,
        width: usize,
        picks: &[usize],
        entries: &mut Vec<f64>,
    ) -> Result<(), DataError> {
        let line = record.position().map_or(0, ::csv::Position::line);
        self.check_text(record)?;
        if record.len() != width {
            return Err(DataError::Ragged {
                path: self.path.clone(),
                line,
                found: record.len(),
                expected: width,
            });
        }
        for &column in picks {
            let cell = record.get(column).unwrap_or_default();
            if !cell.is_ascii() && std::str::from_utf8(cell).is_err() {
                return Err(self.not_text(record));
            }
            entries.push(self.number(cell, line, column + 1)?);
        }
        Ok(())
    }

    fn check_text(&self, record: &ByteRecord) -> Result<(), DataError> {
        let bytes = record.as_slice();
        // An eighth bit in a name that is not read does no harm; a zero byte is no text at all.
        if !bytes.contains(&0) {
            return Ok(());
        }
        Err(self.not_text(record))
    }

    fn not_text(&self, record: &ByteRecord) -> DataError {
        DataError::NotText {
            path: self.path.clone(),
            offset: record.position().map_or(0, ::csv::Position::byte),
        }
    }

    fn number(&self, cell: &[u8], line: u64, column: usize) -> Result<f64, DataError> {
        let path = self.path.clone();
        match parse(cell) {
            Some(value) if value.is_finite() => Ok(value),
            Some(_) => Err(DataError::NotFinite {
                path,
                line,
                column,
                found: shorten(cell),
            }),
            None if cell.is_empty() => Err(DataError::MissingValue { path, line, column }),
            None => Err(DataError::NotANumber {
                path,
                line,
                column,
                found: shorten(cell),
                help: advice(cell),
            }),
        }
    }

    /// Zero-based positions of the wanted columns.
    fn picks(
        &self,
        first: &ByteRecord,
        has_header: bool,
        columns: &Columns,
    ) -> Result<Vec<usize>, DataError> {
        match columns {
            Columns::All => Ok((0..first.len()).collect()),
            Columns::Range(from, to) if *from >= 1 && from <= to && *to <= first.len() => {
                Ok((from - 1..*to).collect())
            }
            Columns::Range(from, to) => Err(DataError::ColumnRange {
                path: self.path.clone(),
                found: first.len(),
                from: *from,
                to: *to,
            }),
            Columns::Names(_) if !has_header => Err(DataError::NoHeader {
                path: self.path.clone(),
                found: first.len(),
            }),
            Columns::Names(names) => names.iter().map(|n| self.position(first, n)).collect(),
        }
    }

    fn position(&self, header: &ByteRecord, name: &str) -> Result<usize, DataError> {
        header
            .iter()
            .position(|cell| cell == name.as_bytes())
            .ok_or_else(|| DataError::UnknownColumn {
                path: self.path.clone(),
                name: name.to_owned(),
                help: known_columns(name, header),
            })
    }

    fn empty(&self) -> DataError {
        DataError::Empty {
            path: self.path.clone(),
        }
    }
}

fn parse(cell: &[u8]) -> Option<f64> {
    std::str::from_utf8(cell).ok()?.parse().ok()
}

fn strip_byte_order_mark(record: &mut ByteRecord) {
    if record
        .get(0)
        .is_some_and(|c| c.starts_with(b"\xef\xbb\xbf"))
    {
        let cells: Vec<Vec<u8>> = record.iter().map(<[u8]>::to_vec).collect();
        let position = record.position().cloned();
        record.clear();
        for (k, cell) in cells.iter().enumerate() {
            record.push_field(if k == 0 { &cell[3..] } else { cell });
        }
        record.set_position(position);
    }
}

fn known_columns(name: &str, header: &ByteRecord) -> String {
    let names: Vec<String> = header.iter().take(1_000).map(shorten).collect();
    known_names(name, names.iter().map(String::as_str), "its columns are")
}

/// What to do about a cell that is no number.
fn advice(cell: &[u8]) -> &'static str {
    if cell.iter().any(|byte| matches!(byte, b';' | b'\t' | b'|')) {
        "separate the columns by commas"
    } else {
        "choose the numeric columns with `columns = …`, or correct the file"
    }
}

fn shorten(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).chars().take(30).collect()
}
