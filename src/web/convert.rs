//! Plain data and errors across the boundary.

use serde::{Serialize, de::DeserializeOwned};
use serde_content::{Deserializer, Value};
use wasm_bindgen::prelude::*;

use crate::error::Error;

/// Maps become plain objects and `None` becomes `null`, as in JSON.
pub(super) fn to_js(value: &(impl Serialize + ?Sized)) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).expect("plain data always converts")
}

/// Reads an argument; what is misspelt or of the wrong kind is a `ConfigError` naming the argument.
///
/// Through [`Value`], because serde-wasm-bindgen asks an object only for the fields it knows and so
/// never sees a misspelt one.
pub(super) fn from_js<T: DeserializeOwned>(argument: &str, value: JsValue) -> Result<T, JsValue> {
    let not_understood =
        |error: &dyn std::fmt::Display| thrown(Error::config(argument, format!("is not understood: {error}")));
    let value = serde_wasm_bindgen::from_value(value).map_err(|error| not_understood(&error))?;
    Deserializer::new(without_nulls(value))
        .human_readable()
        .coerce_numbers()
        .deserialize()
        .map_err(|error| not_understood(&error))
}

/// [`from_js`], or the default for an argument that is not given.
pub(super) fn or_default<T: DeserializeOwned + Default>(argument: &str, value: JsValue) -> Result<T, JsValue> {
    if value.is_null() || value.is_undefined() { Ok(T::default()) } else { from_js(argument, value) }
}

/// An option that is null or undefined is an option that was not given.
fn without_nulls(value: Value<'static>) -> Value<'static> {
    match value {
        Value::Map(entries) => {
            let given = entries.into_iter().filter(|(_, value)| !matches!(value, Value::Unit | Value::Option(None)));
            Value::Map(given.map(|(key, value)| (key, without_nulls(value))).collect())
        }
        Value::Seq(items) => Value::Seq(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

/// The JavaScript face of an error: a stable name and a sentence.
pub(super) fn thrown(error: Error) -> JsValue {
    let js = js_sys::Error::new(&error.to_string());
    js.set_name(error.name());
    js.into()
}
