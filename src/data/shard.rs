//! The part of a batch that one helper computes, in a form that can be sent to another thread.

use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};
use tabfit_kernels::{self as slices, Change};

use crate::data::{Batch, Rows, Targets};

/// Pictures as bytes, with everything that another thread needs to make a batch of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shard {
    pub(crate) rows: Rows,
    /// `[rows.count, size, size, 3]`, RGB8. They are sent beside the JSON, not in it.
    #[serde(skip)]
    pub(crate) pixels: Vec<u8>,
    /// `[rows.count]`.
    pub(crate) labels: Vec<u32>,
    /// `[rows.count]`, how each picture is augmented; `None` without augmentation.
    pub(crate) changes: Option<Vec<Change>>,
    /// `[rows.count]`, how much each picture counts; `None` if all count 1.
    pub(crate) weights: Option<Vec<f32>>,
}

impl Shard {
    /// The batch of these pictures on a device, augmented as `changes` says.
    ///
    /// # Shapes
    /// - `size`: the height and width of the pictures, in pixels
    pub(crate) fn batch(&self, size: usize, classes: usize, device: &Device) -> Batch {
        let picture_bytes = size * size * 3;
        let values: Vec<f32> = match &self.changes {
            None => slices::values(&self.pixels),
            Some(changes) => {
                let mut values = Vec::with_capacity(self.pixels.len());
                for (pixels, change) in self.pixels.chunks_exact(picture_bytes).zip(changes) {
                    change.apply(pixels, size, &mut values);
                }
                values
            }
        };
        let images = Tensor::from_data(TensorData::new(values, [self.labels.len(), size, size, 3]), device);
        Batch { images, targets: Targets::new(&self.labels, classes, self.weights.clone(), device) }
    }
}
