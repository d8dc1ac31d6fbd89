//! The folders of the checkout.

use std::{
    env,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The checkout in which this program is called: a compiled program may have been copied from another one.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let here = env::current_dir().unwrap_or_default();
        let found = here.ancestors().find(|folder| folder.join("scripts/page/Cargo.toml").is_file());
        found.unwrap_or(&here).to_path_buf()
    });
    &ROOT
}

pub(crate) fn www() -> PathBuf {
    root().join("www")
}

pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}
