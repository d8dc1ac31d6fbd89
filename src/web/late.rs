//! Functions that JavaScript gives once, such as those that load a late part of the program when they are called.

use std::cell::RefCell;
use std::thread::LocalKey;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// The place of such a function.
pub(super) type Late = RefCell<Option<Function>>;

/// Calls a function that returns a promise, and waits for it; `missing` is the error where none was given.
pub(super) async fn call(
    late: &'static LocalKey<Late>,
    missing: impl Into<JsValue>,
    arguments: Array,
) -> Result<JsValue, JsValue> {
    let function = late.with_borrow(Clone::clone).ok_or_else(|| missing.into())?;
    let promise: Promise = function.apply(&JsValue::UNDEFINED, &arguments)?.dyn_into()?;
    JsFuture::from(promise).await
}
