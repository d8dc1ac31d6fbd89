//! ONNX, for onnxruntime and other ONNX tools, in both directions.

#[cfg(feature = "exchange")]
mod constants;
#[cfg(feature = "exchange")]
mod extent;
#[cfg(feature = "exchange")]
mod features;
mod graph;
mod layout;
#[cfg(feature = "exchange")]
mod module_name;
#[cfg(feature = "exchange")]
mod network;
#[cfg(feature = "exchange")]
mod operator;
mod proto;
#[cfg(feature = "exchange")]
pub(crate) mod read;
#[cfg(test)]
#[cfg(feature = "exchange")]
mod read_tests;
#[cfg(feature = "exchange")]
mod step;
#[cfg(feature = "exchange")]
mod tensor;
#[cfg(feature = "exchange")]
mod translate;
#[cfg(feature = "exchange")]
mod translate_activations;
#[cfg(feature = "exchange")]
mod translate_arithmetic;
#[cfg(feature = "exchange")]
mod translate_shapes;
#[cfg(feature = "exchange")]
mod translate_windows;
pub(crate) mod write;
