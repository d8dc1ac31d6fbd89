//! Makes a wasm module smaller for those who load it, which is gzipped: equal functions become one, and
//! similar ones stand side by side. gzip looks back 32 KB and no further, and a generic function's
//! instances lie anywhere. What the module does stays the same.
//!
//! `wasm-order [FILE]` rewrites the file; without one, it is that of the page that Trunk is building.

mod layout;
mod order;

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::layout::{Functions, Layout};

fn main() -> Result<()> {
    let file = match std::env::args_os().nth(1) {
        Some(file) => PathBuf::from(file),
        None => PathBuf::from(std::env::var_os("TRUNK_STAGING_DIR").context("usage: wasm-order FILE")?)
            .join("tabfit_bg.wasm"),
    };
    let wasm = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    std::fs::write(&file, smaller(wasm)?).with_context(|| format!("{} cannot be written", file.display()))
}

fn smaller(mut wasm: Vec<u8>) -> Result<Vec<u8>> {
    // Those that call equal functions may be equal, too, once these are one.
    while let Some(merged) = Layout::merged(&Functions::of(&wasm)?) {
        wasm = merged.applied_to(&wasm)?;
    }
    Layout::ordered(&Functions::of(&wasm)?).applied_to(&wasm)
}
