//! The folders of the checkout.

use std::path::{Path, PathBuf};

/// The checkout that this program was compiled from.
pub(crate) fn root() -> &'static Path {
    const TOOL: &str = env!("CARGO_MANIFEST_DIR");
    Path::new(TOOL.strip_suffix("/scripts/page").unwrap_or(TOOL))
}

pub(crate) fn www() -> PathBuf {
    root().join("www")
}

pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}
