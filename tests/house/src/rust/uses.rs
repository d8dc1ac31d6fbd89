//! Lists the names that a `use` brings into a module.

use syn::{ItemUse, UseTree, Visibility};

/// One leaf of a `use`.
#[derive(Clone)]
pub(super) struct Use {
    pub(super) segments: Vec<String>,
    /// The name in this module; `None` for `*`.
    pub(super) name: Option<String>,
    /// Whether it is a re-export.
    pub(super) public: bool,
}

/// The segments, the name and the line.
type Leaf = (Vec<String>, Option<String>, usize);

/// Every leaf of a `use`, with its line.
pub(super) fn uses(item: &ItemUse) -> Vec<(Use, usize)> {
    let mut leaves = Vec::new();
    collect(&item.tree, &[], &mut leaves);
    let public = !matches!(item.vis, Visibility::Inherited);
    leaves.into_iter().map(|(segments, name, line)| (Use { segments, name, public }, line)).collect()
}

fn collect(tree: &UseTree, before: &[String], leaves: &mut Vec<Leaf>) {
    let with = |name: &syn::Ident| {
        let mut segments = before.to_vec();
        // `a::{self}` names `a`; only at the front is `self` a module of its own.
        if name != "self" || segments.is_empty() {
            segments.push(name.to_string());
        }
        segments
    };
    let mut leaf = |segments: Vec<String>, name: Option<String>, line| leaves.push((segments, name, line));
    match tree {
        UseTree::Path(path) => collect(&path.tree, &with(&path.ident), leaves),
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect(tree, before, leaves)),
        UseTree::Name(name) => {
            let segments = with(&name.ident);
            let last = segments.last().cloned();
            leaf(segments, last, name.ident.span().start().line);
        }
        UseTree::Rename(rename) => {
            leaf(with(&rename.ident), Some(rename.rename.to_string()), rename.ident.span().start().line);
        }
        UseTree::Glob(glob) => leaf(before.to_vec(), None, glob.star_token.spans[0].start().line),
    }
}
