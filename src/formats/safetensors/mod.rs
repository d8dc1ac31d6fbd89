//! safetensors files with Keras's names and layouts, in both directions.

pub(crate) mod pretrained;
pub(crate) mod read;
pub(crate) mod write;
