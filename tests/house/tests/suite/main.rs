//! The rules hold in this repository, and each is shown to fail.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod javascript;
mod paths;
mod rules;
mod turned;

use std::{
    fs,
    path::{Path, PathBuf},
};

use tabfit_house::{
    order::block,
    sources::{Sources, read},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rust_sources(base: &str) -> Sources {
    read(&root().join(base), &["rs"])
}

fn page() -> Sources {
    read(&root().join("www/js"), &["js"])
}

/// The rooms of a block of the document.
fn rooms(name: &str) -> Vec<String> {
    let document = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    block(&document, name).unwrap().into_iter().map(String::from).collect()
}
