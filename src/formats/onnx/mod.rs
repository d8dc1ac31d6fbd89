//! ONNX, for onnxruntime and other ONNX tools, in both directions.

mod extent;
mod features;
mod graph;
mod layout;
mod network;
mod operator;
mod proto;
pub(crate) mod read;
mod step;
mod tensor;
mod translate;
mod translate_activations;
mod translate_arithmetic;
mod translate_shapes;
mod translate_windows;
pub(crate) mod write;
