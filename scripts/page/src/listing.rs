//! `files.json`: what the page may fetch, so that it can say how much it loads and how far it is.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::compress::gzipped;

/// Where the list lies in the page.
pub(crate) const LISTING: &str = "files.json";

/// A file as the page reads of it.
#[derive(Serialize)]
struct Listed<'a> {
    path: &'a str,
    bytes: usize,
    gzipped: usize,
}

/// Whether the page itself may fetch the file: types are for editors, and `.br` is how a server sends another file.
pub(crate) fn is_fetched(path: &str) -> bool {
    ![".br", ".d.ts"].iter().any(|end| path.ends_with(end)) && path != LISTING
}

/// The list as JSON, a file a line, in the order of the paths.
pub(crate) fn listing(files: &BTreeMap<String, Vec<u8>>) -> Result<String> {
    let lines = files.iter().filter(|(path, _)| is_fetched(path)).map(|(path, bytes)| {
        let listed = Listed { path, bytes: bytes.len(), gzipped: gzipped(bytes)? };
        serde_json::to_string(&listed).with_context(|| format!("{path} cannot be listed"))
    });
    Ok(format!("[\n{}\n]\n", lines.collect::<Result<Vec<_>>>()?.join(",\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_leaves_out_what_no_page_fetches() {
        let files = ["js/a.js", "a.js.br", "tabfit.d.ts", "files.json", "index.html"];
        let files = files.iter().map(|file| (file.to_string(), b"12".to_vec())).collect();
        assert_eq!(
            listing(&files).unwrap(),
            "[\n{\"path\":\"index.html\",\"bytes\":2,\"gzipped\":22},\n{\"path\":\"js/a.js\",\"bytes\":2,\"gzipped\":22}\n]\n"
        );
    }
}
