//! The rule that no files import each other in a circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::sources::{Import, Tree};

pub(crate) type Arrows<'a> = BTreeMap<&'a str, Vec<&'a Import>>;

/// A sentence for each circle; of circles that share an import, only for the shortest.
#[must_use]
pub fn circles(tree: &Tree) -> Vec<String> {
    let mut arrows = arrows(&tree.imports);
    let mut sentences = Vec::new();
    while let Some(circle) = shortest(&arrows) {
        let places: Vec<_> = circle.iter().map(|import| tree.place(import)).collect();
        sentences.push(format!(
            "a circle of {} files: {} imports {}{}",
            circle.len(),
            places.join(" imports "),
            tree.base,
            circle[0].from
        ));
        for import in circle {
            arrows.entry(&import.from).or_default().retain(|other| *other != import);
        }
    }
    sentences
}

/// The groups of files in which each file reaches every other one by imports.
#[must_use]
pub fn knots(tree: &Tree) -> Vec<BTreeSet<&str>> {
    let arrows = arrows(&tree.imports);
    let reached: BTreeMap<_, BTreeSet<_>> =
        arrows.keys().map(|&file| (file, ways(&arrows, file, |_| true).into_keys().collect())).collect();
    let mut knots = BTreeSet::new();
    for (&file, targets) in &reached {
        let back = |target: &&str| reached.get(target).is_some_and(|targets: &BTreeSet<&str>| targets.contains(file));
        let knot: BTreeSet<_> = targets.iter().copied().filter(back).collect();
        if !knot.is_empty() {
            knots.insert(knot);
        }
    }
    knots.into_iter().collect()
}

/// Sorts imports by the file that imports.
pub(crate) fn arrows(imports: &[Import]) -> Arrows<'_> {
    let mut arrows = Arrows::new();
    for import in imports {
        arrows.entry(&import.from).or_default().push(import);
    }
    arrows
}

fn shortest<'a>(arrows: &Arrows<'a>) -> Option<Vec<&'a Import>> {
    arrows.keys().filter_map(|&file| way(&ways(arrows, file, |_| true), file, file)).min_by_key(Vec::len)
}

/// For each file that `start` reaches, the last import of a shortest chain to it, along those that `counts` allows.
pub(crate) fn ways<'a>(
    arrows: &Arrows<'a>,
    start: &str,
    counts: impl Fn(&Import) -> bool,
) -> BTreeMap<&'a str, &'a Import> {
    let mut last = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        for &import in arrows.get(file).into_iter().flatten().filter(|import| counts(import)) {
            if !last.contains_key(import.to.as_str()) {
                last.insert(import.to.as_str(), import);
                queue.push_back(&import.to);
            }
        }
    }
    last
}

/// The chain of imports to `end`, if `last`, the result of [`ways`], has one.
pub(crate) fn way<'a>(last: &BTreeMap<&str, &'a Import>, start: &str, end: &str) -> Option<Vec<&'a Import>> {
    let mut way = vec![*last.get(end)?];
    while let Some(import) = way.last().filter(|import| import.from != start) {
        way.push(last[import.from.as_str()]);
    }
    way.reverse();
    Some(way)
}
