//! The CPU's share of training that takes the most time. Every function takes slices and returns or fills them.
//!
//! This is a crate of its own because it is compiled for speed, while the rest is compiled for size.
//! Pictures are `[rows, columns, channels]`, one after the other; kernels are `[rows, columns, in, out]`.
//!
//! Every inner loop of a convolution multiplies a few numbers of one operand with a `panel` of the other: as
//! many neighbouring channels as two SIMD registers hold. Padding is written around each picture as a border of
//! zeros first, so that the inner loops need no bounds checks at the edges.

#![expect(clippy::inline_always, reason = "SIMD values stay in registers only if the whole loop is one function")]

mod activation;
mod adam;
mod bordered;
mod change;
mod channels;
mod conv_params;
mod convolution;
mod cross_entropy;
mod depthwise;
mod depthwise_gradient;
mod depthwise_tile;
mod each;
mod kernel_gradient;
mod mask;
mod normalization;
mod panels;
mod pixels;
mod pool;
mod rank;
mod registers;
mod simd;
mod sums;
mod tile;
mod window;
mod winograd;

pub use self::{
    activation::FusedActivation,
    adam::Adam,
    change::{Change, ChangeKinds, Erased, FillMode, noise},
    conv_params::ConvParams,
    convolution::Convolution,
    cross_entropy::{cross_entropy, cross_entropy_gradient},
    depthwise::Depthwise,
    mask::mask,
    normalization::{joined_moments, moments, normalization_gradient, normalization_sums, normalized},
    pixels::{MAX_PIXELS, over_black, resized, values},
    pool::{max_pool, max_pool_gradient},
    rank::first_largest,
    simd::rounds_once,
    sums::channel_sums,
};
