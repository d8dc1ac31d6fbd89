//! Finds the part and the class of each picture from the folders above it.
//!
//! Every folder in which the pictures of one class lie, however deep, belongs to that class, as in Keras and torchvision.

use std::collections::{BTreeMap, BTreeSet};

use super::Part;

pub(super) const NO_CLASS: &str = "lies in no class folder";
pub(super) const OUTSIDE: &str = "lies outside the Training and Testing folders";

/// The arrangements of folders that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `pets/cat/1.png`.
    Classes,
    /// `mri/Training/glioma/1.jpg`.
    ClassesInParts,
    /// `pets/cat/1.png` beside `pets/test/cat/2.png`.
    PartsBesideClasses,
    /// `pets/cat/train/1.png`.
    PartsInClasses,
}

/// The arrangement of the folders that hold pictures.
pub(super) struct Layout<'a> {
    kind: Kind,
    /// How many folders lie above the class folders or the parts.
    root: usize,
    /// How many folders lie above the class folders of each part.
    parts: BTreeMap<&'a str, usize>,
}

impl<'a> Layout<'a> {
    /// `pictures` holds the folders above each picture, from the top.
    pub(super) fn of(pictures: &[&[&'a str]]) -> Self {
        let root = depth_of_several(pictures, 0, |_| true);
        let mut inside: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for folders in pictures.iter().filter(|folders| folders.len() > root) {
            inside.entry(folders[root]).or_default().extend(folders.get(root + 1));
        }
        let kind = kind(pictures, root, &inside);
        let classes: BTreeSet<&str> = match kind {
            Kind::PartsBesideClasses => inside.keys().copied().collect(),
            _ => part_names(&inside, Part::Training).flat_map(|name| inside[name].iter().copied()).collect(),
        };
        // Some archives hold a part twice: `seg_train/seg_train/forest/1.jpg`.
        let depth = |name: &str| {
            let of_part: Vec<&[&str]> =
                pictures.iter().filter(|folders| folders.get(root) == Some(&name)).copied().collect();
            let training = Part::of(name) == Some(Part::Training);
            depth_of_several(&of_part, root + 1, |class| training || !classes.contains(class))
        };
        let parts = inside.keys().filter(|name| Part::of(name).is_some()).map(|&name| (name, depth(name))).collect();
        Self { kind, root, parts }
    }

    /// The part and the class of a picture with these folders, or why it has none.
    pub(super) fn place(&self, folders: &[&'a str]) -> Result<(Part, &'a str), &'static str> {
        let first = *folders.get(self.root).ok_or(NO_CLASS)?;
        let part = Part::of(first).zip(self.parts.get(first));
        match (self.kind, part) {
            (Kind::ClassesInParts | Kind::PartsBesideClasses, Some((part, &depth))) => {
                folders.get(depth).map(|class| (part, *class)).ok_or(NO_CLASS)
            }
            (Kind::ClassesInParts, None) => Err(OUTSIDE),
            (Kind::PartsInClasses, _) => {
                let part = folders.get(self.root + 1).and_then(|name| Part::of(name));
                Ok((part.unwrap_or(Part::Training), first))
            }
            (Kind::Classes | Kind::PartsBesideClasses, _) => Ok((Part::Training, first)),
        }
    }
}

/// The first depth, from `start`, at which pictures lie in several folders; where they never do, that of the last folder.
/// Pictures that lie above do not count. `may_enter` says whether a single folder may be one above the classes.
fn depth_of_several(pictures: &[&[&str]], start: usize, may_enter: impl Fn(&str) -> bool) -> usize {
    let mut depth = start;
    loop {
        let mut names = pictures.iter().filter_map(|folders| folders.get(depth));
        let Some(first) = names.next() else { return depth };
        let is_single = names.all(|name| name == first);
        if !is_single || !may_enter(first) || !pictures.iter().any(|folders| folders.len() > depth + 1) {
            return depth;
        }
        depth += 1;
    }
}

/// The folders of a part in which class folders lie.
fn part_names<'a, 'b>(
    inside: &'b BTreeMap<&'a str, BTreeSet<&'a str>>,
    part: Part,
) -> impl Iterator<Item = &'a str> + use<'a, 'b> {
    inside
        .iter()
        .filter(move |(name, folders)| Part::of(name) == Some(part) && !folders.is_empty())
        .map(|(&name, _)| name)
}

/// A class may be called "test", so a name alone does not make a part.
fn kind(pictures: &[&[&str]], root: usize, inside: &BTreeMap<&str, BTreeSet<&str>>) -> Kind {
    let count = |part| part_names(inside, part).count();
    let others = count(Part::Validation) + count(Part::Test);
    let classes = part_names(inside, Part::Training).map(|name| inside[name].len()).max().unwrap_or(0);
    let named = inside.keys().filter(|name| Part::of(name).is_some()).count();
    let shared = || {
        let mut held = [Part::Validation, Part::Test].into_iter().flat_map(|part| part_names(inside, part));
        held.any(|name| inside[name].iter().any(|class| Part::of(class).is_none() && inside.contains_key(class)))
    };
    let in_class = |folders: &&[&str]| folders.get(root + 1).and_then(|name| Part::of(name)) == Some(Part::Training);
    match classes {
        _ if named == inside.len() && named > 1 => Kind::ClassesInParts,
        2.. => Kind::ClassesInParts,
        1 if others > 0 => Kind::ClassesInParts,
        0 if shared() => Kind::PartsBesideClasses,
        _ if pictures.iter().any(in_class) => Kind::PartsInClasses,
        _ => Kind::Classes,
    }
}
