//! `signal` and `onProgress`, which the options of every call that takes long may have: how it is ended, and whom it tells how far
//! it is.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::error::Error;
use crate::web::convert::thrown;

/// Who may end a call, and who hears of its progress.
#[derive(Debug, Default)]
pub(super) struct Watch {
    pub(super) signal: Option<AbortSignal>,
    pub(super) on_progress: Option<Function>,
}

impl Watch {
    /// Separates the two from the other options: returns a copy of these, and both.
    ///
    /// # Errors
    ///
    /// `ConfigError` if one of them is of the wrong kind.
    pub(super) fn taken_from(options: &JsValue) -> Result<(JsValue, Self), JsValue> {
        if !options.is_object() {
            return Ok((options.clone(), Self::default()));
        }
        let rest = Object::assign(&Object::new(), options.unchecked_ref());
        let signal = taken(&rest, "signal", "must be an AbortSignal")?;
        let on_progress = taken(&rest, "onProgress", "must be a function")?;
        Ok((rest.into(), Self { signal, on_progress }))
    }

    /// Reads the options of a call that has no others.
    ///
    /// # Errors
    ///
    /// `ConfigError` if there is another one, or one is of the wrong kind.
    pub(super) fn of(call: &str, options: &JsValue) -> Result<Self, JsValue> {
        let (rest, watch) = Self::taken_from(options)?;
        let others = if rest.is_object() { Object::keys(rest.unchecked_ref::<Object>()) } else { Array::new() };
        match others.get(0).as_string() {
            Some(name) => {
                Err(thrown(Error::config(call, format!("has no option {name}; it takes signal and onProgress"))))
            }
            None => Ok(watch),
        }
    }

    /// What arguments of their own say, and else the options.
    pub(super) fn or_else(self, options: Self) -> Self {
        Self { signal: self.signal.or(options.signal), on_progress: self.on_progress.or(options.on_progress) }
    }

    pub(super) fn is_aborted(&self) -> bool {
        self.signal.as_ref().is_some_and(AbortSignal::aborted)
    }

    /// The reason of the signal if it is aborted, which is an `AbortError` where no other one is given.
    pub(super) fn check(&self) -> Result<(), JsValue> {
        if self.is_aborted() { Err(self.reason()) } else { Ok(()) }
    }

    pub(super) fn reason(&self) -> JsValue {
        self.signal.as_ref().map_or(JsValue::UNDEFINED, AbortSignal::reason)
    }

    /// Calls `onProgress`; what it throws ends the call.
    pub(super) fn tell(&self, done: usize, total: usize) -> Result<(), JsValue> {
        match &self.on_progress {
            Some(listener) => listener.call2(&JsValue::UNDEFINED, &done.into(), &total.into()).map(drop),
            None => Ok(()),
        }
    }
}

/// Removes an option from an object; `None` if it is not given.
pub(super) fn removed(options: &Object, name: &str) -> Result<Option<JsValue>, JsValue> {
    let value = Reflect::get(options, &name.into())?;
    Reflect::delete_property(options, &name.into())?;
    Ok(Some(value).filter(|value| !value.is_null() && !value.is_undefined()))
}

fn taken<T: JsCast>(options: &Object, name: &str, otherwise: &str) -> Result<Option<T>, JsValue> {
    match removed(options, name)? {
        Some(value) if !value.is_instance_of::<T>() => Err(thrown(Error::config(name, otherwise))),
        value => Ok(value.map(JsCast::unchecked_into)),
    }
}
