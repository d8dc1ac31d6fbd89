//! What training spends its time in on a processor, from decoded pictures on: slices in, slices out.
//!
//! A crate of its own, because it is compiled to be fast where the rest is compiled to be small. Pictures
//! are `[rows, columns, channels]`, one after the other, kernels `[rows, columns, in, out]`.
//!
//! Every inner loop of a convolution multiplies a few numbers of one operand with a `panel` of the other:
//! as many neighbouring channels as two registers hold. Pictures get their padding as a border of zeros
//! first, so that no inner loop asks where it is.

#![expect(clippy::inline_always, reason = "registers are only used where everything is one function")]

mod adam;
mod bordered;
mod change;
mod convolution;
mod cross_entropy;
mod depthwise;
mod each;
mod kernel_gradient;
mod largest;
mod panels;
mod pixels;
mod pool;
mod relu;
mod stride;
mod sums;
mod tile;
mod window;

pub use self::{
    adam::Adam,
    change::Change,
    convolution::Convolution,
    cross_entropy::{cross_entropy, cross_entropy_gradient},
    depthwise::Depthwise,
    largest::first_largest,
    pixels::{over_black, resized, values},
    pool::{max_pool, max_pool_gradient},
    relu::relu_gradient,
    stride::Stride,
    sums::channel_sums,
};
