//! Tests how paths are resolved, in crates of a few lines.

use tabfit_house::{
    lines::per_file,
    rust::{self, Parsed},
    sources::Sources,
};

fn sources(files: &[(&str, &str)]) -> Sources {
    files.iter().map(|(file, text)| ((*file).into(), (*text).into())).collect()
}

/// The files that `from` imports, with the lines.
fn imports(files: &[(&str, &str)], from: &str) -> Vec<(String, usize)> {
    let imports = rust::tree("", &Parsed::new(&sources(files))).imports;
    imports.into_iter().filter(|import| import.from == from).map(|import| (import.to, import.line)).collect()
}

#[test]
fn re_exports_are_followed_by_name_by_star_and_by_another_name() {
    let files = [
        ("lib.rs", "mod a; mod b; pub use a::*;"),
        ("a/mod.rs", "mod deep; use crate::c::Thing as _; pub use self::deep::{Thing as Other, *};"),
        ("a/deep.rs", "pub struct Thing; pub struct More;"),
        ("b.rs", "use crate::Other;"),
    ];
    assert_eq!(imports(&files, "b.rs"), [("a/deep.rs".into(), 1)]);
    let by_star = [files[0], files[1], files[2], ("b.rs", "\nuse crate::More;")];
    assert_eq!(imports(&by_star, "b.rs"), [("a/deep.rs".into(), 2)]);
    let everything = [files[0], files[1], files[2], ("b.rs", "use crate::a::*;")];
    assert_eq!(imports(&everything, "b.rs"), [("a/deep.rs".into(), 1), ("a/mod.rs".into(), 1)]);
}

#[test]
fn a_face_is_no_import_but_the_code_beside_it_is() {
    let face = [("lib.rs", ""), ("a/mod.rs", "mod deep; pub use deep::Thing;"), ("a/deep.rs", "pub struct Thing;")];
    assert_eq!(imports(&face, "a/mod.rs"), []);
    let code = [face[0], ("a/mod.rs", "mod deep;\nfn call() { deep::call(); }"), face[2]];
    assert_eq!(imports(&code, "a/mod.rs"), [("a/deep.rs".into(), 2)]);
    let elsewhere = [("lib.rs", ""), ("b.rs", "pub struct Thing;"), ("a/mod.rs", "pub use crate::b::Thing;")];
    assert_eq!(imports(&elsewhere, "a/mod.rs"), [("b.rs".into(), 1)]);
}

#[test]
fn a_path_goes_on_through_an_imported_module() {
    let files = [
        ("lib.rs", ""),
        ("a/mod.rs", "pub mod deep;"),
        ("a/deep.rs", "pub fn call() {}"),
        ("b/mod.rs", "mod c;"),
        ("b/c.rs", "use super::super::a;\nfn call() { a::deep::call(); let a = 1; a.max(2); }"),
    ];
    assert_eq!(imports(&files, "b/c.rs"), [("a/deep.rs".into(), 2), ("a/mod.rs".into(), 1)]);
}

#[test]
fn an_inline_module_belongs_to_its_file() {
    let files = [
        ("lib.rs", ""),
        ("a.rs", "pub struct Thing;\n#[cfg(test)]\nmod tests { use super::*; use super::super::b::Other; }"),
        ("b.rs", "pub struct Other;"),
    ];
    assert_eq!(imports(&files, "a.rs"), [("b.rs".into(), 3)]);
}

#[test]
fn other_crates_locals_and_comments_are_no_imports() {
    let files = [
        ("lib.rs", "mod image; mod a;"),
        ("image.rs", "use image::ImageFormat; fn f() { image::open(); std::mem::take(); }"),
        (
            "a.rs",
            "/// [`crate::image`]\n// use crate::image;\npub(crate) fn f(image: u8) { image; \"crate::image\"; Vec::<u8>::new(); }",
        ),
    ];
    assert_eq!(imports(&files, "a.rs"), []);
    assert_eq!(imports(&files, "image.rs"), []);
}

#[test]
fn what_is_passed_on_of_another_crate_is_in_no_file_unless_it_is_burn() {
    let files = [
        ("lib.rs", "mod a; pub use decisions::{error, Seed}; pub use burn::Thing;"),
        ("a.rs", "use crate::{error::Error, Seed};\nuse crate::Thing;"),
    ];
    assert_eq!(imports(&files, "a.rs"), [("lib.rs".into(), 2)]);
}

#[test]
fn lines_of_tests_do_not_count() {
    let files = [
        ("lib.rs", "mod a;\n#[cfg(test)]\nmod cases;\n"),
        ("a.rs", "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn g() {}\n}\n"),
        ("cases.rs", "fn h() {}\n"),
    ];
    let lines = per_file(&sources(&files));
    assert_eq!([lines["lib.rs"], lines["a.rs"], lines["cases.rs"]], [1, 2, 0]);
}
