//! The `.tabfit` file: a safetensors file whose metadata describe the network.
//!
//! Weights carry Keras's names and Keras's layouts (`[rows, columns, in, out]` for a convolution), so
//! that any reader of safetensors can use them. The metadata entry `tabfit` holds the layers, the
//! class names in order, the history and how the network was trained, as JSON; preprocessing is a layer.

mod checkpoint;
pub(crate) mod container;
mod frozen;
mod header;
mod memory;
mod model;
pub(crate) mod numbers;
mod optimizer;

pub(crate) use checkpoint::save as save_checkpoint;
pub(crate) use frozen::{checksum as frozen_checksum, join, save_frozen};
pub(crate) use model::{load_weights, open, save, save_weights};
