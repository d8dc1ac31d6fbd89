//! The operations that take most of a network's time, written for each kind of device behind burn's tensors.
//! Pictures are `[batch, rows, columns, channels]`, kernels `[rows, columns, in, out]`.

mod autodiff;
mod backend;
mod cpu;
mod gather;
#[cfg(feature = "webgpu")]
mod gpu;
mod ops;

pub use tabfit_kernels::{Adam, ConvParams, FusedActivation};

pub(crate) use self::backend::rows_of_a_depthwise_part;
#[cfg(feature = "webgpu")]
pub use self::gpu::tile::tile_for_software;
pub use self::{
    gather::{BatchTensors, PictureDraw, gather, recolor},
    ops::{adam, convolution, convolution_pooled, cross_entropy, dense, max_pool, score, total},
};
