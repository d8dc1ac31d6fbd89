//! Builds tabfit's page, serves it, holds its files to their sizes, and completes the package that wasm-pack wrote.
//!
//! `scripts/page.sh` compiles and runs it.

mod bundle;
mod cargo;
mod compress;
mod headers;
mod html;
mod listing;
mod make;
mod package;
mod part;
mod recompiled;
mod root;
mod serve;
mod service_worker;
mod site;
mod sizes;
mod wasm;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "scripts/page.sh", about = "Builds tabfit's page, serves it and measures it")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes the whole page to dist/
    Build,
    /// Builds the page and serves it: first what trains on the CPU, then WebGPU
    Serve {
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Completes the page that Trunk is building in a folder
    Parts { folder: PathBuf },
    /// Completes the package of which wasm-pack has written the parts to pkg/
    Package,
    /// Writes a program again in plain SIMD, as browsers without relaxed SIMD have it
    Plain { wasm: PathBuf, plain: PathBuf },
    /// Fails if a file of dist/ is over its limit in docs/sizes.md
    Sizes {
        /// Write the sizes of today into docs/sizes.md
        #[arg(long)]
        note: bool,
    },
}

fn main() -> ExitCode {
    let run = || -> Result<()> {
        match Arguments::parse().command {
            Command::Build => make::page(),
            Command::Serve { port } => serve::page(port),
            Command::Parts { folder } => make::rest(&folder),
            Command::Package => package::complete(),
            Command::Plain { wasm, plain } => wasm::write_plain(&wasm, &plain),
            Command::Sizes { note } => sizes::check(note),
        }
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
