//! The other side of [`super::workers`]: a worker's script that learns from what it is handed.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Float32Array, Uint8Array, global};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::convert::thrown;
use crate::{
    error::{Error, Result},
    worker::{Task, Worker},
};

/// Makes this worker one of those that `startWorkers` started: from now on its messages are tasks.
///
/// # Errors
///
/// `DeviceError` outside a worker.
#[wasm_bindgen]
pub fn serve() -> Result<(), JsValue> {
    let scope = global().dyn_into::<DedicatedWorkerGlobalScope>();
    let scope =
        scope.map_err(|_| thrown(Error::Device("Only a worker can serve; call it in a worker's script.".into())))?;
    let worker = Rc::new(RefCell::new(Err(Error::Device("It was told of no network.".into()))));
    let answering = scope.clone();
    // One message at a time: the next task comes after the answer to this one.
    let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| match event.data().as_string() {
        Some(job) => {
            drop(worker.replace(Worker::new(&job)));
        }
        None => {
            let (scope, worker) = (answering.clone(), worker.clone());
            spawn_local(async move { answer(&scope, &mut worker.borrow_mut(), &event.data()).await });
        }
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget(); // the worker hears as long as it lives
    scope.post_message(&JsValue::TRUE)
}

#[expect(clippy::future_not_send, reason = "a worker has one thread")]
async fn answer(scope: &DedicatedWorkerGlobalScope, worker: &mut Result<Worker>, task: &JsValue) {
    let numbers = match worker {
        Ok(worker) => worker.work(read(task)).await,
        Err(error) => Err(error.clone()),
    };
    let posted = match numbers {
        Ok(numbers) => {
            let numbers = Float32Array::from(numbers.as_slice());
            scope.post_message_with_transfer(&numbers, &Array::of1(&numbers.buffer()))
        }
        Err(error) => scope.post_message(&thrown(error)),
    };
    if posted.is_err() {
        // Answers are plain data; only one that does not fit into memory cannot be posted.
        let _ = scope.post_message(&"it ran out of memory".into());
    }
}

/// A task as [`super::workers`] posts it.
fn read(task: &JsValue) -> Task {
    let [description, pixels, weights] = [0, 1, 2].map(|place| task.unchecked_ref::<Array>().get(place));
    Task {
        description: description.as_string().unwrap_or_default(),
        pixels: pixels.dyn_into::<Uint8Array>().map(|pixels| pixels.to_vec()).unwrap_or_default(),
        weights: weights.dyn_into::<Float32Array>().ok().map(|weights| weights.to_vec().into()),
    }
}
