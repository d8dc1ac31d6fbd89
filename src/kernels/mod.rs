//! The operations that take most of a network's time, written for each kind of device behind burn's tensors.
//! Pictures are `[batch, rows, columns, channels]`, kernels `[rows, columns, in, out]`.

mod autodiff;
mod backend;
#[cfg(feature = "webgpu")]
mod batch_normalization;
mod cpu;
mod gather;
#[cfg(feature = "webgpu")]
mod gpu;
mod normalization;
mod ops;
mod tensors;

pub(crate) use tabfit_kernels::joined_moments;
pub use tabfit_kernels::{Adam, ConvParams, FusedActivation};

#[cfg(feature = "webgpu")]
pub use self::batch_normalization::{batch_normalization, batch_statistics};
#[cfg(feature = "webgpu")]
pub use self::gpu::tile::tile_for_software;
pub(crate) use self::{
    backend::rows_of_a_depthwise_part,
    normalization::{moments, normalization_gradient, normalization_sums, normalized},
    ops::start_of_gradient,
};
pub use self::{
    gather::{BatchTensors, PictureDraw, gather, recolor},
    ops::{
        adam, convolution, convolution_onto, convolution_pooled, cross_entropy, dense, max_pool, score, total,
        total_cross_entropy,
    },
};
