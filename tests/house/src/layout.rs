//! The rules that `src` has few entries at the top, and that no file is long.

use crate::sources::Sources;

/// The most folders at the top of `src`.
const FOLDERS: usize = 12;
/// The most files at the top of `src`.
const FILES: usize = 3;
/// The most lines of a file.
const LINES: usize = 300;

/// A sentence if there are too many folders, or too many files, at the top.
#[must_use]
pub fn crowded(base: &str, sources: &Sources) -> Vec<String> {
    let mut folders: Vec<_> =
        sources.keys().filter_map(|file| file.split_once('/')).map(|(folder, _)| folder).collect();
    folders.dedup();
    let files = sources.keys().filter(|file| !file.contains('/')).count();
    [("folders", folders.len(), FOLDERS), ("files", files, FILES)]
        .into_iter()
        .filter(|(_, found, most)| found > most)
        .map(|(what, found, most)| format!("{base} has {found} {what} at its top; {most} are the most"))
        .collect()
}

/// A sentence for each file that is too long.
#[must_use]
pub fn long(sources: &Sources) -> Vec<String> {
    let lines = sources.iter().map(|(file, text)| (file, text.lines().count())).filter(|(_, lines)| *lines > LINES);
    lines.map(|(file, lines)| format!("{file} has {lines} lines; {LINES} are the most")).collect()
}
