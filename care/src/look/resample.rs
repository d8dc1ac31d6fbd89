//! Pillow's `Image.resize` of grey pictures, to the last bit.

use super::kernel::{Filter, kernels};
use super::rows::{ROWS, Rows};

/// A size to which a picture is resized, in pixels, and the filter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) filter: Filter,
}

/// Grey copies of opaque pixels with `CHANNELS` bytes each, `[rows, columns]`, made in one pass over the pixels. Each row is made
/// shorter first, and rounded, as Pillow does it, so that the rounding is the same.
///
/// # Panics
///
/// If a side is 0.
pub(super) fn resample<const CHANNELS: usize, const COPIES: usize>(
    pixels: &[u8],
    width: usize,
    sizes: [Size; COPIES],
) -> [Vec<u8>; COPIES] {
    let height = pixels.len() / CHANNELS / width;
    let across = sizes.map(|Size { columns, filter, .. }| kernels(width, columns, filter));
    let mut narrow = sizes.map(|size| vec![0; height.next_multiple_of(ROWS) * size.columns]);
    let mut rows = Rows::new(width);
    for (at, pixels) in pixels.chunks(ROWS * width * CHANNELS).enumerate() {
        rows.read::<CHANNELS>(pixels);
        for (kernels, narrow) in across.iter().zip(&mut narrow) {
            let columns = kernels.len();
            let lines = &mut narrow[at * ROWS * columns..][..ROWS * columns];
            for (column, kernel) in kernels.iter().enumerate() {
                for (row, value) in kernel.values(&rows).into_iter().enumerate() {
                    lines[row * columns + column] = value;
                }
            }
        }
    }
    std::array::from_fn(|copy| shorter(&narrow[copy], height, sizes[copy]))
}

/// The columns of a picture of this height made shorter.
fn shorter(lines: &[u8], height: usize, size: Size) -> Vec<u8> {
    let mut sums = vec![0; size.columns];
    let mut values = Vec::with_capacity(size.columns * size.rows);
    for kernel in kernels(height, size.rows, size.filter).iter() {
        values.extend(kernel.column_values(lines, &mut sums));
    }
    values
}
