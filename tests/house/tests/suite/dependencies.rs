//! The crates that the page and its tools are made of.

use std::process::Command;

use tabfit_house::dependencies::{Dependency, banned, doubled, listed, unlicensed};

use crate::root;

/// What may be part of a program that anybody may use, change and sell.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0", // root certificates, of a tool
    "ISC",
    "MIT",
    "MPL-2.0", // for each file: changes to that file are published, and there are none
    "Unicode-3.0",
    "Zlib",
];

/// They speak to other computers, which the page never does.
const BANNED: &[&str] = &["hyper", "native-tls", "openssl-sys", "reqwest", "rustls", "tokio", "tungstenite", "ureq"];

/// Crates that others ask for in different versions; each is small.
const DOUBLED: &[&str] = &["foldhash", "hashbrown", "hi_sparse_bitset", "miniz_oxide", "rustc-hash"];

fn tree(arguments: &[&str]) -> Vec<Dependency> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args(["tree", "--locked", "--prefix", "none", "--format", "{p}|{l}"]).args(arguments);
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    listed(&String::from_utf8(output.stdout).unwrap())
}

fn program(part: &str) -> Vec<Dependency> {
    let crates = tree(&["--package", part, "--edges", "normal,no-proc-macro", "--target", "wasm32-unknown-unknown"]);
    assert!(crates.iter().any(|dependency| dependency.name == "wasm-bindgen"), "this is no list of the program");
    crates
}

#[test]
fn every_licence_is_allowed() {
    let all = tree(&["--workspace"]);
    assert!(all.len() > 200, "only {} crates are listed", all.len());
    assert_eq!(unlicensed(&all, ALLOWED), [""; 0]);
}

#[test]
fn the_page_has_no_crate_that_speaks_to_a_network_and_none_twice() {
    for part in [
        "tabfit-cpu",
        "tabfit-exchange",
        "tabfit-late-clinic",
        "tabfit-late-decoders",
        "tabfit-late-formats",
        "tabfit-study",
        "tabfit-webgpu",
    ] {
        let crates = program(part);
        assert_eq!(banned(&crates, BANNED), [""; 0], "{part}");
        assert_eq!(doubled(&crates, DOUBLED), [""; 0], "{part}");
    }
}

#[test]
fn the_rules_can_fail() {
    let crates = listed("b v1.0.0|GPL-3.0\na v0.2.0|MIT\nc v2.0.0|\nb v2.0.0 (/work)|MIT/Apache-2.0 (*)\n");
    assert_eq!(crates.len(), 4);
    assert_eq!(unlicensed(&crates, ALLOWED).len(), 2, "a licence that is not allowed, and none at all");
    assert_eq!(banned(&crates, &["a"]), ["a v0.2.0 may not be part of the program"]);
    assert_eq!(doubled(&crates, &[]), ["b is there as v1.0.0 and as v2.0.0"]);
    assert_eq!(doubled(&crates, &["b"]), [""; 0]);
}
