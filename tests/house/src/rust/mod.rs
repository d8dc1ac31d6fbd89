//! Finds the imports between the files of a Rust crate.

mod names;
mod paths;
mod scan;
mod uses;

use std::collections::BTreeMap;

use self::{
    names::Names,
    scan::{Scan, scan},
};
use crate::sources::{Import, Sources, Tree};

/// Every file of a crate after one walk over its syntax.
#[derive(Clone)]
pub struct Parsed(BTreeMap<String, Scan>);

impl Parsed {
    /// Parses every file.
    ///
    /// # Panics
    ///
    /// A file is not Rust.
    #[must_use]
    pub fn new(sources: &Sources) -> Self {
        Self(sources.iter().map(|(file, text)| (file.clone(), scan(file, text))).collect())
    }

    /// The same crate with another text in one file.
    ///
    /// # Panics
    ///
    /// The text is not Rust.
    #[must_use]
    pub fn with(mut self, file: &str, text: &str) -> Self {
        self.0.insert(file.into(), scan(file, text));
        self
    }
}

/// Resolves each path of a crate to the file that defines what it names.
///
/// A re-export in a `mod.rs` from its own folder does not count as an import.
#[must_use]
pub fn tree(base: &str, parsed: &Parsed) -> Tree {
    let names = Names::new(&parsed.0);
    let (mut imports, mut burn) = (Vec::new(), BTreeMap::new());
    for (file, scan) in &parsed.0 {
        let test_file = names.is_test(file);
        for path in &scan.paths {
            let in_test = test_file || path.in_test;
            let targets = names.files(path);
            if targets.is_empty() && !in_test && names_burn(&path.segments[0]) {
                let first: &mut usize = burn.entry(file.clone()).or_insert(path.line);
                *first = path.line.min(*first);
            }
            let to = targets.into_iter().filter(|to| !(path.public_use && is_face(file, to)));
            imports.extend(to.map(|to| Import { from: file.clone(), to, line: path.line, in_test }));
        }
    }
    Tree::new(base, parsed.0.keys().cloned().collect(), imports, burn)
}

/// The first and last line of each part of a file that is compiled for tests only.
///
/// A file that another declares by `#[cfg(test)] mod` is one such part.
#[must_use]
pub fn test_lines(parsed: &Parsed) -> BTreeMap<&str, Vec<(usize, usize)>> {
    let names = Names::new(&parsed.0);
    let tests = |file, scan: &Scan| if names.is_test(file) { vec![(1, scan.lines)] } else { scan.tests.clone() };
    parsed.0.iter().map(|(file, scan)| (file.as_str(), tests(file, scan))).collect()
}

fn names_burn(first: &str) -> bool {
    ["burn", "cubecl"]
        .iter()
        .any(|name| first.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
}

/// Whether `file` is the `mod.rs` of a folder that contains `to`, or `lib.rs`.
fn is_face(file: &str, to: &str) -> bool {
    file == "lib.rs" || file.strip_suffix("mod.rs").is_some_and(|folder| to.starts_with(folder))
}

/// The module that a file is: `["data", "loader"]` for `data/loader.rs`.
fn module_of(file: &str) -> Vec<String> {
    let path = file.strip_suffix(".rs").expect("a Rust file");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" { Vec::new() } else { path.split('/').map(String::from).collect() }
}
