//! The rule that files which need no tensors do not reach burn by any chain of imports.

use crate::{
    circles::{arrows, way, ways},
    order::is_in,
    sources::Tree,
};

/// A sentence for each file of these rooms that reaches burn, with the chain; imports by tests do not count.
#[must_use]
pub fn chains(tree: &Tree, rooms: &[String]) -> Vec<String> {
    let arrows = arrows(&tree.imports);
    let listed = |file: &str| rooms.iter().any(|room| is_in(file, room));
    let mut sentences: Vec<_> = rooms
        .iter()
        .filter(|room| !tree.files.iter().any(|file| is_in(file, room)))
        .map(|room| format!("docs/architecture.md lists {room}, in which there is no file"))
        .collect();
    for file in tree.files.iter().filter(|file| listed(file)) {
        if let Some(line) = tree.burn.get(file) {
            sentences.push(format!("{}{file}:{line} names burn, and is listed as without it", tree.base));
            continue;
        }
        // A chain through another listed file is left out, because that file has a sentence of its own.
        let last = ways(&arrows, file, |import| !import.in_test && !listed(&import.to));
        let chains = tree.burn.keys().filter_map(|burn| way(&last, file, burn));
        if let Some(chain) = chains.min_by_key(Vec::len) {
            let places: Vec<_> = chain.iter().map(|import| tree.place(import)).collect();
            let end = &chain[chain.len() - 1].to;
            sentences.push(format!(
                "{} imports {}{end}:{}, which names burn",
                places.join(" imports "),
                tree.base,
                tree.burn[end]
            ));
        }
    }
    sentences
}
