//! Batches of pictures whose bytes stay on the GPU: a step sends only the random draws there.

#![cfg_attr(
    not(feature = "webgpu"),
    expect(unused_variables, reason = "the macro writes an empty function for no GPU")
)]

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};
use tabfit_kernels::{Change, ChangeKinds};

/// Everything that makes one picture of a batch from the pictures on the device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PictureDraw([f32; Self::LENGTH]);

impl PictureDraw {
    /// How many numbers describe it on the device: the picture and its label, the six of the map to its source
    /// ([`Change::from`]), brightness (-1 for none), channel shift, contrast, `cval`, the columns and the rows that are
    /// erased, the seed of the noise there, and red, green and blue (-1 for noise).
    pub const LENGTH: usize = 20;

    /// How many of these numbers the device reads: all, or only the picture and its label where nothing is changed.
    #[must_use]
    pub fn length(changes: Option<ChangeKinds>) -> usize {
        changes.map_or(2, |_| Self::LENGTH)
    }

    /// The picture with the index `picture` among those on the device, below 2^24, of the class with the index `label`,
    /// changed.
    ///
    /// # Shapes
    /// - `size`: the height and width of the pictures, in pixels
    #[must_use]
    pub fn new(picture: usize, label: usize, change: &Change, size: usize) -> Self {
        let [[a, b, c], [d, e, f]] = change.from(size);
        let brightness = change.brightness.unwrap_or(-1.0);
        let shift = change.channel_shift_intensity.unwrap_or(0.0);
        let contrast = change.contrast.unwrap_or(1.0);
        let [left, right, top, bottom, seed, red, green, blue] = change.erased.map_or([0.0; 8], |erased| {
            let ([left, right], [top, bottom]) = (erased.columns, erased.rows);
            let [red, green, blue] = erased.value.unwrap_or([-1.0; 3]);
            [left, right, top, bottom, erased.seed as f32, red, green, blue]
        });
        let (picture, label, cval) = (picture as f32, label as f32, change.cval);
        Self([
            picture, label, a, b, c, d, e, f, brightness, shift, contrast, cval, left, right, top, bottom, seed, red,
            green, blue,
        ])
    }

    /// The index of the picture among those on the device.
    #[must_use]
    pub fn picture(&self) -> usize {
        self.0[0] as usize
    }

    /// The numbers as the device reads them.
    #[must_use]
    pub fn numbers(&self) -> [f32; Self::LENGTH] {
        self.0
    }
}

/// The pictures, targets and labels of a batch: `[batch, size, size, 3]`, `[batch, classes]` one-hot, `[batch]`.
pub type BatchTensors = (Tensor<4>, Tensor<2>, Tensor<1, Int>);

/// Fills the rows of a batch whose pictures lie in `pixels`. Colours that need the whole picture follow by [`recolor`].
///
/// # Shapes
/// - `pixels`: `[bytes / 4]`, pictures of `[size, size, 3]`, from the one with index `first` on
/// - `rows`: `[batch, PictureDraw::length(changes)]`
/// - `batch`: is written in place, so nobody else may hold its tensors
#[must_use]
pub fn gather(
    pixels: Tensor<1, Int>,
    rows: Tensor<2>,
    (images, targets, labels): BatchTensors,
    first: usize,
    changes: Option<ChangeKinds>,
) -> BatchTensors {
    let (pixels, rows) = (pixels.into_dispatch(), rows.into_dispatch());
    let (images, targets, labels) = (images.into_dispatch(), targets.into_dispatch(), labels.into_dispatch());
    let (images, targets, labels) = <Dispatch as Gather>::gather(pixels, rows, images, targets, labels, first, changes);
    (Tensor::from_dispatch(images), Tensor::from_dispatch(targets), Tensor::from_dispatch(labels))
}

/// Makes the changes of colour that need the whole picture, and what comes after them.
///
/// # Shapes
/// - `images`: `[batch, size, size, 3]`, as [`gather`] has made them; written in place
/// - `rows`: `[batch, PictureDraw::LENGTH]`
#[must_use]
pub fn recolor(images: Tensor<4>, rows: Tensor<2>, changes: ChangeKinds) -> Tensor<4> {
    let images = <Dispatch as Gather>::recolor(images.into_dispatch(), rows.into_dispatch(), changes);
    Tensor::from_dispatch(images)
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
        changes: Option<ChangeKinds>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, IntTensor<Self>);

    fn recolor(images: FloatTensor<Self>, rows: FloatTensor<Self>, changes: ChangeKinds) -> FloatTensor<Self>;
}
