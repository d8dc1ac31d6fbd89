//! The error for a file that cannot be used.

use crate::error::Error;

/// A clause may quote the file, and an untrusted file may hold millions of characters where one word belongs.
const LONGEST_CLAUSE: usize = 400;

/// The error "This `file` `clause`."
pub(crate) fn refused(file: &str, clause: &str) -> Error {
    let short: String = clause.chars().take(LONGEST_CLAUSE).collect();
    let cut = if short.len() < clause.len() { " …" } else { "" };
    Error::ModelFile(format!("This {file} {short}{cut}."))
}

/// The clause about pictures that are not square.
pub(crate) fn not_square(rows: u64, columns: u64) -> String {
    let side = rows.max(columns);
    format!(
        "takes pictures of {rows} rows and {columns} columns, and only square ones are read; build it for square pictures, such as {side} x {side}, and save it again"
    )
}
