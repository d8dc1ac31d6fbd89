//! Has another program read ONNX and write TensorFlow Lite, where the feature `exchange` is not built in. The two programs
//! hand each other safetensors files.

use std::cell::RefCell;

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::convert::{reason, thrown};
use crate::error::Error;

thread_local! {
    static OTHER: RefCell<Option<[Function; 2]>> = const { RefCell::new(None) };
}

/// Sets the functions that read and write what is not built in: `(files: ModelFile[]) => Promise<Uint8Array>`, of
/// safetensors, and `(safetensors: Uint8Array, format: ExportFormat) => Promise<ModelFile[]>`. `tabfit.js` calls this.
#[wasm_bindgen(js_name = setExchange, skip_typescript)]
pub fn set_exchange(read: Function, write: Function) {
    OTHER.set(Some([read, write]));
}

/// A network of other files as safetensors.
pub(super) async fn read(files: &Array) -> Result<Uint8Array, JsValue> {
    call(0, files, &JsValue::UNDEFINED).await?.dyn_into()
}

/// A network in safetensors as files of a format.
pub(super) async fn write(safetensors: &Uint8Array, format: &JsValue) -> Result<JsValue, JsValue> {
    call(1, safetensors, format).await
}

/// What the other program refuses is thrown as it is.
async fn call(function: usize, first: &JsValue, second: &JsValue) -> Result<JsValue, JsValue> {
    let other = OTHER.with_borrow(|other| other.as_ref().map(|other| other[function].clone()));
    let other = other.ok_or_else(|| missing(&js_sys::Error::new("it was not given to this one")))?;
    let promise: Promise = other.call2(&JsValue::UNDEFINED, first, second)?.dyn_into()?;
    JsFuture::from(promise).await.map_err(|error| match error.dyn_ref::<js_sys::Error>() {
        Some(known) if String::from(known.name()) == "ModelFileError" => error,
        _ => missing(&error),
    })
}

fn missing(error: &JsValue) -> JsValue {
    thrown(Error::ModelFile(format!(
        "The part of the program for this kind of file could not be loaded ({}); try it again.",
        reason(error)
    )))
}
