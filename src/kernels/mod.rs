//! The operations that take most of a network's time, written for each kind of device behind burn's tensors.
//! Pictures are `[batch, rows, columns, channels]`, kernels `[rows, columns, in, out]`.

mod autodiff;
mod backend;
mod cpu;
mod gather;
mod gpu;
mod ops;

pub use tabfit_kernels::{Adam, ConvParams};

pub use self::{
    gather::{BatchTensors, PictureDraw, gather},
    gpu::tile::tile_for_software,
    ops::{adam, convolution, convolution_pooled, cross_entropy, dense, max_pool, score, total},
};
