//! TensorFlow.js layers-models, written and read.

pub(crate) mod read;
mod read_graph;
mod read_layer;
mod read_weights;
mod refusal;
mod topology;
pub(crate) mod write;
mod write_layers;
