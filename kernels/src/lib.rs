//! The CPU's share of training that takes the most time. Every function takes slices and returns or fills them.
//!
//! This is a crate of its own because it is compiled for speed, while the rest is compiled for size. The convolutions are in another,
//! `convolutions/`, and have their names here too.
//! Pictures are `[rows, columns, channels]`, one after the other.

mod adam;
mod change;
mod cross_entropy;
mod mask;
mod normalization;
mod pixels;
mod pool;
mod rank;
mod sums;
mod window;

pub use tabfit_convolutions::{ConvParams, Convolution, Depthwise, FusedActivation, rounds_once};

pub use self::{
    adam::Adam,
    change::{Change, ChangeKinds, Erased, FillMode, noise},
    cross_entropy::{cross_entropy, cross_entropy_gradient},
    mask::mask,
    normalization::{joined_moments, moments, normalization_gradient, normalization_sums, normalized},
    pixels::{MAX_PIXELS, over_black, resized, values},
    pool::{max_pool, max_pool_gradient},
    rank::first_largest,
    sums::channel_sums,
};
