//! `CSVLogger`: writes a line of metrics for each epoch.

use serde::{Deserialize, Serialize};

use super::file_name::check_path;
use super::file_write::{FileContent, FileWrite};
use crate::error::{Error, Result};
use crate::history::EpochRecord;
use crate::text::csv;

/// Writes `epoch` (from 0) and the sorted logs of each epoch to a file, in Python's number format.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct CsvLogger {
    pub filename: String,
    #[serde(default = "comma")]
    pub separator: String,
    #[serde(default)]
    pub append: bool,
    /// The columns, fixed by the first epoch.
    #[serde(skip)]
    pub(super) columns: Option<Vec<String>>,
}

fn comma() -> String {
    ",".into()
}

impl CsvLogger {
    pub(super) fn check(&self) -> Result<()> {
        if self.separator.chars().count() != 1 || self.separator.contains(['"', '\r', '\n']) {
            return Err(Error::config(
                "separator",
                format!("of CSVLogger must be one character that is no quote or line end, not \"{}\"", self.separator),
            ));
        }
        check_path("filename", "CSVLogger", &self.filename)
    }

    /// The writes of an epoch: its line, and before the first one the header.
    pub fn after_epoch(&mut self, record: &EpochRecord) -> Vec<FileWrite> {
        let mut writes = Vec::new();
        if self.columns.is_none() {
            let header = self.header(record).into_bytes();
            writes.push(if self.append { FileContent::Begun(header) } else { FileContent::Whole(header) });
        }
        writes.push(FileContent::Appended(self.row(record).into_bytes()));
        writes.into_iter().map(|content| FileWrite { path: self.filename.clone(), content }).collect()
    }

    /// The first line, which fixes the columns.
    fn header(&mut self, record: &EpochRecord) -> String {
        let mut names: Vec<String> = record.logs.keys().cloned().collect();
        // Validation may come only every few epochs, so its columns are there from the start.
        if !names.iter().any(|name| name.starts_with("val_")) {
            let of_validation: Vec<String> = names.iter().map(|name| format!("val_{name}")).collect();
            names.extend(of_validation);
        }
        let header = self.line(["epoch".to_string()].into_iter().chain(names.iter().cloned()));
        self.columns = Some(names);
        header
    }

    fn row(&self, record: &EpochRecord) -> String {
        let value = |name: &String| record.get(name).map_or("NA".into(), python_float);
        let values = self.columns.iter().flatten().map(value);
        self.line([(record.epoch - 1).to_string()].into_iter().chain(values))
    }

    fn line(&self, cells: impl Iterator<Item = String>) -> String {
        csv::row(cells, &self.separator, "\r\n")
    }
}

/// Python's `repr` of a float: Rust's shortest form, the exponent with a sign and two digits.
fn python_float(value: f64) -> String {
    let text = format!("{value:?}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
            format!("{}e{sign}{digits:0>2}", mantissa.strip_suffix(".0").unwrap_or(mantissa))
        }
        None if value.is_nan() => "nan".into(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_look_as_python_writes_them() {
        for (value, text) in [
            (0.1, "0.1"),
            (1.0, "1.0"),
            (0.0001, "0.0001"),
            (0.00003, "3e-05"),
            (1.5e-7, "1.5e-07"),
            (1e16, "1e+16"),
            (123_456_789.0, "123456789.0"),
            (f64::NAN, "nan"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(python_float(value), text);
        }
    }
}
