//! Keras's own files, in both directions: `.keras`, `.h5` and `.weights.h5`.
//!
//! This room knows what is in them; the crate `tabfit-formats` knows how it lies in the bytes.

pub(crate) mod container;
mod order;
pub(crate) mod read;
mod refusal;
mod weights;
pub(crate) mod write;
mod write_layers;
