//! Convolutions on the processor, and their gradients. Every function takes slices and returns or fills them.
//!
//! This is a crate of its own because some of its functions are compiled for relaxed SIMD (see `simd.rs`), and LLVM then takes all
//! functions of the crate to be: it writes the largest of two numbers, in any loop that it turns into registers, by an instruction
//! for which each processor has its own answer to NaN. So nothing here takes the larger or smaller of two numbers in a loop,
//! and `scripts/page` refuses a program that has such an instruction.
//!
//! Pictures are `[rows, columns, channels]`, one after the other; kernels are `[rows, columns, in, out]`.
//!
//! Every inner loop of a convolution multiplies a few numbers of one operand with a `panel` of the other: as
//! many neighbouring channels as two SIMD registers hold. Padding is written around each picture as a border of
//! zeros first, so that the inner loops need no bounds checks at the edges.

#![expect(clippy::inline_always, reason = "SIMD values stay in registers only if the whole loop is one function")]

mod activation;
mod bordered;
mod channels;
mod conv_params;
mod convolution;
mod depthwise;
mod depthwise_gradient;
mod depthwise_tile;
mod each;
mod kernel_gradient;
mod panels;
mod registers;
mod simd;
mod tile;
mod winograd;

pub use self::{
    activation::FusedActivation, conv_params::ConvParams, convolution::Convolution, depthwise::Depthwise, each::each,
    simd::rounds_once,
};
