//! The part of a batch that one worker learns from.

use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};
use tabfit_kernels::{self as slices, Change};

use crate::data::loader::{Batch, Truth};

/// Neighbouring rows of a batch: of its first axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// The first of them, from 0.
    pub first: usize,
    /// 1 or more.
    pub count: usize,
    /// The rows of the whole batch.
    pub of: usize,
}

impl Rows {
    /// The whole batch.
    #[must_use]
    pub fn all(of: usize) -> Self {
        Self { first: 0, count: of, of }
    }

    /// At most so many parts of a batch, as even as they can be; none is empty, and the first is no
    /// smaller than another.
    #[must_use]
    pub fn divided(of: usize, parts: usize) -> Vec<Self> {
        let parts = parts.clamp(1, of.max(1));
        let first = |part: usize| part * (of / parts) + part.min(of % parts);
        (0..parts).map(|part| Self { first: first(part), count: first(part + 1) - first(part), of }).collect()
    }

    /// These rows of what was made for the whole batch, `[of, …]`.
    pub(crate) fn narrow<const D: usize>(self, whole: Tensor<D>) -> Tensor<D> {
        if self.count == self.of { whole } else { whole.narrow(0, self.first, self.count) }
    }

    /// These of the items of the whole batch.
    pub(crate) fn slice<T>(self, whole: &[T]) -> &[T] {
        &whole[self.first..][..self.count]
    }
}

/// Pictures as bytes, with all that it takes to make a batch of them, on any machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shard {
    pub(crate) rows: Rows,
    /// `[rows.count, size, size, 3]`, RGB8; they travel beside the rest.
    #[serde(skip)]
    pub(crate) pixels: Vec<u8>,
    /// `[rows.count]`.
    pub(crate) labels: Vec<u32>,
    /// `[rows.count]`; `None` where no picture is changed.
    pub(crate) changes: Option<Vec<Change>>,
    /// `[rows.count]`; `None` where all count 1.
    pub(crate) weights: Option<Vec<f32>>,
}

impl Shard {
    /// The same on a device, each picture changed by what was drawn for it.
    ///
    /// # Shapes
    /// - `size`: the height and width of the pictures, in pixels
    pub(crate) fn batch(&self, size: usize, classes: usize, device: &Device) -> Batch {
        let each = size * size * 3;
        let values: Vec<f32> = match &self.changes {
            None => slices::values(&self.pixels),
            Some(changes) => {
                let mut values = Vec::with_capacity(self.pixels.len());
                for (pixels, change) in self.pixels.chunks_exact(each).zip(changes) {
                    change.apply(pixels, size, &mut values);
                }
                values
            }
        };
        let images = Tensor::from_data(TensorData::new(values, [self.labels.len(), size, size, 3]), device);
        Batch { images, truth: Truth::new(&self.labels, classes, self.weights.clone(), device) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_even_none_is_empty_and_together_they_are_the_batch() {
        for (of, parts) in [(32, 2), (33, 4), (7, 3), (3, 8), (1, 1), (5, 0)] {
            let rows = Rows::divided(of, parts);
            assert_eq!(rows.len(), parts.clamp(1, of));
            let ends: Vec<usize> = rows.iter().map(|rows| rows.first + rows.count).collect();
            let firsts: Vec<usize> = rows.iter().map(|rows| rows.first).collect();
            assert_eq!([&[0], &ends[..ends.len() - 1]].concat(), firsts);
            assert_eq!(ends.last(), Some(&of));
            assert!(rows.iter().all(|part| part.count > 0 && rows[0].count - part.count <= 1));
        }
    }
}
