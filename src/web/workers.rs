//! The workers of a page: further threads for training on the CPU, each with a wasm of its own.

use std::cell::RefCell;

use js_sys::{Array, Float32Array, Function, Promise, Reflect, Uint8Array, global};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Worker};

use super::convert::thrown;
use crate::{
    device::{DeviceInfo, DeviceKind},
    error::{Error, Result},
    training::parallel::{divide::Workers, helper::Task},
};

const MOST_THREADS: f64 = 64.0;

thread_local! {
    /// The workers that were started; `None` while a run has them.
    static POOL: RefCell<Option<Pool>> = const { RefCell::new(Some(Pool { workers: Vec::new(), wanted: 0 })) };
}

/// Lets networks on the CPU train on so many threads: on this one and on workers, which are started unless
/// they are there already. Without `threads`, one for each processor core. Resolves to the number of threads.
///
/// `makeWorker` makes a worker whose script hands its first message to `init` and then calls `serve`:
///
/// ```js
/// import init, { serve } from "tabfit";
/// self.onmessage = ({ data: module }) => init({ module_or_path: module }).then(serve);
/// ```
///
/// The numbers of a run depend on the number of threads by rounding only. With batch normalization that
/// learns, a single thread trains.
///
/// # Errors
///
/// `ConfigError` for another number than a whole one from 1 to 64 and for what is no worker, `DeviceError` when
/// one did not start, `BusyError` during a run.
#[wasm_bindgen(js_name = startWorkers)]
pub async fn start_workers(
    #[wasm_bindgen(js_name = makeWorker, unchecked_param_type = "() => Worker")] make_worker: Function,
    #[wasm_bindgen(unchecked_optional_param_type = "number | null")] threads: Option<f64>,
) -> Result<usize, JsValue> {
    let threads = threads.unwrap_or_else(processor_cores);
    if !(1.0..=MOST_THREADS).contains(&threads) || threads.fract() != 0.0 {
        let reason = format!("must be a whole number from 1 to {MOST_THREADS}, not {threads}");
        return Err(thrown(Error::config("threads", reason)));
    }
    let mut pool = Borrowed::take();
    let Some(Pool { workers, wanted }) = &mut pool.0 else { return Err(thrown(Error::Busy)) };
    *wanted = threads as usize - 1;
    let mut starting = Vec::new();
    for _ in workers.len()..*wanted {
        let made = make_worker.call0(&JsValue::UNDEFINED)?.dyn_into::<Worker>();
        let worker = made.map_err(|_| thrown(Error::config("makeWorker", "must return a Worker")))?;
        let worker = PageWorker { worker, answer: None };
        let ready = worker.ask(&wasm_bindgen::module(), &Array::new());
        starting.push((worker, ready));
    }
    for (worker, ready) in starting {
        ready.await.map_err(|error| {
            let why = reason(&error);
            thrown(Error::Device(format!("A worker could not be started ({why}); train on fewer threads.")))
        })?;
        workers.push(worker);
    }
    Ok(threads as usize)
}

fn processor_cores() -> f64 {
    let cores = Reflect::get(&global(), &"navigator".into())
        .and_then(|navigator| Reflect::get(&navigator, &"hardwareConcurrency".into()));
    cores.ok().and_then(|cores| cores.as_f64()).unwrap_or(1.0).clamp(1.0, MOST_THREADS)
}

/// Workers, of which a run uses the first `wanted`.
#[derive(Debug, Default)]
struct Pool {
    workers: Vec<PageWorker>,
    wanted: usize,
}

/// A worker that has been started; it ends with this value.
#[derive(Debug)]
struct PageWorker {
    worker: Worker,
    answer: Option<JsFuture>,
}

impl PageWorker {
    /// Posts a message; the promise is that of the next event: an answer, or the worker's failure.
    fn ask(&self, message: &JsValue, transfer: &Array) -> JsFuture {
        JsFuture::from(Promise::new(&mut |resolve, reject| {
            self.worker.set_onmessage(Some(&resolve));
            self.worker.set_onmessageerror(Some(&reject));
            self.worker.set_onerror(Some(&reject));
            if let Err(error) = self.worker.post_message_with_transfer(message, transfer) {
                let _ = reject.call1(&JsValue::UNDEFINED, &error);
            }
        }))
    }

    fn hand(&mut self, Task { description, pixels, weights }: &Task) {
        let pixels = Uint8Array::from(pixels.as_slice());
        let message = Array::of2(&description.as_str().into(), &pixels);
        let transfer = Array::of1(&pixels.buffer());
        for weight in weights.iter().flat_map(|weights| weights.iter()) {
            let weight = Float32Array::from(weight.as_slice());
            transfer.push(&weight.buffer());
            message.push(&weight);
        }
        self.answer = Some(self.ask(&message, &transfer));
    }

    /// What the last task came to.
    async fn answer(&mut self) -> Result<Vec<Vec<f32>>> {
        let failed = |error: JsValue| Error::Device(reason(&error));
        let Some(answer) = self.answer.take() else { return Err(Error::Device("It was handed nothing.".into())) };
        let event = answer.await.map_err(failed)?;
        match event.unchecked_into::<MessageEvent>().data().dyn_into::<Array>() {
            Ok(numbers) => Ok(numbers.iter().map(|values| values.unchecked_into::<Float32Array>().to_vec()).collect()),
            Err(error) => Err(failed(error)),
        }
    }
}

impl Drop for PageWorker {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// What went wrong: an error, an error event, or a sentence.
fn reason(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    message.or_else(|| error.as_string()).filter(|text| !text.is_empty()).unwrap_or_else(|| "it gave no reason".into())
}

/// The workers for as long as one run or evaluation on the CPU has them; another one meanwhile has none.
#[derive(Debug)]
pub(super) struct Borrowed(Option<Pool>);

impl Borrowed {
    /// For a network that lives there.
    pub(super) fn by(device: &DeviceInfo) -> Self {
        if device.kind == DeviceKind::Cpu { Self::take() } else { Self(None) }
    }

    fn take() -> Self {
        Self(POOL.take())
    }

    fn used(&mut self) -> &mut [PageWorker] {
        match &mut self.0 {
            Some(Pool { workers, wanted }) => {
                let used = workers.len().min(*wanted);
                &mut workers[..used]
            }
            None => &mut [],
        }
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Some(pool) = self.0.take() {
            POOL.set(Some(pool));
        }
    }
}

impl Workers for Borrowed {
    fn count(&self) -> usize {
        self.0.as_ref().map_or(0, |pool| pool.workers.len().min(pool.wanted))
    }

    fn prepare(&mut self, job: &str) {
        for worker in self.used() {
            // What cannot be posted is missed by the worker, whose first answer says so.
            let _ = worker.worker.post_message(&job.into());
        }
    }

    fn begin(&mut self, tasks: Vec<Task>) {
        for (worker, task) in self.used().iter_mut().zip(&tasks) {
            worker.hand(task);
        }
    }

    async fn finish(&mut self) -> Vec<Result<Vec<Vec<f32>>>> {
        let mut answers = Vec::new();
        for worker in self.used().iter_mut().filter(|worker| worker.answer.is_some()) {
            answers.push(worker.answer().await);
        }
        if let Some(pool) = &mut self.0 {
            let mut failed = answers.iter().map(Result::is_err);
            pool.workers.retain(|_| !failed.next().unwrap_or(false));
        }
        answers
    }
}
