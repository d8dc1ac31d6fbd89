//! Collects the items that one Rust file declares and the paths that it contains.

use std::collections::BTreeSet;

use syn::{
    Attribute, File, Ident, ImplItem, Item, ItemMod, ItemUse, Macro, Path, Visibility,
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{
    module_of,
    paths::{in_attribute, in_tokens},
    uses::{Use, uses},
};

/// A path as it is written, and the module that contains it.
#[derive(Clone)]
pub(super) struct WrittenPath {
    /// The module that contains it, which may be an inline one.
    pub(super) scope: Vec<String>,
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
    pub(super) in_test: bool,
    /// Whether a `use` names everything in it.
    pub(super) glob: bool,
    /// Whether it is a re-export.
    pub(super) public_use: bool,
}

/// A module: a file, or a `mod` with braces.
#[derive(Clone, Default)]
pub(super) struct Module {
    pub(super) path: Vec<String>,
    pub(super) items: BTreeSet<String>,
    pub(super) uses: Vec<Use>,
}

/// A file after one walk over its syntax.
#[derive(Clone, Default)]
pub(super) struct Scan {
    pub(super) lines: usize,
    /// The file's own module first.
    pub(super) modules: Vec<Module>,
    pub(super) paths: Vec<WrittenPath>,
    /// Modules in other files that are declared for tests only.
    pub(super) test_modules: Vec<Vec<String>>,
    /// First and last line of each item that is compiled for tests only.
    pub(super) tests: Vec<(usize, usize)>,
    /// The index of the module that is being walked.
    current: usize,
    in_test: bool,
}

pub(super) fn scan(file: &str, text: &str) -> Scan {
    let parsed: File = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let modules = vec![Module { path: module_of(file), ..Module::default() }];
    let mut scan = Scan { lines: text.lines().count(), modules, ..Scan::default() };
    scan.visit_file(&parsed);
    scan
}

impl Scan {
    fn write(&mut self, segments: Vec<String>, line: usize, glob: bool, public_use: bool) {
        let scope = self.modules[self.current].path.clone();
        self.paths.push(WrittenPath { scope, segments, line, in_test: self.in_test, glob, public_use });
    }

    fn write_use(&mut self, item: &ItemUse) {
        for (found, line) in uses(item) {
            self.write(found.segments.clone(), line, found.name.is_none(), found.public);
            self.modules[self.current].uses.push(found);
        }
    }

    /// Walks over an item with these attributes, which may say that it is for tests only.
    fn within(&mut self, attributes: &[Attribute], whole: impl Spanned, walk: impl FnOnce(&mut Self)) {
        let before = self.in_test;
        if !before && attributes.iter().any(is_test) {
            self.in_test = true;
            let first = attributes.iter().map(|attribute| attribute.span().start().line).min();
            let span = whole.span();
            self.tests.push((first.unwrap_or(span.start().line), span.end().line));
        }
        walk(self);
        self.in_test = before;
    }
}

impl<'ast> Visit<'ast> for Scan {
    fn visit_item(&mut self, item: &'ast Item) {
        let (name, attributes) = head(item);
        self.modules[self.current].items.extend(name.map(ToString::to_string));
        self.within(attributes, item, |scan| visit::visit_item(scan, item));
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = if let ImplItem::Fn(item) = item { item.attrs.as_slice() } else { &[] };
        self.within(attributes, item, |scan| visit::visit_impl_item(scan, item));
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let mut path = self.modules[self.current].path.clone();
        path.push(item.ident.to_string());
        if item.content.is_none() {
            if self.in_test {
                self.test_modules.push(path);
            }
            return;
        }
        let outer = self.current;
        self.modules.push(Module { path, ..Module::default() });
        self.current = self.modules.len() - 1;
        visit::visit_item_mod(self, item);
        self.current = outer;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.write_use(item);
    }

    /// `pub(in path)` can only name an ancestor, and imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast Path) {
        let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        // A single name was imported by a `use`, which is counted already.
        if segments.len() > 1 {
            self.write(segments, path.segments[0].ident.span().start().line, false, false);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invoked: &'ast Macro) {
        visit::visit_macro(self, invoked);
        let found = in_tokens(invoked.tokens.clone());
        for item in &found.uses {
            self.write_use(item);
        }
        for (segments, line) in found.paths {
            self.write(segments, line, false, false);
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        visit::visit_attribute(self, attribute);
        for (segments, line) in in_attribute(attribute) {
            self.write(segments, line, false, false);
        }
    }
}

/// The name of an item, unless it is a module, and its attributes.
fn head(item: &Item) -> (Option<&Ident>, &[Attribute]) {
    match item {
        Item::Const(item) => (Some(&item.ident), &item.attrs),
        Item::Enum(item) => (Some(&item.ident), &item.attrs),
        Item::Fn(item) => (Some(&item.sig.ident), &item.attrs),
        Item::Impl(item) => (None, &item.attrs),
        Item::Macro(item) => (item.ident.as_ref(), &item.attrs),
        Item::Mod(item) => (None, &item.attrs),
        Item::Static(item) => (Some(&item.ident), &item.attrs),
        Item::Struct(item) => (Some(&item.ident), &item.attrs),
        Item::Trait(item) => (Some(&item.ident), &item.attrs),
        Item::Type(item) => (Some(&item.ident), &item.attrs),
        Item::Union(item) => (Some(&item.ident), &item.attrs),
        Item::Use(item) => (None, &item.attrs),
        _ => (None, &[]),
    }
}

fn is_test(attribute: &Attribute) -> bool {
    if attribute.path().is_ident("test") {
        return true;
    }
    let condition = attribute.path().is_ident("cfg").then(|| attribute.meta.require_list().ok()).flatten();
    condition.is_some_and(|list| {
        let condition = list.tokens.to_string();
        condition == "test"
            || condition.starts_with("all") && condition.split(['(', ',', ')']).any(|word| word.trim() == "test")
    })
}
