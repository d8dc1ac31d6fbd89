//! ONNX, for onnxruntime and other ONNX tools.

mod graph;
mod proto;
pub(crate) mod write;
