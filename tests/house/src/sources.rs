//! Source files in memory, and the imports between them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The text of each file by its path, which is relative to the folder that was read and divided by `/`.
pub type Sources = BTreeMap<String, String>;

/// One file names something that another file defines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// The file that imports.
    pub from: String,
    /// The file that defines what is imported, re-exports followed.
    pub to: String,
    /// The line in `from`, counted from 1.
    pub line: usize,
    /// Whether the import is compiled for tests only.
    pub in_test: bool,
}

/// A folder of sources, parsed.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The start of every path in a sentence, such as `src/`.
    pub base: String,
    /// Every file.
    pub files: BTreeSet<String>,
    /// Sorted; of several imports of one file by another, the first, and the first outside of tests.
    pub imports: Vec<Import>,
    /// The files that name burn or cubecl outside of tests, with the first line that does.
    pub burn: BTreeMap<String, usize>,
}

impl Tree {
    pub(crate) fn new(
        base: &str,
        files: BTreeSet<String>,
        mut imports: Vec<Import>,
        burn: BTreeMap<String, usize>,
    ) -> Self {
        imports.retain(|import| import.from != import.to);
        imports.sort_by(|a, b| (&a.from, &a.to, a.in_test, a.line).cmp(&(&b.from, &b.to, b.in_test, b.line)));
        imports.dedup_by(|later, first| later.from == first.from && later.to == first.to);
        Self { base: base.into(), files, imports, burn }
    }

    /// The place of an import as an editor opens it: `src/data/loader.rs:12`.
    #[must_use]
    pub fn place(&self, import: &Import) -> String {
        format!("{}{}:{}", self.base, import.from, import.line)
    }
}

/// Reads the files with one of these extensions, in every folder below.
///
/// # Panics
///
/// A file or folder cannot be read.
#[must_use]
pub fn read(folder: &Path, extensions: &[&str]) -> Sources {
    let mut sources = Sources::new();
    read_into(&mut sources, folder, "", extensions);
    sources
}

fn read_into(sources: &mut Sources, folder: &Path, prefix: &str, extensions: &[&str]) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry of a folder that is being read").path();
        let name = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        if path.is_dir() {
            read_into(sources, &path, &format!("{prefix}{name}/"), extensions);
        } else if path.extension().is_some_and(|found| extensions.iter().any(|extension| *found == **extension)) {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            sources.insert(format!("{prefix}{name}"), text);
        }
    }
}
