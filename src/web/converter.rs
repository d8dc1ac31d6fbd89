//! Has the part `exchange` read ONNX and write TensorFlow Lite, where that feature is not built in. The two programs hand each
//! other safetensors files.

use std::cell::RefCell;

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::prelude::*;

use super::convert::{reason, thrown};
use super::late::{Late, call};
use super::watch::Watch;
use crate::error::Error;

thread_local! {
    static CONVERTER: Late = const { RefCell::new(None) };
}

/// Sets the function that converts a network: `(bytes: Uint8Array, format: "safetensors" | "tflite", signal?: AbortSignal) =>
/// Promise<ModelFile[]>`. It rejects with a string if it cannot load the part for it, and with an `Error` if that refuses the
/// network. `tabfit.js` calls this.
#[wasm_bindgen(js_name = setConverter, skip_typescript)]
pub fn set_converter(convert: Function) {
    CONVERTER.set(Some(convert));
}

/// The network of a file as those of a format: "safetensors" of an ONNX file, "tflite" of a safetensors file.
pub(super) async fn convert(bytes: &Uint8Array, format: &str, watch: &Watch) -> Result<Array, JsValue> {
    let missing = "it was not given to this one";
    let converted = call(&CONVERTER, missing, Array::of3(bytes, &format.into(), &watch.signal())).await;
    watch.check()?;
    converted.and_then(JsCast::dyn_into).map_err(|error| match error.is_string() {
        true => thrown(Error::ModelFile(format!(
            "The part of the program for this kind of file could not be loaded ({}); try it again.",
            reason(&error)
        ))),
        false => error,
    })
}
