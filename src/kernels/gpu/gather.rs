//! Batches, made from the pictures' bytes on the device.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use tabfit_kernels::{ChangeKinds, FillMode};

use super::launch::grid;
use super::recolor::{covered, dimmed};
use crate::kernels::gather::PictureDraw;

/// Fills the rows of `[batch, size, size, 3]`, `[batch, classes]` and `[batch]` whose pictures lie in `pixels`.
pub(super) fn gather(
    pixels: CubeTensor,
    rows: CubeTensor,
    [images, targets, labels]: [CubeTensor; 3],
    first: usize,
    changes: Option<ChangeKinds>,
) -> [CubeTensor; 3] {
    let [_, size, _, channels] = images.meta.shape().dims();
    let held = pixels.meta.shape().num_elements() * 4 / (size * size * channels);
    let client = images.client.clone();
    let threads = images.meta.shape().num_elements() + targets.meta.shape().num_elements();
    let (count, dim) = grid(&client, threads);
    fill::launch(
        &client,
        count,
        dim,
        pixels.into_tensor_arg(),
        rows.into_tensor_arg(),
        images.clone().into_tensor_arg(),
        targets.clone().into_tensor_arg(),
        labels.clone().into_tensor_arg(),
        first,
        held,
        size,
        changes,
    );
    [images, targets, labels]
}

#[cube(launch)]
fn fill(
    pixels: &Tensor<u32>,
    rows: &Tensor<f32>,
    images: &mut Tensor<f32>,
    targets: &mut Tensor<f32>,
    labels: &mut Tensor<i32>,
    first: usize,
    held: usize,
    #[comptime] size: usize,
    #[comptime] changes: Option<ChangeKinds>,
) {
    let classes = targets.shape(1);
    let length = comptime!(PictureDraw::length(changes));
    if ABSOLUTE_POS < images.len() {
        let row = ABSOLUTE_POS / comptime!(size * size * 3) * length;
        let picture = usize::cast_from(rows[row]);
        if picture >= first && picture < first + held {
            let begin = (picture - first) * comptime!(size * size * 3) + ABSOLUTE_POS % 3;
            let column = ABSOLUTE_POS / 3 % size;
            let line = ABSOLUTE_POS / comptime!(3 * size) % size;
            if comptime!(changes.is_some()) {
                let ChangeKinds { fill_mode, channel_shift, contrast, erased } =
                    comptime!(changes.expect("there are some"));
                let (x, y) = (f32::cast_from(column), f32::cast_from(line));
                let outer_x = rows[row + 2] * x + rows[row + 3] * y + rows[row + 4];
                let outer_y = rows[row + 5] * x + rows[row + 6] * y + rows[row + 7];
                let source_x = inside(outer_x, size, fill_mode);
                let source_y = inside(outer_y, size, fill_mode);
                let (left, top) = (usize::cast_from(source_x), usize::cast_from(source_y));
                let (right, bottom) = (clamp_max(left + 1, size - 1), clamp_max(top + 1, size - 1));
                let (dx, dy) = (source_x - f32::cast_from(left), source_y - f32::cast_from(top));
                let upper = value(pixels, begin + (top * size + left) * 3) * (1.0 - dx)
                    + value(pixels, begin + (top * size + right) * 3) * dx;
                let lower = value(pixels, begin + (bottom * size + left) * 3) * (1.0 - dx)
                    + value(pixels, begin + (bottom * size + right) * 3) * dx;
                let mut made = upper * (1.0 - dy) + lower * dy;
                if comptime!(fill_mode == FillMode::Constant) {
                    made = select((outer_x - source_x).abs() + (outer_y - source_y).abs() > 0.0, rows[row + 11], made);
                }
                // Where a channel shift or a change of contrast is still to come, the rest comes after it.
                if comptime!(!channel_shift) {
                    made = dimmed(made, rows[row + 8]);
                }
                if comptime!(erased && !channel_shift && !contrast) {
                    made = covered(made, rows, row, size);
                }
                images[ABSOLUTE_POS] = made;
            } else {
                images[ABSOLUTE_POS] = value(pixels, begin + (line * size + column) * 3);
            }
        }
    } else if ABSOLUTE_POS < images.len() + targets.len() {
        let at = ABSOLUTE_POS - images.len();
        let label = usize::cast_from(rows[at / classes * length + 1]);
        targets[at] = select(at % classes == label, 1.0, 0.0);
        if at.is_multiple_of(classes) {
            labels[at / classes] = i32::cast_from(label);
        }
    }
}

/// The place within the picture whose value a place on its axis shows, as [`FillMode::inside`] has it; that of the edge
/// for the constant.
#[cube]
fn inside(at: f32, #[comptime] size: usize, #[comptime] fill_mode: FillMode) -> f32 {
    let last = comptime!((size - 1) as f32);
    let mut within = at;
    if comptime!(fill_mode == FillMode::Reflect) {
        let both = comptime!(2.0 * size as f32);
        let turned = modulo(at + 0.5, both);
        within = min(turned, both - turned) - 0.5;
    }
    if comptime!(fill_mode == FillMode::Wrap && size > 1) {
        let folded = select(at < 0.0, last - modulo(-at, last), modulo(at, last));
        within = select(at > last || at < 0.0, folded, at);
    }
    clamp(within, 0.0, last)
}

#[cube]
fn modulo(value: f32, length: f32) -> f32 {
    value - (value / length).floor() * length
}

/// The byte at this index; a word holds four.
#[cube]
fn value(pixels: &Tensor<u32>, at: usize) -> f32 {
    let shift = u32::cast_from(at % 4 * 8);
    f32::cast_from((pixels[at / 4] >> shift) & 255)
}
