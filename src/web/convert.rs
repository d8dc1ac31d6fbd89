//! Converts plain data and errors between Rust and JavaScript.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_content::{Deserializer, Value};
use wasm_bindgen::prelude::*;

use crate::error::Error;

/// Maps become plain objects and `None` becomes `null`, as in JSON.
pub(super) fn to_js(value: &(impl Serialize + ?Sized)) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).expect("plain data always converts")
}

/// Reads an argument; a misspelt option or a wrong type is a `ConfigError` that names the argument.
///
/// It is read into a [`Value`] first, because serde-wasm-bindgen asks an object only for the fields it knows
/// and so never sees a misspelt one.
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

/// [`from_js`], or the default if the argument is missing.
pub(super) fn or_default<T: DeserializeOwned + Default>(argument: &str, value: JsValue) -> Result<T, JsValue> {
    if value.is_null() || value.is_undefined() { Ok(T::default()) } else { from_js(argument, value) }
}

/// Removes options that are null or undefined: they count as not given.
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

/// Sets a property of a plain object.
pub(super) fn set(object: &JsValue, name: &str, value: &JsValue) {
    js_sys::Reflect::set(object, &name.into(), value).expect("a plain object takes properties");
}

/// The JavaScript `Error` of an error: a stable name and a sentence.
pub(super) fn thrown(error: Error) -> JsValue {
    let js = js_sys::Error::new(&error.to_string());
    js.set_name(error.name());
    js.into()
}

/// The message of an error, of an error event, or the sentence itself.
pub(super) fn reason(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    message.or_else(|| error.as_string()).filter(|text| !text.is_empty()).unwrap_or_else(|| "it gave no reason".into())
}
