//! Each rule is shown to fail: one import is added to the real sources, and exactly its line is named.

use tabfit_house::{
    circles::circles,
    javascript,
    order::upward,
    rust,
    sources::{Sources, Tree},
    without_burn,
};

use crate::{page, rooms, rust_sources};

/// A file of the lowest room, and the module path of one in the highest.
fn ends(tree: &Tree, rooms: &[String]) -> (String, String) {
    let in_room = |room: &String| tree.files.iter().find(|file| file.starts_with(room.as_str())).cloned();
    (rooms.iter().rev().find_map(in_room).unwrap(), rooms.iter().find_map(in_room).unwrap())
}

/// How Rust writes a file's module after `crate::`.
fn module(file: &str) -> String {
    file.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::")
}

/// The sentences that are new when a line is added to a file, and that line's number.
fn added(
    sources: &Sources,
    file: &str,
    line: &str,
    sentences: impl Fn(&Sources) -> Vec<String>,
) -> (Vec<String>, usize) {
    let before = sentences(sources);
    let mut turned = sources.clone();
    let text = turned.get_mut(file).unwrap();
    text.push_str(line);
    text.push('\n');
    let number = text.lines().count();
    let mut after = sentences(&turned);
    after.retain(|sentence| !before.contains(sentence));
    (after, number)
}

fn upward_in_src(sources: &Sources) -> Vec<String> {
    upward(&rust::tree("src/", sources), &rooms("order"))
}

/// Adds `line`, in which `TOP` is the module path of a file in the highest room, to a file of the lowest.
fn assert_turned(line: &str) {
    let sources = rust_sources("src/");
    let (low, top) = ends(&rust::tree("src/", &sources), &rooms("order"));
    let (found, number) = added(&sources, &low, &line.replace("TOP", &module(&top)), upward_in_src);
    assert_eq!(found.len(), 1, "{line}: {found:?}");
    assert!(found[0].starts_with(&format!("src/{low}:{number} imports src/{top}: ")), "{found:?}");
}

#[test]
fn an_upward_use_is_named() {
    assert_turned("use crate::TOP::Thing;");
    assert_turned("use crate::{TOP::{self}};");
    assert_turned("#[cfg(test)] mod turned { use crate::TOP::*; }");
    assert_turned("#[cfg(target_family = \"wasm\")] pub use crate::TOP::Thing as Other;");
}

#[test]
fn an_upward_path_without_a_use_is_named() {
    assert_turned("fn turned() { crate::TOP::thing(); }");
    assert_turned("fn turned(thing: &[crate::TOP::Thing]) {}");
    assert_turned("impl crate::TOP::Thing for u8 {}");
    assert_turned("#[derive(Serialize)] struct Turned { #[serde(with = \"crate::TOP::thing\")] field: u8 }");
}

#[test]
fn an_upward_path_in_a_macro_is_named() {
    assert_turned("fn turned() { println!(\"{}\", vec![crate::TOP::thing()].len()); }");
    assert_turned("macro_rules! turned { () => { $crate::TOP::thing() }; }");
    assert_turned("macro_rules! turned { () => { use crate::{TOP::Thing}; }; }");
}

/// `lib.rs` re-exports `fit`; the sentence names the file in which it is.
#[test]
fn an_upward_import_through_a_re_export_is_named() {
    let sources = rust_sources("src/");
    let (low, _) = ends(&rust::tree("src/", &sources), &rooms("order"));
    let (found, number) = added(&sources, &low, "use crate::fit;", upward_in_src);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with(&format!("src/{low}:{number} imports src/training/fit.rs: ")), "{found:?}");
}

#[test]
fn an_upward_import_by_super_is_named() {
    let sources = rust_sources("src/");
    let tree = rust::tree("src/", &sources);
    let low = tree.files.iter().find(|file| file.starts_with("kernels/gpu/") && !file.ends_with("mod.rs")).unwrap();
    let (_, top) = ends(&tree, &rooms("order"));
    let line = format!("use super::super::super::{}::Thing;", module(&top));
    let (found, number) = added(&sources, low, &line, upward_in_src);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with(&format!("src/{low}:{number} imports src/{top}: ")), "{found:?}");
}

#[test]
fn a_file_without_a_room_and_a_room_without_a_file_are_named() {
    let mut sources = rust_sources("src/");
    let mut rooms = rooms("order");
    let before = upward(&rust::tree("src/", &sources), &rooms);
    sources.insert("attic.rs".into(), String::new());
    rooms.push("cellar".into());
    let mut after = upward(&rust::tree("src/", &sources), &rooms);
    after.retain(|sentence| !before.contains(sentence));
    let expected = [
        "docs/architecture.md lists cellar, in which there is no file",
        "src/attic.rs is in no room of docs/architecture.md",
    ];
    assert_eq!(after, expected);
}

/// Turns an import around that is in no circle yet, and whose files are in the same folder.
fn assert_circle(tree: &Tree, sources: &Sources, line: impl Fn(&str) -> String, parse: impl Fn(&Sources) -> Tree) {
    let folder = |file: &str| file.rsplit_once('/').map(|(folder, _)| folder.to_string());
    let inside: Vec<_> = tabfit_house::circles::knots(tree).into_iter().flatten().collect();
    let is_free =
        |file: &String| !inside.contains(&file.as_str()) && !file.ends_with("lib.rs") && !file.ends_with("mod.rs");
    let import = tree
        .imports
        .iter()
        .find(|import| folder(&import.from) == folder(&import.to) && is_free(&import.from) && is_free(&import.to))
        .unwrap();
    let (found, number) = added(sources, &import.to, &line(&import.from), |sources| circles(&parse(sources)));
    let (forth, back) = (tree.place(import), format!("{}{}:{number}", tree.base, import.to));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("a circle of 2 files: ") && found[0].contains(&forth) && found[0].contains(&back),
        "{found:?}"
    );
}

#[test]
fn a_circle_inside_a_room_is_named() {
    for base in ["src/", "kernels/src/"] {
        let sources = rust_sources(base);
        let parse = |sources: &Sources| rust::tree(base, sources);
        assert_circle(&parse(&sources), &sources, |file| format!("use crate::{}::*;", module(file)), parse);
    }
}

#[test]
fn a_circle_of_the_page_is_named() {
    let sources = page();
    let parse = |sources: &Sources| javascript::tree("www/js/", sources);
    let line = |file: &str| format!("import {{ thing }} from \"./{}\";", file.rsplit('/').next().unwrap());
    assert_circle(&parse(&sources), &sources, line, parse);
}

#[test]
fn an_upward_import_of_the_page_is_named() {
    let (sources, rooms) = (page(), rooms("order-js"));
    let parse = |sources: &Sources| javascript::tree("www/js/", sources);
    let (low, top) = ends(&parse(&sources), &rooms);
    let path = format!("{}{top}", "../".repeat(low.matches('/').count()));
    for line in [
        format!("import {{ thing }} from \"./{path}\";"),
        format!("import \"./{path}\";"),
        format!("export * from './{path}';"),
        format!("const thing = await import(\"./{path}\");"),
        format!("new Worker(new URL(\"{path}\", import.meta.url));"),
        format!("/** @param {{import(\"./{path}\").Thing}} thing */"),
    ] {
        let (found, number) = added(&sources, &low, &line, |sources| upward(&parse(sources), &rooms));
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert!(found[0].starts_with(&format!("www/js/{low}:{number} imports www/js/{top}: ")), "{found:?}");
    }
}

#[test]
fn a_chain_to_burn_is_named() {
    let (sources, rooms) = (rust_sources("src/"), rooms("without-burn"));
    let chains = |sources: &Sources| without_burn::chains(&rust::tree("src/", sources), &rooms);
    let (found, number) = added(&sources, "seed.rs", "use crate::kernels::Kernels;", chains);
    let chain = format!("src/seed.rs:{number} imports src/kernels/mod.rs:");
    assert!(
        found.iter().any(|sentence| sentence.starts_with(&chain) && sentence.ends_with("which names burn")),
        "{found:?}"
    );
    let (found, number) = added(&sources, "seed.rs", "type Turned = burn_cubecl::Thing;", chains);
    assert!(found.contains(&format!("src/seed.rs:{number} names burn, and is listed as without it")), "{found:?}");
    let (found, _) =
        added(&sources, "seed.rs", "#[cfg(test)] mod turned { use crate::kernels::*; use burn::prelude::*; }", chains);
    assert_eq!(found, [""; 0]);
}
