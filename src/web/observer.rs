//! Tells JavaScript how a run goes, and lets it pause or end the run.

use js_sys::{Date, Function, Promise};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::convert::to_js;
use crate::{
    callbacks::Callback,
    device::DeviceInfo,
    error::{Error, Result},
    fit::{Progress, Run},
    history::{EpochRecord, History, Stopped},
    metrics::Metrics,
};

/// A light read of the device happens about this often, in milliseconds: it is what the progress line
/// shows, and the back-pressure that keeps a GPU's queue short.
const PULSE: f64 = 250.0;

#[wasm_bindgen(inline_js = "
// A message to oneself is a macrotask without the 4 ms that nested timers wait.
const channel = new MessageChannel();
const waiting = [];
channel.port1.onmessage = () => waiting.shift()();
export const macrotask = () => new Promise((resolve) => { waiting.push(resolve); channel.port2.postMessage(0); });
")]
extern "C" {
    fn macrotask() -> Promise;
}

/// What `onEvent` receives; `FitEvent` in `types.d.ts`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum FitEvent<'a> {
    Start {
        epochs: usize,
        steps: usize,
        training_images: usize,
        validation_images: usize,
        device: &'a DeviceInfo,
    },
    Batch {
        epoch: usize,
        step: usize,
        steps: usize,
        loss: Option<f64>,
        accuracy: Option<f64>,
        images_per_second: f64,
        seconds_left: f64,
    },
    Epoch {
        record: &'a EpochRecord,
        reading: String,
        seconds: f64,
        notes: &'a [String],
    },
}

/// A callback that speaks to JavaScript.
pub(super) struct Observer {
    on_event: Function,
    signal: Option<AbortSignal>,
    /// What `onEvent` threw; it ends the run and is thrown on, as it was.
    pub(super) thrown: Option<JsValue>,
    history: History,
    epoch_began: f64,
    run_began: f64,
    last_read: f64,
    steps_since: usize,
    steps_between: usize,
}

impl Observer {
    pub(super) fn new(on_event: Function, signal: Option<AbortSignal>) -> Self {
        let now = Date::now();
        Self {
            on_event,
            signal,
            thrown: None,
            history: History::default(),
            epoch_began: now,
            run_began: now,
            last_read: now,
            steps_since: 0,
            steps_between: 1,
        }
    }

    /// Calls `onEvent` and waits for what it returns, so a pending promise pauses the run.
    pub(super) async fn emit(&mut self, event: FitEvent<'_>) {
        let began = Date::now();
        let delivery = match self.on_event.call1(&JsValue::UNDEFINED, &to_js(&event)) {
            Ok(returned) => JsFuture::from(Promise::resolve(&returned)).await.map(drop),
            Err(thrown) => Err(thrown),
        };
        if let Err(thrown) = delivery {
            self.thrown.get_or_insert(thrown);
        }
        // A pause is not time spent training.
        let waited = Date::now() - began;
        self.run_began += waited;
        self.epoch_began += waited;
        self.last_read += waited;
    }

    fn steer(&self, run: &mut Run<'_>) {
        if self.thrown.is_some() || self.signal.as_ref().is_some_and(AbortSignal::aborted) {
            run.stop = Some(Stopped::Aborted);
        }
    }
}

impl Callback for Observer {
    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        // Only between macrotasks can the worker hear "pause" and "stop".
        JsFuture::from(macrotask()).await.map_err(|_| Error::Device("The browser refused a message.".into()))?;
        self.steps_since += 1;
        if self.steps_since >= self.steps_between {
            let Metrics { loss, accuracy } = progress.read().await?;
            let now = Date::now();
            let pace = self.steps_since as f64 * PULSE / (now - self.last_read).max(1.0);
            self.steps_between = (pace.round() as usize).clamp(1, 64);
            (self.last_read, self.steps_since) = (now, 0);
            let done = (progress.epoch - 1) * progress.steps + progress.step;
            let seconds = ((now - self.run_began) / 1000.0).max(1e-3);
            self.emit(FitEvent::Batch {
                epoch: progress.epoch,
                step: progress.step,
                steps: progress.steps,
                loss: loss.is_finite().then_some(loss),
                accuracy: accuracy.is_finite().then_some(accuracy),
                images_per_second: progress.pictures as f64 / seconds,
                seconds_left: seconds / done as f64 * (progress.epochs * progress.steps - done) as f64,
            })
            .await;
        }
        self.steer(run);
        Ok(())
    }

    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        self.history.epochs.push(record.clone());
        let (reading, seconds) = (self.history.reading(), (Date::now() - self.epoch_began) / 1000.0);
        self.emit(FitEvent::Epoch { record, reading, seconds, notes: &run.notes }).await;
        self.epoch_began = Date::now();
        self.steer(run);
        Ok(())
    }
}
