//! What a person changed of the pictures of a folder: other labels, and groups that no split divides.

use std::sync::Arc;

use crc32fast::Hasher;

/// Changes by the ids of the pictures. Without any, the folder says everything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    /// The label of every picture, in the place of what the folder says.
    pub(crate) labels: Option<Arc<Vec<u32>>>,
    /// The group of every picture, counted from 0 in the order in which they first come.
    pub(crate) groups: Option<Arc<Vec<u32>>>,
}

impl Marks {
    /// Adds them to a checksum, which stays what it is without any.
    pub(crate) fn add_to(&self, hasher: &mut Hasher) {
        for (mark, numbers) in [(b'l', &self.labels), (b'g', &self.groups)] {
            if let Some(numbers) = numbers {
                hasher.update(&[mark]);
                numbers.iter().for_each(|number| hasher.update(&number.to_le_bytes()));
            }
        }
    }
}

/// Equal numbers for equal ones, counted from 0 in the order in which they first come.
pub(crate) fn renumbered(groups: &[u32]) -> Vec<u32> {
    let mut numbers = std::collections::HashMap::new();
    let number = |group: &u32| {
        let next = numbers.len() as u32;
        *numbers.entry(*group).or_insert(next)
    };
    groups.iter().map(number).collect()
}
