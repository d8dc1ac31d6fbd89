//! Plain data and errors across the boundary.

use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;

use crate::error::Error;

/// Maps become plain objects and `None` becomes `null`, as in JSON.
pub(super) fn to_js(value: &(impl Serialize + ?Sized)) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).expect("plain data always converts")
}

/// Reads an argument; what is misspelt or of the wrong kind is a `ConfigError` naming the argument.
pub(super) fn from_js<T: DeserializeOwned>(argument: &str, value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| thrown(Error::config(argument, format!("is not understood: {error}"))))
}

/// The JavaScript face of an error: a stable name and a sentence.
pub(super) fn thrown(error: Error) -> JsValue {
    let js = js_sys::Error::new(&error.to_string());
    js.set_name(error.name());
    js.into()
}
