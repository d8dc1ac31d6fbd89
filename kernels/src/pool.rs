//! Max pools, and their gradients.

use tabfit_convolutions::{ConvParams, each};

use crate::window::window;

/// The largest value of each window and channel, `[batch, rows, columns, channels]`; padding is never the largest.
#[must_use]
pub fn max_pool(x: &[f32], picture: [usize; 3], params: ConvParams) -> Vec<f32> {
    let [rows, columns, channels] = picture;
    let length = rows * columns * channels;
    let out_length = params.output([rows, columns]).iter().product::<usize>() * channels;
    let mut out = vec![0.0; x.len() / length * out_length];
    each(&mut out, out_length, |index, out| pool(&x[index * length..][..length], picture, params, out));
    out
}

/// The gradient of the pictures `x`, from the output `pooled` and its gradient.
#[must_use]
pub fn max_pool_gradient(
    x: &[f32],
    pooled: &[f32],
    gradient: &[f32],
    picture: [usize; 3],
    params: ConvParams,
) -> Vec<f32> {
    let [rows, columns, channels] = picture;
    let length = rows * columns * channels;
    let out_length = params.output([rows, columns]).iter().product::<usize>() * channels;
    let mut out = vec![0.0; x.len()];
    each(&mut out, length, |index, out| {
        let (large, small) = (index * length..(index + 1) * length, index * out_length..(index + 1) * out_length);
        pool_gradient(&x[large], &pooled[small.clone()], &gradient[small], picture, params, out);
    });
    out
}

/// Fills `out`, `[rows, columns, channels]`. NaN counts as the largest, so that it propagates.
fn pool(x: &[f32], [rows, columns, channels]: [usize; 3], params: ConvParams, out: &mut [f32]) {
    let [_, out_columns] = params.output([rows, columns]);
    for (index, out) in out.chunks_exact_mut(channels).enumerate() {
        out.fill(f32::NEG_INFINITY);
        for (_, pixel) in window([index / out_columns, index % out_columns], [rows, columns], params) {
            for (out, &x) in out.iter_mut().zip(&x[pixel * channels..]) {
                *out = if *out >= x || out.is_nan() { *out } else { x };
            }
        }
    }
}

/// Adds the gradient of each window to the first of its pixels that has the largest value.
#[expect(clippy::float_cmp, reason = "the largest value is a copy of one of the pixels")]
fn pool_gradient(
    x: &[f32],
    pooled: &[f32],
    gradient: &[f32],
    [rows, columns, channels]: [usize; 3],
    params: ConvParams,
    out: &mut [f32],
) {
    let [_, out_columns] = params.output([rows, columns]);
    let mut left = vec![0.0; channels];
    let windows = pooled.chunks_exact(channels).zip(gradient.chunks_exact(channels));
    for (index, (largest, gradient)) in windows.enumerate() {
        left.copy_from_slice(gradient);
        for (_, pixel) in window([index / out_columns, index % out_columns], [rows, columns], params) {
            let (x, out) = (&x[pixel * channels..][..channels], &mut out[pixel * channels..][..channels]);
            for channel in 0..channels {
                let taken = if x[channel] == largest[channel] { left[channel] } else { 0.0 };
                out[channel] += taken;
                left[channel] -= taken;
            }
        }
    }
}
