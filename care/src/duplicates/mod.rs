//! Pictures that are the same, or look the same.

mod leaks;
mod near;
mod sets;

use std::collections::HashMap;

pub use leaks::{Leak, OtherLabels};
pub use near::{MOST_BITS, MOST_PIXELS, difference};
use sets::Sets;

use crate::content::Content;
use crate::folder::Folder;

/// The pictures of a folder that are there more than once. Pictures are named by their ids.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicates {
    /// Files with equal bytes: groups of two and more.
    pub exact: Vec<Vec<u32>>,
    /// Pictures that look alike, the equal ones among them.
    pub near: Vec<Vec<u32>>,
    /// The number of the group of each picture; that of one without duplicates is its alone.
    pub groups: Vec<u32>,
    /// Pairs that stand in two parts.
    pub leaks: Vec<Leak>,
    /// Pairs that stand in two classes.
    pub other_labels: Vec<OtherLabels>,
}

/// Finds the duplicates of a folder.
#[must_use]
pub fn find(folder: &Folder) -> Duplicates {
    let looks = folder.looks();
    let mut sets = Sets::new(looks.len());
    let mut first: HashMap<Content, u32> = HashMap::new();
    for (id, look) in looks.iter().enumerate() {
        let earlier = *first.entry(look.file.content).or_insert(id as u32);
        sets.join(earlier as usize, id);
    }
    let exact = sets.groups();
    // Equal files need no second look.
    let different: Vec<usize> = (0..looks.len()).filter(|&id| sets.lowest(id) == id).collect();
    near::join(looks, &different, &mut sets);
    let near = sets.groups();
    let groups = sets.numbers();
    let (leaks, other_labels) = leaks::leaks(folder, &near);
    Duplicates { exact, near, groups, leaks, other_labels }
}
