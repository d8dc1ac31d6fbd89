//! The pool of helper threads: workers that train on the CPU, each with its own instance of the wasm.

use std::cell::RefCell;

use js_sys::{Date, Function, Object, Reflect, global};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Worker;

use super::thread::{HelperThread, within};
use crate::device::{DeviceInfo, DeviceKind};
use crate::error::{Error, Result};
use crate::training::parallel::{Helpers, Task, thread_count};
use crate::web::convert::{reason, thrown};
use crate::web::watch::{SIGNAL_AND_PROGRESS, Watch};

/// A helper fails that has not answered for so many seconds,
const PATIENCE: f64 = 30.0;
/// and for so many times as long as this thread took for its own part.
const TIMES: f64 = 10.0;

thread_local! {
    /// The started helpers; `None` while a run uses them.
    static POOL: RefCell<Option<Pool>> =
        const { RefCell::new(Some(Pool { helpers: Vec::new(), wanted: 0, make: None, began: 0.0 })) };
}

/// Makes networks on the CPU train on several threads: this one and workers, which are started if there are not
/// enough yet. Without `threads`, one for each processor core. Resolves to the number of threads.
///
/// `makeWorker` returns a new worker whose script passes its first message to `init` and then calls `serve`:
///
/// ```js
/// import init, { serve } from "tabfit";
/// self.onmessage = ({ data }) => init(data).then(() => serve());
/// ```
///
/// The number of threads changes the numbers of a run only by rounding. `makeWorker` is called again during a run if a worker
/// fails.
///
/// # Errors
///
/// `ConfigError` if `threads` is not a whole number from 1 to 64 or `makeWorker` does not return a worker,
/// `DeviceError` if a worker does not start, `BusyError` during a run; the reason of `signal` if it is aborted, and then those
/// that have started stay.
#[wasm_bindgen(js_name = startWorkers)]
pub async fn start_workers(
    #[wasm_bindgen(js_name = makeWorker, unchecked_param_type = "() => Worker")] make_worker: Function,
    #[wasm_bindgen(unchecked_optional_param_type = "number | null")] threads: Option<f64>,
    #[wasm_bindgen(unchecked_optional_param_type = "CallOptions | null")] options: JsValue,
) -> Result<usize, JsValue> {
    let watch = Watch::of("startWorkers", &options, SIGNAL_AND_PROGRESS)?;
    let threads = thread_count(threads, processor_cores()).map_err(thrown)?;
    let mut pool = BorrowedHelpers::take();
    let Some(pool) = &mut pool.pool else { return Err(thrown(Error::Busy)) };
    pool.wanted = threads - 1;
    pool.make = Some(make_worker);
    pool.start(&watch).await?;
    watch.tell(threads, threads)?;
    Ok(threads)
}

/// This part of the program, as the options of `init`: a helper compiles nothing.
fn program() -> Result<JsValue, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"device".into(), &if cfg!(feature = "webgpu") { "webgpu" } else { "cpu" }.into())?;
    Reflect::set(&options, &"module".into(), &wasm_bindgen::module())?;
    Ok(options.into())
}

fn processor_cores() -> f64 {
    let cores = Reflect::get(&global(), &"navigator".into())
        .and_then(|navigator| Reflect::get(&navigator, &"hardwareConcurrency".into()));
    cores.ok().and_then(|cores| cores.as_f64()).unwrap_or(1.0)
}

/// The helpers, of which a run uses the first `wanted`.
#[derive(Debug, Default)]
struct Pool {
    helpers: Vec<HelperThread>,
    wanted: usize,
    /// Returns a new worker.
    make: Option<Function>,
    /// When the newest tasks were handed out, in milliseconds.
    began: f64,
}

impl Pool {
    /// Starts the helpers that are missing.
    async fn start(&mut self, watch: &Watch) -> Result<(), JsValue> {
        let (program, mut starting) = (program()?, Vec::new());
        for make in self.make.iter().cycle().take(self.wanted.saturating_sub(self.helpers.len())) {
            let made = make.call0(&JsValue::UNDEFINED)?.dyn_into::<Worker>();
            let worker = made.map_err(|_| thrown(Error::config("makeWorker", "must return a Worker")))?;
            starting.push(HelperThread::start(worker, &program));
        }
        for (worker, ready) in starting {
            let ready = JsFuture::from(within(&ready, PATIENCE, watch.signal())).await;
            watch.check()?;
            ready.map_err(|error| {
                let why = reason(&error);
                thrown(Error::Device(format!("A worker could not be started ({why}); train on fewer threads.")))
            })?;
            self.helpers.push(worker);
            watch.tell(self.helpers.len(), self.wanted + 1)?;
        }
        Ok(())
    }
}

/// The helpers, while one run or evaluation on the CPU uses them; another one at the same time has none.
#[derive(Debug, Default)]
pub(in crate::web) struct BorrowedHelpers {
    pool: Option<Pool>,
    /// How many were started in the place of others.
    renewed: usize,
}

impl BorrowedHelpers {
    /// Takes the helpers for a network on this device; none if it is a GPU.
    pub(in crate::web) fn for_device(device: &DeviceInfo) -> Self {
        if device.kind == DeviceKind::Cpu { Self::take() } else { Self::default() }
    }

    fn take() -> Self {
        Self { pool: POOL.take(), renewed: 0 }
    }

    fn used(&mut self) -> &mut [HelperThread] {
        match &mut self.pool {
            Some(Pool { helpers, wanted, .. }) => {
                let used = helpers.len().min(*wanted);
                &mut helpers[..used]
            }
            None => &mut [],
        }
    }
}

impl Drop for BorrowedHelpers {
    fn drop(&mut self) {
        if let Some(pool) = self.pool.take() {
            POOL.set(Some(pool));
        }
    }
}

impl Helpers for BorrowedHelpers {
    fn count(&self) -> usize {
        self.pool.as_ref().map_or(0, |pool| pool.helpers.len().min(pool.wanted))
    }

    fn prepare(&mut self, job: &str, fixed: &[Vec<f32>]) {
        // Also those that wait: one of them takes the place of a helper that fails.
        for helper in self.pool.iter().flat_map(|pool| &pool.helpers) {
            helper.prepare(job, fixed);
        }
    }

    fn begin(&mut self, tasks: Vec<Task>) {
        for (helper, task) in self.used().iter_mut().zip(&tasks) {
            helper.send(task);
        }
        if let Some(pool) = &mut self.pool {
            pool.began = Date::now();
        }
    }

    async fn finish(&mut self) -> Vec<Result<Vec<Vec<f32>>>> {
        let own = Date::now() - self.pool.as_ref().map_or(0.0, |pool| pool.began);
        let patience = PATIENCE.max(TIMES * own / 1000.0);
        let mut answers = Vec::new();
        for helper in self.used().iter_mut().filter(|helper| helper.is_asked()) {
            answers.push(helper.answer(patience).await);
        }
        if let Some(pool) = &mut self.pool {
            let mut failed = answers.iter().map(Result::is_err);
            pool.helpers.retain(|_| !failed.next().unwrap_or(false));
        }
        answers
    }

    async fn renew(&mut self) -> bool {
        let Some(pool) = &mut self.pool else { return false };
        self.renewed += pool.wanted.saturating_sub(pool.helpers.len());
        // A fault that each new one has too would never end.
        self.renewed <= pool.wanted && pool.start(&Watch::default()).await.is_ok()
    }
}
