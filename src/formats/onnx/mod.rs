//! ONNX, for onnxruntime and other ONNX tools, in both directions.

mod extent;
mod graph;
mod layout;
mod operator;
mod proto;
pub(crate) mod read;
mod tensor;
mod translate;
mod translate_values;
mod translate_windows;
pub(crate) mod write;
