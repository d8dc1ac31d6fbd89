//! The imports of a Rust crate.

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

/// Parses every file of a crate and resolves each path in it to the file that defines what it names.
///
/// What a `mod.rs` re-exports from its own folder is its face, and no import.
///
/// # Panics
///
/// A file is not Rust.
#[must_use]
pub fn tree(base: &str, sources: &Sources) -> Tree {
    let scans: BTreeMap<&str, Scan> = sources.iter().map(|(file, text)| (file.as_str(), scan(file, text))).collect();
    let names = Names::new(&scans);
    let (mut imports, mut burn) = (Vec::new(), BTreeMap::new());
    for (&file, scan) in &scans {
        let test_file = names.is_test(file);
        for path in &scan.paths {
            let in_test = test_file || path.in_test;
            let targets = names.files(path);
            if targets.is_empty() && !in_test && names_burn(&path.segments[0]) {
                burn.entry(file.to_string())
                    .and_modify(|line: &mut usize| *line = path.line.min(*line))
                    .or_insert(path.line);
            }
            let to = targets.into_iter().filter(|to| !(path.public_use && is_face(file, to)));
            imports.extend(to.map(|to| Import { from: file.into(), to, line: path.line, in_test }));
        }
    }
    Tree::new(base, sources, imports, burn)
}

/// Whether these lines of a file are only compiled for tests: `(first, last)`, counted from 1.
///
/// A file that another file declares by `#[cfg(test)] mod` is one such range. Keys are the files with any.
///
/// # Panics
///
/// A file is not Rust.
#[must_use]
pub fn test_lines(sources: &Sources) -> BTreeMap<String, Vec<(usize, usize)>> {
    let scans: BTreeMap<&str, Scan> = sources.iter().map(|(file, text)| (file.as_str(), scan(file, text))).collect();
    let names = Names::new(&scans);
    let mut ranges = BTreeMap::new();
    for (&file, scan) in &scans {
        let all = vec![(1, sources[file].lines().count())];
        ranges.insert(file.to_string(), if names.is_test(file) { all } else { scan.tests.clone() });
    }
    ranges
}

fn names_burn(first: &str) -> bool {
    ["burn", "cubecl"]
        .iter()
        .any(|name| first.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
}

/// Whether `file` is the face of a folder in which `to` lies.
fn is_face(file: &str, to: &str) -> bool {
    file == "lib.rs" || file.strip_suffix("mod.rs").is_some_and(|folder| to.starts_with(folder))
}

/// The module that a file is: `["data", "loader"]` for `data/loader.rs`.
fn module_of(file: &str) -> Vec<String> {
    let path = file.strip_suffix(".rs").expect("a Rust file");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" { Vec::new() } else { path.split('/').map(String::from).collect() }
}
