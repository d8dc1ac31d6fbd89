//! Batches of pictures whose bytes stay on the GPU: a step sends only the random draws there.

#![cfg_attr(
    not(feature = "webgpu"),
    expect(unused_variables, reason = "the macro writes an empty function for no GPU")
)]

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};

/// Everything that makes one picture of a batch from the pictures on the device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PictureDraw {
    /// Its index among the pictures on the device, below 2^24.
    pub picture: usize,
    /// The index of its class.
    pub label: usize,
    /// The source of each pixel: `x = a column + b row + c` for `[[a, b, c], [..]]`, then the same for `y`.
    pub from: [[f32; 3]; 2],
    /// The factor of all its values.
    pub brightness: f32,
}

impl PictureDraw {
    /// How many numbers describe it on the device.
    pub const LENGTH: usize = 9;

    /// The numbers as the device reads them.
    #[must_use]
    pub fn numbers(&self) -> [f32; Self::LENGTH] {
        let [[a, b, c], [d, e, f]] = self.from;
        [self.picture as f32, self.label as f32, a, b, c, d, e, f, self.brightness]
    }
}

/// The pictures, targets and labels of a batch: `[batch, size, size, 3]`, `[batch, classes]` one-hot, `[batch]`.
pub type BatchTensors = (Tensor<4>, Tensor<2>, Tensor<1, Int>);

/// Fills the rows of a batch whose pictures lie in `pixels`.
///
/// # Shapes
/// - `pixels`: `[bytes / 4]`, pictures of `[size, size, 3]`, from the one with index `first` on
/// - `rows`: `[batch, PictureDraw::LENGTH]`
/// - `batch`: is written in place, so nobody else may hold its tensors
#[must_use]
pub fn gather(
    pixels: Tensor<1, Int>,
    rows: Tensor<2>,
    (images, targets, labels): BatchTensors,
    first: usize,
    augmented: bool,
) -> BatchTensors {
    let (pixels, rows) = (pixels.into_dispatch(), rows.into_dispatch());
    let (images, targets, labels) = (images.into_dispatch(), targets.into_dispatch(), labels.into_dispatch());
    let (images, targets, labels) =
        <Dispatch as Gather>::gather(pixels, rows, images, targets, labels, first, augmented);
    (Tensor::from_dispatch(images), Tensor::from_dispatch(targets), Tensor::from_dispatch(labels))
}

/// Implemented by GPUs only: the CPU has the bytes at hand.
#[backend_extension(Cube: cfg(feature = "webgpu"))]
pub(super) trait Gather: Backend {
    fn gather(
        pixels: IntTensor<Self>,
        rows: FloatTensor<Self>,
        images: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        labels: IntTensor<Self>,
        first: usize,
        augmented: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, IntTensor<Self>);
}
