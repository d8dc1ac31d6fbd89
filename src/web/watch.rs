//! `signal` and `onProgress`, which the options of every call that takes long may have: how it is ended, and whom it tells how far
//! it is.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use crate::error::Error;
use crate::web::callbacks::hear_messages;
use crate::web::convert::thrown;

/// The options of a call that has no others.
pub(super) const SIGNAL_AND_PROGRESS: &str = "signal and onProgress";

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
        let rest = own_copy(options);
        let signal = taken(&rest, "signal", "must be an AbortSignal")?;
        let on_progress = taken(&rest, "onProgress", "must be a function")?;
        Ok((rest.into(), Self { signal, on_progress }))
    }

    /// Reads the options of a call that has no others any more, and checks; `known` names all that it has.
    ///
    /// # Errors
    ///
    /// `ConfigError` if there is another one, or one is of the wrong kind; the reason of the signal if it is aborted.
    pub(super) fn of(call: &str, options: &JsValue, known: &str) -> Result<Self, JsValue> {
        let (rest, watch) = Self::taken_from(options)?;
        let others = if rest.is_object() { Object::keys(rest.unchecked_ref::<Object>()) } else { Array::new() };
        match others.get(0).as_string() {
            Some(name) => Err(thrown(Error::config(call, format!("has no option {name}; it takes {known}")))),
            None => watch.check().map(|()| watch),
        }
    }

    pub(super) fn is_aborted(&self) -> bool {
        self.signal.as_ref().is_some_and(AbortSignal::aborted)
    }

    /// The reason of the signal if it is aborted, which is an `AbortError` where no other one is given.
    pub(super) fn check(&self) -> Result<(), JsValue> {
        if self.is_aborted() { Err(self.reason()) } else { Ok(()) }
    }

    /// Lets happen what waits, such as a person's click that ends the call, and checks.
    pub(super) async fn pause(&self) -> Result<(), JsValue> {
        hear_messages().await.map_err(thrown)?;
        self.check()
    }

    /// What the work gives, or the reason of the signal as soon as it is aborted, which ends the work: it may wait for a part of the
    /// program that does not come.
    pub(super) async fn unless_aborted<T>(&self, work: impl Future<Output = T>) -> Result<T, JsValue> {
        let Some(signal) = &self.signal else { return Ok(work.await) };
        self.check()?;
        let mut listener = JsValue::UNDEFINED;
        let aborted = Promise::new(&mut |resolve, _| listener = resolve.into());
        let listener: Function = listener.unchecked_into();
        signal.add_event_listener_with_callback("abort", &listener)?;
        let (mut work, mut aborted) = (pin!(work), JsFuture::from(aborted));
        let ends = poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Ok(value)),
            Poll::Pending => Pin::new(&mut aborted).poll(context).map(|_| Err(self.reason())),
        });
        let end = ends.await;
        signal.remove_event_listener_with_callback("abort", &listener)?;
        end
    }

    /// The signal as an argument of a function of JavaScript.
    pub(super) fn signal(&self) -> JsValue {
        self.signal.as_ref().map(JsValue::from).unwrap_or_default()
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

/// A copy of the options, from which some can be removed; empty if none are given.
pub(super) fn own_copy(options: &JsValue) -> Object {
    Object::assign(&Object::new(), options.unchecked_ref())
}

/// Removes an option from an object; `None` if it is not given.
pub(super) fn removed(options: &Object, name: &str) -> Result<Option<JsValue>, JsValue> {
    let value = Reflect::get(options, &name.into())?;
    Reflect::delete_property(options, &name.into())?;
    Ok(Some(value).filter(|value| !value.is_null() && !value.is_undefined()))
}

/// [`removed`], of one kind.
///
/// # Errors
///
/// `ConfigError` if it is of another.
pub(super) fn taken<T: JsCast>(options: &Object, name: &str, otherwise: &str) -> Result<Option<T>, JsValue> {
    match removed(options, name)? {
        Some(value) if !value.is_instance_of::<T>() => Err(thrown(Error::config(name, otherwise))),
        value => Ok(value.map(JsCast::unchecked_into)),
    }
}
