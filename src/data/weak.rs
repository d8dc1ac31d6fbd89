//! Remembers a data set without keeping its pictures in memory.

use std::sync::{Arc, Weak};

use crate::data::marks::Marks;
use crate::data::{Dataset, Pictures};

/// A [`Dataset`] that exists as long as its pictures are used elsewhere.
#[derive(Debug, Clone)]
pub struct WeakDataset {
    pictures: Weak<Pictures>,
    marks: Marks,
    indices: Vec<usize>,
}

impl WeakDataset {
    /// The data set; `None` if its pictures were freed.
    #[must_use]
    pub fn upgrade(&self) -> Option<Dataset> {
        let (marks, indices) = (self.marks.clone(), self.indices.clone());
        self.pictures.upgrade().map(|pictures| Dataset { pictures, marks, indices })
    }
}

impl From<&Dataset> for WeakDataset {
    fn from(Dataset { pictures, marks, indices }: &Dataset) -> Self {
        Self { pictures: Arc::downgrade(pictures), marks: marks.clone(), indices: indices.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_validation_pictures_of_a_fit_do_not_keep_their_folder() {
        let names = vec!["a".into(), "b".into()];
        let folder = Dataset::from_arrays(vec![0; 12], vec![0, 1, 0, 1], names, 1).unwrap();
        let (_, held_out) = folder.split_last(0.5).unwrap();
        let remembered = WeakDataset::from(&held_out);
        drop(held_out);
        assert_eq!(remembered.upgrade().map(|pictures| pictures.labels()), Some(vec![0, 1]));
        drop(folder);
        assert!(remembered.upgrade().is_none());
    }
}
