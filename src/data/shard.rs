//! The part of a batch that one helper computes, in a form that can be sent to another thread.

use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};
use tabfit_kernels::{self as slices, Change};

use crate::data::{Batch, Input, Rows, Targets};

/// Pictures, or what the first layers have made of them, as bytes, with everything that another thread needs to make a batch
/// of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shard {
    pub(crate) rows: Rows,
    /// How many of the first layers have been computed already.
    pub(crate) layers_done: usize,
    /// `[rows.count, size, size, 3]`, RGB8; or `[rows.count, values]`, the numbers that the first layers have made, in
    /// the machine's own order. They are sent beside the JSON, not in it.
    #[serde(skip)]
    pub(crate) bytes: Vec<u8>,
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
        let pictures = self.labels.len();
        let input = if self.layers_done > 0 {
            let values: Vec<f32> = bytemuck::pod_collect_to_vec(&self.bytes);
            let shape = [pictures, values.len() / pictures];
            Input::Features {
                values: Tensor::from_data(TensorData::new(values, shape), device),
                layers: self.layers_done,
            }
        } else {
            let values = self.values(size);
            Input::Pictures(Tensor::from_data(TensorData::new(values, [pictures, size, size, 3]), device))
        };
        Batch { input, targets: Targets::new(&self.labels, classes, self.weights.clone(), device) }
    }

    /// The pixels as numbers, each picture changed as `changes` says.
    fn values(&self, size: usize) -> Vec<f32> {
        let Some(changes) = &self.changes else { return slices::values(&self.bytes) };
        let mut values = Vec::with_capacity(self.bytes.len());
        for (pixels, change) in self.bytes.chunks_exact(size * size * 3).zip(changes) {
            change.apply(pixels, size, &mut values);
        }
        values
    }
}
