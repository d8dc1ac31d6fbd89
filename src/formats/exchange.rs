//! Networks from one format to another, for a program without a device: those that train read no ONNX and write no TensorFlow
//! Lite, and give and take safetensors files.

use crate::error::Result;
use crate::formats::shared::ModelFile;
use crate::formats::{onnx, safetensors, tflite};

/// The network of an ONNX file as a safetensors file. Its classes may have no names yet.
///
/// # Errors
///
/// The file is damaged or too large, or has an operator or a shape that there is not here.
pub fn onnx_as_safetensors(bytes: &[u8]) -> Result<ModelFile> {
    safetensors::write::file(&onnx::read::read(bytes)?)
}

/// The network of a safetensors file, as `export` writes it, as `model.tflite` and `labels.txt`.
///
/// # Errors
///
/// The file is damaged, or its weights are not those of the layers that it describes.
pub fn safetensors_as_tflite(bytes: &[u8]) -> Result<Vec<ModelFile>> {
    Ok(tflite::write::files(&safetensors::read::read(bytes)?))
}
