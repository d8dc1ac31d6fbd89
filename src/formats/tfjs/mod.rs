//! TensorFlow.js layers-models, in both directions.

pub(crate) mod read;
mod read_weights;
mod refusal;
mod topology;
pub(crate) mod write;
mod write_layers;
