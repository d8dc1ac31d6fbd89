//! ONNX, for onnxruntime and what builds on it.

mod graph;
mod proto;
pub(crate) mod write;
