//! Prints every import in a tree of this repository that breaks a rule, and how many there are.

use std::{env, fs, path::PathBuf};

use tabfit_house::{
    circles::{circles, knots},
    javascript, layout,
    order::{block, upward},
    rust::{self, Parsed},
    sources::read,
    without_burn,
};

fn main() -> Result<(), String> {
    let root = env::args().nth(1).map_or(PathBuf::from("."), PathBuf::from);
    let document = fs::read_to_string("docs/architecture.md").map_err(|error| error.to_string())?;
    let rooms = |name| block(&document, name).map(|rooms| rooms.into_iter().map(String::from).collect::<Vec<_>>());
    let src = read(&root.join("src"), &["rs"]);
    let tree = rust::tree("src/", &Parsed::new(&src));
    let convolutions = rust::tree("convolutions/src/", &Parsed::new(&read(&root.join("convolutions/src"), &["rs"])));
    let decisions = rust::tree("decisions/src/", &Parsed::new(&read(&root.join("decisions/src"), &["rs"])));
    let kernels = rust::tree("kernels/src/", &Parsed::new(&read(&root.join("kernels/src"), &["rs"])));
    let page = javascript::tree("www/js/", &read(&root.join("www/js"), &["js"]));
    let print = |what: &str, sentences: Vec<String>| {
        println!("## {what}: {}\n", sentences.len());
        for sentence in sentences {
            println!("{sentence}");
        }
        println!();
    };
    print("too much at the top", layout::crowded("src", &src));
    print("imports that go up, src", upward(&tree, &rooms("order")?));
    print("imports that go up, decisions/src", upward(&decisions, &rooms("order-decisions")?));
    print("imports that go up, www/js", upward(&page, &rooms("order-js")?));
    print("chains to burn", without_burn::chains(&tree, &rooms("without-burn")?));
    for tree in [tree, convolutions, decisions, kernels, page] {
        println!("{}: {} files, {} imports of one by another", tree.base, tree.files.len(), tree.imports.len());
        for knot in knots(&tree) {
            println!("a knot of {} files, which all reach each other: {knot:?}", knot.len());
        }
        print(&format!("circles, {}", tree.base), circles(&tree));
    }
    Ok(())
}
