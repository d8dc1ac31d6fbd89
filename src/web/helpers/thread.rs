//! One helper thread: a worker with its own instance of the wasm, which answers one task at a time.

use js_sys::{Array, Float32Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Worker};

use crate::error::{Error, Result};
use crate::training::parallel::Task;
use crate::web::convert::reason;

#[wasm_bindgen(inline_js = "
// The seconds are counted one by one, so that a sleep of the computer is none of them.
export const within = (promise, seconds, signal) => {
  let [left, timer] = [seconds];
  return new Promise((resolve, reject) => {
    timer = setInterval(() => --left <= 0 && reject(new Error(`it did not answer for ${Math.round(seconds)} s`)), 1000);
    signal?.addEventListener('abort', reject, { once: true });
    promise.then(resolve, reject);
  }).finally(() => clearInterval(timer));
};

// A worker that is asked one thing at a time. It may fail while nobody waits for it: the next question is told so.
export class Asked {
  constructor(worker) {
    this.worker = worker;
    worker.onmessage = (event) => this.resolve?.(event);
    worker.onerror = worker.onmessageerror = (event) => {
      this.failure ??= event;
      this.reject?.(event);
    };
  }
  ask(message, transfer) {
    const answer = new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      [this.resolve, this.reject] = [resolve, reject];
      this.worker.postMessage(message, transfer);
    });
    answer.catch(() => {}); // Several workers are asked at once and their answers read in turn; a failure waits for its turn.
    return answer;
  }
}
")]
extern "C" {
    /// The promise, or an error where it does not settle within so many seconds, or a signal is aborted before.
    pub(super) fn within(promise: &Promise, seconds: f64, signal: JsValue) -> Promise;

    /// A worker that answers one question at a time.
    #[derive(Debug)]
    type Asked;

    #[wasm_bindgen(constructor)]
    fn new(worker: &Worker) -> Asked;

    /// Posts a message; the promise settles with the worker's next message, or with its failure, also an earlier one.
    #[wasm_bindgen(method)]
    fn ask(this: &Asked, message: &JsValue, transfer: &Array) -> Promise;
}

/// A helper that has been started; its thread ends when this value is dropped.
#[derive(Debug)]
pub(super) struct HelperThread {
    worker: Worker,
    asked: Asked,
    answer: Option<Promise>,
}

impl HelperThread {
    /// Hands this program to a new worker; the promise settles when it can compute.
    pub(super) fn start(worker: Worker, program: &JsValue) -> (Self, Promise) {
        let asked = Asked::new(&worker);
        let ready = asked.ask(program, &Array::new());
        (Self { worker, asked, answer: None }, ready)
    }

    /// Tells the worker what the coming tasks belong to. If this fails, its first answer is an error.
    pub(super) fn prepare(&self, job: &str, fixed: &[Vec<f32>]) {
        let (fixed, buffers) = arrays(fixed);
        let _ = self.worker.post_message_with_transfer(&Array::of2(&job.into(), &fixed), &buffers);
    }

    /// Hands out a task.
    pub(super) fn send(&mut self, Task { description, bytes, weights }: &Task) {
        let bytes = Uint8Array::from(bytes.as_slice());
        let (weights, transfer) = arrays(weights.as_ref().map_or(&[], |weights| weights.as_slice()));
        let message = Array::of2(&description.as_str().into(), &bytes).concat(&weights);
        transfer.push(&bytes.buffer());
        self.answer = Some(self.asked.ask(&message, &transfer));
    }

    /// Whether a task was handed out whose answer has not been read.
    pub(super) const fn is_asked(&self) -> bool {
        self.answer.is_some()
    }

    /// The answer to the newest task.
    pub(super) async fn answer(&mut self, patience: f64) -> Result<Vec<Vec<f32>>> {
        let failed = |error: JsValue| Error::Device(reason(&error));
        let Some(answer) = self.answer.take() else { return Err(Error::Device("It was handed nothing.".into())) };
        let event = JsFuture::from(within(&answer, patience, JsValue::UNDEFINED)).await.map_err(failed)?;
        match event.unchecked_into::<MessageEvent>().data().dyn_into::<Array>() {
            Ok(answer) => Ok(numbers(answer.iter())),
            Err(error) => Err(failed(error)),
        }
    }
}

impl Drop for HelperThread {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// Numbers as arrays of JavaScript, and the memory of these, which can be handed to another thread.
pub(super) fn arrays(numbers: &[Vec<f32>]) -> (Array, Array) {
    let arrays: Array = numbers.iter().map(|values| Float32Array::from(values.as_slice())).collect();
    let buffers = arrays.iter().map(|values| values.unchecked_into::<Float32Array>().buffer()).collect();
    (arrays, buffers)
}

/// The numbers of such arrays.
pub(super) fn numbers(arrays: impl Iterator<Item = JsValue>) -> Vec<Vec<f32>> {
    arrays.map(|values| values.unchecked_into::<Float32Array>().to_vec()).collect()
}
