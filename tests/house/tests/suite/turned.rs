//! Tests that each rule can fail: adds one line to a file of the real sources, in memory, and expects exactly its name.

use tabfit_house::{
    circles::{circles, knots},
    javascript,
    order::upward,
    rust,
    sources::{Sources, Tree},
    without_burn,
};

use crate::{CONVOLUTIONS, Crate, KERNELS, SRC, page, rooms};

/// A file of the lowest room, and one of the highest.
fn ends(tree: &Tree, rooms: &[String]) -> (String, String) {
    let in_room = |room: &String| tree.files.iter().find(|file| file.starts_with(room.as_str())).cloned();
    (rooms.iter().rev().find_map(in_room).unwrap(), rooms.iter().find_map(in_room).unwrap())
}

/// The path of a file's module after `crate::`.
fn module(file: &str) -> String {
    file.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::")
}

/// A file's text with a line added, and the number of that line.
fn with_line(sources: &Sources, file: &str, line: &str) -> (String, usize) {
    let text = format!("{}{line}\n", sources[file]);
    let number = text.lines().count();
    (text, number)
}

/// The sentences about a changed tree that the tree before did not have.
fn new(before: &Tree, after: &Tree, sentences: impl Fn(&Tree) -> Vec<String>) -> Vec<String> {
    let before = sentences(before);
    sentences(after).into_iter().filter(|sentence| !before.contains(sentence)).collect()
}

/// The new sentences when a line is added to a file of a crate, and the line's number.
fn added(read: &Crate, file: &str, line: &str, sentences: impl Fn(&Tree) -> Vec<String>) -> (Vec<String>, usize) {
    let (text, number) = with_line(&read.sources, file, line);
    let after = rust::tree(read.base, &read.parsed.clone().with(file, &text));
    (new(&rust::tree(read.base, &read.parsed), &after, sentences), number)
}

/// The same for the page.
fn added_to_page(file: &str, line: &str, sentences: impl Fn(&Tree) -> Vec<String>) -> (Vec<String>, usize) {
    let mut sources = page();
    let before = page_tree(&sources);
    let (text, number) = with_line(&sources, file, line);
    sources.insert(file.into(), text);
    (new(&before, &page_tree(&sources), sentences), number)
}

fn page_tree(sources: &Sources) -> Tree {
    javascript::tree("www/js/", sources)
}

#[track_caller]
fn assert_one(found: &[String], start: &str) {
    assert!(found.len() == 1 && found[0].starts_with(start), "expected {start}, found {found:?}");
}

/// Adds each line, in which `TOP` is the module of a file in the highest room, to a file of the lowest.
#[track_caller]
fn assert_turned(lines: &[&str]) {
    let rooms = rooms("order");
    let (low, top) = ends(&rust::tree(SRC.base, &SRC.parsed), &rooms);
    for line in lines {
        let line = line.replace("TOP", &module(&top));
        let (found, number) = added(&SRC, &low, &line, |tree| upward(tree, &rooms));
        assert_one(&found, &format!("src/{low}:{number} imports src/{top}: "));
    }
}

#[test]
fn an_upward_use_is_named() {
    assert_turned(&[
        "use crate::TOP::Thing;",
        "use crate::{TOP::{self}};",
        "#[cfg(test)] mod turned { use crate::TOP::*; }",
        "#[cfg(target_family = \"wasm\")] pub use crate::TOP::Thing as Other;",
    ]);
}

#[test]
fn an_upward_path_without_a_use_is_named() {
    assert_turned(&[
        "fn turned() { crate::TOP::thing(); }",
        "fn turned(thing: &[crate::TOP::Thing]) {}",
        "impl crate::TOP::Thing for u8 {}",
        "#[derive(Serialize)] struct Turned { #[serde(with = \"crate::TOP::thing\")] field: u8 }",
    ]);
}

#[test]
fn an_upward_path_in_a_macro_is_named() {
    assert_turned(&[
        "fn turned() { println!(\"{}\", vec![crate::TOP::thing()].len()); }",
        "macro_rules! turned { () => { $crate::TOP::thing() }; }",
        "macro_rules! turned { () => { use crate::{TOP::Thing}; }; }",
    ]);
}

/// `lib.rs` re-exports `fit`; the sentence names the file that defines it.
#[test]
fn an_upward_import_through_a_re_export_is_named() {
    let rooms = rooms("order");
    let (low, _) = ends(&rust::tree(SRC.base, &SRC.parsed), &rooms);
    let (found, number) = added(&SRC, &low, "use crate::fit;", |tree| upward(tree, &rooms));
    assert_one(&found, &format!("src/{low}:{number} imports src/training/fit.rs: "));
}

#[test]
fn an_upward_import_by_super_is_named() {
    let (tree, rooms) = (rust::tree(SRC.base, &SRC.parsed), rooms("order"));
    let deep = |file: &&String| file.starts_with("kernels/gpu/") && !file.ends_with("mod.rs");
    let low = tree.files.iter().find(deep).unwrap();
    let (_, top) = ends(&tree, &rooms);
    let line = format!("use super::super::super::{}::Thing;", module(&top));
    let (found, number) = added(&SRC, low, &line, |tree| upward(tree, &rooms));
    assert_one(&found, &format!("src/{low}:{number} imports src/{top}: "));
}

#[test]
fn a_file_without_a_room_and_a_room_without_a_file_are_named() {
    let before = rust::tree(SRC.base, &SRC.parsed);
    let after = rust::tree(SRC.base, &SRC.parsed.clone().with("attic.rs", ""));
    let rooms = rooms("order");
    assert_one(&new(&before, &after, |tree| upward(tree, &rooms)), "src/attic.rs is in no room");
    let more = [rooms.as_slice(), &["cellar".into()]].concat();
    let known = upward(&before, &rooms);
    let found: Vec<_> = upward(&before, &more).into_iter().filter(|sentence| !known.contains(sentence)).collect();
    assert_one(&found, "docs/architecture.md lists cellar, in which there is no file");
}

/// An import that is in no circle yet, and whose files are in the same folder.
fn inside_a_room(tree: &Tree) -> &tabfit_house::sources::Import {
    let folder = |file: &str| file.rsplit_once('/').map(|(folder, _)| folder.to_string());
    let knotted: Vec<_> = knots(tree).into_iter().flatten().collect();
    let is_free =
        |file: &str| !knotted.contains(&file) && !["lib.rs", "mod.rs"].iter().any(|face| file.ends_with(face));
    let fits = |from: &str, to: &str| folder(from) == folder(to) && is_free(from) && is_free(to);
    tree.imports.iter().find(|import| fits(&import.from, &import.to)).unwrap()
}

#[track_caller]
fn assert_circle(found: &[String], forth: &str, back: &str) {
    assert_one(found, "a circle of 2 files: ");
    assert!(found[0].contains(forth) && found[0].contains(back), "{found:?}");
}

#[test]
fn a_circle_inside_a_room_is_named() {
    for read in [&SRC, &CONVOLUTIONS, &KERNELS] {
        let tree = rust::tree(read.base, &read.parsed);
        let import = inside_a_room(&tree);
        let (found, number) = added(read, &import.to, &format!("use crate::{}::*;", module(&import.from)), circles);
        assert_circle(&found, &tree.place(import), &format!("{}{}:{number} ", read.base, import.to));
    }
}

#[test]
fn a_circle_of_the_page_is_named() {
    let tree = page_tree(&page());
    let import = inside_a_room(&tree);
    let name = import.from.rsplit('/').next().unwrap();
    let (found, number) = added_to_page(&import.to, &format!("import {{ thing }} from \"./{name}\";"), circles);
    assert_circle(&found, &tree.place(import), &format!("www/js/{}:{number} ", import.to));
}

#[test]
fn an_upward_import_of_the_page_is_named() {
    let rooms = rooms("order-js");
    let (low, top) = ends(&page_tree(&page()), &rooms);
    let path = format!("{}{top}", "../".repeat(low.matches('/').count()));
    for line in [
        "import { thing } from \"./TOP\";",
        "import \"./TOP\";",
        "export * from './TOP';",
        "const thing = await import(\"./TOP\");",
        "new Worker(new URL(\"TOP\", import.meta.url));",
        "/** @param {import(\"./TOP\").Thing} thing */",
    ] {
        let (found, number) = added_to_page(&low, &line.replace("TOP", &path), |tree| upward(tree, &rooms));
        assert_one(&found, &format!("www/js/{low}:{number} imports www/js/{top}: "));
    }
}

#[test]
fn a_chain_to_burn_is_named() {
    let rooms = rooms("without-burn");
    let chains = |tree: &Tree| without_burn::chains(tree, &rooms);
    let (found, number) = added(&SRC, "data/layout.rs", "use crate::kernels::dense;", chains);
    let start = format!("src/data/layout.rs:{number} imports src/kernels/");
    assert!(found.iter().any(|chain| chain.starts_with(&start) && chain.ends_with("which names burn")), "{found:?}");
    let (found, number) = added(&SRC, "data/layout.rs", "type Turned = burn_cubecl::Thing;", chains);
    assert!(
        found.contains(&format!("src/data/layout.rs:{number} names burn, and is listed as without it")),
        "{found:?}"
    );
    let test = "#[cfg(test)] mod turned { use crate::kernels::*; use burn::prelude::*; }";
    assert_eq!(added(&SRC, "data/layout.rs", test, chains).0, [""; 0]);
}
