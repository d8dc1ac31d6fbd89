//! The pictures of a folder as bytes on the GPU, so that a step sends only their indices and random changes there.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use tabfit_kernels::ChangeKinds;

use crate::device::{self, read};
use crate::error::Result;
use crate::kernels::{BatchTensors, PictureDraw, gather, recolor};

/// Larger folders are sent to the GPU batch by batch, because its memory may not have room for more.
const MOST_BYTES: usize = 512 << 20;

/// The largest single upload: what every WebGPU device can bind at once. Each upload needs a copy on the host.
const PIECE_BYTES: usize = 128 << 20;

/// RGB8 pictures of one size on a GPU.
#[derive(Debug, Clone)]
pub struct GpuPixels {
    /// Each `[bytes / 4]`; a number holds four bytes.
    pieces: Vec<Tensor<1, Int>>,
    pictures_of_a_piece: usize,
    image_size: usize,
    classes: usize,
    device: Device,
}

impl GpuPixels {
    /// Copies `[picture, size, size, 3]` to the device; `None` if it is not a GPU, or has no room for them.
    pub(crate) async fn fitting(
        pixels: &[u8],
        image_size: usize,
        classes: usize,
        device: &Device,
    ) -> Result<Option<Self>> {
        let Some(binding) = device::largest_tensor(device) else { return Ok(None) };
        let piece = PIECE_BYTES.min(usize::try_from(binding).unwrap_or(usize::MAX));
        let fits = pixels.len() <= MOST_BYTES && image_size * image_size * 3 <= piece;
        match fits {
            true => Self::in_pieces(pixels, image_size, classes, piece, device).await.map(Some),
            false => Ok(None),
        }
    }

    /// Copies pictures to a GPU in pieces of about `bytes` bytes each, with at least four pictures.
    ///
    /// # Shapes
    /// - `pixels`: `[picture, image_size, image_size, 3]`
    ///
    /// # Errors
    ///
    /// The device failed.
    pub async fn in_pieces(
        pixels: &[u8],
        image_size: usize,
        classes: usize,
        bytes: usize,
        device: &Device,
    ) -> Result<Self> {
        let picture = image_size * image_size * 3;
        // The bytes of four pictures are always a multiple of four.
        let pictures_of_a_piece = (bytes / picture / 4 * 4).max(4);
        let mut pieces = Vec::new();
        for bytes in pixels.chunks(pictures_of_a_piece * picture) {
            let mut bytes = bytes.to_vec();
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            let length = bytes.len() / 4;
            let piece = Tensor::<1, Int>::from_data(TensorData::from_bytes_vec(bytes, [length], DType::I32), device);
            // Waits until the GPU has this piece, so that only one copy is in memory at a time.
            read(piece.clone().slice(0..1).float()).await?;
            pieces.push(piece);
        }
        Ok(Self { pieces, pictures_of_a_piece, image_size, classes, device: device.clone() })
    }

    /// The batch of these pictures, each changed as its [`PictureDraw`] says if there are `changes`.
    #[must_use]
    pub fn batch(&self, draws: &[PictureDraw], changes: Option<ChangeKinds>) -> BatchTensors {
        let (batch, size, device) = (draws.len(), self.image_size, &self.device);
        let length = PictureDraw::length(changes);
        let numbers: Vec<f32> = draws.iter().flat_map(|draw| draw.numbers().into_iter().take(length)).collect();
        let rows: Tensor<2> = Tensor::from_data(TensorData::new(numbers, [batch, length]), device);
        let empty = (
            Tensor::empty([batch, size, size, 3], device),
            Tensor::empty([batch, self.classes], device),
            Tensor::empty([batch], device),
        );
        let held = |piece: usize| draws.iter().any(|draw| draw.picture() / self.pictures_of_a_piece == piece);
        let needed = self.pieces.iter().enumerate().filter(|&(piece, _)| held(piece));
        let (images, targets, labels) = needed.fold(empty, |batch, (piece, pixels)| {
            gather(pixels.clone(), rows.clone(), batch, piece * self.pictures_of_a_piece, changes)
        });
        let images = match changes {
            Some(changes) if changes.channel_shift || changes.contrast => recolor(images, rows, changes),
            _ => images,
        };
        (images, targets, labels)
    }
}
