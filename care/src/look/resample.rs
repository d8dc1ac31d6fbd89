//! Pillow's `Image.resize` of grey pictures, to the last bit.

use super::kernel::{Filter, kernels};
use super::rows::Rows;

/// A grey picture, `[height, width]`, at another size: `[rows, columns]`. Each row is made shorter first, and rounded, as Pillow
/// does it, so that the rounding is the same.
///
/// # Panics
///
/// If a side is 0.
#[must_use]
pub fn resample(grey: &[u8], width: usize, columns: usize, rows: usize, filter: Filter) -> Vec<u8> {
    let height = grey.len() / width;
    let lines = if columns == width { grey.to_vec() } else { shorter_rows(grey, width, columns, filter) };
    if rows == height {
        return lines;
    }
    let mut sums = vec![0; columns];
    let mut resized = Vec::with_capacity(columns * rows);
    for kernel in kernels(height, rows, filter).iter() {
        resized.extend(kernel.column_values(&lines, &mut sums));
    }
    resized
}

/// Each row at another width.
fn shorter_rows(grey: &[u8], width: usize, columns: usize, filter: Filter) -> Vec<u8> {
    let kernels = kernels(width, columns, filter);
    let height = grey.len() / width;
    let mut rows = Rows::new(width);
    let mut resized = vec![0; height.next_multiple_of(4) * columns];
    for (lines, resized) in grey.chunks(4 * width).zip(resized.chunks_exact_mut(4 * columns)) {
        rows.read(lines);
        for (column, kernel) in kernels.iter().enumerate() {
            for (row, value) in kernel.values(&rows).into_iter().enumerate() {
                resized[row * columns + column] = value;
            }
        }
    }
    resized.truncate(height * columns);
    resized
}
