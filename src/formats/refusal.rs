//! The sentence about a file that cannot be used.

use crate::error::Error;

/// A clause may quote the file, which is a stranger's and may hold millions of words.
const LONGEST_CLAUSE: usize = 400;

/// "This `file` `clause`."
pub(crate) fn refused(file: &str, clause: &str) -> Error {
    let short: String = clause.chars().take(LONGEST_CLAUSE).collect();
    let cut = if short.len() < clause.len() { " …" } else { "" };
    Error::ModelFile(format!("This {file} {short}{cut}."))
}
