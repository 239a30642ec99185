//! `npz("file", "name")`: several arrays as NumPy saves them, in one ZIP archive.

use super::{DataError, Format, Request, npy};
use crate::matrix::Matrix;
use crate::spelling::known_names;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use zip::ZipArchive;

/// Archives of NumPy.
pub struct Npz;

impl Format for Npz {
    fn name(&self) -> &'static str {
        "npz"
    }

    fn options(&self) -> &'static [&'static str] {
        &[]
    }

    fn takes_key(&self) -> bool {
        true
    }

    fn read(&self, path: &Path, request: &Request) -> Result<Matrix, DataError> {
        let mut archive = Archive::open(path)?;
        match (&request.key, archive.names().as_slice()) {
            (Some(key), _) => archive.array(key),
            (None, [only]) => archive.array(only),
            (None, names) => Err(DataError::NotAMatrix {
                what: "the archive".to_owned(),
                found: format!("{} arrays", names.len()),
                help: names.first().map_or_else(String::new, |first| {
                    format!("name one of them: `npz(\"{}\", \"{first}\")`", archive.path)
                }),
                path: archive.path.clone(),
            }),
        }
    }
}

/// All arrays, for `--data`.
pub(super) fn read_inputs(path: &Path) -> Result<Vec<(String, Matrix)>, DataError> {
    let mut archive = Archive::open(path)?;
    let names = archive.names();
    let read = |name: String| archive.array(&name).map(|value| (name, value));
    names.into_iter().map(read).collect()
}

struct Archive {
    path: String,
    content: ZipArchive<BufReader<File>>,
}

impl Archive {
    fn open(path: &Path) -> Result<Self, DataError> {
        let file = BufReader::new(super::open(path)?);
        let path = path.display().to_string();
        match ZipArchive::new(file) {
            Ok(content) => Ok(Archive { path, content }),
            Err(error) => Err(DataError::InvalidFile {
                path,
                format: "NumPy archive",
                reason: error.to_string(),
            }),
        }
    }

    fn names(&self) -> Vec<String> {
        let names = self.content.file_names();
        let mut names: Vec<String> = names
            .flatten()
            .map(|name| name.strip_suffix(".npy").unwrap_or(&name).to_owned())
            .collect();
        names.sort();
        names
    }

    fn array(&mut self, name: &str) -> Result<Matrix, DataError> {
        let entry = format!("{name}.npy");
        if self.content.index_for_name(&entry).is_none() {
            return Err(self.unknown(name));
        }
        let place = format!("{}: {name}", self.path);
        match self.content.by_name(&entry) {
            Ok(file) => npy::matrix(file, &place),
            Err(error) => Err(DataError::InvalidFile {
                path: place,
                format: "NumPy archive",
                reason: error.to_string(),
            }),
        }
    }

    fn unknown(&self, name: &str) -> DataError {
        let names = self.names();
        DataError::UnknownKey {
            path: self.path.clone(),
            key: name.to_owned(),
            help: known_names(name, names.iter().map(String::as_str), "its entries are"),
        }
    }
}
