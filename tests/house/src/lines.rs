//! Counts the lines of the sources without tests.

use std::{collections::BTreeMap, path::Path};

use crate::{
    rust,
    sources::{Sources, read},
};

/// Counts the lines of each folder of `src`, `convolutions/src`, `decisions/src`, `kernels/src` and `www` below `root`, without those
/// that are only compiled for tests. Blank lines and comments count.
#[must_use]
pub fn per_folder(root: &Path) -> BTreeMap<String, usize> {
    let mut folders = BTreeMap::new();
    for base in ["src", "convolutions/src", "decisions/src", "kernels/src", "www"] {
        let sources = read(&root.join(base), &["rs", "js", "ts", "css", "html"]);
        for (file, lines) in per_file(&sources) {
            let folder = file.rsplit_once('/').map_or(base.to_string(), |(folder, _)| format!("{base}/{folder}"));
            *folders.entry(folder).or_default() += lines;
        }
    }
    folders
}

/// Counts the lines of each file without tests.
#[must_use]
pub fn per_file(sources: &Sources) -> BTreeMap<String, usize> {
    let is_rust = |file: &str| Path::new(file).extension().is_some_and(|extension| extension == "rs");
    let rust: Sources =
        sources.iter().filter(|(file, _)| is_rust(file)).map(|(file, text)| (file.clone(), text.clone())).collect();
    let parsed = rust::Parsed::new(&rust);
    let tests = rust::test_lines(&parsed);
    let of_tests =
        |file: &str| tests.get(file).into_iter().flatten().map(|(first, last)| last + 1 - first).sum::<usize>();
    sources.iter().map(|(file, text)| (file.clone(), text.lines().count() - of_tests(file))).collect()
}
