//! safetensors: weights in the names and layouts of Keras, readable by every tool that knows the format.

pub(crate) mod read;
pub(crate) mod write;
