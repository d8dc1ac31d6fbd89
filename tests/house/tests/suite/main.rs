//! Tests that the rules hold in this repository, and that each of them can fail.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod dependencies;
mod javascript;
mod paths;
mod rules;
mod turned;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use tabfit_house::{
    order::block,
    rust::Parsed,
    sources::{Sources, read},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A crate, which is parsed once for all tests.
struct Crate {
    base: &'static str,
    sources: Sources,
    parsed: Parsed,
}

impl Crate {
    fn read(base: &'static str) -> Self {
        let sources = read(&root().join(base), &["rs"]);
        Self { base, parsed: Parsed::new(&sources), sources }
    }
}

static SRC: LazyLock<Crate> = LazyLock::new(|| Crate::read("src/"));
static CONVOLUTIONS: LazyLock<Crate> = LazyLock::new(|| Crate::read("convolutions/src/"));
static DECISIONS: LazyLock<Crate> = LazyLock::new(|| Crate::read("decisions/src/"));
static KERNELS: LazyLock<Crate> = LazyLock::new(|| Crate::read("kernels/src/"));

fn page() -> Sources {
    read(&root().join("www/js"), &["js"])
}

/// The rooms of a block of the document.
fn rooms(name: &str) -> Vec<String> {
    let document = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    block(&document, name).unwrap().into_iter().map(String::from).collect()
}
