//! The part of tabfit that reads ONNX and writes TensorFlow Lite. The page has it in a worker that converts one network and ends
//! (`www/convert.js`).
//!
//! Here a network is data and never runs, so that the linker leaves out all of burn.

use js_sys::{Array, Error, Object, Reflect, Uint8Array};
use tabfit::ModelFile;
use tabfit::formats::{onnx_as_safetensors, safetensors_as_tflite};
use wasm_bindgen::prelude::*;

/// Has a panic throw an error, in the place of a trap that says nothing.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        let sentence = format!("The converter stopped because of a mistake in it: {info}.");
        wasm_bindgen::throw_val(error("ModelFileError", &sentence))
    }));
}

/// The network of a file as the files of another format: `{ name, bytes }` of each. The format is "safetensors" where the file is
/// ONNX, and "tflite" where it is safetensors.
///
/// # Errors
///
/// A JavaScript `Error` that says why the file cannot be used.
#[wasm_bindgen]
pub fn convert(bytes: &[u8], format: &str) -> Result<Array, JsValue> {
    let files = match format {
        "tflite" => safetensors_as_tflite(bytes),
        _ => onnx_as_safetensors(bytes).map(|file| vec![file]),
    };
    let files = files.map_err(|refused| error(refused.name(), &refused.to_string()))?;
    files.iter().map(to_js).collect()
}

fn error(name: &str, sentence: &str) -> JsValue {
    let error = Error::new(sentence);
    error.set_name(name);
    error.into()
}

fn to_js(file: &ModelFile) -> Result<JsValue, JsValue> {
    let object = Object::new();
    Reflect::set(&object, &"name".into(), &file.name.as_str().into())?;
    Reflect::set(&object, &"bytes".into(), &Uint8Array::from(file.bytes.as_slice()))?;
    Ok(object.into())
}
