//! `files.json`: what the page may fetch, so that it can say how much it loads and how far it is, and by which hash its service
//! worker knows each file.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{compress::gzipped, headers::HEADERS};

/// Where the list lies in the page.
pub(crate) const LISTING: &str = "files.json";

/// Where the service worker lies in the page. What it may answer for is the folder that it lies in.
pub(crate) const SERVICE_WORKER: &str = "sw.js";

/// A file as the page reads of it.
#[derive(Serialize)]
struct Listed<'a> {
    path: &'a str,
    bytes: usize,
    gzipped: usize,
    sha256: String,
}

/// Whether the page itself may fetch the file: types are for editors, `.br` is how a server sends another file, and the headers
/// are for the server itself. The browser fetches the service worker, which knows the list by its hash.
pub(crate) fn is_fetched(path: &str) -> bool {
    ![".br", ".d.ts"].iter().any(|end| path.ends_with(end)) && ![LISTING, HEADERS, SERVICE_WORKER].contains(&path)
}

/// The hash of a file, as `sha256sum` writes it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// The list as JSON, a file a line, in the order of the paths.
pub(crate) fn listing(files: &BTreeMap<String, Vec<u8>>) -> Result<String> {
    let lines = files.iter().filter(|(path, _)| is_fetched(path)).map(|(path, bytes)| {
        let listed = Listed { path, bytes: bytes.len(), gzipped: gzipped(bytes)?, sha256: sha256(bytes) };
        serde_json::to_string(&listed).with_context(|| format!("{path} cannot be listed"))
    });
    Ok(format!("[\n{}\n]\n", lines.collect::<Result<Vec<_>>>()?.join(",\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_leaves_out_what_no_page_fetches() {
        let files = ["js/a.js", "a.js.br", "tabfit.d.ts", "files.json", "_headers", "sw.js", "index.html"];
        let files = files.iter().map(|file| (file.to_string(), b"abc".to_vec())).collect();
        // The first test vector of the Secure Hash Standard.
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let line = |path| format!(r#"{{"path":"{path}","bytes":3,"gzipped":23,"sha256":"{sha256}"}}"#);
        assert_eq!(listing(&files).unwrap(), format!("[\n{},\n{}\n]\n", line("index.html"), line("js/a.js")));
    }
}
