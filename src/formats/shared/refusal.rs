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
