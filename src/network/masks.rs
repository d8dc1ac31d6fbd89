//! The masks of dropout that were drawn before their layers run.

use std::collections::VecDeque;

use burn::tensor::{Device, Tensor};

use crate::network::drawn_mask;

/// The masks of the next layers of a step, each drawn for the whole batch, in the order of the layers, flat. A thread that
/// waits in the middle of a step draws them before, so that they do not depend on what else is drawn meanwhile.
#[derive(Debug, Clone, Default)]
pub(crate) struct Masks(VecDeque<Tensor<1>>);

impl Masks {
    /// Draws masks for a batch of so many rows, each of so many values of a row, of which it leaves out this share.
    pub(crate) fn draw(masks: impl Iterator<Item = (usize, f64)>, rows: usize, device: &Device) -> Self {
        Self(masks.map(|(values, rate)| drawn_mask([rows * values], rate, device)).collect())
    }

    /// The mask of the next layer: the one that was drawn before, or a new one.
    pub(crate) fn next<const D: usize>(&mut self, shape: [usize; D], rate: f64, device: &Device) -> Tensor<D> {
        self.0.pop_front().map_or_else(|| drawn_mask(shape, rate, device), |mask| mask.reshape(shape))
    }
}
