//! Finds the imports between the page's modules.

mod scan;

use std::collections::BTreeMap;

use self::scan::{Token, Word, scan};
use crate::sources::{Import, Sources, Tree};

/// Reads every relative path that a module imports, opens as a worker or takes a type from.
///
/// Paths outside of these files, such as Trunk's output, and types that only a `.d.ts` declares are left out.
#[must_use]
pub fn tree(base: &str, sources: &Sources) -> Tree {
    let mut imports = Vec::new();
    for (from, text) in sources {
        for (path, line) in specifiers(&scan(text)) {
            if let Some(to) = relative(from, &path).filter(|to| sources.contains_key(to)) {
                imports.push(Import { from: from.clone(), to, line, in_test: false });
            }
        }
    }
    Tree::new(base, sources.keys().cloned().collect(), imports, BTreeMap::new())
}

/// The strings that name another module, each with its line.
fn specifiers(tokens: &[Token]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let is = |back: usize, name: &str| at >= back && tokens[at - back].word == Word::Plain(name.into());
        let Word::Text(text) = &token.word else { continue };
        let is_import = is(1, "import") || is(1, "from") || is(1, "(") && is(2, "import");
        let is_url = is(1, "(") && is(2, "URL") && is(3, "new");
        if is_import || is_url {
            found.push((text.clone(), token.line));
        }
    }
    found
}

/// The file that a path in `from` names; `None` if it is outside.
fn relative(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<_> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
