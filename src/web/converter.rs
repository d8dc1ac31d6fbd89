//! Has another program read ONNX and write TensorFlow Lite, where the feature `exchange` is not built in. The two programs
//! hand each other safetensors files.

use std::cell::RefCell;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use super::convert::{reason, thrown};
use super::late::{Late, call};
use super::watch::Watch;
use crate::error::Error;

thread_local! {
    static CONVERTER: Late = const { RefCell::new(None) };
}

/// Sets the function that converts a network: `(files: ModelFile[], format: ExportFormat, signal?: AbortSignal) =>
/// Promise<ModelFile[]>`. It rejects with a string if it cannot load the program for it, and with an `Error` if that refuses the network. `tabfit.js` calls this.
#[wasm_bindgen(js_name = setConverter, skip_typescript)]
pub fn set_converter(convert: Function) {
    CONVERTER.set(Some(convert));
}

/// The network in these files as those of a format.
pub(super) async fn convert(files: &Array, format: &str, watch: &Watch) -> Result<Array, JsValue> {
    let missing = "it was not given to this one";
    let converted = call(&CONVERTER, missing, Array::of3(files, &format.into(), &watch.signal())).await;
    watch.check()?;
    converted.and_then(JsCast::dyn_into).map_err(|error| match error.is_string() {
        true => thrown(Error::ModelFile(format!(
            "The part of the program for this kind of file could not be loaded ({}); try it again.",
            reason(&error)
        ))),
        false => error,
    })
}
