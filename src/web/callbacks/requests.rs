//! What a person asks of a run that goes on. `fit` holds the model meanwhile, so that the two share this.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::inside::inside_to_js;
use crate::error::{Error, Result};
use crate::training::state::{Look, Model, Steerable, Steering};
use crate::web::convert::thrown;

/// What is asked of the runs of a network.
#[derive(Debug, Default)]
pub(in crate::web) struct Requests {
    /// What can be changed in the run that goes on; `None` while there is none.
    run: RefCell<Option<Steerable>>,
    steering: RefCell<Vec<Steering>>,
    /// The next step is to be looked at.
    next: Cell<bool>,
    /// The last step of each epoch is.
    epochs: Cell<bool>,
    /// Looks inside the network that wait for the run.
    inside: RefCell<Vec<AskedInside>>,
    /// Resolves when there is one more of them.
    arrival: RefCell<Option<(Promise, Function)>>,
}

/// A look inside the network that is asked for: a picture's RGB8 pixels, and whom to answer.
#[derive(Debug)]
struct AskedInside {
    rgb: Option<Vec<u8>>,
    resolve: Function,
    reject: Function,
}

/// A run of which something can be asked, until this is dropped.
pub(in crate::web) struct Open<'a>(&'a Requests);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.run.take();
        self.0.steering.take();
        self.0.next.set(false);
        let ended = || thrown(Error::config("inside", "was asked of a run that has ended meanwhile; ask again"));
        for asked in self.0.inside.take() {
            settle(&asked.reject, &ended());
        }
    }
}

impl Requests {
    /// A run begins in which this can be changed.
    pub(in crate::web) fn open(&self, run: Steerable) -> Open<'_> {
        self.run.replace(Some(run));
        Open(self)
    }

    pub(in crate::web) fn is_open(&self) -> bool {
        self.run.borrow().is_some()
    }

    /// Asks for a change.
    ///
    /// # Errors
    ///
    /// No run goes on, or it cannot be changed so.
    pub(in crate::web) fn steer(&self, steering: Steering) -> Result<()> {
        let run = self.run.borrow();
        let run = run.as_ref().ok_or_else(|| Error::config("steer", "needs a run that goes on; call fit"))?;
        steering.check(run)?;
        self.steering.borrow_mut().push(steering);
        Ok(())
    }

    /// The changes that were asked for since the last call.
    pub(super) fn taken_steering(&self) -> Vec<Steering> {
        self.steering.take()
    }

    /// Asks to see the next step, or the last one of each epoch from now on, or neither any more.
    pub(in crate::web) fn look_at(&self, steps: Steps) {
        match steps {
            Steps::Next => self.next.set(true),
            Steps::Epochs => self.epochs.set(true),
            Steps::None => {
                self.next.set(false);
                self.epochs.set(false);
            }
        }
    }

    /// What is wanted of the next step, which is the last one of its epoch or not.
    pub(super) fn look(&self, last: bool) -> Option<Look> {
        match self.next.take() {
            true => Some(Look::Pictures),
            false => (last && self.epochs.get()).then_some(Look::Numbers),
        }
    }

    /// Asks the run for a look inside the network.
    pub(in crate::web) fn ask_inside(&self, rgb: Option<Vec<u8>>) -> Promise {
        let promise = Promise::new(&mut |resolve, reject| {
            self.inside.borrow_mut().push(AskedInside { rgb: rgb.clone(), resolve, reject });
        });
        if let Some((_, arrived)) = self.arrival.take() {
            settle(&arrived, &JsValue::UNDEFINED);
        }
        promise
    }

    /// Resolves when a look inside is asked for; at once if one waits already.
    fn arrival(&self) -> Promise {
        if !self.inside.borrow().is_empty() {
            return Promise::resolve(&JsValue::UNDEFINED);
        }
        let mut arrival = self.arrival.borrow_mut();
        let (promise, _) = arrival.get_or_insert_with(|| {
            let mut resolved = None;
            let promise = Promise::new(&mut |resolve, _| resolved = Some(resolve));
            (promise, resolved.expect("a promise calls at once"))
        });
        promise.clone()
    }

    /// Waits for a promise, and meanwhile looks inside the network for those who ask.
    pub(super) async fn answer_until(&self, end: &Promise, model: &mut Model) -> std::result::Result<JsValue, JsValue> {
        loop {
            let settled = JsFuture::from(Promise::race(&Array::of2(end, &self.arrival()))).await;
            if !self.answer(model).await {
                return settled;
            }
        }
    }

    /// Looks inside the network for all who asked. Returns whether there was one.
    pub(super) async fn answer(&self, model: &mut Model) -> bool {
        let asked = self.inside.take();
        let any = !asked.is_empty();
        for AskedInside { rgb, resolve, reject } in asked {
            // A run that has lost its GPU ends by itself; its network must not move to the processor before.
            let inside = match crate::device::check(&model.network.device) {
                Ok(()) => model.inside(rgb.as_deref()).await,
                Err(error) => Err(error),
            };
            match inside {
                Ok(inside) => settle(&resolve, &inside_to_js(&inside)),
                Err(error) => settle(&reject, &thrown(error)),
            }
        }
        any
    }
}

/// Calls a function of a promise, which never throws.
fn settle(function: &Function, value: &JsValue) {
    let _ = function.call1(&JsValue::UNDEFINED, value);
}

/// The steps that a person wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::web) enum Steps {
    Next,
    Epochs,
    None,
}
