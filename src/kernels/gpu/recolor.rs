//! Changes the colours of a batch, some of which need the whole picture first, and the rectangles that are erased.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use tabfit_kernels::ChangeKinds;

use super::index::both;
use super::launch::{empty, grid};
use crate::kernels::gather::PictureDraw;

/// The threads of a workgroup, which divide the pixels of one channel of one picture among them.
const THREADS: usize = 64;

/// Changes the pictures `[batch, size, size, 3]` of a batch in place, as their rows say.
pub(super) fn recolor(images: CubeTensor, rows: CubeTensor, changes: ChangeKinds) -> CubeTensor {
    let ChangeKinds { channel_shift, contrast, erased, .. } = changes;
    if channel_shift {
        adjust(&images, &rows, true, erased && !contrast);
    }
    if contrast {
        adjust(&images, &rows, false, erased);
    }
    images
}

/// Shifts the channels and changes the brightness, or changes the contrast.
fn adjust(images: &CubeTensor, rows: &CubeTensor, shift: bool, erased: bool) {
    let [batch, size, _, channels] = images.meta.shape().dims();
    let found = empty(images, [batch, channels, 3]);
    let client = images.client.clone();
    let workgroups = CubeCount::Static((batch * channels) as u32, 1, 1);
    let (pictures, numbers) = (images.clone().into_tensor_arg(), found.clone().into_tensor_arg());
    extremes::launch(&client, workgroups, CubeDim::new_1d(THREADS as u32), pictures, numbers);
    let (count, dim) = grid(&client, images.meta.shape().num_elements());
    adjusted::launch(
        &client,
        count,
        dim,
        images.clone().into_tensor_arg(),
        rows.clone().into_tensor_arg(),
        found.into_tensor_arg(),
        size,
        shift,
        erased,
    );
}

/// The smallest and the largest value and the mean of each channel of each picture, `[batch, channels, 3]`.
#[cube(launch)]
fn extremes(images: &Tensor<f32>, out: &mut Tensor<f32>) {
    let (pixels, channels) = (images.shape(1) * images.shape(2), images.shape(3));
    let (own, workgroup) = (UNIT_POS as usize, ABSOLUTE_POS / THREADS);
    let begin = workgroup / channels * pixels * channels + workgroup % channels;
    let (mut least, mut most, mut sum) = (images[begin], images[begin], 0.0f32);
    for turn in 0..pixels.div_ceil(THREADS) {
        let pixel = turn * THREADS + own;
        if pixel < pixels {
            let value = images[begin + pixel * channels];
            least = min(least, value);
            most = max(most, value);
            sum += value;
        }
    }
    let mut parts = Shared::<[f32]>::new_slice(comptime!(3 * THREADS));
    parts[own] = least;
    parts[THREADS + own] = most;
    parts[2 * THREADS + own] = sum;
    sync_cube();
    if own == 0 {
        for part in 1..THREADS {
            least = min(least, parts[part]);
            most = max(most, parts[THREADS + part]);
            sum += parts[2 * THREADS + part];
        }
        out[workgroup * 3] = least;
        out[workgroup * 3 + 1] = most;
        out[workgroup * 3 + 2] = sum / f32::cast_from(pixels);
    }
}

#[cube(launch)]
fn adjusted(
    images: &mut Tensor<f32>,
    rows: &Tensor<f32>,
    found: &Tensor<f32>,
    #[comptime] size: usize,
    #[comptime] shift: bool,
    #[comptime] erased: bool,
) {
    if ABSOLUTE_POS < images.len() {
        let picture = ABSOLUTE_POS / comptime!(size * size * 3);
        let row = picture * PictureDraw::LENGTH;
        let mut made = images[ABSOLUTE_POS];
        let numbers = picture * 9;
        if comptime!(shift) {
            let least = min(min(found[numbers], found[numbers + 3]), found[numbers + 6]);
            let most = max(max(found[numbers + 1], found[numbers + 4]), found[numbers + 7]);
            made = dimmed(clamp(made + rows[row + 9], least, most), rows[row + 8]);
        } else {
            let mean = found[numbers + ABSOLUTE_POS % 3 * 3 + 2];
            made = clamp((made - mean) * rows[row + 10] + mean, 0.0, 255.0);
        }
        if comptime!(erased) {
            made = covered(made, rows, row, size);
        }
        images[ABSOLUTE_POS] = made;
    }
}

/// A value at this brightness; cut to whole numbers, as Keras does, or as it is if the factor is below 0.
#[cube]
pub(super) fn dimmed(value: f32, factor: f32) -> f32 {
    select(factor < 0.0, value, clamp(value.floor() * factor, 0.0, 255.0).floor())
}

/// A value, or what covers it if it lies in the rectangle that is erased.
#[cube]
pub(super) fn covered(value: f32, rows: &Tensor<f32>, row: usize, #[comptime] size: usize) -> f32 {
    let at = ABSOLUTE_POS % comptime!(size * size * 3);
    let (x, y) = (f32::cast_from(at / 3 % size), f32::cast_from(at / comptime!(3 * size)));
    let mut shown = value;
    let across = both(x >= rows[row + 12], x < rows[row + 13]);
    if both(across, both(y >= rows[row + 14], y < rows[row + 15])) {
        shown = rows[row + 17 + at % 3];
        if shown < 0.0 {
            shown = noise(u32::cast_from(rows[row + 16]), u32::cast_from(at));
        }
    }
    shown
}

/// [`tabfit_kernels::noise`], in single precision.
#[cube]
fn noise(seed: u32, at: u32) -> f32 {
    let (first, second) = (hash(hash(seed) + at), hash(hash(!seed) + at));
    let radius = (-2.0f32 * (f32::cast_from((first >> 8u32) + 1u32) / 16_777_216.0f32).ln()).sqrt();
    let angle = 6.283_185_5f32 * (f32::cast_from(second >> 8u32) / 16_777_216.0f32 - 0.5f32);
    clamp(radius * angle.cos() * 255.0f32, 0.0, 255.0)
}

#[cube]
fn hash(value: u32) -> u32 {
    let state = value * 747_796_405u32 + 2_891_336_453u32;
    let word = ((state >> ((state >> 28u32) + 4u32)) ^ state) * 277_803_737u32;
    (word >> 22u32) ^ word
}
