//! The service worker of a page: `www/offline/sw.js`, which learns here which version of the page it keeps.

use anyhow::{Context, Result};

use crate::{listing::sha256, root::www, site::read};

/// What stands in the source where the version belongs.
const PLACE: &str = "the SHA-256 of files.json";

/// The service worker that keeps the files of this list.
pub(crate) fn service_worker(list: &[u8]) -> Result<String> {
    let source = String::from_utf8(read(&www().join("offline/sw.js"))?).context("www/offline/sw.js is not UTF-8")?;
    stamped(&source, list)
}

/// The version is the hash of the list, which has the hash of every file: when any of them changes, so does the service worker,
/// and by that a browser notices a new version.
fn stamped(source: &str, list: &[u8]) -> Result<String> {
    let (before, after) =
        source.split_once(PLACE).with_context(|| format!("www/offline/sw.js has no place for {PLACE}"))?;
    Ok(format!("{before}{}{after}", sha256(list)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_list_makes_another_service_worker() {
        let source = format!("const VERSION = \"{PLACE}\";");
        let [first, second] = [&b"[1]"[..], b"[2]"].map(|list| stamped(&source, list).unwrap());
        assert_eq!(first, format!("const VERSION = \"{}\";", sha256(b"[1]")));
        assert_ne!(first, second);
    }

    #[test]
    fn the_source_has_a_place_for_the_version() {
        assert!(service_worker(b"[]").unwrap().contains(&sha256(b"[]")));
        assert!(stamped("const VERSION = 1;", b"[]").is_err());
    }
}
