//! Batches of pictures whose bytes stay on the GPU: only what was drawn for each is sent there.

use burn::{
    backend::{
        Backend, Dispatch, backend_extension,
        tensor::{FloatTensor, IntTensor},
    },
    tensor::{Int, Tensor},
};

/// What is known of one picture of a batch before it is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// Its number among those on the device, below 2^24.
    pub picture: usize,
    /// The index of its class.
    pub label: usize,
    /// Where each pixel comes from: `x = a column + b row + c` for `[[a, b, c], [..]]`, then the same for `y`.
    pub from: [[f32; 3]; 2],
    /// What its values are multiplied with.
    pub brightness: f32,
}

impl Drawn {
    /// The numbers of one on the device.
    pub const LENGTH: usize = 9;

    /// As the device reads it.
    #[must_use]
    pub fn numbers(&self) -> [f32; Self::LENGTH] {
        let [[a, b, c], [d, e, f]] = self.from;
        [self.picture as f32, self.label as f32, a, b, c, d, e, f, self.brightness]
    }
}

/// Fills the rows of a batch whose pictures lie in these bytes.
///
/// # Shapes
/// - `pixels`: `[bytes / 4]`, pictures of `[size, size, 3]`, from the one numbered `first` on
/// - `rows`: `[batch, Drawn::LENGTH]`
/// - `batch`: `[batch, size, size, 3]`, `[batch, classes]` one-hot, `[batch]` labels; nobody else may hold them
#[must_use]
pub fn gather(
    pixels: Tensor<1, Int>,
    rows: Tensor<2>,
    batch: (Tensor<4>, Tensor<2>, Tensor<1, Int>),
    first: usize,
    augmented: bool,
) -> (Tensor<4>, Tensor<2>, Tensor<1, Int>) {
    let (images, targets, labels) = batch;
    let (pixels, rows) = (pixels.into_dispatch(), rows.into_dispatch());
    let (images, targets, labels) = (images.into_dispatch(), targets.into_dispatch(), labels.into_dispatch());
    let (images, targets, labels) =
        <Dispatch as Gather>::gather(pixels, rows, images, targets, labels, first, augmented);
    (Tensor::from_dispatch(images), Tensor::from_dispatch(targets), Tensor::from_dispatch(labels))
}

/// Only a GPU gathers: the processor has the bytes at hand.
#[backend_extension(Cube)]
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
