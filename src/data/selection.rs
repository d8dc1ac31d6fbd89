//! Some pictures of a data set.

use std::collections::HashSet;
use std::sync::Arc;

use crate::data::{Dataset, Pictures};

impl Dataset {
    /// Pictures of which no class is known; each stands as one of the first class.
    ///
    /// # Shapes
    /// - `pixels`: `[pictures, image_size, image_size, 3]`, RGB8
    pub(crate) fn unlabelled(pixels: Vec<u8>, class_names: Vec<String>, image_size: usize) -> Self {
        let count = pixels.len() / (image_size * image_size * 3);
        Self::new(Arc::new(Pictures::new(image_size, class_names, pixels, vec![0; count])), (0..count).collect())
    }

    /// The pictures at these positions, in that order.
    pub(crate) fn at(&self, positions: impl Iterator<Item = usize>) -> Self {
        self.of(positions.map(|position| self.indices[position]).collect())
    }

    /// The pictures that are not in another data set of the same folder.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let others: HashSet<usize> = match self.shares_pictures(other) {
            true => other.indices.iter().copied().collect(),
            false => HashSet::new(),
        };
        self.at((0..self.len()).filter(|&position| !others.contains(&self.id(position))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_held_out_is_left_out_and_another_folder_is_not() {
        let folder = || {
            let names = vec!["a".into(), "b".into()];
            Dataset::from_arrays(vec![0; 24], vec![0, 1, 0, 1, 0, 1, 0, 1], names, 1).unwrap()
        };
        let (training, held_out) = folder().split_last(0.5).unwrap();
        let all = training.whole_folder();
        assert_eq!(all.without(&held_out).indices, training.indices);
        assert_eq!(all.without(&folder()).len(), 8);
        assert_eq!(held_out.at([3, 0].into_iter()).indices, [7, 4]);
    }
}
