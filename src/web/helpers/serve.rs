//! The loop of a helper thread: it answers the tasks that [`super::pool`] posts.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Uint8Array, global};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::thread::{arrays, numbers};
use crate::error::{Error, Result};
use crate::training::parallel::{Helper, Task};
use crate::web::convert::thrown;

/// Makes this worker a helper of the thread that called `startWorkers`: from now on its messages are tasks.
///
/// # Errors
///
/// `DeviceError` outside a worker.
#[expect(clippy::await_holding_refcell_ref, reason = "the next message comes after the answer to this one")]
#[wasm_bindgen]
pub fn serve() -> Result<(), JsValue> {
    let scope = global().dyn_into::<DedicatedWorkerGlobalScope>();
    let scope =
        scope.map_err(|_| thrown(Error::Device("Only a worker can serve; call it in a worker's script.".into())))?;
    let helper = Rc::new(RefCell::new(Err(Error::Device("It was told of no network.".into()))));
    let answering = scope.clone();
    let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some((job, fixed)) = job(&event.data()) {
            drop(helper.replace(Helper::new(&job, fixed)));
        } else {
            let (scope, helper) = (answering.clone(), helper.clone());
            spawn_local(async move { answer(&scope, &mut helper.borrow_mut(), &event.data()).await });
        }
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget(); // the listener stays as long as the worker
    scope.post_message(&JsValue::TRUE)
}

async fn answer(scope: &DedicatedWorkerGlobalScope, helper: &mut Result<Helper>, task: &JsValue) {
    let numbers = match helper {
        Ok(helper) => helper.work(read(task)).await,
        Err(error) => Err(error.clone()),
    };
    let posted = match numbers {
        Ok(numbers) => {
            let (numbers, buffers) = arrays(&numbers);
            scope.post_message_with_transfer(&numbers, &buffers)
        }
        Err(error) => scope.post_message(&thrown(error)),
    };
    if posted.is_err() {
        // Posting plain data fails only if there is not enough memory for it.
        let _ = scope.post_message(&"it ran out of memory".into());
    }
}

/// A model as [`super::pool`] posts it: its description, and a list of the weights that stay; `None` for a task.
fn job(message: &JsValue) -> Option<(String, Vec<Vec<f32>>)> {
    let parts = message.unchecked_ref::<Array>();
    let fixed = parts.get(1).dyn_into::<Array>().ok()?;
    Some((parts.get(0).as_string().unwrap_or_default(), numbers(fixed.iter())))
}

/// A task as [`super::pool`] posts it: description, bytes of pictures, and the weights if they have changed.
fn read(task: &JsValue) -> Task {
    let mut parts = task.unchecked_ref::<Array>().iter();
    let description = parts.next().and_then(|text| text.as_string()).unwrap_or_default();
    let bytes = parts.next().map(|bytes| bytes.unchecked_into::<Uint8Array>().to_vec()).unwrap_or_default();
    let weights = numbers(parts);
    Task { description, bytes, weights: (!weights.is_empty()).then(|| weights.into()) }
}
