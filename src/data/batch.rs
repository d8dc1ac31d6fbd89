//! A batch of pictures with their targets on a device, and ranges of its rows.

use burn::tensor::{Device, Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};

/// What a network begins with.
#[derive(Debug, Clone)]
pub enum Input {
    /// `[batch, size, size, 3]`, values 0 to 255.
    Pictures(Tensor<4>),
    /// What the first layers of the network have made of the pictures.
    Features {
        /// `[batch, values of a picture]`.
        values: Tensor<2>,
        /// How many layers have been computed, in the order of the graph.
        layers: usize,
    },
}

impl Input {
    /// How many layers have been computed.
    pub(crate) fn layers(&self) -> usize {
        match self {
            Self::Pictures(_) => 0,
            Self::Features { layers, .. } => *layers,
        }
    }

    /// Pieces of at most so many pictures.
    pub(crate) fn split(self, most: usize) -> Vec<Self> {
        match self {
            Self::Pictures(pictures) => pictures.split(most, 0).into_iter().map(Self::Pictures).collect(),
            Self::Features { values, layers } => {
                values.split(most, 0).into_iter().map(|values| Self::Features { values, layers }).collect()
            }
        }
    }
}

impl From<Tensor<4>> for Input {
    fn from(pictures: Tensor<4>) -> Self {
        Self::Pictures(pictures)
    }
}

/// Pictures and their targets, on a device.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The pictures, or what is known of them already.
    pub input: Input,
    /// The true classes.
    pub targets: Targets,
}

/// The true classes of the pictures of a batch, on a device.
#[derive(Debug, Clone)]
pub struct Targets {
    /// `[batch]`, the index of each picture's class.
    pub labels: Tensor<1, Int>,
    /// `[batch, classes]`.
    pub one_hot: Tensor<2>,
    /// `[batch]`, how much each picture counts; `None` if all count 1.
    pub weights: Option<Tensor<1>>,
}

impl Targets {
    /// Copies the labels and weights of a batch to a device.
    ///
    /// # Shapes
    /// - `labels`: `[batch]`, each below `classes`
    /// - `weights`: `[batch]`
    #[must_use]
    pub fn new(labels: &[u32], classes: usize, weights: Option<Vec<f32>>, device: &Device) -> Self {
        let length = labels.len();
        let mut one_hot = vec![0.0f32; length * classes];
        for (row, &label) in labels.iter().enumerate() {
            one_hot[row * classes + label as usize] = 1.0;
        }
        let labels: Vec<i32> = labels.iter().map(|&label| label as i32).collect();
        Self {
            labels: Tensor::from_data(TensorData::new(labels, [length]), device),
            one_hot: Tensor::from_data(TensorData::new(one_hot, [length, classes]), device),
            weights: weights.map(|weights| Tensor::from_data(TensorData::new(weights, [length]), device)),
        }
    }

    /// The number of pictures.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.dims()[0]
    }

    /// Whether there is no picture; never for a batch of a [`DataLoader`](crate::data::loader::DataLoader).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Neighbouring rows of a batch, counted along its first axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// The first row, counted from 0.
    pub first: usize,
    /// The number of these rows, at least 1.
    pub count: usize,
    /// The number of rows of the whole batch.
    pub of: usize,
}

impl Rows {
    /// The whole batch.
    #[must_use]
    pub fn all(of: usize) -> Self {
        Self { first: 0, count: of, of }
    }

    /// Divides a batch of `of` rows into at most `parts` parts of nearly equal size. No part is empty, and
    /// no part is larger than the first.
    #[must_use]
    pub fn divided(of: usize, parts: usize) -> Vec<Self> {
        let parts = parts.clamp(1, of.max(1));
        let first = |part: usize| part * (of / parts) + part.min(of % parts);
        (0..parts).map(|part| Self { first: first(part), count: first(part + 1) - first(part), of }).collect()
    }

    /// These rows of a tensor for the whole batch, `[of, …]`.
    pub(crate) fn narrow<const D: usize>(self, whole: Tensor<D>) -> Tensor<D> {
        if self.count == self.of { whole } else { whole.narrow(0, self.first, self.count) }
    }

    /// These rows of a list with one item for every row of the batch.
    pub(crate) fn slice<T>(self, whole: &[T]) -> &[T] {
        &whole[self.first..][..self.count]
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
